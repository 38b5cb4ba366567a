"""Figures of risks declared, points of risk, areas of high risk, and studies of them."""

from django.utils.translation import gettext_lazy as _

from anshu.domains.enterprises.models import RiskArea, RiskDeclaration, RiskPoint, RiskStudy, Threat
from anshu.domains.places.models import Site
from anshu.indicators import units
from anshu.indicators.book.enterprises import operating
from anshu.indicators.figures import Rows, Scope, distinct, figure, share

GROUP = "risks"
ROWS, PLACES, UNITS = (
    units.RECORDS,
    units.PLACES,
    units.ENTERPRISES,
)


@figure(
    GROUP,
    _("Enterprises that assess their risks"),
    says=_("enterprises in operation: everybody who operates declares"),
    unit=UNITS,
    sources=["GM-051"],
)
def risk_assessment_entities(scope: Scope) -> Rows:
    return operating(scope)


@figure(
    GROUP,
    _("Risk declarations handed in"),
    says=_("declarations handed in within the days"),
    unit=ROWS,
    sources=["GM-052"],
)
def risk_records_reported(scope: Scope) -> Rows:
    return scope.rows(RiskDeclaration, "submitted_at__date").exclude(submitted_at=None)


@figure(
    GROUP,
    _("Risk declarations reviewed"),
    says=_("declarations handed in within the days and reviewed since"),
    unit=ROWS,
    sources=["GM-053"],
)
def risk_records_reviewed(scope: Scope) -> Rows:
    return risk_records_reported.rows(scope).exclude(reviewed_at=None)


@figure(
    GROUP,
    _("Review rate of risk declarations"),
    says=_("those reviewed in per cent of those handed in"),
    unit="%",
    sources=["GM-054"],
    measure=share(risk_records_reported.rows),
)
def risk_review_rate(scope: Scope) -> Rows:
    return risk_records_reviewed.rows(scope)


@figure(
    GROUP,
    _("Points of risk identified"),
    says=_("points of risk that were not removed, as of now"),
    unit=PLACES,
    sources=["GX-024"],
)
def risk_points_identified(scope: Scope) -> Rows:
    return scope.rows(RiskPoint).exclude(state=RiskPoint.State.REMOVED)


@figure(
    GROUP,
    _("Points of risk in check"),
    says=_("points of risk whose measures are in place, as of now"),
    unit=PLACES,
    sources=["GX-025"],
)
def risk_points_controlled(scope: Scope) -> Rows:
    return scope.rows(RiskPoint).filter(state=RiskPoint.State.CONTROLLED)


@figure(
    GROUP,
    _("Control measures"),
    says=_("points of risk, not removed, that name their measures, as of now"),
    unit=ROWS,
    sources=["GX-036"],
)
def risk_control_measures(scope: Scope) -> Rows:
    return risk_points_identified.rows(scope).exclude(measures="")


@figure(
    GROUP,
    _("Areas and points of high risk"),
    says=_("areas on the list of high risk, as of now"),
    unit=PLACES,
    sources=["LH-024"],
)
def high_risk_areas_and_points(scope: Scope) -> Rows:
    return scope.rows(RiskArea).exclude(state=RiskArea.State.DELISTED)


@figure(
    GROUP,
    _("Areas of high risk with a leader"),
    says=_("areas on the list with a sponsoring leader in per cent of all on it"),
    unit="%",
    sources=["LH-025"],
    measure=share(high_risk_areas_and_points.rows),
)
def high_risk_leader_assignment_rate(scope: Scope) -> Rows:
    return high_risk_areas_and_points.rows(scope).exclude(sponsor=None)


@figure(
    GROUP,
    _("Areas of high fire risk under rectification"),
    says=_("areas on the list whose danger is fire and which are being rectified, as of now"),
    unit=PLACES,
    sources=["NS-038"],
)
def fire_high_risk_areas_under_rectification(scope: Scope) -> Rows:
    return high_risk_areas_and_points.rows(scope).filter(threat=Threat.FIRE, state=RiskArea.State.SPONSORED)


@figure(
    GROUP,
    _("Dangerous slopes"),
    says=_("slopes in the register of sites, as of now"),
    unit=PLACES,
    sources=["LH-052"],
)
def geohazard_slope_sites(scope: Scope) -> Rows:
    return scope.rows(Site).filter(kind=Site.Kind.SLOPE)


@figure(
    GROUP,
    _("Hydrants"),
    says=_("hydrants in the register of sites, as of now"),
    unit=units.PIECES,
    sources=["LH-065"],
)
def fire_hydrants(scope: Scope) -> Rows:
    return scope.rows(Site).filter(kind=Site.Kind.HYDRANT)


def _studies(scope: Scope, kind: RiskStudy.Kind) -> Rows:
    return scope.rows(RiskStudy, "made_on").filter(kind=kind)


@figure(
    GROUP,
    _("Fields of risk analysed"),
    says=_("different fields of which a risk analysis was made in the days"),
    unit=units.FIELDS,
    sources=["GX-034"],
    measure=distinct("field"),
)
def risk_domains_analysed(scope: Scope) -> Rows:
    return _studies(scope, RiskStudy.Kind.ANALYSIS)


@figure(
    GROUP,
    _("Risk maps drawn"),
    says=_("maps of points of risk drawn in the days"),
    unit=units.MAPS,
    sources=["GX-035"],
)
def risk_distribution_maps(scope: Scope) -> Rows:
    return _studies(scope, RiskStudy.Kind.MAP)
