"""Alarms that a rule would have raised, as arrays."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing import Decision, Kind

Whole = NDArray[np.int64]

LEVELS = 4
NEVER_MS = int(np.iinfo(np.int64).max)

_COLUMNS = ("channel", "from_ms", "to_ms", "reached_ms", "value", "standing")


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """Alarms of one rule, by channel and then by begin; those of one channel do not overlap. All of one length.

    `reached_ms` has four columns, 1 red to 4 blue: when it first stood at this level or a graver one, else NEVER_MS.
    `value` is what was judged when it began. `standing`: it had not cleared when the recording ended, which is then
    its `to_ms`.
    """

    channel: Whole
    from_ms: Whole
    to_ms: Whole
    reached_ms: Whole
    value: NDArray[np.float64]
    standing: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.channel)

    @property
    def highest(self) -> Whole:
        """The gravest level of each."""
        return self.level_at(np.full(len(self), NEVER_MS - 1))

    def level_at(self, at_ms: Whole) -> Whole:
        """The gravest level of each up to an instant, 1 red to 4 blue; 5 before it began."""
        reached: Whole = np.count_nonzero(self.reached_ms <= at_ms[:, None], axis=1).astype(np.int64)
        return LEVELS + 1 - reached

    def some(self, which: NDArray[np.bool_] | Whole) -> "Spells":
        """Those for which `which` is true, or at the places that it names."""
        return Spells(*(getattr(self, name)[which] for name in _COLUMNS))


@dataclass(slots=True)
class Begun:
    """A spell that stands."""

    channel: int
    from_ms: int
    value: float
    reached_ms: list[int] = field(default_factory=lambda: [NEVER_MS] * LEVELS)

    def rise(self, level: int, at_ms: int) -> None:
        """It stands at the level, and with it at every milder one."""
        self.reached_ms[level - 1 :] = [min(at_ms, before) for before in self.reached_ms[level - 1 :]]


@dataclass(slots=True)
class Following:
    """Decisions of one rule table as they come, put together to spells; rows are those of the table."""

    standing: dict[int, Begun] = field(default_factory=dict)
    over: list[tuple[Begun, int]] = field(default_factory=list)

    def take(self, decisions: Iterable[Decision]) -> None:
        """Those of one rule in the order in which they were made; of different rules in any."""
        for decision in decisions:
            if decision.kind is Kind.RAISE:
                value = decision.value if decision.value is not None else np.nan
                self.standing[decision.rule] = Begun(decision.channel, decision.at_ms, value)
            if decision.kind in (Kind.RAISE, Kind.STEP_UP):
                self.standing[decision.rule].rise(int(decision.level), decision.at_ms)
            elif decision.kind is Kind.CLEAR:
                self.over.append((self.standing.pop(decision.rule), decision.at_ms))

    def spells(self, end_ms: int) -> Spells:
        """What was found, when the recording ended at `end_ms`."""
        rows = [(begun, to_ms, False) for begun, to_ms in self.over]
        rows += [(begun, max(end_ms, begun.from_ms), True) for begun in self.standing.values()]
        rows.sort(key=lambda row: (row[0].channel, row[0].from_ms))
        return Spells(
            np.array([begun.channel for begun, _, _ in rows], dtype=np.int64),
            np.array([begun.from_ms for begun, _, _ in rows], dtype=np.int64),
            np.array([to_ms for _, to_ms, _ in rows], dtype=np.int64),
            np.array([begun.reached_ms for begun, _, _ in rows], dtype=np.int64).reshape(-1, LEVELS),
            np.array([begun.value for begun, _, _ in rows], dtype=np.float64),
            np.array([standing for _, _, standing in rows], dtype=np.bool_),
        )
