"""From parts to fewer parts: late readings to their days, a day's parts into one, a finished day into its last form."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from anshu.telemetry.archive.binding import Shelf, bind
from anshu.telemetry.archive.filing import IN_ORDER
from anshu.telemetry.archive.parts import Part, day_of
from anshu.telemetry.archive.reading import LATEST, RAW_HOURS, Archive
from anshu.telemetry.archive.sorting import sorted_rows, taken

SETTLED_ROWS = 8_000_000
"""Readings of a settled part at most, about: what is sorted at once, and what one question looks into."""

WORTH_SUMMING = 8
"""How many readings an hour of a channel must have on average before its hours are written beside them: less often
sent, the readings answer as fast, and the hours would take more room than they."""

MERGED = """SELECT channel, at_ms, value, received_ms, source, quality, corrected FROM read_parquet($files)
    WHERE channel >= $low AND channel < $high {latest} ORDER BY channel, at_ms"""
UNSORTED = "SELECT channel, at_ms, value, received_ms, source, quality, corrected FROM read_parquet($files)"
PER_CHANNEL = "SELECT channel, count(*) AS rows FROM read_parquet($files) GROUP BY channel ORDER BY channel"
SUMMED = """SELECT channel, hour_ms, sum(readings)::BIGINT AS readings, min(minimum) AS minimum,
    max(maximum) AS maximum, sum(total) AS total FROM ({sources}) GROUP BY channel, hour_ms ORDER BY channel, hour_ms"""
COUNTED = "SELECT count(DISTINCT (channel::BIGINT << 32) + at_ms // 3600000) AS hours FROM read_parquet($raw)"
ALL_CHANNELS = 1 << 31


def spread(archive: Archive, parts: Sequence[Part]) -> list[Part]:
    """Parts of several days as parts of one day each."""
    columns = archive.engine.ask(UNSORTED, {"files": archive.paths(parts)})
    day = day_of(columns["at_ms"])
    return [
        bind(archive, Shelf("loose", int(each)), IN_ORDER, {}, new=sorted_rows(taken(columns, day == each)))
        for each in np.unique(day)
    ]


def merge(archive: Archive, parts: Sequence[Part]) -> list[Part]:
    """Loose parts of one day as one."""
    bound = {"files": archive.paths(parts), "low": 0, "high": ALL_CHANNELS}
    return [bind(archive, Shelf("loose", parts[0].day), _latest(MERGED, parts), bound)]


def settle(archive: Archive, day: int, parts: Sequence[Part], *, sum_up: bool) -> list[Part]:
    """All parts of a day as settled ones, and its hours: where these save much, or when they must be summed up.

    Where the readings of the day have been forgotten and only its hours are left, late readings are added to these.
    """
    raw = [part for part in parts if part.kind != "hours"]
    made: list[Part] = []
    for low, high in pairwise(_bounds(archive, raw)):
        bound = {"files": archive.paths(raw), "low": low, "high": high}
        made.append(bind(archive, Shelf("settled", day), _latest(MERGED, raw), bound))
    thinned = not any(part.kind == "settled" for part in raw)
    old = [part for part in parts if part.kind == "hours" and thinned]
    sources, bound = f"{RAW_HOURS} FROM read_parquet($raw)", {"raw": archive.paths(made)}
    if old:
        sources += " UNION ALL SELECT channel, hour_ms, readings, minimum, maximum, total FROM read_parquet($old)"
        bound["old"] = archive.paths(old)
    query = SUMMED.format(sources=sources)
    if not (sum_up or old):
        hours = archive.engine.ask(COUNTED, bound)["hours"][0]
        if hours * WORTH_SUMMING > sum(part.rows for part in made):
            return made
    return [*made, bind(archive, Shelf("hours", day), query, bound)]


def _bounds(archive: Archive, parts: Sequence[Part]) -> list[int]:
    """Channel numbers between which about as many readings lie as a settled part holds."""
    rows = sum(part.rows for part in parts)
    if rows <= SETTLED_ROWS:
        return [0, ALL_CHANNELS]
    found = archive.engine.ask(PER_CHANNEL, {"files": archive.paths(parts)})
    filled = np.cumsum(found["rows"]) // SETTLED_ROWS
    firsts = found["channel"][np.flatnonzero(np.diff(filled)) + 1]
    return [0, *firsts.tolist(), ALL_CHANNELS]


def _latest(query: str, parts: Sequence[Part]) -> str:
    """The query, with only the latest of several readings for one instant where there may be such."""
    return query.format(latest=LATEST if any(part.corrections for part in parts) else "")
