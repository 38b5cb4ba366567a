"""The sensing engine of Anshu on the stream: a batch is what came in one minute."""

import time

import numpy as np

from anshu.engines.sensing import (
    Batch,
    CompoundRule,
    Condition,
    Kind,
    LadderRule,
    Level,
    Quantity,
    RuleTable,
    Signal,
    Spread,
    Step,
    advance,
    compile_rules,
    new_state,
    warm_up,
)
from beside.alarms import Move
from beside.answers import Answer, peak_mb
from beside.rules import BY_NAME, PERIOD_S, RULES, SITE, Rule
from beside.stream import Stream

SIGNALS = {"rate": Signal.RATE, "sum": Signal.SUM, "mean": Signal.MEAN, "silence": Signal.SILENCE}
SAYS = {rule.name: "a row of the rule table" for rule in RULES} | {"two": "a compound of rows"}


def ladder(rule: Rule) -> LadderRule:
    """A rule of the table, for all channels."""
    steps = (Step(Level.YELLOW, rule.raise_at, rule.clear_at, rule.hold_s, rule.hold_s),)
    signal = SIGNALS.get(rule.name, Signal.VALUE)
    of = Quantity(signal, rule.window * PERIOD_S, rule.window) if rule.window else Quantity(signal)
    return LadderRule(rule.name, 0, steps, stale_after_s=rule.whole_s or None, of=of)


def table(channels: int) -> RuleTable:
    """All rules on all channels, and the compound on all sites."""
    everywhere = np.arange(channels)
    two = BY_NAME["two"]
    step = Step(Level.ORANGE, two.raise_at, two.clear_at)
    compounds = [
        CompoundRule(
            f"two/{site}", site * SITE, tuple(Condition(f"level/{site * SITE + k}") for k in range(SITE)), (step,)
        )
        for site in range(channels // SITE)
    ]
    return compile_rules([*(Spread(ladder(rule), everywhere) for rule in RULES if rule.name != "two"), *compounds])


def judge(stream: Stream) -> Answer:
    """Seconds spent in the engine alone, on one thread; the batches are made beforehand."""
    rules = table(stream.channels)
    warm_up()
    state, moves = new_state(rules), []
    wall_s = processor_s = 0.0
    for at_ms, channel, value in stream.each():
        batch = Batch(channel, np.full(len(channel), at_ms, dtype=np.int64), value)
        began, used = time.perf_counter(), time.process_time()
        decisions = advance(rules, state, batch, at_ms).decisions
        wall_s += time.perf_counter() - began
        processor_s += time.process_time() - used
        for one in decisions:
            if one.kind in (Kind.RAISE, Kind.CLEAR):
                rule, _, place = rules.keys[one.rule].partition("/")
                moves.append(Move(rule, int(place), one.at_ms, one.kind is Kind.RAISE))
    return Answer("Anshu", SAYS, moves, wall_s, processor_s, peak_mb())
