"""The enterprise's own door: what it has to do, by when, and what it has handed in. Only its own rows are here."""

from typing import Any

from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Person, actor_of
from anshu.domains.construction.models import MinorWork, WorkPermit
from anshu.domains.enterprises import queries
from anshu.domains.enterprises.models import (
    Certificate,
    Enterprise,
    RiskDeclaration,
    SelfCheck,
    Service,
    WorkerReward,
)
from anshu.domains.enterprises.queries.packs import today
from anshu.domains.enterprises.transitions import complete_self_check
from anshu.domains.hazards.models import Hazard
from anshu.domains.hazards.transitions import report
from anshu.domains.inspections.queries.visits import announced_to
from anshu.kernel.errors import AnshuError, Forbidden, Invalid, Refused
from anshu.ledger.declaration import ledger_of
from anshu.ledger.models import Registered
from anshu.web import grade_words
from anshu.web.pages.openings import openings
from anshu.web.pages.pictures import gallery
from anshu.web.pages.registers import after, deeds
from anshu.workflow import clocks
from anshu.workflow.models import Change

"""What a firm may begin from its own page, in this order; anything else it may do stands with its record."""
BEGINNINGS = (
    "enterprises.draft_declaration",
    "construction.apply_permit",
    "construction.file_work",
    "enterprises.apply_standardisation",
    "enterprises.enter_reward",
)
ENDED_HAZARD = (Hazard.State.CLOSED, Hazard.State.VOID)
OPEN_PERMIT = (
    WorkPermit.State.APPLIED,
    WorkPermit.State.TESTED,
    WorkPermit.State.APPROVED,
    WorkPermit.State.WORKING,
    WorkPermit.State.INTERRUPTED,
)
ENDED_WORK = (MinorWork.State.FINISHED, MinorWork.State.WITHDRAWN)
CHECKS_SHOWN, RECEIPTS_SHOWN, SERVICES_SHOWN, REWARDS_SHOWN = 8, 200, 5, 5


def firms_of(actor: Person) -> list[Enterprise]:
    """The enterprises the person acts for; Forbidden when there is none."""
    own = actor.owns("enterprises.view")
    if not own:
        raise Forbidden(_("this is the door of enterprises; you have one of your own"), code="no_firm")
    rows = Enterprise.objects.visible_to(actor).filter(credit_code__in=own).select_related("site", "officer")
    found: list[Enterprise] = list(rows.order_by("number"))
    if not found:
        raise Forbidden(_("no enterprise with your credit code is on file; ask the bureau"), code="no_firm")
    return found


def firm_of(actor: Person, number: str = "") -> Enterprise:
    """The enterprise of that number, or the first, among those the person acts for."""
    firms = firms_of(actor)
    return next((firm for firm in firms if firm.number == number), firms[0])


