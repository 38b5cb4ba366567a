"""What is asked about visits."""

import uuid

from django.db.models import QuerySet

from anshu.domains.hazards.models import Hazard
from anshu.domains.inspections.models import Visit
from anshu.domains.places.models import Site
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


def announced_to(credit_code: str) -> Records[Visit]:
    """Visits that were announced to an enterprise and have not begun: with them it may see the list (预告式)."""
    rows: Records[Visit] = Visit.objects.filter(
        enterprise__credit_code=credit_code, state=Visit.State.PLANNED, announced_at__isnull=False
    ).select_related("checklist", "site")
    return rows
