"""Putting readings and rejects into the store, inside a transaction that the caller began and will commit."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import orjson

from anshu.telemetry.readings import Batch, Integers, Quality, Reason, Receipt, Reject, iso_of
from anshu.telemetry.schema import SLOT_MS

HOUR_MS = 3_600_000

ADD_READING = """INSERT INTO reading (channel, at_ms, value, received_ms, source, quality) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING"""
FIND_READING = f"SELECT seq, value FROM reading WHERE at_ms / {SLOT_MS} = ? AND channel = ? AND at_ms = ?"  # noqa: S608
KEEP_NEWEST = """INSERT INTO last (channel, at_ms, value, received_ms, quality) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (channel) DO UPDATE SET at_ms = excluded.at_ms, value = excluded.value,
        received_ms = excluded.received_ms, quality = excluded.quality
    WHERE excluded.at_ms > last.at_ms"""
ADD_REJECT = """INSERT INTO quarantine (received_ms, door, reason, detail, raw, channel) VALUES (?, ?, ?, ?, ?, ?)"""
ADD_TALLY = """INSERT INTO tally (hour, door, accepted, late, duplicate, quarantined) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (hour, door) DO UPDATE SET accepted = accepted + excluded.accepted, late = late + excluded.late,
        duplicate = duplicate + excluded.duplicate, quarantined = quarantined + excluded.quarantined"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of each reading of a batch: stored, already there, or in conflict with another value."""

    accepted: npt.NDArray[np.bool_]
    late: npt.NDArray[np.bool_]
    conflicts: list[Reject]

    def receipt(self, rejects: int) -> Receipt:
        """Counts, `rejects` being those quarantined before storing was tried."""
        accepted = int(self.accepted.sum())
        return Receipt(accepted, len(self.accepted) - accepted - len(self.conflicts), len(self.conflicts) + rejects)


def door_number(connection: sqlite3.Connection, name: str) -> int:
    """The number of a door, given to it at first use."""
    connection.execute("INSERT INTO door (name) VALUES (?) ON CONFLICT DO NOTHING", (name,))
    (number,) = connection.execute("SELECT number FROM door WHERE name = ?", (name,)).fetchone()
    return int(number)


def store_batch(connection: sqlite3.Connection, batch: Batch, *, door: int, received_ms: int) -> Outcome:
    """Store a batch and the newest value per channel; a reading that is there with another value is a conflict."""
    size = len(batch)
    if not size:
        nothing = np.zeros(0, np.bool_)
        return Outcome(nothing, nothing, [])
    order = np.lexsort((np.arange(size), batch.at_ms, batch.channel))
    first = first_of_key(batch, order)
    late = is_late(connection, batch)
    quality = batch.quality | np.where(late, int(Quality.LATE), 0)
    before = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'reading'").fetchone()
    changes = connection.total_changes
    chosen = np.flatnonzero(first)
    connection.executemany(
        ADD_READING,
        zip(
            batch.channel[chosen].tolist(),
            batch.at_ms[chosen].tolist(),
            batch.value[chosen].tolist(),
            [received_ms] * len(chosen),
            [door] * len(chosen),
            quality[chosen].tolist(),
            strict=True,
        ),
    )
    accepted = first.copy()
    conflicts: list[Reject] = []
    everything_new = connection.total_changes - changes == len(chosen)
    for index in np.flatnonzero(~first) if everything_new else range(size):
        at_ms, channel = int(batch.at_ms[index]), int(batch.channel[index])
        seq, value = connection.execute(FIND_READING, (at_ms // SLOT_MS, channel, at_ms)).fetchone()
        accepted[index] = first[index] and seq > (before[0] if before else 0)
        if not accepted[index] and value != batch.value[index]:
            conflicts.append(conflict_of(batch, int(index), value))
    keep_newest(connection, batch, quality, accepted, received_ms)
    return Outcome(accepted, late & accepted, conflicts)


def first_of_key(batch: Batch, order: Integers) -> npt.NDArray[np.bool_]:
    """Which readings are the first of their channel and instant in the batch; `order` sorts by channel, at, place."""
    channel, at_ms = batch.channel[order], batch.at_ms[order]
    first = np.ones(len(batch), np.bool_)
    first[order[1:]] = (channel[1:] != channel[:-1]) | (at_ms[1:] != at_ms[:-1])
    return first


def is_late(connection: sqlite3.Connection, batch: Batch) -> npt.NDArray[np.bool_]:
    """Which readings are older than the newest that their channel has, in the store or earlier in the batch."""
    by_channel = np.argsort(batch.channel, kind="stable")
    channel, at_ms = batch.channel[by_channel], batch.at_ms[by_channel]
    starts = np.flatnonzero(np.concatenate(([True], channel[1:] != channel[:-1])))
    group = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(channel))))
    wanted = channel[starts]
    known = dict(
        connection.execute(
            "SELECT channel, at_ms FROM last WHERE channel IN (SELECT value FROM json_each(?))",
            (orjson.dumps(wanted, option=orjson.OPT_SERIALIZE_NUMPY).decode(),),
        )
    )
    newest = np.array([known.get(number, -1) for number in wanted.tolist()], np.int64)[group]
    # Ranks, not instants, so that one running maximum serves all channels: each is lifted above the one before it.
    _, rank = np.unique(np.concatenate((at_ms, newest)), return_inverse=True)
    own, earlier = rank[: len(batch)], rank[len(batch) :]
    lift = group * (2 * len(batch))
    running = np.maximum.accumulate(np.maximum(own, earlier) + lift) - lift
    late = np.zeros(len(batch), np.bool_)
    late[by_channel] = own < running
    return late


