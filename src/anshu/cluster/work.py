"""A piece of work: one bucket through one epoch. Whoever does it, and however often, comes to the same."""

from pathlib import Path

import numpy as np

from anshu.cluster.collecting import whole
from anshu.cluster.run import Outcome, Plan, Run
from anshu.engines.sensing import Batch, Moves, Part, State, joined, judge, recompile, split
from anshu.engines.sensing.layout import ARRIVAL, RULE


def carry_out(path: Path, epoch: int, bucket: int) -> None:
    """Work out what an epoch led to in a bucket and write it down, unless somebody has. One that carries the state over
    to another parting is one piece of work for all buckets."""
    run = Run(path)
    plan = run.plan(epoch)
    if plan.carries:
        _carry_over(run, plan)
    elif bucket in run.missing(plan):
        _judge(run, plan, bucket)


def _judge(run: Run, plan: Plan, bucket: int) -> None:
    state, one = run.state(plan.epoch - 1, bucket), run.part(plan.parting, bucket)
    numbers, found = [np.zeros(0, np.int64)], []
    for segment in range(plan.first, plan.last + 1):
        moves = _call(run, segment, bucket, one, state)
        numbers.append(np.full(len(moves.columns), segment, dtype=np.int64))
        found.append(moves)
    run.add_outcome(plan.epoch, bucket, Outcome(np.concatenate(numbers), joined(found), (), state))


def _call(run: Run, segment: int, bucket: int, one: Part, state: State) -> Moves:
    """One call of the engine; its moves with rows of the whole and places in the whole call. Changes the state."""
    head, batch, place = run.readings(segment, bucket)
    channel = np.searchsorted(one.channels, batch.channel).astype(np.int64)
    moves, _marks = judge(one.rules, state, Batch(channel, batch.at_ms, batch.value), head.now_ms)
    columns = moves.columns
    columns[:, ARRIVAL] = np.append(place, -1)[columns[:, ARRIVAL]]  # -1, time alone, is the last
    columns[:, RULE] = one.rows[columns[:, RULE]]
    return moves


def _carry_over(run: Run, plan: Plan) -> None:
    """Put the state together, carry it over to the rules of the day, and part it again."""
    parting = run.parting(plan.parting)
    rules, state = whole(run, plan.epoch - 1)
    state, abandoned = recompile(state, rules, parting.rules)
    parts = [run.part(parting.number, bucket) for bucket in range(parting.buckets)]
    nothing = np.zeros(0, np.int64), joined([])
    for bucket, one in enumerate(split(parting.rules, state, parts)):
        run.add_outcome(plan.epoch, bucket, Outcome(*nothing, () if bucket else tuple(abandoned), one))
