"""What lies around a place: sites and people inside a radius, the area it is in, incidents that may be the same."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Q
from shapely.geometry import Point, shape

from anshu.domains.incidents.models import Incident
from anshu.domains.places.models import Area, Site
from anshu.domains.warnings.models import Alarm
from anshu.kernel.crs import Crs
from anshu.kernel.geometry import BoundingBox, Position, distances_m
from anshu.workflow import rules

ENDED = (Incident.State.CLOSED, Incident.State.MERGED)
SHELTERS_SHOWN = 5


def inside(position: Position, radius_m: float) -> dict[str, Any]:
    """Sites by kind, people and the nearest shelters within the radius: a box in the database, then exact distances.

    Returns `radius_m`, `sites` {kind: count}, `count`, `people` (shelters not counted, they are empty until opened) and
    `shelters` [{id, name, distance_m, capacity}] nearest first.
    """
    box = BoundingBox.around(position, radius_m)
    sites = Site.objects.filter(lon__range=(box.west, box.east), lat__range=(box.south, box.north), exercise=False)
    rows = list(sites.values_list("lon", "lat", "kind", "people_count", "number"))
    near = [(metres, row) for metres, row in zip(_away_m(position, rows), rows, strict=True) if metres <= radius_m]
    return {
        "radius_m": radius_m,
        "count": len(near),
        "sites": dict(Counter(row[2] for _metres, row in near).most_common()),
        "people": sum(row[3] or 0 for _metres, row in near if row[2] != Site.Kind.SHELTER),
        "shelters": _shelters(sorted((metres, row[4]) for metres, row in near if row[2] == Site.Kind.SHELTER)),
    }


def _shelters(near: list[tuple[float, str]]) -> list[dict[str, Any]]:
    """The nearest few, given (metres, number): asked by number, so that the index on kinds tempts no planner."""
    chosen = near[:SHELTERS_SHOWN]
    known = {site.number: site for site in Site.objects.filter(number__in=[number for _metres, number in chosen])}
    return [
        {
            "id": str(known[number].pk),
            "name": known[number].name,
            "distance_m": round(metres),
            "capacity": known[number].people_count,
        }
        for metres, number in chosen
    ]


def _away_m(position: Position, rows: Sequence[tuple[Any, ...]]) -> list[float]:
    """Metres from the place to each row, whose first two values are longitude and latitude."""
    here = position.to(Crs.WGS84)
    lon, lat = np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows], dtype=float)
    return distances_m(lon, lat, np.full(len(rows), here.lon), np.full(len(rows), here.lat)).tolist() if rows else []


def territory_at(position: Position) -> str:
    """The code of the smallest area whose outline holds the place, or nothing when no outline does."""
    here = position.to(Crs.WGS84)
    point = Point(here.lon, here.lat)
    holding = [
        code
        for code, outline in Area.objects.exclude(outline=None).values_list("number", "outline")
        if outline and shape(outline).covers(point)
    ]
    return max(holding, key=len, default="")


@dataclass(frozen=True)
class Likeness:
    """An open incident that may be the one just reported, and what the two have in common."""

    incident: Incident
    distance_m: float | None
    minutes: float
    same_place: bool


def likely_duplicates(at: datetime, kind: str, place: str, position: Position | None) -> list[Likeness]:
    """Open incidents of the same kind, near in time, and near in space or with the same words for the place."""
    rule = rules.at("sense_loop_limits/incident.duplicate")
    span, radius_m = rule.limit("within").elapsed or timedelta(0), rule.number("within_m")
    rows = Incident.objects.exclude(state__in=ENDED).filter(Q(kind=kind) | Q(kind=""), exercise=False)
    found = []
    for other in rows.order_by("-created_at")[:500]:
        apart = abs(at - (other.occurred_at or other.received_at or other.created_at))
        metres = position.distance_m(other.position) if position and other.position else None
        same_words = bool(place) and place.strip() == other.place.strip()
        if apart <= span and (same_words or (metres is not None and metres <= radius_m)):
            found.append(Likeness(other, metres, apart.total_seconds() / 60, same_words))
    return sorted(found, key=lambda like: (like.distance_m is None, like.distance_m or 0.0, like.minutes))


def kind_of(alarm: Alarm) -> str:
    """The kind of incident an alarm speaks of: the kind of its site, else the quantity measured."""
    return alarm.site.kind if alarm.site else alarm.channel.quantity


def absorbs(incident: Incident, alarm: Alarm) -> bool:
    """Whether a further alarm belongs to the incident: the same object, or near and soon enough and either of the same
    kind or of the same group of alarms."""
    if incident.exercise != alarm.exercise:
        return False
    if incident.site_id is not None and incident.site_id == alarm.site_id:
        return True
    span = rules.at("sense_loop_limits/incident.absorb_within").limit().elapsed or timedelta(0)
    soon = alarm.sensed_at - (incident.sensed_at or incident.created_at) <= span
    if not soon or incident.position is None or alarm.position is None:
        return False
    if incident.position.distance_m(alarm.position) > incident.impact_m:
        return False
    return incident.kind == kind_of(alarm) or incident.pk in _of_its_group(alarm)


def _of_its_group(alarm: Alarm) -> set[UUID | None]:
    """The incidents that other alarms of the alarm's group belong to."""
    if alarm.group_id is None:
        return set()
    rows = Alarm.objects.filter(group=alarm.group_id).exclude(incident_id=None)
    return set(rows.values_list("incident_id", flat=True).distinct())


def incident_for(alarm: Alarm) -> Incident | None:
    """The open incident that absorbs the alarm: that of its object first, else the nearest of its kind or group."""
    rows = Incident.objects.exclude(state__in=ENDED).filter(
        Q(kind=kind_of(alarm)) | Q(site=alarm.site, site__isnull=False) | Q(pk__in=_of_its_group(alarm)),
        exercise=alarm.exercise,
    )
    return nearest_absorbing(rows.order_by("created_at"), alarm)


def nearest_absorbing(incidents: Iterable[Incident], alarm: Alarm) -> Incident | None:
    """Of some incidents the one that absorbs the alarm: that of the same object first, else the nearest."""
    fitting = [incident for incident in incidents if absorbs(incident, alarm)]

    def away_m(incident: Incident) -> float:
        if incident.site_id is not None and incident.site_id == alarm.site_id:
            return -1.0
        return incident.position.distance_m(alarm.position) if incident.position and alarm.position else 1e9

    return min(fitting, key=away_m, default=None)
