"""Questions to the archive: one channel over time, many readings by channel and instant, hours by group of channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from anshu.telemetry.archive.columns import Columns, Engine
from anshu.telemetry.archive.parts import FOLDER, Part
from anshu.telemetry.chunks import Chunk
from anshu.telemetry.keying import Found
from anshu.telemetry.readings import Integers, Numbers

HOUR_MS = 3_600_000

SOME_CHANNELS = """SELECT channel, at_ms, value, corrected FROM read_parquet($files) JOIN wanted USING (channel)
    WHERE at_ms >= $from_ms AND at_ms < $to_ms"""
ONE_CHANNEL = """SELECT channel, at_ms, value, corrected FROM read_parquet($files)
    WHERE channel = $channel AND at_ms >= $from_ms AND at_ms < $to_ms"""
FIND = """SELECT place, value, corrected FROM read_parquet($files) AS held
    JOIN asked ON held.channel = asked.channel AND held.at_ms = asked.at_ms
    WHERE held.channel BETWEEN $low AND $high AND held.at_ms BETWEEN $first AND $final"""
RAW_HOURS = """SELECT channel, at_ms - at_ms % 3600000 AS hour_ms, 1 AS readings,
    value AS minimum, value AS maximum, value AS total"""
ONE_RANGE = "WHERE at_ms >= $from_ms AND at_ms < $to_ms"
SUMMED_HOURS = """SELECT channel, hour_ms, readings, minimum, maximum, total FROM read_parquet($summed)
    WHERE hour_ms >= $from_ms AND hour_ms < $to_ms"""
LATEST = "QUALIFY row_number() OVER (PARTITION BY channel, at_ms ORDER BY corrected DESC) = 1"


@dataclass(frozen=True, slots=True)
class Hours:
    """Readings summed up by group of channels and hour, in that order; all arrays of one length.

    `hour_ms` is when the hour begins; `total` the sum of the values, from which and `readings` the mean follows.
    """

    group: Integers
    hour_ms: Integers
    readings: Integers
    minimum: Numbers
    maximum: Numbers
    total: Numbers


class Archive:
    """The files under a store's folder. Which of them count is said with each question, as the list of that moment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER
        self.engine = Engine(self.folder / "spill")

    def paths(self, parts: Sequence[Part]) -> list[str]:
        """The files of parts, as `read_parquet` takes them."""
        return [str(self.folder / part.name) for part in parts]

    def readings(self, parts: Sequence[Part], channels: Integers, from_ms: int, to_ms: int) -> Columns:
        """channel, at_ms, value, corrected of the channels' readings with from_ms <= at < to_ms, in no order; one that
        was corrected comes once for each value, the one that holds with the greatest `corrected`."""
        low, high = (int(channels.min()), int(channels.max())) if len(channels) else (0, -1)
        chosen = [
            part
            for part in parts
            if part.kind != "hours" and part.overlaps(from_ms, to_ms)
            if part.channel_min <= high and part.channel_max >= low
        ]
        if not chosen:
            return Chunk.joined(()).columns()
        bound = {"files": self.paths(chosen), "from_ms": from_ms, "to_ms": to_ms}
        if low == high:
            return self.engine.ask(ONE_CHANNEL, {**bound, "channel": low})
        return self.engine.ask(SOME_CHANNELS, bound, wanted={"channel": channels})

    def find(self, parts: Sequence[Part], channel: Integers, at_ms: Integers) -> Found:
        """Which of these channels and instants (pairs by place) there are readings of, and their values."""
        found = Found(np.zeros(len(channel), np.bool_), np.zeros(len(channel)))
        chosen = [part for part in parts if part.kind != "hours" and part.may_hold(channel, at_ms)]
        if not chosen:
            return found
        asked = {"place": np.arange(len(channel)), "channel": channel, "at_ms": at_ms}
        bound = {
            "files": self.paths(chosen),
            "low": int(channel.min()),
            "high": int(channel.max()),
            "first": int(at_ms.min()),
            "final": int(at_ms.max()),
        }
        rows = self.engine.ask(FIND, bound, asked=asked)
        by_version = np.argsort(rows["corrected"], kind="stable")
        place = rows["place"][by_version]
        found.there[place] = True
        found.value[place] = rows["value"][by_version]
        return found

    def hours(
        self, parts: Sequence[Part], recent: Chunk, from_ms: int, to_ms: int, group_of: npt.NDArray[np.int32]
    ) -> Hours:
        """Hours of parts and recent readings; a channel without place in `group_of`, or with -1 there, is left out."""
        sources, bound = self._sources(parts, recent, from_ms, to_ms)
        groups: Columns = {"channel": np.flatnonzero(group_of >= 0), "part_of": group_of[group_of >= 0]}
        query = f"""SELECT part_of, hour_ms, sum(readings)::BIGINT AS readings, min(minimum) AS minimum,
            max(maximum) AS maximum, sum(total) AS total
            FROM ({" UNION ALL ".join(sources)}) JOIN groups USING (channel)
            GROUP BY ALL ORDER BY ALL"""  # noqa: S608  # made of the constants above
        found = self.engine.ask(query, bound, groups=groups, recent=recent.columns())
        names = ("readings", "minimum", "maximum", "total")
        return Hours(found["part_of"].astype(np.int64), found["hour_ms"], *(found[name] for name in names))

    def _sources(
        self, parts: Sequence[Part], recent: Chunk, from_ms: int, to_ms: int
    ) -> tuple[list[str], dict[str, object]]:
        """Queries that together give each reading once: the summed-up hours of settled days, everything else itself.

        While a correction waits to be settled, hours that were summed up before it are not believed.
        """
        chosen = [part for part in parts if part.overlaps(from_ms, to_ms)]
        corrected = any(part.corrections and part.kind == "loose" for part in chosen) or recent.corrected().any()
        raw_days = {part.day for part in chosen if part.kind == "settled"} if corrected else set()
        summed = [part for part in chosen if part.kind == "hours" and part.day not in raw_days]
        days = {part.day for part in summed}
        raw = [part for part in chosen if part.kind != "hours" and (part.kind == "loose" or part.day not in days)]
        bound: dict[str, object] = {"from_ms": from_ms, "to_ms": to_ms}
        readings = f"SELECT channel, at_ms, value, corrected FROM recent {ONE_RANGE}"  # noqa: S608  # constants alone
        if raw:
            bound["raw"] = self.paths(raw)
            readings += f" UNION ALL SELECT channel, at_ms, value, corrected FROM read_parquet($raw) {ONE_RANGE}"  # noqa: S608
        if corrected:
            readings = f"SELECT * FROM ({readings}) {LATEST}"  # noqa: S608
        sources = [f"{RAW_HOURS} FROM ({readings})"]
        if summed:
            bound["summed"] = self.paths(summed)
            sources.append(SUMMED_HOURS)
        return sources, bound
