"""What could not be stored: looking through it, and trying it again."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from anshu.telemetry.known import KnownReadings
from anshu.telemetry.readings import Intake, Reason
from anshu.telemetry.writing import Origin, clean, count, door_number, store_batch

COLUMNS = "quarantine.id, received_ms, door.name, reason, detail, raw, channel, replayed_ms"
TABLES = "quarantine JOIN door ON door.number = quarantine.door"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One thing in quarantine; `replayed_ms` is when all of it had become readings, or None while it waits."""

    id: int
    received_ms: int
    door: str
    reason: Reason
    detail: str
    raw: bytes
    channel: str
    replayed_ms: int | None


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which part of the quarantine to look at; None lets all through."""

    door: str | None = None
    reason: Reason | None = None
    channel: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    waiting: bool | None = None

    def condition(self) -> tuple[str, list[object]]:
        """An SQL condition and what to bind to it."""
        tests: tuple[tuple[str, object], ...] = (
            ("door.name = ?", self.door),
            ("reason = ?", self.reason),
            ("channel = ?", self.channel),
            ("received_ms >= ?", self.from_ms),
            ("received_ms < ?", self.to_ms),
            ("(replayed_ms IS NULL) = ?", self.waiting),
        )
        used = [(text, value) for text, value in tests if value is not None]
        return " AND ".join(["1", *(text for text, _ in used)]), [value for _, value in used]


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first; `total` counts all that the sieve lets through."""

    rows: list[Quarantined]
    total: int


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of trying again: ids now wholly stored, and ids still waiting with their present reason."""

    stored: list[int]
    waiting: dict[int, Reason]


def browse(connection: sqlite3.Connection, sieve: Sieve, *, limit: int, before_id: int | None) -> Page:
    """A page of the quarantine; pass the smallest id of one page as `before_id` for the next."""
    condition, bound = sieve.condition()
    (total,) = connection.execute(f"SELECT count(*) FROM {TABLES} WHERE {condition}", bound).fetchone()  # noqa: S608
    if before_id is not None:
        condition, bound = f"{condition} AND quarantine.id < ?", [*bound, before_id]
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM {TABLES} WHERE {condition} ORDER BY quarantine.id DESC LIMIT ?",  # noqa: S608
        [*bound, limit],
    )
    return Page([quarantined(row) for row in rows], int(total))


def quarantined(row: tuple[Any, ...]) -> Quarantined:
    """One row of the table."""
    identity, received_ms, door, reason, *others = row
    return Quarantined(identity, received_ms, door, Reason(reason), *others)


def pick(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Quarantined]:
    """Those of `ids` that still wait, in order of arrival."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM {TABLES} WHERE replayed_ms IS NULL"  # noqa: S608
        " AND quarantine.id IN (SELECT value FROM json_each(?)) ORDER BY quarantine.id",
        (orjson.dumps(list(ids)).decode(),),
    )
    return [quarantined(row) for row in rows]


def try_again(
    connection: sqlite3.Connection,
    known: KnownReadings,
    rows: Sequence[Quarantined],
    read: Callable[[Quarantined], Intake],
    *,
    now_ms: int,
) -> Replay:
    """Read each again and store what comes of it, inside the caller's transaction.

    A row is marked only when everything in it is stored; else it waits on with the reason that holds now, and what of
    it was good is stored all the same (the next try finds that part there already). No row is ever added.
    """
    stored: list[int] = []
    waiting: dict[int, Reason] = {}
    for row in rows:
        intake = read(row)
        origin = Origin(door_number(connection, row.door), now_ms)
        outcome = store_batch(connection, known, intake.batch, origin=origin)
        count(connection, outcome.receipt._replace(quarantined=0), outcome.late, origin)
        rejects = [*intake.rejects, *outcome.conflicts]
        if rejects:
            waiting[row.id] = rejects[0].reason
            connection.execute(
                "UPDATE quarantine SET reason = ?, detail = ? WHERE id = ?",
                (rejects[0].reason.value, clean(rejects[0].detail), row.id),
            )
        else:
            stored.append(row.id)
            connection.execute("UPDATE quarantine SET replayed_ms = ? WHERE id = ?", (now_ms, row.id))
    return Replay(stored, waiting)
