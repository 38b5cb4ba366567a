"""The loop of a penalty case, and the clocks beside its states: ninety days to decide, publicity and its withdrawal."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.domains.enforcement.models import Case
from anshu.domains.inspections.queries.officers import person_of
from anshu.kernel.working_days import shipped_calendar
from anshu.workflow import clocks, rules
from anshu.workflow.loop import Limit, Loop, declare

S = Case.State


def payment_ends(case: Any) -> datetime | None:
    """The end of the last day of payment."""
    return timezone.make_aware(datetime.combine(case.pay_by, time.max)) if case.pay_by else None


def decision_ends(case: Any) -> datetime | None:
    """Ninety days from the opening, and as many more as are not counted."""
    if case.opened_at is None:
        return None
    limit = rules.at("penalty_clocks/decide", case.opened_at).limit("default")
    ends = shipped_calendar().deadline(case.opened_at, limit, timezone.get_default_timezone())
    return ends + timedelta(days=sum(int(span["days"]) for span in case.excluded))


def _of_mine(account: Any) -> Any:
    """Officers have their own cases in hand; whoever reviews or decides, those of others."""
    person = person_of(account)
    key = person.pk if person else None

    def mine(case: Any) -> bool:
        return (key in case.officers) == (case.state in OFFICERS) or key is None

    return mine


"""States in which the two officers of the case have it in hand."""
OFFICERS = frozenset({S.INVESTIGATING, S.REVIEWED, S.DECIDED, S.DELIVERED, S.OVERDUE, S.PERFORMED, S.CLOSED})

CASE_LOOP = declare(
    Loop(
        Case,
        title=_("penalty case"),
        owner={
            S.REPORTED: _("head of the bureau"),
            S.INVESTIGATING: _("officers of the case"),
            S.UNDER_REVIEW: _("legal reviewer"),
            S.REVIEWED: _("officers of the case"),
            S.NOTIFIED: _("head of the bureau"),
            S.HEARING: _("host of the hearing"),
            S.HEARD: _("head of the bureau"),
            S.DECIDED: _("officers of the case"),
            S.DELIVERED: _("party"),
            S.OVERDUE: _("officers of the case"),
            S.BEFORE_COURT: _("court"),
            S.PERFORMED: _("officers of the case"),
            S.CLOSED: _("officers of the case"),
        },
        limit={
            S.REPORTED: Limit("penalty_clocks/open", asks="open_case"),
            S.INVESTIGATING: Limit("penalty_clocks/investigate", asks="conclude"),
            S.UNDER_REVIEW: Limit("penalty_clocks/review", asks="pass_review"),
            S.REVIEWED: Limit("penalty_clocks/notice", asks="serve_notice"),
            S.NOTIFIED: Limit("penalty_clocks/after_notice", asks="decide"),
            S.HEARING: Limit("penalty_clocks/hearing", asks="hold_hearing"),
            S.HEARD: Limit("penalty_clocks/after_hearing", asks="decide"),
            S.DECIDED: Limit("documents/term.delivery", asks="deliver"),
            S.DELIVERED: Limit("documents/term.payment", until=payment_ends, expired="enforcement.lapse"),
            S.OVERDUE: Limit("penalty_clocks/demand", asks="apply_to_court"),
            S.BEFORE_COURT: Limit("penalty_clocks/court", asks="confirm_performed"),
            S.PERFORMED: Limit("penalty_clocks/close", asks="close_case"),
            S.CLOSED: Limit("penalty_clocks/file", asks="archive"),
        },
        ends=frozenset({S.ARCHIVED, S.NOT_OPENED, S.NOT_PUNISHED, S.HANDED_OVER, S.REVOKED}),
        mine=_of_mine,
    )
)

DECISION = Limit("penalty_clocks/decide", until=decision_ends, asks="decide")
PUBLICITY = Limit("penalty_clocks/publish", asks="publish")
WITHDRAWAL = Limit("penalty_clocks/unpublish", asks="unpublish")

clocks.EXTRA.update(decision=DECISION, publicity=PUBLICITY, withdrawal=WITHDRAWAL)
