"""MQTT 3.1.1 and 5.0 packets to and from bytes. Pure: no sockets, no clock. `version` is 4 (3.1.1) or 5."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeVar

from anshu.gateways.mqtt.fields import (
    NOTHING,
    Malformed,
    Properties,
    Reader,
    Reason,
    put_binary,
    put_properties,
    put_text,
    put_varint,
)

V311, V5 = 4, 5
Item = TypeVar("Item")


class Kind(IntEnum):
    """The type of a packet, in the high half of its first byte."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


FLAGS = {Kind.PUBREL: 2, Kind.SUBSCRIBE: 2, Kind.UNSUBSCRIBE: 2}


@dataclass(frozen=True, slots=True)
class Will:
    """The message that a client leaves behind, to be taken as sent when its connection breaks."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Connect:
    """A client introduces itself. `clean` asks for no memory of an earlier connection; keep-alive 0 means none."""

    client_id: str
    version: int
    clean: bool = True
    keep_alive_s: int = 0
    user_name: str | None = None
    password: bytes | None = None
    will: Will | None = None
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Connack:
    """The answer: 0 is yes; other codes are those of the version."""

    session_present: bool
    code: int
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Publish:
    """A message. `packet_id` is 0 exactly when `qos` is 0."""

    topic: str
    payload: bytes
    qos: int = 0
    packet_id: int = 0
    retain: bool = False
    dup: bool = False
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ack:
    """PUBACK, PUBREC, PUBREL or PUBCOMP of a message."""

    kind: Kind
    packet_id: int
    code: int = 0
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Topic filters, each with its options byte; the low two bits are the QoS asked for."""

    packet_id: int
    filters: tuple[tuple[str, int], ...]
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Topic filters that are no longer wanted."""

    packet_id: int
    filters: tuple[str, ...]
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Granted:
    """SUBACK or UNSUBACK: one code per filter (none for an UNSUBACK of 3.1.1)."""

    kind: Kind
    packet_id: int
    codes: tuple[int, ...]
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ping:
    """PINGREQ or PINGRESP."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Disconnect:
    """The end of a connection; 3.1.1 has no code."""

    code: int = 0
    properties: Properties = field(default_factory=dict)


Packet = Connect | Connack | Publish | Ack | Subscribe | Unsubscribe | Granted | Ping | Disconnect


def frame(buffer: bytes | bytearray, start: int, limit: int) -> tuple[int, int, int] | None:
    """(first byte, start of body, end) of the packet at `start`, or None while it is not whole.

    Raises Malformed for a length of five bytes or a packet of more than `limit` bytes, before its body has come.
    """
    size, at = 0, start + 1
    for place in range(4):
        if at >= len(buffer):
            return None
        byte = buffer[at]
        size |= (byte & 0x7F) << (7 * place)
        at += 1
        if byte < 0x80:
            break
    else:
        raise Malformed("a length of more than four bytes")
    if at - start + size > limit:
        raise Malformed(f"a packet of {at - start + size} bytes, at most {limit} are taken", Reason.TOO_LARGE)
    return (buffer[start], at, at + size) if at + size <= len(buffer) else None


def decode(first: int, body: bytes, version: int) -> Packet:
    """The packet with this first byte and body; raises Malformed. For CONNECT the version is read from the packet."""
    kind = first >> 4
    if kind == Kind.PUBLISH:
        return _read_publish(first & 0x0F, body, version)
    if kind not in READERS:
        raise Malformed(f"packets of type {kind} are not taken", Reason.PROTOCOL_ERROR)
    if first & 0x0F != FLAGS.get(Kind(kind), 0):
        raise Malformed("the flags of the first byte are wrong")
    reader = Reader(body)
    packet = READERS[kind](Kind(kind), reader, version)
    reader.end()
    return packet


