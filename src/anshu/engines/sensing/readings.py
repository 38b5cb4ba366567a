"""A batch of readings, and the marks that the engine puts on them."""

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing import layout
from anshu.kernel.errors import Invalid, Words

END_OF_TIME_MS = 253_402_300_800_000  # the first instant of the year 10000 UTC


class Mark(IntFlag):
    """What is said about one reading. GAP and STUCK are remarks, the others say why it did not count."""

    GAP = layout.GAP  # the first after a long silence
    STUCK = layout.STUCK  # the value has been the same for too long
    OUT_OF_RANGE = layout.OUT_OF_RANGE
    SPIKE = layout.SPIKE  # a jump that the reading before had not made
    LATE = layout.IS_LATE  # older than the newest; only windows take it in
    AHEAD = layout.IS_AHEAD  # later than now by more than a clock may go wrong
    UNWATCHED = layout.UNWATCHED  # of a channel without a rule
    LENT = layout.LENT  # it spoke for another channel, whose backup this one is


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
