"""The quick way for lines of readings that are as they should be: read by machine code, or handed back unread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar, overload

import numpy as np

from anshu.telemetry.intake import ChannelFacts, Limits, window_ms
from anshu.telemetry.readings import Batch
from anshu.telemetry.scanning import Codes, Lines, Window, enter, scan

SHORTEST_LINE = 34
"""No line that is a reading has fewer bytes: so many lines at most are in a body."""


class CodeTable:
    """Channel codes as `read_plain` looks them up, about 100 bytes each."""

    def __init__(self, facts: Mapping[str, ChannelFacts]) -> None:
        self.names = list(facts)
        written = [code.encode("utf-8", "surrogatepass") for code in self.names]
        end = np.fromiter(accumulate(map(len, written)), np.int64, len(written))
        found = list(facts.values())
        self.codes = Codes(
            np.zeros(1 << (2 * len(written) + 1).bit_length(), np.int32),
            np.frombuffer(b"".join([*written, b" "]), np.uint8),
            end - np.fromiter(map(len, written), np.int64, len(written)),
            end,
            np.array([each.number for each in found], np.int64),
            np.array([each.minimum for each in found], np.float64),
            np.array([each.maximum for each in found], np.float64),
        )
        enter(self.codes)


Item = TypeVar("Item", bytes, str)


@dataclass(frozen=True, slots=True)
class OnDemand(Sequence[Item]):
    """So many items, each made when it is asked for: of nearly all readings nobody asks how they were written."""

    size: int
    make: Callable[[int], Item]

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        if isinstance(index, slice):
            return [self.make(each) for each in range(self.size)[index]]
        return self.make(range(self.size)[index])


def read_plain(body: bytes, table: CodeTable, now_ms: int, limits: Limits) -> Batch | None:
    """The readings of lines {"channel": …, "at": …, "value": …}, or None when `intake.read_ndjson` must read them:
    because a line is written in an unusual way, or something in the body will not become a reading."""
    room = len(body) // SHORTEST_LINE + 1
    columns = np.empty((5, room), np.int64)
    out = Lines(columns[0], columns[1], np.empty(room), columns[2], columns[3], columns[4])
    first_ms, last_ms = window_ms(now_ms, limits)
    window = Window(first_ms, last_ms, limits.magnitude)
    count = scan(np.frombuffer(body, np.uint8), table.codes, window, out, limits.line_bytes)
    if count < 0:
        return None
    raw = OnDemand(count, lambda index: body[out.start[index] : out.end[index]])
    code = OnDemand(count, lambda index: table.names[out.row[index]])
    nothing = np.zeros(count, np.int64)
    return Batch(out.channel[:count], out.at_ms[:count], out.value[:count], nothing, raw, code)
