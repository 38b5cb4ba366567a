"""Is the installation well? `anshu check` says it line by line, with what to do; `/healthz` says it to programs."""

import os
import re
import shutil
import socket
import sqlite3
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import metadata
from pathlib import Path
from typing import Literal

from django.conf import settings as django_settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from anshu.domains.devices.queries import store
from anshu.kernel import clock
from anshu.ledger import word_index
from anshu.project import backup, processes
from anshu.project.settings import Settings, settings, state_path
from anshu.workflow import log
from anshu.workflow.models import Bookmark, Change, Clock, Delivery

Mark = Literal["ok", "!!", "xx"]

DISK_LOW_MB, DISK_OUT_MB = 2_000, 200
CLOCK_SKEW_S = 5.0
STUCK_ATTEMPTS = 3
ASLEEP = timedelta(minutes=1)
BACKUP_DUE_H = 26
MB = 1024 * 1024
# Memory of a process that reads: about 30 bytes for each reading that is in the log alone.
MOST_UNARCHIVED = 20_000_000


@dataclass(frozen=True)
class Finding:
    """One line: `ok` as it should be, `!!` look at it, `xx` wrong; `mend` says what to do."""

    mark: Mark
    what: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.mark} {self.what}" + (f" — {self.mend}" if self.mend else "")


Findings = Iterator[Finding]


def check(audit: bool = False) -> int:
    """Print a line per finding and return 1 when something is wrong; `audit` also walks the whole log."""
    wrong = 0
    for look in (*LOOKS, *((audit_findings,) if audit else ())):
        for finding in found_by(look):
            sys.stdout.write(f"{finding}\n")
            wrong += finding.mark == "xx"
    sys.stdout.write(f"{wrong} wrong\n" if wrong else "nothing is wrong\n")
    return 1 if wrong else 0


def found_by(look: Callable[[], Findings]) -> Findings:
    """What one look finds; a look that cannot be taken because the database or a disk fails is itself a finding."""
    try:
        yield from look()
    except (DatabaseError, sqlite3.Error, OSError) as error:
        yield Finding(
            "xx",
            f"{look.__name__.removesuffix('_findings').replace('_', ' ')}: {error}",
            "mend what the error names, then check again",
        )


