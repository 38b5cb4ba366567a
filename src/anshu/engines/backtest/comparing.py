"""Two rules on the same recording, side by side."""

from dataclasses import dataclass

import numpy as np

from anshu.engines.backtest.meeting import covered, meets
from anshu.engines.backtest.scoring import judged, leads
from anshu.engines.backtest.spells import Spells
from anshu.engines.backtest.truth import Truth


@dataclass(frozen=True, slots=True)
class Difference:
    """What the second rule does otherwise than the first.

    `spared` spells of the first, of which `spared_true` were true and `spared_false` false; `added` ones of the second
    alike. `lost` events only the first hits, `gained` only the second. `earlier_ms`: by how much the second is
    earlier on the events that both hit (median; negative: later; None: there is none).
    """

    spared: int
    spared_true: int
    spared_false: int
    added: int
    added_true: int
    added_false: int
    lost: int
    gained: int
    earlier_ms: float | None


def compare(first: Spells, second: Spells, truth: Truth, *, ahead_ms: int = 0) -> Difference:
    """What changes when the second rule takes the place of the first."""
    before, after = leads(first, truth, ahead_ms), leads(second, truth, ahead_ms)
    hit_before, hit_after = ~np.isnan(before), ~np.isnan(after)
    both = (after - before)[hit_before & hit_after]
    return Difference(
        *_without(first, second, truth, ahead_ms),
        *_without(second, first, truth, ahead_ms),
        lost=int(np.count_nonzero(hit_before & ~hit_after)),
        gained=int(np.count_nonzero(hit_after & ~hit_before)),
        earlier_ms=float(np.median(both)) if len(both) else None,
    )


def _without(some: Spells, others: Spells, truth: Truth, ahead_ms: int) -> tuple[int, int, int]:
    """How many of the spells have no counterpart among the others, and how many of these are true and false."""
    alone = ~covered(len(some), *meets(some, others.channel, others.from_ms, others.to_ms))
    true, false = judged(some, truth, ahead_ms)
    return int(alone.sum()), int((alone & true).sum()), int((alone & false).sum())
