"""A trial over stored readings says what the sense step did with the same readings, and writes nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anshu.domains.devices.models import Channel, Device
from anshu.domains.places.models import Site
from anshu.domains.warnings.models import Alarm, Rule
from anshu.domains.warnings.queries import backtest
from anshu.domains.warnings.queries.backtest import Source, Yardstick, stored, try_out
from anshu.domains.warnings.queries.watched import channels_of
from anshu.domains.warnings.rules import ladders
from anshu.domains.warnings.tasks import sense as task
from anshu.domains.warnings.tasks.sense import Sense
from anshu.domains.warnings.transitions.alarms import confirm, reject
from anshu.engines.backtest import windows
from anshu.engines.sensing import Mark
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.telemetry import Store, batch_of
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 6, 11, 16, 0, tzinfo=UTC)
END = BEGIN + timedelta(days=3)
WAVE = [0.02, 0.1, 0.2, 0.3, 0.45, 0.3, 0.2, 0.1, 0.02, 0.02]


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(BEGIN) as standing:
        yield standing


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(task, "LOOK_FOR_RULES_S", 0.0)
    opened = Store.open(tmp_path)
    monkeypatch.setattr(backtest, "store", lambda: opened)
    yield opened
    opened.close()


@pytest.fixture
def gauge() -> Channel:
    return channel("D1")


def channel(number: str, kind: str = "underground_space", **more: Any) -> Channel:
    site = Site.objects.create(number=f"S-{number}", name=number, kind=kind, territory="440303001")
    device = Device.objects.create(number=number, name=number, kind="gauge", site=site, territory="440303001")
    what: dict[str, Any] = {"quantity": "road_water_depth", "unit": "m", "stale_after_s": 0, "territory": "440303001"}
    return Channel.objects.create(number=f"{number}/depth", name=number, device=device, **(what | more))


def rule(*thresholds: float, **more: Any) -> Rule:
    levels = (3, 2, 1)
    steps = [
        {"level": level, "raise": at, "clear": at - 0.03, "hold_up_s": 60, "hold_down_s": 300}
        for level, at in zip(levels, thresholds, strict=False)
    ]
    made = Rule(number="R", name="积水", quantity="road_water_depth", steps=steps, **more)
    made.full_clean()
    return made


def fill(store: Store, gauge: Channel, values: list[float], minutes: int = 5, begin: datetime = BEGIN) -> None:
    at_ms = [round((begin + timedelta(minutes=minutes * place)).timestamp() * 1000) for place in range(len(values))]
    rows = [(gauge.slot, at, value) for at, value in zip(at_ms, values, strict=True)]
    store.append(batch_of(rows), (), door="test", received_ms=at_ms[-1])


def test_a_trial_says_what_the_sense_step_did(store: Store, gauge: Channel, time: clock.FrozenTime) -> None:
    live = rule(0.15, 0.25, 0.4)
    live.save()
    sense, fill_from = Sense(store), clock.now()
    for value in [*WAVE, *WAVE, 0.2, 0.2, 0.2]:
        fill(store, gauge, [value], begin=clock.now())
        while sense.turn():
            pass
        time.advance(minutes=5)
        for alarm in Alarm.objects.filter(state="raised").exclude(recovered_at=None):
            reject(alarm, by=WORK, reason="test")
    (trial,) = try_out([live], stored(live, fill_from, END), Yardstick())
    alarms = Alarm.objects.order_by("sensed_at")
    assert len(trial.spells) == len(alarms) == 3
    for place, alarm in enumerate(alarms):
        assert trial.spells.from_ms[place] == round(alarm.sensed_at.timestamp() * 1000)
        assert trial.spells.highest[place] == int(alarm.highest)
        if alarm.recovered_at:
            assert trial.spells.to_ms[place] == round(alarm.recovered_at.timestamp() * 1000)
    assert trial.spells.standing.tolist() == [False, False, True]
    assert (trial.source, trial.score.false, trial.score.unjudged) == (Source.VERDICTS, 2, 1)


def test_verdicts_are_what_the_desk_has_said(store: Store, gauge: Channel) -> None:
    live = rule(0.15)
    live.save()
    fill(store, gauge, WAVE * 3)
    other = rule(0.2)
    other.save()
    for place, (judge, raised_by) in enumerate(((confirm, live), (reject, other))):
        sensed = BEGIN + timedelta(minutes=15 + 50 * place)
        alarm = Alarm.objects.create(
            rule=raised_by, channel=gauge, title="t", level="3", highest="3", value=0.2, peak=0.2, sensed_at=sensed,
            raised_at=sensed, recovered_at=sensed + timedelta(minutes=20), why={"rule": 1},
            territory=gauge.territory,
        )  # fmt: skip
        judge(alarm, by=WORK, reason="seen")
    (trial,) = try_out([rule(0.15)], stored(live, BEGIN, END), Yardstick(ahead=timedelta(0)))
    assert (trial.score.true, trial.score.false, trial.score.unjudged, trial.score.hits) == (1, 1, 1, 1)


def test_an_event_is_a_value_that_was_reached(store: Store, gauge: Channel) -> None:
    fill(store, gauge, WAVE)
    (trial,) = try_out([rule(0.15)], stored(rule(0.15), BEGIN, END), Yardstick(event=0.4))
    assert (trial.source, trial.score.events, trial.score.hits, trial.score.false) == (Source.EVENT, 1, 1, 0)
    assert trial.score.lead_median_ms == 5 * 60_000


def test_labels_are_read_inside_the_period_and_on_its_channels(store: Store, gauge: Channel) -> None:
    fill(store, gauge, WAVE)
    begin_ms = round(BEGIN.timestamp() * 1000)
    rows = [
        (gauge.slot, begin_ms, begin_ms + 3_600_000, True),
        (gauge.slot, 0, 1, True),
        (777, begin_ms, begin_ms, True),
    ]
    (trial,) = try_out([rule(0.15)], stored(rule(0.15), BEGIN, END), Yardstick(windows(rows, complete=True)))
    assert (trial.source, trial.score.events, trial.score.hits) == (Source.LABELS, 1, 1)


def test_two_versions_read_the_recording_once_and_are_compared(store: Store, gauge: Channel) -> None:
    fill(store, gauge, [*WAVE, 0.02, 0.2, 0.2, 0.02, 0.02, 0.02])
    before, after = rule(0.15), rule(0.25)
    old, new = try_out([before, after], stored(before, BEGIN, END), Yardstick(event=0.4))
    assert (old.score.alarms, new.score.alarms) == (2, 1)
    difference = old.against(new)
    assert (difference.spared, difference.spared_false, difference.lost, difference.added) == (1, 1, 0, 0)
    assert difference.earlier_ms == -5 * 60_000


def test_windows_are_full_when_the_period_begins(store: Store, gauge: Channel) -> None:
    fill(store, gauge, [0.3] * 12 + [0.2] * 12)
    draft = rule(0.25, judged="highest", window_min=60)
    (trial,) = try_out([draft], stored(draft, BEGIN + timedelta(minutes=55), END), Yardstick())
    assert len(trial.spells) == 0  # it rose before, and an alarm that stands already is none of this period
    (whole,) = try_out([draft], stored(draft, BEGIN, END), Yardstick())
    assert len(whole.spells) == 1


def test_silence_is_found_without_a_reading(store: Store, gauge: Channel) -> None:
    fill(store, gauge, [0.1])
    fill(store, gauge, [0.1], begin=BEGIN + timedelta(hours=5))
    draft = rule(3600, judged="silence")
    (trial,) = try_out([draft], stored(draft, BEGIN, BEGIN + timedelta(hours=6)), Yardstick())
    hour_ms = round((BEGIN + timedelta(hours=1)).timestamp() * 1000)
    assert abs(int(trial.spells.from_ms[0]) - hour_ms) <= 360_000


def test_checks_and_hours_are_those_of_the_rule(store: Store, gauge: Channel) -> None:
    fill(store, gauge, [0.02, 9.0, 0.02, *WAVE])  # the first wave begins at 00:15 in Shenzhen
    plain, checked = rule(0.15), rule(0.15, high=2.0)
    asleep = rule(0.15, hours_from="06:00", hours_to="22:00", high=2.0)
    found = try_out([plain, checked, asleep], stored(plain, BEGIN, END), Yardstick())
    assert [each.score.alarms for each in found] == [1, 1, 0]
    assert [each.followed.marked[Mark.OUT_OF_RANGE] for each in found] == [0, 1, 1]


def test_a_backup_channel_speaks_in_a_gap(store: Store, gauge: Channel) -> None:
    other = channel("D2", quantity="other")
    fill(store, gauge, [0.02])
    fill(store, other, WAVE, begin=BEGIN + timedelta(hours=2))
    draft = rule(0.15, channel=gauge, backup=other, gap_after_s=1800)
    (trial,) = try_out([draft], stored(draft, BEGIN, END), Yardstick())
    assert trial.spells.channel.tolist() == [gauge.slot]


def test_the_trial_stops_where_it_would_be_too_long_for_a_page(store: Store, gauge: Channel) -> None:
    fill(store, gauge, WAVE)
    with pytest.raises(Refused, match="more than 5 readings"):
        try_out([rule(0.15)], stored(rule(0.15), BEGIN, END), Yardstick(), most=5)


def test_nothing_is_written(store: Store, gauge: Channel) -> None:
    fill(store, gauge, WAVE)
    before = (Alarm.objects.count(), Change.objects.count(), Rule.objects.count(), store.watermark())
    try_out([rule(0.15)], stored(rule(0.15), BEGIN, END), Yardstick(event=0.4))
    assert (Alarm.objects.count(), Change.objects.count(), Rule.objects.count(), store.watermark()) == before


def test_a_rule_without_channels_and_a_period_of_nothing_are_refused(store: Store) -> None:
    with pytest.raises(Invalid, match="watches no channel"):
        stored(rule(0.15), BEGIN, END)
    with pytest.raises(Invalid, match="ends before it begins"):
        stored(rule(0.15), END, BEGIN)


def test_a_rule_is_tried_on_the_channels_that_it_would_watch() -> None:
    below, road, own = channel("A"), channel("B", kind="other"), channel("C")
    special = rule(0.2, site_kind="underground_space")
    special.number = "special"
    special.save()
    mine = rule(0.2, channel=own)
    mine.number = "mine"
    mine.save()
    general = rule(0.3)
    general.save()
    live = {(watch.rule, watch.channel) for watch in ladders.watches()}
    assert live == {(special, below), (general, road), (mine, own)}
    for each in (special, mine, general):
        assert {(each, found) for found in channels_of(each)} == {pair for pair in live if pair[0] == each}
    general.delete()
    assert list(channels_of(rule(0.3))) == [road]


def test_the_sense_step_reads_season_and_checks(store: Store, gauge: Channel, time: clock.FrozenTime) -> None:
    live = rule(0.15, high=2.0, hours_from="00:00", hours_to="00:20")
    live.save()
    strict = rule(0.5, low=0.0, high=5.0, jump=1.0)
    strict.number = "strict"
    strict.save()
    (checks,) = ladders.checked(ladders.watches())
    assert (checks.checks.low, checks.checks.high, checks.checks.jump) == (0.0, 2.0, 1.0)
    sense = Sense(store)
    fill(store, gauge, [0.02, 9.0, 0.2, 0.2, 0.2, 0.2, 0.2])
    time.advance(minutes=30)
    while sense.turn():
        pass
    alarm = Alarm.objects.get()
    assert (alarm.rule, alarm.sensed_at) == (live, BEGIN + timedelta(minutes=15))
    assert np.isclose(alarm.value, 0.2)
    assert alarm.recovered_at is not None  # the hours are over
