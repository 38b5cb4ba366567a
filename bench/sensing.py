"""How fast the sensing engine is beside the naive reference, on the same streams in the same run.

Run from the repository root, with the tests' reference on the path:
PYTHONPATH=src:tests/engines/sensing python bench/sensing.py [--channels 5000] [--batch 10000] [--seconds 2]
"""

import argparse
import time
from collections.abc import Callable, Iterator

import numpy as np
from reference import Reference

from anshu.engines.sensing import Batch, Decision, LadderRule, Level, Step, compile_rules, dump, load, new_state, step

START_MS = 1_700_000_000_000
STEPS = (
    Step(Level.BLUE, 0.15, 0.10, 60, 300),
    Step(Level.YELLOW, 0.25, 0.20, 60, 300),
    Step(Level.ORANGE, 0.35, 0.30, 60, 300),
    Step(Level.RED, 0.45, 0.40, 0, 600),
)
Stream = list[tuple[Batch, int]]


def rules_for(channels: int) -> list[LadderRule]:
    """One four-step ladder on every channel."""
    return [LadderRule(f"rule-{channel}", channel, STEPS, stale_after_s=7200) for channel in range(channels)]


def stream(channels: int, size: int, batches: int, wet_share: float) -> Stream:
    """Every channel in turn, a reading a minute each; a share of them rises and falls, the others stay dry."""
    random = np.random.default_rng(7)
    wet = random.random(channels) < wet_share
    phase = random.random(channels) * 6.28
    calls: Stream = []
    for index in range(batches):
        place = np.arange(index * size, (index + 1) * size, dtype=np.int64)
        channel = random.permutation(place % channels)
        at_ms = START_MS + np.sort(place // channels) * 60_000
        tide = 0.3 + 0.3 * np.sin(at_ms / 3_600_000 + phase[channel]) + random.normal(0, 0.01, size)
        value = np.where(wet[channel], tide, 0.02)
        calls.append((Batch(channel, at_ms, value), int(at_ms[-1])))
    return calls


def run_engine(rules: list[LadderRule], calls: Stream) -> Iterator[list[Decision]]:
    table = compile_rules(rules)
    state = new_state(table)
    for batch, now_ms in calls:
        state, decisions = step(table, state, batch, now_ms)
        yield decisions


def run_naive(rules: list[LadderRule], calls: Stream) -> Iterator[list[Decision]]:
    reference = Reference(rules, ahead_limit_s=300.0)
    for batch, now_ms in calls:
        columns = (batch.channel.tolist(), batch.at_ms.tolist(), batch.value.tolist())
        yield reference.step(list(zip(*columns, strict=True)), now_ms)


def rate(
    run: Callable[[list[LadderRule], Stream], Iterator[list[Decision]]],
    rules: list[LadderRule],
    calls: Stream,
    seconds: float,
) -> tuple[float, list[list[Decision]]]:
    """Readings per second over at most about `seconds`, the first batch left out, and the decisions by batch."""
    decisions: list[list[Decision]] = []
    running = run(rules, calls)
    decisions.append(next(running))
    taken, began = 0, time.perf_counter()
    for (batch, _), more in zip(calls[1:], running, strict=False):
        decisions.append(more)
        taken += len(batch.channel)
        if time.perf_counter() - began > seconds:
            break
    return taken / (time.perf_counter() - began), decisions


def compare(name: str, channels: int, size: int, wet_share: float, seconds: float) -> None:
    rules = rules_for(channels)
    calls = stream(channels, size, max(20, 600_000 // size), wet_share)
    fast, decisions = rate(run_engine, rules, calls, seconds)
    slow, expected = rate(run_naive, rules, calls, seconds)
    both = min(len(decisions), len(expected))
    if decisions[:both] != expected[:both]:
        raise SystemExit(f"{name}: the engine and the reference disagree")
    per_thousand = 1000 * sum(map(len, decisions)) / (len(decisions) * size)
    print(
        f"{name:34} {channels:7,} {size:7,} {per_thousand:9.2f} {fast:12,.0f} {slow:10,.0f} {fast / slow:7.1f}",
        flush=True,
    )


def sizes(channels: int) -> None:
    began = time.perf_counter()
    table = compile_rules(rules_for(channels))
    compiled = time.perf_counter()
    blob = dump(table, new_state(table))
    dumped = time.perf_counter()
    load(blob)
    loaded = time.perf_counter()
    print(
        f"{channels:,} rules: compile {1000 * (compiled - began):.0f} ms, snapshot {len(blob) / 1e6:.2f} MB, "
        f"dump {1000 * (dumped - compiled):.1f} ms, load {1000 * (loaded - dumped):.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=5_000)
    parser.add_argument("--batch", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=2.0)
    options = parser.parse_args()
    channels, size, seconds = options.channels, options.batch, options.seconds
    print(f"{'stream':34} channels   batch decisions/1000  engine r/s  naive r/s   ratio")
    compare("dry: nothing happens", channels, size, 0.0, seconds)
    compare("5 % of channels wet", channels, size, 0.05, seconds)
    compare("all channels wet (flood)", channels, size, 1.0, seconds)
    compare("5 % wet, batch of 1,000", channels, 1_000, 0.05, seconds)
    compare("5 % wet, 10 x batch", channels, 10 * size, 0.05, seconds)
    compare("one wet channel (logger upload)", 1, size, 1.0, seconds)
    sizes(channels)


if __name__ == "__main__":
    main()
