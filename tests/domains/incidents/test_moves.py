"""Every arrow of the four loops works from every state it names; an arrow without a row here fails the first test."""

from types import SimpleNamespace

import pytest

from anshu.access.policy import Robot
from anshu.domains.incidents import transitions
from anshu.domains.incidents.models import Incident, Instruction, Report, Task
from anshu.kernel import clock
from anshu.workflow.clocks import WORK
from anshu.workflow.loop import LOOPS
from anshu.workflow.models import Change, Clock
from anshu.workflow.transitions import arrows_of

pytestmark = pytest.mark.django_db
MODELS = (Incident, Task, Report, Instruction)
SYSTEM = {
    "mark_cleared",
    "mark_reported",
    "reach_link",
    "reroute",
    "take_in",
    "complete",
    "resume",
    "follow_alarm",
    "dispatch_by_rule",
}

"""Verb → what it is given, from the scene."""
GIVEN = {
    "dispatch": lambda s: {"team": s.team},
    "reroute": lambda s: {"task": s.task, "reason": "x"},
    "reach_link": lambda s: {"link": "arrived_at", "cause": s.task},
    "resume": lambda s: {"task": s.task},
    "grade": lambda s: {"level": "1"},
    "locate": lambda s: {"lon": 114.13, "lat": 22.56},
    "set_casualties": lambda s: {"injured": 1},
    "note": lambda s: {"text": "x"},
    "mark_reported": lambda s: {"report": s.report},
    "close": lambda s: {"reason": "x"},
    "absorb": lambda s: {"alarm": s.alarm},
    "follow_alarm": lambda s: {"alarm": s.alarm},
    "merge": lambda s: {"into": s.other},
    "take_in": lambda s: {"other": s.other, "moved": {}},
    "split": lambda s: {"title": "x"},
    "report_by_phone": lambda s: {"told": "x"},
    "return_task": lambda s: {"reason": "x"},
    "arrive": lambda s: {"reason": "x"},
    "progress": lambda s: {"note": "x"},
    "finish": lambda s: {"result": "x"},
    "redo": lambda s: {"reason": "x"},
    "stand_down": lambda s: {"reason": "x"},
    "revise": lambda s: {"text": "x"},
    "void_report": lambda s: {"reason": "x"},
    "feed_back": lambda s: {"feedback": "x"},
    "ask_again": lambda s: {"reason": "x"},
    **dict.fromkeys(
        (
            "dispatch_by_rule",
            "complete",
            "mark_cleared",
            "sign_for",
            "depart",
            "verify",
            "sign_report",
            "send_report",
            "relay",
            "acknowledge_instruction",
            "close_instruction",
        ),
        lambda s: {},
    ),
}
MOVES = [
    (model, arrow, state) for model in MODELS for arrow in arrows_of(model).values() for state in sorted(arrow.sources)
]


def test_every_arrow_has_a_row():
    assert {arrow.verb for _model, arrow, _state in MOVES} == set(GIVEN)


@pytest.fixture
def scene(district, alarm_like):
    incident = transitions.report_incident(
        by=district.officer, site=district.site, title="x", level="2", different=True, kind="waterlogging_point"
    )
    task = transitions.assign(by=WORK, incident=incident, order_text="x", explanation={}, organisation=district.office)
    report = transitions.draft_first(by=district.officer, incident=incident)
    order = transitions.instruct(by=district.mayor, incident=incident, words="x", organisation=district.office)
    other = transitions.report_incident(by=district.officer, site=district.site, title="y", level="1", different=True)
    return SimpleNamespace(
        incident=incident,
        task=task,
        report=report,
        instruction=order,
        other=other,
        team=district.team,
        alarm=alarm_like(),
        second=district.second,
        leader=district.leader,
    )


@pytest.mark.parametrize(("model", "arrow", "state"), MOVES, ids=lambda part: getattr(part, "verb", str(part)))
def test_an_allowed_move_works_and_leaves_a_row_and_a_clock(scene, model, arrow, state):
    record = getattr(scene, model._meta.model_name)
    if arrow.verb in ("close", "complete"):
        Task.objects.update(state="verified")
        Instruction.objects.update(state="closed")
        Clock.objects.filter(name="written_report").update(stopped_at=clock.now())
    if arrow.verb == "dispatch_by_rule":
        Task.objects.update(state="stood_down")
    model.objects.filter(pk=record.pk).update(state=state)
    record.refresh_from_db()
    by = Robot("work") if arrow.verb in SYSTEM else scene.leader if arrow.verb == "sign_report" else scene.second
    getattr(transitions, arrow.verb)(record, by=by, **GIVEN[arrow.verb](scene))
    stored = model.objects.get(pk=record.pk)
    assert stored.state == (arrow.to or stored.state)
    row = Change.objects.filter(verb=arrow.code, subject_id=record.pk).latest("id")
    assert (row.from_state, row.to_state, row.actor) == (state, stored.state, by.name)
    if stored.state != state:
        running = Clock.objects.filter(subject_id=record.pk, name="state", stopped_at=None).exists()
        assert running is (stored.state not in LOOPS[model].ends)
