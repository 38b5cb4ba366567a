"""The MQTT process: our own door or a broker outside, as the settings say, and the journal behind both."""

import asyncio
import logging
import signal
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import uvloop
from django.conf import settings
from django.db import close_old_connections

from anshu.access.models import Grant, Token
from anshu.access.policy import Person, bearer
from anshu.domains.devices.queries import limits, store
from anshu.domains.devices.queries.rights import APPEND, LOOK_EVERY_S, Directory, book
from anshu.gateways.mqtt.journal import Journal, keep_notes
from anshu.gateways.mqtt.listener import SWEEP_S, Listener
from anshu.gateways.mqtt.messages import Note
from anshu.gateways.mqtt.outside import Broker, Outside
from anshu.kernel import clock

PROVE_EVERY_S = 15.0

_logger = logging.getLogger(__name__)


def look() -> None:
    """Bring the directory of devices up to date."""
    close_old_connections()
    book().current()


def keep(notes: Sequence[Note]) -> None:
    """Keep what devices say of themselves, and read it again soon, so that they are told it when they ask."""
    keep_notes(notes)
    book().forget()


def judge(user_name: str, password: bytes) -> Person | None:
    """The person behind a token given as user name (as ThingsBoard has it) or as password."""
    close_old_connections()
    for text in (user_name, password.decode("utf-8", "replace")):
        person = bearer(text) if text else None
        if person is not None:
            person.reach(APPEND)
            return person
    return None


def _directory() -> Directory:
    return book().directory


def powers() -> dict[Any, tuple[Any, ...]]:
    """Account → what decides its powers, of every account that has a token in force."""
    close_old_connections()
    tokens = Token.objects.filter(revoked_at=None, account__is_active=True).exclude(expires_at__lte=clock.now())
    found: dict[Any, list[Any]] = {}
    for account, digest in tokens.values_list("account_id", "digest"):
        found.setdefault(account, []).append(digest)
    for account, role, territory in Grant.objects.filter(account__in=tokens.values("account")).values_list(
        "account_id", "role", "territory"
    ):
        found[account].append(f"{role} {territory}")
    return {account: tuple(sorted(proofs)) for account, proofs in found.items()}


def run(beat: Callable[[], None]) -> None:
    """Run until SIGTERM or SIGINT; `beat` is called each second. What was taken in is written before it returns."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(beat))


async def _serve(beat: Callable[[], None]) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await asyncio.to_thread(look)
    journal = Journal(store(), _directory, limits(), keep)
    journal.start(loop)
    tasks = [loop.create_task(_look())]
    listener = await _open(journal, tasks)
    try:
        while not stopped.is_set():
            beat()
            if listener is not None:
                listener.sweep()
            for task in tasks:
                if task.done():
                    task.result()
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), SWEEP_S)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if listener is not None:
            await listener.close()
        await asyncio.to_thread(journal.close)


async def _open(journal: Journal, tasks: "list[asyncio.Task[None]]") -> Listener | None:
    """The door that the settings ask for: our own listener, or a client of a broker among the tasks."""
    asked = settings.ANSHU
    if asked.mqtt_broker == "outside":
        broker = Broker(asked.mqtt_host, asked.mqtt_port, asked.mqtt_user, asked.mqtt_password, asked.mqtt_tls)
        tasks.append(asyncio.create_task(Outside(broker, journal).keep()))
    if asked.mqtt_broker != "own":
        return None

    async def judge_aside(user_name: str, password: bytes) -> Person | None:
        return await asyncio.to_thread(judge, user_name, password)

    listener = Listener(journal, judge_aside, _directory)
    await listener.open(asked.mqtt_host, asked.mqtt_port)
    if asked.mqtt_tls_port and asked.mqtt_tls_certificate:
        context = sealed(asked.mqtt_tls_certificate, asked.mqtt_tls_key)
        await listener.open(asked.mqtt_host, asked.mqtt_tls_port, context)
    tasks.append(asyncio.create_task(_prove(listener)))
    _logger.info("MQTT on %s:%d", asked.mqtt_host, asked.mqtt_port)
    return listener


def sealed(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or newer with a certificate chain (PEM) and its key, which may stand in the same file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


async def _look() -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            await asyncio.to_thread(look)
        except Exception:  # the database may be away for a while; what was read last stays in force
            _logger.exception("the register of devices could not be read")


async def _prove(listener: Listener) -> None:
    """Put out those whose token or grants have changed since the last look."""
    before: dict[Any, tuple[Any, ...]] | None = None
    while True:
        try:
            now = await asyncio.to_thread(powers)
        except Exception:  # as above
            _logger.exception("tokens could not be looked through")
        else:
            last = now if before is None else before
            changed = {account for account in last.keys() | now.keys() if last.get(account) != now.get(account)}
            listener.put_out(changed)
            before = now
        await asyncio.sleep(PROVE_EVERY_S)
