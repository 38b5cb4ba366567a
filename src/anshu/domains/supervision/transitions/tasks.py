"""A task from being registered to being finished, or accounted for."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.policy import Actor, account_of
from anshu.domains.hazards.models import Hazard
from anshu.domains.people.models import Organisation
from anshu.domains.people.queries import speaks_for
from anshu.domains.supervision import queries
from anshu.domains.supervision.models import BypassCard, Campaign, SupervisedTask
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow.clocks import WORK
from anshu.workflow.log import had_hand_in
from anshu.workflow.transitions import opening, transition

State = SupervisedTask.State
ENDED = (State.FINISHED, State.ACCOUNTED)
WHOLE = 100


@opening(to=State.REGISTERED, title=_("register a task"))
def register_task(
    *,
    by: Actor,
    title: str,
    result: str,
    source: SupervisedTask.Source,
    issuer: str,
    issued_on: date | None = None,
    reference: str = "",
    kind: Hazard.Kind | None = None,
    industry: str = "",
    campaign: Campaign | None = None,
    due_on: date | None = None,
    territory: str = "",
    card: BypassCard | None = None,
) -> SupervisedTask:
    """Something that is wanted from above, or that a bypass card gave reason for. It says what counts as done, so that
    nobody has to argue about it later."""
    for name, text in (("title", title), ("result", result), ("issuer", issuer)):
        if not text.strip():
            raise Invalid(_("what is to be done, what counts as done and who issued it are needed"), field=name)
    return SupervisedTask(
        title=title.strip(),
        result=result.strip(),
        source=source,
        issuer=issuer.strip(),
        issued_on=issued_on or timezone.localdate(clock.now()),
        reference=reference.strip(),
        kind=kind or "",
        industry=industry.strip().upper(),
        campaign=campaign,
        due_on=due_on,
        first_due_on=due_on,
        territory=territory or (card.territory if card else getattr(by, "territory", "")),
        origin=card.number if card else "",
        origin_id=card.pk if card else None,
    )


@opening(to=State.DECOMPOSED, title=_("split off a part"))
def split_off(*, by: Actor, parent: SupervisedTask, title: str) -> SupervisedTask:
    """A part of a task, with the task's own source, issuer and date; it is assigned by itself."""
    return SupervisedTask(
        title=title,
        result=parent.result,
        source=parent.source,
        issuer=parent.issuer,
        issued_on=parent.issued_on,
        reference=parent.reference,
        kind=parent.kind,
        industry=parent.industry,
        campaign=parent.campaign,
        parent=parent,
        due_on=parent.due_on,
        first_due_on=parent.due_on,
        territory=parent.territory,
        exercise=parent.exercise,
    )


@transition(State.REGISTERED, to=State.DECOMPOSED, title=_("break down"))
def decompose(task: SupervisedTask, *, by: Actor, text: str = "") -> dict[str, object]:
    """Each line of the text becomes a part that is assigned by itself; without a line the task stays whole. The matrix
    of duties proposes who leads."""
    titles = [line.strip() for line in text.splitlines() if line.strip()]
    parts = [split_off(by=WORK, parent=task, title=title[:200]) for title in titles]
    if task.lead is None:
        task.lead = queries.unit_for(task.kind, task.industry, task.territory)
    return {"parts": [part.number for part in parts]}


@transition(State.DECOMPOSED, to=State.ASSIGNED, title=pgettext_lazy("supervision", "assign"))
def assign_task(
    task: SupervisedTask,
    *,
    by: Actor,
    lead: Organisation | None = None,
    due_on: date | None = None,
    supports: list[Organisation] | None = None,
) -> dict[str, Any]:
    """To a lead unit (the one that the duty matrix proposes, unless another is named) with a date; others support it.
    Where another than the proposed one is named, the log says so."""
    proposed = queries.unit_for(task.kind, task.industry, task.territory)
    chosen = lead or task.lead or proposed
    if chosen is None:
        raise Invalid(_("name the lead unit; the duty matrix has none for this"), field="lead")
    final = due_on or task.due_on
    if final is None:
        raise Invalid(_("no task goes out without a date"), field="due_on")
    if final < timezone.localdate(clock.now()):
        raise Invalid(_("the date has passed already"), field="due_on")
    task.lead, task.due_on, task.first_due_on = chosen, final, final
    if supports is not None:
        task.supports.set(unit for unit in supports if unit.pk != chosen.pk)
    return {"proposed": proposed.name if proposed and proposed.pk != chosen.pk else ""}


