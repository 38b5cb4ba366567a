"""What a sensing cluster costs, as slopes, and what follows from them for a city, a province, the nation.

Measures the seconds of the processor that pieces of work take, with more channels, more readings, more calls; they
depend little on what else the machine does. Fits piece + calls x call + readings x reading + channels x channel, and
adds what Spark takes for each piece. Run: PYTHONPATH=src python bench/scale.py --spark-ms MS (from bench/cluster.py)
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
from cluster import Storm
from numpy.typing import NDArray
from scipy.optimize import nnls
from sensing import spread
from stage import told

from anshu.cluster.driving import turn
from anshu.cluster.run import Run
from anshu.engines.sensing import compile_rules, dump, new_state, warm_up

Numbers = NDArray[np.float64]
DAY_S = 86_400
BUCKET = 20_000  # channels
STATE_BYTES = 1_400  # a channel of ten rules, see the last column of the first table
# channels, calls of the epoch, readings of a call; one bucket
SAMPLES = (
    (2_000, 4, 0), (2_000, 64, 0), (2_000, 4, 20_000), (2_000, 16, 20_000),
    (20_000, 4, 0), (20_000, 32, 0), (20_000, 4, 20_000), (20_000, 16, 20_000),
    (60_000, 4, 0), (60_000, 16, 20_000),
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Somebody who would have a cluster. A channel says something every five minutes."""

    name: str
    readings_a_day: float

    @property
    def channels(self) -> float:
        return self.readings_a_day / (DAY_S / 300)


PLACES = (
    Place("a district", 5_000 * 288),
    Place("a city of ten districts", 50_000 * 288),
    Place("a province of twenty cities", 1_000_000 * 288),
    Place("the nation", 0.8e9),
)


def seconds_of(channels: int, calls: int, size: int) -> tuple[float, float]:
    """Processor seconds of a piece of work that is warm, and bytes of its outcome, which the next one reads."""
    rules = compile_rules(spread(channels))
    storm, spent = Storm(channels, 4 * calls, size), []

    def each(work: Callable[[int], None], pieces: Sequence[int]) -> None:
        began = time.process_time()
        for piece in pieces:
            work(piece)
        spent.append(time.process_time() - began)

    with tempfile.TemporaryDirectory(prefix="anshu-scale-") as folder:
        run = Run.begin(Path(folder), "run", dump(rules, new_state(rules)), 0)
        parting = run.add_parting(rules, 1)
        for epoch in range(4):
            for number in range(epoch * calls, (epoch + 1) * calls):
                batch, now_ms = storm.call(number)
                run.add_segment(number, parting, batch, now_ms + (0 if size else 1000 * number), number)
            while turn(run, each):
                pass
        outcome = run.path / "epochs" / f"{run.newest_plan().epoch:012}" / "0"
        return min(spent[2:]), outcome.stat().st_size


def slopes() -> Numbers:
    """Seconds a piece, a call, a reading, a channel: what errs least, relatively, on all that is measured."""
    facts, spent = [], []
    print(f"{'channels':>9} {'calls':>6} {'readings':>9} {'processor':>10} {'bytes a channel':>16}")
    for channels, calls, size in SAMPLES:
        seconds, written = seconds_of(channels, calls, size)
        sizes = f"{channels:9,} {calls:6} {calls * size:9,}"
        print(f"{sizes} {1000 * seconds:7.1f} ms {written / channels:16,.0f}", flush=True)
        facts.append((1, calls, calls * size, channels))
        spent.append(seconds)
    relative = np.array(facts) / np.array(spent)[:, None]
    found, _rest = nnls(relative, np.ones(len(spent)))
    off = np.abs(relative @ found - 1)
    piece, call, reading, channel = found
    print(f"a piece {1000 * piece:.1f} ms, a call {1e6 * call:.0f} µs, ", end="")
    print(f"a reading {1e9 * reading:.0f} ns, a channel {1e6 * channel:.2f} µs")
    print(f"off by {100 * np.median(off):.0f} % in the middle, {100 * off.max():.0f} % at most")
    return found


def extrapolate(found: Numbers, spark_s: float, place: Place, every_s: float) -> None:
    """One line of the table: what a place keeps busy, with an epoch every so often."""
    piece, call, reading, channel = found
    rate = place.readings_a_day / DAY_S
    buckets = max(4, ceil(place.channels / BUCKET))
    calls = max(2 * every_s, rate * every_s / 20_000)  # one in half a second, or as twenty thousand readings come in
    still = buckets * (piece + spark_s + calls * call) + place.channels * channel
    calm, rush = ((still + times * rate * every_s * reading) / every_s for times in (1, 10))
    state = place.channels * STATE_BYTES
    print(
        f"{place.name:30} {every_s:7g} {rate:10,.0f} {place.channels:10,.0f} {buckets:8,} {calm:8.2f} {rush:8.2f}"
        f" {state / 1e9:8.2f} {2 * state / every_s / 1e6:8,.0f}"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--spark-ms", type=float, default=100.0, help="of the processor a piece, from bench/cluster.py")
    given = asked.parse_args()
    told("ten rules a channel, one bucket")
    warm_up()
    found = slopes()
    print(f"\n{'':30} {'epoch s':>7} {'readings/s':>10} {'channels':>10} {'buckets':>8}", end="")
    print(f" {'cores':>8} {'x 10':>8} {'GB state':>8} {'MB/s':>8}")
    for place in PLACES:
        for every_s in (2.0, 30.0):
            extrapolate(found, given.spark_ms / 1000, place, every_s)


if __name__ == "__main__":
    main()
