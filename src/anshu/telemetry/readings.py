"""What the memory of readings takes in and gives back: arrays with one entry per reading, channels by number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntFlag, StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from anshu.kernel.errors import Invalid

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]

MOST_CHANNEL = (1 << 26) - 1
"""The highest channel number: what is known of channels lies in arrays whose place is the number."""

NEWEST_MS = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z, the last instant that can be written as ISO 8601 with four digits of year."""


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso_of(at_ms: int) -> str:
    """An instant as ISO 8601 in UTC with milliseconds, exact for every instant that a batch may hold."""
    return (EPOCH + timedelta(milliseconds=at_ms)).isoformat(timespec="milliseconds")


class Quality(IntFlag):
    """What is known about a reading besides its value; 0 is a plain good reading."""

    LATE = 1  # older than the newest reading its channel already had
    DOUBTFUL = 2  # the device itself says that it does not vouch for it
    ARRIVAL_TIME = 4  # the device sent no time: `at_ms` is when we received it
    CORRECTED = 8  # it stands in the place of another value, which was found to be wrong


class Reason(StrEnum):
    """Why something was put in quarantine."""

    MALFORMED = "malformed"
    ENCODING = "encoding"
    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"
    FIELD = "field"
    NO_ZONE = "no_zone"
    BAD_TIME = "bad_time"
    NOT_NUMBER = "not_number"
    NOT_FINITE = "not_finite"
    UNKNOWN_CHANNEL = "unknown_channel"
    IMPOSSIBLE = "impossible"
    FUTURE = "future"
    TOO_OLD = "too_old"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Batch:
    """Readings to store, all arrays of one length: instants in ms since 1970 UTC, values finite, quality bits.

    `raw` and `code` are empty or hold, per reading, bytes from which it can be read again and its channel's code: what
    quarantine shows when a reading turns out to be in conflict. Raises Invalid on anything else.
    """

    channel: Integers
    at_ms: Integers
    value: Numbers
    quality: Integers
    raw: Sequence[bytes] = ()
    code: Sequence[str] = ()

    def __post_init__(self) -> None:
        size = len(self.channel)
        lengths = {len(self.at_ms), len(self.value), len(self.quality), len(self.raw) or size, len(self.code) or size}
        if lengths != {size}:
            raise Invalid("the columns of a batch must be equally long", field="batch")
        for name in ("channel", "at_ms", "quality"):
            if getattr(self, name).dtype != np.int64:
                raise Invalid("%(name)s must be 64-bit integers", field=name, name=name)
        if self.value.dtype != np.float64 or not np.isfinite(self.value).all():
            raise Invalid("values must be finite 64-bit numbers", field="value")
        if size and not 0 <= self.channel.min() <= self.channel.max() <= MOST_CHANNEL:
            raise Invalid("channel numbers lie between 0 and %(most)s", field="channel", most=MOST_CHANNEL)
        if size and (self.at_ms.min() < 0 or self.at_ms.max() > NEWEST_MS):
            raise Invalid("instants must lie between 1970 and 9999", field="at_ms")

    def __len__(self) -> int:
        return len(self.channel)


def batch_of(rows: Sequence[tuple[int, int, float]]) -> Batch:
    """A batch of (channel, at_ms, value) rows of good quality."""
    channel, at_ms, value = zip(*rows, strict=True) if rows else ((), (), ())
    return Batch(
        np.array(channel, np.int64),
        np.array(at_ms, np.int64),
        np.array(value, np.float64),
        np.zeros(len(rows), np.int64),
    )


@dataclass(frozen=True, slots=True)
class Stored:
    """Stored readings, all arrays of one length; `source` is the number of the door they came through."""

    seq: Integers
    channel: Integers
    at_ms: Integers
    value: Numbers
    received_ms: Integers
    source: Integers
    quality: Integers

    def __len__(self) -> int:
        return len(self.seq)


@dataclass(frozen=True, slots=True)
class Last:
    """The newest reading of each channel that has one, in order of channel; all arrays of one length."""

    channel: Integers
    at_ms: Integers
    value: Numbers
    received_ms: Integers
    quality: Integers


class Reject(NamedTuple):
    """Something that could not become a reading: why, in words, the bytes as they came, the channel text if known."""

    reason: Reason
    detail: str
    raw: bytes
    channel: str = ""


class Intake(NamedTuple):
    """What came out of one body: the readings to store and what must go to quarantine."""

    batch: Batch
    rejects: list[Reject]


class Receipt(NamedTuple):
    """How many readings of one append were stored, were there already, or went to quarantine; all on disk."""

    accepted: int
    duplicate: int
    quarantined: int
