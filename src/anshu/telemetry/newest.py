"""The newest reading of each channel, in arrays whose place is the channel's number."""

import sqlite3
from collections.abc import Sequence
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

from anshu.telemetry.blocks import Block
from anshu.telemetry.readings import Integers, Last, Numbers, Quality

PACKED = np.dtype([("channel", "<i4"), ("at_ms", "<i8"), ("value", "<f8"), ("received_ms", "<i8"), ("quality", "u1")])
ROOM = 1_024


Column = TypeVar("Column", bound=np.generic)


def widened(column: npt.NDArray[Column], place: int) -> npt.NDArray[Column]:
    """The column with room up to a place and more, filled with nothing; memory is taken only by what is written."""
    wide = np.zeros(1 << place.bit_length(), column.dtype)
    wide[: len(column)] = column
    return wide


class Newest:
    """Columns by channel number; `until` is one more than the instant of the newest reading, 0 where there is none."""

    def __init__(self) -> None:
        self.until: Integers = np.zeros(ROOM, np.int64)
        self.value: Numbers = np.zeros(ROOM, np.float64)
        self.received_ms: Integers = np.zeros(ROOM, np.int64)
        self.quality = np.zeros(ROOM, np.uint8)

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Self:
        """What is kept beside the log as of the last reading in the archive; empty in a new store."""
        row = connection.execute("SELECT body FROM newest").fetchone()
        return cls.unpacked(row[0]) if row else cls()

    @classmethod
    def unpacked(cls, body: bytes) -> Self:
        """What `packed` wrote."""
        rows = np.frombuffer(body, PACKED)
        made = cls()
        channel = rows["channel"]
        made.reach(int(channel.max(initial=0)))
        made.until[channel] = rows["at_ms"] + 1
        made.value[channel], made.received_ms[channel] = rows["value"], rows["received_ms"]
        made.quality[channel] = rows["quality"]
        return made

    def packed(self) -> bytes:
        """All of it as bytes, 29 a channel."""
        channel = np.flatnonzero(self.until)
        rows = np.empty(len(channel), PACKED)
        rows["channel"], rows["at_ms"] = channel, self.until[channel] - 1
        rows["value"], rows["received_ms"] = self.value[channel], self.received_ms[channel]
        rows["quality"] = self.quality[channel]
        return rows.tobytes()

    def reach(self, channel: int) -> None:
        """Make room for channels up to a number."""
        if channel >= len(self.until):
            self.until, self.value = widened(self.until, channel), widened(self.value, channel)
            self.received_ms, self.quality = widened(self.received_ms, channel), widened(self.quality, channel)

    def learn(self, block: Block) -> None:
        """Take in a block of the log; a second time it changes nothing."""
        self.reach(int(block.channel.max(initial=0)))
        behind = self.until[block.channel] - 1
        corrected = (block.quality & Quality.CORRECTED) != 0
        rows = np.flatnonzero((block.at_ms > behind) | (corrected & (block.at_ms == behind)))
        # Where a channel comes more than once the last assignment holds: the newest, and of two the correction.
        rows = rows[np.argsort(block.at_ms[rows], kind="stable")]
        channel = block.channel[rows]
        self.until[channel] = block.at_ms[rows] + 1
        self.value[channel], self.quality[channel] = block.value[rows], block.quality[rows]
        self.received_ms[channel] = block.received_ms

    def last(self, channels: Sequence[int] | None) -> Last:
        """The newest reading of each of the channels, or of all, in order of channel; the others are absent."""
        if channels is None:
            chosen: Integers = np.flatnonzero(self.until)
        else:
            wanted = np.unique(np.array(list(channels), np.int64))
            wanted = wanted[(wanted >= 0) & (wanted < len(self.until))]
            chosen = wanted[self.until[wanted] > 0]
        return Last(
            chosen,
            self.until[chosen] - 1,
            self.value[chosen],
            self.received_ms[chosen],
            self.quality[chosen].astype(np.int64),
        )
