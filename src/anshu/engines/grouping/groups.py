"""Groups of linked alarms, kept as they come; the package docstring defines them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import hypot, isfinite

from anshu.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something raised somewhere: `x_m` and `y_m` in a metric projection (kernel/crs.py), instant in ms since 1970."""

    key: str
    at_ms: int
    x_m: float
    y_m: float
    cause: str


@dataclass(frozen=True, slots=True)
class Linking:
    """When two alarms are of one event. A cause that `family` does not name is a family of its own."""

    near_m: float
    within_s: float
    late_s: float = 0.0
    family: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sane = 0 < self.near_m < 1e7 and 0 < self.within_s < 1e9 and 0 <= self.late_s < 1e9
        if not sane:
            message = "near_m and within_s must be positive and finite, late_s not negative"
            raise Invalid(message, field="linking", code="linking")

    def family_of(self, cause: str) -> str:
        """The family of a cause."""
        return self.family.get(cause, cause)

    def links(self, one: Alarm, other: Alarm) -> bool:
        """Are they of one event, as far as these two tell?"""
        return (
            abs(one.at_ms - other.at_ms) <= self.within_s * 1000
            and hypot(one.x_m - other.x_m, one.y_m - other.y_m) <= self.near_m
            and self.family_of(one.cause) == self.family_of(other.cause)
        )


class What(StrEnum):
    """What happened to a group."""

    OPENED = "opened"
    JOINED = "joined"
    MERGED = "merged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Change:
    """`alarm` opened or joined `group`; or `group` took in `other`; or `group` closed."""

    what: What
    group: int
    alarm: str | None = None
    other: int | None = None


Cell = tuple[str, int, int]  # family, and place in squares of near_m


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Alarms not yet forgotten, by key and by square, and the group of each. Callers treat it as a value."""

    alarms: dict[str, Alarm] = field(default_factory=dict)
    cells: dict[Cell, tuple[str, ...]] = field(default_factory=dict)
    group_of: dict[str, int] = field(default_factory=dict)
    members: dict[int, tuple[str, ...]] = field(default_factory=dict)
    opened: int = 0  # groups so far: the next one has this number
    newest_ms: int = 0


def group(groups: Groups, linking: Linking, alarms: Iterable[Alarm]) -> tuple[Groups, list[Change]]:
    """Put alarms into groups, in the order given; a key seen already and not forgotten changes nothing.

    Invalid for positions that are not finite. The given groups are left as they were.
    """
    after = Grouping(groups, linking)
    changes: list[Change] = []
    for alarm in alarms:
        if not (isfinite(alarm.x_m) and isfinite(alarm.y_m)):
            raise Invalid("alarm %(key)s has no position", field="x_m", code="alarm_position", key=alarm.key)
        if alarm.key not in after.alarms:
            changes += after.enter(alarm)
    changes += after.forget()
    return after.value(), changes


class Grouping:
    """The working copy of one call."""

    def __init__(self, groups: Groups, linking: Linking) -> None:
        self.linking = linking
        self.alarms, self.cells = dict(groups.alarms), dict(groups.cells)
        self.group_of, self.members = dict(groups.group_of), dict(groups.members)
        self.opened, self.newest_ms = groups.opened, groups.newest_ms

    def value(self) -> Groups:
        """What to go on with."""
        return Groups(self.alarms, self.cells, self.group_of, self.members, self.opened, self.newest_ms)

    def enter(self, alarm: Alarm) -> Iterator[Change]:
        """Give the alarm to the groups that it is linked with, made into one, or to a new one."""
        found: set[int] = set()
        for neighbour in self.near(alarm):
            if self.group_of[neighbour.key] not in found and self.linking.links(alarm, neighbour):
                found.add(self.group_of[neighbour.key])
        linked = sorted(found)
        number = linked[0] if linked else self.opened
        self.opened += not linked
        yield Change(What.JOINED if linked else What.OPENED, number, alarm.key)
        for other in linked[1:]:
            for key in self.members[other]:
                self.group_of[key] = number
            self.members[number] += self.members.pop(other)
            yield Change(What.MERGED, number, other=other)
        self.alarms[alarm.key], self.group_of[alarm.key] = alarm, number
        self.members[number] = (*self.members.get(number, ()), alarm.key)
        cell = self.cell(alarm)
        self.cells[cell] = (*self.cells.get(cell, ()), alarm.key)
        self.newest_ms = max(self.newest_ms, alarm.at_ms)

    def cell(self, alarm: Alarm) -> Cell:
        """The square that an alarm lies in."""
        side = self.linking.near_m
        return self.linking.family_of(alarm.cause), int(alarm.x_m // side), int(alarm.y_m // side)

    def near(self, alarm: Alarm) -> Iterator[Alarm]:
        """Alarms of the family in the nine squares around."""
        family, column, row = self.cell(alarm)
        for x in (column - 1, column, column + 1):
            for y in (row - 1, row, row + 1):
                yield from (self.alarms[key] for key in self.cells.get((family, x, y), ()))

    def forget(self) -> Iterator[Change]:
        """Drop what nothing can be linked with any more; groups of which nothing is left are closed."""
        oldest_ms = self.newest_ms - round((self.linking.within_s + self.linking.late_s) * 1000)
        gone = [one for one in self.alarms.values() if one.at_ms < oldest_ms]
        groups = {self.group_of.pop(one.key) for one in gone}
        cells = {self.cell(one) for one in gone}
        for one in gone:
            del self.alarms[one.key]
        for cell in cells:
            self.cells[cell] = tuple(key for key in self.cells[cell] if key in self.alarms)
            if not self.cells[cell]:
                del self.cells[cell]
        for number in sorted(groups):
            self.members[number] = tuple(key for key in self.members[number] if key in self.alarms)
            if not self.members[number]:
                del self.members[number]
                yield Change(What.CLOSED, number)
