"""What lies around a hazard: whose site it is, what was found there before, how far away somebody stands."""

from datetime import datetime, timedelta

from anshu.domains.hazards.models import Hazard, Listing
from anshu.domains.places.models import Site
from anshu.kernel.geometry import Position
from anshu.workflow import rules

ENDED = (Listing.State.DELISTED, Listing.State.DELISTING_PUBLISHED, Listing.State.REJECTED)


def earlier_like(site: Site, kind: str, at: datetime) -> Hazard | None:
    """The last hazard of this kind that was closed at this site within the days that make a recurrence."""
    since = at - timedelta(days=rules.at("hazard_loop/recurrence_d", at).number())
    closed = Hazard.objects.filter(site=site, kind=kind, state=Hazard.State.CLOSED, closed_at__gte=since)
    return closed.filter(closed_at__lte=at).order_by("-closed_at").first()


def open_listing(hazard: Hazard) -> Listing | None:
    """The listing under which the hazard stands now."""
    return Listing.objects.filter(hazard=hazard).exclude(state__in=ENDED).first()


def away_m(hazard: Hazard, lon: float | None, lat: float | None) -> float | None:
    """Metres from the hazard to a position (degrees, WGS-84); None when either is unknown."""
    here = hazard.position or hazard.site.position
    return None if lon is None or lat is None or here is None else here.distance_m(Position(lon, lat))


def photo_m() -> float:
    """How far from the site somebody, or a picture, may be and still count as being there (metres)."""
    return rules.at("evidence/photo_m").number()
