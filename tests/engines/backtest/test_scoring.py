"""The score of alarms against what happened, beside the definition said once more as slow and obvious code."""

import numpy as np
import pytest
from engines.backtest.drawn import DAY_MS, some_spells, some_truth, spells
from hypothesis import given
from hypothesis import strategies as st

from anshu.engines.backtest import Span, Spells, Truth, compare, events_of, score, windows
from anshu.kernel.errors import Invalid

SPAN = Span(0, 2 * DAY_MS, 3)


def stands_at(alarms: Spells, place: int, channel: int, from_ms: int, to_ms: int) -> bool:
    return bool(alarms.channel[place] == channel and alarms.from_ms[place] <= to_ms and alarms.to_ms[place] >= from_ms)


def plainly(alarms: Spells, truth: Truth, ahead_ms: int) -> dict[str, object]:
    """Every pair of alarm and window looked at."""
    everything = [
        (int(c), int(a), int(b), bool(h))
        for c, a, b, h in zip(truth.channel, truth.from_ms, truth.to_ms, truth.happened, strict=True)
    ]
    happened = sorted(row for row in everything if row[3])
    true = {
        place
        for place in range(len(alarms))
        if any(stands_at(alarms, place, c, a - ahead_ms, b) for c, a, b, _ in happened)
    }
    refuted = {
        place
        for place in range(len(alarms))
        if truth.complete or any(stands_at(alarms, place, c, a, b) for c, a, b, h in everything if not h)
    }
    leads = []
    for c, a, b, _ in happened:
        rose = [int(alarms.from_ms[i]) for i in range(len(alarms)) if stands_at(alarms, i, c, a - ahead_ms, b)]
        leads.append(a - max(min(rose), a - ahead_ms) if rose else None)
    return {"true": len(true), "false": len(refuted - true), "leads": sorted(leads, key=str)}


@given(some_spells(), some_truth(), st.integers(0, 20))
def test_the_score_is_that_of_looking_at_every_pair(alarms: Spells, truth: Truth, ahead_ms: int) -> None:
    found = score(alarms, truth, SPAN, ahead_ms=ahead_ms)
    leads = sorted((None if np.isnan(lead) else int(lead) for lead in found.lead_ms.tolist()), key=str)
    assert {"true": found.true, "false": found.false, "leads": leads} == plainly(alarms, truth, ahead_ms)
    assert found.hits + found.misses == found.events == int(truth.happened.sum())
    assert found.unjudged >= 0
    if truth.complete:
        assert found.unjudged == 0


@given(some_spells(), some_spells(), some_truth(), st.integers(0, 20))
def test_what_one_spares_the_other_adds(one: Spells, other: Spells, truth: Truth, ahead_ms: int) -> None:
    there = compare(one, other, truth, ahead_ms=ahead_ms)
    back = compare(other, one, truth, ahead_ms=ahead_ms)
    assert (there.spared, there.spared_true, there.spared_false) == (back.added, back.added_true, back.added_false)
    assert (there.lost, there.gained) == (back.gained, back.lost)
    before, after = (score(each, truth, SPAN, ahead_ms=ahead_ms) for each in (one, other))
    assert before.hits - there.lost + there.gained == after.hits
    if there.earlier_ms is not None:
        assert back.earlier_ms == -there.earlier_ms


@given(some_spells(), some_truth())
def test_a_rule_differs_not_from_itself(alarms: Spells, truth: Truth) -> None:
    same = compare(alarms, alarms, truth)
    assert (same.spared, same.added, same.lost, same.gained) == (0, 0, 0, 0)
    assert same.earlier_ms in (0.0, None)


@given(some_spells(), st.integers(0, 10))
def test_a_rule_that_defines_the_event_hits_it_at_once(alarms: Spells, apart_ms: int) -> None:
    found = score(alarms, events_of(alarms, apart_ms), SPAN)
    assert (found.misses, found.false) == (0, 0)
    assert not found.lead_ms.any()
    assert found.events <= found.alarms


def test_spells_close_to_each_other_are_one_event() -> None:
    truth = events_of(spells((1, 0, 10), (1, 15, 20), (1, 26, 30), (2, 31, 40)), 5)
    rows = zip(truth.channel.tolist(), truth.from_ms.tolist(), truth.to_ms.tolist(), strict=True)
    assert list(rows) == [(1, 0, 20), (1, 26, 30), (2, 31, 40)]


def test_a_verdict_says_nothing_about_other_hours() -> None:
    alarms = spells((1, 10, 20), (1, 50, 60), (1, 90, 95))
    found = score(alarms, windows([(1, 15, 25, True), (1, 55, 56, False)], complete=False), SPAN, ahead_ms=10)
    assert (found.true, found.false, found.unjudged) == (1, 1, 1)
    assert found.hit_rate == 1.0
    assert found.false_alarm_ratio == 0.5
    assert found.lead_median_ms == 5.0


def test_rates_of_nothing_are_unknown_not_nought() -> None:
    found = score(spells(), windows([], complete=True), SPAN)
    assert (found.hit_rate, found.false_alarm_ratio, found.lead_median_ms) == (None, None, None)
    assert (found.alarms_a_day, found.standing_share) == (0.0, 0.0)


def test_days_and_time_in_alarm() -> None:
    found = score(spells((0, 0, DAY_MS), (1, 0, DAY_MS // 2)), windows([], complete=True), SPAN)
    assert found.alarms_a_day == 1.0
    assert found.standing_share == pytest.approx(1.5 / 6)


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Invalid, match="window 2 on channel 7"):
        windows([(7, 1, 2, True), (7, 9, 8, True)], complete=True)
