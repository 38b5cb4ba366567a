"""The readings that every engine is given: seeded, one a minute for each channel, with holes of up to 12 minutes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from beside.rules import PERIOD_S, SITE

START_MS = 1_700_006_400_000
QUIET_ROUNDS = 10  # at the start, in which nobody is silent
LONGEST_HOLE = 12


@dataclass(frozen=True, eq=False)
class Stream:
    """`value` is (rounds, channels), nan where a channel was silent."""

    value: NDArray[np.float64]

    @property
    def rounds(self) -> int:
        return int(self.value.shape[0])

    @property
    def channels(self) -> int:
        return int(self.value.shape[1])

    @property
    def readings(self) -> int:
        return int(np.count_nonzero(~np.isnan(self.value)))

    def write(self, path: Path) -> Path:
        """The values as they lie in memory (float64, round by round), and what they are in a JSON file beside."""
        path.write_bytes(self.value.tobytes())
        about = {"rounds": self.rounds, "channels": self.channels, "start_ms": START_MS, "period_ms": PERIOD_S * 1000}
        path.with_suffix(".json").write_text(json.dumps(about))
        return path

    def each(self) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.float64]]]:
        """Round by round: instant, channels that spoke, in the order in which they happened to come, what they said."""
        random = np.random.default_rng(self.channels)
        for number, row in enumerate(self.value):
            spoke = random.permutation(np.flatnonzero(~np.isnan(row)))
            yield START_MS + number * PERIOD_S * 1000, spoke, row[spoke]


def generate(channels: int, readings: int, seed: int = 7) -> Stream:
    """About so many readings: a slow tide with noise and holes. At one site in ten the tide is high enough to alarm."""
    random = np.random.default_rng(seed)
    rounds, sites = max(2, readings // channels), -(-channels // SITE)
    minute = np.arange(rounds)[:, None]
    height = np.repeat(np.where(random.random(sites) < 0.1, 14, 4), SITE)[:channels]
    phase = np.repeat(random.uniform(0, 240, sites), SITE)[:channels] + random.normal(0, 10, channels)
    noise = random.normal(0, 2, (rounds, channels))
    value = 20 + height * np.sin(2 * np.pi * (minute + phase) / 240) + noise
    begins = random.random((rounds, channels)) < 1 / 2000
    begins[:QUIET_ROUNDS] = False
    length = random.integers(1, LONGEST_HOLE + 1, (rounds, channels))
    for number, channel in np.argwhere(begins):
        value[number : number + length[number, channel], channel] = np.nan
    return Stream(value.round(2))
