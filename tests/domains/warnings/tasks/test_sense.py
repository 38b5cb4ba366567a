"""The sense step over a real store: what is derived from readings raises alarms, and a failure loses nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from anshu.domains.devices.models import Channel, Device
from anshu.domains.warnings.models import Alarm, Rule
from anshu.domains.warnings.tasks import sense as task
from anshu.domains.warnings.tasks.sense import Sense
from anshu.kernel import clock
from anshu.telemetry import Store, batch_of
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 6, 11, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(BEGIN) as standing:
        yield standing


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(task, "LOOK_FOR_RULES_S", 0.0)
    opened = Store.open(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def gauge(db: None) -> Channel:
    device = Device.objects.create(number="D1", name="雨量站", kind="gauge", territory="440303001")
    what = {"name": "雨量", "quantity": "rain", "unit": "mm", "territory": "440303001"}
    return Channel.objects.create(number="D1/rain", device=device, stale_after_s=0, **what)


def rule(judged: str, raise_at: float, **more: Any) -> Rule:
    steps = [{"level": 3, "raise": raise_at, "clear": raise_at * 0.8}]
    made = Rule(number=f"R-{judged}", name=judged, quantity="rain", judged=judged, steps=steps, **more)
    made.full_clean()
    made.save()
    return made


def feed(store: Store, sense: Sense, time: clock.FrozenTime, values: list[float]) -> None:
    """A value every five minutes, each taken in and judged as it comes."""
    slot = Channel.objects.get().slot
    for value in values:
        time.advance(minutes=5)
        now_ms = int(clock.now().timestamp() * 1000)
        store.append(batch_of([(slot, now_ms, value)]), (), door="test", received_ms=now_ms)
        while sense.turn():
            pass


def test_the_rain_of_an_hour_raises_an_alarm_that_no_single_reading_would(
    store: Store, gauge: Channel, time: clock.FrozenTime
) -> None:
    rule("value", 20)
    rule("sum", 20, window_min=60)
    sense = Sense(store)
    feed(store, sense, time, [3.0] * 6)
    assert not Alarm.objects.exists()
    feed(store, sense, time, [3.0])
    alarm = Alarm.objects.get()
    assert (alarm.rule.judged, alarm.value, alarm.unit, alarm.why["judged"]) == ("sum", 21.0, "mm", "sum")
    feed(store, sense, time, [0.0] * 12)
    alarm.refresh_from_db()
    assert alarm.recovered_at is not None


def test_each_thing_that_can_be_judged_is_judged(store: Store, gauge: Channel, time: clock.FrozenTime) -> None:
    for judged, raise_at in {"rate": 50, "unchanged": 900}.items():
        rule(judged, raise_at)
    for judged, raise_at in {"mean": 2, "highest": 9, "change": 7, "trend": 20}.items():
        rule(judged, raise_at, window_min=30)
    feed(store, Sense(store), time, [1.0, 1.0, 1.0, 1.0, 1.0, 10.0])
    told = {alarm.rule.judged: (alarm.peak, alarm.unit) for alarm in Alarm.objects.select_related("rule", "channel")}
    assert told == {
        "rate": (108.0, "mm/h"),
        "unchanged": (900.0, "s"),
        "mean": (2.5, "mm"),
        "highest": (10.0, "mm"),
        "change": (9.0, "mm"),
        "trend": (pytest.approx(21.6), "mm/h"),
    }


def test_silence_is_noticed_by_the_passing_of_time_alone(
    store: Store, gauge: Channel, time: clock.FrozenTime
) -> None:
    rule("silence", 1800)
    sense = Sense(store)
    feed(store, sense, time, [0.0])
    time.advance(minutes=29)
    sense.turn()
    assert not Alarm.objects.exists()
    time.advance(minutes=1)
    sense.turn()
    assert (Alarm.objects.get().value, Alarm.objects.get().unit) == (1800.0, "s")


def test_what_could_not_be_written_is_decided_again(
    store: Store, gauge: Channel, time: clock.FrozenTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule("sum", 20, window_min=60)
    sense = Sense(store)
    feed(store, sense, time, [4.0] * 4)

    def broken(**_details: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="full"):
        patch.setattr(task, "raise_alarm", broken)
        feed(store, sense, time, [4.0])
    assert not Alarm.objects.exists() and not Change.objects.filter(verb="warnings.raise_alarm").exists()
    while sense.turn():
        pass
    assert Alarm.objects.get().value == 20.0
    feed(store, sense, time, [4.0])
    assert Alarm.objects.count() == 1


@pytest.mark.parametrize("judged", ["sum", "mean", "lowest", "highest", "change", "trend"])
def test_a_window_has_a_length(judged: str) -> None:
    with pytest.raises(ValidationError) as refused:
        rule(judged, 1)
    assert set(refused.value.message_dict) == {"window_min"}
    assert not Rule.objects.exists()


def test_a_day_of_rain_moves_on_by_half_hours() -> None:
    of = Rule(judged="sum", window_min=1440).of()
    assert (of.over_s, of.panes) == (86_400.0, 48)
    assert Rule(judged="sum", window_min=60).of().panes == 48
    assert timedelta(seconds=of.over_s / of.panes) == timedelta(minutes=30)
