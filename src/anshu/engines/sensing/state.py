"""What the engine remembers between calls, as arrays by rule row and by channel."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing.rules import MAX_STEPS, Level, RuleTable

NEVER = -1  # no instant; real ones are >= 0


@dataclass(slots=True, eq=False)
class State:
    """Memory of one rule table. Callers treat it as a value: `step` returns a new one and leaves the old as it was.

    `since_ms[row, c]` is the instant since which step c + 1 has been reached without a break (if it is off) or cleared
    without a break (if it is on), or NEVER. `late`, `ahead` and `unwatched` count readings without effect.
    """

    rung: NDArray[np.int64]  # (rows,), 0 to 4 steps on
    since_ms: NDArray[np.int64]  # (rows, 4)
    stale: NDArray[np.bool_]  # (rows,)
    newest_ms: NDArray[np.int64]  # (channels,), newest accepted reading, or NEVER
    watched_from_ms: NDArray[np.int64]  # (channels,), now_ms of the first call, or NEVER
    late: NDArray[np.int64]  # (channels,)
    ahead: NDArray[np.int64]  # (channels,)
    unwatched: int
    swept_ms: int  # now_ms of the previous call, or NEVER

    def copy(self) -> "State":
        """An independent copy."""
        return State(
            rung=self.rung.copy(),
            since_ms=self.since_ms.copy(),
            stale=self.stale.copy(),
            newest_ms=self.newest_ms.copy(),
            watched_from_ms=self.watched_from_ms.copy(),
            late=self.late.copy(),
            ahead=self.ahead.copy(),
            unwatched=self.unwatched,
            swept_ms=self.swept_ms,
        )


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A rule whose open level or staleness was given up when the rules changed."""

    key: str
    channel: int
    level: Level
    stale: bool


def new_state(rules: RuleTable) -> State:
    """Nothing heard, nothing raised."""
    return State(
        rung=np.zeros(rules.rows, dtype=np.int64),
        since_ms=np.full((rules.rows, MAX_STEPS), NEVER, dtype=np.int64),
        stale=np.zeros(rules.rows, dtype=np.bool_),
        newest_ms=np.full(rules.channels, NEVER, dtype=np.int64),
        watched_from_ms=np.full(rules.channels, NEVER, dtype=np.int64),
        late=np.zeros(rules.channels, dtype=np.int64),
        ahead=np.zeros(rules.channels, dtype=np.int64),
        unwatched=0,
        swept_ms=NEVER,
    )


def recompile(old_state: State, old_rules: RuleTable, new_rules: RuleTable) -> tuple[State, list[Abandoned]]:
    """Carry the state over to new rules: rules with the same key and content keep theirs, all others start anew.

    What belongs to a channel (newest instant, counts) stays as long as some rule watches it before and after. The list
    names, by old row, the rules that were raised or stale and were not carried.
    """
    state = new_state(new_rules)
    old_row, new_row = _same_rules(old_rules, new_rules)
    state.rung[new_row] = old_state.rung[old_row]
    state.stale[new_row] = old_state.stale[old_row]
    state.since_ms[new_row] = old_state.since_ms[old_row]
    both = np.intersect1d(old_rules.channel, new_rules.channel)
    state.newest_ms[both] = old_state.newest_ms[both]
    state.watched_from_ms[both] = old_state.watched_from_ms[both]
    state.late[both] = old_state.late[both]
    state.ahead[both] = old_state.ahead[both]
    state.unwatched, state.swept_ms = old_state.unwatched, old_state.swept_ms
    lost = (old_state.rung > 0) | old_state.stale
    lost[old_row] = False
    return state, [_abandoned(old_state, old_rules, row) for row in np.flatnonzero(lost).tolist()]


def _same_rules(old: RuleTable, new: RuleTable) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of old and of new, pairwise, that hold the same rule."""
    new_row_of = {key: row for row, key in enumerate(new.keys)}
    pairs = [(row, new_row_of[key]) for row, key in enumerate(old.keys) if key in new_row_of]
    old_row, new_row = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    same = (old.channel[old_row] == new.channel[new_row]) & (old.sign[old_row] == new.sign[new_row])
    same &= old.stale_after_ms[old_row] == new.stale_after_ms[new_row]
    same &= (old.level[old_row] == new.level[new_row]).all(axis=1)
    for before, after in ((old.raise_at, new.raise_at), (old.clear_at, new.clear_at)):
        same &= (before[old_row] == after[new_row]).all(axis=1)
    for before_ms, after_ms in ((old.hold_up_ms, new.hold_up_ms), (old.hold_down_ms, new.hold_down_ms)):
        same &= (before_ms[old_row] == after_ms[new_row]).all(axis=1)
    return old_row[same], new_row[same]


def _abandoned(state: State, rules: RuleTable, row: int) -> Abandoned:
    level = Level(int(rules.level[row, state.rung[row]]))
    return Abandoned(rules.keys[row], int(rules.channel[row]), level, bool(state.stale[row]))
