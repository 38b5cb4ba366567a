"""What the engine decides, with the reason that a screen can show."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing.layout import AFTER, ARRIVAL, BEFORE, JUDGED, MOVE_COLUMNS, RULE
from anshu.engines.sensing.numbers import Whole
from anshu.engines.sensing.rules import Certainty, CompoundRule, Level, Step
from anshu.engines.sensing.table import RuleTable


class Kind(StrEnum):
    """The six decisions."""

    RAISE = "raise"
    STEP_UP = "step_up"
    STEP_DOWN = "step_down"
    CLEAR = "clear"
    STALE = "stale"
    FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the threshold that was crossed, for how long that had to last, and since when it does.

    For STALE and FRESH there is no threshold, `hold_s` is stale_after_s and `since_ms` the start of the silence.
    """

    threshold: float | None
    hold_s: float
    since_ms: int


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on one rule. `rule` is the row in the RuleTable, `rules.keys[rule]` its key.

    `value` is what was judged and `at_ms` when: for a rule on values, those of the reading; for FRESH too; for STALE,
    None and `now_ms` of the call.
    """

    kind: Kind
    rule: int
    channel: int
    level: Level
    previous_level: Level
    at_ms: int
    value: float | None
    reason: Reason
    certainty: Certainty = Certainty.OBSERVED


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """What was found, a row for each; the columns are in layout.py."""

    columns: Whole  # (moves, MOVE_COLUMNS)

    @property
    def judged(self) -> NDArray[np.float64]:
        """What was judged."""
        return np.ascontiguousarray(self.columns[:, JUDGED]).view(np.float64)

    def sorted(self) -> "Moves":
        """By arrival (time alone first), then by rule, staleness before the move of the same reading."""
        moved = self.columns[:, BEFORE] != self.columns[:, AFTER]
        return Moves(self.columns[np.lexsort((moved, self.columns[:, RULE], self.columns[:, ARRIVAL]))])


def joined(found: Iterable[Moves]) -> Moves:
    """All of them, as they stand."""
    return Moves(np.concatenate([np.zeros((0, MOVE_COLUMNS), np.int64), *(moves.columns for moves in found)]))


def decide(rules: RuleTable, moves: Moves) -> Iterator[Decision]:
    """The moves in words."""
    for (arrival, row, before, after, since_ms, at_ms, _), value in zip(
        moves.columns.tolist(), moves.judged.tolist(), strict=True
    ):
        ladder = rules.ladder(row)
        kind = _kind(arrival, before, after)
        yield Decision(
            kind,
            row,
            int(rules.channel[row]),
            _level(ladder.steps, after),
            _level(ladder.steps, before),
            at_ms,
            None if kind is Kind.STALE else value,
            _reason(rules, row, (before, after), since_ms),
            Certainty.OBSERVED if isinstance(ladder, CompoundRule) else ladder.certainty,
        )


def _kind(arrival: int, before: int, after: int) -> Kind:
    if before == after:
        return Kind.STALE if arrival < 0 else Kind.FRESH
    if before == 0:
        return Kind.RAISE
    if after == 0:
        return Kind.CLEAR
    return Kind.STEP_UP if after > before else Kind.STEP_DOWN


def _level(steps: tuple[Step, ...], rung: int) -> Level:
    return Level(steps[rung - 1].level) if rung else Level.NONE


def _reason(rules: RuleTable, row: int, rungs: tuple[int, int], since_ms: int) -> Reason:
    """Going up the step that came on last decides, going down the one that went off last."""
    before, after = rungs
    if after > before:
        step = rules.steps(row)[after - 1]
        return Reason(step.raise_at, step.hold_up_s, since_ms)
    if after < before:
        step = rules.steps(row)[after]
        return Reason(step.clear_at, step.hold_down_s, since_ms)
    return Reason(None, rules.forms[rules.form[row]].stale_after_s or 0.0, since_ms)
