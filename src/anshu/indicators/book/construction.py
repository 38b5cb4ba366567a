"""Figures of minor works and of dangerous work under permits."""

from django.utils.translation import gettext_lazy as _

from anshu.domains.construction.models import MinorWork, WorkPermit
from anshu.indicators import units
from anshu.indicators.figures import Rows, Scope, figure, share

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
