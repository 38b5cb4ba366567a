"""What the register of channels says of a Modbus point, and how registers become its value.

A point is TABLE:ADDRESS[.BIT][:TYPE[:ORDER]][*SCALE][+OFFSET], such as `coil:7`, `input:30`, `holding:12.3`,
`holding:0:float32:CDAB*0.1`, `input:4:int16*0.1-40`.

- TABLE is coil, discrete, holding or input. ADDRESS is what goes over the wire and begins with 0: the register that
  manuals call 40001 is `holding:0`. BIT is one bit of a holding or input register, 0 the lowest.
- TYPE is int16, uint16 (when none is given), int32, uint32, int64, uint64, float32 or float64.
- ORDER says in which order the bytes of a number come: ABCD (when none is given) the highest first, CDAB words the
  other way round, BADC the two bytes of each word the other way round, DCBA both. It holds for longer and shorter
  numbers likewise.
- the value is the number times SCALE plus OFFSET, both decimal.
"""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np

from anshu.gateways.modbus.pdu import Function
from anshu.kernel.errors import Invalid

MOST_ADDRESS = 0xFFFF
LINEAR = re.compile(r"(?P<what>[^*+\-]*)(?:\*(?P<scale>[+\-]?[^+\-]*))?(?P<offset>[+\-].*)?")
DECIMAL = re.compile(r"[+\-]?\d{1,12}(\.\d{1,12})?")


class Table(StrEnum):
    """The four tables of a device."""

    COIL = "coil"
    DISCRETE = "discrete"
    HOLDING = "holding"
    INPUT = "input"

    @property
    def function(self) -> Function:
        """How it is read."""
        return FUNCTIONS[self]

    @property
    def of_bits(self) -> bool:
        """Whether it holds bits, not registers."""
        return self in (Table.COIL, Table.DISCRETE)


FUNCTIONS = {
    Table.COIL: Function.READ_COILS,
    Table.DISCRETE: Function.READ_DISCRETE,
    Table.HOLDING: Function.READ_HOLDING,
    Table.INPUT: Function.READ_INPUT,
}
TYPES = {
    "int16": ">h",
    "uint16": ">H",
    "int32": ">i",
    "uint32": ">I",
    "int64": ">q",
    "uint64": ">Q",
    "float32": ">f",
    "float64": ">d",
}
ORDERS = ("ABCD", "CDAB", "BADC", "DCBA")


@dataclass(frozen=True, slots=True)
class Point:
    """Where a value stands in a device and how it is made; `text` is how the register of channels has it."""

    text: str
    table: Table
    address: int
    type: str = "uint16"
    order: str = "ABCD"
    bit: int | None = None
    scale: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)

    @property
    def width(self) -> int:
        """How many bits or registers it takes up."""
        return 1 if self.table.of_bits else struct.calcsize(TYPES[self.type]) // 2

    def value(self, values: Sequence[int]) -> float:
        """The value in bits or registers, of which there are `width`; may be NaN or infinite if the device says so."""
        if self.table.of_bits:
            number: float = int(values[0])
        elif self.bit is not None:
            number = values[0] >> self.bit & 1
        else:
            number = number_of(values, self.type, self.order)
        # Multiplying and dividing by whole numbers keeps 204 x 0.1 at exactly 20.4.
        scaled = number * self.scale.numerator / self.scale.denominator
        return scaled + float(self.offset) if self.offset else float(scaled)


def number_of(registers: Sequence[int], kind: str, order: str) -> float:
    """The number in some registers; a float32 as the shortest decimal that it is told apart by."""
    words = list(registers) if order in ("ABCD", "BADC") else list(reversed(registers))
    # DCBA is the whole turned round: words reversed, and the bytes in each.
    layout = ">" if order in ("ABCD", "CDAB") else "<"
    raw = b"".join(struct.pack(f"{layout}H", word) for word in words)
    (number,) = struct.unpack(TYPES[kind], raw)
    return float(str(np.float32(number))) if kind == "float32" else number


