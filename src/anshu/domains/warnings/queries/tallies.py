"""The alarms of a trial counted by channel, by hour of the day and by level."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from django.utils import timezone

from anshu.domains.warnings.models import Level
from anshu.domains.warnings.queries.backtest import Trial
from anshu.engines import backtest


@dataclass(frozen=True)
class ChannelTally:
    """What the rule would have done on one channel."""

    slot: int
    number: str
    alarms: int
    true: int
    false: int
    hits: int
    misses: int
    standing_share: float


def by_channel(trial: Trial) -> list[ChannelTally]:
    """Channels with an alarm or an event, the worst first: most false alarms, most misses, then most alarms."""
    spells, events = trial.spells, trial.truth.events
    true, false = backtest.judged(spells, trial.truth, trial.ahead_ms)
    missed = np.isnan(backtest.leads(spells, trial.truth, trial.ahead_ms))
    whole_ms = trial.recording.span.to_ms - trial.recording.span.from_ms
    rows = []
    for slot in np.union1d(spells.channel, events.channel).tolist():
        mine, its = spells.channel == slot, events.channel == slot
        stood_ms = int((spells.to_ms - spells.from_ms)[mine].sum())
        rows.append(
            ChannelTally(
                slot,
                trial.recording.channels.get(slot, str(slot)),
                int(mine.sum()),
                int((mine & true).sum()),
                int((mine & false).sum()),
                int((its & ~missed).sum()),
                int((its & missed).sum()),
                stood_ms / whole_ms,
            )
        )
    return sorted(rows, key=lambda row: (-row.false, -row.misses, -row.alarms, row.number))


def by_hour(trial: Trial) -> list[int]:
    """Alarms by the hour of the local day in which they rose."""
    count = Counter(_hour(at_ms) for at_ms in trial.spells.from_ms.tolist())
    return [count[hour] for hour in range(24)]


def by_level(trial: Trial) -> dict[Level, int]:
    """Alarms by the gravest level that they reached, the gravest first; levels that none reached are absent."""
    count = Counter(trial.spells.highest.tolist())
    return {level: count[int(level)] for level in Level if count[int(level)]}


def _hour(at_ms: int) -> int:
    return timezone.localtime(datetime.fromtimestamp(at_ms / 1000, tz=UTC)).hour
