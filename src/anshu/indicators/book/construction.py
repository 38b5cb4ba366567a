"""Figures of minor works, of dangerous work under permits, and of sites under construction."""

from django.utils.translation import gettext_lazy as _

from anshu.domains.construction.models import MinorWork, RatingRound, WorkPermit
from anshu.domains.inspections.models import VisitKind
from anshu.domains.places.models import Site
from anshu.indicators import units
from anshu.indicators.book.inspections import inspection_visits
from anshu.indicators.book.supervision import fewest, month
from anshu.indicators.figures import Rows, Scope, distinct, figure, share

GROUP = "construction"


def _known(scope: Scope) -> Rows:
    """Minor works that begin in the days: filed, or found without filing."""
    return scope.rows(MinorWork, "starts_on")


@figure(GROUP, _("Minor works filed"), says=_("minor works that begin in the days and were filed"), unit=units.WORKS)
def works_filed(scope: Scope) -> Rows:
    return _known(scope).filter(unfiled=False)


@figure(
    GROUP,
    _("Minor works that were filed"),
    says=_("minor works filed in per cent of those known: filed, or found without filing"),
    unit="%",
    sources=["LH-043"],
    measure=share(_known),
)
def small_works_registration_rate(scope: Scope) -> Rows:
    return works_filed.rows(scope)


@figure(GROUP, _("Minor works going on"), says=_("minor works in progress, as of now"), unit=units.WORKS)
def works_going_on(scope: Scope) -> Rows:
    return scope.rows(MinorWork).filter(state=MinorWork.State.IN_PROGRESS)


@figure(
    GROUP,
    _("Permits under which work goes on"),
    says=_("permits for dangerous work under which work goes on, as of now"),
    unit=units.PIECES,
)
def permits_working(scope: Scope) -> Rows:
    return scope.rows(WorkPermit).filter(state=WorkPermit.State.WORKING)


@figure(
    GROUP,
    _("Construction sites cross-inspected"),
    says=_("different construction sites visited in the days by the people of another area"),
    unit=units.SITES,
    sources=["LG-047"],
    measure=distinct("site"),
)
def construction_sites_cross_inspected(scope: Scope) -> Rows:
    return inspection_visits.rows(scope).filter(kind=VisitKind.CROSS, site__kind=Site.Kind.CONSTRUCTION_SITE)


@figure(
    GROUP,
    _("Rating rounds of construction sites a month, at least"),
    says=_("the fewest held in any month that the days touch"),
    unit=units.TIMES,
    sources=["NS-031"],
    measure=fewest("rated_on", month),
)
def site_ratings_per_month(scope: Scope) -> Rows:
    return scope.rows(RatingRound, "rated_on")
