"""Spells, truths and recordings drawn at random, and spells written by hand."""

import numpy as np
from hypothesis import strategies as st

from anshu.engines.backtest import Spells, Truth, windows
from anshu.engines.backtest.spells import NEVER_MS

DAY_MS = 86_400_000
FIRST_MS = 1_700_006_400_000


def spells(*rows: tuple[int, int, int]) -> Spells:
    """Yellow alarms of (channel, from, to) rows."""
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
    reached_ms = np.column_stack([np.full((len(table), 2), NEVER_MS), table[:, 1], table[:, 1]])
    nothing = np.zeros(len(table))
    return Spells(table[:, 0], table[:, 1], table[:, 2], reached_ms, nothing, nothing != 0)


@st.composite
def some_spells(draw: st.DrawFn) -> Spells:
    """On up to three channels, some of them an instant long, none overlapping another of its channel."""
    rows = []
    for channel in range(3):
        instants = draw(st.lists(st.integers(0, 60), max_size=10, unique=True).map(sorted))
        rows += [(channel, begin, end) for begin, end in zip(instants[::2], instants[1::2], strict=False)]
    return spells(*rows)


@st.composite
def some_truth(draw: st.DrawFn) -> Truth:
    """Windows that may overlap, complete or not."""
    window = st.tuples(st.integers(0, 2), st.integers(0, 60), st.integers(0, 15), st.booleans())
    rows = [(channel, begin, begin + length, happened) for channel, begin, length, happened in draw(st.lists(window))]
    return windows(rows, complete=draw(st.booleans()))
