"""Rules and streams for the property tests: small numbers from coarse grids, so that everything coincides often."""

import numpy as np
from hypothesis import strategies as st

from anshu.engines.sensing import Batch, Direction, LadderRule, Level, Step
from tests.engines.sensing.reference import Reading

EPOCH_MS = 1_700_000_000_000
AHEAD_LIMIT_S = 20.0
HOLDS_S = (0.0, 0.0, 1.0, 2.5, 6.0)


def batch(readings: list[Reading]) -> Batch:
    columns = list(zip(*readings, strict=True)) or [(), (), ()]
    return Batch(np.array(columns[0], np.int64), np.array(columns[1], np.int64), np.array(columns[2], np.float64))


@st.composite
def ladder_rules(draw: st.DrawFn, key: str) -> LadderRule:
    levels = sorted(draw(st.sets(st.sampled_from([1, 2, 3, 4]), min_size=1)), reverse=True)
    raises = draw(st.lists(st.integers(1, 6), min_size=len(levels), max_size=len(levels), unique=True).map(sorted))
    clears: list[int] = []
    for threshold in raises:
        clears.append(draw(st.integers(max([0, *clears]), threshold)))
    sign = draw(st.sampled_from([1, -1]))
    hold = st.sampled_from(HOLDS_S)
    steps = tuple(
        Step(Level(level), float(sign * up), float(sign * down), draw(hold), draw(hold))
        for level, up, down in zip(levels, raises, clears, strict=True)
    )
    direction = Direction.ABOVE if sign == 1 else Direction.BELOW
    return LadderRule(key, draw(st.integers(0, 3)), steps, direction, draw(st.sampled_from([None, 3.0, 8.0, 30.0])))


@st.composite
def rule_sets(draw: st.DrawFn) -> list[LadderRule]:
    return [draw(ladder_rules(key)) for key in draw(st.lists(st.sampled_from("abcdefg"), max_size=5, unique=True))]


@st.composite
def streams(draw: st.DrawFn) -> list[tuple[int, list[Reading]]]:
    """Batches as (now, readings): clocks that stand still, run, jump and go backwards; repeats; channels unknown."""
    now, device = EPOCH_MS, EPOCH_MS
    calls: list[tuple[int, list[Reading]]] = []
    said: list[Reading] = []
    forward = st.sampled_from([0, 0, 500, 1000, 1000, 2500, 4000])
    odd = st.sampled_from([-40_000, -3000, -1000, 9000, 21_000, 10_000_000])
    value = st.integers(-7, 7).map(float)
    channel = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 1_000_000])
    for _ in range(draw(st.integers(1, 6))):
        now += draw(st.one_of(forward, forward, odd))
        readings: list[Reading] = []
        for _ in range(draw(st.integers(0, 12))):
            if said and draw(st.integers(0, 9)) == 0:
                readings.append(draw(st.sampled_from(said)))
                continue
            at = device + draw(st.one_of(forward, forward, forward, odd))
            device = at if abs(at - now) <= 30_000 else now
            readings.append((draw(channel), at, draw(value)))
        said += readings
        calls.append((now, readings))
    return calls
