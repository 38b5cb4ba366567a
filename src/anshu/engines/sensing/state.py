"""What the engine remembers between calls."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing import layout
from anshu.engines.sensing.layout import COUNTS, HEADER, NEVER, NEWEST, OWN, RUNG_BITS, STALE_BIT, SUSPECT_AT, WATCHED
from anshu.engines.sensing.numbers import Whole
from anshu.engines.sensing.rules import Level
from anshu.engines.sensing.table import RuleTable


@dataclass(slots=True, eq=False)
class State:
    """Memory of one rule table: `words` as layout.py has it, and the memory of compounds (see compounds.py).

    `begun`: every watched channel knows since when it is. `unwatched` counts readings of channels without a rule.
    """

    words: Whole
    compounds: Whole
    restless: NDArray[np.bool_]  # (compounds,): must be judged when time has passed
    unwatched: int = 0
    swept_ms: int = NEVER  # now_ms of the last sweep
    begun: bool = False

    def copy(self) -> "State":
        """An independent copy."""
        return State(
            self.words.copy(),
            self.compounds.copy(),
            self.restless.copy(),
            self.unwatched,
            self.swept_ms,
            self.begun,
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many readings of one channel were late, ahead of time, or out of range or spikes; and the newest instant."""

    late: int
    ahead: int
    bad: int
    newest_ms: int | None


def counts(rules: RuleTable, state: State, channel: int) -> Counts | None:
    """What happened on a channel; None where no rule watches it."""
    if not 0 <= channel < rules.channels or not rules.numbers.watched[channel]:
        return None
    base = int(rules.numbers.header[channel])
    late, ahead, bad, newest_ms = (
        int(state.words[base + word]) for word in (layout.LATE, layout.AHEAD, layout.BAD, layout.NEWEST)
    )
    return Counts(late, ahead, bad, None if newest_ms == NEVER else newest_ms)


def compound_rungs(rules: RuleTable, state: State) -> Whole:
    """The rung of each compound."""
    return state.compounds[rules.compound_start[:-1]]


def rungs(rules: RuleTable, state: State) -> Whole:
    """How many steps of each row are on."""
    ladders = state.words[rules.numbers.far] & RUNG_BITS
    return np.concatenate([ladders, compound_rungs(rules, state)])


def stale(rules: RuleTable, state: State) -> NDArray[np.bool_]:
    """Whether each row is stale; compounds never are."""
    ladders = (state.words[rules.numbers.far] & STALE_BIT) != 0
    return np.concatenate([ladders, np.zeros(len(rules.compounds), dtype=np.bool_)])


def level_at(rules: RuleTable, row: int, rung: int) -> Level:
    """The level of a row that has `rung` steps on."""
    return Level(rules.steps(row)[rung - 1].level) if rung else Level.NONE


def new_state(rules: RuleTable) -> State:
    """Nothing heard, nothing raised."""
    numbers = rules.numbers
    words = np.zeros(numbers.words, dtype=np.int64)
    ends = np.append(np.flatnonzero(np.diff(numbers.profile)) + 1, rules.channels).tolist()
    first = 0
    for end in ends if rules.channels else []:
        if numbers.watched[first]:
            blank = _blank_channel(rules, int(numbers.profile[first]))
            start = int(numbers.header[first]) - COUNTS
            words[start : start + len(blank) * (end - first)].reshape(-1, len(blank))[:] = blank
        first = end
    compounds = np.full(int(rules.compound_start[-1]), NEVER, dtype=np.int64)
    compounds[rules.compound_start[:-1]] = 0
    return State(words, compounds, np.ones(len(rules.compounds), dtype=np.bool_))


def _blank_channel(rules: RuleTable, profile: int) -> Whole:
    """The words of a channel of this profile, neighbours of the same profile follow at once."""
    head = np.zeros(COUNTS + HEADER, dtype=np.int64)
    head[[COUNTS + word for word in (NEWEST, WATCHED, SUSPECT_AT, OWN)]] = NEVER
    runs = [rules.numbers.first_words[form] for form in rules.numbers.members[profile]]
    return np.concatenate([head, *(near for near, _ in runs), *(far for _, far in runs)])
