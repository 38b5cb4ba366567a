"""What a telephone takes along into the field: my visits, what to look at again, the lists, the sites around."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import F, FloatField, Q, Value
from django.db.models.functions import Cos, Radians
from django.utils import timezone

from anshu.access.policy import Person, may, under
from anshu.domains.hazards.models import Hazard
from anshu.domains.inspections.models import AnswerSheet, Checklist, Visit, VisitKind
from anshu.domains.inspections.queries.officers import licensed_people, person_of
from anshu.domains.inspections.rules import content
from anshu.domains.inspections.rules.forms import form_of
from anshu.domains.places.models import Site
from anshu.kernel import clock
from anshu.workflow import rules

ON_HAND = (Visit.State.PLANNED, Visit.State.STARTED, Visit.State.SUBMITTED)
MOST = 200


def my_visits(by: Person) -> list[Visit]:
    """Visits that name this person, and those nearby that name nobody, up to so many days ahead."""
    me = person_of(by.account)
    until = timezone.localdate(clock.now()) + timedelta(days=rules.at("inspection_loop/field.days").number())
    named = Q(lead=None, second=None)
    if me is not None:
        named |= Q(lead=me) | Q(second=me)
    rows = Visit.objects.visible_to(by).filter(named, state__in=ON_HAND, planned_on__lte=until)
    return list(
        rows.select_related("site", "enterprise", "checklist", "lead", "second").order_by("planned_on", "number")[:MOST]
    )


def to_recheck(by: Person) -> list[Hazard]:
    """Hazards put right that this person may look at again: neither found nor mended by them."""
    if not may(by, "hazards.pass_recheck"):
        return []
    rows = Hazard.objects.filter(under(by.reach("hazards.pass_recheck")), state=Hazard.State.SUBMITTED)
    others = rows.exclude(finder=by.account).exclude(fixer=by.account)
    return list(others.select_related("site").order_by("submitted_at")[:MOST])


def lists_for(visits: Iterable[Visit]) -> list[Checklist]:
    """Every list in force, and those that visits at hand were begun with."""
    wanted = Q(state=Checklist.State.PUBLISHED) | Q(pk__in={visit.checklist_id for visit in visits})
    return list(Checklist.objects.filter(wanted).order_by("number"))


def sites_around(by: Person, at: tuple[float, float] | None) -> list[Site]:
    """Sites where the person may begin a visit: the nearest to where they stand (lon, lat), else by number."""
    rows: Any = Site.objects.filter(under(by.reach("inspections.start_here"))).exclude(lon=None).exclude(lat=None)
    if at is not None:
        lon, lat = (Value(part, output_field=FloatField()) for part in at)
        east = (F("lon") - lon) * Cos(Radians(lat))
        rows = rows.annotate(away=east * east + (F("lat") - lat) * (F("lat") - lat)).order_by("away", "number")
    else:
        rows = rows.order_by("number")
    most = int(rules.at("inspection_loop/field.sites").number())
    return list(rows.only("id", "number", "name", "address", "lon", "lat", "risk_color", "territory")[:most])


def package(by: Person, at: tuple[float, float] | None) -> dict[str, Any]:
    """Everything at once, as JSON values."""
    visits = my_visits(by)
    sheets = dict(AnswerSheet.objects.filter(visit__in=visits).values_list("visit_id", "answers"))
    return {
        "me": {"id": str(by.account.pk), "name": by.account.name},
        "visits": [_visit(visit, sheets.get(visit.pk, {})) for visit in visits],
        "rechecks": [_hazard(hazard) for hazard in to_recheck(by)],
        "checklists": [_checklist(checklist) for checklist in lists_for(visits)],
        "sites": [
            [str(s.pk), s.number, s.name, s.address, round(s.lon or 0, 6), round(s.lat or 0, 6), s.risk_color]
            for s in sites_around(by, at)
        ],
        "visit_kinds": _choices(VisitKind.choices),
        "hazard_kinds": _choices(Hazard.Kind.choices),
        "officers": _officers(by),
    }


def _choices(choices: Iterable[tuple[Any, Any]]) -> list[list[str]]:
    return [[str(value), str(title)] for value, title in choices]


def _officers(by: Person) -> list[list[str]]:
    """Whom one may name as the second officer: those licensed today, for people who may see the register of people."""
    if not may(by, "people.view"):
        return []
    return [[str(each.pk), each.name] for each in licensed_people(timezone.localdate(clock.now()))]


def _site(site: Site) -> dict[str, Any]:
    return {"id": str(site.pk), "name": site.name, "address": site.address, "lon": site.lon, "lat": site.lat}


def _visit(visit: Visit, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(visit.pk),
        "number": visit.number,
        "site": _site(visit.site),
        "enterprise": str(visit.enterprise or ""),
        "kind": visit.kind,
        "state": visit.state,
        "planned_on": visit.planned_on.isoformat(),
        "checklist": visit.checklist.number,
        "lead": str(visit.lead or ""),
        "second": str(visit.second or ""),
        "answers": answers,
    }


def _hazard(hazard: Hazard) -> dict[str, Any]:
    return {
        "id": str(hazard.pk),
        "number": hazard.number,
        "summary": hazard.summary,
        "place": hazard.place,
        "clause": hazard.clause,
        "site": _site(hazard.site),
        "major": hazard.major,
        "rectification": hazard.rectification,
        "submitted_at": hazard.submitted_at.isoformat() if hazard.submitted_at else "",
        "due_on": hazard.due_on.isoformat() if hazard.due_on else "",
    }


def _checklist(checklist: Checklist) -> dict[str, Any]:
    """A list with its conditions read already, so that a telephone only walks them."""
    form = form_of(checklist)
    data = content.as_data(form)
    for row, item in zip(data["items"], form.items, strict=True):
        row["condition"] = item.condition
    return {
        "number": checklist.number,
        "title": checklist.title,
        "uses": checklist.uses,
        "groups": data["groups"],
        "items": data["items"],
        "in_force": checklist.state == Checklist.State.PUBLISHED,
    }
