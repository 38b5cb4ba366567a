"""From legal review to the decision: not without notice, not without time to speak, not more for having spoken."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.enforcement.models import Case
from anshu.domains.enforcement.transitions.hindrances import require
from anshu.domains.enforcement.transitions.loops import PUBLICITY
from anshu.domains.enforcement.transitions.opening import propose
from anshu.domains.people.models import Person
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.kernel.working_days import shipped_calendar
from anshu.workflow import clocks, rules
from anshu.workflow.transitions import transition

S = Case.State
UNHEARD = (S.INVESTIGATING, S.UNDER_REVIEW, S.REVIEWED, S.NOTIFIED)


@transition(S.UNDER_REVIEW, to=S.REVIEWED, title=_("legal review passed"))
def pass_review(case: Case, *, by: Actor, note: str = "") -> None:
    """Facts, evidence, law, procedure and discretion hold. Who investigates does not review."""
    require("pass_review", case, by)
    case.reviewer = account_of(by)


@transition(S.UNDER_REVIEW, to=S.INVESTIGATING, title=_("send back"))
def send_back(case: Case, *, by: Actor, reason: str) -> None:
    """Something is missing; the officers go on."""
    require("send_back", case, by)
    if not reason.strip():
        raise Invalid(_("say what is missing"), field="reason")


@transition(S.UNDER_REVIEW, S.REVIEWED, S.NOTIFIED, S.HEARD, title=_("record the collective discussion"))
def discuss(case: Case, *, by: Actor, text: str) -> None:
    """The heads of the bureau have discussed it (行政处罚法 57): who was there, and what was agreed."""
    if not text.strip():
        raise Invalid(_("write down what was agreed"), field="text")
    case.discussed = text.strip()


@transition(S.REVIEWED, to=S.NOTIFIED, title=_("serve the notice"))
def serve_notice(case: Case, *, by: Actor, receiver: str) -> None:
    """The party knows what is intended and why, and what it may do about it; from now on its time runs."""
    if not receiver.strip():
        raise Invalid(_("who received the notice?"), field="receiver")
    case.notified_at, case.noticed_fine_yuan = clock.now(), case.fine_yuan
    case.waived, case.statement = False, ""


@transition(S.NOTIFIED, title=_("record the party's statement"))
def record_statement(case: Case, *, by: Actor, text: str) -> None:
    """What the party says; it is looked into, and never makes the penalty graver (行政处罚法 45)."""
    if not text.strip():
        raise Invalid(_("write down what the party said"), field="text")
    case.statement = text.strip()


@transition(S.NOTIFIED, title=_("rights waived in writing"), grave=True)
def waive(case: Case, *, by: Actor, note: str) -> None:
    """The party has said in writing that it will neither speak nor be heard (行政处罚法 62)."""
    if not note.strip():
        raise Invalid(_("which paper says so?"), field="note")
    case.waived = True


@transition(S.NOTIFIED, to=S.HEARING, title=_("hearing requested"))
def request_hearing(case: Case, *, by: Actor, note: str = "") -> None:
    """The party asks to be heard, within five working days of the notice, where the penalty is large enough."""
    require("request_hearing", case, by)


@transition(S.HEARING, title=_("call the hearing"))
def call_hearing(case: Case, *, by: Actor, hearing_at: datetime, host: Person) -> None:
    """The party is told seven working days ahead; the host is none of the officers of the case (行政处罚法 64)."""
    if host in (case.lead, case.second):
        raise Refused(_("the host of a hearing is none of the officers of the case"), code="own_case")
    limit = rules.at("documents/term.hearing_ahead").limit()
    earliest = shipped_calendar().deadline(clock.now(), limit, timezone.get_default_timezone())
    if hearing_at < earliest:
        raise Invalid(
            _("the party is told ahead, as the law asks: not before %(earliest)s"),
            field="hearing_at",
            earliest=timezone.localdate(earliest),
        )
    case.hearing_at, case.host = hearing_at, host


@transition(S.HEARING, to=S.HEARD, title=_("hearing held"))
def hold_hearing(case: Case, *, by: Actor, hearing_report: str) -> None:
    """It was held as called; its report is part of the file, and the decision rests on it."""
    require("hold_hearing", case, by)
    if not hearing_report.strip():
        raise Invalid(_("the report of the hearing is needed"), field="hearing_report")
    case.hearing_report = hearing_report.strip()


@transition(S.REVIEWED, S.NOTIFIED, S.HEARD, to=S.UNDER_REVIEW, title=_("propose another penalty"))
def propose_again(
    case: Case,
    *,
    by: Actor,
    reason: str,
    factors: list[str] | None = None,
    fine_yuan: float | None = None,
    other_penalty: str = "",
    deviation: str = "",
) -> None:
    """What was said or found leads to another penalty: reviewed anew, and served anew. After the party has spoken it is
    never graver."""
    if not reason.strip():
        raise Invalid(_("say what has changed"), field="reason")
    before = case.noticed_fine_yuan
    propose(case, case.factors if factors is None else factors, fine_yuan, other_penalty, deviation)
    spoken = bool(case.statement or case.hearing_report)
    if spoken and before is not None and (case.fine_yuan or 0) > before:
        raise Refused(
            _("who has spoken is not punished more for it: at most %(most)s yuan"), most=before, code="graver"
        )


@transition(S.NOTIFIED, S.HEARD, to=S.DECIDED, title=_("decide"), grave=True)
def decide(case: Case, *, by: Actor) -> None:
    """The penalty, as it was served. Not before the party's time has ended or been waived; outside the band, or after a
    hearing, only when the heads of the bureau have discussed it."""
    require("decide", case, by)
    case.decider, case.decided_at = account_of(by), clock.now()
    clocks.stop(case, "decision")
    clocks.start(case, "publicity", PUBLICITY)


@transition(UNHEARD, S.HEARD, to=S.NOT_PUNISHED, title=_("do not punish"))
def spare(case: Case, *, by: Actor, reason: str) -> None:
    """Slight, put right in time and without harm; a first breach with slight harm; or not proved (行政处罚法 33)."""
    require("spare", case, by)
    if not reason.strip():
        raise Invalid(_("say why it is not punished"), field="reason")
    clocks.stop(case, "decision")


@transition(UNHEARD, to=S.HANDED_OVER, title=_("hand to the police"), grave=True)
def hand_over(case: Case, *, by: Actor, reason: str) -> None:
    """It may be a crime; the police take it (行政处罚法 27)."""
    require("hand_over", case, by)
    if not reason.strip():
        raise Invalid(_("say which crime it may be, and who took it"), field="reason")
    clocks.stop(case, "decision")
