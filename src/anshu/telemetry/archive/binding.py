"""Making parts: a query's answer becomes a file, whole and on disk under its name before anybody lists it."""

from collections.abc import Mapping
from typing import NamedTuple

from anshu.kernel.identifiers import uuid7
from anshu.telemetry.archive.columns import Columns
from anshu.telemetry.archive.parts import Kind, Part, day_name, make_durable
from anshu.telemetry.archive.reading import HOUR_MS, Archive

PREFIX: Mapping[Kind, str] = {"loose": "raw", "settled": "raw", "hours": "hours"}
SUFFIX, UNFINISHED = ".parquet", ".unfinished"

FACTS = """SELECT count(*) AS rows, min(channel) AS channel_min, max(channel) AS channel_max,
    min({at}) AS at_min_ms, max({at}) AS at_max_ms, {corrections} AS corrections FROM read_parquet($files)"""
RAW_FACTS = FACTS.format(at="at_ms", corrections="count(*) FILTER (WHERE corrected > 0)")
HOUR_FACTS = FACTS.format(at="hour_ms", corrections="0")


class Shelf(NamedTuple):
    """What a part will be: its kind, and the day it is of, None for several."""

    kind: Kind
    day: int | None


def bind(archive: Archive, shelf: Shelf, query: str, bound: Mapping[str, object], **tables: Columns) -> Part:
    """Write a part of what a query gives, which must be sorted by channel and time and not be empty."""
    name = f"{PREFIX[shelf.kind]}-{day_name(shelf.day)}-{uuid7().hex}{SUFFIX}"
    path = archive.folder / name
    partial = path.with_suffix(UNFINISHED)
    archive.engine.write(partial, query, bound, **tables)
    make_durable(partial)
    partial.replace(path)
    make_durable(archive.folder)
    hours = shelf.kind == "hours"
    found = archive.engine.ask(HOUR_FACTS if hours else RAW_FACTS, {"files": [str(path)]})
    facts = {key: int(column[0]) for key, column in found.items()}
    if hours:
        facts["at_max_ms"] += HOUR_MS - 1
    return Part(name, shelf.kind, shelf.day, bytes=path.stat().st_size, **facts)
