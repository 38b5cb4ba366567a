"""Figures of what stands behind campaigns: programmes, targets, help sent to streets, and places put in order."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anshu.domains.hazards.models import Hazard
from anshu.domains.people.models import Organisation
from anshu.domains.places.models import Site
from anshu.domains.supervision.models import Assistance, Target, Treatment
from anshu.indicators import units
from anshu.indicators.book.supervision import GROUP, parts_of_campaigns
from anshu.indicators.figures import Number, Rows, Scope, distinct, figure, total

"""The mean length of a month in days (the Gregorian year of 365.2425 days through twelve)."""
MONTH_D = 30.436875


@figure(
    GROUP,
    _("Programmes on fire safety"),
    says=_("campaigns, and parts of campaigns, marked as being about fire that run in the days"),
    unit=units.ITEMS,
    sources=["LH-035"],
)
def fire_governance_programmes(scope: Scope) -> Rows:
    return parts_of_campaigns(scope).filter(matter=Hazard.Kind.FIRE)


def _assessed(scope: Scope) -> Rows:
    return scope.rows(Target, "assessed_on").exclude(assessed_on=None)


@figure(
    GROUP,
    _("Targets of campaigns assessed"),
    says=_("targets of campaigns that were assessed in the days"),
    unit=units.ITEMS,
    sources=["LG-046"],
)
def campaign_indicators_assessed(scope: Scope) -> Rows:
    return _assessed(scope).exclude(campaign=None)


@figure(
    GROUP,
    _("Gas targets of the city exceeded"),
    says=_("targets about gas set by the city, assessed in the days, of which more was reached than was asked"),
    unit=units.ITEMS,
    sources=["LH-049"],
)
def gas_city_targets_exceeded(scope: Scope) -> Rows:
    rows = _assessed(scope).filter(matter=Hazard.Kind.GAS, origin=Target.Origin.CITY)
    return rows.filter(reached__gt=F("wanted"))


def _to_streets(scope: Scope, kind: Assistance.Kind) -> Rows:
    rows = scope.rows(Assistance, "starts_on").filter(kind=kind)
    return rows.filter(receiver__kind=Organisation.Kind.STREET)


def _mean_months(rows: Rows, _scope: Scope) -> Number:
    """The mean of their lengths in months, both days included, to one place."""
    spans = list(rows.order_by().values_list("starts_on", "ends_on"))
    days = sum((ended - begun).days + 1 for begun, ended in spans)
    return round(days / len(spans) / MONTH_D, 1) if spans else None


@figure(
    GROUP,
    _("Months of assistance to a street"),
    says=_("how long a street was helped by people freed from all other work, on average, if it began in the days"),
    unit=units.MONTHS,
    sources=["LG-049"],
    measure=_mean_months,
)
def street_assistance_months(scope: Scope) -> Rows:
    return _to_streets(scope, Assistance.Kind.PEOPLE).filter(full_time=True).exclude(ends_on=None)


@figure(
    GROUP,
    _("Money allocated to streets"),
    says=_("money sent to streets to help them put things right, by the day on which it was allocated"),
    unit=units.YUAN,
    sources=["LG-050"],
    measure=total("amount_yuan"),
)
def street_assistance_funding_cny(scope: Scope) -> Rows:
    return _to_streets(scope, Assistance.Kind.MONEY)


@figure(
    GROUP,
    _("Industrial parks put in order"),
    says=_("different industrial parks whose special rectification was finished in the days"),
    unit=units.PARKS,
    sources=["LG-052"],
    measure=distinct("site"),
)
def industrial_parks_rectified(scope: Scope) -> Rows:
    rows = scope.rows(Treatment, "finished_on").exclude(finished_on=None)
    return rows.filter(kind=Treatment.Kind.RECTIFICATION, site__kind=Site.Kind.INDUSTRIAL_PARK)


@figure(
    GROUP,
    _("Slopes under engineering treatment"),
    says=_("different slopes whose engineering treatment was in progress in the days or finished in them"),
    unit=units.PLACES,
    sources=["LH-053"],
    measure=distinct("site"),
)
def slopes_engineering_treatment(scope: Scope) -> Rows:
    rows = scope.rows(Treatment).filter(kind=Treatment.Kind.ENGINEERING, site__kind=Site.Kind.SLOPE)
    rows = rows.filter(starts_on__lte=scope.last) if scope.last else rows.exclude(starts_on=None)
    return rows.filter(Q(finished_on=None) | Q(finished_on__gte=scope.first)) if scope.first else rows
