"""What stands in the way of a step of a penalty case. Each rule is written once: the step asks it before it is taken,
and the room of the case asks it to say why not yet."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.enforcement import queries
from anshu.domains.enforcement.models import Case
from anshu.kernel import clock
from anshu.kernel.errors import AnshuError, Refused
from anshu.kernel.working_days import shipped_calendar
from anshu.ledger.papers import papers_of
from anshu.workflow import rules

Check = Callable[[Case], None]
"""A deadline is the first moment of the day after; people are told the last day."""
MOMENT = timedelta(seconds=1)


def require(verb: str, case: Case, by: Actor) -> None:
    """Raise `Refused` when something stands in the way of the step for this person."""
    if (found := hindrance(verb, case, by)) is not None:
        raise found


def hindrance(verb: str, case: Case, by: Actor | None = None) -> AnshuError | None:
    """The first thing that stands in the way of the step, or None; without a person, what stands in everybody's way."""
    try:
        if by is not None and verb in OF_OTHERS:
            refuse_officers(case, by)
        for check in HINDRANCES.get(verb, ()):
            check(case)
    except AnshuError as found:
        return found
    return None


def refuse_officers(case: Case, by: Actor) -> None:
    """Refused when one of the two officers of the case does what needs somebody else."""
    account = account_of(by)
    if account is None:
        raise Refused(_("this is decided by a person"), code="needs_person")
    if account.pk in (case.lead.account_id, case.second.account_id):
        raise Refused(_("the officers of the case do not decide it"), code="own_case")


def require_evidence(case: Case) -> None:
    if not case.evidence.strip():
        raise Refused(_("no evidence is on file"), code="no_evidence")


def require_large(case: Case) -> None:
    if not queries.may_be_heard(case):
        raise Refused(_("a penalty as small as this one is not heard"), code="too_small")


def require_in_time(case: Case) -> None:
    ends = queries.window_ends(case)
    if ends is not None and clock.now() > ends:
        raise Refused(_("the time to ask for a hearing ended on %(ends)s"), ends=_last_day(ends), code="late")


def require_called(case: Case) -> None:
    if case.hearing_at is None or clock.now() < case.hearing_at:
        raise Refused(_("a hearing is called, and its hour has come, before it is held"), code="not_called")


def require_time_over(case: Case) -> None:
    ends = queries.window_ends(case)
    if case.state == Case.State.NOTIFIED and not case.waived and ends is not None and clock.now() <= ends:
        raise Refused(
            _("the party may speak until the end of %(ends)s; decide after that, or when it has waived in writing"),
            ends=_last_day(ends),
            code="window_open",
        )


def require_noticed(case: Case) -> None:
    if (case.fine_yuan or 0) > (case.noticed_fine_yuan or 0):
        raise Refused(_("the fine is larger than the one the party was told of; serve a new notice"), code="graver")


def require_discussed(case: Case) -> None:
    if (case.deviation or case.state == Case.State.HEARD) and not case.discussed:
        raise Refused(_("this needs a collective discussion before it is decided"), code="not_discussed")


def require_demand(case: Case) -> None:
    demand = papers_of(case).filter(kind="payment_demand").first()
    limit = rules.at("documents/term.demand").limit()
    if demand is None:
        raise Refused(_("call on the party in writing first: make out the demand for payment"), code="no_demand")
    ends = shipped_calendar().deadline(demand.issued_at, limit, timezone.get_default_timezone())
    if clock.now() <= ends:
        raise Refused(
            _("the party was called on in writing and may still pay until the end of %(ends)s"),
            ends=_last_day(ends),
            code="no_demand",
        )


def require_paid(case: Case) -> None:
    if (due := queries.owed_on(case)) > 0 and case.state != Case.State.BEFORE_COURT:
        raise Refused(_("%(due)s yuan are still owed"), due=due, code="owed")


def require_overdue(case: Case) -> None:
    if case.pay_by is None or timezone.localdate(clock.now()) < case.pay_by or queries.owed_on(case) <= 0:
        raise Refused(_("nothing is overdue"), code="not_overdue")


def require_published(case: Case) -> None:
    if case.published_at is None:
        raise Refused(_("publish the decision first"), code="not_published")


def require_once_published(case: Case) -> None:
    if case.published_at is None:
        raise Refused(_("it was never published"), code="not_published")


def require_papers(case: Case) -> None:
    if missing := queries.papers_missing(case):
        names = "、".join(str(queries.FILED[kind]) for kind in missing)
        raise Refused(_("the file lacks: %(papers)s"), papers=names, code="papers_missing")


def _last_day(ends: datetime) -> date:
    return timezone.localdate(ends - MOMENT)


"""What the two officers of a case must leave to others."""
OF_OTHERS = frozenset(
    ("open_case", "pass_review", "send_back", "decide", "spare", "hand_over", "allow_later", "revoke", "close_case")
)
HINDRANCES: Mapping[str, tuple[Check, ...]] = {
    "conclude": (require_evidence,),
    "request_hearing": (require_large, require_in_time),
    "hold_hearing": (require_called,),
    "decide": (require_time_over, require_noticed, require_discussed),
    "lapse": (require_overdue,),
    "apply_to_court": (require_demand,),
    "confirm_performed": (require_paid,),
    "unpublish": (require_once_published,),
    "close_case": (require_published,),
    "archive": (require_papers,),
}
