"""How fast the sensing engine is beside a plain loop over dictionaries, on the same readings in the same run.

Ten rules of mixed kinds on every channel. The loop is what one writes first: a dictionary of channels, and no lateness,
staleness or checks. That both find the same alarms is proved before anything is timed.
Run from the repository root: PYTHONPATH=src python bench/sensing.py [--channels 100000]
"""

import argparse
import time
from collections.abc import Callable

import numpy as np

from anshu.engines.sensing import (
    Batch,
    Direction,
    Kind,
    LadderRule,
    Level,
    Quantity,
    RuleTable,
    Signal,
    Spread,
    State,
    Step,
    advance,
    compile_rules,
    dump,
    load,
    new_state,
)

START_MS = 1_700_006_400_000
ROUND_MS = 300_000
LEVELS = [
    ("a high", Quantity(), (Step(Level.ORANGE, 40, 38), Step(Level.RED, 45, 42)), Direction.ABOVE),
    ("b low", Quantity(), (Step(Level.YELLOW, -10, -8),), Direction.BELOW),
    ("c held", Quantity(), (Step(Level.YELLOW, 30, 28, 600, 0),), Direction.ABOVE),
    ("d rate", Quantity(Signal.RATE), (Step(Level.YELLOW, 400, 300),), Direction.ABOVE),
    ("e 1 h", Quantity(Signal.SUM, 3600, 12), (Step(Level.ORANGE, 420, 400),), Direction.ABOVE),
    ("f 24 h", Quantity(Signal.SUM, 86_400, 24), (Step(Level.ORANGE, 9000, 8500),), Direction.ABOVE),
    ("g highest", Quantity(Signal.HIGHEST, 3600, 12), (Step(Level.BLUE, 48, 46),), Direction.ABOVE),
    ("h hour", Quantity(Signal.UNSEASONABLE), (Step(Level.YELLOW, 9, 6),), Direction.ABOVE),
    ("i unusual", Quantity(Signal.UNUSUAL), (Step(Level.YELLOW, 7, 5),), Direction.ABOVE),
    ("j silence", Quantity(Signal.SILENCE), (Step(Level.YELLOW, 7200, 60),), Direction.ABOVE),
]


def spread(channels: int) -> list[LadderRule | Spread]:
    """The ten rules on every channel; the first also goes stale."""
    everywhere = np.arange(channels)
    return [
        Spread(LadderRule(key, 0, steps, side, 7200.0 if place == 0 else None, quantity), everywhere)
        for place, (key, quantity, steps, side) in enumerate(LEVELS)
    ]


class Loop:
    """The ten rules as plain Python: a list of numbers for each rule of each channel."""

    def __init__(self, channels: int) -> None:
        self.seen = {channel: Plain() for channel in range(channels)}
        self.found: list[tuple[str, int, int]] = []

    def take(self, channels: list[int], instants: list[int], values: list[float]) -> None:
        for channel, at, value in zip(channels, instants, values, strict=True):
            one = self.seen[channel]
            for place, (signal, (_, _, steps, side)) in enumerate(zip(one.signals(at, value), LEVELS, strict=True)):
                if signal is None:
                    continue
                on, since = one.rungs[place], one.since[place]
                sign = -1 if side is Direction.BELOW else 1
                rung = on
                for step_place, step in enumerate(steps):
                    high, bound = sign * signal, sign * (step.clear_at if step_place < on else step.raise_at)
                    if not (high < bound if step_place < on else high >= bound):
                        since[step_place] = None
                        continue
                    if since[step_place] is None:
                        since[step_place] = at
                    if step_place >= on and at - since[step_place] >= step.hold_up_s * 1000:
                        rung = step_place + 1
                    elif step_place < on and rung == on:
                        rung = step_place
                if rung != on:
                    one.rungs[place] = rung
                    one.since[place] = [None, None]
                    self.found.append((LEVELS[place][0], channel, at))


