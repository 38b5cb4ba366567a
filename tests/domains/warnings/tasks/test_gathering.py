"""What the sense step raises is grouped in the same transaction: a crash changes no group, and no alarm stays alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from domains.warnings.raising import STORM, gauge, rise, rule

from anshu.domains.devices.models import Channel
from anshu.domains.warnings.models import Alarm, AlarmGroup
from anshu.domains.warnings.tasks import sense as task
from anshu.domains.warnings.tasks.sense import Sense
from anshu.domains.warnings.transitions import groups
from anshu.kernel import clock
from anshu.telemetry import Store, batch_of
from anshu.workflow import clocks
from anshu.workflow.models import Clock

pytestmark = pytest.mark.django_db
GAUGES = 6


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(STORM) as standing:
        yield standing


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path)
    yield opened
    opened.close()


def flood(store: Store) -> None:
    """Gauges in two rows far apart, each rising above its threshold a minute after the one before."""
    rule()
    rows = []
    for n in range(GAUGES):
        channel = gauge(f"G{n}", north_m=n % 3 * 200, east_m=n // 3 * 5000, stale_after_s=0)
        start = int(STORM.timestamp() * 1000) + n * 60_000
        rows += [(channel.slot, start + minute * 60_000, value) for minute, value in enumerate((0.0, 0.3, 0.3, 0.3))]
    store.append(batch_of(sorted(rows, key=lambda row: row[1])), (), door="test", received_ms=rows[-1][1])


def partition() -> set[frozenset[str]]:
    found: dict[Any, set[str]] = {}
    for alarm in Alarm.objects.select_related("channel__device"):
        found.setdefault(alarm.group_id, set()).add(alarm.channel.device.number)
    counts = sorted(AlarmGroup.objects.exclude(state="merged").values_list("count", flat=True))
    assert sorted(map(len, found.values())) == counts
    return {frozenset(members) for members in found.values()}


@pytest.mark.parametrize("at", range(1, GAUGES + 1))
@pytest.mark.parametrize("where", ["place", "raise_level", "open_group"])
def test_killed_between_any_two_alarms_the_groups_are_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch, at: int, where: str
) -> None:
    flood(store)
    sense, calls = Sense(store), 0
    module: Any = task.arrive.__globals__ if where == "place" else groups.place.__globals__
    real = module[where]

    def broken(*args: Any, **details: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at:
            raise OSError("killed")
        return real(*args, **details)

    with monkeypatch.context() as patch:
        patch.setitem(module, where, broken)
        try:
            while sense.turn():
                pass
        except OSError:
            assert not Alarm.objects.exists() and not AlarmGroup.objects.exists()
    again = Sense(store)
    while again.turn():
        pass
    assert partition() == {frozenset({"G0", "G1", "G2"}), frozenset({"G3", "G4", "G5"})}


def test_alarms_that_were_there_before_there_were_groups_are_put_into_them(store: Store) -> None:
    alarms = [rise(gauge(f"G{n}", n * 100)) for n in range(2)]
    confirmed = rise(gauge("C", 9000))
    Alarm.objects.update(group=None, shown_at=None)
    Alarm.objects.filter(pk=confirmed.pk).update(state="confirmed")
    AlarmGroup.objects.update(head=None)
    AlarmGroup.objects.all().delete()
    Clock.objects.all().delete()
    for alarm in Alarm.objects.filter(state="raised"):
        clocks.wind(alarm)
    assert Clock.objects.filter(subject="warnings.alarm").count() == 2
    Sense(store)
    assert partition() == {frozenset({"G0", "G1"}), frozenset({"C"})}
    by_state = {group.state: group.count for group in AlarmGroup.objects.all()}
    assert by_state == {"waiting": 2, "settled": 1}
    assert not Clock.objects.filter(stopped_at=None, subject="warnings.alarm", subject_id=alarms[0].pk).exists()


def test_the_worst_that_was_measured_is_kept_when_it_recovers(store: Store, time: clock.FrozenTime) -> None:
    rule()
    channel: Channel = gauge("G", stale_after_s=0)
    start = int(STORM.timestamp() * 1000)
    values = [0.2, 0.2, 0.31, 0.2, 0.0, 0.9]
    rows = [(channel.slot, start + minute * 60_000, value) for minute, value in enumerate(values[:-1])]
    time.advance(minutes=10)
    store.append(batch_of(rows), (), door="test", received_ms=start + 600_000)
    sense = Sense(store)
    while sense.turn():
        pass
    assert (Alarm.objects.get().peak, Alarm.objects.get().recovered_at is not None) == (0.31, True)
