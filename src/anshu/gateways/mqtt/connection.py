"""One connection of a device: MQTT 3.1.1 or 5.0 from CONNECT to the end. A message is acknowledged once on disk."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, cast

from anshu.access.policy import Person
from anshu.domains.devices.queries.rights import Rights
from anshu.gateways.mqtt.answers import answer
from anshu.gateways.mqtt.fields import NOTHING, Malformed, Properties, Reason
from anshu.gateways.mqtt.journal import Arrival
from anshu.gateways.mqtt.messages import Message
from anshu.gateways.mqtt.packets import (
    V5,
    V311,
    Ack,
    Connack,
    Connect,
    Disconnect,
    Granted,
    Kind,
    Packet,
    Ping,
    Publish,
    Subscribe,
    Unsubscribe,
    decode,
    encode,
    frame,
    pubacks,
)
from anshu.gateways.mqtt.runs import Run, run_at
from anshu.gateways.mqtt.topics import OFFERED, REQUESTS, Address, matches, read_topic
from anshu.kernel import clock

CONNECT_BYTE = b"\x10"
MAX_PACKET_BYTES = 1 << 20
# Beyond this a connection is not read until some of its messages are on disk; it is also what we ask of version 5.
MAX_IN_FLIGHT = 1_000
MAX_BYTES_IN_FLIGHT = 4 << 20
INTRODUCTION_S = 10.0
REFUSAL_S = 1.0
MAX_SUBSCRIPTIONS = 50
# What version 3.1.1 says for a reason of version 5 in CONNACK; 3 is: not available.
OLD_CODES = {Reason.VERSION: 1, Reason.CLIENT_ID: 2, Reason.BAD_USER: 4, Reason.NOT_AUTHORIZED: 5}


class Denied(Exception):
    """This client may not come in; `reason` says why, as version 5 does."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason


@dataclass(eq=False, slots=True)
class Session:
    """What is remembered of a client between connections: its subscriptions, and messages of QoS 2 not yet released."""

    key: tuple[object, str]
    expiry_s: float
    subscriptions: dict[str, int] = field(default_factory=dict)
    writing: set[int] = field(default_factory=set)
    stored: set[int] = field(default_factory=set)
    connection: "Connection | None" = None
    left_at: float = 0.0


class Door(Protocol):
    """What a connection asks of the listener behind it."""

    async def admit(self, connect: Connect) -> Person: ...

    def enter(self, connection: "Connection", connect: Connect) -> tuple[Session, bool]: ...

    def leave(self, connection: "Connection") -> None: ...

    def take(self, arrival: Arrival) -> None: ...

    def rights(self, person: Person, client_id: str) -> Rights: ...


