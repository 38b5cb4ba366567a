"""Machine code that reads lines of readings, as long as each is plain: the three members, plain text, plain numbers.

It never refuses anything: at the first line that is not plain, or would not become a reading, it says so and stops, and
the body is read by `intake`, which knows every case and every reason.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from anshu.engines.compiled import entry, kernel
from anshu.telemetry.readings import Integers, Numbers

Text = npt.NDArray[np.uint8]

QUOTE, BACKSLASH, OPEN, CLOSE, COLON, COMMA, MINUS, PLUS, POINT, ZERO = (ord(sign) for sign in '"\\{}:,-+.0')
SPACE, TAB, RETURN, NEWLINE, BIG_T, BIG_Z, SMALL_E, BIG_E = (ord(sign) for sign in " \t\r\nTZeE")
CHANNEL_NAME, AT_NAME, VALUE_NAME = (np.frombuffer(name, np.uint8) for name in (b"channel", b"at", b"value"))
CHANNEL, AT, VALUE, ALL = 1, 2, 4, 7
DAY_S = 86_400
EXACT = 1 << 53
TENS = 10.0 ** np.arange(23)


class Codes(NamedTuple):
    """Channel codes as machine code looks them up: `place` holds rows plus one, of the other columns.

    The code of a row is `text[start:end]`; `lowest` and `highest` bound what its channel can send.
    """

    place: npt.NDArray[np.int32]
    text: Text
    start: Integers
    end: Integers
    number: Integers
    lowest: Numbers
    highest: Numbers


class Window(NamedTuple):
    """Instants from first to last, both included, and the largest magnitude, that are taken in."""

    first_ms: int
    last_ms: int
    magnitude: float


class Lines(NamedTuple):
    """What `scan` writes: the readings, and where in the body each line begins and ends, and which row its code is."""

    channel: Integers
    at_ms: Integers
    value: Numbers
    start: Integers
    end: Integers
    row: Integers


@kernel
def mixed(text: Text, start: int, end: int) -> np.uint64:
    """A number that is likely to be another for another text (FNV-1a)."""
    found = np.uint64(0xCBF29CE484222325)
    for place in range(start, end):
        found = (found ^ np.uint64(text[place])) * np.uint64(0x100000001B3)
    return found ^ (found >> np.uint64(32))


@kernel
def same(text: Text, start: int, other: Text, from_: int, length: int) -> bool:
    """Whether two stretches of text are equal."""
    for step in range(length):  # noqa: SIM110  # machine code knows no generators
        if text[start + step] != other[from_ + step]:
            return False
    return True


@entry
def enter(codes: Codes) -> None:
    """Fill the places of a table whose other columns are complete."""
    mask = len(codes.place) - 1
    for row in range(len(codes.start)):
        at = np.int64(mixed(codes.text, codes.start[row], codes.end[row]) & np.uint64(mask))
        while codes.place[at]:
            at = np.int64((at + 1) & mask)
        codes.place[at] = row + 1


@kernel
def row_of(codes: Codes, text: Text, start: int, end: int) -> int:
    """The row of a code, or -1."""
    mask = len(codes.place) - 1
    at = np.int64(mixed(text, start, end) & np.uint64(mask))
    while codes.place[at]:
        row = int(codes.place[at]) - 1
        length = codes.end[row] - codes.start[row]
        if length == end - start and same(codes.text, codes.start[row], text, start, length):
            return row
        at = np.int64((at + 1) & mask)
    return -1


@kernel
def past_blanks(text: Text, at: int) -> int:
    """The next place that is no blank."""
    while at < len(text) and (text[at] == SPACE or text[at] == TAB or text[at] == RETURN):
        at += 1
    return at


@kernel
def text_end(text: Text, at: int) -> int:
    """Where a plain text that begins at `at` ends in a quotation mark; -1 where it is not plain."""
    while at < len(text):
        sign = text[at]
        if sign == QUOTE:
            return at
        if sign == BACKSLASH or sign < SPACE or sign > 126:
            return -1
        at += 1
    return -1


@kernel
def digits(text: Text, at: int, count: int) -> int:
    """The number that so many digits make, or -1."""
    if at + count > len(text):
        return -1
    found = 0
    for place in range(at, at + count):
        if not 0 <= text[place] - ZERO <= 9:
            return -1
        found = found * 10 + (text[place] - ZERO)
    return found


@kernel
def days_before(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date of the Gregorian calendar; -1 for a day that it has not, or before 1970."""
    if year < 1970 or not 1 <= month <= 12 or day < 1:
        return -1
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    longest = 30 + (month + month // 8) % 2
    if month == 2:
        longest = 29 if leap else 28
    if day > longest:
        return -1
    shifted = year - 1 if month <= 2 else year
    since_march = (month + 9) % 12
    return shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400 + (since_march * 153 + 2) // 5 + day - 719_469


@kernel
def instant(text: Text, start: int, end: int) -> int:
    """Milliseconds since 1970 of YYYY-MM-DDThh:mm:ss[.s to .ssssss](Z or ±hh:mm), or -1 where it is not that."""
    if end - start < 20 or text[start + 4] != MINUS or text[start + 7] != MINUS or text[start + 10] != BIG_T:
        return -1
    if text[start + 13] != COLON or text[start + 16] != COLON:
        return -1
    day = days_before(digits(text, start, 4), digits(text, start + 5, 2), digits(text, start + 8, 2))
    hour, minute, second = digits(text, start + 11, 2), digits(text, start + 14, 2), digits(text, start + 17, 2)
    if day < 0 or not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return -1
    at, thousandths = start + 19, 0
    if text[at] == POINT:
        at, scale, places = at + 1, 100, 0
        while at < end and 0 <= text[at] - ZERO <= 9:
            thousandths += (text[at] - ZERO) * scale
            scale //= 10
            at, places = at + 1, places + 1
        if not 1 <= places <= 6:
            return -1
    offset = zone_s(text, at, end)
    if offset == DAY_S:
        return -1
    return (day * DAY_S + hour * 3600 + minute * 60 + second - offset) * 1000 + thousandths


@kernel
def zone_s(text: Text, at: int, end: int) -> int:
    """Seconds ahead of UTC that Z or ±hh:mm say, or a whole day where the text does not end in such."""
    if at + 1 == end and text[at] == BIG_Z:
        return 0
    if at + 6 != end or text[at + 3] != COLON or (text[at] != PLUS and text[at] != MINUS):
        return DAY_S
    hour, minute = digits(text, at + 1, 2), digits(text, at + 4, 2)
    if not (0 <= hour < 24 and 0 <= minute < 60):
        return DAY_S
    seconds = hour * 3600 + minute * 60
    return -seconds if text[at] == MINUS else seconds


@kernel
def number(text: Text, at: int) -> tuple[int, float]:
    """Where a number that begins at `at` ends, and its value; -1 where it is none, or one that takes more care: with
    more than 53 bits of digits or a power of ten beyond 22 the nearest double is not found by one multiplication."""
    size, negative = len(text), text[at] == MINUS
    at += negative
    first, found, power = at, 0, 0
    while at < size and 0 <= text[at] - ZERO <= 9 and found < EXACT:
        found, at = found * 10 + (text[at] - ZERO), at + 1
    if at == first or (text[first] == ZERO and at > first + 1):
        return -1, 0.0
    if at < size and text[at] == POINT:
        at += 1
        first = at
        while at < size and 0 <= text[at] - ZERO <= 9 and found < EXACT:
            found, at = found * 10 + (text[at] - ZERO), at + 1
        if at == first:
            return -1, 0.0
        power = first - at
    if at < size and (text[at] == SMALL_E or text[at] == BIG_E):
        below = at + 1 < size and text[at + 1] == MINUS
        at += 2 if below or (at + 1 < size and text[at + 1] == PLUS) else 1
        first, raised = at, 0
        while at < size and 0 <= text[at] - ZERO <= 9 and raised < 100:
            raised, at = raised * 10 + (text[at] - ZERO), at + 1
        if at == first:
            return -1, 0.0
        power += -raised if below else raised
    if found >= EXACT or not -22 <= power <= 22:
        return -1, 0.0
    value = found / TENS[-power] if power < 0 else found * TENS[power]
    return at, -value if negative else value


@kernel
def member(text: Text, at: int) -> tuple[int, int]:
    """Which member's name and colon stand at `at`, and where its value begins; 0 where it is none of ours."""
    end = text_end(text, at + 1) if at < len(text) and text[at] == QUOTE else -1
    which, length = 0, end - at - 1
    if length == len(CHANNEL_NAME) and same(text, at + 1, CHANNEL_NAME, 0, length):
        which = CHANNEL
    elif length == len(AT_NAME) and same(text, at + 1, AT_NAME, 0, length):
        which = AT
    elif length == len(VALUE_NAME) and same(text, at + 1, VALUE_NAME, 0, length):
        which = VALUE
    at = past_blanks(text, end + 1)
    if not which or at >= len(text) or text[at] != COLON:
        return 0, at
    return which, past_blanks(text, at + 1)


@kernel
def line(text: Text, at: int, codes: Codes, out: Lines, index: int) -> int:
    """Read the object that begins at `at` into a row of `out`; where it ends, or -1 where it is not plain."""
    seen, size = 0, len(text)
    while seen != ALL:
        which, at = member(text, past_blanks(text, at + 1))
        if not which or seen & which or at >= size:
            return -1
        seen |= which
        if which == VALUE:
            at, out.value[index] = number(text, at)
        else:
            end = text_end(text, at + 1) if text[at] == QUOTE else -1
            if end < 0:
                return -1
            if which == AT:
                out.at_ms[index] = instant(text, at + 1, end)
            else:
                out.row[index] = row_of(codes, text, at + 1, end)
            at = end + 1
        if at < 0:
            return -1
        at = past_blanks(text, at)
        if at >= size or text[at] != (CLOSE if seen == ALL else COMMA):
            return -1
    return at + 1


@entry
def scan(text: Text, codes: Codes, window: Window, out: Lines, longest: int) -> int:
    """Read all lines into `out`, which has room for them; how many, or -1 where one is not plain or no reading."""
    at, count, size = 0, 0, len(text)
    while at < size:
        at = past_blanks(text, at)
        if at >= size:
            break
        if text[at] == NEWLINE:
            at += 1
            continue
        out.start[count] = at
        end = line(text, at, codes, out, count) if text[at] == OPEN else -1
        if end < 0 or end - at > longest or out.row[count] < 0:
            return -1
        out.end[count] = end
        at = past_blanks(text, end)
        if at < size and text[at] != NEWLINE:
            return -1
        row, value = out.row[count], out.value[count]
        if not (codes.lowest[row] <= value <= codes.highest[row] and abs(value) <= window.magnitude):
            return -1
        if not window.first_ms <= out.at_ms[count] <= window.last_ms:
            return -1
        out.channel[count] = codes.number[row]
        count += 1
    return count
