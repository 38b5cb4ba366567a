"""Recordings through the engine that judges readings as they come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from anshu.engines.backtest.rounds import Round
from anshu.engines.backtest.scoring import Span
from anshu.engines.backtest.spells import Following, Spells
from anshu.engines.sensing import Mark, RuleTable, advance, new_state


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """What one rule made of a recording: its spells, how many readings it was given, and how many bore each mark."""

    spells: Spells
    readings: int
    marked: dict[Mark, int]


def follow(tables: Sequence[RuleTable], rounds: Iterable[Round], span: Span, *, threads: int = 1) -> list[Followed]:
    """What each table makes of the same rounds; what stands at the end of the span stands until then.

    A table holds one rule on any number of channels. Readings come in order of time on each channel, and each round is
    taken once by every table, so a recording may be larger than memory.
    """
    states = [new_state(table) for table in tables]
    found = [Following() for _ in tables]
    marks = np.zeros((len(tables), 256), dtype=np.int64)
    for batch, now_ms in rounds:
        for place, (table, state) in enumerate(zip(tables, states, strict=True)):
            outcome = advance(table, state, batch, now_ms, threads=threads)
            found[place].take(outcome.decisions)
            marks[place] += np.bincount(outcome.marks, minlength=256)
    return [
        Followed(following.spells(span.to_ms), int(count.sum()), _by_mark(count.tolist()))
        for following, count in zip(found, marks, strict=True)
    ]


def _by_mark(count: list[int]) -> dict[Mark, int]:
    """From how many readings bore each set of marks to how many bore each mark."""
    return {mark: sum(many for marks, many in enumerate(count) if marks & mark) for mark in Mark}
