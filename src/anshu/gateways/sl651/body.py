"""What stands in the text of a frame: serial number, time of sending, station, class, and the elements one by one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from anshu.gateways.sl651.elements import (
    ELEMENTS,
    EXTENSION,
    HOURLY,
    LEVEL_SERIES,
    RAIN_SERIES,
    SERIES,
    STATION,
    STATUS,
    STATUS_BITS,
    STEP,
    TIME,
    WITH_CLASS,
    Element,
)
from anshu.gateways.sl651.numbers import instant, number, step

FIVE_MINUTES = timedelta(minutes=5)
# More elements than any report has: what follows them is not taken apart, so that a text of megabytes stays small.
MOST_ITEMS = 5_000
MOST_DIGITS = 30
# Functions in which one element may repeat to the end, each value a step after the one before.
STEPPED = frozenset({SERIES, 0x38})


@dataclass(frozen=True, slots=True)
class Item:
    """One element as it came. `id` 0 to FF, above 100 behind the extension mark FF; `definition` the byte that says
    how many bytes (high 5 bits) and decimals (low 3) it has, or its own identifier again for one that runs to the end;
    in ASCII it is -1, `data` is the text and `name` the identifier. `bare`: one of a uniform series, which stands
    without identifier and definition behind the one before."""

    id: int
    definition: int
    data: bytes
    name: str = ""
    bare: bool = False

    @property
    def point(self) -> str:
        """What the register of channels calls it: 39, FF07; an ASCII name that the standard does not have, as it is."""
        if self.id < 0:
            return self.name
        return f"{self.id:02X}" if self.id <= EXTENSION else f"FF{self.id & 0xFF:02X}"

    @property
    def element(self) -> Element | None:
        """What the standard says of it."""
        return ELEMENTS.get(self.id)

    @property
    def is_long(self) -> bool:
        """Whether it runs to the end of the text: a picture, words by hand, batches."""
        return self.definition == self.id & 0xFF and self.id >= 0xF2

    def value(self) -> float | None:
        """The number; None where the station had none. ValueError where it is no number."""
        if self.definition < 0:
            text = self.data.decode("ascii", "replace").strip()
            return None if text.upper() in ("", "M") else _plain_number(text)
        if self.id == STATUS:
            return float(int.from_bytes(self.data, "big"))
        return number(self.data, self.definition & 0b111)

    def time(self) -> datetime | None:
        """The instant of a time item; None where it is none."""
        return instant(self.data.decode("ascii", "replace") if self.definition < 0 else self.data.hex())

    def series(self) -> list[float | None] | None:
        """The values of a five-minute series (mm, or m above the station's own mark), None for any other element."""
        size = 1 if self.id == RAIN_SERIES else 2 if self.id in LEVEL_SERIES else 0
        if not size or self.is_long:
            return None
        data = self.data
        if self.definition < 0:
            data = bytes.fromhex(data.decode("ascii", "replace"))
        words = [int.from_bytes(data[at : at + size], "big") for at in range(0, len(data) - size + 1, size)]
        missing, scale = (0xFF, 10) if size == 1 else (0xFFFF, 100)
        return [None if word == missing else word / scale for word in words]

    def states(self) -> Iterator[tuple[int, str, bool]]:
        """(bit, what it says, whether that is so) of a status; nothing for any other element."""
        if self.id != STATUS or not self.data:
            return
        text = self.data.decode("ascii", "replace").strip() if self.definition < 0 else self.data.hex()
        bits = int(text, 16)
        for bit, (words, meant) in STATUS_BITS.items():
            yield bit, words, (bits >> bit & 1) == meant


def _plain_number(text: str) -> float:
    """A number written with digits, sign and point alone: what Python reads besides (1e9, inf, 1_0) is none here."""
    digits = text.removeprefix("-").removeprefix("+").replace(".", "", 1)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS):
        raise ValueError(f"{text[:40]} is no number")
    return float(text)


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a frame. `sent` and the data of time items are digits as they came, YYMMDDHHmm(SS), Beijing time;
    `station` 10 digits where the text repeats it; `kind` the class of the station; `rest` what could not be told apart
    (settings, versions, counts: every function has its own form)."""

    serial: int
    sent: str
    station: str = ""
    kind: int | None = None
    items: tuple[Item, ...] = ()
    rest: bytes = b""

    @property
    def sent_at(self) -> datetime | None:
        """When it was sent, by the station's clock."""
        return instant(self.sent)


@dataclass(frozen=True, slots=True)
class Datum:
    """A value with its time: the end of the period that it belongs to. `fault` says why there is none."""

    item: Item
    at: datetime | None
    value: float | None
    fault: str = ""
    words: str = field(default="")
    point: str = ""