def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when every wanted process is on time and the database answers, else 503 with the same body."""
    told = {
        name: {key: said[key] for key in ("state", "age_s") if key in said} for name, said in processes.beats().items()
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        database = "ok"
    except DatabaseError:
        database = "unreachable"
    well = database == "ok" and all(said["state"] == "running" for said in told.values())
    body = {
        "status": "ok" if well else "unwell",
        "processes": told,
        "database": database,
        "clock": {"now": clock.now(), "simulated": clock.source().simulated},
    }
    return JsonResponse(body, status=200 if well else 503)


def settings_findings() -> Findings:
    here = settings()
    yield Finding("ok", f"settings: read from {os.environ.get('ANSHU_FILE', 'anshu.toml')} and the environment")
    if here.host not in ("127.0.0.1", "::1", "localhost"):
        if "*" in here.allowed_hosts:
            yield Finding(
                "!!",
                f"settings: reachable at {here.host} under any host name",
                "set allowed_hosts to the names people use",
            )
        if not here.https_only:
            yield Finding(
                "!!",
                "settings: passwords cross the network unencrypted",
                "put a TLS proxy in front and set https_only = true",
            )
    if here.second_factor == "optional":
        yield Finding(
            "!!",
            "settings: administrators may log in without a one-time code",
            'set second_factor = "required" outside demonstrations',
        )


def program_findings() -> Findings:
    missing, seen = [], []
    for requirement in metadata.requires("anshu") or ():
        name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
        if ";" in requirement:
            continue
        try:
            seen.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding("ok", f"program: anshu {metadata.version('anshu')}, Python {python}, {len(seen)} packages")
    if missing:
        yield Finding(
            "xx",
            f"program: not installed: {', '.join(missing)}",
            "make run, or pip install --require-hashes -r requirements/run.txt",
        )


def database_findings() -> Findings:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding("xx", f"database: {len(waiting)} migrations are not applied", "anshu init")
        return
    with transaction.atomic():
        Bookmark.objects.update_or_create(name="check", defaults={"saved_at": clock.now()})
        transaction.set_rollback(True)
    yield Finding("ok", f"database: {connection.vendor}, in its present form, writable")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            mode = cursor.fetchone()[0]
        if mode != "wal":
            yield Finding(
                "!!",
                f"database: journal mode is {mode}, so that readers and writers wait for each other",
                "keep state_dir on a local disk",
            )
        if astray := word_index.astray():
            yield Finding("!!", f"search: the index of words does not fit {', '.join(astray)}", "anshu init")


def disk_findings() -> Findings:
    free_mb = shutil.disk_usage(settings().state_dir).free // MB
    mark: Mark = "xx" if free_mb < DISK_OUT_MB else "!!" if free_mb < DISK_LOW_MB else "ok"
    yield Finding(
        mark,
        f"disk: {free_mb:,} MB free under {settings().state_dir}",
        "" if mark == "ok" else "make room, or move state_dir",
    )


def clock_findings() -> Findings:
    with tempfile.NamedTemporaryFile(dir=settings().state_dir) as file:
        skew_s = abs(Path(file.name).stat().st_mtime - time.time())
    if skew_s > CLOCK_SKEW_S:
        yield Finding(
            "xx",
            f"clock: files under state_dir are stamped {skew_s:.0f} s off",
            "set the clock of this machine and of its file server by NTP",
        )
    newest = Change.objects.order_by("-id").first()
    ahead_s = (newest.at - clock.now()).total_seconds() if newest else 0.0
    if ahead_s > CLOCK_SKEW_S:
        yield Finding(
            "xx",
            f"clock: the log's last row lies {ahead_s:.0f} s in the future",
            "the clock was set back; set it right before going on",
        )
    source = clock.source()
    pace = source.pace() if isinstance(source, clock.SharedTime) else None
    if pace is not None:
        yield Finding(
            "!!",
            f"clock: time is simulated, {pace.speed:g} times as fast, now {clock.now():%F %T} UTC",
            f"remove {state_path('clock.json')} to go back to real time",
        )
    elif skew_s <= CLOCK_SKEW_S and ahead_s <= CLOCK_SKEW_S:
        yield Finding("ok", f"clock: {clock.now():%F %T} UTC")


def permission_findings() -> Findings:
    folder, secret = settings().state_dir.resolve(), state_path("secret")
    if folder.stat().st_mode & stat.S_IWOTH:
        yield Finding("xx", f"permissions: everybody may write to {folder}", f"chmod o-w {folder}")
    if settings().secret_key:
        yield Finding("ok", "permissions: the secret comes from the settings")
    elif (mode := stat.S_IMODE(secret.stat().st_mode)) != 0o600:
        yield Finding("xx", f"permissions: {secret} has mode {mode:04o}, others may read it", f"chmod 600 {secret}")
    elif secret.stat().st_uid != os.geteuid() and os.geteuid() != 0:
        yield Finding(
            "xx", f"permissions: {secret} belongs to another account", "start Anshu as the account that made state_dir"
        )
    else:
        yield Finding("ok", "permissions: the secret is readable by its owner alone")


def page_findings() -> Findings:
    built = django_settings.PACKAGE / "web" / "static" / "built" / "manifest.json"
    if built.is_file():
        yield Finding("ok", "pages: the front end is built")
    else:
        yield Finding(
            "xx", "pages: the front end is not built", "make run builds it; or npm ci && npm run build in frontend/"
        )
    written = sorted(django_settings.PACKAGE.glob("locale/*/LC_MESSAGES/*.po"))
    stale = [
        po
        for po in written
        if not po.with_suffix(".mo").is_file() or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime
    ]
    if stale:
        yield Finding("!!", f"pages: {len(stale)} translations are not compiled", "python tools/messages.py")
    else:
        yield Finding("ok", f"pages: {len(written)} translations are compiled")


def gateway_findings() -> Findings:
    here = settings()
    if here.mqtt_broker == "none":
        yield Finding("ok", "gateways: no MQTT, as set")
    else:
        yield broker_finding(here)
    for name, port in (("SL 651", here.sl651_port), ("HJ 212", here.hj212_port), ("GB/T 26875.3", here.gb26875_port)):
        if port:
            yield door_finding(name, here.frames_host, port)
    for name, address in (("voice", here.voice_gateway), ("SMS", here.sms_gateway)):
        if address:
            yield Finding("ok", f"gateways: {name} by {address}")
        else:
            yield Finding(
                "!!",
                f"gateways: {name} goes to the built-in simulator, nobody's telephone rings",
                f"set {name.lower()}_gateway",
            )
    folder = here.cap_folder or state_path("cap-in")
    if here.cap_folder and not folder.is_dir():
        yield Finding("xx", f"gateways: {folder} is not a folder", "make it, or change cap_folder")
    yield Finding("ok", f"gateways: {len(here.cap_feeds)} warning feeds polled, files taken from {folder}")


def broker_finding(here: Settings) -> Finding:
    """Whether the MQTT broker answers."""
    place = f"{here.mqtt_host}:{here.mqtt_port}"
    try:
        socket.create_connection((here.mqtt_host, here.mqtt_port), timeout=2).close()
    except OSError as error:
        if here.mqtt_broker == "own":
            return Finding("!!", f"gateways: our MQTT broker at {place} does not answer", "it starts with anshu up")
        return Finding(
            "xx",
            f"gateways: the MQTT broker at {place} does not answer: {error}",
            "start it, or set mqtt_host and mqtt_port",
        )
    return Finding("ok", f"gateways: the MQTT broker at {place} answers")


def door_finding(name: str, host: str, port: int) -> Finding:
    """Whether one of our doors for devices is open."""
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        words = f"gateways: our door for {name} at {host}:{port} does not answer"
        return Finding("!!", words, "it starts with anshu up")
    return Finding("ok", f"gateways: our door for {name} at {host}:{port} is open")


def process_findings() -> Findings:
    told = processes.beats()
    if all(said["state"] == "not started" for said in told.values()):
        yield Finding("!!", "processes: none is running", "anshu up")
        return
    for name, said in told.items():
        if said["state"] == "running":
            yield Finding("ok", f"processes: {name} is running")
        else:
            yield Finding(
                "xx",
                f"processes: {name} is {said['state']}",
                f"anshu up starts it again; anshu {name} shows why it ends",
            )


def outbox_findings() -> Findings:
    stuck = Delivery.objects.filter(done_at=None, attempts__gte=STUCK_ATTEMPTS)
    for delivery in stuck.select_related("change").order_by("change_id")[:5]:
        yield Finding(
            "!!",
            f"outbox: {delivery.listener} has not heard of row {delivery.change_id}"
            f" after {delivery.attempts} tries: {delivery.error}",
            "mend the receiver; it is tried again by itself",
        )
    waiting = Delivery.objects.filter(done_at=None).count()
    yield Finding("ok" if not stuck.exists() else "!!", f"outbox: {waiting} waiting, {stuck.count()} stuck")


def limit_findings() -> Findings:
    now = clock.now()
    asleep = Clock.objects.filter(stopped_at=None, next_at__lt=now - ASLEEP).count()
    if asleep:
        yield Finding("xx", f"limits: {asleep} clocks should have acted and did not", "anshu work must be running")
    late = Clock.objects.filter(stopped_at=None, due_at__lt=now).count()
    yield Finding(
        "!!" if late else "ok",
        f"limits: {late} of {Clock.objects.filter(stopped_at=None).count()} running are overdue",
        "their owners find them on Today" if late else "",
    )


def reading_findings() -> Findings:
    now_ms = int(clock.now().timestamp() * 1000)
    state = store().statistics(now_ms - 86_400_000, now_ms, zone_offset_ms=0)
    waiting = sum(state.waiting.values())
    yield Finding(
        "ok",
        f"readings: the store opens, {state.file_bytes // MB:,} MB, {state.channels:,} channels,"
        f" newest reading no. {state.last_seq:,}",
    )
    if state.unarchived > MOST_UNARCHIVED:
        yield Finding(
            "!!",
            f"readings: {state.unarchived:,} are in the log alone, the archive does not keep up",
            "anshu archive must be running, on a disk that is not full",
        )
    if waiting:
        yield Finding(
            "!!",
            f"readings: {waiting:,} lie in quarantine",
            "look at the reasons in the register of rejected readings, then replay them",
        )


def backup_findings() -> Findings:
    made_at = backup.last_made_at()
    if made_at is None:
        yield Finding("!!", "backup: none was ever made here", "anshu backup FILE")
        return
    hours = (time.time() - made_at) / 3600
    late = hours > BACKUP_DUE_H
    yield Finding(
        "!!" if late else "ok", f"backup: the last one is {hours:.0f} h old", "anshu backup FILE, daily" if late else ""
    )


def audit_findings() -> Findings:
    whole = True
    for fault in log.faults():
        whole = False
        yield Finding(
            "xx", f"log: row {fault.row}: {fault.what}", "keep this database as evidence; compare with a backup"
        )
    if whole:
        yield Finding("ok", f"log: all {Change.objects.count():,} rows are as they were written, none missing")


LOOKS: tuple[Callable[[], Findings], ...] = (
    settings_findings,
    program_findings,
    database_findings,
    disk_findings,
    clock_findings,
    permission_findings,
    page_findings,
    gateway_findings,
    process_findings,
    outbox_findings,
    limit_findings,
    reading_findings,
    backup_findings,
)
