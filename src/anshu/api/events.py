"""The event stream: every change of the log, as it is committed, to every browser and program that may see it.

Server-sent events, resumable by Last-Event-ID: the id is that of the log row, so that nothing is lost on reconnecting.
A stream tells where it stands when it begins and with every beat, also to a listener who was not allowed to see a row.
Written on plain ASGI, because a stream must not hold a thread for as long as somebody watches.
"""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.serializers.json import DjangoJSONEncoder
from django.db import close_old_connections
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from anshu.access.models import Account
from anshu.access.policy import Person, bearer, may, reaches_over
from anshu.api.problems import problem
from anshu.ledger.declaration import confidential, downward
from anshu.workflow.models import Change
from anshu.workflow.outbox import as_event

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LOOK_EVERY_S = 0.05
BEAT_S = 15.0
CATCH_UP = 500
WAITING = 1000
PAUSE_S = 1.0
LONGEST_ID = 18  # digits: more is no row of ours, and more than a database can compare

_logger = logging.getLogger(__name__)

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Told(NamedTuple):
    """A row of the log as it is sent, written out once for all who listen, and what decides who may see it."""

    id: int
    subject: str
    code: str
    territory: str
    text: bytes


@dataclass
class Hub:
    """Looks at the log once for all listeners of this process and hands each new row to them."""

    listeners: set["asyncio.Queue[Told | None]"] = field(default_factory=set)
    newest: int = -1
    _task: "asyncio.Task[None] | None" = None

    async def join(self) -> tuple["asyncio.Queue[Told | None]", int]:
        """A queue of every row after the one whose id comes with it. Whoever wants older ones reads them from the log
        after joining: so there is no moment at which a row could slip between the two."""
        if self._task is None or self._task.done():
            at = await newest()
            if self._task is None or self._task.done():  # another listener may have come while we asked
                self.newest = at
                self._task = asyncio.get_running_loop().create_task(self._watch())
        queue: asyncio.Queue[Told | None] = asyncio.Queue(WAITING)
        self.listeners.add(queue)
        return queue, self.newest

    def leave(self, queue: "asyncio.Queue[Told | None]") -> None:
        self.listeners.discard(queue)

    async def _watch(self) -> None:
        """Look again and again while anybody listens; a database that is away for a while ends nothing."""
        while self.listeners:
            try:
                rows = await rows_after(self.newest)
            except Exception:
                _logger.exception("the log could not be read")
                await asyncio.sleep(PAUSE_S)
                await let_go()
                continue
            for row in rows:
                self.newest = row.id
                for queue in list(self.listeners):
                    self._give(queue, row)
            if len(rows) < CATCH_UP:
                await asyncio.sleep(LOOK_EVERY_S)

    def _give(self, queue: "asyncio.Queue[Told | None]", row: Told) -> None:
        try:
            queue.put_nowait(row)
        except asyncio.QueueFull:
            # A listener that cannot keep up is let go; it comes back with the id it has got to and misses nothing.
            self.leave(queue)
            while not queue.empty():
                queue.get_nowait()
            queue.put_nowait(None)


HUB = Hub()


@sync_to_async
def newest() -> int:
    close_old_connections()
    return Change.objects.order_by("-id").values_list("id", flat=True).first() or 0


@sync_to_async
def rows_after(last: int) -> list[Told]:
    return [told(as_event(row)) for row in Change.objects.filter(id__gt=last).order_by("id")[:CATCH_UP]]


def told(event: dict[str, Any]) -> Told:
    text = f"id: {event['id']}\ndata: {json.dumps(event, cls=DjangoJSONEncoder, ensure_ascii=False)}\n\n"
    domain = (event["subject"] or event["verb"]).partition(".")[0]
    return Told(event["id"], event["subject"] or "", f"{domain}.view", event["territory"] or "", text.encode())


@sync_to_async
def let_go() -> None:
    """Drop a broken connection, so that the next look opens another."""
    close_old_connections()


