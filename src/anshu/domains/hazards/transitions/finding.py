"""From what somebody saw to an order with a date: found, graded, disputed, ordered."""

import uuid
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards import queries
from anshu.domains.hazards.models import Grade, Hazard
from anshu.domains.places.models import Site
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import rules
from anshu.workflow.transitions import opening, transition


@opening(to=Hazard.State.FOUND, title=_("report a hazard"))
def report(
    *,
    by: Actor,
    site: Site,
    summary: str,
    kind: Hazard.Kind,
    source: Hazard.Source = Hazard.Source.PATROL,
    place: str = "",
    clause: str = "",
    enterprise: Enterprise | None = None,
    found_at: datetime | None = None,
    lon: float | None = None,
    lat: float | None = None,
    origin: str = "",
    origin_id: uuid.UUID | None = None,
    key: uuid.UUID | None = None,
    reason: str = "",
) -> Hazard:
    """A defect seen at a site. `found_at` is when it was seen (now), which may lie before it was sent, never after;
    `key` an id made in the field, `origin` what it was found at (a visit, a tip-off), with that record's id. `reason`
    says why it is entered late (补录), where it is and the record it was found at does not say it."""
    if not summary.strip():
        raise Invalid(_("say what is wrong"), field="summary")
    seen_at = found_at or clock.now()
    late = _why_late(seen_at, queries.origin_began_at(origin_id), origin, reason.strip())
    enterprise = enterprise or queries.enterprise_at(site)
    hazard = Hazard(
        site=site,
        enterprise=enterprise,
        summary=summary.strip(),
        kind=kind,
        source=source,
        place=place,
        clause=clause,
        found_at=seen_at,
        late_reason=late,
        flags=[queries.LATE_ENTRY] if late else [],
        finder=account_of(by),
        lon=site.lon if lon is None else lon,
        lat=site.lat if lat is None else lat,
        territory=site.territory,
        exercise=site.exercise,
        origin=origin,
        origin_id=origin_id,
        earlier=queries.earlier_like(site, kind, seen_at),
    )
    if key is not None:
        hazard.pk = key
    return hazard


def _why_late(seen_at: datetime, began_at: datetime | None, origin: str, reason: str) -> str:
    """Why a hazard is entered only now; empty when it is entered in time. Invalid for a time at which it cannot have
    been found, or that lies too long ago to be entered at all."""
    now = clock.now()
    if seen_at > now:
        raise Invalid(_("it cannot have been found in the future"), field="found_at")
    if began_at is not None and seen_at < began_at:
        raise Invalid(_("it cannot have been found before what it was found at"), field="found_at")
    most_d = rules.at("hazard_loop/late_entry_most_d").number()
    if began_at is None and now - seen_at > timedelta(days=most_d):
        raise Invalid(
            _("what was found more than %(most)d days ago is not entered any more: visit the site again"),
            field="found_at",
            most=most_d,
        )
    if now - seen_at <= timedelta(hours=rules.at("hazard_loop/late_entry_h").number()):
        return ""
    if not reason and began_at is None:
        raise Invalid(_("it was found some time ago: say why it is entered only now"), field="reason")
    told = _("found at %(origin)s, handed in later") % {"origin": origin} if origin else _("handed in later")
    return (reason or str(told))[:200]


@transition(Hazard.State.FOUND, Hazard.State.GRADED, title=_("cite a clause"))
def cite(hazard: Hazard, *, by: Actor, clause: str) -> None:
    """The clause that what was found violates."""
    if not clause.strip():
        raise Invalid(_("name the clause"), field="clause")
    hazard.clause = clause.strip()


@transition(Hazard.State.FOUND, to=Hazard.State.GRADED, title=_("grade"))
def judge(hazard: Hazard, *, by: Actor, grade: Grade, judging_clause: str = "") -> None:
    """General or major. A major one names the clause by which it is one: no clause, no major hazard."""
    _set_grade(hazard, grade, judging_clause)


def _set_grade(hazard: Hazard, grade: Grade, judging_clause: str) -> None:
    if grade == Grade.MAJOR and not judging_clause.strip():
        raise Invalid(_("a major hazard names the clause by which it is judged one"), field="judging_clause")
    hazard.grade, hazard.judging_clause = grade, judging_clause.strip()


@transition(Hazard.State.GRADED, to=Hazard.State.DISPUTED, title=_("ask an expert"))
def dispute(hazard: Hazard, *, by: Actor, reason: str) -> None:
    """The grade is contested; an expert gives an opinion, and until then no order goes out."""
    if not reason.strip():
        raise Invalid(_("say what is contested"), field="reason")


@transition(Hazard.State.DISPUTED, to=Hazard.State.GRADED, title=_("settle the grade"))
def settle(hazard: Hazard, *, by: Actor, grade: Grade, opinion: str, judging_clause: str = "") -> None:
    """The grade after the expert's opinion, which is kept with it. Who found it does not settle it."""
    if not opinion.strip():
        raise Invalid(_("the expert's opinion is needed"), field="opinion")
    if account_of(by) is not None and account_of(by) == hazard.finder:
        raise Refused(_("who found it does not settle its grade"), code="own_work")
    _set_grade(hazard, grade, judging_clause)
    hazard.opinion = opinion.strip()


@transition(Hazard.State.FOUND, Hazard.State.GRADED, to=Hazard.State.VOID, title=_("not a hazard"), grave=True)
def void(hazard: Hazard, *, by: Actor, reason: str) -> None:
    """Entered in error, or no defect after all. It stays on record with the reason; its number is never used again."""
    if not reason.strip():
        raise Invalid(_("say why it is no hazard"), field="reason")


@transition(Hazard.State.GRADED, to=Hazard.State.ORDERED, title=_("order rectification"))
def order(
    hazard: Hazard, *, by: Actor, due_on: date, responsible: str, measures: str = "", suspended: bool = False
) -> None:
    """Order the site to put it right by a date, which is mandatory: no national number of days exists. For a major
    hazard people are protected meanwhile (安全生产法 41), and whether work stops is said outright."""
    if due_on < timezone.localdate(clock.now()):
        raise Invalid(_("the date has passed already"), field="due_on")
    if not responsible.strip():
        raise Invalid(_("name the person in charge of rectification"), field="responsible")
    if hazard.major and not measures.strip():
        raise Invalid(_("say how people are protected until a major hazard is gone"), field="measures")
    hazard.due_on = hazard.ordered_due_on = due_on
    hazard.responsible, hazard.measures, hazard.suspended = responsible.strip(), measures.strip(), suspended
    hazard.ordered_at = clock.now()
