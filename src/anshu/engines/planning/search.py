"""Make a plan, and make it anew when a crew drops out."""

from typing import NamedTuple

import numpy as np

from anshu.engines.planning.kernels.ruin import TALLY, WAITING_ROOM, Scratch
from anshu.engines.planning.kernels.settle import exchange, fill, settle
from anshu.engines.planning.kernels.walk import Best, Cooling, walk
from anshu.engines.planning.kernels.words import CREW, DAY, FIRST, LAST, MOST, NOWHERE, SITE, Dice, Draft, Task, Whole
from anshu.engines.planning.layout import Layout, blank, lay_out
from anshu.engines.planning.plan import Plan, read_out, rows_of
from anshu.engines.planning.problem import Problem
from anshu.engines.routing.graph import Booleans
from anshu.kernel.errors import Invalid

# What loss is forgiven at first and at last, in mean worths of a planned visit.
HOT, COLD = 0.2, 0.001
# When planning anew, what is there is good: nothing but small steps.
WARM = 0.01
# Where every place is looked at.
NO_DICE: Dice = np.zeros(0, dtype=np.uint64)


class Search(NamedTuple):
    """A plan in the making, and what it is made from."""

    layout: Layout
    draft: Draft
    dice: Dice


def risk_first(problem: Problem) -> Plan:
    """What one does by hand: the highest worth first, each visit wherever it adds most; nothing is ever moved."""
    layout = lay_out(problem)
    search = _begin(layout, 0)
    fill(layout.task, search.draft, by_worth(layout.task), NO_DICE)
    return read_out(problem, layout, search.draft)


def plan(problem: Problem, *, turns: int, seed: int = 0) -> Plan:
    """The best plan found in so many turns of ruin and recreate; never worth less than `risk_first`.

    Equal arguments give equal plans. Invalid for negative turns, or a site owed more visits than the horizon has days.
    """
    layout = lay_out(problem)
    search = _begin(layout, seed)
    fill(layout.task, search.draft, by_worth(layout.task), NO_DICE)
    _improve(search, turns, HOT)
    return read_out(problem, layout, search.draft)


def plan_anew(problem: Problem, before: Plan, *, turns: int, seed: int = 0) -> Plan:
    """A plan for a problem that has changed (a crew gone, a site closed), near the plan that there was.

    Sites and crews must be numbered as before. What can stay stays at first, and each visit that keeps its crew and
    day is worth `aims.stay` more in the search, so that nothing moves for less. Invalid as in `plan`.
    """
    layout = lay_out(problem)
    draft = draft_of(layout, before)
    layout.task.before[:] = draft.where
    settle(layout.task, draft)
    search = Search(layout, draft, dice_of(seed))
    fill(layout.task, search.draft, by_worth(layout.task), NO_DICE)
    _improve(search, turns, WARM)
    return read_out(problem, layout, search.draft)


def _begin(layout: Layout, seed: int) -> Search:
    draft = blank(layout.task)
    settle(layout.task, draft)
    return Search(layout, draft, dice_of(seed))


def dice_of(seed: int) -> Dice:
    """Dice that begin with the seed."""
    return np.array([seed & (1 << 64) - 1], dtype=np.uint64)


def by_worth(task: Task) -> Whole:
    """Visits, the most they can be worth first."""
    return np.argsort(-task.worth[:, MOST], kind="stable")


def _improve(search: Search, turns: int, hot: float) -> None:
    """Walk, go back to the best plan met, then fill and exchange until no single step adds anything."""
    if turns < 0:
        raise Invalid("turns must not be negative", field="turns", code="turns")
    task, draft, dice = search.layout.task, search.draft, search.dice
    best = Best(draft.stops.copy(), draft.length.copy(), draft.total.copy())
    planned = max(1, int(draft.length.sum()))
    mean = max(float(draft.total[0]) / planned, 1e-6)
    if turns and len(draft.length) and len(draft.where):
        walk(task, draft, (_blank_scratch(draft), best), dice, Cooling(0, turns, turns, hot * mean, COLD * mean))
    _restore(task, draft, best)
    order = by_worth(task)
    while fill(task, draft, order, NO_DICE) + exchange(task, draft, order):
        pass  # each round adds something, so the last comes; few are ever needed


def _blank_scratch(draft: Draft) -> Scratch:
    shifts, width = draft.stops.shape
    return Scratch(
        tally=np.zeros(TALLY, dtype=np.int64),
        waiting=np.zeros(WAITING_ROOM, dtype=np.int64),
        key=np.zeros(WAITING_ROOM),
        touched=np.zeros(shifts, dtype=np.int64),
        touched_in=np.zeros(shifts, dtype=np.int64),
        stops=np.zeros((shifts, width), dtype=np.int32),
        length=np.zeros(shifts, dtype=np.int64),
        tried=np.zeros(shifts, dtype=np.int64),
        tried_in=np.zeros(shifts, dtype=np.int64),
        seen_in=np.zeros(shifts, dtype=np.int64),
        changed=np.zeros(shifts, dtype=np.int64),
        is_changed=np.zeros(shifts, dtype=np.uint8),
    )


def _restore(task: Task, draft: Draft, best: Best) -> None:
    """Make the draft what the best plan is."""
    draft.stops[:], draft.length[:] = best.stops, best.length
    draft.where[:] = NOWHERE
    for shift, length in enumerate(best.length.tolist()):
        draft.where[best.stops[shift, :length]] = shift
    settle(task, draft)


def draft_of(layout: Layout, plan: Plan) -> Draft:
    """What of a plan still fits, as a draft. A shift that can no longer hold all its stops in time loses the last."""
    task, draft = layout.task, blank(layout.task)
    shift_of = {(crew, day): shift for shift, (crew, day) in enumerate(task.shift[:, [CREW, DAY]].tolist())}
    row, width = rows_of(layout, plan), draft.stops.shape[1]
    days, licensed = task.visit[row][:, [FIRST, LAST]].tolist(), task.allowed[:, task.visit[row, SITE]].tolist()
    for at, stop in enumerate(plan.stops):
        shift = shift_of.get((stop.crew, stop.day))
        may = licensed[stop.crew][at] and days[at][0] <= stop.day <= days[at][1]
        if shift is not None and may and draft.length[shift] < width:
            draft.stops[shift, draft.length[shift]] = row[at]
            draft.length[shift] += 1
    settle(task, draft)
    while (late := _late_shifts(draft)).any():
        draft.length[late] -= 1
        settle(task, draft)
    _restore(task, draft, Best(draft.stops, draft.length, draft.total))
    return draft


def _late_shifts(draft: Draft) -> Booleans:
    late = (draft.begins > draft.latest) & (np.arange(draft.stops.shape[1]) < draft.length[:, None])
    return np.asarray(late.any(axis=1))