def _read_publish(flags: int, body: bytes, version: int) -> Publish:
    reader, qos = Reader(body), flags >> 1 & 3
    if qos == 3:
        raise Malformed("a message of QoS 3")
    topic = reader.text()
    if "+" in topic or "#" in topic:
        raise Malformed("a message sent to a wildcard")
    packet_id = _packet_id(reader) if qos else 0
    properties = reader.properties() if version == V5 else NOTHING
    return Publish(topic, reader.rest(), qos, packet_id, bool(flags & 1), bool(flags & 8), properties)


def _packet_id(reader: Reader) -> int:
    number = reader.number(2)
    if not number:
        raise Malformed("the packet identifier is 0", Reason.PROTOCOL_ERROR)
    return number


def _read_connect(_kind: Kind, reader: Reader, _version: int) -> Connect:
    name, version, flags = reader.text(), reader.number(1), reader.number(1)
    if name != "MQTT" or version not in (V311, V5):
        raise Malformed(f"{name[:10]} version {version}: 3.1.1 and 5.0 are spoken here", Reason.VERSION)
    has_will, will_qos = bool(flags & 4), flags >> 3 & 3
    if flags & 1 or will_qos == 3 or (not has_will and flags & 0x38):
        raise Malformed("the flags of CONNECT contradict each other")
    if version == V311 and flags & 0xC0 == 0x40:
        raise Malformed("a password without a user name")
    keep_alive_s = reader.number(2)
    properties = reader.properties() if version == V5 else NOTHING
    client_id = reader.text()
    will = None
    if has_will:
        will_properties = reader.properties() if version == V5 else NOTHING
        will = Will(reader.text(), reader.binary(), will_qos, bool(flags & 0x20), will_properties)
    user_name = reader.text() if flags & 0x80 else None
    password = reader.binary() if flags & 0x40 else None
    return Connect(client_id, version, bool(flags & 2), keep_alive_s, user_name, password, will, properties)


def _read_connack(_kind: Kind, reader: Reader, version: int) -> Connack:
    flags, code = reader.number(1), reader.number(1)
    return Connack(bool(flags & 1), code, reader.properties() if version == V5 else NOTHING)


def _read_ack(kind: Kind, reader: Reader, version: int) -> Ack:
    packet_id = _packet_id(reader)
    code = reader.number(1) if version == V5 and not reader.finished() else 0
    return Ack(kind, packet_id, code, reader.properties() if version == V5 and not reader.finished() else NOTHING)


def _read_subscribe(_kind: Kind, reader: Reader, version: int) -> Subscribe:
    packet_id = _packet_id(reader)
    properties = reader.properties() if version == V5 else NOTHING
    filters = []
    while not reader.finished():
        filters.append((reader.text(), reader.number(1)))
        if filters[-1][1] & 3 == 3 or filters[-1][1] & (0xC0 if version == V5 else 0xFC):
            raise Malformed("the options of a subscription are wrong")
    return Subscribe(packet_id, _some(filters), properties)


def _read_unsubscribe(_kind: Kind, reader: Reader, version: int) -> Unsubscribe:
    packet_id = _packet_id(reader)
    properties = reader.properties() if version == V5 else NOTHING
    filters = []
    while not reader.finished():
        filters.append(reader.text())
    return Unsubscribe(packet_id, _some(filters), properties)


def _some(filters: list[Item]) -> tuple[Item, ...]:
    if not filters:
        raise Malformed("no topic filter is given", Reason.PROTOCOL_ERROR)
    return tuple(filters)


def _read_granted(kind: Kind, reader: Reader, version: int) -> Granted:
    packet_id = _packet_id(reader)
    properties = reader.properties() if version == V5 else NOTHING
    return Granted(kind, packet_id, tuple(reader.rest()), properties)


def _read_ping(kind: Kind, _reader: Reader, _version: int) -> Ping:
    return Ping(kind)


def _read_disconnect(_kind: Kind, reader: Reader, version: int) -> Disconnect:
    if version != V5 or reader.finished():
        return Disconnect()
    code = reader.number(1)
    return Disconnect(code, NOTHING if reader.finished() else reader.properties())


PUBACK = bytes((Kind.PUBACK << 4, 2))

