"""Figures of hazards: found, put right, open, major, listed."""

from datetime import date

from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.domains.hazards.models import Grade, Hazard, Listing, LookBack
from anshu.indicators import units
from anshu.indicators.figures import Figure, Find, Rows, Scope, add, counted, distinct, figure, share
from anshu.kernel import clock

GROUP = "hazards"
"""Named rather than excluded: an index finds the few that are open, and cannot find what is not closed."""
OPEN = tuple(state for state in Hazard.State if state not in (Hazard.State.CLOSED, Hazard.State.VOID))


@figure(
    GROUP,
    _("Hazards found"),
    says=_("hazards found in the days; what was no hazard is not counted"),
    unit=units.HAZARDS,
    sources=["LG-028", "NS-017", "LH-020", "LH-022", "GX-018"],
)
def hazards_found(scope: Scope) -> Rows:
    return scope.rows(Hazard, "found_at__date").exclude(state=Hazard.State.VOID)


@figure(
    GROUP,
    _("Hazards put right"),
    says=_("hazards closed out in the days, whenever they were found"),
    unit=units.HAZARDS,
    sources=["NS-018", "LH-017", "GX-019"],
)
def hazards_rectified(scope: Scope) -> Rows:
    return scope.rows(Hazard, "closed_at__date").filter(state=Hazard.State.CLOSED)


@figure(
    GROUP,
    _("Share of hazards put right"),
    says=_("hazards found in the days and closed out since in per cent of those found in the days"),
    unit="%",
    sources=["LG-029", "GX-020"],
    measure=share(hazards_found.rows),
)
def hazard_rectification_rate(scope: Scope) -> Rows:
    return hazards_found.rows(scope).filter(state=Hazard.State.CLOSED)


@figure(GROUP, _("Hazards open"), says=_("hazards neither closed out nor void, as of now"), unit=units.HAZARDS)
def hazards_open(scope: Scope) -> Rows:
    return scope.rows(Hazard).filter(state__in=OPEN)


@figure(GROUP, _("Hazards overdue"), says=_("open hazards whose date has passed, as of now"), unit=units.HAZARDS)
def hazards_overdue(scope: Scope) -> Rows:
    # Sought among the open ones: by an index of dates every hazard that was ever due would be looked at.
    due = Coalesce(F("due_on"), Value(date.max, DateField()))
    return hazards_open.rows(scope).filter(LessThan(due, timezone.localdate(clock.now())))


@figure(
    GROUP,
    _("Major hazards found"),
    says=_("major hazards found in the days"),
    unit=units.HAZARDS,
    sources=["NS-019", "LH-018", "LH-021", "LH-023", "GX-021"],
)
def major_hazards_found(scope: Scope) -> Rows:
    return hazards_found.rows(scope).filter(grade=Grade.MAJOR)


@figure(
    GROUP,
    _("Major hazards put right"),
    says=_("major hazards closed out in the days, whenever they were found"),
    unit=units.HAZARDS,
    sources=["NS-020", "GX-022"],
)
def major_hazards_rectified(scope: Scope) -> Rows:
    return hazards_rectified.rows(scope).filter(grade=Grade.MAJOR)


@figure(
    GROUP,
    _("Share of major hazards put right"),
    says=_("major hazards found in the days and closed out since in per cent of those found in the days"),
    unit="%",
    sources=["NS-021", "LH-019", "GX-023"],
    measure=share(major_hazards_found.rows),
)
def major_hazard_rectification_rate(scope: Scope) -> Rows:
    return major_hazards_found.rows(scope).filter(state=Hazard.State.CLOSED)


@figure(
    GROUP,
    _("Major hazards overdue"),
    says=_("major hazards open after their date, as of now: nought is what “cleared as they arise” claims"),
    unit=units.HAZARDS,
    sources=["GM-046", "LH-104"],
)
def major_hazards_open(scope: Scope) -> Rows:
    return hazards_overdue.rows(scope).filter(grade=Grade.MAJOR)


@figure(
    GROUP,
    _("Enterprises suspended"),
    says=_("different enterprises whose work was suspended by an order of the days"),
    unit=units.ENTERPRISES,
    sources=["GX-026"],
    measure=distinct("enterprise"),
)
def enterprises_suspended(scope: Scope) -> Rows:
    return scope.rows(Hazard, "ordered_at__date").filter(suspended=True).exclude(state=Hazard.State.VOID)


