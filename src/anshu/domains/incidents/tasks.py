"""What incidents do when they hear of something below: alarms found true, climbing, recovering; calls answered."""

from anshu.domains.incidents import queries, transitions
from anshu.domains.incidents.models import Incident, Task
from anshu.domains.incidents.transitions.dispatch import note_link
from anshu.domains.incidents.transitions.loops import OPEN
from anshu.domains.warnings.models import Alarm, CallOut, Level
from anshu.domains.warnings.transitions.alarms import close_alarm
from anshu.domains.warnings.transitions.calls import open_call_out, stop_call_out
from anshu.kernel.errors import Refused
from anshu.workflow import rules
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Change


def open_or_absorb(change: Change) -> None:
    """An alarm was found true (`warnings.confirm`): the open incident it belongs to takes it in, else one is opened."""
    alarm = _alarm(change)
    if alarm is None or alarm.state != Alarm.State.CONFIRMED or alarm.incident_id is not None:
        return
    incident = queries.incident_for(alarm)
    if incident is None:
        transitions.open_from_alarm(by=WORK, alarm=alarm)
    else:
        transitions.absorb(incident, by=WORK, alarm=alarm)


def follow_level(change: Change) -> None:
    """An alarm changed level or stands again (`warnings.regrade`): its incident follows."""
    alarm = _alarm(change)
    incident = _incident_of(alarm)
    if alarm is None or incident is None or incident.state not in OPEN:
        return
    stands_again = alarm.recovered_at is None and incident.cleared_at is not None
    if alarm.level < incident.level or stands_again:
        transitions.follow_alarm(incident, by=WORK, alarm=alarm)


def note_recovery(change: Change) -> None:
    """An alarm recovered (`warnings.recover`) or was closed: after the last one, the danger is over."""
    alarm = _alarm(change)
    incident = _incident_of(alarm)
    if incident is None or incident.state not in OPEN or incident.cleared_at is not None:
        return
    if not queries.alarms_not_recovered(incident).exists():
        transitions.mark_cleared(incident, by=WORK, cause=alarm)


def call_for_task(change: Change) -> None:
    """A unit was sent (`incidents.assign`): for a grave incident it is called until somebody has heard."""
    rows = Task.objects.select_related("incident", "organisation")
    task = rows.filter(pk=change.subject_id).first() if change.subject_id else None
    if task is None or task.organisation is None or task.state != Task.State.ASSIGNED:
        return
    if Level(task.level).name.lower() not in rules.at("call_outs/warn_colours").items():
        return
    incident = task.incident
    words = {"level": task.level, "place": incident.place or incident.title, "action": task.order_text[:200]}
    try:
        open_call_out(by=WORK, cause=task, organisation=task.organisation, words=words)
    except Refused as refusal:
        if refusal.code != "duplicate":
            raise


def stop_calling(change: Change) -> None:
    """The unit has signed for the task, or it was taken back: nobody needs to be called for it any more."""
    if change.subject_id is None:
        return
    open_ones = (CallOut.State.CALLING, CallOut.State.UNANSWERED)
    for call_out in CallOut.objects.filter(cause_id=change.subject_id, state__in=open_ones):
        stop_call_out(call_out, by=WORK, reason=str(change.to_state))


def close_alarms(change: Change) -> None:
    """An incident was closed (`incidents.close`): so are the alarms that it dealt with."""
    for alarm in Alarm.objects.filter(
        incident_id=change.subject_id, state=Alarm.State.CONFIRMED, recovered_at__isnull=False
    ):
        close_alarm(alarm, by=WORK)


def note_answer(change: Change) -> None:
    """Somebody answered a call-out (any `warnings.*` verb) that an incident, its alarm or its task caused."""
    if change.subject != CallOut._meta.label_lower or change.to_state not in (
        CallOut.State.ANSWERED,
        CallOut.State.KNOCKED,
    ):
        return
    call_out = CallOut.objects.filter(pk=change.subject_id).first() if change.subject_id else None
    if call_out is None:
        return
    alarm = Alarm.objects.filter(pk=call_out.cause_id).first()
    task = Task.objects.filter(pk=call_out.cause_id).select_related("incident").first()
    incident = _incident_of(alarm) or (task.incident if task else Incident.objects.filter(pk=call_out.cause_id).first())
    if incident is not None:
        note_link(incident, "answered_at", call_out)


def _alarm(change: Change) -> Alarm | None:
    found: Alarm | None = Alarm.objects.filter(pk=change.subject_id).first() if change.subject_id else None
    return found if change.subject == Alarm._meta.label_lower else None


def _incident_of(alarm: Alarm | None) -> Incident | None:
    """The incident an alarm belongs to; a merger has moved the alarm to the one that is left."""
    return Incident.objects.filter(pk=alarm.incident_id).first() if alarm and alarm.incident_id else None