def keep_newest(
    connection: sqlite3.Connection,
    batch: Batch,
    quality: Integers,
    accepted: npt.NDArray[np.bool_],
    received_ms: int,
) -> None:
    """Bring the table of last values up to the newest accepted reading of each channel."""
    kept = np.flatnonzero(accepted)
    if not len(kept):
        return
    kept = kept[np.lexsort((batch.at_ms[kept], batch.channel[kept]))]
    channel = batch.channel[kept]
    newest = kept[np.concatenate((channel[1:] != channel[:-1], [True]))]
    connection.executemany(
        KEEP_NEWEST,
        zip(
            batch.channel[newest].tolist(),
            batch.at_ms[newest].tolist(),
            batch.value[newest].tolist(),
            [received_ms] * len(newest),
            quality[newest].tolist(),
            strict=True,
        ),
    )


def conflict_of(batch: Batch, index: int, stored: float) -> Reject:
    """The reject for a reading whose channel and instant are taken by another value."""
    channel, value = int(batch.channel[index]), float(batch.value[index])
    at = iso_of(int(batch.at_ms[index]))
    code = batch.code[index] if batch.code else str(channel)
    raw = batch.raw[index] if batch.raw else orjson.dumps({"channel": code, "at": at, "value": value})
    return Reject(Reason.CONFLICT, f"at {at} the store has {stored!r}, this says {value!r}", raw, code)


def quarantine(connection: sqlite3.Connection, rejects: Sequence[Reject], *, door: int, received_ms: int) -> None:
    """Put rejects into quarantine; text that cannot be written as UTF-8 is written with question marks."""
    connection.executemany(
        ADD_REJECT,
        (
            (received_ms, door, reject.reason.value, clean(reject.detail), reject.raw, clean(reject.channel))
            for reject in rejects
        ),
    )


def clean(text: str) -> str:
    """The text with lone surrogates replaced: SQLite refuses them, and a refusal would fail the whole batch."""
    return text.encode("utf-8", "replace").decode("utf-8")


def count(connection: sqlite3.Connection, receipt: Receipt, *, late: int, door: int, received_ms: int) -> None:
    """Add one receipt to the hour and door it belongs to."""
    connection.execute(
        ADD_TALLY,
        (received_ms // HOUR_MS, door, receipt.accepted, late, receipt.duplicate, receipt.quarantined),
    )
