"""A task from the order to the check: signed for, under way, on the scene, finished, verified; or returned."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.incidents.models import Incident, Task
from anshu.domains.incidents.transitions.dispatch import note_arrival, note_end, note_link, reroute, resume
from anshu.domains.incidents.transitions.loops import OPEN
from anshu.kernel.errors import Invalid, Refused
from anshu.kernel.geometry import Position
from anshu.ledger.attachments import require_kept
from anshu.workflow import log, rules
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import transition

IN_FIELD = (Task.State.ASSIGNED, Task.State.SIGNED, Task.State.MOVING, Task.State.ON_SCENE)
HANDLING_VERBS = ("sign_for", "depart", "arrive", "progress", "finish")


@transition(Task.State.ASSIGNED, to=Task.State.SIGNED, title=_("sign for"), key="s")
def sign_for(task: Task, *, by: Actor) -> None:
    """The unit has the order and takes it; who signs is the handler. The first signature answers the incident."""
    task.handler = account_of(by)
    note_link(task.incident, "answered_at", task)


@transition(Task.State.ASSIGNED, Task.State.SIGNED, to=Task.State.RETURNED, title=_("return"), grave=True)
def return_task(task: Task, *, by: Actor, reason: str) -> None:
    """Not ours, or we cannot: kept with its reason, and the next candidate is sent at once."""
    if not reason.strip():
        raise Invalid(_("say why the task is returned"), field="reason")
    task.explanation = task.explanation | {"return_reason": reason, "returned_by": by.name}
    # The row must read as returned before the next candidate is looked for; the decorator's own save follows.
    Task.objects.filter(pk=task.pk).update(state=Task.State.RETURNED, explanation=task.explanation)
    if Incident.objects.get(pk=task.incident_id).state in OPEN:
        reroute(task.incident, by=WORK, task=task, reason=reason)


@transition(Task.State.SIGNED, to=Task.State.MOVING, title=_("set out"))
def depart(task: Task, *, by: Actor) -> None:
    """The crew has left for the place."""
    note_link(task.incident, "departed_at", task)


@transition(Task.State.SIGNED, Task.State.MOVING, to=Task.State.ON_SCENE, title=_("arrive"))
def arrive(
    task: Task, *, by: Actor, lon: float | None = None, lat: float | None = None, reason: str = ""
) -> dict[str, Any]:
    """On the scene, checked by position (WGS-84): without one, or farther than the rule allows, a reason is needed."""
    away_m = _away_m(task.incident, lon, lat)
    rule = rules.at("sense_loop_limits/task.arrival_m")
    if not reason.strip() and away_m is None and task.incident.position is not None:
        raise Refused(_("an arrival needs a position, or a reason why there is none"), code="no_position")
    if not reason.strip() and away_m is not None and away_m > rule.number():
        raise Refused(
            _("the position is %(away)d m from the incident, more than %(most)d m; give a reason"),
            away=away_m,
            most=rule.number(),
            code="too_far",
        )
    note_link(task.incident, "departed_at", task)
    note_arrival(task.incident, task)
    return {"away_m": None if away_m is None else round(away_m)}


def _away_m(incident: Incident, lon: float | None, lat: float | None) -> float | None:
    if lon is None or lat is None or incident.position is None:
        return None
    return incident.position.distance_m(Position(lon, lat))


@transition(Task.State.SIGNED, Task.State.MOVING, Task.State.ON_SCENE, title=_("report progress"))
def progress(task: Task, *, by: Actor, note: str, evidence: list[str] | None = None) -> None:
    """What has been done so far, in words and photos."""
    if not note.strip() and not evidence:
        raise Invalid(_("write a line or add a photo"), field="note")
    require_kept(task, evidence)


@transition(Task.State.ON_SCENE, to=Task.State.FINISHED, title=_("finish"))
def finish(task: Task, *, by: Actor, result: str, evidence: list[str] | None = None) -> None:
    """Done, in the unit's own words; somebody else will check."""
    if not result.strip():
        raise Invalid(_("say what was done"), field="result")
    require_kept(task, evidence)
    task.result = result.strip()
    note_end(task.incident, [task.pk])


@transition(Task.State.FINISHED, to=Task.State.VERIFIED, title=_("verify"), key="v")
def verify(task: Task, *, by: Actor) -> None:
    """The work is good. Who verifies had no part in doing it."""
    _refuse_own_work(task, by)


@transition(Task.State.FINISHED, to=Task.State.ON_SCENE, title=_("not good enough"))
def redo(task: Task, *, by: Actor, reason: str) -> None:
    """Send the unit back to it, saying what is missing."""
    _refuse_own_work(task, by)
    if not reason.strip():
        raise Invalid(_("say what is missing"), field="reason")
    if Incident.objects.get(pk=task.incident_id).state in (Incident.State.OPENED, Incident.State.HANDLED):
        resume(task.incident, by=WORK, task=task)


def _refuse_own_work(task: Task, by: Actor) -> None:
    if account_of(by) is None:
        raise Refused(_("work is checked by a person"), code="needs_person")
    if task.handler == account_of(by) or log.had_hand_in(task, by, HANDLING_VERBS):
        raise Refused(_("who verifies must not be the one who did it"), code="own_work")


@transition(IN_FIELD, to=Task.State.STOOD_DOWN, title=_("stand down"), grave=True)
def stand_down(task: Task, *, by: Actor, reason: str) -> None:
    """No longer needed; the unit goes home."""
    if not reason.strip():
        raise Invalid(_("say why"), field="reason")
    note_end(task.incident, [task.pk])
