"""The planner: a week of visits for so many crews, on the map and as lists, with why each is in or out."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Person, actor_of, may_on, require
from anshu.domains.incidents.queries.roads import road_network
from anshu.domains.inspections.models import InspectionPlan, VisitKind
from anshu.domains.inspections.queries import weeks
from anshu.domains.inspections.queries.weeks import Made
from anshu.domains.inspections.transitions import plan_visit
from anshu.engines.planning import Reason, Travel, Why, by_road, in_a_straight_line
from anshu.kernel.errors import AnshuError, Invalid
from anshu.workflow import rules
from anshu.workflow.models import Head

METRES_PER_DEGREE = 111_195.0
MOST_CREWS = 30
WHY = {
    Why.DUE: gettext_lazy("it is due this week"),
    Why.RISK: gettext_lazy("nothing left out is worth more"),
    Why.ON_THE_WAY: gettext_lazy("it lies on the way"),
    Why.TIME: gettext_lazy("it is worth the time it takes"),
    Why.NOT_OWED: gettext_lazy("no visit is owed"),
    Why.NO_LICENCE: gettext_lazy("no crew has the licence it needs"),
    Why.RECUSAL: gettext_lazy("every crew that could go is recused"),
    Why.NO_DAY: gettext_lazy("no crew works on a day that would do"),
    Why.HOURS: gettext_lazy("it does not fit into the hours"),
    Why.NOT_WORTH_IT: gettext_lazy("the way there costs more than the visit is worth"),
    Why.NO_TIME: gettext_lazy("the crews' time is full"),
}


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The frame of the planner: what is asked; the plan itself is made while the reader waits for that part."""
    actor = actor_of(request)
    require(actor, "inspections.plan_visit")
    plans = running(actor)
    context = {"plans": plans, "asked": asked(request, plans) if plans else None, "query": request.GET.urlencode()}
    return render(request, "inspections/planner.html", context)


def running(actor: Person) -> list[InspectionPlan]:
    """Plans that run and that the person may see."""
    rows = InspectionPlan.objects.visible_to(actor).filter(state=InspectionPlan.State.RUNNING)
    return list(rows.select_related("checklist").order_by("-starts_on"))


def asked(request: HttpRequest, plans: list[InspectionPlan]) -> dict[str, Any]:
    """Which plan, week, how many crews, and who has dropped out."""
    given = request.GET if request.method == "GET" else request.POST
    default = int(rules.at("inspection_loop/week.crews").number())
    try:
        count = int(given.get("crews") or default)
        out = frozenset(int(number) for number in given.getlist("out"))
    except ValueError as error:
        raise Invalid(_("crews are told by number"), field="crews") from error
    if not 1 <= count <= MOST_CREWS:
        raise Invalid(_("from 1 to %(most)d crews are planned"), field="crews", most=MOST_CREWS)
    plan = next((each for each in plans if str(each.pk) == given.get("plan")), plans[0])
    first = weeks.monday(parse_date(given.get("week") or ""))
    return {"plan": plan, "first": first, "crews": count, "out": frozenset(n for n in out if 0 <= n < count)}


def travel(lon: Any, lat: Any) -> Travel:
    """By road where the district has roads, else in a straight line."""
    roads = road_network()
    if roads.tree is not None:
        return by_road(roads, lon, lat)
    x_m = (lon - lon.mean()) * METRES_PER_DEGREE * np.cos(np.radians(lat.mean()))
    speed = rules.at("inspection_loop/week.speed_kmh").number()
    return in_a_straight_line(x_m, (lat - lat.mean()) * METRES_PER_DEGREE, speed)


def made(request: HttpRequest) -> tuple[Made, dict[str, Any]]:
    """The week as asked for, planned."""
    actor = actor_of(request)
    require(actor, "inspections.plan_visit")
    plans = running(actor)
    if not plans:
        raise Invalid(_("no inspection plan is running"), field="plan")
    wanted = asked(request, plans)
    last = Head.objects.values_list("last", flat=True).first() or 0
    return planned(wanted["plan"].pk, wanted["first"], wanted["crews"], wanted["out"], last), wanted


