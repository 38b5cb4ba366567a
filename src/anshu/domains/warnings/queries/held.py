"""Which conditions of a compound rule hold at a place, since when, and what was measured when they began to."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from anshu.domains.warnings.models import Holding
from anshu.domains.warnings.models.conditions import Condition, unit_of
from anshu.domains.warnings.rules.compounds import Place

"""Of the channels on which a condition holds, so many are told: those on which it has held longest."""
TOLD = 5


def held(place: Place, at: datetime) -> list[dict[str, Any]]:
    """Each condition of the rule at an instant, as an alarm keeps it: the condition itself, whether it holds, of how
    many channels, and on which of them: value in the unit told, instants in ms since 1970 UTC, `ended_ms` where
    it only holds because it has held not long ago."""
    terms = place.rule.terms()
    longest = timedelta(minutes=max(term.within_min for term in terms))
    rows = Holding.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at - longest), rule=place.rule)
    found: dict[int, list[Holding]] = {}
    for row in rows.select_related("channel").order_by("since_at", "channel__number"):
        found.setdefault(row.place, []).append(row)
    return [
        _told(term, raw, sight, [row for row in found.get(number, ()) if row.channel in sight], at)
        for number, (term, raw, sight) in enumerate(zip(terms, place.rule.conditions, place.sights, strict=True))
    ]


def _told(term: Condition, raw: dict[str, Any], sight: Any, rows: list[Holding], at: datetime) -> dict[str, Any]:
    lasting = timedelta(minutes=term.within_min)
    rows = [row for row in rows if row.ended_at is None or row.ended_at + lasting > at]
    return {
        "condition": raw,
        "holds": bool(sight) and (len(rows) >= term.least) != term.negated,
        "channels": len(sight),
        "unit": unit_of(term.judged, sight[0].unit) if sight else "",
        "on": [
            {
                "channel": row.channel.number,
                "name": row.channel.name,
                "value": row.value,
                "since_ms": _ms(row.since_at),
                "ended_ms": None if row.ended_at is None else _ms(row.ended_at),
            }
            for row in rows[:TOLD]
        ],
    }


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
