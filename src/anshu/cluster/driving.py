"""What an engine has to do, over and over: plan the next epoch, have its pieces of work carried out."""

from collections.abc import Callable, Sequence
from functools import partial

from anshu.cluster.run import Plan, Run
from anshu.cluster.work import carry_out

MOST_SEGMENTS = 100  # of one epoch: what is done again when everything is lost at once

Work = Callable[[int], None]
"""Has a function called with each of the numbers, anywhere and in any order; raises when it could not."""
Each = Callable[[Work, Sequence[int]], None]


def turn(run: Run, each: Each) -> bool:
    """Bring one epoch to its end; False when there is nothing to do. Safe to break off anywhere, and to run twice."""
    plan = next_plan(run)
    if plan is None:
        return False
    each(partial(carry_out, run.path, plan.epoch), [0] if plan.carries else run.missing(plan))
    return True


def next_plan(run: Run) -> Plan | None:
    """The epoch that is not done yet, or a new one of the segments that wait; None when none does."""
    newest = run.newest_plan()
    if newest is not None and run.missing(newest):
        return newest
    epoch, first, last_seq = (newest.epoch + 1, newest.last + 1, newest.last_seq) if newest else (0, 0, None)
    waiting = set(run.segment_numbers())
    if first not in waiting:
        return None
    head = run.head(first)
    if newest is None or newest.parting != head.parting:
        taken = run.start_seq() if last_seq is None else last_seq
        return run.add_plan(Plan(epoch, head.parting, len(head.counts), first, first - 1, taken))
    last = first
    while last + 1 - first < MOST_SEGMENTS and last + 1 in waiting:
        following = run.head(last + 1)
        if following.parting != head.parting:
            break
        last, head = last + 1, following
    return run.add_plan(Plan(epoch, head.parting, len(head.counts), first, last, head.last_seq))
