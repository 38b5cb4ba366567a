"""Compound rules over a real store: what holds around a place raises one alarm there, which says why."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from domains.warnings.raising import STORM, gauge

from anshu.cluster.driving import turn
from anshu.cluster.run import Run
from anshu.domains.devices.models import Channel
from anshu.domains.warnings.models import Alarm, Holding, Rule
from anshu.domains.warnings.queries import backtest
from anshu.domains.warnings.queries.backtest import Yardstick, stored, try_out
from anshu.domains.warnings.rules import ladders, telling
from anshu.domains.warnings.tasks import cluster, sense
from anshu.domains.warnings.tasks.cluster import ClusterSense
from anshu.domains.warnings.tasks.sense import Sense
from anshu.kernel import clock
from anshu.telemetry import Store, batch_of

pytestmark = pytest.mark.django_db
DEPTH, RAIN = "road_water_depth", "rain_1h"
WET = {"where": "here", "raise": 0.15, "clear": 0.12}
POURING = {"where": "near", "quantity": RAIN, "near_m": 2000, "raise": 30, "within_min": 30}
TWO_NEAR = {"where": "near", "quantity": DEPTH, "near_m": 500, "raise": 0.1, "least": 2}


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(STORM) as standing:
        yield standing


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for module, name in ((cluster, "SHIP_EVERY_S"), (cluster, "TICK_S"), (sense, "LOOK_FOR_RULES_S")):
        monkeypatch.setattr(module, name, 0.0)
    opened = Store.open(tmp_path / "store")
    monkeypatch.setattr(backtest, "store", lambda: opened)
    yield opened
    opened.close()


@pytest.fixture
def street() -> dict[str, Channel]:
    """Three gauges in a row, 200 m apart, a fourth far away, and a rain gauge a kilometre off."""
    made = {
        name: gauge(name, at_m, stale_after_s=0) for name, at_m in {"A": 0, "B": 200, "C": 400, "far": 9000}.items()
    }
    return made | {"rain": gauge("rain", 1000, quantity=RAIN, stale_after_s=0)}


def compound(*conditions: dict[str, Any], at_least: int, **more: Any) -> Rule:
    steps = [{"level": "2", "raise": at_least, "clear": at_least}]
    made = Rule(number="FH-1", name="内涝", judged="conditions", conditions=list(conditions), steps=steps, **more)
    made.quantity = "" if made.channel_id else DEPTH
    made.full_clean()
    made.save()
    return made


def measured(store: Store, street: dict[str, Channel], values: dict[str, float]) -> None:
    now_ms = int(clock.now().timestamp() * 1000)
    store.append(
        batch_of([(street[name].slot, now_ms, value) for name, value in values.items()]),
        (),
        door="t",
        received_ms=now_ms,
    )


def hear(store: Store, sensing: Sense, street: dict[str, Channel], time: clock.FrozenTime, **values: float) -> None:
    """A minute later these are measured, and judged."""
    time.advance(minutes=1)
    measured(store, street, values)
    while sensing.turn():
        pass


def seen() -> list[tuple[str, float, bool]]:
    rows = Alarm.objects.order_by("raised_at", "channel__number")
    return [(alarm.channel.device.number, alarm.value, alarm.recovered_at is not None) for alarm in rows]


def test_water_here_and_rain_near_raise_one_alarm_that_says_which_held(
    store: Store, street: dict[str, Channel], time: clock.FrozenTime
) -> None:
    compound(WET, POURING, at_least=2)
    sensing = Sense(store)
    hear(store, sensing, street, time, A=0.2, B=0.02, far=0.3)
    assert seen() == []
    hear(store, sensing, street, time, rain=34)
    assert seen() == [("A", 2.0, False)]
    alarm = Alarm.objects.get()
    (here, rain) = alarm.why["conditions"]
    assert (here["holds"], here["on"][0]["value"], rain["on"][0]["channel"]) == (True, 0.2, "rain/rain_1h")
    with translation.override("en"):
        words = telling.line(alarm.why["conditions"])
    assert words == (
        "2 of 2 conditions hold: here ≥ 0.15 m (A 0.2 m since 00:01); "
        "rainfall in 1 hour within 2000 m ≥ 30 m in the last 30 min (rain 34 m since 00:02)"
    )
    hear(store, sensing, street, time, rain=0)
    hear(store, sensing, street, time, A=0.2)
    assert seen() == [("A", 2.0, False)]  # it has rained within half an hour
    for _minute in range(30):
        hear(store, sensing, street, time, A=0.2)
    assert seen() == [("A", 1.0, True)]


def test_two_of_three_neighbours_and_not_one_alone(
    store: Store, street: dict[str, Channel], time: clock.FrozenTime
) -> None:
    compound(TWO_NEAR, at_least=1, channel=street["B"])
    sensing = Sense(store)
    hear(store, sensing, street, time, A=0.3, B=0.0, C=0.0, far=0.5)
    assert seen() == []
    hear(store, sensing, street, time, C=0.2)
    assert seen() == [("B", 1.0, False)]
    assert [row["channel"] for row in Alarm.objects.get().why["conditions"][0]["on"]] == [
        "A/road_water_depth",
        "C/road_water_depth",
    ]


def test_what_must_not_hold(store: Store, street: dict[str, Channel], time: clock.FrozenTime) -> None:
    dry = POURING | {"negated": True}
    compound(WET, dry, at_least=2)
    sensing = Sense(store)
    hear(store, sensing, street, time, rain=40, A=0.2, far=0.2)
    # There is no rain gauge near the far one: what cannot be asked counts for nothing.
    assert seen() == []
    for _minute in range(31):
        hear(store, sensing, street, time, rain=0, A=0.2)
    assert seen() == [("A", 2.0, False)]


def test_a_compound_takes_no_channel_from_other_rules(store: Store, street: dict[str, Channel]) -> None:
    plain = Rule.objects.create(number="P", name="积水", quantity=DEPTH, steps=[{"level": "3", "raise": 1, "clear": 1}])
    compound(TWO_NEAR, at_least=1, channel=street["B"])
    watched = {(watch.rule.number, watch.channel.device.number) for watch in ladders.watches()}
    assert watched == {("P", name) for name in ("A", "B", "C", "far")}
    assert set(backtest.channels_of(plain)) == {street[name] for name in ("A", "B", "C", "far")}


def test_what_could_not_be_written_is_decided_again_with_what_held(
    store: Store, street: dict[str, Channel], time: clock.FrozenTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    compound(WET, POURING, at_least=2)
    sensing = Sense(store)
    hear(store, sensing, street, time, rain=34)

    def broken(**_details: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="full"):
        patch.setattr(sense, "raise_alarm", broken)
        hear(store, sensing, street, time, A=0.2)
    assert [row.channel for row in Holding.objects.all()] == [street["rain"]] and seen() == []
    while Sense(store).turn():
        pass
    assert seen() == [("A", 2.0, False)]
    assert [entry["on"][0]["value"] for entry in Alarm.objects.get().why["conditions"]] == [0.2, 34.0]


def test_a_rule_that_is_changed_forgets_what_held(
    store: Store, street: dict[str, Channel], time: clock.FrozenTime
) -> None:
    rule = compound(WET, POURING, at_least=1)
    sensing = Sense(store)
    hear(store, sensing, street, time, A=0.2)
    assert (Holding.objects.count(), seen()) == (1, [("A", 1.0, False)])
    rule.conditions = [WET | {"raise": 0.5}]
    rule.save()
    hear(store, sensing, street, time, A=0.2)
    assert (Holding.objects.count(), seen()) == (0, [("A", 1.0, True)])


MINUTES: tuple[dict[str, float], ...] = (
    {"A": 0.2, "rain": 5}, {"B": 0.2}, {"A": 0.0, "rain": 31}, {"B": 0.0}, {"rain": 0}, {"A": 0.2}, {"A": 0.0},
)  # fmt: skip


def first_raised() -> dict[str, datetime]:
    """By channel when its first alarm was measured."""
    rows = Alarm.objects.order_by("-sensed_at", "number").values_list("channel__number", "sensed_at")
    return dict(rows)


def test_a_trial_says_what_the_sense_step_did(store: Store, street: dict[str, Channel], time: clock.FrozenTime) -> None:
    rule = compound(WET, POURING, TWO_NEAR, at_least=2)
    sensing = Sense(store)
    for values in MINUTES:
        hear(store, sensing, street, time, **values)
    (trial,) = try_out([rule], stored(rule, STORM, clock.now() + timedelta(seconds=1)), Yardstick())
    spells = zip(trial.spells.channel.tolist(), trial.spells.from_ms.tolist(), strict=True)
    tried = {trial.recording.channels[slot]: datetime.fromtimestamp(at / 1000, UTC) for slot, at in reversed([*spells])}
    assert tried == first_raised() and set(tried) == {"A/road_water_depth", "B/road_water_depth"}
    assert trial.followed.came_true[f"{rule.pk}.0/{street['A'].slot}"] == 2


def test_on_a_cluster_what_a_compound_looks_at_stays_together(
    store: Store, street: dict[str, Channel], time: clock.FrozenTime, tmp_path: Path
) -> None:
    compound(WET, POURING, TWO_NEAR, at_least=2)
    for values in MINUTES:
        time.advance(minutes=1)
        measured(store, street, values)
        ClusterSense(store, tmp_path, 3).turn()
        run = Run.current(tmp_path)
        assert run is not None
        while turn(run, in_turn):
            pass
        collector = ClusterSense(store, tmp_path, 3)
        while collector._collect():
            pass
    assert first_raised() == dict.fromkeys(("A/road_water_depth", "B/road_water_depth"), STORM + timedelta(minutes=2))
    told = Alarm.objects.get(channel=street["B"]).why["conditions"]
    assert [entry["holds"] for entry in told] == [True, False, True]


def in_turn(work: Callable[[int], None], pieces: Sequence[int]) -> None:
    for piece in pieces:
        work(piece)
