"""Reports upward: drafted from the record, signed off by somebody else, sent, and never altered after."""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.incidents import queries
from anshu.domains.incidents.models import Incident, Report
from anshu.domains.incidents.queries.reporting import compose, final_facts, last_sent
from anshu.domains.incidents.transitions.incidents import mark_reported
from anshu.domains.incidents.transitions.loops import (
    DAILY_FOLLOW_UP,
    FOLLOW_UP,
    OPEN,
    report_owed,
    stop_report_clocks,
)
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks, log, rules
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import opening, transition

UNSENT = (Report.State.DRAFT, Report.State.SIGNED)
DRAFTING_VERBS = ("draft_first", "draft_follow_up", "draft_final", "revise")


def _draft(kind: str, by: Actor, incident: Incident, facts: dict[str, Any], ordinal: int = 1) -> Report:
    twin = Report.objects.filter(incident=incident, kind=kind, state__in=UNSENT).first()
    if twin is not None:
        raise Refused(_("report %(number)s is drafted and not sent yet"), number=twin.number, code="draft_waits")
    return Report(
        incident=incident,
        kind=kind,
        ordinal=ordinal,
        facts=facts,
        text=compose(kind, ordinal, incident, facts),
        drafter=by.name,
        direct=kind == Report.Kind.FIRST and report_owed(incident),
        territory=incident.territory,
        exercise=incident.exercise,
        generated=incident.generated,
    )


@opening(to=Report.State.DRAFT, title=_("draft the first report"))
def draft_first(
    *, by: Actor, incident: Incident, trend: str = "", leaders_on_scene: str = "", requests: str = ""
) -> Report:
    """Everything known now, from the record; what nobody knows yet says so. There is one first report."""
    if Report.objects.filter(incident=incident, kind=Report.Kind.FIRST, state=Report.State.SENT).exists():
        raise Refused(_("the first report has been sent; make a follow-up"), code="first_sent")
    told = {"trend": trend, "leaders_on_scene": leaders_on_scene, "requests": requests}
    return _draft(Report.Kind.FIRST, by, incident, queries.report_facts(incident, told))


@opening(to=Report.State.DRAFT, title=_("draft a follow-up"))
def draft_follow_up(
    *, by: Actor, incident: Incident, trend: str = "", leaders_on_scene: str = "", requests: str = ""
) -> Report:
    """Only what has changed since the report sent last; with no change, it says so (zero report)."""
    before = last_sent(incident)
    if before is None:
        raise Refused(_("the first report comes first"), code="no_first")
    if before.kind == Report.Kind.FINAL:
        raise Refused(_("the final report has been sent"), code="final_sent")
    known = before.facts
    told = {
        "trend": trend or known.get("trend") or "",
        "leaders_on_scene": leaders_on_scene or known.get("leaders_on_scene") or "",
        "requests": requests or known.get("requests") or "",
    }
    facts = queries.report_facts(incident, told)
    facts["changes"] = [
        {"fact": row["fact"], "from": row["from"], "to": row["to"]} for row in queries.diff_facts(known, facts)
    ]
    return _draft(Report.Kind.FOLLOW_UP, by, incident, facts, _next_ordinal(incident))


def _next_ordinal(incident: Incident) -> int:
    kept = Report.objects.filter(incident=incident, kind=Report.Kind.FOLLOW_UP).exclude(state=Report.State.VOID)
    return int(kept.aggregate(last=Max("ordinal"))["last"] or 0) + 1


@opening(to=Report.State.DRAFT, title=_("draft the final report"))
def draft_final(
    *, by: Actor, incident: Incident, cause: str = "", loss: str = "", aftermath: str = "", lessons: str = ""
) -> Report:
    """After the incident was closed: cause, final figures, loss, summary, aftermath and lessons."""
    if incident.state != Incident.State.CLOSED:
        raise Refused(_("the final report is made when the incident is closed"), code="not_closed")
    if last_sent(incident) is None:
        raise Refused(_("the first report comes first"), code="no_first")
    if Report.objects.filter(incident=incident, kind=Report.Kind.FINAL, state=Report.State.SENT).exists():
        raise Refused(_("the final report has been sent"), code="final_sent")
    told = {"cause": cause, "loss": loss, "aftermath": aftermath, "lessons": lessons}
    return _draft(Report.Kind.FINAL, by, incident, final_facts(incident, told))


