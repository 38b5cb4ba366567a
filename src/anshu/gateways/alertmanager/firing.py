"""What fires at a device: alerts that are known, by channel, and the readings that follow when that changes.

A channel's value is the rank of the gravest alert that fires at it (1 information to 4 critical), 0 when none does.
What fires is kept with the record of the device, so that it survives a restart and any process may carry on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from anshu.gateways.alertmanager.alerts import Alert

MOST_FIRING = 1_000
# Prometheus says again each minute or so that an alert fires, and until when to believe it. That is written down only
# when it moves by this much; an alert of which nothing more is heard for as long again has ended.
EXTEND_MS, GRACE_MS = 300_000, 900_000

Kept = dict[str, dict[str, dict[str, Any]]]


class TooMany(Exception):
    """More alerts fire at one device than are kept."""


@dataclass(frozen=True, slots=True)
class Step:
    """A channel's value has changed, at an instant."""

    code: str
    at_ms: int
    value: int


@dataclass
class Firing:
    """What fires at one device: channel code → fingerprint → rank, until when, and what it says."""

    kept: Kept
    now_ms: int
    steps: list[Step] = field(default_factory=list)
    changed: bool = False

    def hear(self, alert: Alert, code: str) -> None:
        """Take in one alert at a channel; raises TooMany when there is no room for another."""
        known = self.kept.get(code, {}).get(alert.fingerprint)
        if alert.resolved:
            if known is not None:
                self._end(code, alert.fingerprint, alert.ends_ms)
            return
        ends_ms = alert.ends_ms or self.now_ms + GRACE_MS
        if known is not None and known["rank"] == alert.rank and ends_ms - known["ends_ms"] < EXTEND_MS:
            return
        if known is None and sum(map(len, self.kept.values())) >= MOST_FIRING:
            raise TooMany
        before = self.value(code)
        told = {"rank": alert.rank, "ends_ms": ends_ms, "name": alert.name, "summary": alert.summary}
        self.kept.setdefault(code, {})[alert.fingerprint] = told
        self._step(code, before, alert.starts_ms if known is None else None)

    def expire(self) -> None:
        """End what has not been heard of for too long: its rule was deleted, or its Prometheus is gone."""
        over = [
            (code, fingerprint)
            for code, alerts in self.kept.items()
            for fingerprint, told in alerts.items()
            if told["ends_ms"] + EXTEND_MS + GRACE_MS < self.now_ms
        ]
        for code, fingerprint in over:
            self._end(code, fingerprint, None)

    def value(self, code: str) -> int:
        """The rank of the gravest that fires at a channel, 0 for none."""
        return max((int(told["rank"]) for told in self.kept.get(code, {}).values()), default=0)

    def _end(self, code: str, fingerprint: str, at_ms: int | None) -> None:
        before = self.value(code)
        del self.kept[code][fingerprint]
        if not self.kept[code]:
            del self.kept[code]
        self._step(code, before, at_ms)

    def _step(self, code: str, before: int, at_ms: int | None) -> None:
        self.changed = True
        if self.value(code) != before:
            at_ms = self.now_ms if at_ms is None else min(at_ms, self.now_ms)
            self.steps.append(Step(code, at_ms, self.value(code)))


def dated(steps: Iterable[Step], last_ms: Mapping[str, int], now_ms: int) -> list[Step]:
    """The steps with instants that rise for each channel, and come after the newest that it has.

    Alerts are told late and out of order; a value that was older than the one before it would not be news.
    """
    newest, risen = dict(last_ms), []
    for step in steps:
        before = newest.get(step.code, -1)
        at_ms = step.at_ms if step.at_ms > before else max(now_ms, before + 1)
        newest[step.code] = at_ms
        risen.append(Step(step.code, at_ms, step.value))
    return risen


def kept_of(attributes: Mapping[str, Any]) -> Kept:
    """A copy of what is kept with a device, without whatever else may have got into its place."""
    found = attributes.get("alerts")
    kept: Kept = {}
    for code, alerts in found.items() if isinstance(found, dict) else ():
        sound = {key: told for key, told in alerts.items() if _is_sound(told)} if isinstance(alerts, dict) else {}
        if sound:
            kept[code] = sound
    return kept


def _is_sound(told: Any) -> bool:
    return isinstance(told, dict) and all(isinstance(told.get(name), int) for name in ("rank", "ends_ms"))
