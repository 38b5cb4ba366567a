"""What was stored of many channels over a long time, read in pieces that fit into memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from anshu.telemetry.archive.parts import DAY_MS
from anshu.telemetry.archive.reading import Archive
from anshu.telemetry.chunks import Chunk
from anshu.telemetry.readings import Integers, Numbers
from anshu.telemetry.recent import View
from anshu.telemetry.series import in_order

"""Of so many channels a month is read at once, of more a day."""
FEW = 64
DAYS_OF_FEW = 31


@dataclass(frozen=True, slots=True)
class History:
    """Readings in order of time, all arrays of one length; all were taken before `to_ms`."""

    channel: Integers
    at_ms: Integers
    value: Numbers
    to_ms: int


def read_history(
    archive: Archive, look: Callable[[], View], channels: Sequence[int], from_ms: int, to_ms: int
) -> Iterator[History]:
    """The readings of the channels with from_ms <= at < to_ms, in pieces whose times do not overlap; the last one ends
    at to_ms. Spans in which nothing at all was stored are skipped.

    Each piece is of the moment at which it is read: whoever takes long over one finds the files of the next in place.
    """
    wanted = np.unique(np.asarray(channels, dtype=np.int64))
    width_ms = DAY_MS * (DAYS_OF_FEW if len(wanted) <= FEW else 1)
    begin = first_reading(look(), from_ms)
    while begin is not None and begin < to_ms:
        end = min(begin // DAY_MS * DAY_MS + width_ms, to_ms)
        view = look()
        channel, at_ms, value = readings_of(archive, view, wanted, begin, end)
        following = first_reading(view, end)
        last = following is None or following >= to_ms
        yield History(channel, at_ms, value, to_ms if last else end)
        begin = following


def first_reading(view: View, from_ms: int) -> int | None:
    """An instant from this one on before which nothing is stored; None where nothing is stored from there on."""
    found = [max(from_ms, part.at_min_ms) for part in view.parts if part.kind != "hours" and part.at_max_ms >= from_ms]
    for chunk in view.chunks:
        later = chunk.at_ms[chunk.at_ms >= from_ms]
        found += [int(later.min())] if len(later) else []
    return min(found, default=None)


def readings_of(
    archive: Archive, view: View, wanted: Integers, from_ms: int, to_ms: int
) -> tuple[Integers, Integers, Numbers]:
    """Channels, instants and values with from_ms <= at < to_ms, in order of time."""
    held = archive.readings(view.parts, wanted, from_ms, to_ms)
    recent = Chunk.joined([chunk.among(wanted, from_ms, to_ms) for chunk in view.chunks])
    channel = np.concatenate((held["channel"], recent.channel)).astype(np.int64)
    at_ms = np.concatenate((held["at_ms"], recent.at_ms))
    value = np.concatenate((held["value"], recent.value))
    corrected = np.concatenate((held["corrected"], recent.corrected()))
    return in_order(channel, at_ms, value, corrected)
