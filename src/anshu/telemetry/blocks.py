"""Blocks of the intake log: the readings of one append, packed, 21 bytes each: instants, values, channels, quality."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from anshu.telemetry.readings import Integers, Numbers, Stored

Channels = npt.NDArray[np.int32]
Qualities = npt.NDArray[np.uint8]
ROW_BYTES = 21

ADD = "INSERT INTO block (last_seq, first_seq, received_ms, source, body) VALUES (?, ?, ?, ?, ?)"
AFTER = "SELECT first_seq, received_ms, source, body FROM block WHERE last_seq > ? ORDER BY last_seq"


class Marks(NamedTuple):
    """The newest seq ever stored, the seq up to which readings are in the archive, how often its parts have changed."""

    stored: int
    archived: int
    parts: int


def read_marks(connection: sqlite3.Connection) -> Marks:
    """The numbers of this moment."""
    return Marks(**dict(connection.execute("SELECT name, number FROM mark")))


def set_mark(connection: sqlite3.Connection, name: str, number: int) -> None:
    """Change one of the numbers, inside the caller's transaction."""
    connection.execute("UPDATE mark SET number = ? WHERE name = ?", (number, name))


@dataclass(frozen=True, slots=True)
class Block:
    """Readings in order of seq, the first of which is `first_seq`; all of one append, so of one door and receipt."""

    first_seq: int
    received_ms: int
    source: int
    at_ms: Integers
    value: Numbers
    channel: Channels
    quality: Qualities

    def __len__(self) -> int:
        return len(self.at_ms)

    @property
    def last_seq(self) -> int:
        """The seq of the last reading."""
        return self.first_seq + len(self.at_ms) - 1


def add_block(connection: sqlite3.Connection, block: Block) -> None:
    """Write a block of at least one reading into the log, inside the caller's transaction."""
    columns = (
        block.at_ms.astype("<i8", copy=False),
        block.value.astype("<f8", copy=False),
        block.channel.astype("<i4", copy=False),
        block.quality.astype("u1", copy=False),
    )
    body = b"".join(column.tobytes() for column in columns)
    connection.execute(ADD, (block.last_seq, block.first_seq, block.received_ms, block.source, body))


def read_blocks(connection: sqlite3.Connection, after_seq: int) -> Iterator[Block]:
    """The blocks that hold what follows a seq, in order; the first may begin before it. Columns cannot be written."""
    for first_seq, received_ms, source, body in connection.execute(AFTER, (after_seq,)):
        size = len(body) // ROW_BYTES
        yield Block(
            first_seq,
            received_ms,
            source,
            np.frombuffer(body, "<i8", size),
            np.frombuffer(body, "<f8", size, 8 * size),
            np.frombuffer(body, "<i4", size, 16 * size),
            np.frombuffer(body, "u1", size, 20 * size),
        )


def read_rows(connection: sqlite3.Connection, after_seq: int, limit: int) -> Stored:
    """Up to `limit` readings that follow a seq, in order of seq."""
    found: list[Block] = []
    rows = 0
    for block in read_blocks(connection, after_seq):
        found.append(block)
        rows += min(len(block), block.last_seq - after_seq)
        if rows >= limit:
            break
    return joined(found, after_seq, limit)


def joined(blocks: Sequence[Block], after_seq: int = 0, limit: int | None = None) -> Stored:
    """The readings of blocks in order, without those up to `after_seq` and beyond `limit`."""
    sizes = [len(block) for block in blocks]
    seq: Integers = np.concatenate([_seqs(block) for block in blocks]) if blocks else np.zeros(0, np.int64)
    start = int(np.searchsorted(seq, after_seq, "right"))
    kept = slice(start, len(seq) if limit is None else min(len(seq), start + limit))

    def column(name: str, kind: type[np.generic]) -> npt.NDArray[np.generic]:
        parts = [getattr(block, name) for block in blocks]
        return np.concatenate(parts)[kept].astype(kind, copy=False) if parts else np.zeros(0, kind)

    def spread(name: str) -> Integers:
        return np.repeat(np.array([getattr(block, name) for block in blocks], np.int64), sizes)[kept]

    return Stored(
        seq[kept],
        column("channel", np.int64),  # type: ignore[arg-type]  # the kind asked for is the kind that comes
        column("at_ms", np.int64),  # type: ignore[arg-type]
        column("value", np.float64),  # type: ignore[arg-type]
        spread("received_ms"),
        spread("source"),
        column("quality", np.int64),  # type: ignore[arg-type]
    )


def _seqs(block: Block) -> Integers:
    return np.arange(block.first_seq, block.first_seq + len(block), dtype=np.int64)
