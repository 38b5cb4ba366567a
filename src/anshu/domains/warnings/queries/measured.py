"""What the channels of alarms measure now. An alarm keeps the value of its last step; the water goes on rising."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from anshu.domains.devices.queries import store
from anshu.domains.warnings.models import Alarm, Rule
from anshu.kernel import clock
from anshu.telemetry.store import Store

POINTS = 200


@dataclass(frozen=True)
class Measured:
    """A value in the unit of the channel, and its instant (ms since 1970 UTC)."""

    value: float
    at_ms: int


def latest(alarms: Iterable[Alarm]) -> dict[int, Measured]:
    """The newest reading by slot, for the channels of these alarms; one that has none is absent, and one whose alarm
    is about something derived from its readings."""
    last = store().last(sorted({alarm.channel.slot for alarm in alarms if alarm.rule.judged == Rule.Judged.VALUE}))
    rows = zip(last.channel, last.value, last.at_ms, strict=True)
    return {int(slot): Measured(float(value), int(at_ms)) for slot, value, at_ms in rows}


def worst(alarm: Alarm, readings: Store, until: datetime | None = None) -> float:
    """The worst value while the alarm stood, by the direction of its rule: from when it was sensed until the instant
    given, or it recovered, or now. Of what is derived from readings only what its steps have told is known."""
    if alarm.rule.judged != Rule.Judged.VALUE:
        return alarm.peak
    end = until or alarm.recovered_at or clock.now()
    span = (int(at.timestamp() * 1000) for at in (alarm.sensed_at, end))
    series = readings.series(alarm.channel.slot, next(span), next(span) + 1, POINTS)
    gravest = min if alarm.rule.direction == Rule.Direction.BELOW else max
    return gravest([alarm.peak, *map(float, series.value)])
