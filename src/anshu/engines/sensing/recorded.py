"""Compounds along a recording, judged at the instants at which something happens to them and not by the second.

Readings of a recording are taken in batches as large as memory likes: ladders run on the time of the readings and do
not mind. Compounds run on `now`. Here each is judged at the instant of every move under it, and when a memory
(`within_s`) or a hold ends, to the millisecond: what calls of the engine at each of these instants would say, without
making them. Calls once a second say the same of spans of whole seconds, and see what ends within a second at its end.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np

from anshu.engines.sensing.compounds import SINCE, UNTIL, follow
from anshu.engines.sensing.decisions import Moves, joined
from anshu.engines.sensing.layout import AT, FOREVER, NEVER, RULE
from anshu.engines.sensing.state import State, new_state
from anshu.engines.sensing.table import RuleTable


def ladders_alone(rules: RuleTable) -> RuleTable:
    """The same table without its compounds; rows of ladders keep their numbers."""
    return replace(rules, compounds=(), inputs=(), followers={}, compound_start=np.zeros(1, dtype=np.int64))


@dataclass(slots=True)
class Along:
    """The compounds of a table while a recording goes by."""

    rules: RuleTable
    state: State = field(init=False)
    _due_ms: int = 0  # when something in them ends next; at the beginning all must be judged once
    _reached_ms: int = NEVER

    def __post_init__(self) -> None:
        self.state = new_state(self.rules)

    def take(self, moves: Moves, from_ms: int, to_ms: int) -> Moves:
        """The moves of compounds in a stretch of time, given those of ladders in it; those that come too late for it
        count at its begin, so that time never falls."""
        if not self.rules.compounds:
            return joined([])
        columns = moves.columns[np.isin(moves.columns[:, RULE], list(self.rules.followers))]
        at_ms = np.maximum(columns[:, AT], max(from_ms, self._reached_ms))
        order = np.argsort(at_ms, kind="stable")
        rows = zip(at_ms[order].tolist(), columns[order], strict=True)
        found: list[Moves] = []
        self._due_ms = max(self._due_ms, from_ms)
        for instant, group in groupby(rows, key=lambda row: row[0]):
            found += self._until(instant)
            found.append(self._at(instant, Moves(np.array([row for _at, row in group]))))
        found += self._until(to_ms + 1)
        self._reached_ms = max(self._reached_ms, to_ms)
        return joined(found)

    def _until(self, end_ms: int) -> Iterator[Moves]:
        """What follows from the passing of time alone, before an instant."""
        while self._due_ms < end_ms:
            yield self._at(self._due_ms, joined([]))

    def _at(self, instant_ms: int, moves: Moves) -> Moves:
        found = follow(self.rules, self.state, moves, instant_ms, self._due_ms <= instant_ms)
        self._due_ms = min(self._ends(instant_ms), default=FOREVER)
        return found

    def _ends(self, after_ms: int) -> Iterator[int]:
        """When memories and holds of compounds that are not at rest end."""
        for index in np.flatnonzero(self.state.restless).tolist():
            start, end = (int(self.rules.compound_start[index + more]) for more in (0, 1))
            words, rule = self.state.compounds[start:end].tolist(), self.rules.compounds[index]
            yield from (until for until in words[UNTIL:] if after_ms < until < FOREVER)
            for column, step in enumerate(rule.steps):
                since = words[SINCE + column]
                hold_s = step.hold_down_s if column < words[0] else step.hold_up_s
                if since != NEVER and since + round(hold_s * 1000) > after_ms:
                    yield since + round(hold_s * 1000)
