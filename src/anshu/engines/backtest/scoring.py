"""What the alarms of a rule were worth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anshu.engines.backtest.meeting import covered, meets
from anshu.engines.backtest.spells import Spells
from anshu.engines.backtest.truth import Truth

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Span:
    """What was looked at: from (inclusive) to (exclusive), on so many channels."""

    from_ms: int
    to_ms: int
    channels: int

    @property
    def days(self) -> float:
        return (self.to_ms - self.from_ms) / DAY_MS


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """Counts of spells and events; the package docstring defines each. `lead_ms` has a place for each event in the
    order of `Truth.events`, NaN for a miss. `standing_ms` is how long spells stood, all channels together."""

    span: Span
    alarms: int
    true: int
    false: int
    events: int
    lead_ms: NDArray[np.float64]
    standing_ms: int

    @property
    def unjudged(self) -> int:
        return self.alarms - self.true - self.false

    @property
    def hits(self) -> int:
        return int(np.count_nonzero(~np.isnan(self.lead_ms)))

    @property
    def misses(self) -> int:
        return self.events - self.hits

    @property
    def hit_rate(self) -> float | None:
        """Hits by events; None without an event."""
        return self.hits / self.events if self.events else None

    @property
    def false_alarm_ratio(self) -> float | None:
        """False spells by those that are true or false; None when there is neither."""
        judged = self.true + self.false
        return self.false / judged if judged else None

    @property
    def alarms_a_day(self) -> float:
        """On all channels together."""
        return self.alarms / self.span.days if self.span.days else 0.0

    @property
    def lead_median_ms(self) -> float | None:
        """The lead that half of the hits have or exceed; None without a hit."""
        return float(np.nanmedian(self.lead_ms)) if self.hits else None

    @property
    def standing_share(self) -> float:
        """Which share of its time a channel stood in alarm, on average."""
        whole = (self.span.to_ms - self.span.from_ms) * self.span.channels
        return self.standing_ms / whole if whole else 0.0


def score(spells: Spells, truth: Truth, span: Span, *, ahead_ms: int = 0) -> Score:
    """Count; a spell up to `ahead_ms` before an event counts for it."""
    events, lead_ms = truth.events, leads(spells, truth, ahead_ms)
    true, false = judged(spells, truth, ahead_ms)
    return Score(
        span=span,
        alarms=len(spells),
        true=int(np.count_nonzero(true)),
        false=int(np.count_nonzero(false)),
        events=len(events.channel),
        lead_ms=lead_ms,
        standing_ms=int((spells.to_ms - spells.from_ms).sum()),
    )


def leads(spells: Spells, truth: Truth, ahead_ms: int) -> NDArray[np.float64]:
    """By event, in the order of `Truth.events`: how long before its begin the first spell that counts rose; NaN for a
    miss."""
    events = truth.events
    opens_ms = events.from_ms - ahead_ms
    first, behind = meets(spells, events.channel, opens_ms, events.to_ms)
    found = np.full(len(first), np.nan)
    hit = behind > first
    rose_ms = np.maximum(spells.from_ms[first[hit]], opens_ms[hit])
    found[hit] = events.from_ms[hit] - rose_ms
    return found


def judged(spells: Spells, truth: Truth, ahead_ms: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which spells are true, and which are false."""
    events = truth.events
    near = meets(spells, events.channel, events.from_ms - ahead_ms, events.to_ms)
    true = covered(len(spells), *near)
    if truth.complete:
        return true, ~true
    quiet = ~truth.happened
    refuted = meets(spells, truth.channel[quiet], truth.from_ms[quiet], truth.to_ms[quiet])
    return true, covered(len(spells), *refuted) & ~true
