"""Opening, joining, grading, noting and closing: each guard refuses what it should, the log tells what moved."""

from datetime import UTC, datetime, timedelta

import pytest

from anshu.access.policy import Robot
from anshu.domains.incidents import queries, tasks, transitions
from anshu.domains.incidents.models import Incident, Task
from anshu.domains.places.models import Area
from anshu.domains.warnings.models import Alarm, CallOut
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
WORK = Robot("work")
CALL = {"title": "积水", "level": "3", "kind": "waterlogging_point"}


def code(wanted):
    return lambda error: error.code == wanted


def change_of(record, verb="", state=""):
    return Change(id=0, verb=verb, subject=record._meta.label_lower, subject_id=record.pk, to_state=state)


def test_only_a_confirmed_alarm_opens_and_only_once(district, alarm_like):
    raised = alarm_like(state="raised")
    with pytest.raises(Refused, check=code("not_confirmed")):
        transitions.open_from_alarm(by=WORK, alarm=raised)
    transitions.open_from_alarm(by=WORK, alarm=district.alarm)
    with pytest.raises(Refused, check=code("has_incident")):
        transitions.open_from_alarm(by=WORK, alarm=district.alarm)
    tasks.open_or_absorb(change_of(district.alarm))  # the same news twice changes nothing
    assert Incident.objects.count() == 1


def test_further_alarms_of_the_object_are_absorbed_and_raise_the_level(district, alarm_like):
    tasks.open_or_absorb(change_of(district.alarm))
    incident = Incident.objects.get()
    tasks.open_or_absorb(change_of(alarm_like(level="1")))
    near = alarm_like(site=None, lon=district.lon + 0.001)
    Incident.objects.update(kind="road_water_depth")
    tasks.open_or_absorb(change_of(near))
    incident.refresh_from_db()
    assert Incident.objects.count() == 1 and incident.level == "1"
    assert Alarm.objects.filter(incident_id=incident.pk).count() == 3


@pytest.mark.parametrize(
    "apart", [{"lon": 114.2}, {"sensed_at": datetime(2026, 6, 12, 16, tzinfo=UTC)}, {"exercise": True}]
)
def test_alarms_far_late_or_of_an_exercise_are_not_absorbed(district, alarm_like, apart):
    incident = transitions.open_from_alarm(by=WORK, alarm=alarm_like(site=None))
    other = alarm_like(site=None, **apart)
    assert queries.incident_for(other) is None
    with pytest.raises(Refused, check=code("unrelated")):
        transitions.absorb(incident, by=WORK, alarm=other)


def test_an_alarm_that_climbs_or_returns_reopens_what_was_over(district, time):
    incident = transitions.open_from_alarm(by=WORK, alarm=district.alarm)
    Alarm.objects.update(recovered_at=time.now())
    tasks.note_recovery(change_of(district.alarm))
    incident.refresh_from_db()
    assert incident.cleared_at is not None
    Alarm.objects.update(recovered_at=None, level="1")
    tasks.follow_level(change_of(district.alarm))
    incident.refresh_from_db()
    assert (incident.cleared_at, incident.level) == (None, "1")
    rows = Change.objects.filter(subject_id=incident.pk).count()
    tasks.follow_level(change_of(district.alarm))
    assert Change.objects.filter(subject_id=incident.pk).count() == rows


def test_cleared_only_by_the_last_alarm(district, alarm_like, time):
    incident = transitions.open_from_alarm(by=WORK, alarm=district.alarm)
    second = alarm_like()
    transitions.absorb(incident, by=WORK, alarm=second)
    for alarm, cleared in ((district.alarm, False), (second, True)):
        Alarm.objects.filter(pk=alarm.pk).update(recovered_at=time.now())
        tasks.note_recovery(change_of(alarm))
        incident.refresh_from_db()
        assert (incident.cleared_at is not None) is cleared


def test_answered_call_is_the_answer_link(district):
    incident = transitions.open_from_alarm(by=WORK, alarm=district.alarm)
    transitions.dispatch(incident, by=district.officer)
    call_out = CallOut.objects.create(
        cause="warnings.alarm",
        cause_id=district.alarm.pk,
        level="2",
        place="x",
        action="x",
        message="x",
        state="answered",
    )
    tasks.note_answer(change_of(call_out, state="calling"))
    incident.refresh_from_db()
    assert incident.answered_at is None
    tasks.note_answer(change_of(call_out, state="answered"))
    incident.refresh_from_db()
    assert incident.answered_at is not None