class Connection(asyncio.Protocol):
    """The protocol on one socket."""

    def __init__(self, door: Door) -> None:
        self.door, self.loop = door, asyncio.get_running_loop()
        self.version = V311
        self.person: Person | None = None
        self.session: Session | None = None
        self.connect: Connect | None = None
        self.client_id = ""
        self.heard_at = self.loop.time()
        self.said_goodbye = False
        self.paused = False
        self._buffer, self._out = bytearray(), bytearray()
        self._messages = self._bytes = 0
        self._admitting: asyncio.Task[None] | None = None
        self._takers: dict[type, Callable[..., None]] = {
            Publish: self._publish, Ack: self._acknowledged, Subscribe: self._subscribe,
            Unsubscribe: self._unsubscribe, Ping: self._ping, Disconnect: self._goodbye,
        }

    # ---- the socket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._patience = self.loop.call_later(INTRODUCTION_S, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        self.heard_at = self.loop.time()
        self._buffer += data
        self._parse()

    def connection_lost(self, error: Exception | None) -> None:
        self._patience.cancel()
        if self._admitting is not None:
            self._admitting.cancel()
        self.door.leave(self)

    def _parse(self) -> None:
        at = 0
        try:
            if self.session is None and self._admitting is None and self._buffer[:1] not in (b"", CONNECT_BYTE):
                raise Malformed("a connection begins with CONNECT", Reason.PROTOCOL_ERROR)
            come = bytes(self._buffer)
            while self._admitting is None and not self.transport.is_closing():
                if self.session is not None and self.version == V311:
                    run = run_at(come, at)
                    at = run.end
                    if run.messages:
                        self._take_run(run)
                found = frame(come, at, MAX_PACKET_BYTES)
                if found is None:
                    break
                first, start, at = found
                self._take(decode(first, come[start:at], self.version))
        except Malformed as error:
            self.end(error.reason)
        del self._buffer[:at]

    def _take(self, packet: Packet) -> None:
        if self.session is None:
            connect = cast(Connect, packet)  # `_parse` lets nothing else through
            self.version, self.client_id = connect.version, connect.client_id
            self._patience.cancel()
            self._admitting = self.loop.create_task(self._admit(connect))
            self._pause()
            return
        taker = self._takers.get(type(packet))
        if taker is None:
            raise Malformed("not a packet that a client sends now", Reason.PROTOCOL_ERROR)
        taker(packet)

    def send(self, packet: Packet) -> None:
        """Queue a packet; all that is queued in one turn of the loop goes out in one write."""
        self._queue(encode(packet, self.version))

    def _queue(self, packet: bytes) -> None:
        if not self._out:
            self.loop.call_soon(self._flush)
        self._out += packet

    def _flush(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(bytes(self._out))
        self._out.clear()

    def end(self, reason: Reason) -> None:
        """Close the connection from our side; version 5 is told why, also before it has been let in."""
        if self.transport.is_closing():
            return
        if self.session is None:
            code = int(reason) if self.version == V5 else OLD_CODES.get(reason, 3)
            self.send(Connack(False, code))
        elif self.version == V5:
            self.send(Disconnect(int(reason)))
        self._flush()
        self.transport.close()

    def _pause(self) -> None:
        if not self.paused and not self.transport.is_closing():
            self.paused = True
            self.transport.pause_reading()

    def _resume(self) -> None:
        if self.paused and not self.transport.is_closing():
            self.paused, self.heard_at = False, self.loop.time()
            self.transport.resume_reading()

    # ---- coming in

    async def _admit(self, connect: Connect) -> None:
        try:
            self.person = await self.door.admit(connect)
        except Denied as denied:
            await asyncio.sleep(REFUSAL_S)  # whoever guesses tokens guesses slowly
            self.end(denied.reason)
            return
        self.connect = connect
        self.session, present = self.door.enter(self, connect)
        self._admitting = None
        self.send(Connack(present, 0, self._terms(connect) if self.version == V5 else NOTHING))
        self._resume()
        self._parse()

    def _terms(self, connect: Connect) -> Properties:
        """What version 5 is told of our limits."""
        terms: dict[str, int | str] = {
            "session_expiry_s": int(self.session.expiry_s) if self.session else 0,
            "receive_maximum": MAX_IN_FLIGHT,
            "maximum_packet_bytes": MAX_PACKET_BYTES,
            "subscription_identifiers_available": 0,
            "shared_subscriptions_available": 0,
        }
        if not connect.client_id:
            terms["assigned_client_id"] = self.client_id
        return terms

    # ---- messages

    def _publish(self, message: Publish) -> None:
        if not message.topic or "topic_alias" in message.properties:
            raise Malformed("topic aliases are not taken", Reason.PROTOCOL_ERROR)
        session = cast(Session, self.session)
        if message.qos == 2:
            if message.packet_id in session.stored:
                self.send(Ack(Kind.PUBREC, message.packet_id))
            if message.packet_id in session.stored | session.writing:
                return
            session.writing.add(message.packet_id)
        address = read_topic(message.topic)
        size = len(message.payload)
        self._come(1, size)
        done = partial(self._stored, session, message.qos, message.packet_id, size)
        if address.meaning in REQUESTS:
            self._answer(address, message.payload)
            done(True)
        else:
            person = cast(Person, self.person)
            self.door.take(Arrival((Message(person, self.client_id, message.topic, message.payload),), done))

    def _take_run(self, run: Run) -> None:
        """Hand on messages that came one after another, which are acknowledged together."""
        person = cast(Person, self.person)
        size = sum(len(payload) for _topic, payload in run.messages)
        self._come(len(run.messages), size)
        messages = [Message(person, self.client_id, topic, payload) for topic, payload in run.messages]
        self.door.take(Arrival(messages, partial(self._stored_run, run.numbers, size)))

    def _stored_run(self, numbers: list[bytes], size: int, on_disk: bool) -> None:
        if on_disk:
            self._queue(pubacks(numbers))
        else:
            self.transport.abort()
        self._gone(len(numbers), size)

    def _come(self, messages: int, size: int) -> None:
        """So much more waits for the disk."""
        self._messages, self._bytes = self._messages + messages, self._bytes + size
        if self._messages >= MAX_IN_FLIGHT or self._bytes >= MAX_BYTES_IN_FLIGHT:
            self._pause()

    def _gone(self, messages: int, size: int) -> None:
        """So much waits no longer."""
        self._messages, self._bytes = self._messages - messages, self._bytes - size
        if self._messages <= MAX_IN_FLIGHT // 2 and self._bytes <= MAX_BYTES_IN_FLIGHT // 2:
            self._resume()

    def _stored(self, session: Session, qos: int, packet_id: int, size: int, on_disk: bool) -> None:
        """A message is on disk, or could not be put there: then nothing is acknowledged and the client sends again."""
        session.writing.discard(packet_id)
        if on_disk and qos == 2:
            session.stored.add(packet_id)
        now = session.connection  # the client may have come back meanwhile, and it is there that it waits
        if not on_disk:
            self.transport.abort()
        elif qos == 1:
            self._queue(pubacks([packet_id.to_bytes(2, "big")]))
        elif qos == 2 and now is not None:
            now.send(Ack(Kind.PUBREC, packet_id))
        self._gone(1, size)

    def _acknowledged(self, ack: Ack) -> None:
        """PUBREL frees the number of a message of QoS 2. We send with QoS 0 alone: other acknowledgements are void."""
        session = cast(Session, self.session)
        if ack.kind == Kind.PUBREL:
            known = ack.packet_id in session.stored
            session.stored.discard(ack.packet_id)
            self.send(Ack(Kind.PUBCOMP, ack.packet_id, 0 if known else int(Reason.UNKNOWN_PACKET_ID)))

    def _answer(self, address: Address, payload: bytes) -> None:
        session, person = cast(Session, self.session), cast(Person, self.person)
        now_ms = int(clock.now().timestamp() * 1000)
        topic, body = answer(address, payload, self.door.rights(person, self.client_id), now_ms)
        if any(matches(wanted, topic) for wanted in session.subscriptions):
            self.send(Publish(topic, body))

    def _subscribe(self, packet: Subscribe) -> None:
        session = cast(Session, self.session)
        codes = []
        for wanted, options in packet.filters:
            if self._offered(wanted) and len(session.subscriptions) < MAX_SUBSCRIPTIONS:
                session.subscriptions[wanted] = options
                codes.append(0)
            else:
                codes.append(int(Reason.NOT_AUTHORIZED) if self.version == V5 else 0x80)
        self.send(Granted(Kind.SUBACK, packet.packet_id, tuple(codes)))

    def _offered(self, wanted: str) -> bool:
        """Whether there is anything for this client under a filter."""
        found = OFFERED.fullmatch(wanted)
        if found is None:
            return False
        device = found["device"]
        return device is None or device in self.door.rights(cast(Person, self.person), self.client_id).devices

    def _unsubscribe(self, packet: Unsubscribe) -> None:
        session = cast(Session, self.session)
        codes = tuple(0 if session.subscriptions.pop(each, None) is not None else 0x11 for each in packet.filters)
        self.send(Granted(Kind.UNSUBACK, packet.packet_id, codes if self.version == V5 else ()))

    def _ping(self, ping: Ping) -> None:
        if ping.kind != Kind.PINGREQ:
            raise Malformed("a client does not send PINGRESP", Reason.PROTOCOL_ERROR)
        self.send(Ping(Kind.PINGRESP))

    def _goodbye(self, packet: Disconnect) -> None:
        self.said_goodbye = packet.code != Reason.DISCONNECT_WITH_WILL
        expiry_s = packet.properties.get("session_expiry_s")
        if self.session is not None and isinstance(expiry_s, int) and self.session.expiry_s:
            self.session.expiry_s = expiry_s
        self.transport.close()
