"""A run: however its work is handed out, broken off, repeated and parted anew, it decides what one machine decides."""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.cluster.collecting import collect, whole
from anshu.cluster.driving import next_plan, turn
from anshu.cluster.run import Run
from anshu.cluster.work import carry_out
from anshu.engines.sensing import (
    Batch,
    Checked,
    Decision,
    LadderRule,
    Level,
    RuleTable,
    State,
    Step,
    advance,
    compile_rules,
    dump,
    load,
    new_state,
    recompile,
)
from anshu.kernel.errors import Invalid
from tests.engines.sensing import streams
from tests.engines.sensing.reference import Reading, Rules

Calls = list[tuple[int, list[Reading]]]
STEPS = (Step(Level.YELLOW, 3.0, 2.0), Step(Level.RED, 6.0, 5.0))


class LostError(Exception):
    """The machine is gone."""


@dataclass
class Unreliable:
    """An engine that does its work in any order, some of it twice, and dies in the middle as often as it is told."""

    random: Random
    deaths: int

    def __call__(self, work: Callable[[int], None], pieces: Sequence[int]) -> None:
        order = [*pieces, *self.random.choices(pieces, k=1)]
        self.random.shuffle(order)
        dies_at = self.random.randrange(len(order) + 1) if self.deaths else -1
        for place, piece in enumerate(order):
            if place == dies_at:
                self.deaths -= 1
                raise LostError
            work(piece)


def finish(run: Run, engine: Unreliable) -> None:
    """Until nothing waits, a new master each time the engine dies."""
    while True:
        try:
            if not turn(run, engine):
                return
        except LostError:
            continue


def table(rules: Rules, checked: list[Checked]) -> RuleTable:
    return compile_rules(rules, ahead_limit_s=streams.AHEAD_LIMIT_S, checked=checked)


def spoken(rules: RuleTable, decisions: list[Decision]) -> list[Any]:
    return [(rules.keys[one.rule], one) for one in decisions]


def collected(run: Run, from_epoch: int = 0) -> list[Any]:
    """All that was decided, in order."""
    found: list[Any] = []
    epoch = from_epoch
    while (one := collect(run, epoch)) is not None:
        found += [*one.abandoned, *spoken(one.rules, one.decisions)]
        epoch += 1
    return found


@settings(max_examples=20)
@given(
    whole_sets=st.tuples(streams.whole_rule_sets(), streams.whole_rule_sets()),
    checked=streams.checks(),
    calls=streams.streams(),
    cut=st.integers(0, 6),
    buckets=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    random=st.randoms(use_true_random=False),
)
def test_a_cluster_that_dies_and_repeats_itself_decides_what_one_machine_decides(
    whole_sets: tuple[Rules, Rules],
    checked: list[Checked],
    calls: Calls,
    cut: int,
    buckets: tuple[int, int],
    random: Random,
) -> None:
    before, after = table(whole_sets[0], checked), table(whole_sets[1], [])
    rules, state = before, new_state(before)
    expected: list[Any] = []
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        run = Run.begin(Path(folder), "run", dump(before, state), 0)
        parting, engine = run.add_parting(before, buckets[0]), Unreliable(random, deaths=6)
        for number, (now_ms, readings) in enumerate(calls):
            if number == cut:
                parting = run.add_parting(after, buckets[1])
                state, abandoned = recompile(state, rules, after)
                rules = after
                expected += abandoned
            batch = streams.batch(readings)
            assert run.add_segment(number, parting, batch, now_ms, number + 1)
            expected += spoken(rules, advance(rules, state, batch, now_ms).decisions)
            if random.random() < 0.5:
                finish(run, engine)
        finish(run, engine)
        assert collected(run) == expected
        assert_goes_on_alone(run, rules, state, calls)


def assert_goes_on_alone(run: Run, rules: RuleTable, state: State, calls: Calls) -> None:
    """One machine goes on with what the cluster leaves to it, through the same readings once more a day later."""
    plan = run.newest_plan()
    assert plan is not None
    assert plan.last_seq == len(calls)
    left_rules, left = whole(run, plan.epoch)
    for now_ms, readings in calls:
        batch = streams.batch([(channel, at_ms + 86_400_000, value) for channel, at_ms, value in readings])
        outcome = advance(left_rules, left, batch, now_ms + 86_400_000).decisions
        assert outcome == advance(rules, state, batch, now_ms + 86_400_000).decisions


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Three channels in two buckets, and three calls."""
    rules = compile_rules([LadderRule(f"r{channel}", channel, STEPS) for channel in range(3)])
    run = Run.begin(tmp_path, "run", dump(rules, new_state(rules)), 40)
    parting = run.add_parting(rules, 2)
    for number in range(3):
        values = np.array([4.0, 1.0, 7.0]) - number
        batch = Batch(np.arange(3), np.full(3, streams.EPOCH_MS + number * 1000), values)
        run.add_segment(number, parting, batch, streams.EPOCH_MS + number * 1000, 43 + 3 * number)
    return run


def in_turn(work: Callable[[int], None], pieces: Sequence[int]) -> None:
    for piece in pieces:
        work(piece)


def files(run: Run) -> dict[str, bytes]:
    return {str(path.relative_to(run.path)): path.read_bytes() for path in run.path.rglob("*") if path.is_file()}


def test_work_that_is_done_twice_leaves_the_bytes_that_were_there(run: Run) -> None:
    while turn(run, in_turn):
        pass
    done = files(run)
    (run.path / "epochs" / f"{1:012}" / "1").unlink()
    carry_out(run.path, 1, 1)
    carry_out(run.path, 1, 0)
    assert files(run) == done


def test_nothing_is_collected_of_an_epoch_of_which_a_bucket_is_missing(run: Run) -> None:
    assert turn(run, in_turn)
    plan = next_plan(run)
    assert plan is not None
    assert (plan.epoch, plan.first, plan.last, plan.last_seq) == (1, 0, 2, 49)
    carry_out(run.path, 1, 0)
    assert collect(run, 1) is None
    assert next_plan(run) == plan
    carry_out(run.path, 1, 1)
    assert [key for key, _decision in collected(run)] == ["r0", "r2"]


def test_what_is_done_can_be_forgotten_and_the_run_goes_on(run: Run) -> None:
    while turn(run, in_turn):
        pass
    run.forget(1)
    parting = run.newest_parting()
    assert parting is not None
    run.forget(1)
    assert run.segment_numbers() == [0, 1, 2]
    quiet = Batch(np.array([2]), np.array([streams.EPOCH_MS + 9000]), np.array([0.0]))
    assert run.add_segment(3, parting, quiet, streams.EPOCH_MS + 9000, 50)
    assert turn(run, in_turn)
    run.forget(2)
    assert (run.segment_numbers(), [one.kind.value for _key, one in collected(run, 2)]) == ([3], ["clear"])


@pytest.mark.parametrize("place", [5, 40, -30])
def test_a_damaged_segment_is_refused_by_name(run: Run, place: int) -> None:
    path = run.path / "segments" / f"{1:012}"
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(Invalid, match="000000000001 is not a whole segment"):
        for bucket in range(2):
            run.readings(1, bucket)


def test_the_run_under_way_takes_the_place_of_the_one_before(run: Run, tmp_path: Path) -> None:
    assert Run.current(tmp_path) is None
    run.make_current()
    again = Run.begin(tmp_path, "again", (run.path / "start").read_bytes()[8:], 52)
    again.make_current()
    assert Run.current(tmp_path) == again
    assert not run.path.exists()
    rules, state = again.start()
    assert (dump(rules, state), again.start_seq()) == (dump(*load(dump(rules, state))), 52)
