"""Streams shuffled within the wait give the same decisions as in order; nothing is lost, and not too much waits."""

from random import Random

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anshu.engines.sensing import Decision, RuleTable, Settling, compile_rules, new_state, settle, step
from tests.engines.sensing.reference import Reading, Rules
from tests.engines.sensing.streams import EPOCH_MS, batch, whole_rule_sets

WAIT_MS = 10_000
SECONDS = 40


def run(rules: RuleTable, arrivals: dict[int, list[Reading]]) -> list[Decision]:
    """Decisions when readings come at these seconds, through a wait of ten."""
    settling, state, decisions = Settling(WAIT_MS), new_state(rules), []
    for second in range(SECONDS + 12):
        now_ms = EPOCH_MS + second * 1000
        settling, ready = settle(settling, batch(arrivals.get(second, [])), now_ms)
        state, more = step(rules, state, ready, now_ms)
        decisions += more
    assert len(settling.waiting.channel) == 0
    return decisions


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    whole_rule_sets(),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, SECONDS), st.integers(-7, 7)), max_size=60),
    st.randoms(use_true_random=False),
)
def test_a_shuffle_within_the_wait_changes_nothing(
    rules: Rules, said: list[tuple[int, int, int]], random: Random
) -> None:
    table = compile_rules(rules)
    readings = [(channel, EPOCH_MS + second * 1000, float(value)) for channel, second, value in said]
    prompt: dict[int, list[Reading]] = {}
    delayed: dict[int, list[Reading]] = {}
    for reading in readings:
        second = (reading[1] - EPOCH_MS) // 1000
        prompt.setdefault(second, []).append(reading)
        delayed.setdefault(second + random.randint(0, 10), []).append(reading)
    for arrivals in delayed.values():
        random.shuffle(arrivals)
    assert run(table, delayed) == run(table, prompt)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50)), max_size=50), st.integers(0, 20))
def test_no_reading_is_lost_and_no_more_wait_than_may(said: list[tuple[int, int]], most: int) -> None:
    settling, out = Settling(WAIT_MS, most), []
    for channel, second in said:
        reading = (channel, EPOCH_MS + second * 1000, 1.0)
        settling, ready = settle(settling, batch([reading]), EPOCH_MS)
        assert len(settling.waiting.channel) <= most
        out += list(zip(ready.channel.tolist(), ready.at_ms.tolist(), strict=True))
    _, ready = settle(settling, batch([]), EPOCH_MS + 10_000_000)
    out += list(zip(ready.channel.tolist(), ready.at_ms.tolist(), strict=True))
    assert sorted(out) == sorted((channel, EPOCH_MS + second * 1000) for channel, second in said)


def test_readings_come_out_by_instant() -> None:
    _, ready = settle(
        Settling(0), batch([(1, EPOCH_MS + 2, 0.0), (1, EPOCH_MS, 0.0), (0, EPOCH_MS + 1, 0.0)]), EPOCH_MS + 9
    )
    assert np.all(np.diff(ready.at_ms) > 0)
