"""What all buckets of an epoch come to: decisions in the order in which one machine makes them, and one state."""

from dataclasses import dataclass

import numpy as np

from anshu.cluster.run import Plan, Run
from anshu.engines.sensing import Abandoned, Decision, Moves, RuleTable, State, decide, join, joined


@dataclass(frozen=True, slots=True, eq=False)
class Epoch:
    """An epoch that is done. Rules given up come before its decisions; rows of decisions are those of `rules`."""

    plan: Plan
    rules: RuleTable
    abandoned: tuple[Abandoned, ...]
    decisions: list[Decision]


def collect(run: Run, epoch: int) -> Epoch | None:
    """What an epoch decided; None until all of its buckets are done."""
    try:
        plan = run.plan(epoch)
    except FileNotFoundError:
        return None
    if run.missing(plan):
        return None
    found = [run.decided(epoch, bucket) for bucket in range(plan.buckets)]
    abandoned = tuple(one for _segment, _moves, given_up in found for one in given_up)
    rules = run.parting(plan.parting).rules
    segment = np.concatenate([one for one, _moves, _abandoned in found])
    columns = joined(moves for _segment, moves, _abandoned in found).columns
    decisions: list[Decision] = []
    for number in np.unique(segment).tolist():
        decisions += decide(rules, Moves(columns[segment == number]).sorted())
    return Epoch(plan, rules, abandoned, decisions)


def whole(run: Run, epoch: int) -> tuple[RuleTable, State]:
    """Rules and state after an epoch that is done, as one machine would hold them; before the first, at the start."""
    if epoch < 0:
        return run.start()
    plan = run.plan(epoch)
    rules = run.parting(plan.parting).rules
    buckets = range(plan.buckets)
    parts = [run.part(plan.parting, bucket) for bucket in buckets]
    return rules, join(rules, parts, [run.state(epoch, bucket) for bucket in buckets])
