"""Letters: drafted by hand or by a clock that ran out, signed by a person, served, answered, closed."""

import uuid
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.policy import Actor, account_of
from anshu.domains.people.models import Organisation
from anshu.domains.people.queries import speaks_for
from anshu.domains.supervision import queries
from anshu.domains.supervision.models import BypassCard, Letter, LetterKind, SupervisedTask
from anshu.domains.supervision.rules.ladder import next_rung, require_reason_to_skip
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.kernel.working_days import shipped_calendar
from anshu.ledger.papers import next_document_number
from anshu.workflow import rules
from anshu.workflow.transitions import opening, transition

State = Letter.State


def ladder() -> tuple[str, ...]:
    """The rungs in their order."""
    return tuple(str(rung) for rung in rules.at("escalation/letters").items())


@opening(to=State.DRAFTED, title=_("draft a letter"))
def draft_letter(
    *,
    by: Actor,
    unit: Organisation,
    about: str,
    demand: str,
    kind: LetterKind | None = None,
    text: str = "",
    answer_due_on: date | None = None,
    task: SupervisedTask | None = None,
    card: BypassCard | None = None,
    subject: str = "",
    subject_id: uuid.UUID | None = None,
    reason: str = "",
    territory: str = "",
) -> Letter:
    """The next rung on a matter (a supervised task, a bypass card, any record by kind and id), or a graver one with a
    reason."""
    if task is not None:
        subject, subject_id = task._meta.label_lower, task.pk
    elif card is not None:
        subject, subject_id = card._meta.label_lower, card.pk
    before = queries.last_letter(subject_id)
    rungs = ladder()
    wanted = str(kind) if kind else next_rung(rungs, before.kind if before else "")
    skips = require_reason_to_skip(rungs, before.kind if before else "", wanted, reason)
    if not about.strip() or not demand.strip():
        raise Invalid(_("say what it is about and what is asked"), field="about" if not about.strip() else "demand")
    today = timezone.localdate(clock.now())
    if answer_due_on is not None and answer_due_on < today:
        raise Invalid(_("the date has passed already"), field="answer_due_on")
    return Letter(
        kind=wanted,
        unit=unit,
        about=about.strip()[:200],
        demand=demand.strip(),
        text=text.strip(),
        subject=subject,
        subject_id=subject_id,
        earlier=before,
        skipped=reason.strip()[:200] if skips else "",
        answer_due_on=answer_due_on or _usual_date(wanted, today),
        territory=territory or (task.territory if task else unit.territory),
        exercise=task.exercise if task else False,
    )


def _usual_date(kind: str, today: date) -> date:
    """The date by which a letter of this kind is usually answered."""
    start = clock.now()
    limit = rules.at("supervision/letter.answer").limit(kind)
    due = shipped_calendar().deadline(start, limit, timezone.get_default_timezone())
    return max(timezone.localdate(due - timedelta(seconds=1)), today)  # a limit of days ends when its last day does


@transition(State.DRAFTED, to=State.SIGNED, title=_("sign"))
def sign_letter(letter: Letter, *, by: Actor, text: str = "", demand: str = "") -> None:
    """A person signs it, having mended what had to be mended; it gets its document number, never given again."""
    account = account_of(by)
    if account is None:
        raise Refused(_("a person signs"), code="needs_person")
    letter.text, letter.demand = text.strip() or letter.text, demand.strip() or letter.demand
    letter.signer, letter.signed_at = account, clock.now()
    letter.document_number = next_document_number(rules.at("supervision/letter.signs").text(letter.kind))


@transition(State.DRAFTED, State.SIGNED, to=State.WITHDRAWN, title=pgettext_lazy("letter", "withdraw"))
def withdraw_letter(letter: Letter, *, by: Actor, reason: str) -> None:
    """Not needed, or drawn up in error; a number that was given stays given."""
    if not reason.strip():
        raise Invalid(_("say why it is withdrawn"), field="reason")


@transition(State.SIGNED, to=State.SERVED, title=_("serve"))
def serve_letter(letter: Letter, *, by: Actor, received_by: str) -> None:
    """It has arrived, and who took it; a formal talk has been held, with whom."""
    if not received_by.strip():
        raise Invalid(_("who received it?"), field="received_by")
    letter.received_by, letter.served_at = received_by.strip(), clock.now()


@transition(State.SERVED, to=State.ANSWERED, title=_("answer the letter"))
def answer_letter(letter: Letter, *, by: Actor, answer: str) -> None:
    """What the unit has done; of a talk, what it promised."""
    if not speaks_for(account_of(by), letter.unit_id):
        raise Refused(_("%(unit)s answers it"), unit=str(letter.unit), code="other_unit")
    if not answer.strip():
        raise Invalid(_("the answer is empty"), field="answer")
    letter.answer, letter.answered_at = answer.strip(), clock.now()


@transition(State.ANSWERED, to=State.CLOSED, title=pgettext_lazy("letter", "close"))
def close_letter(letter: Letter, *, by: Actor, conclusion: str) -> None:
    """The answer holds; if it does not, the next rung is drafted."""
    if not conclusion.strip():
        raise Invalid(_("write the conclusion"), field="conclusion")
    letter.conclusion = conclusion.strip()
