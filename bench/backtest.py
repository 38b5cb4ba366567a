"""How long it takes to try a rule on a year of 5,000 channels, beside a plain Python loop of the same rule on a slice.

The readings (one in five minutes, and one in an hour) are made before the clock starts, as those of a river that rises
a few times a year; the engine gets them day by day, as the store gives them. A slice is also written to a store of the
installation's own kind and read back from there. That loop and engine find the same alarms is proved before anything
is timed. Run from the repository root: PYTHONPATH=src python bench/backtest.py [--channels 5000] [--days 365]
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from anshu.engines.backtest import Round, Span, follow
from anshu.engines.sensing import Batch, LadderRule, Level, RuleTable, Spread, Step, compile_rules, warm_up
from anshu.telemetry import Store
from anshu.telemetry.readings import Batch as Stored

START_MS = 1_704_038_400_000
DAY_MS = 86_400_000
STEPS = (
    Step(Level.YELLOW, 3.0, 2.8, 600, 600),
    Step(Level.ORANGE, 4.0, 3.8, 600, 600),
    Step(Level.RED, 5.0, 4.7, 0, 600),
)
PATTERNS = 16  # days made beforehand, dealt out to channels and days
SLICE_CHANNELS, SLICE_DAYS = 100, 30
STORED_DAYS = 10


class Past:
    """A year of readings, made of a few days of noise and a wave on some channels of some days."""

    def __init__(self, channels: int, days: int, every_ms: int) -> None:
        self.channels, self.days, self.every_ms = channels, days, every_ms
        random = np.random.default_rng(42)
        self.a_day = DAY_MS // every_ms
        noise = random.normal(1.5, 0.2, (PATTERNS, self.a_day, channels))
        wave = np.sin(np.linspace(0, np.pi, self.a_day))[:, None]
        high = random.random((PATTERNS, channels)) < 0.02
        self.patterns = noise + wave * (high * random.gamma(4.0, 0.8, (PATTERNS, channels)))[:, None, :]
        self.channel = np.tile(np.arange(channels, dtype=np.int64), self.a_day)

    def day(self, day: int, first: int | None = None) -> Batch:
        """The readings of one day in order of time, of all channels or of the first few."""
        at_ms = START_MS + day * DAY_MS + np.arange(self.a_day, dtype=np.int64) * self.every_ms
        some = first or self.channels
        values = self.patterns[(day * 7) % PATTERNS][:, :some]
        channel = self.channel if first is None else np.tile(np.arange(some, dtype=np.int64), self.a_day)
        return Batch(channel, np.repeat(at_ms, some), np.ascontiguousarray(values).ravel())

    def rounds(self, days: int, first: int | None = None) -> Iterator[Round]:
        """The first days of it."""
        for day in range(days):
            batch = self.day(day, first)
            yield Round(batch, START_MS + (day + 1) * DAY_MS)

    def span(self, days: int, channels: int) -> Span:
        return Span(START_MS, START_MS + days * DAY_MS, channels)


def table(channels: int) -> RuleTable:
    return compile_rules([Spread(LadderRule("level", 0, STEPS), np.arange(channels))])


def loop(rounds: list[Round]) -> list[tuple[int, int]]:
    """The same rule as one writes it first: a dictionary of channels. Returns the alarms as (channel, instant)."""
    seen: dict[int, tuple[int, list[int | None]]] = {}
    found = []
    for batch, _now_ms in rounds:
        readings = zip(batch.channel.tolist(), batch.at_ms.tolist(), batch.value.tolist(), strict=True)
        for channel, at_ms, value in readings:
            rung, since = seen.setdefault(channel, (0, [None] * len(STEPS)))
            before = rung
            for place, step in enumerate(STEPS):
                on = place < before
                if not (value < step.clear_at if on else value >= step.raise_at):
                    since[place] = None
                    continue
                begun = since[place] if since[place] is not None else at_ms
                since[place] = begun
                if not on and at_ms - begun >= step.hold_up_s * 1000:
                    rung = place + 1
            for place in reversed(range(before)):
                begun_down = since[place]
                if rung > before or begun_down is None or at_ms - begun_down < STEPS[place].hold_down_s * 1000:
                    break
                rung = place
            if rung != before:
                seen[channel] = (rung, [None] * len(STEPS))
                if before == 0:
                    found.append((channel, at_ms))
    return sorted(found)


def prove(past: Past) -> float:
    """Both find the same on a slice; returns the processor seconds of the loop for one reading."""
    rounds = list(past.rounds(SLICE_DAYS, SLICE_CHANNELS))
    began = time.process_time()
    plain = loop(rounds)
    took_s = time.process_time() - began
    (found,) = follow([table(SLICE_CHANNELS)], rounds, past.span(SLICE_DAYS, SLICE_CHANNELS))
    ours = list(zip(found.spells.channel.tolist(), found.spells.from_ms.tolist(), strict=True))
    if sorted(ours) != plain:
        raise SystemExit(f"loop and engine differ: {len(plain)} and {len(ours)} alarms")
    readings = sum(len(each.batch.at_ms) for each in rounds)
    print(f"slice of {readings:,} readings: both find {len(plain)} alarms")
    return took_s / readings


def whole(past: Past, loop_s: float) -> None:
    """The year, and how long the loop would take for as many readings."""
    rules = table(past.channels)

    spent, ended = np.zeros(2), np.zeros(2)  # seconds that passed, seconds of the processor

    def clocks() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([time.perf_counter(), time.process_time()])

    def rounds() -> Iterator[Round]:
        """The time in which a day is made is not counted."""
        for each in past.rounds(past.days):
            given = clocks()
            yield each
            spent[:] += clocks() - given
        ended[:] = clocks()

    (found,) = follow([rules], rounds(), past.span(past.days, past.channels), threads=2)
    took_s, busy_s = (spent + clocks() - ended).tolist()
    plain_s = loop_s * found.readings
    print(
        f"{past.days} days, {past.channels:,} channels, a reading in {past.every_ms // 60_000} min: "
        f"{found.readings:,} readings, {len(found.spells):,} alarms: {took_s:.1f} s, processor {busy_s:.1f} s; "
        f"plain loop, processor, extrapolated {plain_s:,.0f} s: × {plain_s / busy_s:.0f}"
    )


def stored(past: Past) -> None:
    """A slice of days through a store on disk."""
    days = min(past.days, STORED_DAYS)
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder), synchronous="NORMAL") as store:
        for day in range(days):
            batch = past.day(day)
            for part in np.array_split(np.arange(len(batch.at_ms)), max(1, len(batch.at_ms) // 20_000)):
                quality = np.zeros(len(part), np.int64)
                columns = (batch.channel[part], batch.at_ms[part], batch.value[part], quality)
                store.append(Stored(*columns), door="bench", received_ms=int(batch.at_ms[part[-1]]))
        span = past.span(days, past.channels)
        began, busy = time.perf_counter(), time.process_time()
        pieces = store.history(range(past.channels), span.from_ms, span.to_ms)
        rounds = (Round(Batch(each.channel, each.at_ms, each.value), each.to_ms) for each in pieces)
        (found,) = follow([table(past.channels)], rounds, span, threads=2)
        took_s, busy_s = time.perf_counter() - began, time.process_time() - busy
    print(
        f"from the store, {days} days, a reading in {past.every_ms // 60_000} min: {found.readings:,} readings in "
        f"{took_s:.1f} s, processor {busy_s:.1f} s; a year, processor, extrapolated {busy_s * 365 / days:.0f} s"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--channels", type=int, default=5000)
    parser.add_argument("--days", type=int, default=365)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at start")
    warm_up()
    five_minutes = Past(asked.channels, asked.days, 300_000)
    loop_s = prove(five_minutes)
    whole(five_minutes, loop_s)
    hourly = Past(asked.channels, asked.days, 3_600_000)
    whole(hourly, loop_s)
    stored(hourly)


if __name__ == "__main__":
    main()
