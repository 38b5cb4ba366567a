"""What is shown of an alarm is what its channel measures now, and the worst since it rose."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anshu.domains.devices.models import Channel, Device
from anshu.domains.warnings.models import Alarm, Rule
from anshu.domains.warnings.queries import measured
from anshu.kernel import clock
from anshu.telemetry import Store, batch_of

ROSE = datetime(2026, 6, 11, 16, 40, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened = Store.open(tmp_path)
    monkeypatch.setattr(measured, "store", lambda: opened)
    yield opened
    opened.close()


def alarm(direction: str, value: float) -> Alarm:
    device = Device.objects.create(number="D1", name="gauge", kind="gauge")
    what = {"name": "depth", "quantity": "road_water_depth"}
    channel = Channel.objects.create(number="D1/depth", device=device, unit="m", **what)
    rule = Rule.objects.create(number="R1", steps=[], direction=direction, **what)
    known = {"title": "积水", "level": "3", "highest": "3", "sensed_at": ROSE, "raised_at": ROSE}
    return Alarm.objects.create(rule=rule, channel=channel, value=value, peak=value, **known)


def fill(store: Store, found: Alarm, values: list[float]) -> None:
    """A value a minute, the first ten minutes before the alarm rose."""
    first = int((ROSE - timedelta(minutes=10)).timestamp() * 1000)
    rows = [(found.channel.slot, first + 60_000 * minute, value) for minute, value in enumerate(values)]
    store.append(batch_of(rows), (), door="test", received_ms=first)


@pytest.mark.parametrize(("direction", "worst"), [("above", 0.9), ("below", 0.1)])
def test_the_worst_is_taken_from_the_time_it_stood_by_the_direction_of_its_rule(
    store: Store, direction: str, worst: float
) -> None:
    found = alarm(direction, 0.5)
    fill(store, found, [*[9.0, 0.0] * 5, 0.5, 0.9, 0.1, 0.3, 9.0, 0.0])
    found.recovered_at = ROSE + timedelta(minutes=3)
    with clock.frozen(ROSE + timedelta(hours=1)):
        assert measured.worst(found, store) == worst
    assert measured.latest([found])[found.channel.slot].value == 0.0


def test_a_channel_that_was_never_heard_leaves_what_the_alarm_knows(store: Store) -> None:
    found = alarm("above", 0.5)
    with clock.frozen(ROSE):
        assert (measured.latest([found]), measured.worst(found, store)) == ({}, 0.5)