@transition(State.ASSIGNED, State.SIGNED, State.EXECUTING, title=_("add a supporting unit"))
def add_support(task: SupervisedTask, *, by: Actor, unit: Organisation) -> None:
    """One more unit helps; the lead unit stays answerable."""
    if unit.pk == task.lead_id:
        raise Refused(_("%(unit)s leads it already"), unit=unit.name)
    task.supports.add(unit)


@transition(State.ASSIGNED, to=State.SIGNED, title=_("sign for it"))
def sign_task(task: SupervisedTask, *, by: Actor) -> None:
    """The lead unit has it in hand."""
    _require_lead(task, by)


@transition(State.SIGNED, to=State.EXECUTING, title=_("first feedback"))
def feed_back_first(task: SupervisedTask, *, by: Actor, plan: str) -> None:
    """How and by whom it will be done; for an instruction within a day."""
    _require_lead(task, by)
    if not plan.strip():
        raise Invalid(_("write how it will be done, and by whom"), field="plan")
    task.plan = plan.strip()


@transition(State.EXECUTING, title=_("report progress"))
def report_on_task(task: SupervisedTask, *, by: Actor, percent: int, note: str = "") -> None:
    """How far it has got (per cent)."""
    _require_lead(task, by)
    if not 0 <= percent <= WHOLE:
        raise Invalid(_("from 0 to 100 per cent"), field="percent")
    task.percent = percent


@transition(State.EXECUTING, to=State.REPORTED, title=_("report it done"))
def report_done(task: SupervisedTask, *, by: Actor, report: str) -> None:
    """What was reached, measured against what counts as done. Not while a part of it is open."""
    _require_lead(task, by)
    if not report.strip():
        raise Invalid(_("say what was reached: %(result)s"), field="report", result=task.result)
    unfinished = SupervisedTask.objects.filter(parent=task).exclude(state__in=ENDED).count()
    if unfinished:
        raise Refused(_("%(count)d of its parts are open"), count=unfinished, code="parts_open")
    task.report, task.reported_at, task.percent = report.strip(), clock.now(), WHOLE


@transition(State.REPORTED, to=State.REVIEWED, title=_("review"))
def review_report(task: SupervisedTask, *, by: Actor, opinion: str) -> None:
    """Somebody other than who reported it holds the report against what counts as done."""
    if had_hand_in(task, by, ("report_done",)):
        raise Refused(_("who reported it does not review it"), code="own_work")
    if not opinion.strip():
        raise Invalid(_("write your opinion"), field="opinion")
    task.opinion = opinion.strip()


@transition(State.REPORTED, State.REVIEWED, to=State.EXECUTING, title=_("send the report back"))
def return_report(task: SupervisedTask, *, by: Actor, reason: str) -> None:
    """It is not done; what is missing."""
    if not reason.strip():
        raise Invalid(_("say what is missing"), field="reason")
    task.returned += 1
    task.reported_at = None


@transition(State.REVIEWED, to=State.FINISHED, title=_("finished"))
def conclude_finished(task: SupervisedTask, *, by: Actor) -> None:
    """It is done, and off the list."""
    task.concluded_at = clock.now()


@transition(State.REVIEWED, State.EXECUTING, to=State.UNFINISHED, title=_("not finished"), grave=True)
def conclude_unfinished(task: SupervisedTask, *, by: Actor, reason: str) -> None:
    """It was not done in its term, and somebody has to account for it."""
    if not reason.strip():
        raise Invalid(_("say what was not done"), field="reason")
    task.concluded_at = clock.now()


@transition(State.UNFINISHED, to=State.ACCOUNTED, title=_("account for it"))
def account_for(task: SupervisedTask, *, by: Actor, consequence: str) -> None:
    """What followed: points, a letter, a talk, a transfer; and who does the work now."""
    if not consequence.strip():
        raise Invalid(_("say what followed from it"), field="consequence")
    task.consequence = consequence.strip()


def _require_lead(task: SupervisedTask, by: Actor) -> None:
    """Refused unless the actor belongs to the lead unit, if they belong to any."""
    if not speaks_for(account_of(by), task.lead_id):
        raise Refused(_("%(unit)s leads it"), unit=str(task.lead), code="other_unit")
