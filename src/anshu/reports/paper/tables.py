"""Sets ruled tables: rows break across pages when they must, heads are repeated."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from anshu.reports.paper.document import Align, Cell, Face, Row, Table
from anshu.reports.paper.flow import Flow, Stroke, Type
from anshu.reports.paper.lines import Line
from anshu.reports.paper.measures import (
    CELL_MARGIN,
    CELL_PADDING,
    CELL_PITCH,
    LEFT,
    MM,
    SIZE_SMALL_FOUR,
    TEXT_HEIGHT,
    TEXT_WIDTH,
    TOP,
)

_TYPE = Type(Face.FANGSONG, SIZE_SMALL_FOUR, CELL_PITCH)
# A row higher than this is cut where the page ends; a lower one goes to the next page whole.
_WHOLE = TEXT_HEIGHT / 4
_LEAST_LINES = 2
# In a narrower cell, given in points, letters would stand far apart if they were to reach both sides.
_WIDE = 14 * SIZE_SMALL_FOUR


@dataclass(frozen=True, slots=True)
class _Box:
    """A cell that has been broken into lines, with its place across the page."""

    cell: Cell
    left: float
    width: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _SetRow:
    boxes: tuple[_Box, ...]
    least: float

    @property
    def height(self) -> float:
        longest = max(len(box.lines) for box in self.boxes)
        return max(self.least, longest * CELL_PITCH + 2 * CELL_PADDING)


def cell_align(cell: Cell, width: float) -> Align:
    """How the lines of a cell stand that is this wide, in points."""
    if cell.label:
        return Align.CENTRED
    return Align.JUSTIFIED if width >= _WIDE else Align.LEFT


def set_table(flow: Flow, table: Table) -> None:
    """Put the table at the cursor."""
    rows = [_measured(flow, row, table.widths) for row in table.rows]
    heads = rows[: table.head]
    flow.y += CELL_PADDING if flow.y else 0
    flow.need(sum(min(row.height, _WHOLE) for row in rows[: table.head + 1]))
    for place, row in enumerate(rows):
        _set_row(flow, row, heads if place >= table.head else ())
    flow.y += CELL_PADDING
    flow.to_grid()


def _measured(flow: Flow, row: Row, widths: Sequence[float]) -> _SetRow:
    edges = [LEFT + TEXT_WIDTH * sum(widths[:n]) / sum(widths) for n in range(len(widths) + 1)]
    boxes, column = [], 0
    for cell in row.cells:
        left, right = edges[column], edges[column + cell.columns]
        column += cell.columns
        lines = [line for text in cell.lines for line in flow.lines(text, _TYPE, right - left - 2 * CELL_MARGIN)]
        boxes.append(_Box(cell, left, right - left, tuple(lines)))
    return _SetRow(tuple(boxes), row.height_mm * MM)


def _set_row(flow: Flow, row: _SetRow, heads: Sequence[_SetRow]) -> None:
    fresh = flow.y == 0
    while row.height > flow.room:
        fit = int((flow.room - 2 * CELL_PADDING) // CELL_PITCH)
        if fresh or (row.height > _WHOLE and fit >= _LEAST_LINES):
            fit = max(fit, 1)
            _draw(flow, replace(row, boxes=_cut(row, 0, fit), least=flow.room - 0.02))
            row = replace(row, boxes=_cut(row, fit, None), least=max(0.0, row.least - fit * CELL_PITCH))
        flow.turn()
        fresh = True
        for head in heads:
            _draw(flow, head)
    _draw(flow, row)


def _cut(row: _SetRow, first: int, last: int | None) -> tuple[_Box, ...]:
    return tuple(replace(box, lines=box.lines[first:last]) for box in row.boxes)


def _draw(flow: Flow, row: _SetRow) -> None:
    top, height = flow.y, row.height
    for box in row.boxes:
        flow.y = top + (height - len(box.lines) * CELL_PITCH) / 2
        align = cell_align(box.cell, box.width)
        for line in box.lines:
            flow.line(line, _TYPE, (box.left + CELL_MARGIN, box.width - 2 * CELL_MARGIN), align)
            flow.y += CELL_PITCH
        _frame(flow, box, TOP + top, TOP + top + height)
    flow.y = top + height


def _frame(flow: Flow, box: _Box, top: float, bottom: float) -> None:
    left, right = box.left, box.left + box.width
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        flow.put(Stroke(start, end))
