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
_EDGE = 1e-6

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


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is never cut, and its width."""

    span: Span
    width: float


def broken(text: Text, ruler: Ruler, first: float, rest: float) -> list[Line]:
    """Lines no wider than `first` and then `rest`, in the unit of the ruler; one sign more may be drawn together."""
    lines: list[Line] = []
    held: list[_Unit] = []
    width = 0.0
    waiting = list(_units(text, ruler, min(first, rest)))
    waiting.reverse()
    while waiting:
        limit = rest if lines else first
        unit = waiting.pop()
        wider = width + unit.width
        if wider <= limit + _EDGE:
            held.append(unit)
            width = wider
            continue
        if _tightens(held, unit, waiting, wider / limit):
            held.append(unit)
        else:
            waiting.append(unit)
            while len(held) > 1 and (waiting[-1].span.text[0] in NOT_FIRST or held[-1].span.text[-1] in NOT_LAST):
                waiting.append(held.pop())
        if waiting:
            lines.append(_line(held, ends=False))
            held, width = [], 0.0
    lines.append(_line(held, ends=True))
    return lines


def _units(text: Text, ruler: Ruler, limit: float) -> Iterator[_Unit]:
    """What is never cut: one Chinese character, one word or number, one dash."""
    for span in text:
        for match in _UNITS.finditer(span.text):
            whole = ruler(match[0])
            if whole <= limit:
                yield _Unit(replace(span, text=match[0]), whole)
            else:
                yield from (_Unit(replace(span, text=part), ruler(part)) for part in match[0])
        if not span.text and span.stretches:
            yield _Unit(span, 0)


def _tightens(held: list[_Unit], unit: _Unit, waiting: list[_Unit], ratio: float) -> bool:
    """Whether a sign that may not begin a line can be drawn into the one before."""
    follows = bool(waiting) and waiting[-1].span.text[:1] in NOT_FIRST
    full = sum(len(one.span.text) for one in held) >= _LEAST_TO_TIGHTEN
    return unit.span.text[0] in NOT_FIRST and not follows and full and ratio <= _TIGHTEN


def _line(units: list[_Unit], *, ends: bool) -> Line:
    spans = [unit.span for unit in units]
    pieces = tuple(
        Span("".join(span.text for span in same), *key)
        for key, same in groupby(spans, lambda span: (span.underlined, span.stretches))
    )
    return Line(pieces, sum(unit.width for unit in units), ends)
