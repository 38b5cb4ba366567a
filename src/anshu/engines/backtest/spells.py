"""Alarms that a rule would have raised, as arrays."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing import Decision, Kind

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """Alarms of one rule, by channel and then by begin; those of one channel do not overlap. All of one length.

    `level` is that on which it began and `highest` the gravest it reached (1 red to 4 blue), `value` what was judged
    when it began. `standing`: it had not cleared when the recording ended, which is then its `to_ms`.
    """

    channel: Whole
    from_ms: Whole
    to_ms: Whole
    level: Whole
    highest: Whole
    value: NDArray[np.float64]
    standing: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.channel)

    def on(self, channel: int) -> "Spells":
        """Those of one channel."""
        return self.some(self.channel == channel)

    def some(self, which: NDArray[np.bool_]) -> "Spells":
        """Those for which `which` is true."""
        return Spells(*(getattr(self, name)[which] for name in _COLUMNS))


_COLUMNS = ("channel", "from_ms", "to_ms", "level", "highest", "value", "standing")


@dataclass(slots=True)
class Following:
    """Decisions of one rule table as they come, put together to spells; rows are those of the table."""

    open: dict[int, list[float]] = field(default_factory=dict)  # row → channel, from, level, highest, value
    done: list[tuple[float, ...]] = field(default_factory=list)

    def take(self, decisions: Iterable[Decision]) -> None:
        """Those of one rule in the order in which they were made; of different rules in any."""
        for decision in decisions:
            level = float(decision.level)
            if decision.kind is Kind.RAISE:
                value = decision.value if decision.value is not None else np.nan
                self.open[decision.rule] = [decision.channel, decision.at_ms, level, level, value]
            elif decision.kind is Kind.STEP_UP:
                begun = self.open[decision.rule]
                begun[3] = min(begun[3], level)
            elif decision.kind is Kind.CLEAR:
                channel, from_ms, first, highest, value = self.open.pop(decision.rule)
                self.done.append((channel, from_ms, decision.at_ms, first, highest, value, 0.0))

    def spells(self, end_ms: int) -> Spells:
        """What was found, when the recording ended at `end_ms`."""
        rows = [*self.done]
        rows += [(c, begun, max(end_ms, begun), *rest, 1.0) for c, begun, *rest in self.open.values()]
        # Instants below 2^53 lose nothing in a float.
        table = np.array(rows, dtype=np.float64).reshape(-1, len(_COLUMNS))
        table = table[np.lexsort((table[:, 1], table[:, 0]))]
        whole = [table[:, place].astype(np.int64) for place in range(5)]
        return Spells(*whole, table[:, 5].copy(), table[:, 6] != 0)