def data_of(body: Body, function: int) -> Iterator[Datum]:
    """Every value of a body with its time, series and states taken apart.

    The time of a series is that of its first value; what follows a series in an hourly report without a time of its
    own belongs to the hour that the series ends.
    """
    at = first_at = body.sent_at
    stride, count = None, 0
    for item in body.items:
        if item.id == TIME:
            at = first_at = item.time()
            count = 0
        elif item.id == STEP:
            stride = step(item.data) if item.definition >= 0 else _ascii_step(item)
        elif not item.is_long:
            length = _length(item)
            moment = first_at if length else at
            if at is not None and stride is not None and function in STEPPED and not length:
                moment, count = at + count * stride, count + 1
            yield from _data(item, moment)
            if first_at is not None and function == HOURLY and length:
                at = first_at + (length - 1) * FIVE_MINUTES


def _ascii_step(item: Item) -> timedelta | None:
    """The step in a name DRHnn, DRDnn or DRNnn: hours, days, minutes."""
    digits, unit = item.name[3:], item.name[2:3]
    if not digits.isdecimal() or len(digits) > 2:
        return None
    return {"H": timedelta(hours=1), "D": timedelta(days=1)}.get(unit, timedelta(minutes=1)) * int(digits) or None


def _length(item: Item) -> int:
    """How many values a series has; 0 for any other element."""
    try:
        return len(item.series() or ())
    except ValueError:
        return 0


def _data(item: Item, at: datetime | None) -> Iterator[Datum]:
    words = "" if item.element is None else item.element.words
    try:
        series = item.series()
        if series is not None:
            for place, value in enumerate(series):
                yield Datum(item, None if at is None else at + place * FIVE_MINUTES, value, "", words, item.point)
        elif item.id == STATUS:
            for bit, said, holds in item.states():
                yield Datum(item, at, float(holds), "", said, f"{item.point}.{bit}")
        else:
            yield Datum(item, at, item.value(), "", words, item.point)
    except (ValueError, OverflowError) as error:
        yield Datum(item, at, None, str(error), words, item.point)


def parse_text(text: bytes, function: int) -> Body:
    """Read the text of a binary frame to the centre; never raises: what cannot be told apart is `rest`."""
    body = Body(int.from_bytes(text[:2], "big"), text[2:8].hex())
    at, station, kind = 8, "", None
    if text[at : at + 2] == b"\xf1\xf1" and len(text) >= at + 7:
        station, at = text[at + 2 : at + 7].hex().upper(), at + 7
        if function in WITH_CLASS and at < len(text):
            kind, at = text[at], at + 1
    items: list[Item] = []
    if function in WITH_CLASS or text[at : at + 1] in (b"\xf0", b"\xf2", b"\xf3"):
        at = _parse_items(text, at, function, items)
    return Body(body.serial, body.sent, station, kind, tuple(items), text[at:])


def _parse_items(text: bytes, at: int, function: int, items: list[Item]) -> int:
    """Append the items that begin at `at`; where the first byte lies that belongs to none."""
    stepped = False
    while at + 2 <= len(text) and len(items) < MOST_ITEMS:
        extended = text[at] == EXTENSION
        begin = at + extended
        if begin + 2 > len(text):
            break
        number_, definition, at_data = text[begin], text[begin + 1], begin + 2
        size = definition >> 3
        if number_ in (TIME, STATION) and definition == number_ and not extended:
            size = 5
        elif definition == number_ and number_ >= 0xF2:
            size = len(text) - at_data
        end = at_data + size
        if end > len(text):
            break
        identity = number_ | 0x100 if extended else number_
        items.append(Item(identity, definition, text[at_data:end]))
        at = end
        repeats = stepped and function in STEPPED and identity < 0xF0 and size
        if repeats and 0 < len(text) - end <= size * MOST_ITEMS and (len(text) - end) % size == 0:
            following = range(end, len(text), size)
            items += [Item(identity, definition, text[begin : begin + size], bare=True) for begin in following]
            return len(text)
        stepped = stepped or identity == STEP
    return at


def write_text(body: Body) -> bytes:
    """The text of a binary frame. ValueError where a field does not fit."""
    sent = bytes.fromhex(body.sent)
    parts = [body.serial.to_bytes(2, "big"), sent]
    if body.station:
        parts += [b"\xf1\xf1", bytes.fromhex(body.station)]
    if body.kind is not None:
        parts.append(bytes([body.kind]))
    for item in body.items:
        if item.definition < 0:
            raise ValueError(f"{item.name} is written as in ASCII")
        if not item.bare:
            parts += [b"\xff" if item.id > EXTENSION else b"", bytes([item.id & 0xFF, item.definition])]
        parts.append(item.data)
    return b"".join([*parts, body.rest])
