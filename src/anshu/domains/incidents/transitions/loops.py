"""The four loops of this domain: who owns each state and how long it may last, and the clocks beside the states."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from anshu.access.models import Account
from anshu.domains.incidents.models import Incident, Instruction, Report, Task
from anshu.domains.people.queries import units_of
from anshu.domains.warnings.models import Level
from anshu.workflow import clocks
from anshu.workflow.loop import Limit, Loop, declare

OPEN = (Incident.State.OPENED, Incident.State.DISPATCHED, Incident.State.HANDLING, Incident.State.HANDLED)


def colour(record: Any) -> str:
    """The variant of a limit that depends on the level: red, orange, yellow or blue."""
    return Level(record.level).name.lower()


def _from(_record: Any) -> str:
    """Report clocks are mappings: the span stands under `limit`."""
    return "limit"


INCIDENT_LOOP = declare(
    Loop(
        Incident,
        title=_("incident"),
        owner={
            Incident.State.OPENED: _("duty officer"),
            Incident.State.DISPATCHED: _("units sent"),
            Incident.State.HANDLING: _("units on the scene"),
            Incident.State.HANDLED: _("duty officer"),
        },
        limit={
            Incident.State.OPENED: Limit(
                "sense_loop_limits/dispatch", expired="incidents.dispatch_by_rule", asks="dispatch"
            ),
            Incident.State.DISPATCHED: Limit("sense_loop_limits/handle"),
            Incident.State.HANDLING: Limit("sense_loop_limits/incident.clear", colour),
            Incident.State.HANDLED: Limit("sense_loop_limits/incident.close", asks="close"),
        },
        ends=frozenset({Incident.State.CLOSED, Incident.State.MERGED}),
    )
)


def _tasks_of(account: Account) -> Callable[[Task], bool]:
    """What a unit does is in the hands of its own people; what was done, in those of whoever may verify it."""
    units = units_of(account)

    def mine(task: Task) -> bool:
        theirs = {task.organisation_id, task.team.organisation_id if task.team else None}
        return task.state == Task.State.FINISHED or task.handler_id == account.pk or bool(units & theirs)

    return mine


TASK_LOOP = declare(
    Loop(
        Task,
        title=_("task"),
        owner={
            Task.State.ASSIGNED: _("unit"),
            Task.State.SIGNED: _("unit"),
            Task.State.MOVING: _("unit"),
            Task.State.ON_SCENE: _("unit"),
            Task.State.FINISHED: _("duty officer"),
        },
        limit={
            Task.State.ASSIGNED: Limit("sense_loop_limits/sign", colour, asks="sign_for"),
            Task.State.SIGNED: Limit("sense_loop_limits/task.depart", colour, asks="depart"),
            Task.State.MOVING: Limit("sense_loop_limits/handle", asks="arrive"),
            Task.State.ON_SCENE: Limit("sense_loop_limits/task.finish", colour, asks="finish"),
            Task.State.FINISHED: Limit("sense_loop_limits/incident.verify", asks="verify"),
        },
        ends=frozenset({Task.State.VERIFIED, Task.State.RETURNED, Task.State.STOOD_DOWN}),
        mine=_tasks_of,
    )
)

REPORT_LOOP = declare(
    Loop(
        Report,
        title=_("report"),
        owner={Report.State.DRAFT: _("duty leader"), Report.State.SIGNED: _("duty officer")},
        limit={
            Report.State.DRAFT: Limit("report_clocks/sign_off", asks="sign_report"),
            Report.State.SIGNED: Limit("report_clocks/send", asks="send_report"),
        },
        ends=frozenset({Report.State.SENT, Report.State.VOID}),
    )
)

INSTRUCTION_LOOP = declare(
    Loop(
        Instruction,
        title=_("instruction"),
        owner={
            Instruction.State.RECEIVED: _("duty officer"),
            Instruction.State.RELAYED: _("unit"),
            Instruction.State.SIGNED: _("unit"),
            Instruction.State.FED_BACK: _("duty officer"),
        },
        limit={
            Instruction.State.RECEIVED: Limit("sense_loop_limits/incident.relay_instruction", asks="relay"),
            Instruction.State.RELAYED: Limit("sense_loop_limits/sign", asks="acknowledge_instruction"),
            Instruction.State.SIGNED: Limit(
                "sense_loop_limits/instruction.first_feedback",
                start=lambda instruction: instruction.given_at,
                asks="feed_back",
            ),
            Instruction.State.FED_BACK: Limit("sense_loop_limits/instruction.close", asks="close_instruction"),
        },
        ends=frozenset({Instruction.State.CLOSED}),
    )
)


def _told_at(incident: Incident) -> Any:
    """The hour from which reports upward are counted: when the bureau was told."""
    return incident.received_at or incident.created_at


FIRST_REPORT = Limit("report_clocks/first_by_phone", _from, start=_told_at, asks="report_by_phone")
WRITTEN_REPORT = Limit("report_clocks/first_in_writing", _from, start=_told_at, asks="draft_first")
FOLLOW_UP = Limit("report_clocks/follow_up.serious", _from, asks="draft_follow_up")
DAILY_FOLLOW_UP = Limit("report_clocks/follow_up.daily", _from, asks="draft_follow_up")
FINAL_REPORT = Limit("report_clocks/final", _from, asks="draft_final")
UNDISPATCHED = Limit("sense_loop_limits/incident.undispatched", asks="dispatch")

clocks.EXTRA.update(
    first_report=FIRST_REPORT,
    written_report=WRITTEN_REPORT,
    follow_up=FOLLOW_UP,
    daily_follow_up=DAILY_FOLLOW_UP,
    final_report=FINAL_REPORT,
    undispatched=UNDISPATCHED,
)


def report_owed(incident: Incident) -> bool:
    """Whether a first report must go up at once: orange and red, and every accident."""
    return incident.level <= Level.ORANGE or incident.category == Incident.Category.ACCIDENT


def start_report_clocks(incident: Incident) -> None:
    """Start what the first report owes, unless it has gone already or none is owed."""
    if incident.reported_at is None and report_owed(incident):
        clocks.start(incident, "first_report", FIRST_REPORT)
        clocks.start(incident, "written_report", WRITTEN_REPORT)


def stop_report_clocks(incident: Incident, *names: str) -> None:
    """Stop clocks of reports that have gone or that another incident owes from now on."""
    for name in names or ("first_report", "written_report", "follow_up", "daily_follow_up", "final_report"):
        clocks.stop(incident, name)
