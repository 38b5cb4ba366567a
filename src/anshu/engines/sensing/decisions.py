"""What the engine decides, with the reason that a screen can show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing.readings import Batch
from anshu.engines.sensing.rules import Level, RuleTable


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

    `at_ms` and `value` are those of the reading that decided; for STALE, `now_ms` of the call and None.
    """

    kind: Kind
    rule: int
    channel: int
    level: Level
    previous_level: Level
    at_ms: int
    value: float | None
    reason: Reason


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Columns of decisions found in readings: `arrival` is the place in the batch; equal rungs mean FRESH."""

    arrival: NDArray[np.int64]
    row: NDArray[np.int64]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    since_ms: NDArray[np.int64]


def stale_decisions(
    rules: RuleTable, rung: NDArray[np.int64], row: NDArray[np.int64], since_ms: NDArray[np.int64], now_ms: int
) -> Iterator[Decision]:
    """STALE for each of the given rows, whose channels are silent since `since_ms`."""
    for rule, since in zip(row.tolist(), since_ms.tolist(), strict=True):
        level = Level(int(rules.level[rule, rung[rule]]))
        reason = Reason(None, float(rules.stale_after_ms[rule]) / 1000, since)
        yield Decision(Kind.STALE, rule, int(rules.channel[rule]), level, level, now_ms, None, reason)


def move_decisions(rules: RuleTable, batch: Batch, found: Sequence[Moves]) -> Iterator[Decision]:
    """Decisions on readings, by arrival, then by rule, FRESH before the move of the same reading."""
    if not found:
        return
    arrival = np.concatenate([moves.arrival for moves in found])
    row = np.concatenate([moves.row for moves in found])
    before = np.concatenate([moves.before for moves in found])
    after = np.concatenate([moves.after for moves in found])
    since_ms = np.concatenate([moves.since_ms for moves in found])
    order = np.lexsort((before != after, row, arrival))
    columns = zip(*(column[order].tolist() for column in (arrival, row, before, after, since_ms)), strict=True)
    for place, rule, low, high, since in columns:
        yield Decision(
            kind=_kind(low, high),
            rule=rule,
            channel=int(rules.channel[rule]),
            level=Level(int(rules.level[rule, high])),
            previous_level=Level(int(rules.level[rule, low])),
            at_ms=int(batch.at_ms[place]),
            value=float(batch.value[place]),
            reason=_reason(rules, rule, low, high, since),
        )


def _kind(before: int, after: int) -> Kind:
    if before == after:
        return Kind.FRESH
    if before == 0:
        return Kind.RAISE
    if after == 0:
        return Kind.CLEAR
    return Kind.STEP_UP if after > before else Kind.STEP_DOWN


def _reason(rules: RuleTable, rule: int, before: int, after: int, since_ms: int) -> Reason:
    """Going up the step that came on last decides, going down the one that went off last."""
    sign = float(rules.sign[rule])
    if after > before:
        column = after - 1
        return Reason(sign * float(rules.raise_at[rule, column]), int(rules.hold_up_ms[rule, column]) / 1000, since_ms)
    if after < before:
        return Reason(sign * float(rules.clear_at[rule, after]), int(rules.hold_down_ms[rule, after]) / 1000, since_ms)
    return Reason(None, int(rules.stale_after_ms[rule]) / 1000, since_ms)
