"""One shift and its stops: what fits between them, putting one in, taking some out, and telling the times anew."""

from anshu.engines.compiled import kernel
from anshu.engines.planning.kernels.words import (
    BEGINS,
    CLOSES,
    ENDS,
    HOME,
    NOWHERE,
    OPENS,
    SECOND,
    SERVICE,
    Dice,
    Draft,
    Task,
    between,
    gain,
    roll,
)

IMPOSSIBLE_S = 1 << 40
# The chance of overlooking a place, so that equal searches do not always end alike.
BLINK = 0.01
# An improvement smaller than this is a rounding.
NOTHING = 1e-9


@kernel
def stop_at(task: Task, draft: Draft, shift: int, at: int) -> int:
    """The row of visits at a stop; home before the first and behind the last."""
    if 0 <= at < draft.length[shift]:
        return int(draft.stops[shift, at])
    return int(task.shift[shift, HOME])


@kernel
def free_at(task: Task, draft: Draft, shift: int, at: int) -> int:
    """When the crew may leave the stop, at the earliest; −1 is home in the morning."""
    if at < 0:
        return int(task.shift[shift, BEGINS])
    return int(draft.begins[shift, at] + task.visit[draft.stops[shift, at], SERVICE])


@kernel
def must_at(task: Task, draft: Draft, shift: int, at: int) -> int:
    """When the crew must be at the stop, at the latest; behind the last is home in the evening."""
    if at >= draft.length[shift]:
        return int(task.shift[shift, ENDS])
    return int(draft.latest[shift, at])


@kernel
def retell(task: Task, draft: Draft, shift: int) -> None:
    """Beginnings, latest beginnings, room and score of a shift, from its stops; the total with them."""
    count, road_s, worth = draft.length[shift], 0, 0.0
    for at in range(count):
        row, last = draft.stops[shift, at], stop_at(task, draft, shift, at - 1)
        way_s = between(task, last, row)
        draft.begins[shift, at] = max(free_at(task, draft, shift, at - 1) + way_s, task.visit[row, OPENS])
        road_s += way_s
        worth += gain(task, row, shift)
    if count:
        road_s += between(task, draft.stops[shift, count - 1], task.shift[shift, HOME])
    room = 0
    for back in range(count + 1):
        at = count - back
        must_s = task.shift[shift, ENDS]
        if at < count:
            row, following = draft.stops[shift, at], stop_at(task, draft, shift, at + 1)
            must_s = must_at(task, draft, shift, at + 1) - between(task, row, following) - task.visit[row, SERVICE]
            must_s = min(must_s, task.visit[row, CLOSES] - task.visit[row, SERVICE])
            draft.latest[shift, at] = must_s
        room = max(room, must_s - free_at(task, draft, shift, at - 1))
    draft.room[shift] = room
    score = worth - task.number[SECOND] * road_s
    draft.total[0] += score - draft.score[shift]
    draft.score[shift] = score


@kernel
def detour_s(task: Task, draft: Draft, visit: int, shift: int, at: int) -> int:
    """Seconds that the visit adds to the road when it comes before stop `at`; IMPOSSIBLE_S when it does not fit."""
    last, following = stop_at(task, draft, shift, at - 1), stop_at(task, draft, shift, at)
    to_s, from_s = between(task, last, visit), between(task, visit, following)
    begins = max(free_at(task, draft, shift, at - 1) + to_s, task.visit[visit, OPENS])
    ends = begins + task.visit[visit, SERVICE]
    if ends > task.visit[visit, CLOSES] or ends + from_s > must_at(task, draft, shift, at):
        return IMPOSSIBLE_S
    return to_s + from_s - between(task, last, following)


@kernel
def best_stop(task: Task, draft: Draft, visit: int, shift: int, dice: Dice) -> tuple[int, int]:
    """(seconds added, stop) of the shortest detour, or IMPOSSIBLE_S; without dice no place is overlooked."""
    best_s, best_at = IMPOSSIBLE_S, NOWHERE
    if draft.room[shift] < task.visit[visit, SERVICE] or draft.length[shift] >= draft.stops.shape[1]:
        return best_s, best_at
    for at in range(draft.length[shift] + 1):
        if len(dice) and roll(dice) < BLINK:
            continue
        added_s = detour_s(task, draft, visit, shift, at)
        if added_s < best_s:
            best_s, best_at = added_s, at
    return best_s, best_at


@kernel
def put_in(task: Task, draft: Draft, visit: int, shift: int, at: int) -> None:
    """Make the visit before stop `at`."""
    for place in range(draft.length[shift], at, -1):
        draft.stops[shift, place] = draft.stops[shift, place - 1]
    draft.stops[shift, at] = visit
    draft.length[shift] += 1
    draft.where[visit] = shift
    retell(task, draft, shift)


@kernel
def take_out(task: Task, draft: Draft, shift: int, first: int, count: int) -> None:
    """Leave out `count` stops from the first on."""
    for at in range(first, first + count):
        draft.where[draft.stops[shift, at]] = NOWHERE
    for at in range(first + count, draft.length[shift]):
        draft.stops[shift, at - count] = draft.stops[shift, at]
    draft.length[shift] -= count
    retell(task, draft, shift)


@kernel
def stop_of(draft: Draft, visit: int, shift: int) -> int:
    """At which stop of the shift a visit is."""
    at = 0
    while draft.stops[shift, at] != visit:
        at += 1
    return at