@transition(Report.State.DRAFT, title=_("revise"))
def revise(report: Report, *, by: Actor, text: str, jump_reason: str = "") -> None:
    """Put the words right. The figures stay those of the record: correct them there and draft again."""
    if not text.strip():
        raise Invalid(_("a report has a text"), field="text")
    report.text = text
    report.jump_reason = jump_reason or report.jump_reason


@transition(Report.State.DRAFT, to=Report.State.SIGNED, title=_("sign off"), grave=True)
def sign_report(report: Report, *, by: Actor, jump_reason: str = "") -> dict[str, Any]:
    """A leader who did not draft it answers for it; loss figures that jumped or fell need a written reason."""
    if account_of(by) is None:
        raise Refused(_("a report is signed off by a person"), code="needs_person")
    if log.had_hand_in(report, by, DRAFTING_VERBS):
        raise Refused(_("who signs off must not be the one who drafted it"), code="own_draft")
    before = last_sent(report.incident)
    jumped = queries.jumps(before.facts, report.facts) if before else []
    report.jump_reason = jump_reason.strip() or report.jump_reason
    if jumped and not report.jump_reason:
        figures = "、".join(f"{row['title']} {row['from']} → {row['to']}" for row in jumped)
        raise Refused(_("figures jumped (%(figures)s): write down why"), figures=figures, code="jump_needs_reason")
    report.signatory, report.signed_at = by.name, clock.now()
    return {"jumps": jumped} if jumped else {}


@transition(Report.State.SIGNED, to=Report.State.SENT, title=_("send"), grave=True)
def send_report(report: Report, *, by: Actor, channel: str = "") -> dict[str, Any]:
    """It goes up; from now on nothing in it changes. The first report is measured against the direct-report limit."""
    report.sent_at = clock.now()
    incident = Incident.objects.get(pk=report.incident_id)
    measured: dict[str, Any] = {}
    if report.kind == Report.Kind.FIRST:
        measured = _measured(incident, report)
        stop_report_clocks(incident, "first_report", "written_report")
    elif report.kind == Report.Kind.FINAL:
        stop_report_clocks(incident, "final_report")
    if incident.state in (*OPEN, Incident.State.CLOSED):
        mark_reported(incident, by=WORK, report=report)
    if incident.state in OPEN:
        stop_report_clocks(incident, "follow_up", "daily_follow_up")
        serious = report_owed(incident)
        clocks.start(incident, *(("follow_up", FOLLOW_UP) if serious else ("daily_follow_up", DAILY_FOLLOW_UP)))
    return measured


def _measured(incident: Incident, report: Report) -> dict[str, Any]:
    """Minutes from being told to sending, against the 30 minutes of the direct report."""
    told_at = incident.received_at or incident.created_at
    sent_at = report.sent_at or clock.now()
    rule = rules.at("report_clocks/urgent_direct", told_at)
    limit = rule.limit("limit").elapsed
    minutes = (sent_at - told_at).total_seconds() / 60
    target = limit.total_seconds() / 60 if limit else None
    on_time = target is None or minutes <= target
    return {"minutes": round(minutes, 1), "limit_minutes": target, "on_time": on_time, "basis": rules.told(rule.basis)}


@transition(UNSENT, to=Report.State.VOID, title=_("void"), grave=True)
def void_report(report: Report, *, by: Actor, reason: str) -> None:
    """Drop a report that has not been sent; its number is not given again."""
    if not reason.strip():
        raise Invalid(_("say why"), field="reason")


@transition(OPEN, title=_("first report by phone"))
def report_by_phone(incident: Incident, *, by: Actor, told: str, text: str = "") -> dict[str, Any]:
    """Somebody above was told by telephone: this stops the clock of the first word, not that of the written report."""
    if not told.strip():
        raise Invalid(_("say who was told"), field="told")
    incident.reported_at = incident.reported_at or clock.now()
    stop_report_clocks(incident, "first_report")
    minutes = (clock.now() - (incident.received_at or incident.created_at)).total_seconds() / 60
    return {"minutes": round(minutes, 1)}
