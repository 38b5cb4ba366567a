"""The short way into the door of readings: for programs with a token that send plain lines.

It answers with the receipt or not at all: whatever is not as it should be goes on to the door itself (`readings.py`),
which tells each fault for what it is. What a token may do is believed for two seconds.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

import orjson
from django.db import close_old_connections

from anshu.access.policy import bearer
from anshu.api.bodies import LARGEST_LINES, LINE_TYPES, unpack
from anshu.api.problems import Unreadable
from anshu.api.readings import DOOR
from anshu.api.weight import Application, Message, Receive, Send
from anshu.domains.devices import queries
from anshu.domains.devices.queries.rights import APPEND, LOOK_EVERY_S
from anshu.kernel import clock
from anshu.telemetry.plain_lines import CodeTable, read_plain

THREADS = 4
MOST_TABLES = 20
MOST_SENDERS = 10_000
BEARER = b"bearer "
TYPES = frozenset(name.encode() for name in LINE_TYPES)
PACKED = frozenset((b"gzip", b"x-gzip"))
HEADERS = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


@dataclass(frozen=True, slots=True)
class Sender:
    """The channels that a token may write, as they were at a moment."""

    table: CodeTable
    looked_s: float


@dataclass
class Senders:
    """Who has sent lately; each is looked at again every two seconds."""

    known: dict[str, Sender] = field(default_factory=dict)
    _tables: dict[int, tuple[object, CodeTable]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, token: str) -> Sender | None:
        """The sender behind a token, None for one that may not send."""
        found = self.known.get(token)
        if found is not None and monotonic() - found.looked_s < LOOK_EVERY_S:
            return found
        person = bearer(token)
        areas = tuple(person.reach(APPEND)) if person is not None else ()
        with self._lock:
            self.known.pop(token, None)
            if not areas:
                return None
            if len(self.known) >= MOST_SENDERS:
                self.known.clear()
            self.known[token] = sender = Sender(self._table(areas), monotonic())
        return sender

    def _table(self, areas: tuple[str, ...]) -> CodeTable:
        """The table of some areas' channels; made anew only when a channel has changed."""
        facts = queries.channel_facts(areas)
        if self._tables.get(id(facts), (None,))[0] is not facts:
            self._tables = {key: kept for key, kept in self._tables.items() if len(self._tables) < MOST_TABLES}
            self._tables[id(facts)] = (facts, CodeTable(facts))
        return self._tables[id(facts)][1]


SENDERS = Senders()
POOL = ThreadPoolExecutor(THREADS, thread_name_prefix="readings")


async def take(application: Application, scope: Message, receive: Receive, send: Send) -> None:
    """Answer a request of plain lines; pass every other one on, with what has been read of it."""
    headers = dict(scope["headers"])
    if not _is_plain(headers):
        return await application(scope, receive, send)
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    body = b"".join(parts)
    token = headers[b"authorization"][len(BEARER) :].decode("latin-1").strip()
    packed = headers.get(b"content-encoding", b"identity").lower() in PACKED
    receipt = await asyncio.get_running_loop().run_in_executor(POOL, _on_a_thread, token, body, packed)
    if receipt is None:
        return await application(scope, _again(body, receive), send)
    length = (b"content-length", str(len(receipt)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, length]})
    await send({"type": "http.response.body", "body": receipt})
    return None


def store_plain(token: str, body: bytes, packed: bool) -> bytes | None:
    """Store a body of plain lines and give the receipt; None where that is not all there is to be said."""
    sender = SENDERS.of(token)
    if sender is None:
        return None
    try:
        lines = unpack(body) if packed else body
    except Unreadable:
        return None
    now_ms = int(clock.now().timestamp() * 1000)
    batch = read_plain(lines, sender.table, now_ms, queries.limits())
    if batch is None:
        return None
    return orjson.dumps(queries.store().append(batch, door=DOOR, received_ms=now_ms)._asdict())


def _on_a_thread(token: str, body: bytes, packed: bool) -> bytes | None:
    """`store_plain` on a thread of the pool, where nobody else closes what the database has dropped meanwhile."""
    close_old_connections()
    return store_plain(token, body, packed)


def _is_plain(headers: dict[bytes, bytes]) -> bool:
    """Whether a request says that it brings lines of a length that is taken, for a token."""
    kind, _, parameters = headers.get(b"content-type", b"").lower().partition(b";")
    length = headers.get(b"content-length", b"")
    coding = headers.get(b"content-encoding", b"identity").lower()
    return (
        headers.get(b"authorization", b"")[: len(BEARER)].lower() == BEARER
        and kind.strip() in TYPES
        and parameters.strip() in (b"", b"charset=utf-8")
        and length.isdigit()
        and int(length) <= LARGEST_LINES
        and (coding == b"identity" or coding in PACKED)
    )


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read already, and then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
