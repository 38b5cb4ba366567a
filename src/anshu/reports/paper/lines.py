"""Breaks Chinese text into lines: no punctuation first in a line, no opening bracket last, no number cut in two."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from anshu.reports.paper.document import Span, Text

NOT_FIRST = frozenset("，。、；：？！）〕】》〉」』”’…—％%℃,.;:?!)]}")
NOT_LAST = frozenset("（〔【《〈「『“‘([{￥¥")
_UNITS = re.compile(r"—+|…+|[A-Za-z0-9][A-Za-z0-9.,:/%+\-]*|.", re.DOTALL)
# A line that is one sign too long is drawn together rather than opened up, if the loss is not seen.
_LEAST_TO_TIGHTEN = 14
_TIGHTEN = 1.05

Ruler = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its pieces, their natural width, and whether the paragraph ends with it."""

    pieces: Text
    width: float
    ends: bool

    @property
    def length(self) -> int:
        """How many characters stand in it."""
        return sum(len(piece.text) for piece in self.pieces)

    @property
    def stretches(self) -> bool:
        """Whether its last piece is drawn on to the margin."""
        return self.ends and bool(self.pieces) and self.pieces[-1].stretches


def broken(text: Text, ruler: Ruler, first: float, rest: float) -> list[Line]:
    """Lines no wider than `first` and then `rest`, in the unit of the ruler; one sign more may be drawn together."""
    lines: list[Line] = []
    held: list[Span] = []
    waiting = list(_units(text, ruler, min(first, rest)))
    waiting.reverse()
    while waiting:
        limit = rest if lines else first
        unit = waiting.pop()
        if _width([*held, unit], ruler) <= limit + 1e-6:
            held.append(unit)
            continue
        if _tightens(held, unit, waiting, _width([*held, unit], ruler) / limit):
            held.append(unit)
        else:
            waiting.append(unit)
            while len(held) > 1 and (waiting[-1].text[0] in NOT_FIRST or held[-1].text[-1] in NOT_LAST):
                waiting.append(held.pop())
        if waiting:
            lines.append(_line(held, ruler, ends=False))
            held = []
    lines.append(_line(held, ruler, ends=True))
    return lines


def _units(text: Text, ruler: Ruler, limit: float) -> Iterator[Span]:
    """What is never cut: one Chinese character, one word or number, one dash."""
    for span in text:
        for match in _UNITS.finditer(span.text):
            fits = ruler(match[0]) <= limit
            yield from (replace(span, text=part) for part in ((match[0],) if fits else match[0]))
        if not span.text and span.stretches:
            yield span


def _tightens(held: list[Span], unit: Span, waiting: list[Span], ratio: float) -> bool:
    """Whether a sign that may not begin a line can be drawn into the one before."""
    follows = bool(waiting) and waiting[-1].text[:1] in NOT_FIRST
    full = sum(len(one.text) for one in held) >= _LEAST_TO_TIGHTEN
    return unit.text[0] in NOT_FIRST and not follows and full and ratio <= _TIGHTEN


def _line(units: list[Span], ruler: Ruler, *, ends: bool) -> Line:
    pieces = tuple(
        Span("".join(unit.text for unit in same), *key)
        for key, same in groupby(units, lambda unit: (unit.underlined, unit.stretches))
    )
    return Line(pieces, _width(units, ruler), ends)


def _width(units: list[Span], ruler: Ruler) -> float:
    return sum(ruler(unit.text) for unit in units)
