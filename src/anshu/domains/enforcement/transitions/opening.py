"""From the report to the end of the investigation."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.enforcement import queries
from anshu.domains.enforcement.models import Case
from anshu.domains.enforcement.rules import limitation_ends
from anshu.domains.enforcement.transitions.hindrances import require
from anshu.domains.enforcement.transitions.loops import DECISION
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards.models import Hazard
from anshu.domains.inspections.queries.officers import licensed, recused
from anshu.domains.people.models import Person
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks, rules
from anshu.workflow.transitions import opening, transition

S = Case.State
"""Before the decision: while time may be found not to count, and the facts may still turn out otherwise."""
UNDECIDED = (S.INVESTIGATING, S.UNDER_REVIEW, S.REVIEWED, S.NOTIFIED, S.HEARING, S.HEARD)


@opening(to=S.REPORTED, title=_("report a breach"))
def report_case(
    *,
    by: Actor,
    matter: str,
    facts: str,
    occurred_on: date,
    lead: Person,
    second: Person,
    hazard: Hazard | None = None,
    enterprise: Enterprise | None = None,
    party: str = "",
    source: Case.Source = Case.Source.INSPECTION,
    harmed: bool = False,
) -> Case:
    """A breach that may be punished. Its party is the enterprise, of the hazard if one is named, or a person by name;
    two licensed officers take it, neither of whom must keep away from the party (行政处罚法 42, 43)."""
    case = begun(Breach(matter, facts, occurred_on, harmed), (lead, second), hazard, enterprise, party)
    case.source = source
    return case


@dataclass(frozen=True)
class Breach:
    """What was done: its matter (key of the pack `discretion`), the facts, the day, whether people were hurt."""

    matter: str
    facts: str
    occurred_on: date
    harmed: bool = False


def begun(
    breach: Breach, officers: tuple[Person, Person], hazard: Hazard | None, enterprise: Enterprise | None, party: str
) -> Case:
    """An unsaved case of the breach, checked: who, by whom, of what, and whether it is not too late."""
    firm = enterprise or (hazard.enterprise if hazard else None)
    name = party.strip() or (firm.name if firm else "")
    if not name:
        raise Invalid(_("who broke the law?"), field="party")
    if not breach.facts.strip():
        raise Invalid(_("say what was done, where and when"), field="facts")
    check_officers(*officers, firm)
    _check_limitation(breach)
    place = hazard or firm or officers[0]
    return Case(
        hazard=hazard,
        enterprise=firm,
        party=name,
        party_kind=Case.PartyKind.UNIT if firm else Case.PartyKind.PERSON,
        party_code=str(firm.credit_code) if firm else "",
        address=firm.address if firm else "",
        matter=breach.matter,
        facts=breach.facts.strip(),
        occurred_on=breach.occurred_on,
        harmed=breach.harmed,
        lead=officers[0],
        second=officers[1],
        territory=place.territory,
        lon=place.lon,
        lat=place.lat,
        exercise=place.exercise,
    )


def check_officers(lead: Person, second: Person, firm: Enterprise | None) -> None:
    """Two different officers, licensed today, neither recused from the party."""
    today = timezone.localdate(clock.now())
    if lead == second:
        raise Invalid(_("two officers are needed"), field="second")
    for name, officer in (("lead", lead), ("second", second)):
        if not licensed(officer, today):
            raise Refused(
                _("%(officer)s holds no enforcement licence that is good today"),
                officer=officer,
                field=name,
                code="no_licence",
            )
        if (recusal := recused(officer, firm, today)) is not None:
            raise Refused(
                _("%(officer)s must keep away from this party: %(reason)s"),
                officer=officer,
                reason=recusal.ground,
                field=name,
                code="recused",
            )


def _check_limitation(breach: Breach) -> None:
    today = timezone.localdate(clock.now())
    if breach.occurred_on > today:
        raise Invalid(_("it cannot have happened in the future"), field="occurred_on")
    years = int(rules.at(f"penalty_clocks/limitation{'_harm' if breach.harmed else ''}_y").number())
    if limitation_ends(breach.occurred_on, years) < today:
        raise Refused(_("after %(years)d years it can no longer be punished"), years=years, code="limitation")


@transition(S.REPORTED, to=S.INVESTIGATING, title=_("open the case"))
def open_case(case: Case, *, by: Actor) -> None:
    """The head opens it, and ninety days begin. Who investigates does not open."""
    require("open_case", case, by)
    case.opened_at = clock.now()
    clocks.start(case, "decision", DECISION)


@transition(S.REPORTED, to=S.NOT_OPENED, title=_("do not open"), grave=True)
def refuse_opening(case: Case, *, by: Actor, reason: str) -> None:
    """No case, and why."""
    if not reason.strip():
        raise Invalid(_("say why no case is opened"), field="reason")


@transition(S.INVESTIGATING, title=_("add evidence"))
def add_evidence(case: Case, *, by: Actor, text: str) -> None:
    """One piece of evidence, in a line: what it is, of when, from whom."""
    if not text.strip():
        raise Invalid(_("say what the evidence is"), field="text")
    case.evidence = "\n".join(filter(None, (case.evidence, " ".join(text.split()))))


@transition(UNDECIDED, title=_("leave time out"))
def exclude_time(case: Case, *, by: Actor, reason: str, days: int) -> None:
    """Time that the law does not count among the ninety days: an appraisal, a hearing, service by publication."""
    if not reason.strip():
        raise Invalid(_("say why the time does not count"), field="reason")
    if days < 1:
        raise Invalid(_("how many days?"), field="days")
    case.excluded = [*case.excluded, {"reason": reason.strip(), "days": days, "at": clock.now().isoformat()}]
    clocks.stop(case, "decision")
    clocks.start(case, "decision", DECISION)


@transition(S.INVESTIGATING, to=S.UNDER_REVIEW, title=_("conclude the investigation"))
def conclude(
    case: Case,
    *,
    by: Actor,
    facts: str,
    factors: list[str] | None = None,
    fine_yuan: float | None = None,
    other_penalty: str = "",
    deviation: str = "",
) -> None:
    """What was found, which circumstances lighten or weigh, and the penalty proposed. The band of the fine is computed
    from the circumstances; a fine outside it says why."""
    if not facts.strip():
        raise Invalid(_("say what was found"), field="facts")
    require("conclude", case, by)
    case.facts = facts.strip()
    propose(case, factors or [], fine_yuan, other_penalty, deviation)


def propose(case: Case, factors: list[str], fine_yuan: float | None, other_penalty: str, deviation: str) -> None:
    """Set the penalty proposed; Invalid or Refused when the law or the band does not allow it."""
    known = rules.packs()["discretion"].words
    if unknown := [code for code in factors if code not in known]:
        raise Invalid(_("there is no circumstance “%(name)s”"), field="factors", name=unknown[0])
    if fine_yuan is None and not other_penalty.strip():
        raise Invalid(_("propose a fine or another penalty"), field="fine_yuan")
    case.factors, case.other_penalty, case.deviation = factors, other_penalty.strip(), deviation.strip()
    found = queries.band(case, factors)
    case.band = {"step": found.step, "least": str(found.least), "most": str(found.most)}
    case.fine_yuan = None if fine_yuan is None else yuan(fine_yuan)
    if case.fine_yuan is not None:
        _check_fine(case, holds=found.holds(case.fine_yuan))


def _check_fine(case: Case, *, holds: bool) -> None:
    least, most = queries.range_of(case)
    fine = case.fine_yuan or least
    if not least <= fine <= most:
        raise Refused(
            _("the law allows %(least)s to %(most)s yuan for this matter"), least=least, most=most, code="beyond_law"
        )
    if not holds and not case.deviation:
        raise Invalid(
            _("the circumstances lead to %(least)s to %(most)s yuan; a fine outside says why"),
            field="deviation",
            least=case.band["least"],
            most=case.band["most"],
        )


def yuan(amount: float) -> Decimal:
    """An amount of money as typed, to the cent."""
    return Decimal(str(amount)).quantize(Decimal("0.01"))
