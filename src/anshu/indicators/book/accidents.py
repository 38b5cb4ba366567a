"""Figures of accidents. A worded nought ("未发生") is a count like any other, and is not told where nothing is kept."""

from dataclasses import replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.domains.accidents.models import Accident, AccidentBulletin
from anshu.indicators import units
from anshu.indicators.figures import Number, Rows, Scope, counted, figure
from anshu.kernel import clock

GROUP = "accidents"
DECEMBER = (12, 31)


def _first_year(scope: Scope) -> int | None:
    """The year of the first accident of any kind on the register, wherever the actor may look; earlier ones may have
    happened and not been kept."""
    kept = replace(scope, territory="", first=None, last=None).rows(Accident)
    first = kept.order_by("occurred_at").values_list("occurred_at", flat=True).first()
    return timezone.localtime(first).year if first else None


def _recorded(rows: Rows, scope: Scope) -> Number:
    """How many there are; unknown as long as the register holds no accident at all."""
    return counted(rows, scope) if _first_year(scope) is not None else None


@figure(
    GROUP,
    _("Fire accidents with deaths"),
    says=_("fire accidents of the days in which somebody died, whether or not the figures are confirmed yet"),
    unit=units.ACCIDENTS,
    sources=["LG-009", "LH-013"],
    measure=_recorded,
)
def fire_fatal_accidents_count(scope: Scope) -> Rows:
    return scope.rows(Accident, "occurred_at__date").filter(kind=Accident.Kind.FIRE, deaths__gt=0)


def _last_whole_year(scope: Scope) -> int:
    """The last calendar year that is over, and no later than the days."""
    today = timezone.localdate(clock.now())
    last = min(scope.last or today, today)
    return last.year if (last.month, last.day) == DECEMBER else last.year - 1


def _years_without(rows: Rows, scope: Scope) -> Number:
    """Whole years in a row, up to the last one, that have none of the rows; unknown before the first year on record."""
    first, last = _first_year(scope), _last_whole_year(scope)
    if first is None or last < first:
        return None
    over = replace(scope, first=None, last=date(last, *DECEMBER)).within(rows, "occurred_at__date")
    latest = over.order_by("-occurred_at").values_list("occurred_at", flat=True).first()
    return last - max(timezone.localtime(latest).year if latest else 0, first - 1)


@figure(
    GROUP,
    _("Years in a row without a fatal fire"),
    says=_(
        "whole years in a row without a fatal fire, up to the last one over, as far back as the register goes; its "
        "rows are the fatal fires that end such a run"
    ),
    unit=units.YEARS,
    sources=["NS-004", "NS-040", "NS-050"],
    measure=_years_without,
)
def fire_no_fatality_years(scope: Scope) -> Rows:
    return fire_fatal_accidents_count.rows(replace(scope, first=None))


@figure(
    GROUP,
    _("Accident bulletins"),
    says=_("bulletins issued in the days that warn of an accident"),
    unit=units.ISSUES,
    sources=["NS-027"],
)
def accident_warning_bulletins_issued(scope: Scope) -> Rows:
    return scope.rows(AccidentBulletin, "issued_on")
