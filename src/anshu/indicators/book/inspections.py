"""Figures of inspections. 家次 counts visits, 家 counts enterprises once. None is a target, least of all a person's."""

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.domains.inspections.models import Checklist, Confiscation, OfficerLicence, Visit, VisitKind
from anshu.domains.inspections.rules.forms import form_of
from anshu.domains.people.models import Organisation
from anshu.indicators import units
from anshu.indicators.book.enterprises import operating
from anshu.indicators.book.hazards import hazard_rectification_rate, hazards_found, hazards_rectified
from anshu.indicators.figures import (
    Figure,
    Find,
    Measure,
    Number,
    Rows,
    Scope,
    Words,
    add,
    counted,
    distinct,
    figure,
    share,
    total,
)
from anshu.kernel import clock

GROUP = "inspections"
VISITS, UNITS, FIELDS = (
    units.VISITS,
    units.ENTERPRISES,
    units.FIELDS,
)
MADE = (Visit.State.SUBMITTED, Visit.State.SIGNED, Visit.State.CLOSED)
LEGAL = (VisitKind.ENFORCEMENT, VisitKind.JOINT, VisitKind.ANNOUNCED)
"""Kinds of use that one standard serves: the enterprise itself, the grid, and enforcement (三个标准统一)."""
UNIFIED = frozenset({"self_check", VisitKind.PATROL, VisitKind.ENFORCEMENT})


@figure(
    GROUP,
    _("Inspections"),
    says=_("visits begun in the days and handed in; an enterprise visited twice counts twice"),
    unit=VISITS,
    sources=["LG-027", "NS-012", "GX-017"],
)
def inspection_visits(scope: Scope) -> Rows:
    return scope.rows(Visit, "started_at__date").filter(state__in=MADE)


@figure(
    GROUP,
    _("Enterprises inspected"),
    says=_("different enterprises of those visits"),
    unit=UNITS,
    sources=["NS-015"],
    measure=distinct("enterprise"),
)
def enterprises_inspected(scope: Scope) -> Rows:
    return inspection_visits.rows(scope)


@figure(
    GROUP,
    _("Premises inspected"),
    says=_("different sites of those visits, whether or not an enterprise holds them"),
    unit=units.PLACES,
    sources=["LH-016"],
    measure=distinct("site"),
)
def premises_inspected(scope: Scope) -> Rows:
    return inspection_visits.rows(scope)


@figure(
    GROUP,
    _("Enterprises reached"),
    says=_("enterprises in operation that were visited in the days in per cent of all in operation"),
    unit="%",
    measure=share(operating),
)
def inspection_coverage_rate(scope: Scope) -> Rows:
    return operating(scope).filter(pk__in=inspection_visits.rows(scope).exclude(enterprise=None).values("enterprise"))


@figure(
    GROUP,
    _("Visits that found nothing"),
    says=_("visits without a finding in per cent of all: a reason to look at how visits are made, never at a person"),
    unit="%",
    measure=share(inspection_visits.rows),
)
def zero_finding_rate(scope: Scope) -> Rows:
    return inspection_visits.rows(scope).filter(found_count=0)


def _legal(scope: Scope) -> Rows:
    return inspection_visits.rows(scope).filter(kind__in=LEGAL)


@figure(
    GROUP,
    _("Enforcement visits by two officers"),
    says=_("visits with the power of the law made by two different officers in per cent of all such visits"),
    unit="%",
    measure=share(_legal),
)
def two_officer_rate(scope: Scope) -> Rows:
    return _legal(scope).filter(lead__isnull=False, second__isnull=False).exclude(lead=F("second"))


def _in_field(name: str) -> Find:
    return lambda scope: inspection_visits.rows(scope).filter(checklist__field=name)


def _person_times(rows: Rows, _scope: Scope) -> Number:
    """One or two officers for each visit."""
    return rows.exclude(lead=None).count() + rows.exclude(second=None).count()


_FIELDS: tuple[tuple[str, Words, str, Words, str, Measure], ...] = (
    (
        "chemical_inspection_person_times",
        _("Chemicals: officers sent"),
        "危险化学品",
        units.OFFICERS,
        "LG-055",
        _person_times,
    ),
    (
        "chemical_enterprises_inspected",
        _("Chemicals: enterprises"),
        "危险化学品",
        UNITS,
        "LG-056",
        distinct("enterprise"),
    ),
    ("forest_fire_inspections", _("Forest fire: visits"), "森林防灭火", VISITS, "LG-070", counted),
    (
        "gas_household_inspections",
        _("Gas: households"),
        "城镇燃气",
        units.HOUSEHOLDS,
        "LH-045",
        distinct("site"),
    ),
    ("flood_inspections", _("Flood: visits"), "防汛", VISITS, "GX-042", counted),
    (
        "construction_units_inspected",
        _("Minor works: places"),
        "小散工程和零星作业",
        units.PLACES,
        "NS-034",
        distinct("site"),
    ),
)
OF_FIELD = tuple(
    add(
        Figure(
            key,
            GROUP,
            words,
            _("of the visits made with checklists of this field"),
            unit,
            (source,),
            _in_field(field),
            measure,
        )
    )
    for key, words, field, unit, source, measure in _FIELDS
)


