"""Putting readings and rejects into the store, inside a transaction that the caller began and will commit."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import orjson

from anshu.telemetry.blocks import Block, add_block, set_mark
from anshu.telemetry.keying import CONFLICT, CORRECTED, LATE, NEW
from anshu.telemetry.known import KnownReadings
from anshu.telemetry.readings import Batch, Integers, Quality, Reason, Receipt, Reject, iso_of

HOUR_MS = 3_600_000

ADDED_BITS: Integers = np.zeros(5, np.int64)
ADDED_BITS[LATE], ADDED_BITS[CORRECTED] = Quality.LATE, Quality.CORRECTED

ADD_REJECT = """INSERT INTO quarantine (received_ms, door, reason, detail, raw, channel) VALUES (?, ?, ?, ?, ?, ?)"""
ADD_TALLY = """INSERT INTO tally (hour, door, accepted, late, duplicate, quarantined) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (hour, door) DO UPDATE SET accepted = accepted + excluded.accepted, late = late + excluded.late,
        duplicate = duplicate + excluded.duplicate, quarantined = quarantined + excluded.quarantined"""


class Origin(NamedTuple):
    """Through which door, by its number, and when something came."""

    door: int
    received_ms: int


class Outcome(NamedTuple):
    """What became of the readings of a batch: how many were stored and how many of these late, and the conflicts."""

    receipt: Receipt
    late: int
    conflicts: list[Reject]


def door_number(connection: sqlite3.Connection, name: str) -> int:
    """The number of a door, given to it at first use."""
    connection.execute("INSERT INTO door (name) VALUES (?) ON CONFLICT DO NOTHING", (name,))
    (number,) = connection.execute("SELECT number FROM door WHERE name = ?", (name,)).fetchone()
    return int(number)


def store_batch(
    connection: sqlite3.Connection, known: KnownReadings, batch: Batch, *, origin: Origin, correcting: bool = False
) -> Outcome:
    """Store a batch as one block. A reading that is there with another value is a conflict, or corrects it."""
    judged = known.judge(connection, batch, correcting=correcting)
    verdict = judged.verdict
    accepted = (verdict == NEW) | (verdict == LATE) | (verdict == CORRECTED)
    count = int(accepted.sum())
    if count:
        marks = ADDED_BITS[verdict] | batch.quality
        kept = slice(None) if count == len(batch) else accepted
        block = Block(
            known.seq + 1,
            origin.received_ms,
            origin.door,
            batch.at_ms[kept],
            batch.value[kept],
            batch.channel[kept].astype(np.int32),
            marks[kept].astype(np.uint8),
        )
        add_block(connection, block)
        known.seq = block.last_seq
        set_mark(connection, "stored", known.seq)
    places = np.flatnonzero(verdict == CONFLICT).tolist()
    conflicts = [conflict_of(batch, place, float(judged.held[place])) for place in places]
    receipt = Receipt(count, len(batch) - count - len(conflicts), len(conflicts))
    return Outcome(receipt, int((verdict == LATE).sum()), conflicts)


def conflict_of(batch: Batch, index: int, stored: float) -> Reject:
    """The reject for a reading whose channel and instant are taken by another value."""
    channel, value = int(batch.channel[index]), float(batch.value[index])
    at = iso_of(int(batch.at_ms[index]))
    code = batch.code[index] if batch.code else str(channel)
    raw = batch.raw[index] if batch.raw else orjson.dumps({"channel": code, "at": at, "value": value})
    return Reject(Reason.CONFLICT, f"at {at} the store has {stored!r}, this says {value!r}", raw, code)


def quarantine(connection: sqlite3.Connection, rejects: Sequence[Reject], origin: Origin) -> None:
    """Put rejects into quarantine; text that cannot be written as UTF-8 is written with question marks."""
    connection.executemany(
        ADD_REJECT,
        (
            (
                origin.received_ms,
                origin.door,
                reject.reason.value,
                clean(reject.detail),
                reject.raw,
                clean(reject.channel),
            )
            for reject in rejects
        ),
    )


def clean(text: str) -> str:
    """The text with lone surrogates replaced: SQLite refuses them, and a refusal would fail the whole batch."""
    return text.encode("utf-8", "replace").decode("utf-8")


def count(connection: sqlite3.Connection, receipt: Receipt, late: int, origin: Origin) -> None:
    """Add one receipt to the hour and door it belongs to."""
    connection.execute(
        ADD_TALLY,
        (
            origin.received_ms // HOUR_MS,
            origin.door,
            receipt.accepted,
            late,
            receipt.duplicate,
            receipt.quarantined,
        ),
    )
