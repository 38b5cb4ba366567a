"""The measures of the sheet, in points (1/72 inch) unless the name says millimetres.

GB/T 9704-2012: A4; top margin 37 mm, left 28 mm; text area 156 × 225 mm, 22 lines of 28 characters of size
three (三号). The standard has no sheet for enforcement forms; theirs has the same margins and smaller type.
"""

from dataclasses import dataclass

from anshu.reports.paper.document import Face, Layout

MM = 72 / 25.4
PAGE_MM = (210.0, 297.0)
TOP_MM, LEFT_MM = 37.0, 28.0
TEXT_MM = (156.0, 225.0)
RIGHT_MM = PAGE_MM[0] - LEFT_MM - TEXT_MM[0]
BOTTOM_MM = PAGE_MM[1] - TOP_MM - TEXT_MM[1]

PAGE_WIDTH, PAGE_HEIGHT = (side * MM for side in PAGE_MM)
TOP, LEFT = TOP_MM * MM, LEFT_MM * MM
TEXT_WIDTH, TEXT_HEIGHT = (side * MM for side in TEXT_MM)

SIZE_TWO, SIZE_THREE, SIZE_FOUR, SIZE_SMALL_FOUR = 22.0, 16.0, 14.0, 12.0
TITLE_PITCH = 34.0
CELL_PITCH = 18.0
CELL_MARGIN, CELL_PADDING = 1.6 * MM, 1.1 * MM
RED_TOP_MM = 35.0  # of the authority's name, below the top of the text area (7.2.4)
LETTERHEAD_TOP_MM = 30.0  # of the authority's name, below the edge of the sheet, on correspondence (10.1)
RULE_GAP_MM = 4.0  # from the number, or the name, to the red rule
DOUBLE_RULE_MM = 170.0
DOUBLE_RULE_FOOT_MM = 20.0
PAGE_NUMBER_MM = 7.0  # from the text area to the dashes of the page number (7.5)
FOOT_RULE, FOOT_HAIRLINE = 0.35 * MM, 0.25 * MM


@dataclass(frozen=True, slots=True)
class Measures:
    """How running text is set on a sheet: the size of its type and how much of it fits."""

    size: float
    lines: int
    characters: int

    @property
    def pitch(self) -> float:
        """From one base line to the next."""
        return TEXT_HEIGHT / self.lines

    @property
    def advance(self) -> float:
        """From one full-width character to the next."""
        return TEXT_WIDTH / self.characters

    @property
    def spacing(self) -> float:
        """What is added after each character so that the line holds as many as it should."""
        return self.advance - self.size


LETTER = Measures(SIZE_THREE, 22, 28)
FORM = Measures(SIZE_FOUR, 26, 32)
MEASURES = {Layout.LETTER: LETTER, Layout.CORRESPONDENCE: LETTER, Layout.FORM: FORM}
HEADING_FACES = (Face.HEI, Face.KAI, Face.FANGSONG, Face.FANGSONG)
