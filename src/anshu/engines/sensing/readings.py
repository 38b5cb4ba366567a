"""A batch of readings, and which of them count."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing.rules import RuleTable
from anshu.engines.sensing.state import NEVER, State
from anshu.kernel.errors import Invalid, Words

END_OF_TIME_MS = 253_402_300_800_000  # the first instant of the year 10000 UTC


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Readings in order of arrival: channel int64, at_ms int64 (1970 to 9999), value float64, all of one length.

    Invalid for other types or shapes, negative channels, instants out of range, and values that are NaN or infinite.
    """

    channel: NDArray[np.int64]
    at_ms: NDArray[np.int64]
    value: NDArray[np.float64]

    def __post_init__(self) -> None:
        for field, kind in (("channel", "int64"), ("at_ms", "int64"), ("value", "float64")):
            _check_column(field, getattr(self, field), kind, len(self.channel))
        self._refuse("channel", self.channel < 0, Words("is negative"))
        self._refuse("at_ms", (self.at_ms < 0) | (self.at_ms >= END_OF_TIME_MS), Words("is not between 1970 and 9999"))
        self._refuse("value", ~np.isfinite(self.value), Words("is not a finite number"))

    def _refuse(self, field: str, bad: NDArray[np.bool_], problem: Words) -> None:
        if bad.any():
            index = int(np.argmax(bad))
            raise Invalid(
                "reading %(index)d of channel %(channel)d: %(name)s %(given)s %(problem)s",
                field=field,
                code=f"reading_{field}",
                index=index,
                channel=int(self.channel[index]),
                name=field,
                given=str(getattr(self, field)[index]),
                problem=problem,
            )


def _check_column(field: str, column: object, kind: str, length: int) -> None:
    if not isinstance(column, np.ndarray) or column.dtype != kind or column.shape != (length,):
        message = "%(name)s must be a one-dimensional %(kind)s array of %(length)d readings"
        raise Invalid(message, field=field, code="batch_shape", name=field, kind=kind, length=length)


@dataclass(frozen=True, slots=True, eq=False)
class Accepted:
    """Readings that count, sorted by channel and within a channel by arrival.

    `arrival` is the place in the batch, `previous_ms` the channel's newest instant before this reading (NEVER for
    none), `ordinal` the number of accepted readings of the same channel before it in this batch.
    """

    arrival: NDArray[np.int64]
    channel: NDArray[np.int64]
    at_ms: NDArray[np.int64]
    value: NDArray[np.float64]
    previous_ms: NDArray[np.int64]
    ordinal: NDArray[np.int64]


def accept(rules: RuleTable, state: State, batch: Batch, now_ms: int) -> Accepted:
    """Sift the batch; brings `state`'s newest instants and its counts of refused readings up to date in place."""
    arrival = np.flatnonzero(_watched(rules, batch.channel))
    state.unwatched += len(batch.channel) - len(arrival)
    arrival = _drop(arrival, batch.at_ms[arrival] > now_ms + rules.ahead_limit_ms, batch.channel, state.ahead)
    arrival = arrival[np.argsort(batch.channel[arrival], kind="stable")]
    previous_ms = _newest_before(batch.channel[arrival], batch.at_ms[arrival], state.newest_ms)
    late = batch.at_ms[arrival] < previous_ms
    arrival, previous_ms = _drop(arrival, late, batch.channel, state.late), previous_ms[~late]
    channel, at_ms = batch.channel[arrival], batch.at_ms[arrival]
    np.maximum.at(state.newest_ms, channel, at_ms)
    return Accepted(arrival, channel, at_ms, batch.value[arrival], previous_ms, _ordinal(channel))


def _watched(rules: RuleTable, channel: NDArray[np.int64]) -> NDArray[np.bool_]:
    rows_of_channel = np.append(np.diff(rules.first_row), 0)  # the last place stands for every channel beyond
    watched: NDArray[np.bool_] = rows_of_channel[np.minimum(channel, rules.channels)] > 0
    return watched


def _drop(
    arrival: NDArray[np.int64], bad: NDArray[np.bool_], channel: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.int64]:
    np.add.at(counts, channel[arrival[bad]], 1)
    return arrival[~bad]


def _newest_before(
    channel: NDArray[np.int64], at_ms: NDArray[np.int64], newest_ms: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The channel's newest instant before each reading, for readings grouped by channel.

    A running maximum within groups, by doubling: after the pass with shift s each place knows the 2 s places that
    end with it. Late readings may stay in, for they never raise a maximum.
    """
    running = at_ms.copy()
    longest = int(_ordinal(channel).max(initial=0)) + 1
    shift = 1
    while shift < longest:
        same = channel[shift:] == channel[:-shift]
        running[shift:] = np.maximum(running[shift:], np.where(same, running[:-shift], NEVER))
        shift *= 2
    before = newest_ms[channel]
    same = channel[1:] == channel[:-1]
    before[1:] = np.maximum(before[1:], np.where(same, running[:-1], NEVER))
    return before


def _ordinal(channel: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many equal neighbours stand before each place, for readings grouped by channel."""
    place = np.arange(len(channel))
    is_first = np.append(True, channel[1:] != channel[:-1])[: len(channel)]
    ordinal: NDArray[np.int64] = place - np.maximum.accumulate(np.where(is_first, place, 0))
    return ordinal
