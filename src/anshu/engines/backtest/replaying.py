"""Recordings through the engine that judges readings as they come."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anshu.engines.backtest.rounds import Round
from anshu.engines.backtest.scoring import Span
from anshu.engines.backtest.spells import Following, Spells
from anshu.engines.sensing import Along, Kind, Mark, RuleTable, State, decide, judge, ladders_alone, new_state


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """What one rule made of a recording: its spells, how many readings it was given, how many bore each mark, and how
    often each condition of a compound came true, by the key of its row."""

    spells: Spells
    readings: int
    marked: dict[Mark, int]
    came_true: Mapping[str, int]


def follow(tables: Sequence[RuleTable], rounds: Iterable[Round], span: Span, *, threads: int = 1) -> list[Followed]:
    """What each table makes of the same rounds; what stands at the end of the span stands until then.

    A table holds one rule on any number of channels; of compounds those that no other looks at are the rule. Readings
    come in order of time on each channel, and each round is taken once by every table, so a recording may be larger
    than memory.
    """
    runs = [Run(table) for table in tables]
    for each in rounds:
        for run in runs:
            run.take(each, threads)
    return [run.followed(span.to_ms) for run in runs]


@dataclass(slots=True)
class Run:
    """One table along the recording."""

    rules: RuleTable
    ladders: RuleTable = field(init=False)
    state: State = field(init=False)
    along: Along = field(init=False)
    following: Following = field(default_factory=Following)
    marks: NDArray[np.int64] = field(default_factory=lambda: np.zeros(256, dtype=np.int64))
    came_true: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.ladders, self.along = ladders_alone(self.rules), Along(self.rules)
        self.state = new_state(self.ladders)

    def take(self, given: Round, threads: int) -> None:
        """The next readings."""
        batch, now_ms = given
        moves, marks = judge(self.ladders, self.state, batch, now_ms, threads=threads)
        self.marks += np.bincount(marks, minlength=256)
        from_ms = int(batch.at_ms.min()) if len(batch.at_ms) else now_ms
        for some in (moves, self.along.take(moves, from_ms, now_ms)):
            for decision in decide(self.rules, some):
                if decision.rule not in self.rules.followers:
                    self.following.take([decision])
                elif decision.kind is Kind.RAISE:
                    self.came_true[decision.rule] += 1

    def followed(self, end_ms: int) -> Followed:
        """What was found, when the recording ended at `end_ms`."""
        true = {self.rules.keys[row]: times for row, times in self.came_true.items()}
        return Followed(self.following.spells(end_ms), int(self.marks.sum()), _by_mark(self.marks.tolist()), true)


def _by_mark(count: list[int]) -> dict[Mark, int]:
    """From how many readings bore each set of marks to how many bore each mark."""
    return {mark: sum(many for marks, many in enumerate(count) if marks & mark) for mark in Mark}