def _found_in_field(name: str, find: Find) -> Find:
    """Hazards that were found at visits with checklists of a field, whenever these were made."""
    visits = Visit.objects.filter(checklist__field=name).values("pk")
    return lambda scope: find(scope).filter(origin_id__in=visits)


FOUND_IN_FIELD = tuple(
    add(
        Figure(
            key,
            GROUP,
            words,
            _("of the hazards found at visits with checklists of this field"),
            unit,
            (source,),
            _found_in_field(field, find),
            measure,
        )
    )
    for key, words, field, unit, source, find, measure in (
        (
            "forest_fire_hazards_rectified",
            _("Forest fire: hazards put right"),
            "森林防灭火",
            units.HAZARDS,
            "LG-072",
            hazards_rectified.rows,
            counted,
        ),
        (
            "flood_problems_found",
            _("Flood: problems found"),
            "防汛",
            units.HAZARDS,
            "GX-043",
            hazards_found.rows,
            counted,
        ),
        (
            "flood_problem_rectification_rate",
            _("Flood: share put right"),
            "防汛",
            "%",
            "GX-044",
            hazard_rectification_rate.rows,
            share(_found_in_field("防汛", hazards_found.rows)),
        ),
    )
)


def _in_force(scope: Scope) -> Rows:
    """Checklists in force; they hold for the whole house, so the area does not matter."""
    return Checklist.objects.visible_to(scope.actor).filter(state=Checklist.State.PUBLISHED)


CLASSES = tuple(
    add(
        Figure(
            key,
            GROUP,
            words,
            _("different fields of the checklists in force of this class (“9+3”)"),
            FIELDS,
            (source, "GM-034"),
            lambda scope, chosen=domain_class: _in_force(scope).filter(domain_class=chosen),  # type: ignore[misc]
            distinct("field"),
        )
    )
    for key, words, domain_class, source in (
        ("high_risk_domains", _("Fields of high danger with a standard"), "high_risk", "GM-032"),
        ("accident_frequent_domains", _("Fields of frequent accidents with a standard"), "accident_frequent", "GM-033"),
    )
)


@figure(
    GROUP,
    _("Unified standards"),
    says=_("checklists in force that serve self-check, patrol and enforcement alike"),
    unit=units.LISTS,
    sources=["GM-035"],
)
def unified_inspection_standards(scope: Scope) -> Rows:
    known = _in_force(scope).values_list("pk", "uses")
    return _in_force(scope).filter(pk__in=[key for key, uses in known if set(uses) >= UNIFIED])


def _joint(scope: Scope) -> Rows:
    known = _in_force(scope).values_list("pk", "uses")
    return _in_force(scope).filter(pk__in=[key for key, uses in known if VisitKind.JOINT in uses])


def _departments(rows: Rows, _scope: Scope) -> Number:
    return len({name for row in rows for item in form_of(row).items for name in item.departments})


def _items(rows: Rows, _scope: Scope) -> Number:
    return len({item.key for row in rows for item in form_of(row).items if item.departments})


JOINT = tuple(
    add(Figure(key, GROUP, words, says, unit, (source,), _joint, measure))
    for key, words, says, unit, source, measure in (
        (
            "joint_inspection_domains",
            _("Departments in joint visits"),
            _("different departments of the joint lists in force"),
            units.DEPARTMENTS,
            "LH-050",
            _departments,
        ),
        (
            "joint_inspection_items",
            _("Items of joint visits"),
            _("different items of the joint lists in force that serve a department"),
            units.ITEMS,
            "LH-051",
            _items,
        ),
    )
)


@figure(
    GROUP,
    _("Officers' licences on the streets"),
    says=_("licences valid on the last day whose officers belong to a street"),
    unit=units.PIECES,
    sources=["LG-091"],
)
def enforcement_licences_street(scope: Scope) -> Rows:
    day = scope.last or timezone.localdate(clock.now())
    rows = scope.rows(OfficerLicence).filter(valid_from__lte=day, valid_until__gte=day)
    return rows.filter(person__organisation__kind=Organisation.Kind.STREET)


@figure(
    GROUP,
    _("Sources of fire taken away"),
    says=_("lighters, matches and the like taken away in the days, where they were counted in pieces"),
    unit=units.PIECES,
    sources=["LG-071"],
    measure=total("quantity"),
)
def fire_sources_confiscated(scope: Scope) -> Rows:
    rows = scope.rows(Confiscation, "taken_on").filter(kind=Confiscation.Kind.FIRE_SOURCE)
    return rows.filter(unit=Confiscation.Unit.PIECES)
