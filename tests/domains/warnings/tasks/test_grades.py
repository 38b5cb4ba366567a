"""Alarms and weather count towards the living grade: once each, and for those they concern."""

from types import SimpleNamespace

import pytest
from regulated import street, time

from anshu.domains.devices.models import Channel, Device
from anshu.domains.enterprises.models import Asset, Enterprise, GradeEvent
from anshu.domains.enterprises.tasks import keep_grades
from anshu.domains.warnings.models import Alarm, Rule, Warning
from anshu.domains.warnings.tasks.grades import count_alarm, count_weather, end_weather
from anshu.kernel import clock
from anshu.workflow.models import Change

__all__ = ["street", "time"]
pytestmark = pytest.mark.django_db


def heard(record):
    """A change about a record, as a reaction gets it."""
    return SimpleNamespace(subject=record._meta.label_lower, subject_id=record.pk)


@pytest.fixture
def alarm(street):
    here = {"territory": street.firm.territory, "lon": street.lon, "lat": street.lat}
    device = Device.objects.create(number="D", name="气体探头", kind="gas", site=street.site, **here)
    channel = Channel.objects.create(
        number="D.lel", name="LEL", device=device, quantity="road_water_depth", unit="m", **here
    )
    rule = Rule.objects.create(number="R", name="可燃气体", quantity="road_water_depth", steps=[], **here)
    return Alarm.objects.create(
        rule=rule,
        channel=channel,
        site=street.site,
        sensed_at=clock.now(),
        raised_at=clock.now(),
        level="2",
        highest="2",
        value=0.3,
        peak=0.3,
        title="可燃气体 30 %LEL",
        state="confirmed",
        why={},
        **here,
    )


def warning(**more):
    details = {
        "identifier": "1",
        "issuer": "区气象台",
        "hazard": "台风",
        "level": "2",
        "headline": "台风橙色预警",
        "text": "x",
        "sent_at": clock.now(),
        "door": "folder",
        "territory": "440307",
        "state": "in_force",
    } | more
    return Warning.objects.create(**details)


def test_a_confirmed_alarm_counts_once(street, alarm):
    for _again in range(2):
        count_alarm(heard(alarm))
    event = GradeEvent.objects.get()
    assert (event.kind, event.enterprise, event.lasts, event.began_at) == ("alarm", street.firm, False, alarm.raised_at)
    assert Enterprise.objects.get().grade_points == 8


@pytest.mark.parametrize("change", [{"state": "rejected"}, {"exercise": True}, {"site": None}])
def test_other_alarms_count_nothing(alarm, change):
    Alarm.objects.update(**change)
    count_alarm(heard(alarm))
    assert not GradeEvent.objects.exists()


def test_weather_counts_for_those_it_endangers(street):
    Asset.objects.create(enterprise=street.firm, number="A", kind="tank", name="储罐")
    Enterprise.objects.create(number="QY-2", name="文具店", territory=street.firm.territory)
    far = Enterprise.objects.create(number="QY-3", name="远处油库", territory="440308001")
    Asset.objects.create(enterprise=far, number="B", kind="tank", name="储罐")
    typhoon = warning()
    for _again in range(2):
        count_weather(heard(typhoon))
    assert list(GradeEvent.objects.values_list("enterprise__number", "kind")) == [("QY-1", "weather")]
    assert Change.objects.filter(verb="enterprises.note_weather").count() == 1
    assert keep_grades() is False
    assert Enterprise.objects.get(number="QY-1").grade_points == 6
    Warning.objects.update(state="lifted")
    end_weather(heard(typhoon))
    assert GradeEvent.objects.get().ended_at is not None
    assert Enterprise.objects.get(number="QY-1").graded_at is None  # looked at again at the next round


@pytest.mark.parametrize("more", [{"level": "3"}, {"state": "received"}, {"exercise": True}, {"level": ""}])
def test_mild_unread_or_practised_weather_counts_nothing(street, more):
    Asset.objects.create(enterprise=street.firm, number="A", kind="tank", name="储罐")
    count_weather(heard(warning(**more)))
    assert not GradeEvent.objects.exists()


def test_weather_that_goes_on_is_not_ended(street):
    Asset.objects.create(enterprise=street.firm, number="A", kind="tank", name="储罐")
    typhoon = warning()
    count_weather(heard(typhoon))
    end_weather(heard(typhoon))
    assert GradeEvent.objects.get().ended_at is None