def test_a_report_like_an_open_incident_is_refused_and_names_it(district):
    first = transitions.report_incident(by=district.officer, site=district.site, **CALL)
    with pytest.raises(Refused, check=code("likely_duplicate")) as refusal:
        transitions.report_incident(by=district.officer, lon=district.lon + 0.001, lat=district.lat, **CALL)
    assert first.number in str(refusal.value)
    with pytest.raises(Refused, check=code("likely_duplicate")):
        transitions.report_incident(by=district.officer, place=first.place, **CALL)
    for different in ({"lon": 114.2, "lat": district.lat}, {"place": "别处"}):
        transitions.report_incident(by=district.officer, territory="440303", **different, **CALL)
    transitions.report_incident(by=district.officer, site=district.site, different=True, **CALL)
    assert Incident.objects.count() == 4


def test_personal_data_of_the_caller_is_sealed_and_masked_in_the_log(district):
    incident = transitions.report_incident(
        by=district.officer, site=district.site, caller="张三丰", caller_phone="13812341234", **CALL
    )
    details = Change.objects.get(verb="incidents.report_incident").details
    assert details["caller_phone"] == "138****1234" and "三丰" not in str(details)
    assert Incident.objects.get(pk=incident.pk).caller_phone == "13812341234"


def test_the_area_is_found_from_site_outline_or_reporter(district):
    ring = [[114.19, 22.5], [114.21, 22.5], [114.21, 22.6], [114.19, 22.6], [114.19, 22.5]]
    Area.objects.create(
        number="440303002",
        name="x",
        level="street",
        outline={"type": "Polygon", "coordinates": [ring]},
        territory="440303002",
    )
    by_place = transitions.report_incident(by=district.officer, lon=114.2, lat=22.55, **CALL)
    by_reporter = transitions.report_incident(by=district.street, place="不详", **CALL)
    assert (by_place.territory, by_reporter.territory) == ("440303002", "440303001")
    with pytest.raises(Forbidden):
        transitions.report_incident(by=district.street, lon=114.2, lat=22.55, different=True, **CALL)
    with pytest.raises(Invalid, check=lambda error: error.field == "territory"):
        transitions.report_incident(by=WORK, place="不知道", **CALL)


def test_first_report_is_owed_for_grave_incidents_and_accidents(district):
    mild = transitions.report_incident(by=district.officer, site=district.site, **CALL)
    assert clocks.running(mild, "first_report") is None
    accident = transitions.report_incident(
        by=district.officer, site=district.site, different=True, category="accident", **CALL
    )
    running = clocks.running(accident, "first_report")
    assert running is not None and running.due_at - accident.received_at == timedelta(minutes=30)
    transitions.grade(mild, by=district.officer, level="1")
    assert clocks.running(mild, "written_report") is not None
    with pytest.raises(Refused, check=code("lowering_needs_reason")):
        transitions.grade(mild, by=district.officer, level="4")


def test_merging_moves_the_work_and_refuses_rings(district, alarm_like):
    one = transitions.open_from_alarm(by=WORK, alarm=district.alarm)
    two = transitions.report_incident(by=district.officer, site=district.site, different=True, title="又报", level="3")
    three = transitions.report_incident(
        by=district.officer, site=district.site, different=True, title="三报", level="1"
    )
    transitions.dispatch(one, by=district.officer)
    order = transitions.instruct(by=district.mayor, incident=one, words="x", organisation=district.office)
    with pytest.raises(Refused, check=code("itself")):
        transitions.merge(one, by=district.officer, into=one)
    transitions.merge(one, by=district.officer, into=two)
    two.refresh_from_db()
    order.refresh_from_db()
    assert (one.state, two.state, two.level, order.incident) == ("merged", "dispatched", "2", two)
    assert Task.objects.get().incident == two and Alarm.objects.get().incident_id == two.pk
    moved = Change.objects.get(verb="incidents.take_in").details["moved"]
    assert [len(moved[name]) for name in ("tasks", "alarms", "instructions")] == [1, 1, 1]
    with pytest.raises(Refused, check=code("cycle")):
        transitions.merge(two, by=district.officer, into=one)
    transitions.merge(two, by=district.officer, into=three)
    assert set(queries.family(three)) == {one.pk, two.pk, three.pk}
    assert "incidents.open_from_alarm" in {row["verb"] for row in queries.timeline(three)}
    assert clocks.running(one, "first_report") is None


