"""The small fields of GB/T 26875.3 (8.2): each reads its value off a body and writes it; times are Beijing time."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import IntFlag
from typing import Any

from anshu.gateways.frames.codec import Undecodable
from anshu.kernel.errors import Invalid

BEIJING = timezone(timedelta(hours=8))
TEXT_BYTES = 31
LONGEST_TEXT_BYTES = 255
NO_TIME = bytes(6)


class Reader:
    """Takes fields off the front of a body; raises Undecodable where the body ends too soon."""

    __slots__ = ("at", "body")

    def __init__(self, body: bytes) -> None:
        self.body, self.at = body, 0

    def take(self, size: int) -> bytes:
        """The next bytes."""
        end = self.at + size
        if end > len(self.body):
            raise Undecodable(f"{end - len(self.body)} bytes are missing at the end")
        taken, self.at = self.body[self.at : end], end
        return taken

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(len(self.body) - self.at)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object: how it is read, and how its value is written."""

    read: Callable[[Reader], Any]
    write: Callable[[Any], bytes]


def number(layout: str, kind: Callable[[int], Any] = int) -> Field:
    """A whole number in one of the layouts of `struct`; `kind` makes a value of it."""
    packed = struct.Struct(layout)

    def write(value: int) -> bytes:
        try:
            return packed.pack(int(value))
        except (struct.error, TypeError, ValueError) as error:
            raise Invalid("%(value)s does not fit its field: %(why)s", field="frame", value=value, why=error) from error

    return Field(lambda reader: kind(packed.unpack(reader.take(packed.size))[0]), write)


def flags(layout: str, kind: type[IntFlag]) -> Field:
    """A word of flags; bits without a name are kept."""
    return number(layout, kind)


def time_of(raw: bytes) -> datetime | None:
    """The instant in six bytes second, minute, hour, day, month, year less 2000; None for one that cannot be."""
    second, minute, hour, day, month, year = raw
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=BEIJING) if year < 100 else None
    except ValueError:
        return None


def time_bytes(at: datetime | None) -> bytes:
    """The six bytes of an aware instant between 2000 and 2099, to the second; all zero for none."""
    if at is None:
        return NO_TIME
    local = at.astimezone(BEIJING)
    if not 2000 <= local.year < 2100:
        raise Invalid("%(at)s does not fit a frame: its years are 2000 to 2099", field="at", at=at.isoformat())
    return bytes((local.second, local.minute, local.hour, local.day, local.month, local.year - 2000))


def text_of(raw: bytes) -> str:
    """The text in GB18030 bytes up to the first zero byte, without blanks at its end; what is no sign is replaced."""
    return raw.partition(b"\0")[0].decode("gb18030", "replace").rstrip(" ")


def text_bytes(text: str, most: int) -> bytes:
    """As much of a text as fits into `most` bytes of GB18030, no sign cut in two."""
    raw = text.encode("gb18030", "replace")[: most + 1]
    while len(raw) > most:
        text = text[: min(len(text) - 1, most)]
        raw = text.encode("gb18030", "replace")
    return raw


def _counted(reader: Reader) -> str:
    return text_of(reader.take(reader.take(1)[0]))


def _count(text: str) -> bytes:
    raw = text_bytes(text, LONGEST_TEXT_BYTES)
    return bytes((len(raw),)) + raw


BYTE = number("<B")
PLACE = number("<I")
SIGNED = number("<h")
TIME = Field(lambda reader: time_of(reader.take(6)), time_bytes)
TEXT = Field(
    lambda reader: text_of(reader.take(TEXT_BYTES)), lambda text: text_bytes(text, TEXT_BYTES).ljust(TEXT_BYTES, b"\0")
)
COUNTED_TEXT = Field(_counted, _count)
