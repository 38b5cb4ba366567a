"""The frame of HJ 212: ## and four digits of length, the data segment, four hexadecimal digits of checksum, line end.

The checksum of the standard is its own: each byte is laid over the register after a shift by eight, where that of
MODBUS lays it over the low half. Some makers compute that of MODBUS; both are taken, and answered in kind.
"""

from dataclasses import dataclass
from enum import StrEnum

from anshu.gateways.frames.checksum import crc16
from anshu.gateways.frames.codec import Undecodable
from anshu.gateways.frames.cutting import MORE, NO_FRAME, Shape

HEAD, LINE_END = b"##", b"\r\n"
PREFIX, CHECK = 6, 4
MOST_SEGMENT = 9_999
BEGIN_DATA, END_DATA = b"CP=&&", b"&&"


class Habit(StrEnum):
    """How a checksum is computed."""

    STANDARD = "standard"
    MODBUS = "modbus"


def _shifted(register: int) -> int:
    for _ in range(8):
        register = (register >> 1) ^ (0xA001 if register & 1 else 0)
    return register


_TABLE = tuple(_shifted(low) for low in range(256))


def standard_checksum(segment: bytes) -> int:
    """The checksum as HJ 212 (appendix A) computes it, 0 to FFFF."""
    crc = 0xFFFF
    for byte in segment:
        crc = (crc >> 8) ^ byte
        crc = (crc >> 8) ^ _TABLE[crc & 0xFF]
    return crc


def checksum(segment: bytes, habit: Habit) -> bytes:
    """Four hexadecimal digits."""
    crc = standard_checksum(segment) if habit is Habit.STANDARD else crc16(segment)
    return b"%04X" % crc


def measure(buffer: bytearray, at: int) -> int:
    """Bytes of the frame that begins at `at`, without the line end: see frames.cutting.Shape."""
    begin = bytes(buffer[at : at + PREFIX])
    if not HEAD.startswith(begin[:2]):
        return NO_FRAME
    digits = begin[2:]
    if digits and not digits.isdigit():
        return NO_FRAME
    if len(begin) < PREFIX:
        return MORE
    total = PREFIX + int(digits) + CHECK
    return total if len(buffer) - at >= total else MORE


def fault(frame: bytes) -> str:
    """What is wrong with the checksum of a frame of the right length, or nothing."""
    segment, said = frame[PREFIX:-CHECK], frame[-CHECK:].upper()
    if _habit(segment, said) is not None:
        return ""
    wanted = checksum(segment, Habit.STANDARD).decode()
    return f"the checksum is {ascii(said.decode('latin-1'))[1:-1]}, computed {wanted}"


def _habit(segment: bytes, said: bytes) -> Habit | None:
    return next((habit for habit in Habit if checksum(segment, habit) == said), None)


SHAPE = Shape((HEAD,), measure, fault, LINE_END)


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: its data segment, and how its checksum is computed."""

    segment: bytes
    habit: Habit = Habit.STANDARD


def parse(raw: bytes) -> Frame:
    """The frame in exactly these bytes, with or without a line end; raises Undecodable."""
    raw = raw.removesuffix(b"\n").removesuffix(b"\r")
    size = measure(bytearray(raw), 0)
    if size == NO_FRAME:
        raise Undecodable("no ## and four digits of length at byte 0")
    if size != len(raw):
        wanted = PREFIX + int(raw[2:PREFIX]) + CHECK if len(raw) >= PREFIX else "more"
        raise Undecodable(f"{len(raw)} bytes, by its length the frame has {wanted}")
    if problem := fault(raw):
        raise Undecodable(problem)
    segment = raw[PREFIX:-CHECK]
    return Frame(segment, _habit(segment, raw[-CHECK:].upper()) or Habit.STANDARD)


def write(frame: Frame) -> bytes:
    """The bytes of a frame with its line end; ValueError when it is too long."""
    if len(frame.segment) > MOST_SEGMENT:
        raise ValueError(f"{len(frame.segment)} bytes of data segment, at most {MOST_SEGMENT} can be told")
    return b"##%04d" % len(frame.segment) + frame.segment + checksum(frame.segment, frame.habit) + LINE_END