READERS: dict[int, Callable[[Kind, Reader, int], Packet]] = {
    Kind.CONNECT: _read_connect,
    Kind.CONNACK: _read_connack,
    Kind.PUBACK: _read_ack,
    Kind.PUBREC: _read_ack,
    Kind.PUBREL: _read_ack,
    Kind.PUBCOMP: _read_ack,
    Kind.SUBSCRIBE: _read_subscribe,
    Kind.SUBACK: _read_granted,
    Kind.UNSUBSCRIBE: _read_unsubscribe,
    Kind.UNSUBACK: _read_granted,
    Kind.PINGREQ: _read_ping,
    Kind.PINGRESP: _read_ping,
    Kind.DISCONNECT: _read_disconnect,
}


def pubacks(numbers: Iterable[bytes]) -> bytes:
    """A PUBACK without a fault for each packet identifier of two bytes, in either version."""
    return b"".join(PUBACK + number for number in numbers)


def encode(packet: Packet, version: int) -> bytes:
    """The bytes of a packet. ValueError for a field that does not fit; properties are left out in 3.1.1."""
    kind, flags, body = _write(packet, version)
    return bytes((kind << 4 | flags,)) + put_varint(len(body)) + body


def _write(packet: Packet, version: int) -> tuple[Kind, int, bytes]:
    """(type, flags, body) of a packet."""
    match packet:
        case Connect():
            return Kind.CONNECT, 0, _write_connect(packet)
        case Connack():
            return Kind.CONNACK, 0, bytes((packet.session_present, packet.code)) + _tail(packet.properties, version)
        case Publish():
            flags = packet.dup << 3 | packet.qos << 1 | packet.retain
            number = packet.packet_id.to_bytes(2, "big") if packet.qos else b""
            return Kind.PUBLISH, flags, (
                put_text(packet.topic) + number + _tail(packet.properties, version) + packet.payload
            )
        case Ack():
            number = packet.packet_id.to_bytes(2, "big")
            return packet.kind, FLAGS.get(packet.kind, 0), number + _outcome(packet, version)
        case Subscribe():
            wanted = b"".join(put_text(text) + bytes((options,)) for text, options in packet.filters)
            return Kind.SUBSCRIBE, 2, packet.packet_id.to_bytes(2, "big") + _tail(packet.properties, version) + wanted
        case Unsubscribe():
            unwanted = _tail(packet.properties, version) + b"".join(map(put_text, packet.filters))
            return Kind.UNSUBSCRIBE, 2, packet.packet_id.to_bytes(2, "big") + unwanted
        case Granted():
            head = packet.packet_id.to_bytes(2, "big") + _tail(packet.properties, version)
            return packet.kind, 0, head + bytes(packet.codes)
        case Disconnect():
            return Kind.DISCONNECT, 0, _outcome(packet, version)
        case Ping():
            return packet.kind, 0, b""


def _tail(properties: Properties, version: int) -> bytes:
    return put_properties(properties) if version == V5 else b""


def _outcome(packet: Ack | Disconnect, version: int) -> bytes:
    """Code and properties, left out where version 5 lets them be, and in 3.1.1 always."""
    if version != V5 or not (packet.code or packet.properties):
        return b""
    return bytes((packet.code,)) + (put_properties(packet.properties) if packet.properties else b"")


def _write_connect(packet: Connect) -> bytes:
    will, five = packet.will, packet.version == V5
    flags = packet.clean << 1 | (packet.user_name is not None) << 7 | (packet.password is not None) << 6
    if will is not None:
        flags |= 4 | will.qos << 3 | will.retain << 5
    body = put_text("MQTT") + bytes((packet.version, flags)) + packet.keep_alive_s.to_bytes(2, "big")
    body += _tail(packet.properties, packet.version) + put_text(packet.client_id)
    if will is not None:
        body += (put_properties(will.properties) if five else b"") + put_text(will.topic) + put_binary(will.payload)
    body += put_text(packet.user_name) if packet.user_name is not None else b""
    return body + (put_binary(packet.password) if packet.password is not None else b"")