def _found(kind: Hazard.Kind) -> Find:
    return lambda scope: hazards_found.rows(scope).filter(kind=kind)


def _put_right(kind: Hazard.Kind) -> Find:
    return lambda scope: hazards_rectified.rows(scope).filter(kind=kind)


def _put_right_of_found(kind: Hazard.Kind) -> Find:
    return lambda scope: hazard_rectification_rate.rows(scope).filter(kind=kind)


OF_KIND = tuple(
    add(Figure(key, GROUP, words, _("hazards of this kind alone"), units.HAZARDS, sources, find, counted))
    for key, words, find, sources in (
        ("chemical_hazards_found", _("Chemical hazards found"), _found(Hazard.Kind.CHEMICAL), ("LG-057",)),
        ("gas_hazards_rectified", _("Gas hazards put right"), _put_right(Hazard.Kind.GAS), ("LH-046",)),
        (
            "construction_hazards_rectified",
            _("Construction hazards put right"),
            _put_right(Hazard.Kind.CONSTRUCTION),
            ("NS-035",),
        ),
        ("fire_hazards_rectified", _("Fire hazards put right"), _put_right(Hazard.Kind.FIRE), ()),
    )
)
add(
    Figure(
        "chemical_hazard_rectification_rate",
        GROUP,
        _("Share of chemical hazards put right"),
        _("chemical hazards found in the days and closed out since in per cent of those found in the days"),
        "%",
        ("LG-058",),
        _put_right_of_found(Hazard.Kind.CHEMICAL),
        share(_found(Hazard.Kind.CHEMICAL)),
    )
)


"""How people write of a lane that fire engines need."""
FIRE_LANE = Q(summary__contains="消防通道") | Q(summary__contains="消防车通道")


@figure(
    GROUP,
    _("Fire lanes cleared"),
    says=_("fire hazards closed out in the days whose defect names a fire lane"),
    unit=units.HAZARDS,
    sources=["LH-038"],
)
def fire_lane_obstructions_rectified(scope: Scope) -> Rows:
    return hazards_rectified.rows(scope).filter(FIRE_LANE, kind=Hazard.Kind.FIRE)


@figure(
    GROUP,
    _("Placed under listed supervision"),
    says=_("listings published in the days"),
    unit=units.LISTINGS,
    sources=["NS-029"],
)
def listed_supervision_count(scope: Scope) -> Rows:
    return scope.rows(Listing, "published_at__date").exclude(published_at=None)


def _delisted(scope: Scope) -> Rows:
    return scope.rows(Listing, "delisted_at__date").exclude(delisted_at=None)


@figure(
    GROUP,
    _("Areas delisted"),
    says=_("listings of a whole area, that name no enterprise and no single hazard, delisted in the days"),
    unit=units.PLACES,
    sources=["LH-030"],
)
def delisted_areas(scope: Scope) -> Rows:
    return _delisted(scope).filter(enterprise=None, hazard=None)


@figure(
    GROUP,
    _("Units delisted"),
    says=_("listings of an enterprise or of its hazard delisted in the days"),
    unit=units.ENTERPRISES,
    sources=["LH-031"],
)
def delisted_units(scope: Scope) -> Rows:
    return _delisted(scope).exclude(enterprise=None, hazard=None)


@figure(
    GROUP,
    _("Second looks made"),
    says=_("second looks at closed hazards, drawn by lot in the days and made since"),
    unit=units.TIMES,
)
def look_backs_made(scope: Scope) -> Rows:
    return scope.rows(LookBack, "created_at__date").exclude(state=LookBack.State.DRAWN)


@figure(
    GROUP,
    _("Put right by the first date"),
    says=_("hazards closed out in the days and handed in by the date first ordered in per cent of all closed out"),
    unit="%",
    measure=share(hazards_rectified.rows),
)
def rectified_on_time_rate(scope: Scope) -> Rows:
    return hazards_rectified.rows(scope).filter(submitted_at__date__lte=F("ordered_due_on"))
