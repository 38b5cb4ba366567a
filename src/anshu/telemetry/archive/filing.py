"""From the log into the archive: what has come since the last time becomes loose parts, day by day."""

import sqlite3
from collections.abc import Iterator, Sequence

import numpy as np

from anshu.telemetry.archive.binding import Shelf, bind
from anshu.telemetry.archive.columns import Columns
from anshu.telemetry.archive.parts import Part, day_of
from anshu.telemetry.archive.reading import Archive
from anshu.telemetry.archive.sorting import sorted_rows, taken
from anshu.telemetry.blocks import Block, read_blocks
from anshu.telemetry.readings import Quality

MOST_ROWS = 4_000_000
# A flood of late readings of many days must not become a flood of little files: those of few readings share one.
FEW_DAYS, FEW_ROWS = 4, 50_000

IN_ORDER = "SELECT channel, at_ms, value, received_ms, source, quality, corrected FROM new"


def next_blocks(connection: sqlite3.Connection, archived: int) -> list[Block]:
    """The blocks of the log that come next, with about four million readings at most."""
    blocks: list[Block] = []
    rows = 0
    for block in read_blocks(connection, archived):
        blocks.append(block)
        rows += len(block)
        if rows >= MOST_ROWS:
            break
    return blocks


def file_blocks(archive: Archive, blocks: Sequence[Block]) -> list[Part]:
    """Write what blocks hold as loose parts, not yet listed."""
    return [
        bind(archive, Shelf("loose", day), IN_ORDER, {}, new=sorted_rows(columns))
        for day, columns in by_day(as_columns(blocks))
    ]


def as_columns(blocks: Sequence[Block]) -> Columns:
    """The columns of a part, by arrival."""
    sizes = [len(block) for block in blocks]
    quality = np.concatenate([block.quality for block in blocks])
    corrected = np.zeros(len(quality), np.int64)
    for place in np.flatnonzero(quality & Quality.CORRECTED).tolist():
        corrected[place] = blocks[0].first_seq + place
    return {
        "channel": np.concatenate([block.channel for block in blocks]),
        "at_ms": np.concatenate([block.at_ms for block in blocks]),
        "value": np.concatenate([block.value for block in blocks]),
        "received_ms": np.repeat([block.received_ms for block in blocks], sizes),
        "source": np.repeat(np.array([block.source for block in blocks], np.int16), sizes),
        "quality": quality,
        "corrected": corrected,
    }


def by_day(columns: Columns) -> Iterator[tuple[int | None, Columns]]:
    """Readings parted by day, their order kept; days of few readings, where there are many such, are one, None."""
    day = day_of(columns["at_ms"])
    if (day[1:] >= day[:-1]).all():
        days, starts, sizes = np.unique(day, return_index=True, return_counts=True)
        if len(days) <= FEW_DAYS or len(day) >= FEW_ROWS * len(days):
            for each, start, size in zip(days.tolist(), starts.tolist(), sizes.tolist(), strict=True):
                yield each, taken(columns, slice(start, start + size))
            return
    days, sizes = np.unique(day, return_counts=True)
    own = days if len(days) <= FEW_DAYS else days[sizes >= FEW_ROWS]
    for each in own.tolist():
        yield each, taken(columns, day == each)
    rest = ~np.isin(day, own)
    if rest.any():
        yield None, taken(columns, rest)
