"""A later date for a task: asked for by the lead unit, approved by whoever issued it, every time."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.people.queries import speaks_for
from anshu.domains.supervision.models import DateChange, SupervisedTask
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.clocks import WORK
from anshu.workflow.log import had_hand_in
from anshu.workflow.transitions import opening, transition

State = SupervisedTask.State
MOVABLE = (State.ASSIGNED, State.SIGNED, State.EXECUTING)


@opening(to=DateChange.State.REQUESTED, title=_("ask for another date"))
def request_date(*, by: Actor, task: SupervisedTask, wanted_on: date, why: str) -> DateChange:
    """Asked by the lead unit while the date has not passed."""
    if task.state not in MOVABLE or task.due_on is None:
        raise Refused(_("only what is being done can be postponed"), code="wrong_state")
    if not speaks_for(account_of(by), task.lead_id):
        raise Refused(_("%(unit)s leads it"), unit=str(task.lead), code="other_unit")
    if task.due_on < timezone.localdate(clock.now()):
        raise Refused(_("the date has passed; another one is asked for before it"), code="too_late")
    if wanted_on <= task.due_on:
        raise Invalid(_("the new date lies after the old one"), field="wanted_on")
    if not why.strip():
        raise Invalid(_("say why it takes longer"), field="why")
    return DateChange(
        task=task,
        was_due_on=task.due_on,
        wanted_on=wanted_on,
        why=why.strip(),
        territory=task.territory,
        exercise=task.exercise,
    )


@transition(DateChange.State.REQUESTED, to=DateChange.State.GRANTED, title=_("approve the date"))
def grant_date(change: DateChange, *, by: Actor, answer: str, until: date | None = None) -> None:
    """The date asked for, or an earlier one that is named; never by whoever asked."""
    _require_other(change, by)
    new_date = until or change.wanted_on
    if not change.was_due_on < new_date <= change.wanted_on:
        raise Invalid(_("the new date lies after the old one and not after the one asked for"), field="until")
    if not answer.strip():
        raise Invalid(_("the answer gives its reason"), field="answer")
    change.answer = answer.strip()
    move_date(change.task, by=WORK, due_on=new_date)


@transition(DateChange.State.REQUESTED, to=DateChange.State.REFUSED, title=_("refuse the date"))
def refuse_date(change: DateChange, *, by: Actor, answer: str) -> None:
    """The old date stands."""
    _require_other(change, by)
    if not answer.strip():
        raise Invalid(_("the answer gives its reason"), field="answer")
    change.answer = answer.strip()


def _require_other(change: DateChange, by: Actor) -> None:
    if had_hand_in(change, by, ("request_date",)):
        raise Refused(_("who asked for it does not approve it"), code="own_work")


@transition(*MOVABLE, title=_("move the date"))
def move_date(task: SupervisedTask, *, by: Actor, due_on: date) -> None:
    """The date moves with an approval, and by nothing else; its clock starts anew."""
    if account_of(by) is not None:
        raise Refused(_("a date moves by being asked for and approved"), code="needs_approval")
    task.due_on = due_on
    SupervisedTask.objects.filter(pk=task.pk).update(due_on=due_on)
    if task.state == State.EXECUTING:
        clocks.wind(task)
