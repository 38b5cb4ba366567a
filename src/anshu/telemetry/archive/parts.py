"""The files of the archive and the list of them, which is kept in the file of the intake log.

A part holds readings (`raw-…`) of one day, sorted by channel and instant, or of several days when they came late; or
the hours of one day (`hours-…`). Parts never change: they are replaced. The list changes in one transaction, so that
each reading is at any moment in exactly one listed part or in the log. `manifest.json` repeats the list for engines
that read the folder: a file not in it is half written, or has been replaced and will go.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Literal

import numpy as np

from anshu.telemetry.blocks import read_marks, set_mark
from anshu.telemetry.readings import Integers

FOLDER = "archive"
MANIFEST = "manifest.json"
DAY_MS = 86_400_000
Kind = Literal["loose", "settled", "hours"]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the archive. `loose` parts are as they came, one channel may be in several; of a day's `settled` ones
    each has channels of its own, and `hours` sums these up. `day` counts from 1970 (UTC), None for several days.
    """

    name: str
    kind: Kind
    day: int | None
    rows: int
    bytes: int
    channel_min: int
    channel_max: int
    at_min_ms: int
    at_max_ms: int
    corrections: int

    def overlaps(self, from_ms: int, to_ms: int) -> bool:
        """Whether it may hold anything of from_ms <= at < to_ms."""
        return self.at_min_ms < to_ms and self.at_max_ms >= from_ms

    def may_hold(self, channel: Integers, at_ms: Integers) -> bool:
        """Whether it may hold any of these channels at these instants."""
        inside = (at_ms >= self.at_min_ms) & (at_ms <= self.at_max_ms)
        return bool((inside & (channel >= self.channel_min) & (channel <= self.channel_max)).any())


COLUMNS = ", ".join(field.name for field in fields(Part))
ADD = f"INSERT INTO part ({COLUMNS}) VALUES ({', '.join('?' for _ in fields(Part))})"  # noqa: S608  # our own names


def read_parts(connection: sqlite3.Connection) -> tuple[Part, ...]:
    """The list as it is at this moment."""
    return tuple(Part(*row) for row in connection.execute(f"SELECT {COLUMNS} FROM part ORDER BY at_min_ms, name"))  # noqa: S608


def exchange(connection: sqlite3.Connection, new: Iterable[Part], old: Sequence[Part], now_ms: int) -> None:
    """List the new parts instead of the old ones, inside the caller's transaction; all files must be on disk."""
    names = [(part.name,) for part in old]
    connection.executemany("DELETE FROM part WHERE name = ?", names)
    connection.executemany("INSERT INTO gone VALUES (?, ?)", [(name, now_ms) for (name,) in names])
    connection.executemany(ADD, [astuple(part) for part in new])
    set_mark(connection, "parts", read_marks(connection).parts + 1)


def day_of(at_ms: Integers) -> Integers:
    """The day of each instant, counted from 1970 (UTC)."""
    return at_ms // DAY_MS


def day_name(day: int | None) -> str:
    """The day as it stands in the name of a file."""
    return "days" if day is None else str(np.datetime64(day, "D"))


def write_manifest(folder: Path, parts: Sequence[Part]) -> None:
    """Repeat the list beside the files, whole or not at all."""
    listed = {
        "readings": sorted(part.name for part in parts if part.kind != "hours"),
        "hours": sorted(part.name for part in parts if part.kind == "hours"),
    }
    partial = folder / f".{MANIFEST}"
    partial.write_text(json.dumps(listed, indent=1))
    make_durable(partial)
    partial.replace(folder / MANIFEST)


def make_durable(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
