"""Portraits: an enterprise (企业画像), a park (园区画像), a street: what is known of it on one page, to be printed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import STREET, Person, actor_of, may, may_on, require, under
from anshu.domains.construction.models import MinorWork, WorkPermit
from anshu.domains.enterprises import queries
from anshu.domains.enterprises.models import (
    Asset,
    Certificate,
    Chemical,
    Enterprise,
    GradeEvent,
    ListEntry,
    Premises,
    RiskDeclaration,
    RiskPoint,
    SelfCheck,
    Service,
    StorageUnit,
)
from anshu.domains.enterprises.queries.packs import today
from anshu.domains.enterprises.transitions import invite as invite_firm
from anshu.domains.hazards.models import Hazard
from anshu.domains.inspections.queries.visits import rhythm_in, rhythm_of
from anshu.domains.places.models import Area, Site
from anshu.domains.warnings.models import Alarm
from anshu.indicators.book import construction, enterprises, hazards, insurance, risks
from anshu.indicators.figures import Figure, Scope, may_see
from anshu.kernel import clock
from anshu.ledger.declaration import LEDGERS
from anshu.web import grade_words
from anshu.web.pages.openings import openings
from anshu.web.pages.registers import record_of

ENDED = (Hazard.State.CLOSED, Hazard.State.VOID)
SHOWN, WORST_SHOWN, VISITS_SHOWN = 8, 12, 6
"""Alarms of so many days, at most so far away (degrees; 0.005 is about 500 m), are alarms nearby."""
ALARM_DAYS, NEAR_DEG = 90, 0.005
"""What may be begun from the portrait, beside what the record page offers."""
BEGINNINGS = (
    "enterprises.override_grade",
    "enterprises.propose_entry",
    "enterprises.identify_risk",
    "enterprises.enter_certificate",
    "enterprises.insure",
    "enterprises.draft_declaration",
)


def enterprise_of(actor: Person, key: Any) -> Enterprise:
    found = record_of(LEDGERS["enterprises"], actor, key)
    if not isinstance(found, Enterprise):
        raise Http404(str(key))
    return found


@require_GET
def enterprise(request: HttpRequest, key: Any) -> HttpResponse:
    """The portrait of an enterprise."""
    actor = actor_of(request)
    firm = enterprise_of(actor, key)
    begun = {each["arrow"].code: each for each in openings(firm, actor)}
    context = {
        "firm": firm,
        "grade": grade_words.explained(firm),
        "team": queries.grid_team(firm),
        "dangers": dangers(firm),
        "papers": papers(firm),
        "looked_at": looked_at(firm, actor),
        "rhythm": rhythm_of(firm, actor, VISITS_SHOWN) if may(actor, "inspections.view") else None,
        "may_invite": may_on(actor, "enterprises.invite", firm),
        "may_change": may_on(actor, "enterprises.change", firm),
        "beginnings": [begun[code] for code in BEGINNINGS if code in begun],
    }
    return render(request, "portrait/enterprise.html", context)


def site_of(actor: Person, key: Any) -> Site:
    found = record_of(LEDGERS["sites"], actor, key)
    if not isinstance(found, Site):
        raise Http404(str(key))
    return found


def dangers(firm: Enterprise) -> dict[str, Any]:
    """What it has that can hurt people."""
    assets = Asset.objects.filter(enterprise=firm, in_use=True).order_by("kind", "number")
    units = StorageUnit.objects.filter(enterprise=firm).order_by("number")
    points = RiskPoint.objects.filter(enterprise=firm).exclude(state=RiskPoint.State.REMOVED)
    return {
        "assets": assets[:SHOWN],
        "asset_count": assets.count(),
        "chemicals": Chemical.objects.filter(enterprise=firm).order_by("name")[:SHOWN],
        "units": [(unit, queries.major_source(unit)) for unit in units],
        "points": points.order_by("risk_color", "-score")[:SHOWN],
        "point_count": points.count(),
        "permits": WorkPermit.objects.filter(enterprise=firm, state=WorkPermit.State.WORKING),
        "works": MinorWork.objects.filter(enterprise=firm, state=MinorWork.State.IN_PROGRESS),
    }


def papers(firm: Enterprise) -> dict[str, Any]:
    """Certificates, insurance, standardisation, lists, the last declaration."""
    held = Certificate.objects.filter(enterprise=firm).exclude(state=Certificate.State.WITHDRAWN)
    declared = RiskDeclaration.objects.filter(enterprise=firm).exclude(state=RiskDeclaration.State.VOID)
    return {
        "certificates": held.order_by("expires_on")[:SHOWN],
        "running_out": held.exclude(state=Certificate.State.VALID).count(),
        "certificate_count": held.count(),
        "policy": queries.policy_of(firm),
        "must_insure": queries.must_insure(firm),
        "standardisation": queries.standardisation(firm),
        "entries": ListEntry.objects.filter(enterprise=firm, state=ListEntry.State.PUBLISHED),
        "declaration": declared.order_by("-created_at").first(),
    }


def looked_at(firm: Enterprise, actor: Person) -> dict[str, Any]:
    """Hazards, self-checks, services and alarms."""
    found = Hazard.objects.visible_to(actor).filter(enterprise=firm)
    open_ones = found.exclude(state__in=ENDED)
    return {
        "hazards": open_ones.order_by("due_on")[:SHOWN],
        "open": open_ones.count(),
        "overdue": open_ones.filter(due_on__lt=today()).count(),
        "closed": found.filter(state=Hazard.State.CLOSED).count(),
        "checks": SelfCheck.objects.filter(enterprise=firm).order_by("-from_on")[:SHOWN],
        "services": Service.objects.filter(enterprise=firm).order_by("-served_on")[:SHOWN],
        "alarms": alarms_near(firm, actor),
    }


def alarms_near(firm: Enterprise, actor: Person) -> Any:
    """Alarms of the last weeks at its site, or close by."""
    rows = Alarm.objects.visible_to(actor).real().filter(raised_at__gte=clock.now() - timedelta(days=ALARM_DAYS))
    if firm.lon is None or firm.lat is None:
        rows = rows.filter(site=firm.site) if firm.site else rows.none()
    else:
        rows = rows.filter(
            lon__range=(firm.lon - NEAR_DEG, firm.lon + NEAR_DEG), lat__range=(firm.lat - NEAR_DEG, firm.lat + NEAR_DEG)
        )
    return rows.select_related("site", "channel", "rule").order_by("-raised_at")[:SHOWN]


@require_GET
def area(request: HttpRequest, code: str) -> HttpResponse:
    """The portrait of a street, or of any other area of the tree."""
    actor = actor_of(request)
    require(actor, "enterprises.view", code)
    found = Area.objects.filter(number=code).first()
    if found is None:
        raise Http404(code)
    scope = Scope(actor, code)
    firms = Enterprise.objects.visible_to(actor).filter(under([code], wide=STREET))
    context = {
        "title": found.name,
        "place": found,
        "below": Area.objects.filter(number__startswith=code).exclude(number=code).filter(level=_below(found)),
        "colors": colors(by_color(scope)),
        "figures": told_figures(scope),
        "worst": worst(firms),
        "moved": moved(scope),
        "rhythm": rhythm_in(code, actor, VISITS_SHOWN) if may(actor, "inspections.view", code) else None,
    }
    return render(request, "portrait/area.html", context)


def _below(found: Area) -> str:
    levels = [str(value) for value in Area.Level.values]
    place = levels.index(found.level)
    return levels[min(place + 1, len(levels) - 1)]


@require_GET
def park(request: HttpRequest, key: Any) -> HttpResponse:
    """The portrait of a park or building: the enterprises that have their premises at one site (一楼一图一预案)."""
    actor = actor_of(request)
    site = site_of(actor, key)
    held = Premises.objects.filter(site=site).values("enterprise")
    firms = Enterprise.objects.visible_to(actor).filter(site=site) | Enterprise.objects.visible_to(actor).filter(
        pk__in=held
    )
    counted = dict(firms.order_by().values_list("risk_color").annotate(n=Count("*")))
    keys = list(firms.values_list("pk", flat=True))
    open_ones = Hazard.objects.visible_to(actor).filter(site=site).exclude(state__in=ENDED)
    expired = Certificate.objects.filter(enterprise__in=keys, state=Certificate.State.EXPIRED)
    working = WorkPermit.objects.filter(enterprise__in=keys, state=WorkPermit.State.WORKING)
    assets = Asset.objects.filter(enterprise__in=keys, in_use=True)
    context = {
        "title": str(site),
        "place": site,
        "colors": colors(counted),
        "figures": [
            Told(_("enterprises"), len(keys)),
            Told(_("hazards open"), open_ones.count()),
            Told(_("certificates expired"), expired.count()),
            Told(_("permits under which work goes on"), working.count()),
        ],
        "worst": worst(firms),
        "assets": assets.select_related("enterprise").order_by("kind")[:WORST_SHOWN],
    }
    return render(request, "portrait/area.html", context)


def colors(counted: dict[str, int]) -> list[tuple[str, int, float]]:
    """Colour code, how many, and the share of all (0 to 1), from red to not graded."""
    whole = sum(counted.values()) or 1
    return [(str(code), counted.get(code, 0), counted.get(code, 0) / whole) for code in Site.Color.values]


def worst(firms: Any) -> Any:
    """The enterprises with the most points."""
    graded = firms.filter(risk_color__in=[code for code in Site.Color.values if code])
    ordered = graded.order_by("risk_color", F("grade_points").desc(nulls_last=True), "number")
    keys = list(ordered.values_list("pk", flat=True)[:WORST_SHOWN])
    return ordered.filter(pk__in=keys).select_related("officer")


def moved(scope: Scope) -> list[tuple[str, int]]:
    """What moves grades here: kinds of events that last, or began in the last weeks, the most frequent first."""
    recent = scope.rows(GradeEvent).filter(began_at__gte=clock.now() - timedelta(days=ALARM_DAYS))
    counted = recent.order_by().values_list("kind").annotate(n=Count("*")).order_by("-n", "kind")
    return [(str(GradeEvent.Kind(kind).label), count) for kind, count in counted]


@dataclass(frozen=True)
class Told:
    """A figure as a portrait shows it: name, value (None: of nothing), unit, and where its rows are."""

    name: Any
    value: Any
    unit: str = ""
    address: str = ""


"""What the portrait of an area tells; each leads to its rows."""
TOLD: tuple[Figure, ...] = (
    risks.risk_assessment_entities,
    enterprises.key_enterprises_registered,
    risks.risk_review_rate,
    hazards.hazards_open,
    hazards.hazards_overdue,
    insurance.insurance_coverage_rate,
    enterprises.certificates_expired,
    risks.risk_points_controlled,
    risks.high_risk_areas_and_points,
    construction.small_works_registration_rate,
    construction.permits_working,
    enterprises.enterprise_service_visits,
)


def told_figures(scope: Scope) -> list[Told]:
    """The figures of an area, as of today, each with the way to its rows."""
    asked = urlencode({"area": scope.territory, "span": "all"})
    found = [(figure, figure.rows(scope)) for figure in TOLD]
    return [
        Told(
            figure.words,
            figure.measure(rows, scope),
            "%" if figure.unit == "%" else "",
            f"/figures/{figure.key}?{asked}",
        )
        for figure, rows in found
        if may_see(rows, scope)
    ]


def by_color(scope: Scope) -> dict[str, int]:
    """How many enterprises in operation have each colour; an empty one is not graded."""
    rows = enterprises.operating(scope).order_by()
    # Counted side by side, not in groups: these would be read in the order of an index that knows no area.
    named = {f"color_{code}": Count("risk_color", filter=Q(risk_color=code)) for code in Site.Color.values}
    return {name.removeprefix("color_"): count for name, count in rows.aggregate(**named).items() if count}


@require_POST
def invite(request: HttpRequest, key: Any) -> HttpResponse:
    """Open the enterprise's own log-in. The password is on this page once and nowhere else."""
    actor = actor_of(request)
    firm = enterprise_of(actor, key)
    account, password = invite_firm(firm, by=actor)
    context = {"firm": firm, "account": account, "password": password}
    response = render(request, "portrait/invited.html", context)
    response["Cache-Control"] = "no-store"
    return response
