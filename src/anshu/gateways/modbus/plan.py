"""Which questions read the points of a device: as few as can be, each over registers that lie next to each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from anshu.gateways.modbus.pdu import MOST_BITS_READ, MOST_REGISTERS_READ, Read
from anshu.gateways.modbus.points import Point

# Registers between two points that are read along for the sake of one question less. A device that refuses to show
# them is asked point by point.
BRIDGED = 8
BRIDGED_BITS = 64


@dataclass(frozen=True, slots=True)
class Question:
    """One request and the points that its answer holds."""

    read: Read
    points: tuple[Point, ...]

    def values(self, point: Point, answer: tuple[int, ...]) -> tuple[int, ...]:
        """The part of the answer that belongs to one of the points."""
        begin = point.address - self.read.start
        return answer[begin : begin + point.width]

    def apart(self) -> tuple["Question", ...]:
        """The same points, each asked for alone."""
        return tuple(_question([point]) for point in self.points)


def questions(points: Iterable[Point]) -> tuple[Question, ...]:
    """The questions for some points, in order of table and address; each point is in exactly one of them."""
    ordered = sorted(points, key=lambda point: (point.table, point.address, point.width))
    found: list[Question] = []
    for table, same in groupby(ordered, key=lambda point: point.table):
        most = MOST_BITS_READ if table.of_bits else MOST_REGISTERS_READ
        bridged = BRIDGED_BITS if table.of_bits else BRIDGED
        run: list[Point] = []
        end = 0
        for point in same:
            reach = max(end, point.address + point.width)
            if run and (point.address > end + bridged or reach - run[0].address > most):
                found.append(_question(run))
                run, reach = [], point.address + point.width
            run.append(point)
            end = reach
        found.append(_question(run))
    return tuple(found)


def _question(points: list[Point]) -> Question:
    start = points[0].address
    end = max(point.address + point.width for point in points)
    return Question(Read(points[0].table.function, start, end - start), tuple(points))
