"""Risk declarations: filled in by the enterprise, reviewed by the street; the review sets the grade."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.enterprises.models import Enterprise, Method, RiskDeclaration, RiskPoint, Threat, within
from anshu.domains.enterprises.queries.packs import assess, today
from anshu.domains.enterprises.rules.colors import CODES, gravest, name_of
from anshu.domains.enterprises.transitions.grading import regrade
from anshu.domains.enterprises.transitions.risks import identify_risk, reassess_risk
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.kernel.working_days import shipped_calendar
from anshu.workflow import log, rules
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import opening, transition

State = RiskDeclaration.State
OPEN = (State.DRAFT, State.SUBMITTED, State.RETURNED)
MOST_RISKS = 200


@opening(to=State.DRAFT, title=_("begin a declaration"))
def draft_declaration(*, by: Actor, enterprise: Enterprise) -> RiskDeclaration:
    """A new declaration, with the risks of the last one to start from; one at a time."""
    if RiskDeclaration.objects.filter(enterprise=enterprise, state__in=OPEN).exists():
        raise Refused(_("a declaration is under way already"), code="declared_already")
    last = RiskDeclaration.objects.filter(enterprise=enterprise, state=State.REVIEWED).order_by("-reviewed_at").first()
    return RiskDeclaration(enterprise=enterprise, risks=list(last.risks) if last else [], **within(enterprise))


@transition(State.DRAFT, State.RETURNED, title=_("add a risk"))
def add_risk(
    declaration: RiskDeclaration,
    *,
    by: Actor,
    name: str,
    threat: Threat,
    method: Method,
    likelihood: float,
    severity: float,
    exposure: float | None = None,
    place: str = "",
    measures: str = "",
) -> None:
    """One risk with its factors; its value and colour are reckoned at once. The same name and place replaces it."""
    if not name.strip():
        raise Invalid(_("name the risk"), field="name")
    score, color, basis = assess(method, likelihood, exposure, severity)
    risk: dict[str, Any] = {
        "name": name.strip()[:120],
        "place": place.strip()[:120],
        "threat": str(threat),
        "method": str(method),
        "likelihood": likelihood,
        "exposure": exposure if method == Method.LEC else None,
        "severity": severity,
        "measures": measures.strip(),
        "score": score,
        "risk_color": color,
        "basis": basis,
    }
    others = [other for other in declaration.risks if _same(other) != _same(risk)]
    if len(others) >= MOST_RISKS:
        raise Refused(_("a declaration holds at most %(most)d risks"), most=MOST_RISKS, code="too_many_risks")
    declaration.risks = [*others, risk]


def _same(risk: dict[str, Any]) -> tuple[str, str]:
    return str(risk["name"]), str(risk["place"])


@transition(State.DRAFT, State.RETURNED, title=_("take a risk out"))
def drop_risk(declaration: RiskDeclaration, *, by: Actor, name: str, place: str = "") -> None:
    """A risk that was entered in error."""
    kept = [risk for risk in declaration.risks if _same(risk) != (name, place)]
    if len(kept) == len(declaration.risks):
        raise Invalid(_("there is no such risk in this declaration"), field="name")
    declaration.risks = kept


@transition(State.DRAFT, State.RETURNED, to=State.SUBMITTED, title=_("submit the declaration"))
def submit_declaration(declaration: RiskDeclaration, *, by: Actor, nothing_to_declare: bool = False) -> None:
    """To the street for review: with its risks, or with the word that there is none beyond the ordinary."""
    if not declaration.risks and not nothing_to_declare:
        raise Refused(_("name at least one risk, or declare that there is none"), code="nothing_declared")
    if declaration.risks and nothing_to_declare:
        raise Invalid(_("risks are named; take them out first"), field="nothing_to_declare")
    declaration.nothing_to_declare, declaration.submitted_at = nothing_to_declare, clock.now()


@transition(State.SUBMITTED, to=State.RETURNED, title=_("return for completion"))
def return_declaration(declaration: RiskDeclaration, *, by: Actor, opinion: str) -> None:
    """Something is missing or wrong; the opinion says what."""
    _refuse_submitter(declaration, by)
    if not opinion.strip():
        raise Invalid(_("say what is missing"), field="opinion")
    declaration.opinion = opinion.strip()


def _take_over(declaration: RiskDeclaration) -> None:
    """What was reviewed becomes the file: grade, risk points, and the end of the declaration before it."""
    enterprise = declaration.enterprise
    Enterprise.objects.filter(pk=enterprise.pk).update(base_color=declaration.risk_color, declared_on=today())
    for risk in declaration.risks:
        _keep_point(enterprise, risk)
    earlier = RiskDeclaration.objects.filter(enterprise=enterprise, state=State.REVIEWED).exclude(pk=declaration.pk)
    for replaced in earlier:
        supersede(replaced, by=WORK)
    regrade(enterprise, by=WORK)


def _keep_point(enterprise: Enterprise, risk: dict[str, Any]) -> None:
    known = RiskPoint.objects.filter(enterprise=enterprise, name=risk["name"], place=risk["place"])
    point = known.exclude(state=RiskPoint.State.REMOVED).first()
    factors = {name: risk[name] for name in ("likelihood", "exposure", "severity")}
    if point is None:
        identify_risk(
            by=WORK,
            enterprise=enterprise,
            name=risk["name"],
            place=risk["place"],
            threat=Threat(risk["threat"]),
            method=Method(risk["method"]),
            measures=risk["measures"],
            **factors,
        )
    elif any(getattr(point, name) != value for name, value in factors.items()) and point.method == risk["method"]:
        reassess_risk(point, by=WORK, **factors)


@transition(State.SUBMITTED, to=State.REVIEWED, title=_("review and grade"), then=_take_over)
def review_declaration(
    declaration: RiskDeclaration, *, by: Actor, risk_color: str = "", opinion: str = ""
) -> dict[str, object]:
    """The grade of the enterprise is the colour of its gravest risk, or another one with an opinion that says why.
    Who submitted it does not review it."""
    _refuse_submitter(declaration, by)
    reckoned = gravest(str(risk["risk_color"]) for risk in declaration.risks) or CODES["blue"]
    if risk_color and risk_color not in CODES.values():
        raise Invalid(_("there is no such colour"), field="risk_color")
    if risk_color not in ("", reckoned) and not opinion.strip():
        raise Invalid(_("another grade than the reckoned one needs an opinion"), field="opinion")
    declaration.risk_color = risk_color or reckoned
    declaration.opinion, declaration.reviewed_at = opinion.strip(), clock.now()
    declaration.again_on = _again_on(name_of(declaration.risk_color))
    return {"reckoned": reckoned}


def _again_on(color: str) -> date:
    """The day by which an enterprise of this colour declares again."""
    every = rules.at("enterprise_loops/declaration.again")
    named = color if isinstance(every.value, Mapping) and color in every.value else "default"
    zone = timezone.get_default_timezone()
    end = shipped_calendar().deadline(clock.now(), every.limit(named), zone)  # the midnight after the last day
    return (end - timedelta.resolution).astimezone(zone).date()


@transition(State.REVIEWED, to=State.SUPERSEDED, title=_("replace"))
def supersede(declaration: RiskDeclaration, *, by: Actor) -> None:
    """A later declaration was reviewed."""


@transition(State.DRAFT, State.RETURNED, to=State.VOID, title=_("withdraw"))
def withdraw_declaration(declaration: RiskDeclaration, *, by: Actor, reason: str) -> None:
    """Given up before it was reviewed."""
    if not reason.strip():
        raise Invalid(_("say why"), field="reason")


def _refuse_submitter(declaration: RiskDeclaration, by: Actor) -> None:
    if log.had_hand_in(declaration, by, ("submit_declaration",)):
        raise Refused(_("who submitted it does not review it"), code="own_work")
