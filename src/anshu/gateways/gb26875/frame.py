"""Frames of GB/T 26875.3 (6.6): `4040`, a control unit of 25 bytes, up to 1024 bytes of application data, sum, `2323`.

All numbers are little-endian. The sum is the low byte of all bytes from the serial number through the application data.
"""

import struct
from dataclasses import dataclass, replace
from datetime import datetime

from anshu.gateways.frames.codec import Piece, Undecodable
from anshu.gateways.frames.cutting import MORE, NO_FRAME, Shape, cut
from anshu.gateways.gb26875.codes import Command, Type
from anshu.gateways.gb26875.fields import time_bytes, time_of
from anshu.gateways.gb26875.objects import Body, Instant, Word, read_body, write_body
from anshu.kernel.errors import Invalid

BEGIN, END = b"@@", b"##"
MOST_BODY_BYTES = 1024
HEAD = struct.Struct("<2sHBB6s6s6sHB")
LENGTH_AT = 24
TAIL_BYTES = 3
MOST_BYTES = HEAD.size + MOST_BODY_BYTES + TAIL_BYTES
BROADEST_ADDRESS = (1 << 48) - 1


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. `command` is one of `Command` or a number of the maker's; addresses are numbers of six bytes.

    `sent_at` is the sender's clock, aware, None where the bytes are no time. `body` is None where there is none.
    """

    command: int
    serial: int
    source: int
    target: int
    sent_at: datetime | None = None
    version: tuple[int, int] = (1, 0)
    body: Body | None = None

    @property
    def key(self) -> tuple[int, int, datetime | None]:
        """What a frame that is sent again has in common with itself."""
        return self.source, self.serial, self.sent_at


def split(buffer: bytearray, *, stale: bool = False) -> list[Piece]:
    """Take whole frames, and what can be none, off the front of a stream; what may become a frame stays in it."""
    return cut(buffer, SHAPE, stale=stale)


def measure(buffer: bytearray, at: int) -> int:
    """Bytes of the frame that begins at a place; MORE while it is not whole, NO_FRAME where none can begin."""
    if len(buffer) - at < HEAD.size:
        return MORE
    body_bytes = int.from_bytes(buffer[at + LENGTH_AT : at + LENGTH_AT + 2], "little")
    if body_bytes > MOST_BODY_BYTES:
        return NO_FRAME
    size = HEAD.size + body_bytes + TAIL_BYTES
    return size if len(buffer) - at >= size else MORE


def fault(raw: bytes) -> str:
    """What is wrong with the outside of a frame of right length; empty for nothing."""
    if not raw.endswith(END):
        return f"the end is {raw[-2:].hex()}, not 2323"
    expected = checksum(raw[2:-TAIL_BYTES])
    if raw[-TAIL_BYTES] != expected:
        return f"the sum is {raw[-TAIL_BYTES]:02x}, the bytes give {expected:02x}"
    return ""


SHAPE = Shape((BEGIN,), measure, fault)


def checksum(raw: bytes) -> int:
    """The low byte of the sum of some bytes."""
    return sum(raw) & 0xFF


def decode(raw: bytes) -> Frame:
    """Read exactly one frame; Undecodable says what is wrong."""
    frame, body = open_frame(raw)
    return replace(frame, body=read_body(body)) if body else frame


def open_frame(raw: bytes) -> tuple[Frame, bytes]:
    """The control unit of a sound frame, and its application data unread; Undecodable says what is wrong."""
    if not raw.startswith(BEGIN):
        raise Undecodable("it does not begin with 4040")
    size = measure(bytearray(raw), 0)
    if size == NO_FRAME:
        raise Undecodable(f"it claims more than {MOST_BODY_BYTES} bytes of application data")
    if size != len(raw):
        raise Undecodable(f"{len(raw)} bytes, {size or 'more'} expected")
    if wrong := fault(raw):
        raise Undecodable(wrong)
    _begin, serial, major, minor, sent, source, target, _length, command = HEAD.unpack_from(raw)
    addresses = int.from_bytes(source, "little"), int.from_bytes(target, "little")
    return Frame(command, serial, *addresses, time_of(sent), (major, minor)), raw[HEAD.size : -TAIL_BYTES]


def encode(frame: Frame) -> bytes:
    """The bytes of a frame; Invalid where something does not fit."""
    body = b"" if frame.body is None else write_body(frame.body)
    if len(body) > MOST_BODY_BYTES:
        raise Invalid("%(size)s bytes of application data, at most 1024 fit", field="body", size=len(body))
    if not all(0 <= each <= BROADEST_ADDRESS for each in (frame.source, frame.target)):
        raise Invalid("an address has six bytes", field="address")
    try:
        head = HEAD.pack(
            BEGIN,
            frame.serial,
            *frame.version,
            time_bytes(frame.sent_at),
            frame.source.to_bytes(6, "little"),
            frame.target.to_bytes(6, "little"),
            len(body),
            frame.command,
        )
    except struct.error as error:
        raise Invalid("the frame does not fit: %(why)s", field="frame", why=error) from error
    inner = head[2:] + body
    return BEGIN + inner + bytes((checksum(inner),)) + END


def reply(frame: Frame, now: datetime, command: Command = Command.CONFIRM) -> Frame:
    """The confirmation of a frame, or its denial: same serial number and version, addresses changed about, no body."""
    return Frame(command, frame.serial, frame.target, frame.source, now, frame.version)


@dataclass(frozen=True, slots=True)
class Line:
    """The way down to one transmission unit: whom it knows as its centre, its own address, the version it speaks."""

    centre: int
    unit: int
    version: tuple[int, int] = (1, 0)

    def ask(self, command: Command, serial: int, now: datetime, body: Body) -> Frame:
        """A frame from the centre to the unit."""
        return Frame(command, serial, self.centre, self.unit, now, self.version, body)

    def set_clock(self, serial: int, now: datetime) -> Frame:
        """Tell the unit what time it is (type 90)."""
        return self.ask(Command.CONTROL, serial, now, Body(Type.SET_UNIT_CLOCK, (Instant(now),)))

    def check_duty(self, serial: int, now: datetime, minutes: int, *, command: Command = Command.REQUEST) -> Frame:
        """Ask whether somebody is there, to be answered by a key within some minutes (type 91, 查岗).

        The standard does not say which command carries it, and units differ: some want CONTROL.
        """
        return self.ask(command, serial, now, Body(Type.DUTY_CHECK, (Word(minutes),)))

    def read(self, serial: int, now: datetime, what: Type, *objects: object) -> Frame:
        """Ask for something (types 61 to 88); without objects for what concerns the unit itself."""
        return self.ask(Command.REQUEST, serial, now, Body(what, objects or (Word(),)))

    def initialise(self, serial: int, now: datetime, *, command: Command = Command.CONTROL) -> Frame:
        """Let the unit begin anew (type 89); here, too, units differ in the command they want."""
        return self.ask(command, serial, now, Body(Type.INITIALISE_UNIT, (Word(),)))
