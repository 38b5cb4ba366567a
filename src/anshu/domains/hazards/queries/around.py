"""What lies around a hazard: whose site it is, what was found there before, how far away somebody stands."""

import uuid
from datetime import datetime, timedelta

from django.apps import apps

from anshu.domains.hazards.models import Hazard, Listing
from anshu.domains.places.models import Site
from anshu.kernel.geometry import Position
from anshu.ledger.models import Registered
from anshu.workflow import rules
from anshu.workflow.models import Change

"""Marks a hazard that was entered some time after it was found (补录)."""
LATE_ENTRY = "late_entry"

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


def origin_began_at(origin_id: uuid.UUID | None) -> datetime | None:
    """From when on something can have been found at a visit, a self-check, a tip-off; None when it is none of them, or
    has not begun."""
    if origin_id is None:
        return None
    for model in apps.get_models():
        if issubclass(model, Registered) and model.found_from:
            found = model.objects.filter(pk=origin_id).values_list(model.found_from, flat=True).first()
            if found is not None:
                began_at: datetime = found
                return began_at
    return None


def hands(hazard: Hazard) -> set[uuid.UUID]:
    """Ids of the accounts that had a hand in a hazard: found it, put it right, rechecked it, or moved it on."""
    did = Change.objects.filter(subject=hazard._meta.label_lower, subject_id=hazard.pk).exclude(actor_id=None)
    named = (hazard.finder_id, hazard.fixer_id, hazard.verifier_id)
    return {key for key in (*named, *did.values_list("actor_id", flat=True)) if key is not None}