def own(actor: Person, model: type[Registered], key: Any) -> Any:
    """A record of the person's own enterprises; anybody else's does not exist."""
    firms_of(actor)
    holder = f"{model.held_by}__in"
    found = model.objects.visible_to(actor).filter(pk=key, **{holder: actor.owns("enterprises.view")}).first()
    if found is None:
        raise Http404(str(key))
    return found


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits, the first to run out first; then what runs out later, and what may be begun."""
    actor = actor_of(request)
    firm = firm_of(actor, request.GET.get("of", ""))
    context = {
        "firm": firm,
        "firms": firms_of(actor),
        "grade": grade_words.explained(firm),
        "hazards": [carded(hazard, actor) for hazard in open_hazards(firm)],
        "checks": checks(firm),
        "announced": announced_to(firm.credit_code or "").order_by("planned_on"),
        "declaration": declaration_of(firm),
        "permits": [carded(permit, actor) for permit in permits(firm)],
        "works": [carded(work, actor) for work in works(firm)],
        "certificates": [carded(paper, actor) for paper in papers(firm)],
        "policy": queries.policy_of(firm),
        "must_insure": queries.must_insure(firm),
        "rewards": rewards(firm),
        "services": Service.objects.filter(enterprise=firm).order_by("-served_on")[:SERVICES_SHOWN],
        "beginnings": beginnings(firm, actor),
        "kinds": Hazard.Kind.choices,
    }
    return render(request, "firm/home.html", context)


def carded(record: Any, actor: Person) -> dict[str, Any]:
    """A record with its clock and what can be done with it now."""
    return {"record": record, "clock": clocks.running(record), "deeds": deeds(record, actor)}


def open_hazards(firm: Enterprise) -> Any:
    rows = Hazard.objects.filter(enterprise=firm).exclude(state__in=ENDED_HAZARD)
    return rows.select_related("site").order_by("due_on", "found_at")


def permits(firm: Enterprise) -> Any:
    return WorkPermit.objects.filter(enterprise=firm, state__in=OPEN_PERMIT).order_by("ends_at")


def works(firm: Enterprise) -> Any:
    return MinorWork.objects.filter(enterprise=firm).exclude(state__in=ENDED_WORK).order_by("ends_on")


def papers(firm: Enterprise) -> Any:
    rows = Certificate.objects.filter(enterprise=firm).exclude(state=Certificate.State.WITHDRAWN)
    return rows.select_related("asset").order_by("expires_on")


def checks(firm: Enterprise) -> list[SelfCheck]:
    """The present self-check first, then those before it."""
    return list(SelfCheck.objects.filter(enterprise=firm).order_by("-from_on")[:CHECKS_SHOWN])


def rewards(firm: Enterprise) -> dict[str, Any]:
    """What it paid to its own people for telling of hazards this year: the last rewards, how many, and how much."""
    rows = WorkerReward.objects.filter(enterprise=firm, paid_on__year=today().year)
    told: dict[str, Any] = rows.aggregate(count=Count("pk"), yuan=Sum("paid_yuan"))
    return {**told, "rows": rows.order_by("-paid_on", "-number")[:REWARDS_SHOWN]}


def declaration_of(firm: Enterprise) -> RiskDeclaration | None:
    """The declaration under way, else the last one reviewed."""
    states = (RiskDeclaration.State.SUPERSEDED, RiskDeclaration.State.VOID)
    return RiskDeclaration.objects.filter(enterprise=firm).exclude(state__in=states).order_by("-created_at").first()


def beginnings(firm: Enterprise, actor: Person) -> list[dict[str, Any]]:
    """The forms by which the firm begins something."""
    found = {each["arrow"].code: each for each in openings(firm, actor)}
    return [found[code] for code in BEGINNINGS if code in found]


@require_GET
def hazard(request: HttpRequest, key: Any) -> HttpResponse:
    """One hazard: what is wrong, until when, pictures of before and after, and the one next step."""
    actor = actor_of(request)
    found = own(actor, Hazard, key)
    context = {
        **carded(found, actor),
        "gallery": gallery(found, actor),
        "ledger": ledger_of(Hazard),
        "openings": later(found, actor),
        "history": Change.objects.filter(subject=found._meta.label_lower, subject_id=found.pk).order_by("-id"),
    }
    return render(request, "firm/hazard.html", context)


def later(found: Hazard, actor: Person) -> list[dict[str, Any]]:
    """The form by which a later date is asked for, while it can be."""
    able = found.state == Hazard.State.RECTIFYING
    return [each for each in openings(found, actor) if able and each["arrow"].code == "hazards.request_extension"]


@require_POST
def tell(request: HttpRequest) -> HttpResponse:
    """The firm has found something wrong by itself, between two self-checks."""
    actor = actor_of(request)
    firm = firm_of(actor, request.POST.get("of", ""))
    if firm.site is None:
        raise Refused(_("your file names no main premises, where the findings lie; ask your officer"), code="no_site")
    kind = request.POST.get("kind", "")
    if kind not in Hazard.Kind.values:
        raise Invalid(_("there is no such kind"), field="kind")
    found = report(
        by=actor,
        site=firm.site,
        enterprise=firm,
        summary=request.POST.get("summary", ""),
        place=request.POST.get("place", ""),
        kind=Hazard.Kind(kind),
        source=Hazard.Source.SELF_CHECK,
    )
    return HttpResponseRedirect(f"/firm/hazards/{found.pk}")


def check(request: HttpRequest, key: Any) -> HttpResponse:
    """A self-check to be answered item by item, or as it was answered. What was ticked stays when something lacks."""
    actor = actor_of(request)
    found: SelfCheck = own(actor, SelfCheck, key)
    error: AnshuError | None = None
    answers = {item["key"]: {"result": item["result"], "note": item["note"]} for item in found.items}
    if request.method == "POST":
        for name, answer in answers.items():
            answer |= {"result": request.POST.get(f"result:{name}", ""), "note": request.POST.get(f"note:{name}", "")}
        try:
            complete_self_check(found, by=actor, checker=request.POST.get("checker", ""), answers=answers)
            return after(request, "/firm")
        except AnshuError as refusal:
            error = refusal
    items = [item | answers[item["key"]] for item in found.items]
    context = {"check": found, "items": items, "error": error, "checker": request.POST.get("checker", actor.name)}
    return render(request, "firm/check.html", context, status=error.status if error else 200)


@require_GET
def declaration(request: HttpRequest, key: Any) -> HttpResponse:
    """A declaration with its risks, as far as it has got."""
    actor = actor_of(request)
    found: RiskDeclaration = own(actor, RiskDeclaration, key)
    able = {deed["arrow"].verb: deed for deed in deeds(found, actor)}
    context = {
        "declaration": found,
        "clock": clocks.running(found),
        "able": able,
        "others": [able[verb] for verb in ("submit_declaration", "withdraw_declaration") if verb in able],
    }
    return render(request, "firm/declaration.html", context)


@require_GET
def receipts(request: HttpRequest) -> HttpResponse:
    """What this account has handed in: rows of the sealed log, each with the beginning of its seal as proof."""
    actor = actor_of(request)
    firm = firm_of(actor)
    rows = Change.objects.filter(actor_id=actor.account.pk).exclude(subject="access.account").order_by("-id")
    return render(request, "firm/receipts.html", {"firm": firm, "rows": rows[:RECEIPTS_SHOWN]})
