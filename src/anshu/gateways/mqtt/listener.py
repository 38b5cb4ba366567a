"""Our own door: a listener that speaks MQTT to devices. It is no broker: what one device sends, no other hears."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Set
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from anshu.access.policy import Person
from anshu.domains.devices.queries.rights import APPEND, Directory, Rights
from anshu.gateways.mqtt.connection import Connection, Denied, Session
from anshu.gateways.mqtt.fields import Reason
from anshu.gateways.mqtt.journal import Arrival, Journal
from anshu.gateways.mqtt.messages import Message
from anshu.gateways.mqtt.packets import V5, Connect, Will
from anshu.kernel.identifiers import uuid7

MAX_CONNECTIONS = 20_000
MAX_SESSIONS = 50_000
# How long a client that asked to be remembered is, at most: in 3.1.1 it cannot say, and for ever fills the memory.
MAX_EXPIRY_S = 86_400
SWEEP_S = 1.0

# (user name, password) → the person behind them, whose reach is read already, or None.
Judge = Callable[[str, bytes], Awaitable[Person | None]]


@dataclass(eq=False)
class Listener:
    """All connections, and what is remembered of clients. `judge` finds who is behind a user name and password."""

    journal: Journal
    judge: Judge
    directory: Callable[[], Directory]
    connections: set[Connection] = field(default_factory=set)
    sessions: dict[tuple[object, str], Session] = field(default_factory=dict)
    servers: list[asyncio.Server] = field(default_factory=list)
    _closing: bool = False

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> asyncio.Server:
        """Listen, behind TLS when a context is given; the sockets of the result tell the port when 0 was asked for."""
        self.loop = asyncio.get_running_loop()
        server = await self.loop.create_server(lambda: Connection(self), host, port, backlog=1024, ssl=tls)
        self.servers.append(server)
        return server

    async def close(self) -> None:
        """Take no more, tell those who are here, and let what they sent be written."""
        self._closing = True
        for server in self.servers:
            server.close()
        for connection in list(self.connections):
            connection.end(Reason.SHUTTING_DOWN)
        for server in self.servers:
            await server.wait_closed()

    # ---- what connections ask

    async def admit(self, connect: Connect) -> Person:
        """The person behind a client; raises Denied."""
        if "authentication_method" in connect.properties:
            raise Denied(Reason.BAD_METHOD)
        if not connect.client_id and not connect.clean and connect.version != V5:
            raise Denied(Reason.CLIENT_ID)
        if self._closing or len(self.connections) >= MAX_CONNECTIONS:
            raise Denied(Reason.UNSPECIFIED)
        person = await self.judge(connect.user_name or "", connect.password or b"")
        if person is None:
            raise Denied(Reason.BAD_USER)
        if not person.reach(APPEND):
            raise Denied(Reason.NOT_AUTHORIZED)
        return person

    def enter(self, connection: Connection, connect: Connect) -> tuple[Session, bool]:
        """The session of a client that was let in, and whether it was there before; an older connection gives way.

        A session belongs to account and client id, so that one device cannot put another out.
        """
        connection.client_id = connect.client_id or f"auto-{uuid7().hex}"
        key = (cast(Person, connection.person).account.pk, connection.client_id)
        session = self.sessions.get(key)
        if session is not None and session.connection is not None:
            session.connection.end(Reason.TAKEN_OVER)
        present = session is not None and not connect.clean
        if session is None or connect.clean:
            session = Session(key, 0)
        asked_s = connect.properties.get("session_expiry_s", 0)
        if connect.version != V5:
            asked_s = 0 if connect.clean else MAX_EXPIRY_S
        session.expiry_s = min(cast(int, asked_s), MAX_EXPIRY_S)
        session.connection = connection
        if len(self.sessions) < MAX_SESSIONS or key in self.sessions:
            self.sessions[key] = session
        self.connections.add(connection)
        return session, present

    def leave(self, connection: Connection) -> None:
        """A connection is over; without a goodbye its will is done."""
        self.connections.discard(connection)
        session, connect = connection.session, connection.connect
        if session is None or connect is None:
            return
        if session.connection is connection:
            session.connection, session.left_at = None, self.loop.time()
            if not session.expiry_s and self.sessions.get(session.key) is session:
                del self.sessions[session.key]
        if connect.will is not None and not connection.said_goodbye:
            delay_s = min(cast(int, connect.will.properties.get("will_delay_s", 0)), session.expiry_s)
            self.loop.call_later(delay_s, partial(self._do_will, session, connection, connect.will, delay_s))

    def _do_will(self, session: Session, connection: Connection, will: Will, delay_s: float) -> None:
        """Take a will as if it had been sent; one that was to wait is void when the client has come back."""
        if not (delay_s and session.connection is not None):
            person = cast(Person, connection.person)
            self.take(Arrival((Message(person, connection.client_id, will.topic, will.payload),), _nobody_waits))

    def take(self, arrival: Arrival) -> None:
        self.journal.put(arrival)

    def rights(self, person: Person, client_id: str) -> Rights:
        return self.directory().rights(person, client_id)

    # ---- round after round

    def sweep(self) -> None:
        """End connections that have fallen silent, and forget clients whose time is over."""
        now = self.loop.time()
        for connection in list(self.connections):
            limit_s = 1.5 * connection.connect.keep_alive_s if connection.connect else 0
            if limit_s and not connection.paused and now - connection.heard_at > limit_s:
                connection.end(Reason.KEEP_ALIVE)
        for session in list(self.sessions.values()):
            if session.connection is None and now - session.left_at > session.expiry_s:
                del self.sessions[session.key]

    def put_out(self, accounts: Set[object]) -> None:
        """End the connections of accounts whose tokens or powers have changed; they may come back to be judged anew."""
        for connection in list(self.connections):
            if connection.person is not None and connection.person.account.pk in accounts:
                connection.end(Reason.ADMINISTRATIVE)


def _nobody_waits(stored: bool) -> None:
    """What a will has to say to whoever left it."""
