"""Readings of the log that are not in the archive yet, as a reading process holds them: 21 bytes each, by arrival."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from anshu.telemetry.blocks import Block, Channels, Qualities
from anshu.telemetry.readings import Integers, Numbers, Quality

AFTER_ALL = 1 << 62
"""Beyond every seq: a correction in the log is younger than any in the archive."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Readings in order of arrival, all arrays of one length."""

    channel: Channels
    at_ms: Integers
    value: Numbers
    quality: Qualities

    def __len__(self) -> int:
        return len(self.at_ms)

    @classmethod
    def joined(cls, parts: Sequence["Chunk | Block"]) -> "Chunk":
        """Several in order."""
        if not parts:
            return cls(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.uint8))
        return cls(
            np.concatenate([part.channel for part in parts]),
            np.concatenate([part.at_ms for part in parts]),
            np.concatenate([part.value for part in parts]),
            np.concatenate([part.quality for part in parts]),
        )

    def corrected(self) -> Integers:
        """Per reading 0, or for one that corrects another a number that is greater the later it came."""
        corrects = (self.quality & Quality.CORRECTED) != 0
        return np.where(corrects, AFTER_ALL + np.arange(len(self)), 0)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """What the column engine is given."""
        return {"channel": self.channel, "at_ms": self.at_ms, "value": self.value, "corrected": self.corrected()}

    def among(self, channels: Integers, from_ms: int, to_ms: int) -> "Chunk":
        """The readings of some channels with from_ms <= at < to_ms."""
        of_them = self.channel == channels[0] if len(channels) == 1 else np.isin(self.channel, channels)
        rows = np.flatnonzero(of_them)
        rows = rows[(self.at_ms[rows] >= from_ms) & (self.at_ms[rows] < to_ms)]
        return Chunk(self.channel[rows], self.at_ms[rows], self.value[rows], self.quality[rows])


def stacked(chunks: tuple[Chunk, ...], new: Iterable[Block]) -> tuple[Chunk, ...]:
    """The chunks with what came after them; few in number, for each is more than twice as long as the next."""
    added = list(new)
    if not added:
        return chunks
    stack = [*chunks, Chunk.joined(added)]
    while len(stack) > 1 and len(stack[-2]) <= 2 * len(stack[-1]):
        top = stack.pop()
        stack[-1] = Chunk.joined([stack[-1], top])
    return tuple(stack)
