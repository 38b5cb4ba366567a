"""The typefaces that PDFs are set in: where they lie, how wide they run, and which one has a rare character.

They are built with the front end (`frontend/paper.ts`): LXGW WenKai for 仿宋 and 楷体, Noto Serif SC for 小标宋,
Noto Sans SC for 黑体, all under the SIL Open Font License, which allows embedding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from threading import Lock

from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from anshu.kernel.errors import Refused
from anshu.reports.paper.document import Face

FOLDER = Path(__file__).parent / "fonts"
# Curly quotes of these faces are as narrow as Latin ones; in Chinese text each fills a square, its ink on the inside.
_QUOTES = {"“": 0.6, "‘": 0.6, "”": 0.05, "’": 0.05}
_READING = Lock()
_NARROW = (Face.FANGSONG, Face.KAI)


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that one font file has, and how far right of the line's beginning they stand, in points."""

    x: float
    text: str
    font: str


@dataclass(frozen=True, slots=True)
class Typefaces:
    """The four faces, loaded."""

    fonts: dict[Face, TTFont]

    def width(self, text: str, face: Face, size: float) -> float:
        """How wide the text runs, in points."""
        return sum(self._advance(character, face) for character in text) * size

    def pieces(self, text: str, face: Face, size: float, spacing: float) -> Iterator[Piece]:
        """The text cut where the font changes or a quote must be moved; `spacing` follows each character."""
        x = 0.0
        for (used, quote), same in groupby(text, lambda one: (self._having(one, face), one if one in _QUOTES else "")):
            for part in list(same) if quote else ["".join(same)]:
                shift = _QUOTES[quote] * size if quote and used in _NARROW else 0
                yield Piece(x + shift, part, used.value)
                x += self.width(part, face, size) + len(part) * spacing

    def _having(self, character: str, face: Face) -> Face:
        """The face itself, or the one that has nearly everything."""
        return face if ord(character) in self.fonts[face].face.charWidths else Face.KAI

    def _advance(self, character: str, face: Face) -> float:
        used = self._having(character, face)
        if character in _QUOTES and used in _NARROW:
            return 1
        widths = self.fonts[used].face
        return float(widths.charWidths.get(ord(character), widths.defaultWidth)) / 1000


def typefaces() -> Typefaces:
    """The faces of this process, read once. Refused when they have not been built."""
    # A document under way must not have its fonts exchanged by another thread that reads them as well.
    with _READING:
        return _read_once()


@cache
def _read_once() -> Typefaces:
    return load(FOLDER)


def load(folder: Path) -> Typefaces:
    """The faces of a folder. Refused, saying how to mend it, when one is missing or damaged."""
    fonts = {}
    for face in Face:
        path = folder / f"{face.value}.ttf"
        try:
            fonts[face] = TTFont(face.value, str(path))
        except (TTFError, OSError) as error:
            raise Refused(
                "the typefaces of PDF documents are not there (%(file)s): run `make run` once, or take the Word file",
                code="typefaces_missing",
                file=path.name,
            ) from error
        registerFont(fonts[face])
    return Typefaces(fonts)