def read_point(text: str) -> Point:
    """The point that a text describes; Invalid names the part that cannot be understood."""
    found = LINEAR.fullmatch(text.strip())
    if found is None:
        raise _wrong(text, "the scale or the offset", "write *SCALE, then +OFFSET or -OFFSET")
    scale = _decimal(text, "scale", found["scale"], "1")
    if not scale:
        raise _wrong(text, "the scale", "it must not be 0")
    parts = found["what"].split(":")
    if len(parts) < 2 or len(parts) > 4:
        raise _wrong(text, "the whole", "TABLE:ADDRESS[.BIT][:TYPE[:ORDER]] is expected")
    table = _chosen(text, "table", parts[0], tuple(Table))
    address, dot, bit = parts[1].partition(".")
    point = Point(
        text=text,
        table=Table(table),
        address=_number(text, "address", address, MOST_ADDRESS),
        type=_chosen(text, "type", parts[2], tuple(TYPES)) if len(parts) > 2 else "uint16",
        order=_chosen(text, "order", parts[3], ORDERS) if len(parts) > 3 else "ABCD",
        bit=_number(text, "bit", bit, 15) if dot else None,
        scale=scale,
        offset=_decimal(text, "offset", found["offset"], "0"),
    )
    _check_whole(point, typed=len(parts) > 2)
    return point


def _check_whole(point: Point, *, typed: bool) -> None:
    if typed and point.table.of_bits:
        raise _wrong(point.text, "the type", f"a {point.table} is one bit and has none")
    if point.bit is not None and (typed or point.table.of_bits):
        raise _wrong(point.text, "the bit", "only a register without a type has bits")
    if point.address + point.width - 1 > MOST_ADDRESS:
        raise _wrong(point.text, "the address", f"{point.width} registers from there go beyond {MOST_ADDRESS}")


def _chosen(text: str, part: str, word: str, known: tuple[str, ...]) -> str:
    if word not in known:
        raise _wrong(text, f"the {part}", f"{word[:20]!r} is none of {', '.join(known)}")
    return word


def _number(text: str, part: str, word: str, most: int) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 5) or int(word) > most:
        raise _wrong(text, f"the {part}", f"{word[:20]!r} is no number from 0 to {most}")
    return int(word)


def _decimal(text: str, part: str, word: str | None, otherwise: str) -> Fraction:
    word = otherwise if word is None else word
    if not DECIMAL.fullmatch(word):
        raise _wrong(text, f"the {part}", f"{word[:20]!r} is no decimal number")
    return Fraction(word)


def _wrong(text: str, part: str, why: str) -> Invalid:
    return Invalid(
        "point %(text)r: %(part)s: %(why)s", field="point", code="modbus_point", text=text[:60], part=part, why=why
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device is: its host, the unit behind it, and every how many seconds it is read."""

    host: str
    port: int
    unit: int
    every_s: float


PORT = 502
EVERY_S = 10.0
FASTEST_S, SLOWEST_S = 0.1, 86_400.0
PLACE = re.compile(
    r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.\-]{1,100})(?::(?P<port>\d{1,5}))?"
    r"(?:/(?P<unit>\d{1,3}))?(?:@(?P<every>\d{1,6}(?:\.\d{1,3})?))?"
)


def read_place(text: str, every_s: float = EVERY_S) -> Place:
    """HOST[:PORT][/UNIT][@SECONDS] of the register of devices; port 502, unit 1 when not given. Invalid otherwise."""
    found = PLACE.fullmatch(text.strip())
    if found is None:
        raise Invalid("address %(text)r is not HOST:PORT/UNIT or HOST:PORT/UNIT@SECONDS", field="address", text=text)
    port, unit = int(found["port"] or PORT), int(found["unit"] or 1)
    seconds = float(found["every"] or every_s)
    if not 1 <= port <= 65_535:
        raise Invalid("port %(port)s is not one of 1 to 65535", field="address", port=port)
    if unit > 255:
        raise Invalid("unit %(unit)s is not one of 0 to 255", field="address", unit=unit)
    if not FASTEST_S <= seconds <= SLOWEST_S:
        raise Invalid("a device is read every 0.1 to 86400 seconds", field="address")
    return Place(found["host"].strip("[]"), port, unit, seconds)
