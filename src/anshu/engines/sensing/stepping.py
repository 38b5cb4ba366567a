"""One call of the engine: let time pass, sort the batch, take it, let compounds follow, put it all into words."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing.compounds import follow
from anshu.engines.sensing.decisions import Decision, Moves, decide, joined
from anshu.engines.sensing.kernels.sweeping import begin, sweep
from anshu.engines.sensing.kernels.taking import take
from anshu.engines.sensing.kernels.words import Readings, World
from anshu.engines.sensing.layout import LENT, MOVE_COLUMNS, UNWATCHED
from anshu.engines.sensing.readings import END_OF_TIME_MS, Batch
from anshu.engines.sensing.rules import LadderRule, Level, Step
from anshu.engines.sensing.sorting import arrivals, by_channel, keep_loans, keep_marks, parted, within
from anshu.engines.sensing.state import State, new_state
from anshu.engines.sensing.table import RuleTable, compile_rules
from anshu.kernel.errors import Invalid

ROOM = 4096  # moves that a kernel writes before it hands them over
WORTH_A_THREAD = 4096  # readings


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a batch led to: decisions, and the marks of each reading in order of arrival (see Mark)."""

    decisions: list[Decision]
    marks: NDArray[np.uint8]


class Part(NamedTuple):
    """What one thread was given, and what it found."""

    readings: Readings
    marks: NDArray[np.uint8]
    moves: list[Moves]


def step(rules: RuleTable, state: State, batch: Batch, now_ms: int) -> tuple[State, list[Decision]]:
    """Take a batch received at `now_ms`; the package docstring defines the outcome. The given state is left as it was.

    Invalid when now_ms is not between 1970 and 9999, or the state has not the size of the rules.
    """
    after = state.copy()
    return after, advance(rules, after, batch, now_ms).decisions


def advance(rules: RuleTable, state: State, batch: Batch, now_ms: int, *, threads: int = 1) -> Outcome:
    """The same as `step`, but changes the given state: a copy of a million channels costs more than their readings.

    The outcome does not depend on the number of threads.
    """
    moves, marks = judge(rules, state, batch, now_ms, threads=threads)
    return Outcome(list(decide(rules, moves)), marks)


def judge(
    rules: RuleTable, state: State, batch: Batch, now_ms: int, *, threads: int = 1
) -> tuple[Moves, NDArray[np.uint8]]:
    """What `advance` does, before it is put into words: the moves in order, and the marks."""
    if (len(state.words), len(state.compounds)) != (rules.numbers.words, rules.compound_start[-1]):
        raise Invalid("the state is of other rules: recompile it first", field="state", code="state_of_other_rules")
    if not 0 <= now_ms < END_OF_TIME_MS:
        raise Invalid("now_ms %(now_ms)d is not between 1970 and 9999", field="now_ms", code="now_ms", now_ms=now_ms)
    if not state.begun:
        begin(_world(rules, state, 0), now_ms)
        state.begun = True
    swept = now_ms // 1000 != state.swept_ms // 1000
    found = list(_sweep(rules, state, now_ms)) if swept else []
    marks = np.empty(len(batch.channel), dtype=np.uint8)
    found += _take(rules, state, batch, marks, (now_ms, threads))
    state.unwatched += int(np.count_nonzero((marks & (UNWATCHED | LENT)) == UNWATCHED))
    moves = joined(found).sorted()
    if rules.compounds:
        moves = joined([moves, follow(rules, state, moves, now_ms, swept)]).sorted()
    return moves, marks


def warm_up() -> None:
    """Have all machine code made, or loaded from where it is kept: seconds that nobody should wait for in a storm."""
    rules = compile_rules([LadderRule("warm", 0, (Step(Level.RED, 1.0, 1.0),), stale_after_s=1.0)])
    reading = Batch(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), np.zeros(1))
    advance(rules, new_state(rules), reading, 0)


def _world(rules: RuleTable, state: State, readings: int) -> World:
    room = 1 + max(ROOM, 4 * rules.numbers.most_rows)
    found = np.empty((room, MOVE_COLUMNS), dtype=np.int64)
    return World(rules.numbers.tape, state.words, found, np.zeros(readings, dtype=np.uint8))


def _sweep(rules: RuleTable, state: State, now_ms: int) -> Iterator[Moves]:
    """Once a second of `now`: a batch cut in two must not be swept in between."""
    state.swept_ms = now_ms
    world = _world(rules, state, 0)
    yield from _drained(world, rules.channels, lambda start, end: sweep(world, start, end, now_ms))


def _drained(world: World, end: int, go_on: Callable[[int, int], int]) -> Iterator[Moves]:
    """Call a kernel until it has come to the `end`, and take what it wrote each time."""
    start = 0
    while start < end:
        world.found[0, 0] = 0
        start = go_on(start, end)
        if world.found[0, 0]:
            yield Moves(world.found[1 : 1 + world.found[0, 0]].copy())


def _take(rules: RuleTable, state: State, batch: Batch, marks: NDArray[np.uint8], how: tuple[int, int]) -> list[Moves]:
    """Take the batch, in several threads where that pays. No channel is parted, so no two threads meet."""
    now_ms, threads = how
    whole = arrivals(rules, batch)
    parts = parted(whole, max(1, min(threads, len(whole.channel) // WORTH_A_THREAD)))

    def take_part(channels: tuple[int, int]) -> Part:
        readings = by_channel(batch, within(whole, *channels))
        world = _world(rules, state, len(readings.channel))
        moves = list(_drained(world, len(readings.channel), lambda at, end: take(world, readings, at, end, now_ms)))
        keep_marks(marks, readings, world.marks)
        return Part(readings, world.marks, moves)

    if len(parts) == 1:
        taken = [take_part(parts[0])]
    else:
        with ThreadPoolExecutor(len(parts)) as pool:
            taken = list(pool.map(take_part, parts))
    for part in taken:
        keep_loans(marks, part.readings, part.marks)
    return [moves for part in taken for moves in part.moves]
