"""Recorded series as readings: which column is what, times with their zone, and why a row cannot be a reading."""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import isfinite
from pathlib import Path
from typing import Any

import orjson

from anshu.kernel.errors import Invalid

JSON_LINES = (".ndjson", ".jsonl")
PARTS = ("time", "value", "channel")


@dataclass(frozen=True)
class Mapped:
    """Which column holds the time and the value, what the value is multiplied by, and the channel.

    The channel is a code, or `@column` with an optional ending: `@station/road_water_depth`.
    """

    time: str
    value: str
    factor: float
    channel: str

    @classmethod
    def parse(cls, text: str) -> "Mapped":
        """Read `time=COLUMN,value=COLUMN[*FACTOR],channel=CODE`; raises Invalid (field map)."""
        given = dict(part.partition("=")[::2] for part in text.split(","))
        if set(given) != set(PARTS) or not all(given.values()):
            raise _wrong("needs time=…,value=…,channel=… and nothing else")
        column, times, factor = given["value"].partition("*")
        try:
            return cls(given["time"], column, float(factor) if times else 1.0, given["channel"])
        except ValueError:
            raise _wrong(f"cannot multiply by {factor!r}") from None

    def code(self, row: Mapping[str, Any]) -> str:
        """The channel of a row; KeyError naming a column it lacks."""
        if not self.channel.startswith("@"):
            return self.channel
        column, slash, ending = self.channel[1:].partition("/")
        return f"{row[column]}{slash}{ending}"


def _wrong(reason: str) -> Invalid:
    return Invalid("--map %(reason)s", field="map", reason=reason)


@dataclass(frozen=True)
class Recorded:
    """One reading of a recording."""

    channel: str
    at: datetime
    value: float


@dataclass(frozen=True)
class Bad:
    """A row that is no reading: its line in the file, why, and the row."""

    line: int
    why: str
    row: Mapping[str, Any]


def read(path: Path, mapped: Mapped, zone: tzinfo) -> tuple[list[Recorded], list[Bad]]:
    """All readings of a CSV or NDJSON file (gzip by its ending), in order of time, and the rows that are none.

    Times without a zone are in `zone`. Raises Invalid when the file cannot be read or lacks a column of the map.
    """
    good: list[Recorded] = []
    bad: list[Bad] = []
    for line, row in _rows(path):
        found = _reading(row, mapped, zone)
        if isinstance(found, str):
            bad.append(Bad(line, found, row))
        else:
            good.append(found)
    if bad and not good and all(fault.why.startswith("no column") for fault in bad):
        raise Invalid("%(file)s: %(why)s", field="map", file=path.name, why=bad[0].why)
    return sorted(good, key=lambda reading: reading.at), bad


def _reading(row: Mapping[str, Any], mapped: Mapped, zone: tzinfo) -> Recorded | str:
    """The reading of a row, or what is wrong with it."""
    if "" in row:
        return str(row[""])
    try:
        told, text, code = row[mapped.time], row[mapped.value], mapped.code(row)
    except KeyError as error:
        return f"no column {error.args[0]}; there are {', '.join(row)}"
    try:
        at = datetime.fromisoformat(str(told).strip())
    except ValueError:
        return f"{told!r} is not a time"
    try:
        value = float(text) * mapped.factor
    except (TypeError, ValueError):
        return f"{text!r} is not a number"
    if not isfinite(value):
        return f"{text!r} is not a number that can be measured"
    return Recorded(code, at if at.tzinfo else at.replace(tzinfo=zone), value)


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(Line, row) of each row; one that could not be taken apart is {"": why}."""
    plain = path.with_suffix("") if path.suffix == ".gz" else path
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise Invalid("%(file)s: %(why)s", field="file", file=path, why=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise Invalid(
            "%(file)s is not UTF-8 from byte %(at)s on: save it as UTF-8", field="file", file=path, at=error.start
        ) from error
    yield from _json_rows(text) if plain.suffix in JSON_LINES else _csv_rows(text)


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    table = csv.DictReader(io.StringIO(text, newline=""))
    for row in table:
        if None in row or None in row.values():
            yield table.line_num, {"": "has more or fewer fields than the heading"}
        else:
            yield table.line_num, row


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line, raw in enumerate(text.splitlines(), start=1):
        if raw.strip():
            try:
                found = orjson.loads(raw)
            except orjson.JSONDecodeError as error:
                found = {"": f"is not JSON: {error}"}
            yield line, found if isinstance(found, dict) else {"": "is not an object"}
