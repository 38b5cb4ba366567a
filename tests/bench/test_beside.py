"""The pure parts of `bench/peers.py`: the plain rules against the engine, how answers are read and compared."""

import sys
from collections.abc import Iterable
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "bench"))

from beside import flink, ours, prometheus  # noqa: E402  # found only on the path set above
from beside.alarms import Move, compare, net  # noqa: E402
from beside.plain import Shard  # noqa: E402
from beside.rules import PERIOD_S, RULES  # noqa: E402
from beside.stream import START_MS, Stream, generate  # noqa: E402

pytestmark = pytest.mark.once
NAMES = [rule.name for rule in RULES]


def plainly(stream: Stream) -> list[Move]:
    """What the rules in plain Python find."""
    shard, found = Shard(0, stream.channels), []
    for number, row in enumerate(stream.value.tolist()):
        values = [None if value != value else value for value in row]
        found += [Move(*move) for move in shard.take(START_MS + number * PERIOD_S * 1000, values)]
    return found


def differing(ours_: Iterable[Move], theirs: Iterable[Move]) -> list[str]:
    return [f"{one.rule}: {one.words}" for one in compare(ours_, theirs, NAMES) if one.only_ours or one.only_theirs]


@hypothesis.settings(max_examples=8)
@hypothesis.given(seed=st.integers(0, 10_000), holes=st.sampled_from((0.0, 0.05, 0.5)), swing=st.sampled_from((1, 8)))
def test_plain_rules_and_engine_agree_on_wild_streams(seed: int, holes: float, swing: int) -> None:
    random = np.random.default_rng(seed)
    value = 25 + np.cumsum(random.normal(0, swing, (150, 8)), axis=0).clip(-15, 15) + random.normal(0, 2, (150, 8))
    value[random.random(value.shape) < holes] = np.nan
    value[0] = 25
    stream = Stream(value.round(2))
    assert differing(ours.judge(stream).moves, plainly(stream)) == []


def test_the_stream_is_the_same_each_time_and_every_rule_moves_on_it() -> None:
    first, second = generate(200, 40_000), generate(200, 40_000)
    np.testing.assert_array_equal(first.value, second.value)
    assert 0.98 < first.readings / first.value.size < 1
    assert {move.rule for move in plainly(first)} == set(NAMES)


def test_an_alarm_that_lasts_no_time_is_none() -> None:
    up, down = Move("level", 1, 1000, True), Move("level", 1, 1000, False)
    assert net([up, down]) == []
    assert net([down, up, down]) == [down]
    assert net([up, down._replace(at_ms=2000)]) == [up, down._replace(at_ms=2000)]


def test_differences_are_counted_on_both_sides() -> None:
    shared, mine, theirs = Move("sum", 1, 1000, True), Move("sum", 2, 1000, True), Move("sum", 2, 2000, True)
    (found,) = compare([shared, mine, Move("mean", 9, 0, True)], [theirs, shared], ["sum"])
    assert (found.same, found.only_ours, found.only_theirs) == (1, [mine], [theirs])
    assert found.words == "1 the same, 1 only ours, 1 only theirs"


@pytest.mark.parametrize(("words", "minutes"), [("0s", 0), ("59m", 59), ("1h", 60), ("2h3m", 123), ("1d1h1m", 1501)])
def test_prometheus_writes_minutes_like_this(words: str, minutes: int) -> None:
    assert prometheus.minutes(words) == minutes


def test_what_stands_minute_by_minute_becomes_moves() -> None:
    alert = '{__name__="ALERTS", alertname="%s", alertstate="firing", %s} 1E+00'
    level, two = alert % ("level", 'channel="5", site="1"'), alert % ("two", 'site="1"')
    output = f"""  FAILED:
    expr: "ALERTS{{alertstate=\\"firing\\"}}", time: 1m,
        exp: nil
        got: {level}, {two}
    expr: "ALERTS{{alertstate=\\"firing\\"}}", time: 2m,
        exp: nil
        got: {level}
"""
    at = [START_MS + minute * 60_000 for minute in range(4)]
    assert sorted(prometheus.moves(output, 4)) == [
        Move("level", 5, at[1], True),
        Move("level", 5, at[3], False),
        Move("two", 1, at[1], True),
        Move("two", 1, at[2], False),
    ]


def test_the_first_minute_of_a_hole_is_marked_stale_for_prometheus() -> None:
    values = np.array([[1.5], [np.nan], [np.nan], [-2.25], [np.nan]])
    assert "values: '1.5 stale _ -2.25 stale'" in prometheus.series(Stream(values), 0)


def test_what_flink_raises_after_the_last_reading_has_not_happened(tmp_path: Path) -> None:
    (tmp_path / "part-0").write_text('"silence",3,1000,true\nlevel,4,2000,false\nsilence,3,2001,true\n')
    assert flink.moves(tmp_path, 2000) == [Move("silence", 3, 1000, True), Move("level", 4, 2000, False)]


@pytest.mark.parametrize("file", ["node_red/judge.js", "prometheus_rules/rules.yml", "flink_rules/rules.sql"])
def test_the_thresholds_of_the_table_are_written_in_every_language(file: str) -> None:
    words = (ROOT / "bench" / "beside" / file).read_text()
    thresholds = [
        f"{bound:g}" if bound == int(bound) else str(bound)
        for rule in RULES[:5]
        for bound in (rule.raise_at, rule.clear_at)
    ]
    assert [bound for bound in thresholds if bound not in words] == []
