"""One file that holds an installation: database, readings, state folder; and how it is brought back and proved."""

import gzip
import hashlib
import hmac
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from django.db import connection, connections
from django.utils.translation import gettext_lazy as _

from anshu.kernel.errors import Invalid, Refused
from anshu.project import processes
from anshu.project.settings import settings, state_path
from anshu.telemetry.archive.parts import FOLDER as ARCHIVE
from anshu.telemetry.archive.parts import read_parts
from anshu.telemetry.schema import FILE_NAME
from anshu.workflow.models import Change, Head

FORMAT = 1
MANIFEST = "manifest.json"
LAST = "last-backup.json"
SQLITE, POSTGRES, READINGS = "database.sqlite3", "database.pgdump", "readings.sqlite3"
BACKUPS = "backups"
LEVEL = 3


def last_made_at() -> float | None:
    """Unix seconds of the last backup of this installation, or None."""
    try:
        return float(json.loads(state_path(LAST).read_text())["at"])
    except FileNotFoundError:
        return None


def backup(path: Path) -> int:
    """Write everything into one gzipped tar file, mode 0600, while the system runs. It holds the secret: keep it so."""
    path = path.resolve()
    if path.exists():
        raise Refused(_("%(path)s is already there; name a new file"), path=path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as name:
        folder = Path(name)
        # The database first: its bookmarks into the readings must never point past the readings that are saved.
        facts = save_sqlite(folder) if connection.vendor == "sqlite" else save_postgres(folder)
        copy_sqlite(telemetry_file(), folder / READINGS)
        copy_parts(folder / READINGS, telemetry_file().parent / ARCHIVE, folder / ARCHIVE)
        save_state(folder / "state")
        manifest = describe(folder, facts)
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False))
        pack(folder, path)
    state_path(LAST).write_text(json.dumps({"at": time.time(), "file": str(path), "log": manifest["log"]}))
    say(
        f"{path}: {path.stat().st_size / 1e6:.1f} MB, {sum(manifest['rows'].values()):,} rows,"
        f" log to row {manifest['log']['last']:,}"
    )
    say("the file holds personal data and the secret that opens them; it is readable by you alone, keep it so")
    return 0


def restore(path: Path, *, force: bool = False) -> int:
    """Bring everything back and prove it. Refused while processes run, and over data unless forced; what was there is
    kept beside, in `before-restore`. Returns 1 when what came back is not whole.
    """
    refuse_if_running()
    if holds_data() and not force:
        raise Refused(
            _("this installation already holds data; give --force to replace it (what is there is kept beside)")
        )
    with tempfile.TemporaryDirectory(dir=state_path("secret").parent, prefix=".restoring-") as name:
        folder = Path(name)
        manifest = unpack(path, folder)
        compare_secret(manifest, folder)
        if manifest["database"] != connection.vendor:
            raise Refused(
                _("the backup is of %(theirs)s, this installation is on %(ours)s; set database_url accordingly"),
                theirs=manifest["database"],
                ours=connection.vendor,
            )
        prove_readable(folder, manifest)
        put_back(folder, manifest)
    say(f"restored {sum(manifest['rows'].values()):,} rows and the readings of {manifest['made_at']}")
    return prove(manifest)


def telemetry_file() -> Path:
    return state_path("telemetry", FILE_NAME)


def save_sqlite(folder: Path) -> dict[str, Any]:
    """A consistent copy of the SQLite database, and what is in it."""
    copy_sqlite(Path(connection.settings_dict["NAME"]), folder / SQLITE)
    with closing(sqlite3.connect(folder / SQLITE)) as copy:
        return facts_of(copy, tables())


def copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's online backup: one moment's state, writers are not held up."""
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=30)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, no companions


def copy_parts(log: Path, archive: Path, target: Path) -> None:
    """The files of the archive that a copy of the log lists. They never change, and one that was replaced meanwhile is
    still there for a while: where the disk is the same, a second name is enough."""
    target.mkdir()
    with closing(sqlite3.connect(log)) as copy:
        names = [part.name for part in read_parts(copy)]
    for name in names:
        try:
            os.link(archive / name, target / name)
        except OSError:
            shutil.copy2(archive / name, target / name)


def is_sqlite(file: Path) -> bool:
    """Whether the file is a SQLite database, which must not be copied byte by byte while it is written to."""
    with file.open("rb") as stream:
        return stream.read(16) == b"SQLite format 3\0"


def save_postgres(folder: Path) -> dict[str, Any]:
    """A dump of the PostgreSQL database, and what is in it, both of the same snapshot."""
    with closing(connection.copy()) as reader, reader.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        facts = facts_of(cursor, tables())
        postgres("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={folder / POSTGRES}")
    return facts


def postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs against the database of the settings."""
    found = shutil.which(program)
    if found is None:
        raise Refused(_("%(program)s is not installed; it comes with PostgreSQL's client programs"), program=program)
    given = connection.settings_dict
    names = {"PGDATABASE": "NAME", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGHOST": "HOST", "PGPORT": "PORT"}
    environment = os.environ | {variable: str(given[key]) for variable, key in names.items() if given[key]}
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Refused(_("%(program)s failed: %(said)s"), program=program, said=done.stderr.strip())


def tables() -> list[str]:
    """Those that hold records; an index of words cannot be counted, and is made anew from them."""
    return [*connection.introspection.django_table_names(only_existing=True, include_views=False), "django_migrations"]


def facts_of(cursor: Any, tables: Iterable[str]) -> dict[str, Any]:
    """Rows of each table and the end of the log; `cursor` is anything with `execute` and DB-API rows."""

    def value(query: str) -> Any:
        asked = cursor.execute(query)
        return (asked or cursor).fetchone()

    rows = {table: value(f'SELECT count(*) FROM "{table}"')[0] for table in sorted(tables)}  # noqa: S608
    head = value(f'SELECT last, seal FROM "{Head._meta.db_table}"') or (0, "")  # noqa: S608
    return {"rows": rows, "log": {"last": head[0], "seal": head[1]}}


def save_state(target: Path) -> None:
    """The files of the state folder: secret, clock, photos and the like."""
    source = settings().state_dir.resolve()
    target.mkdir()
    for file in sorted(source.rglob("*")):
        place = file.relative_to(source)
        companion = file.name.endswith(("-wal", "-shm", "-journal"))
        if file.is_file() and not file.is_symlink() and not companion and copied(place.parts[0]):
            (target / place).parent.mkdir(parents=True, exist_ok=True)
            copy_sqlite(file, target / place) if is_sqlite(file) else shutil.copy2(file, target / place)


def copied(name: str) -> bool:
    """Whether something in the state folder is copied file by file. The rest changes under the copy, means nothing
    elsewhere, or is itself a backup."""
    return name not in ("telemetry", "run", BACKUPS, LAST) and not name.startswith(
        ("anshu.db", "before-restore", ".restoring-", ".backup-")
    )


def describe(folder: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """The manifest: what each file must be, and what the backup was made of."""
    files = {file.relative_to(folder).as_posix(): digest(file) for file in sorted(folder.rglob("*")) if file.is_file()}
    return {
        "format": FORMAT,
        "made_at": time.strftime("%FT%TZ", time.gmtime()),
        "anshu": metadata.version("anshu"),
        "python": ".".join(map(str, sys.version_info[:3])),
        "database": connection.vendor,
        "secret": mark_of(secret_in(state_path("secret"))),
        **facts,
        "files": files,
    }


def digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def secret_in(file: Path) -> str:
    """The secret in force when `file` is the one of the state folder; a secret in the settings goes before it."""
    return settings().secret_key or (file.read_text().strip() if file.is_file() else "")


def mark_of(secret: str) -> str:
    """Tells two secrets apart without telling them."""
    return hmac.new(secret.encode(), b"anshu backup", hashlib.sha256).hexdigest()[:16]


def pack(folder: Path, path: Path) -> None:
    """All files of the folder, the manifest first, into `path`: whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as raw:
        with (
            gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=LEVEL) as packed,
            tarfile.open(fileobj=packed, mode="w|") as tar,
        ):
            for file in sorted(folder.rglob("*"), key=lambda file: (file.name != MANIFEST, file)):
                if file.is_file():
                    tar.add(file, file.relative_to(folder).as_posix())
        raw.flush()
        os.fsync(raw.fileno())
    partial.replace(path)


def unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Put the files of a backup into the folder and return its manifest; raises `Invalid` unless it is whole."""
    try:
        with tarfile.open(path, "r:*") as tar:
            manifest: dict[str, Any] | None = None
            for member in tar:
                if manifest is None:
                    manifest = read_manifest(tar, member)
                elif (
                    member.isfile() and member.name in manifest["files"]
                ):  # nothing the manifest does not name, no links
                    target = folder / member.name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with open_member(tar, member) as source, target.open("wb") as sink:
                        shutil.copyfileobj(source, sink)
                    target.chmod(member.mode & 0o700)
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError) as error:
        raise Invalid(_("%(path)s is not a whole backup: %(error)s"), field="file", path=path, error=error) from error
    if manifest is None:
        raise Invalid(_("%(path)s is empty"), field="file", path=path)
    for name, expected in manifest["files"].items():
        if not (folder / name).is_file() or digest(folder / name) != expected:
            raise Invalid(_("%(name)s in the backup is missing or damaged"), field="file", name=name)
    return manifest


def read_manifest(tar: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, Any]:
    """The first file of a backup; raises ValueError when it is not ours or names files outside."""
    if member.name != MANIFEST:
        raise ValueError("the manifest is missing")
    with open_member(tar, member) as stream:
        manifest: dict[str, Any] = json.load(stream)
    if manifest["format"] != FORMAT:
        raise ValueError(f"it has format {manifest['format']}, this program reads {FORMAT}")
    for name in manifest["files"]:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ValueError(f"it names a file outside: {name}")
    return manifest


@contextmanager
def open_member(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[Any]:
    stream = tar.extractfile(member)
    if stream is None:
        raise ValueError(f"{member.name} is not a file")
    with stream:
        yield stream


def refuse_if_running() -> None:
    running = [name for name, said in processes.beats().items() if said["state"] == "running"]
    if running:
        raise Refused(_("stop the system first; still running: %(names)s"), names=", ".join(running))


def holds_data() -> bool:
    """Whether anything was ever recorded here."""
    return Change._meta.db_table in connection.introspection.table_names() and Change.objects.exists()


def compare_secret(manifest: dict[str, Any], folder: Path) -> None:
    """The log was sealed, and personal data locked, with one secret; with another both would be lost."""
    if mark_of(secret_in(folder / "state" / "secret")) != manifest["secret"]:
        raise Refused(_("the backup was made with another secret; set secret_key to the one of that installation"))


def prove_readable(folder: Path, manifest: dict[str, Any]) -> None:
    """Look into the copies before anything is replaced."""
    for name in (SQLITE, READINGS):
        if (folder / name).is_file():
            with closing(sqlite3.connect(folder / name)) as copy:
                if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                    raise Invalid(_("%(name)s in the backup is missing or damaged"), field="file", name=name)
    if not (folder / (SQLITE if manifest["database"] == "sqlite" else POSTGRES)).is_file():
        raise Invalid(_("the backup holds no database"), field="file")


def put_back(folder: Path, manifest: dict[str, Any]) -> None:
    """Move what is here aside, and what is in the folder into its place."""
    connections.close_all()
    state = settings().state_dir.resolve()
    aside = state / f"before-restore-{time.strftime('%Y%m%dT%H%M%S')}"
    aside.mkdir()
    for file in sorted(state.iterdir()):
        if file.name != BACKUPS and not file.name.startswith((".restoring-", ".backup-", "before-restore")):
            shutil.move(file, aside / file.name)
    if manifest["database"] == "sqlite":
        shutil.move(folder / SQLITE, state_path("anshu.db"))
    else:
        postgres("pg_dump", "--format=custom", "--no-owner", f"--file={aside / POSTGRES}")
        postgres(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            f"--dbname={connection.settings_dict['NAME']}",
            str(folder / POSTGRES),
        )
    shutil.move(folder / READINGS, telemetry_file())
    if (folder / ARCHIVE).is_dir():
        shutil.move(folder / ARCHIVE, telemetry_file().parent / ARCHIVE)
    for file in sorted((folder / "state").rglob("*")):
        if file.is_file():
            shutil.move(file, state_path(*file.relative_to(folder / "state").parts))


def prove(manifest: dict[str, Any]) -> int:
    """In a process of its own, which reads the secret that came back: bring the tables up to date, walk the log."""
    command = [sys.executable, "-m", "anshu.project.command"]
    with connection.cursor() as cursor:
        now = facts_of(cursor, manifest["rows"].keys() & set(tables()))
    if now["log"] != manifest["log"] or now["rows"] != manifest["rows"]:
        say("xx what came back is not what the manifest says")
        return 1
    status = subprocess.run([*command, "init"], check=False).returncode  # noqa: S603
    if status:
        return status
    told = subprocess.run([*command, "check", "--audit"], check=False, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603
    sys.stdout.write(told)
    return 1 if re.search(r"^xx (log|database|readings)", told, re.MULTILINE) else 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
