"""Messages of HJ 212: the fields before the data, the data in groups; bytes to a Message and back."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from anshu.gateways.frames.codec import Undecodable
from anshu.gateways.hj212.frame import BEGIN_DATA, END_DATA, PREFIX, Frame, Habit, parse, write

BEIJING = timezone(timedelta(hours=8))
EDITIONS = {0: "2005", 1: "2017", 2: "2025"}
MOST_FIELDS = 2_000

Group = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `fields` are those before the data, in the order in which they came; `data` what lies between CP=&&
    and &&, as it came (perhaps encrypted); `tail` anything behind, which should not be."""

    fields: tuple[tuple[str, str], ...]
    data: bytes = b""
    habit: Habit = Habit.STANDARD
    tail: str = ""

    def field(self, name: str) -> str:
        """A field before the data, empty where it is absent."""
        return next((value for key, value in self.fields if key == name), "")

    @property
    def flag(self) -> int:
        """The number in Flag; 0, the edition of 2005 that wants no answer, where it is absent or none."""
        text = self.field("Flag")
        return int(text) if is_digits(text) and len(text) <= 3 else 0

    @property
    def edition(self) -> str:
        """The year of the edition that Flag names."""
        return EDITIONS.get(self.flag >> 2, "unknown")

    @property
    def wants_answer(self) -> bool:
        """Whether an answer is waited for."""
        return bool(self.flag & 1)

    @property
    def packet(self) -> tuple[int, int] | None:
        """(number, total) of a message in several packets. ValueError where Flag says so but they are no numbers."""
        total, number = self.field("PNUM"), self.field("PNO")
        if not self.flag & 2 or total in ("", "1"):
            return None
        if not (is_digits(total) and is_digits(number)):
            raise ValueError(f"packet {number[:20]} of {total[:20]}")
        return int(number[:6]), int(total[:6])


def is_digits(text: str) -> bool:
    """Whether a text is one or more of the digits 0 to 9."""
    return text.isascii() and text.isdecimal()


def decode(raw: bytes) -> Message:
    """The message in exactly these bytes, with or without a line end; raises Undecodable."""
    frame = parse(raw)
    header, found, rest = frame.segment.partition(BEGIN_DATA)
    data, closed, tail = rest.rpartition(END_DATA)
    if found and not closed:
        raise Undecodable(f"the data that begin at byte {PREFIX + len(header)} are not closed with &&")
    fields = []
    for part in filter(None, text_of(header).split(";")):
        name, equals, value = part.partition("=")
        if not equals:
            raise Undecodable(f"{part[:40]!r} is no field: there is no equals sign")
        fields.append((name, value))
    if not fields:
        raise Undecodable("there are no fields")
    return Message(tuple(fields), data, frame.habit, text_of(tail))


def text_of(raw: bytes) -> str:
    """A text in UTF-8 or, as old devices write, GB18030; raises Undecodable."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Undecodable("the text is neither UTF-8 nor GB18030")


def encode(message: Message) -> bytes:
    """The bytes of a message with its line end, texts in UTF-8; ValueError when it is too long."""
    header = "".join(f"{name}={value};" for name, value in message.fields).encode()
    segment = header + BEGIN_DATA + message.data + END_DATA + message.tail.encode()
    return write(Frame(segment, message.habit))


def groups(data: bytes) -> list[Group]:
    """Plain data as groups of (name, value); raises Undecodable for what holds something other than fields."""
    found: list[Group] = []
    count = 0
    for part in filter(None, text_of(data).split(";")):
        group = []
        for each in filter(None, part.split(",")):
            name, equals, value = each.partition("=")
            count += 1
            if not equals or not name or count > MOST_FIELDS:
                raise Undecodable(f"{each[:40]!r} in the data is no field, or there are more than {MOST_FIELDS}")
            group.append((name.strip(), value.strip()))
        found.append(tuple(group))
    return found


def written(found: list[Group]) -> bytes:
    """Groups as data."""
    return ";".join(",".join(f"{name}={value}" for name, value in group) for group in found).encode()


def instant(text: str) -> datetime | None:
    """An instant of yyyyMMddHHmmss, with or without milliseconds, in Beijing time; None where it is none."""
    if len(text) not in (14, 17) or not is_digits(text):
        return None
    month, day, hour, minute, second = (int(text[at : at + 2]) for at in range(4, 14, 2))
    try:
        return datetime(int(text[:4]), month, day, hour, minute, second, int(text[14:] or 0) * 1_000, BEIJING)
    except ValueError:
        return None