@lru_cache(maxsize=16)
def planned(key: UUID, first: date, count: int, out: frozenset[int], _last: int) -> Made:
    """The week planned, kept while nothing in the log has changed: the page, its map and its lists ask for the same."""
    plan = InspectionPlan.objects.select_related("checklist").get(pk=key)
    week = weeks.week_of(plan, first, count, travel)
    if not week.crews:
        raise Invalid(_("two licensed officers are needed in the plan's area"), field="crews")
    return weeks.make(week, out & frozenset(range(len(week.crews))))


@require_GET
def week(request: HttpRequest) -> HttpResponse:
    """The plan of the week: a table of crews and days, and who stays out and why."""
    found, wanted = made(request)
    why = {reason.site: reason for reason in found.reasons}
    crews = [
        {"number": number, "names": pair, "out": number in wanted["out"], "days": _days(found, number, why)}
        for number, pair in enumerate(found.week.crews)
    ]
    planned = {stop.site for stop in found.plan.stops}
    outside = [reason for reason in found.reasons if reason.site not in planned]
    context = {
        "crews": crews,
        "days": found.week.days,
        "made": found,
        "asked": wanted,
        "road_min": round(found.plan.road_s / 60),
        "outside": [_told(found, reason) for reason in outside[:200]],
        "outside_count": len(outside),
        "query": request.GET.urlencode(),
    }
    return render(request, "inspections/week.html", context)


def _days(found: Made, crew: int, why: dict[int, Reason]) -> list[list[dict[str, Any]]]:
    days: list[list[dict[str, Any]]] = [[] for _day in found.week.days]
    for stop in found.plan.stops:
        if stop.crew == crew:
            told = _told(found, why[stop.site])
            days[stop.day].append({**told, "arrive": _hour(stop.arrive_s), "leave": _hour(stop.leave_s)})
    return days


def _hour(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def _told(found: Made, reason: Reason) -> dict[str, Any]:
    """One enterprise with why it is in or out; what would have to give way for it."""
    target = found.week.targets[reason.site]
    instead = found.week.targets[reason.instead_of[0]].enterprise if reason.instead_of else None
    return {"firm": target.enterprise, "site": target.site, "why": WHY[reason.why], "instead": instead}


@require_GET
def lines(request: HttpRequest) -> JsonResponse:
    """The ways of each crew as layers of the map, one a crew; with `crew`, the days of one as lines (WGS-84)."""
    found, _wanted = made(request)
    if "crew" in request.GET:
        return JsonResponse(_ways(found, int(request.GET["crew"])))
    query = request.GET.urlencode()
    rows = [
        {
            "key": f"crew{number}",
            "label": "、".join(map(str, pair)),
            "group": _("crews"),
            "kind": "line",
            "url": f"/inspections/planner/lines.json?{query}&crew={number}",
            "refresh_on": "",
            "colour_by": None,
            "visible": True,
        }
        for number, pair in enumerate(found.week.crews)
    ]
    return JsonResponse(rows, safe=False)


def _ways(found: Made, crew: int) -> dict[str, Any]:
    features = []
    for day, on in enumerate(found.week.days):
        stops = [found.week.targets[s.site] for s in found.plan.stops if (s.crew, s.day) == (crew, day)]
        points = [[target.site.lon, target.site.lat] for target in stops if target.site]
        if len(points) > 1:
            line = {"type": "LineString", "coordinates": points}
            features.append({"type": "Feature", "geometry": line, "properties": {"name": on.isoformat()}})
    return {"type": "FeatureCollection", "features": features}


@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    """Make the week so: a visit for every stop; what cannot be planned any more is left out."""
    found, wanted = made(request)
    actor, plan = actor_of(request), wanted["plan"]
    legal = VisitKind.ENFORCEMENT in (plan.checklist.uses or VisitKind.values)
    kind = VisitKind.ENFORCEMENT if legal else VisitKind.PATROL
    with transaction.atomic():
        for stop in found.plan.stops:
            target, pair = found.week.targets[stop.site], found.week.crews[stop.crew]
            on: date = found.week.first + timedelta(days=stop.day)
            if target.site is None or not may_on(actor, "inspections.plan_visit", target.site):
                continue
            try:
                with transaction.atomic():
                    plan_visit(
                        by=actor, site=target.site, enterprise=target.enterprise, checklist=plan.checklist, kind=kind,
                        planned_on=on, lead=pair[0], second=pair[1], plan=plan,
                    )  # fmt: skip
            except AnshuError:  # licensed when the week was planned, and no more
                continue
    return HttpResponseRedirect("/r/visits/?state=planned")
