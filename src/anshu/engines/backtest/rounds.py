"""A recording cut into what the engine is given at once."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from anshu.engines.sensing import Batch


class Round(NamedTuple):
    """Readings, and the instant at which all of them are there. Instants of rounds never fall."""

    batch: Batch
    now_ms: int


def in_rounds(rounds: Iterable[Round], every_ms: int) -> Iterator[Round]:
    """The same readings in order of time, and time passing in steps of `every_ms`: what a rule on silence needs.

    Other rules run on the time of the readings alone and come to the same in rounds of any size.
    """
    reached: int | None = None
    for batch, now_ms in rounds:
        order = np.argsort(batch.at_ms, kind="stable")
        channel, at_ms, value = batch.channel[order], batch.at_ms[order], batch.value[order]
        if reached is None:
            reached = ((int(at_ms[0]) if len(at_ms) else now_ms) - 1) // every_ms * every_ms
        begin = 0
        while reached < now_ms:
            reached = min(reached + every_ms, now_ms)
            behind = int(np.searchsorted(at_ms, reached, side="right"))
            yield Round(Batch(channel[begin:behind], at_ms[begin:behind], value[begin:behind]), reached)
            begin = behind
        if begin < len(at_ms):
            yield Round(Batch(channel[begin:], at_ms[begin:], value[begin:]), reached)
