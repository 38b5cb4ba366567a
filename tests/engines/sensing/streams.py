"""Rules and streams for the property tests: small numbers from coarse grids, so that everything coincides often."""

import numpy as np
from hypothesis import strategies as st

from anshu.engines.sensing import (
    Batch,
    Certainty,
    Checked,
    Checks,
    CompoundRule,
    Condition,
    Direction,
    LadderRule,
    Level,
    Quantity,
    Schedule,
    Signal,
    Spread,
    Step,
)
from tests.engines.sensing.reference import Reading, Rules

EPOCH_MS = 1_700_000_000_000  # Wednesday, 15 November 2023, 06:13:20 in China
AHEAD_LIMIT_S = 20.0
HOLDS_S = (0.0, 0.0, 1.0, 2.5, 6.0)
RATES = (Signal.RATE, Signal.TREND)
SCHEDULES = (
    Schedule(from_minute=373, to_minute=374),
    Schedule(from_minute=374, to_minute=373),
    Schedule(first_day=(11, 15), last_day=(4, 1), from_minute=374),
    Schedule(weekdays=(1, 2, 4, 5, 6, 7)),
)


def batch(readings: list[Reading]) -> Batch:
    columns = list(zip(*readings, strict=True)) or [(), (), ()]
    return Batch(np.array(columns[0], np.int64), np.array(columns[1], np.int64), np.array(columns[2], np.float64))


@st.composite
def ladders(draw: st.DrawFn, sign: int, unit: float = 1.0) -> tuple[Step, ...]:
    levels = sorted(draw(st.sets(st.sampled_from([1, 2, 3, 4]), min_size=1)), reverse=True)
    raises = draw(st.lists(st.integers(1, 6), min_size=len(levels), max_size=len(levels), unique=True).map(sorted))
    clears: list[int] = []
    for threshold in raises:
        clears.append(draw(st.integers(max([0, *clears]), threshold)))
    hold = st.sampled_from(HOLDS_S)
    return tuple(
        Step(Level(level), float(sign * up * unit), float(sign * down * unit), draw(hold), draw(hold))
        for level, up, down in zip(levels, raises, clears, strict=True)
    )


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    signal = draw(st.sampled_from([*Signal, Signal.VALUE, Signal.SUM, Signal.TREND]))
    panes = draw(st.integers(1, 4))
    return Quantity(signal, panes * draw(st.sampled_from([0.5, 2.0, 5.0])), panes)


@st.composite
def ladder_rules(draw: st.DrawFn, key: str, plain: bool = False) -> LadderRule:
    quantity = Quantity() if plain else draw(quantities())
    sign = 1 if quantity.signal is Signal.SILENCE else draw(st.sampled_from([1, -1]))
    steps = draw(ladders(sign, 3600.0 if quantity.signal in RATES else 1.0))
    direction = Direction.ABOVE if sign == 1 else Direction.BELOW
    rule = LadderRule(key, draw(st.integers(0, 3)), steps, direction, draw(st.sampled_from([None, 3.0, 8.0, 30.0])))
    if plain:
        return rule
    when = draw(st.sampled_from([Schedule(), Schedule(), *SCHEDULES]))
    certainty = draw(st.sampled_from(list(Certainty)))
    return LadderRule(rule.key, rule.channel, steps, direction, rule.stale_after_s, quantity, when, certainty)


@st.composite
def rule_sets(draw: st.DrawFn, plain: bool = False) -> list[LadderRule]:
    keys = draw(st.lists(st.sampled_from("abcdefg"), max_size=5, unique=True))
    return [draw(ladder_rules(key, plain)) for key in keys]


@st.composite
def whole_rule_sets(draw: st.DrawFn) -> Rules:
    """Ladders, one of them perhaps spread over channels, and compounds on them and on one another."""
    rules: Rules = list(draw(rule_sets()))
    known = [rule.key for rule in rules if isinstance(rule, LadderRule)]
    if draw(st.booleans()):
        channels = draw(st.lists(st.integers(0, 3), min_size=1, max_size=4, unique=True))
        rules.append(Spread(draw(ladder_rules("s")), np.array(channels, dtype=np.int64)))
        known += [f"s/{channel}" for channel in channels]
    for key in draw(st.lists(st.sampled_from("xyz"), max_size=3, unique=True)) if known else []:
        condition = st.builds(
            Condition,
            rule=st.sampled_from(known),
            level=st.sampled_from([Level.BLUE, Level.YELLOW, Level.RED]),
            within_s=st.sampled_from([0.0, 2.0, 10.0]),
            negated=st.booleans(),
        )
        conditions = draw(st.lists(condition, min_size=1, max_size=4))
        rules.append(CompoundRule(key, draw(st.integers(0, 9)), tuple(conditions), draw(ladders(1))))
        known.append(key)
    return rules


@st.composite
def checks(draw: st.DrawFn) -> list[Checked]:
    found = []
    for channel in draw(st.lists(st.integers(0, 3), max_size=3, unique=True)):
        low = draw(st.sampled_from([-np.inf, -6.0, -2.0]))
        one = Checks(
            low=low,
            high=draw(st.sampled_from([np.inf, 6.0, 3.0])),
            jump=draw(st.sampled_from([np.inf, 4.0, 9.0])),
            stuck_after_s=draw(st.sampled_from([None, 2.0])),
            gap_after_s=draw(st.sampled_from([3.0, 8.0])),
        )
        backup = draw(st.sampled_from([None, *(other for other in range(5) if other != channel)]))
        found.append(Checked(one, [channel], {} if backup is None else {channel: backup}))
    return found


@st.composite
def streams(draw: st.DrawFn, most: int = 12) -> list[tuple[int, list[Reading]]]:
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
        for _ in range(draw(st.integers(0, most))):
            if said and draw(st.integers(0, 9)) == 0:
                readings.append(draw(st.sampled_from(said)))
                continue
            at = device + draw(st.one_of(forward, forward, forward, odd))
            device = at if abs(at - now) <= 30_000 else now
            readings.append((draw(channel), at, draw(value)))
        said += readings
        calls.append((now, readings))
    return calls
