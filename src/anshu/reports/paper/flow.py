"""Runs lines down pages: a cursor in the text area, and the marks it leaves. Distances are points from the top left."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from anshu.reports.paper.document import Align, Face, Text
from anshu.reports.paper.lines import Line, broken
from anshu.reports.paper.measures import LEFT, TEXT_HEIGHT, TEXT_WIDTH, TOP, Measures

"""How wide a text is in a face at a size, in points."""
Gauge: TypeAlias = Callable[[str, Face, float], float]

_ASCENT = 0.88  # of the type's size, from the top of a full-width character to its base line
_UNDERLINE = 0.2  # of the type's size, below the base line
_EDGE = 0.01


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Text on a base line; `spacing` is added after each character."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    spacing: float = 0
    red: bool = False


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight rule."""

    start: tuple[float, float]
    end: tuple[float, float]
    width: float = 0.5
    red: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture inside a box, in its own proportions."""

    x: float
    y: float
    width: float
    height: float
    content: bytes = field(repr=False)


Mark: TypeAlias = Glyphs | Stroke | Picture


@dataclass(frozen=True, slots=True)
class Type:
    """How a piece of text is set: face, size, distance of base lines, and what is added after each character."""

    face: Face
    size: float
    pitch: float
    spacing: float = 0


@dataclass(slots=True)
class Flow:
    """Pages of marks, and `y`, how far down the text area of the last one the next line begins."""

    measures: Measures
    gauge: Gauge
    pages: list[list[Mark]] = field(default_factory=lambda: [[]])
    y: float = 0

    @property
    def type(self) -> Type:
        """Running text."""
        return self.faced(Face.FANGSONG)

    def faced(self, face: Face) -> Type:
        """Running text in another face."""
        return Type(face, self.measures.size, self.measures.pitch, self.measures.spacing)

    @property
    def room(self) -> float:
        """What is left of the page."""
        return TEXT_HEIGHT - self.y + _EDGE

    def turn(self) -> None:
        """Go on at the top of a new page."""
        self.pages.append([])
        self.y = 0

    def need(self, height: float) -> None:
        """Turn the page unless this much is left of it."""
        if height > self.room and self.y > 0:
            self.turn()

    def skip(self, lines: float = 1) -> None:
        """Leave lines empty."""
        self.y += lines * self.measures.pitch

    def to_grid(self) -> None:
        """Go down to where the next line of running text begins."""
        self.y = math.ceil(self.y / self.measures.pitch - _EDGE) * self.measures.pitch

    def put(self, mark: Mark) -> None:
        """Leave a mark on the page."""
        self.pages[-1].append(mark)

    def lines(self, text: Text, kind: Type, width: float, indent: float = 0) -> list[Line]:
        """The lines of a text in a column this wide."""
        return broken(
            text, lambda part: self.gauge(part, kind.face, kind.size) + len(part) * kind.spacing, width - indent, width
        )

    def paragraph(
        self, text: Text, kind: Type, *, indent: float = 0, align: Align = Align.JUSTIFIED, keep: float = 0
    ) -> None:
        """A paragraph down the text area; `keep`: what must follow on the page of its last two lines."""
        lines = self.lines(text, kind, TEXT_WIDTH, indent)
        for number, line in enumerate(lines):
            left = len(lines) - number
            self.need(kind.pitch if not keep or left > 2 else left * kind.pitch + keep)
            shift = indent if number == 0 else 0
            self.line(line, kind, (LEFT + shift, TEXT_WIDTH - shift), align)
            self.y += kind.pitch

    def line(self, line: Line, kind: Type, column: tuple[float, float], align: Align, *, red: bool = False) -> None:
        """One line at the cursor, in a column given by its left edge on the page and its width."""
        left, width = column
        spacing = kind.spacing + self._opening(line, width, align)
        natural = line.width + (spacing - kind.spacing) * line.length
        x = left + {Align.CENTRED: (width - natural) / 2, Align.RIGHT: width - natural}.get(align, 0)
        y = TOP + self.y + (kind.pitch - kind.size) / 2 + _ASCENT * kind.size
        for piece in line.pieces:
            length = self.gauge(piece.text, kind.face, kind.size) + len(piece.text) * spacing
            if piece.text.strip():
                self.put(Glyphs(x, y, piece.text, kind.face, kind.size, spacing, red))
            if piece.underlined:
                end = left + width if line.stretches and piece is line.pieces[-1] else x + length
                below = y + _UNDERLINE * kind.size
                self.put(Stroke((x, below), (end, below)))
            x += length

    @staticmethod
    def _opening(line: Line, width: float, align: Align) -> float:
        """What is added after each character so that a justified line reaches both margins."""
        short = width - line.width
        if not line.length or align is not Align.JUSTIFIED or (line.ends and short >= 0):
            return 0
        # The space after the last character lies beyond the margin.
        opening = short / max(line.length - 1, 1)
        return opening if opening < width / line.length / 2 else 0
