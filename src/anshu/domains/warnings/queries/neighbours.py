"""Which groups an alarm belongs to when it comes onto the desk.

Rows are all that is remembered: any process may raise alarms, a crash loses nothing, equal alarms give equal groups.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np

from anshu.domains.warnings.models import Alarm, AlarmGroup
from anshu.domains.warnings.rules.linking import Family
from anshu.engines import grouping
from anshu.kernel.crs import project
from anshu.kernel.geometry import BoundingBox

GATHERING = (AlarmGroup.State.WAITING, AlarmGroup.State.HELD, AlarmGroup.State.SETTLED)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def linked_groups(alarm: Alarm, at: datetime, family: Family) -> list[AlarmGroup]:
    """The groups that the alarm, coming onto the desk at this instant, is of one event with; opened first comes first.

    An alarm without a place is of one event with those of its own channel alone.
    """
    span = timedelta(seconds=family.linking.within_s)
    rows = Alarm.objects.filter(
        shown_at__range=(at - span, at + span),
        group__family=family.name,
        group__state__in=GATHERING,
        exercise=alarm.exercise,
    ).exclude(pk=alarm.pk)
    found: set[UUID | None]
    if alarm.position is None:
        found = set(rows.filter(channel=alarm.channel).values_list("group_id", flat=True))
    else:
        box = BoundingBox.around(alarm.position, family.linking.near_m)
        around = rows.filter(lon__range=(box.west, box.east), lat__range=(box.south, box.north))
        found = _linked(alarm, at, family, list(around.values_list("group_id", "shown_at", "lon", "lat")))
    return list(AlarmGroup.objects.filter(pk__in=[key for key in found if key]).order_by("created_at", "number"))


Row = tuple[UUID | None, datetime | None, float | None, float | None]


def _linked(alarm: Alarm, at: datetime, family: Family, rows: list[Row]) -> set[UUID | None]:
    """The groups of those rows that the engine says are of one event with the alarm."""
    if not rows:
        return set()
    lon = np.array([alarm.lon, *(row[2] for row in rows)], dtype=np.float64)
    lat = np.array([alarm.lat, *(row[3] for row in rows)], dtype=np.float64)
    east, north = project(lon, lat, _meridian(float(lon[0])))
    new = grouping.Alarm("", _ms(at), float(east[0]), float(north[0]), family.name)
    found: set[UUID | None] = set()
    for place, (group, shown_at, _lon, _lat) in enumerate(rows, start=1):
        if group not in found and shown_at is not None:
            other = grouping.Alarm("", _ms(shown_at), float(east[place]), float(north[place]), family.name)
            if family.linking.links(new, other):
                found.add(group)
    return found


def _meridian(lon: float) -> int:
    """The middle of the belt of three degrees that holds the longitude."""
    return round(lon / 3) * 3


def _ms(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)
