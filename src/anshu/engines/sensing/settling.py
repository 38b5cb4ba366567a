"""Putting a shuffled stream in order before the engine sees it, for the price of waiting.

Most channels want no such wait: late readings are rare, and an early alarm is worth more than a tidy one. It is for
recordings, for comparing runs, and for links that deliver in bursts and out of order.
"""

from dataclasses import dataclass

import numpy as np

from anshu.engines.sensing.readings import Batch

EMPTY = Batch(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float64))


@dataclass(frozen=True, slots=True, eq=False)
class Settling:
    """Readings that wait, sorted by instant, channel and value; no more than `most` of them."""

    wait_ms: int
    most: int = 1_000_000
    waiting: Batch = EMPTY


def settle(settling: Settling, batch: Batch, now_ms: int) -> tuple[Settling, Batch]:
    """Add a batch received at `now_ms`; what still waits, and the readings that need wait no longer, in order.

    A reading waits until `now_ms` is `wait_ms` past its instant; when too many wait, the oldest are let go early. Two
    streams that hold the same readings, each received within `wait_ms` of its instant, come out the same, as long as
    the nows of the calls are the same and none is let go early. Readings of one instant and channel come out by value.
    """
    held = settling.waiting
    columns = (
        np.concatenate([held.channel, batch.channel]),
        np.concatenate([held.at_ms, batch.at_ms]),
        np.concatenate([held.value, batch.value]),
    )
    order = np.lexsort((columns[2], columns[0], columns[1]))
    channel, at_ms, value = (column[order] for column in columns)
    ready = int(np.searchsorted(at_ms, now_ms - settling.wait_ms, side="right"))
    ready = max(ready, len(order) - settling.most)
    ready_batch = Batch(channel[:ready], at_ms[:ready], value[:ready])
    waiting = Batch(channel[ready:], at_ms[ready:], value[ready:])
    return Settling(settling.wait_ms, settling.most, waiting), ready_batch
