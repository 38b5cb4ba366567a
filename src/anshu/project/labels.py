"""What is known to have happened in a recording: windows from a file.

CSV with the columns channel, from, to and, when not all of them are events, happened (yes or no). Or JSON as the
Numenta benchmark has it: {"folder/file.csv": [["from", "to"], …]}, of which the entry is taken whose name the
recording's path ends with, for all of its channels.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from pathlib import Path

import orjson

from anshu.engines.backtest import Truth, windows
from anshu.kernel.errors import Invalid

COLUMNS = ("channel", "from", "to")
ANSWERS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

Row = tuple[int, int, int, bool]


def read(path: Path, slots: Mapping[str, int], recording: Path | None, zone: tzinfo) -> Truth:
    """The windows of a file on channels by their number; times without a zone are in `zone`. Whatever lies outside is
    taken to be quiet. Invalid names the file and the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("%(file)s: %(why)s", field="labels", file=path, why=error) from error
    if path.suffix == ".json":
        return windows(_from_json(path, text, slots, recording, zone), complete=True)
    return windows(_from_csv(path, text, slots, zone), complete=True)


def _from_csv(path: Path, text: str, slots: Mapping[str, int], zone: tzinfo) -> Iterator[Row]:
    table = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise Invalid("%(file)s has no column %(names)s", field="labels", file=path.name, names=", ".join(missing))
    for row in table:
        where = f"{path.name}:{table.line_num}"
        if row["channel"] not in slots:
            raise Invalid("%(where)s: no channel %(name)s is tried", field="labels", where=where, name=row["channel"])
        answer = ANSWERS.get((row.get("happened") or "yes").strip().lower())
        if answer is None:
            raise Invalid("%(where)s: happened is yes or no", field="labels", where=where)
        yield (*_window(slots[row["channel"]], row["from"], row["to"], where, zone), answer)


def _from_json(path: Path, text: str, slots: Mapping[str, int], recording: Path | None, zone: tzinfo) -> Iterator[Row]:
    try:
        told = orjson.loads(text)
        found = [key for key in told if recording is not None and recording.as_posix().endswith(key)]
        spans = [tuple(map(str, span)) for span in told[found[0]]] if found else None
    except (orjson.JSONDecodeError, TypeError) as error:
        raise Invalid("%(file)s: %(why)s", field="labels", file=path.name, why=error) from error
    if spans is None:
        raise Invalid("%(file)s names no windows of this recording", field="labels", file=path.name)
    for begin, end in spans:
        for slot in slots.values():
            yield (*_window(slot, begin, end, path.name, zone), True)


def _window(slot: int, begin: str, end: str, where: str, zone: tzinfo) -> tuple[int, int, int]:
    try:
        times = [datetime.fromisoformat(told.strip()) for told in (begin, end)]
    except (ValueError, AttributeError) as error:
        raise Invalid("%(where)s: %(why)s", field="labels", where=where, why=error) from error
    from_ms, to_ms = (round((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp() * 1000) for at in times)
    if to_ms < from_ms:
        raise Invalid("%(where)s: the window ends before it begins", field="labels", where=where)
    return slot, from_ms, to_ms
