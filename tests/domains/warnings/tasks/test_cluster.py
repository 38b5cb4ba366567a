"""Sensing left to a cluster: the alarms of one machine, whoever is killed, and the one goes on where the other was."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from domains.warnings.raising import STORM, gauge, rule

from anshu.cluster.driving import turn
from anshu.cluster.run import Run
from anshu.domains.devices.models import Channel
from anshu.domains.warnings.models import Alarm
from anshu.domains.warnings.tasks import cluster as task
from anshu.domains.warnings.tasks import sense
from anshu.domains.warnings.tasks.cluster import ClusterSense
from anshu.domains.warnings.tasks.sense import Sense, begin_anew
from anshu.kernel import clock
from anshu.kernel.errors import Refused
from anshu.telemetry import Store, batch_of
from anshu.workflow.models import Bookmark

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(STORM) as standing:
        yield standing


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for module, name in ((task, "SHIP_EVERY_S"), (task, "TICK_S"), (sense, "LOOK_FOR_RULES_S")):
        monkeypatch.setattr(module, name, 0.0)
    opened = Store.open(tmp_path / "store")
    yield opened
    opened.close()


@pytest.fixture
def gauges(db: None) -> list[Channel]:
    return [gauge(f"G{number}", number * 5000, stale_after_s=0) for number in range(3)]


def in_turn(work: Callable[[int], None], pieces: Sequence[int]) -> None:
    for piece in pieces:
        work(piece)


def measured(store: Store, time: clock.FrozenTime, channels: list[Channel], value: float) -> None:
    """A minute passes, and each gauge says so much."""
    time.advance(minutes=1)
    now_ms = int(clock.now().timestamp() * 1000)
    rows = [(channel.slot, now_ms, value) for channel in channels]
    store.append(batch_of(rows), (), door="test", received_ms=now_ms)


def on_cluster(store: Store, folder: Path, buckets: int = 2) -> None:
    """A new process sends what there is, a new driver works it out, another process collects it."""
    ClusterSense(store, folder, buckets).turn()
    run = Run.current(folder)
    assert run is not None
    while turn(run, in_turn):
        pass
    collector = ClusterSense(store, folder, buckets)
    while collector._collect():
        pass


def seen() -> list[Any]:
    alarms = Alarm.objects.order_by("channel__number", "raised_at")
    return [(one.channel.number, one.level, one.value, one.recovered_at is not None) for one in alarms]


def test_a_hold_begun_on_one_machine_is_completed_on_a_cluster_and_cleared_on_one_machine_again(
    store: Store, gauges: list[Channel], time: clock.FrozenTime, tmp_path: Path
) -> None:
    made = rule()
    made.steps = [step | {"hold_up_s": 120} for step in made.steps]
    made.save()
    measured(store, time, gauges, 0.2)
    alone = Sense(store)
    alone.turn()
    assert not seen()
    measured(store, time, gauges, 0.2)
    on_cluster(store, tmp_path)
    assert not seen()
    measured(store, time, gauges, 0.2)
    on_cluster(store, tmp_path)
    raised = [(channel.number, Alarm.objects.get(channel=channel).level, 0.2, False) for channel in gauges]
    assert seen() == raised
    on_cluster(store, tmp_path, buckets=3)
    assert seen() == raised
    measured(store, time, gauges, 0.0)
    again = Sense(store)
    again.turn()
    assert [recovered for *_rest, recovered in seen()] == [True] * 3
    assert Bookmark.objects.get(name="sense").position == 12


@pytest.mark.parametrize("interloper", ["one machine", "a second sender"])
def test_two_that_sense_at_once_are_told(
    store: Store, gauges: list[Channel], time: clock.FrozenTime, tmp_path: Path, interloper: str
) -> None:
    rule()
    first = ClusterSense(store, tmp_path, 2)
    if interloper == "one machine":
        Sense(store).turn()
    else:
        ClusterSense(store, tmp_path, 2).turn()
    measured(store, time, gauges, 0.2)
    with pytest.raises(Refused, match="another process senses"):
        for _ in range(4):
            first.turn()
            turn(first.run, in_turn)
    assert not seen()


def test_what_could_not_be_written_is_collected_again(
    store: Store, gauges: list[Channel], time: clock.FrozenTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule()
    measured(store, time, gauges, 0.2)
    real, calls = sense.raise_alarm, 0

    def broken(**details: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError("the disk is full")
        return real(**details)

    with monkeypatch.context() as patch, pytest.raises(OSError, match="full"):
        patch.setattr(sense, "raise_alarm", broken)
        on_cluster(store, tmp_path)
    assert not seen()
    on_cluster(store, tmp_path)
    assert len(seen()) == 3
    on_cluster(store, tmp_path)
    assert len(seen()) == 3


def test_a_rule_that_changes_under_an_open_alarm_closes_it_and_raises_anew(
    store: Store, gauges: list[Channel], time: clock.FrozenTime, tmp_path: Path
) -> None:
    made = rule()
    measured(store, time, gauges[:1], 0.2)
    on_cluster(store, tmp_path)
    made.steps = [step | {"raise": 0.5, "clear": 0.4} for step in made.steps[:1]]
    made.version += 1
    made.save()
    measured(store, time, gauges[:1], 0.3)
    on_cluster(store, tmp_path)
    assert [recovered for *_rest, recovered in seen()] == [True]


def test_without_its_folder_neither_engine_goes_on_before_it_begins_anew(
    store: Store, gauges: list[Channel], time: clock.FrozenTime, tmp_path: Path
) -> None:
    rule()
    measured(store, time, gauges, 0.2)
    on_cluster(store, tmp_path / "shared")
    (tmp_path / "shared").rename(tmp_path / "elsewhere")
    for engine in (lambda: Sense(store), lambda: ClusterSense(store, tmp_path / "shared", 2)):
        with pytest.raises(Refused, match="bring"):
            engine()
    begin_anew()
    assert [recovered for *_rest, recovered in seen()] == [True] * 3
    measured(store, time, gauges[:1], 0.3)
    Sense(store).turn()
    assert [recovered for *_rest, recovered in seen()] == [False, True, True]