def request_of(scope: Scope) -> HttpRequest:
    """As much of a Django request as it takes to know who asks, and in which language."""
    request = HttpRequest()
    for name, value in scope["headers"]:
        request.META[f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"] = value.decode("latin-1")
    request.COOKIES = {name: morsel.value for name, morsel in SimpleCookie(request.META.get("HTTP_COOKIE", "")).items()}
    return request


@sync_to_async
def listening(scope: Scope) -> tuple[Person | None, bool]:
    """Who is listening, and whether they may; their powers are read anew, in one hop to a thread that may ask."""
    person = person_of(scope)
    return person, person is not None and may(person, "situation.view")


def person_of(scope: Scope) -> Person | None:
    """Who asks: by a bearer token, or by the session of a log-in."""
    request = request_of(scope)
    kind, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind:
        return bearer(token.strip()) if kind.lower() == "bearer" else None
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    request.session = SessionStore(request.COOKIES[settings.SESSION_COOKIE_NAME])
    user = get_user(request)
    return Person(user) if isinstance(user, Account) and user.is_active else None


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application at /api/events."""
    if scope["method"] != "GET":
        return await refuse(scope, send, 405)
    person, may_listen = await listening(scope)
    if person is None or not may_listen:
        return await refuse(scope, send, 401 if person is None else 403)
    queue, at = await HUB.join()
    gone = asyncio.ensure_future(until_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        listener = Listener(scope, send, person, at)
        await listener.begin(started_from(scope))
        await listener.follow(queue, gone)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        HUB.leave(queue)
        gone.cancel()
    return None


def started_from(scope: Scope) -> int | None:
    """The id after which to go on: from the header, or from the address for those who cannot set one."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    header = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
    asked: str = header or next((query[name][0] for name in ("last_event_id", "after") if name in query), "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_ID else None


@dataclass
class Listener:
    """One who listens, and the id of the last row that was theirs to see or not."""

    scope: Scope
    send: Send
    person: Person
    last: int

    async def begin(self, wanted: int | None) -> None:
        """Say where the stream stands, and send what was missed, in batches, however long the absence was."""
        if wanted is not None and wanted > self.last:
            # A page made just after a deed knows a row that the hub has yet to see: only the log itself can tell.
            self.last = max(self.last, min(wanted, await newest()))
        await self._write(f"retry: 1000\nid: {self.last if wanted is None else min(wanted, self.last)}\n\n")
        if wanted is not None and wanted > self.last:  # the log is not the one they knew: it was restored or begun anew
            await self._write(f"id: {self.last}\nevent: reset\ndata: {{}}\n\n")
        elif wanted is not None:
            self.last = wanted
            while rows := await rows_after(self.last):
                await self._tell(rows)

    async def follow(self, queue: "asyncio.Queue[Told | None]", gone: "asyncio.Future[None]") -> None:
        """Hand on each row until the listener leaves, falls too far behind, or may listen no more."""
        loop = asyncio.get_running_loop()
        # Hundreds that came at once must not all be asked about at once.
        beat_at = loop.time() + BEAT_S * random.uniform(0.5, 1)  # noqa: S311
        while not gone.done():
            waiting = asyncio.ensure_future(queue.get())
            either: set[asyncio.Future[Any]] = {waiting, gone}
            patience = max(0.0, beat_at - loop.time())
            await asyncio.wait(either, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                rows = [waiting.result()]
                while not queue.empty():
                    rows.append(queue.get_nowait())
                await self._tell([row for row in rows if row])
                if rows[-1] is None:
                    return
            else:
                waiting.cancel()
            if loop.time() >= beat_at and not gone.done():
                beat_at = loop.time() + BEAT_S
                person, may_listen = await listening(self.scope)
                if person is None or not may_listen:
                    return
                self.person = person
                await self._write(f"id: {self.last}\nevent: ping\ndata: {{}}\n\n")

    async def _tell(self, rows: list[Told]) -> None:
        new = [row for row in rows if row.id > self.last]
        body = b"".join(row.text for row in new if self._may_see(row))
        if new:
            self.last = new[-1].id
        if body:
            await self._send(body)

    def _may_see(self, row: Told) -> bool:
        if row.subject in confidential():
            return False
        if may(self.person, row.code, row.territory):
            return True
        return row.subject in downward() and reaches_over(self.person, row.code, row.territory)

    async def _write(self, text: str) -> None:
        await self._send(text.encode())

    async def _send(self, body: bytes) -> None:
        await self.send({"type": "http.response.body", "body": body, "more_body": True})


async def until_gone(receive: Receive) -> None:
    """Returns when the listener has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


REFUSALS = {
    401: ("log_in", _("send a token (Authorization: Bearer …) or log in first")),
    403: ("forbidden", _("this account may not watch anything")),
    405: ("method", _("changes can only be listened to: use GET")),
}


async def refuse(scope: Scope, send: Send, status: int) -> None:
    """Say why not, in the same form and language as the rest of the API."""
    with translation.override(translation.get_language_from_request(request_of(scope))):
        response = problem(status, *REFUSALS[status])
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