def test_a_split_gets_its_own_record_and_clock(district):
    whole = transitions.open_from_alarm(by=WORK, alarm=district.alarm)
    transitions.split(whole, by=district.officer, title="另一处积水", lon=district.lon + 0.01, lat=district.lat)
    part = Incident.objects.get(source="split")
    assert (part.split_from, part.state, part.sensed_at, part.level) == (whole, "opened", whole.sensed_at, whole.level)
    assert clocks.running(part) is not None


@pytest.mark.parametrize(
    ("line", "text", "hour"),
    [
        ("14:05 水泵到位", "水泵到位", datetime(2026, 6, 11, 6, 5, tzinfo=UTC)),  # yesterday: it is 00:40 now
        ("00:31 水到车门", "水到车门", datetime(2026, 6, 11, 16, 31, tzinfo=UTC)),
        ("水泵到位", "水泵到位", None),
        ("25:00 x", "25:00 x", None),
    ],
)
def test_a_note_may_name_its_own_hour(district, line, text, hour):
    incident = transitions.open_from_alarm(by=WORK, alarm=district.alarm)
    transitions.note(incident, by=district.street, text=line)
    row = next(row for row in queries.timeline(incident) if row["verb"] == "incidents.note")
    assert (row["details"]["text"], row["at"]) == (text, hour or row["written_at"])
    with pytest.raises(Invalid):
        transitions.note(incident, by=district.street, text="  ")
    with pytest.raises(Forbidden):
        transitions.note(incident, by=district.stranger, text="x")


def test_casualties_are_set_one_by_one_and_fall_only_with_a_reason(district):
    incident = transitions.open_from_alarm(by=WORK, alarm=district.alarm)
    transitions.set_casualties(incident, by=district.officer, missing=2, trapped=3)
    with pytest.raises(Refused, check=code("fall_needs_reason")):
        transitions.set_casualties(incident, by=district.officer, missing=0)
    with pytest.raises(Invalid):
        transitions.set_casualties(incident, by=district.officer)
    with pytest.raises(Invalid):
        transitions.set_casualties(incident, by=district.officer, injured=-1)
    transitions.set_casualties(incident, by=district.officer, missing=0, reason="均已找到")
    assert (incident.missing, incident.trapped, incident.dead) == (0, 3, 0)


def test_closing_without_sending_anybody_needs_a_reason(district):
    incident = transitions.report_incident(by=district.officer, site=district.site, **CALL)
    with pytest.raises(Refused, check=code("close_needs_reason")):
        transitions.close(incident, by=district.officer)
    transitions.close(incident, by=district.officer, reason="误报电话")
    assert incident.cleared_at is not None


def test_exercise_is_inherited_by_everything(district, alarm_like):
    incident = transitions.open_from_alarm(by=WORK, alarm=alarm_like(exercise=True))
    transitions.dispatch(incident, by=district.officer)
    draft = transitions.draft_first(by=district.officer, incident=incident)
    order = transitions.instruct(by=district.mayor, incident=incident, words="x", organisation=district.office)
    assert all(record.exercise for record in (incident, Task.objects.get(), draft, order))
    assert all(Change.objects.filter(subject__startswith="incidents.").values_list("exercise", flat=True))


def test_what_is_owed_upward_goes_up_before_the_incident_is_closed(district):
    told = {"title": "塌方", "level": "2", "place": "文锦路", "territory": "440303001"}
    incident = transitions.report_incident(by=district.officer, **told)
    Incident.objects.filter(pk=incident.pk).update(state="handled")
    with pytest.raises(Refused, check=code("not_done")):
        transitions.close(incident, by=district.officer)
    incident.refresh_from_db()
    assert queries.obstacles(incident).report_owed
    report = transitions.draft_first(by=district.officer, incident=incident)
    transitions.sign_report(report, by=district.leader)
    transitions.send_report(report, by=district.officer, channel="fax")
    transitions.close(incident, by=district.officer)
    assert incident.state == "closed"
