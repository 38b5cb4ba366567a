"""How the cost of sensing grows with channels, rules, late readings and open alarms: a table, and a plot of it.

One thing grows at a time, from 20,000 channels of ten rules with neither late readings nor open alarms. Seconds are
those of the processor, the best of several batches.
Run: PYTHONPATH=src python bench/growth.py [--plot docs/images/growth.svg]
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sensing import LEVELS, ROUND_MS, START_MS, readings
from stage import told

from anshu.engines.sensing import (
    Batch,
    Direction,
    LadderRule,
    Level,
    Spread,
    Step,
    advance,
    compile_rules,
    dump,
    new_state,
    rungs,
    warm_up,
)

CHANNELS, RULES, BATCH, BATCHES = 20_000, 10, 20_000, 24


@dataclass(frozen=True)
class Load:
    """What is judged. `late` and `open` are shares: of readings, and of rules that stand raised."""

    channels: int = CHANNELS
    rules: int = RULES
    late: float = 0.0
    open: float = 0.0


@dataclass(frozen=True)
class Cost:
    """Processor a reading, memory a channel, processor to write the state down, and how many rules stand raised."""

    reading_ns: float
    channel_bytes: float
    save_ms: float
    raised: int


def rules_of(load: Load) -> list[LadderRule | Spread]:
    """The mixed rules of `sensing.py` over and over; then, where alarms are open, some that whatever is said raises."""
    everywhere = np.arange(load.channels)
    found: list[LadderRule | Spread] = []
    raised = round(load.open * load.rules)
    for place in range(load.rules):
        key, of, steps, side = LEVELS[place % len(LEVELS)]
        if place < raised:
            steps, side = (Step(Level.BLUE, -1e9, -2e9),), Direction.ABOVE
        found.append(Spread(LadderRule(f"{key} {place}", 0, steps, side, 7200.0, of), everywhere))
    return found


def batches(load: Load, count: int) -> Iterator[tuple[Batch, int]]:
    """Each channel speaks every five minutes; so many readings are ten minutes late."""
    random, size = np.random.default_rng(1), min(BATCH, load.channels)
    for number in range(count):
        batch = readings(load.channels, size, number * size)
        now_ms = START_MS + number * size // load.channels * ROUND_MS
        batch.at_ms[:] = now_ms - 2 * ROUND_MS * (random.random(size) < load.late)
        yield batch, now_ms


def cost(load: Load) -> Cost:
    """Measured on the second half of the batches, when windows are filled."""
    rules = compile_rules(rules_of(load))
    state, spent = new_state(rules), []
    rounds, size = BATCHES * max(1, load.channels // BATCH), min(BATCH, load.channels)
    for batch, now_ms in batches(load, rounds):
        began = time.process_time()
        advance(rules, state, batch, now_ms)
        spent.append(time.process_time() - began)
    began = time.process_time()
    dump(rules, state)
    saved = time.process_time() - began
    best = np.sort(spent[rounds // 2 :])[: max(1, rounds // 6)].mean()
    raised = int(np.count_nonzero(rungs(rules, state)))
    return Cost(1e9 * best / size, state.words.nbytes / load.channels, 1000 * saved, raised)


GROWTH: dict[str, list[tuple[str, Load]]] = {
    "channels": [(f"{n:,}", Load(channels=n)) for n in (1_000, 5_000, 20_000, 100_000, 300_000)],
    "rules a channel": [(str(n), Load(rules=n)) for n in (1, 2, 5, 10, 20, 40)],
    "late readings": [(f"{share:.0%}", Load(late=share)) for share in (0.0, 0.01, 0.05, 0.2, 0.5)],
    "rules that stand raised": [(f"{share:.0%}", Load(open=share)) for share in (0.0, 0.1, 0.3, 0.6, 1.0)],
}

WIDTH, HEIGHT, LEFT, TOP, BOTTOM, GAP = 250, 200, 50, 44, 46, 28


def plot(found: dict[str, list[tuple[str, Cost]]]) -> str:
    """Four panels of one height: nanoseconds a reading over each thing that grows."""
    most = max(one.reading_ns for row in found.values() for _words, one in row) * 1.1
    wide = len(found) * (WIDTH + GAP) + LEFT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {TOP + HEIGHT + BOTTOM}" font-family="sans-serif"'
        ' font-size="12" fill="#24292f"><rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{LEFT}" y="18" font-size="14">Processor time a reading, nanoseconds</text>',
    ]
    for place, (title, row) in enumerate(found.items()):
        parts += panel(LEFT + place * (WIDTH + GAP), title, row, most)
    return "\n".join([*parts, "</svg>\n"])


def panel(left: float, title: str, row: list[tuple[str, Cost]], most: float) -> Iterator[str]:
    """One panel: a line, a mark and a figure for each measurement."""
    floor, step = TOP + HEIGHT, (WIDTH - 40) / max(1, len(row) - 1)
    points = [(left + 20 + place * step, floor - HEIGHT * one.reading_ns / most) for place, (_, one) in enumerate(row)]
    yield f'<path d="M{left} {TOP}V{floor}H{left + WIDTH}" fill="none" stroke="#8c959f"/>'
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'<polyline points="{line}" fill="none" stroke="#0b5cad" stroke-width="2"/>'
    for (x, y), (words, one) in zip(points, row, strict=True):
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#0b5cad"/>'
        halo = 'paint-order="stroke" stroke="#fff" stroke-width="4"'
        yield f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle" {halo}>{one.reading_ns:.0f}</text>'
        yield f'<text x="{x:.1f}" y="{floor + 16}" text-anchor="middle" font-size="11">{words}</text>'
    yield f'<text x="{left + WIDTH / 2}" y="{floor + 36}" text-anchor="middle" font-weight="600">{title}</text>'


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--plot", type=Path, help="where to write the plot (SVG)")
    given = asked.parse_args()
    told(f"{CHANNELS:,} channels, {RULES} rules each, batches of {BATCH:,}; one thing grows at a time")
    warm_up()
    print(f"{'':24} {'':>8} {'ns a reading':>13} {'readings/s':>12} {'bytes a channel':>16} {'save':>9} {'raised':>9}")
    found: dict[str, list[tuple[str, Cost]]] = {}
    for title, loads in GROWTH.items():
        for words, load in loads:
            one = cost(load)
            found.setdefault(title, []).append((words, one))
            figures = f"{one.reading_ns:13,.0f} {1e9 / one.reading_ns:12,.0f} {one.channel_bytes:16,.0f}"
            print(f"{title:24} {words:>8} {figures} {one.save_ms:6,.0f} ms {one.raised:9,}", flush=True)
    if given.plot:
        given.plot.write_text(plot(found))


if __name__ == "__main__":
    main()
