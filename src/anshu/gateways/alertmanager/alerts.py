"""Alerts as Prometheus sends them to an Alertmanager (API v2), or an Alertmanager to a webhook (version 4)."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from anshu.kernel.errors import Invalid
from anshu.telemetry.intake import BadTime, instant_ms

MOST_LABELS = 64
MOST_NAME, MOST_VALUE, MOST_SUMMARY = 200, 2_000, 200
# What the label `severity` says, as a rank. People write many words; one that is not here ranks as a warning.
RANKS = {
    **dict.fromkeys(("none", "info", "informational", "information", "notice", "low", "debug", "ok"), 1),
    **dict.fromkeys(("warning", "warn", "minor", "medium", "moderate", "average"), 2),
    **dict.fromkeys(("error", "err", "major", "high", "severe"), 3),
    **dict.fromkeys(("critical", "crit", "page", "emergency", "fatal", "disaster", "alert"), 4),
}
UNKNOWN_RANK = 2
# An Alertmanager writes the year 1 for "not ended".
EARLIEST_MS = 0
EVERYTHING = "*"
POINT = re.compile(r"(?P<name>[^{}]+)(?:\{(?P<matchers>[^{}]*)\})?")


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. Its labels are what it is; `starts_ms` and `ends_ms` are None where they are not said."""

    labels: Mapping[str, str]
    summary: str
    starts_ms: int | None
    ends_ms: int | None
    resolved: bool

    @property
    def name(self) -> str:
        """Which rule of Prometheus has fired."""
        return self.labels.get("alertname", "")

    @property
    def fingerprint(self) -> str:
        """The same for the same labels, and for no others."""
        raw = orjson.dumps(dict(self.labels), option=orjson.OPT_SORT_KEYS)
        return hashlib.blake2b(raw, digest_size=8).hexdigest()

    @property
    def rank(self) -> int:
        """How grave it is: 1 information, 2 warning, 3 error, 4 critical."""
        return RANKS.get(self.labels.get("severity", "").lower(), UNKNOWN_RANK)

    @property
    def addresses(self) -> tuple[str, ...]:
        """What devices may be registered as to be meant, the narrowest first."""
        job, instance = self.labels.get("job", ""), self.labels.get("instance", "")
        whole = (f"{job}/{instance}",) if job and instance else ()
        return (*whole, *filter(None, (instance, job)), EVERYTHING)


def read_alerts(found: object, now_ms: int) -> list[Alert]:
    """The alerts in a body: a list, or an object with `alerts` in it. Invalid names the alert that is wrong."""
    rows = found.get("alerts") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise Invalid("a list of alerts is expected", field="body", code="alerts_list")
    return [_read(row, place, now_ms) for place, row in enumerate(rows)]


def _read(row: Any, place: int, now_ms: int) -> Alert:
    field = f"alerts.{place}"
    if not isinstance(row, dict):
        raise Invalid("an alert is an object", field=field, code="alert_object")
    labels = _texts(row.get("labels"), f"{field}.labels")
    if not labels:
        raise Invalid("an alert needs at least one label", field=f"{field}.labels", code="alert_labels")
    notes = _texts(row.get("annotations") or {}, f"{field}.annotations")
    ends_ms = _instant(row.get("endsAt"), f"{field}.endsAt")
    return Alert(
        labels=labels,
        summary=(notes.get("summary") or notes.get("description") or notes.get("message") or "")[:MOST_SUMMARY],
        starts_ms=_instant(row.get("startsAt"), f"{field}.startsAt"),
        ends_ms=ends_ms,
        resolved=row.get("status") == "resolved" or (ends_ms is not None and ends_ms <= now_ms),
    )


def _texts(found: Any, field: str) -> dict[str, str]:
    """Names and texts, without the empty ones, which Prometheus takes for absent."""
    sound = isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
    if not sound:
        raise Invalid("names with texts are expected", field=field, code="alert_texts")
    if len(found) > MOST_LABELS or any(len(name) > MOST_NAME or len(text) > MOST_VALUE for name, text in found.items()):
        raise Invalid("at most 64 texts of 2000 signs are taken", field=field, code="alert_texts")
    return {name: text for name, text in found.items() if text}


def _instant(found: Any, field: str) -> int | None:
    if found is None or found == "":
        return None
    try:
        at_ms = instant_ms(found) if isinstance(found, str) else -1
    except (BadTime, OverflowError) as error:
        raise Invalid("not an instant with zone: %(text)s", field=field, code="alert_time", text=found) from error
    if not isinstance(found, str):
        raise Invalid("an instant is a text", field=field, code="alert_time")
    return at_ms if at_ms > EARLIEST_MS else None


def point_for(alert: Alert, points: Iterable[str]) -> str | None:
    """The point an alert belongs to: NAME{label=value,…} with the most labels that all fit, then NAME, then `*`."""
    fitting = [(weight, point) for point in points if (weight := _fit(alert, point)) is not None]
    return max(fitting)[1] if fitting else None


def _fit(alert: Alert, point: str) -> tuple[bool, int] | None:
    """How narrowly a point describes an alert; None when it describes another."""
    found = POINT.fullmatch(point)
    if found is None or found["name"] not in (alert.name, EVERYTHING):
        return None
    matchers = [part.partition("=") for part in (found["matchers"] or "").split(",") if part]
    if any(alert.labels.get(name.strip(), "") != value.strip().strip('"') for name, _is, value in matchers):
        return None
    return found["name"] != EVERYTHING, len(matchers)
