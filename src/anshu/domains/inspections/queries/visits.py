"""What is asked about visits."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from anshu.access.policy import STREET, Actor, under
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards.models import Hazard
from anshu.domains.inspections.models import Visit, VisitKind
from anshu.domains.places.models import Site
from anshu.kernel import clock
from anshu.kernel.geometry import Position
from anshu.ledger.models import Records


def finding_key(visit: Visit, path: str) -> uuid.UUID:
    """The id of the hazard that a failed item becomes: the same whoever hands it in, and how often."""
    return uuid.uuid5(visit.pk, path)


def hazards_of(visit: Visit) -> QuerySet[Hazard]:
    """The hazards found at a visit."""
    return Hazard.objects.filter(origin_id=visit.pk)


def away_m(site: Site, lon: float | None, lat: float | None) -> float | None:
    """Metres from a site to where somebody stands (degrees, WGS-84); None when either is unknown."""
    here = site.position
    return None if here is None or lon is None or lat is None else round(here.distance_m(Position(lon, lat)), 1)


MADE = (Visit.State.SUBMITTED, Visit.State.SIGNED, Visit.State.CLOSED)
"""Of an area only so many days back are looked through for its last visits."""
LAST_D = 30


@dataclass(frozen=True)
class Rhythm:
    """When somebody was there last and will be next: the last visits handed in, the next planned, the days since then
    (None: never; of an area, not in the days looked through)."""

    last: list[Visit]
    coming: list[Visit]
    days: int | None


def rhythm_of(firm: Enterprise, actor: Actor, most: int) -> Rhythm:
    """The rhythm of visits to an enterprise, at most so many each way."""
    rows = Visit.objects.visible_to(actor).real().filter(enterprise=firm)
    return _rhythm(rows.filter(started_at__isnull=False), rows, most)


def rhythm_in(territory: str, actor: Actor, most: int) -> Rhythm:
    """The same of an area and everything below it."""
    seen = Visit.objects.visible_to(actor).real()
    listed = seen.filter(under([territory], wide=STREET), state__in=MADE)
    last = listed.filter(started_at__gte=clock.now() - timedelta(days=LAST_D)).order_by("-started_at", "-pk")
    # The last of each kind: an index serves these in order, while those of all kinds together would have to be sorted.
    keys = [key for kind in VisitKind.values for key in last.filter(kind=kind).values_list("pk", flat=True)[:most]]
    return _rhythm(seen.filter(pk__in=keys), seen.filter(under([territory])), most)


def _rhythm(begun: Records[Visit], rows: Records[Visit], most: int) -> Rhythm:
    today = timezone.localdate(clock.now())
    named = ("site", "enterprise", "checklist")
    last = list(begun.filter(state__in=MADE).select_related(*named).order_by("-started_at", "-pk")[:most])
    waiting = rows.filter(state=Visit.State.PLANNED, planned_on__gte=today).select_related(*named)
    at = last[0].started_at if last else None
    days = (today - timezone.localdate(at)).days if at else None
    return Rhythm(last, list(waiting.order_by("planned_on", "pk")[:most]), days)


def announced_to(credit_code: str) -> Records[Visit]:
    """Visits that were announced to an enterprise and have not begun: with them it may see the list (预告式)."""
    rows: Records[Visit] = Visit.objects.filter(
        enterprise__credit_code=credit_code, state=Visit.State.PLANNED, announced_at__isnull=False
    ).select_related("checklist", "site")
    return rows
