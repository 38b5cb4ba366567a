"""The small fields of MQTT packets: numbers, texts, the properties of version 5 (OASIS MQTT 3.1.1 §1.5, 5.0 §2.2.2)."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

MAX_VARINT = 268_435_455
MAX_TEXT_BYTES = 65_535

Property = int | str | bytes | tuple[int, ...] | tuple[tuple[str, str], ...]
Properties = Mapping[str, Property]
NOTHING: Properties = MappingProxyType({})


class Reason(IntEnum):
    """Reason codes of version 5 that we send or look at (5.0 §2.4)."""

    OK = 0x00
    GRANTED_QOS_1 = 0x01
    DISCONNECT_WITH_WILL = 0x04
    UNSPECIFIED = 0x80
    MALFORMED = 0x81
    PROTOCOL_ERROR = 0x82
    NOT_ACCEPTED = 0x83
    VERSION = 0x84
    CLIENT_ID = 0x85
    BAD_USER = 0x86
    NOT_AUTHORIZED = 0x87
    SHUTTING_DOWN = 0x8B
    BAD_METHOD = 0x8C
    KEEP_ALIVE = 0x8D
    TAKEN_OVER = 0x8E
    BAD_FILTER = 0x8F
    UNKNOWN_PACKET_ID = 0x92
    TOO_LARGE = 0x95
    ADMINISTRATIVE = 0x98


class Malformed(Exception):
    """Bytes that are not the packet they claim to be; `reason` is the code of version 5 for it."""

    def __init__(self, message: str, reason: Reason = Reason.MALFORMED) -> None:
        super().__init__(message)
        self.reason = reason


KINDS: dict[int, tuple[str, str]] = {
    1: ("payload_format", "byte"),
    2: ("message_expiry_s", "four"),
    3: ("content_type", "text"),
    8: ("response_topic", "text"),
    9: ("correlation_data", "binary"),
    11: ("subscription_identifiers", "varints"),
    17: ("session_expiry_s", "four"),
    18: ("assigned_client_id", "text"),
    19: ("server_keep_alive_s", "two"),
    21: ("authentication_method", "text"),
    22: ("authentication_data", "binary"),
    23: ("request_problem_information", "byte"),
    24: ("will_delay_s", "four"),
    25: ("request_response_information", "byte"),
    26: ("response_information", "text"),
    28: ("server_reference", "text"),
    31: ("reason_text", "text"),
    33: ("receive_maximum", "two"),
    34: ("topic_alias_maximum", "two"),
    35: ("topic_alias", "two"),
    36: ("maximum_qos", "byte"),
    37: ("retain_available", "byte"),
    38: ("user_properties", "pairs"),
    39: ("maximum_packet_bytes", "four"),
    40: ("wildcards_available", "byte"),
    41: ("subscription_identifiers_available", "byte"),
    42: ("shared_subscriptions_available", "byte"),
}
NUMBERS = {name: (number, kind) for number, (name, kind) in KINDS.items()}
WIDTHS = {"byte": 1, "two": 2, "four": 4}


class Reader:
    """Takes fields off the front of a body; raises Malformed where the body ends too soon."""

    __slots__ = ("at", "body")

    def __init__(self, body: bytes) -> None:
        self.body, self.at = body, 0

    def take(self, size: int) -> bytes:
        end = self.at + size
        if end > len(self.body):
            raise Malformed("the packet ends inside a field")
        taken, self.at = self.body[self.at : end], end
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def varint(self) -> int:
        value = 0
        for place in range(4):
            byte = self.number(1)
            value |= (byte & 0x7F) << (7 * place)
            if byte < 0x80:
                if place and not byte:
                    raise Malformed("a length is written with more bytes than it needs")
                return value
        raise Malformed("a length of more than four bytes")

    def binary(self) -> bytes:
        return self.take(self.number(2))

    def text(self) -> str:
        return text_of(self.binary())

    def rest(self) -> bytes:
        return self.take(len(self.body) - self.at)

    def finished(self) -> bool:
        return self.at == len(self.body)

    def end(self) -> None:
        if not self.finished():
            raise Malformed("there are bytes after the end of the packet")

    def properties(self) -> Properties:
        """The properties of version 5, by name; those that may be repeated as tuples."""
        size = self.varint()
        if not size:
            return NOTHING
        inner = Reader(self.take(size))
        found: dict[str, Property] = {}
        while not inner.finished():
            name, kind = KINDS.get(inner.varint(), ("", ""))
            if not name:
                raise Malformed("a property that version 5 does not know")
            if kind == "pairs":
                found[name] = (*found.get(name, ()), (inner.text(), inner.text()))  # type: ignore[misc]
            elif kind == "varints":
                found[name] = (*found.get(name, ()), inner.varint())  # type: ignore[misc]
            elif name in found:
                raise Malformed(f"the property {name} stands twice", Reason.PROTOCOL_ERROR)
            else:
                found[name] = inner._value(kind)
        return found

    def _value(self, kind: str) -> Property:
        if kind == "text":
            return self.text()
        return self.binary() if kind == "binary" else self.number(WIDTHS[kind])


def text_of(raw: bytes) -> str:
    """A UTF-8 text without U+0000; raises Malformed."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("a text is not UTF-8") from None
    if "\0" in text:
        raise Malformed("a text holds U+0000")
    return text


def put_varint(value: int) -> bytes:
    """A length in one to four bytes; ValueError when it does not fit."""
    if not 0 <= value <= MAX_VARINT:
        raise ValueError(value)
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


def put_binary(value: bytes) -> bytes:
    """Bytes behind their length; ValueError when there are more than 65,535."""
    if len(value) > MAX_TEXT_BYTES:
        raise ValueError(len(value))
    return len(value).to_bytes(2, "big") + value


def put_text(value: str) -> bytes:
    """A text behind its length in bytes."""
    return put_binary(value.encode())


def put_properties(properties: Properties) -> bytes:
    """Properties behind their length; KeyError for a name that version 5 does not know."""
    body = b"".join(_put(*NUMBERS[name], value) for name, value in properties.items())
    return put_varint(len(body)) + body


def _put(number: int, kind: str, value: Property) -> bytes:
    mark = put_varint(number)
    if isinstance(value, int):
        return mark + value.to_bytes(WIDTHS[kind], "big")
    if isinstance(value, str):
        return mark + put_text(value)
    if isinstance(value, bytes):
        return mark + put_binary(value)
    return b"".join(
        mark + (put_varint(item) if isinstance(item, int) else put_text(item[0]) + put_text(item[1])) for item in value
    )
