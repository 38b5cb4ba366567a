"""The values in the data of HJ 212: numbers with their times, and whether the device vouches for them."""

from collections.abc import Iterator

from anshu.gateways.frames.codec import Reading
from anshu.gateways.hj212.codes import GOOD, POLLUTANTS, STATISTICS, UNITLESS
from anshu.gateways.hj212.message import Group, Message, instant, is_digits

# Fields of a group that say something about its values instead of being values.
ABOUT = frozenset({"Flag", "EFlag", "SampleTime"})
MOST_DIGITS = 30


def readings_of(message: Message, found: list[Group]) -> Iterator[Reading]:
    """Every number in the data with its time: that of its group, else of the data, else of the message."""
    said = next((value for group in found for name, value in group if name == "DataTime"), "")
    at = instant(said) if said else instant(message.field("QN"))
    for group in found:
        about = dict(group)
        for name, text in group:
            code, dash, kind = name.partition("-")
            own = about.get(f"{code}-SampleTime")
            moment = instant(own) if own else at
            if not dash or kind in ABOUT or moment is None or (value := number(text)) is None:
                continue
            flag = about.get(f"{code}-Flag", GOOD).upper()
            yield Reading(name, moment, value, _words(code, kind), doubtful=flag not in ("", GOOD))


def number(text: str) -> float | None:
    """A number of digits, a sign and a point, or None for anything else."""
    digits = text.removeprefix("-").removeprefix("+").replace(".", "", 1)
    return float(text) if is_digits(digits) and len(digits) <= MOST_DIGITS else None


def _words(code: str, kind: str) -> str:
    words, unit = POLLUTANTS.get(code, ("", ""))
    return ", ".join(filter(None, (words, STATISTICS.get(kind, ""), "" if kind in UNITLESS else unit)))