class Plain:
    """What the loop keeps of one channel."""

    def __init__(self) -> None:
        self.at: int | None = None
        self.value = 0.0
        self.rungs = [0] * 10
        self.since: list[list[int | None]] = [[None, None] for _ in range(10)]
        self.panes: list[dict[int, float]] = [{}, {}, {}]
        self.usual: dict[int, tuple[float, float, int]] = {}
        self.grain = 0.0

    def signals(self, at: int, value: float) -> list[float | None]:
        rate = None if self.at is None else (value - self.value) * 3_600_000 / (at - self.at)
        step = 0.0 if self.at is None else abs(value - self.value)
        if step and (not self.grain or step < self.grain):
            self.grain = step
        hour = self.window(0, at // 300_000, 12, value)
        day = self.window(1, at // 3_600_000, 24, value)
        highest = self.highest(at // 300_000, value)
        by_hour = self.surprise((at + 28_800_000) // 3_600_000 % 24, value)
        unusual = self.surprise(-1, value)
        self.at, self.value = at, value
        return [value, value, value, rate, hour, day, highest, by_hour, unusual, 0.0]

    def window(self, place: int, pane: int, panes: int, value: float) -> float:
        held = self.panes[place]
        held[pane] = held.get(pane, 0.0) + round(value * 1e6)
        if len(held) > panes or next(iter(held)) <= pane - panes:
            for old in [one for one in held if one <= pane - panes]:
                del held[old]
        return sum(held.values()) / 1e6

    def highest(self, pane: int, value: float) -> float:
        held = self.panes[2]
        held[pane] = max(held.get(pane, value), value)
        for old in [one for one in held if one <= pane - 12]:
            del held[old]
        return max(held.values())

    def surprise(self, bucket: int, value: float) -> float | None:
        mean, spread, count = self.usual.get(bucket, (value, 0.0, 0))
        off = value - mean
        sigma = max(1.25 * spread, self.grain, 0.001 * abs(mean))
        warm = count >= 30 and sigma > 0
        lesson = min(max(off, -3 * sigma), 3 * sigma) if warm else off
        weight = 1 / min(count + 1, 288)
        self.usual[bucket] = (mean + weight * lesson, spread + weight * (abs(lesson) - spread), count + 1)
        return abs(off) / sigma if warm else None


def readings(channels: int, size: int, first: int) -> Batch:
    """Readings number `first` and on: every channel in turn, shuffled within the batch, one round in five minutes."""
    random = np.random.default_rng(first)
    place = np.arange(first, first + size, dtype=np.int64)
    channel = random.permutation(place) % channels
    at_ms = START_MS + (place if size >= channels else np.full(size, first)) // channels * ROUND_MS
    value = 20 + 6 * np.sin(channel % 97 + first / channels / 40) + random.normal(0, 4, size)
    return Batch(channel, at_ms, value)


def agree() -> None:
    """Both find the same moves on a small and wild stream, or nothing is measured."""
    channels, rounds = 30, 1300
    rules, loop = compile_rules(spread(channels)), Loop(channels)
    state, found = new_state(rules), []
    for place in range(rounds):
        batch = readings(channels, channels, place * channels)
        batch.value[:] = 1.5 * batch.value + 40 * ((place + batch.channel) % 53 == 0) - 60 * (place % 90 == 80)
        outcome = advance(rules, state, batch, int(batch.at_ms[-1]))
        found += [
            (rules.keys[one.rule].partition("/")[0], one.channel, one.at_ms)
            for one in outcome.decisions
            if one.kind not in (Kind.STALE, Kind.FRESH)
        ]
        loop.take(batch.channel.tolist(), batch.at_ms.tolist(), batch.value.tolist())
    if sorted(found) != sorted(loop.found):
        raise SystemExit(f"the engine and the loop disagree: {len(found)} and {len(loop.found)} moves")
    print(f"the engine and the loop agree on {len(found):,} moves of {len({key for key, _, _ in found})} rules of ten")


class Series:
    """A running stream, so that each measurement goes on where the one before ended."""

    def __init__(self, channels: int) -> None:
        self.channels, self.first = channels, 0
        self.rules: RuleTable = compile_rules(spread(channels))
        self.state: State = new_state(self.rules)

    def measure(self, size: int, batches: int, threads: int) -> tuple[float, float, float]:
        """Readings a second, best and mean of the batches; decisions a thousand readings."""
        spans, decisions = [], 0
        for _ in range(batches):
            batch = readings(self.channels, size, self.first)
            now_ms = START_MS + self.first // self.channels * ROUND_MS
            self.first += size
            began = time.perf_counter()
            decisions += len(advance(self.rules, self.state, batch, now_ms, threads=threads).decisions)
            spans.append(time.perf_counter() - began)
        return size / min(spans), size * batches / sum(spans), 1000 * decisions / size / batches


def loop_rate(channels: int) -> float:
    """Readings a second of the plain loop, over a few rounds of fewer channels, which flatters it."""
    channels = min(channels, 10_000)
    loop, taken, spent = Loop(channels), 0, 0.0
    for place in range(4):
        batch = readings(channels, channels, place * channels)
        columns = batch.channel.tolist(), batch.at_ms.tolist(), batch.value.tolist()
        began = time.perf_counter()
        loop.take(*columns)
        spent += time.perf_counter() - began
        taken += channels
    return taken / spent


def timed(name: str, work: Callable[[], object]) -> object:
    began = time.perf_counter()
    result = work()
    print(f"{name:44} {time.perf_counter() - began:6.2f} s", flush=True)
    return result


def a_million() -> None:
    """How long a million channels take to start."""
    rules = timed("1,000,000 channels, 10 rules each: compile", lambda: compile_rules(spread(1_000_000)))
    assert isinstance(rules, RuleTable)
    state = timed("  state", lambda: new_state(rules))
    assert isinstance(state, State)
    empty = Batch(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    timed("  first call", lambda: advance(rules, state, empty, START_MS))
    print(f"  state {state.words.nbytes / 2**20:,.0f} MiB, {state.words.nbytes / 1_000_000:,.0f} bytes a channel")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=100_000)
    channels: int = parser.parse_args().channels
    agree()
    plain = loop_rate(channels)
    print(f"{'':24} {'best r/s':>12} {'mean r/s':>12} {'x loop':>7} {'decisions/1000':>15}")
    print(f"{'plain loop, one core':24} {plain:12,.0f}")
    series = Series(channels)
    series.measure(channels, 36, 1)  # until the detectors have learnt
    for name, size, batches, threads in (
        ("batch 100,000, one core", 100_000, 16, 1),
        ("batch 100,000, two", 100_000, 16, 2),
        ("batch 1,000, one core", 1_000, 600, 1),
    ):
        best, mean, decisions = series.measure(size, batches, threads)
        print(f"{name:24} {best:12,.0f} {mean:12,.0f} {mean / plain:7.1f} {decisions:15.2f}", flush=True)
    print(f"state: {series.state.words.nbytes / channels:,.0f} bytes a channel")
    blob = timed("snapshot, write", lambda: dump(series.rules, series.state))
    assert isinstance(blob, bytes)
    timed(f"snapshot of {len(blob) / 2**20:,.0f} MiB, read", lambda: load(blob))
    a_million()


if __name__ == "__main__":
    main()
