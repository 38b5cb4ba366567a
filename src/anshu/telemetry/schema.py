"""The file behind the memory of readings: its tables, and how a connection to it is opened."""

import random
import sqlite3
import time
from pathlib import Path
from typing import Literal

Synchronous = Literal["NORMAL", "FULL", "EXTRA"]

FILE_NAME = "readings.sqlite3"
VERSION = 1
BUSY_S = 30.0

SLOT_MS = 900_000
"""Width of the leading column of the unique index. A plain (channel, at_ms) index touches one page per channel per
round of readings, which made 4 million rows four times slower to store; led by the quarter-hour, the part being written
stays small, a channel's day is 96 seeks, and retention removes one contiguous range. Uniqueness is the same."""

TABLES = f"""
CREATE TABLE reading (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    channel INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    received_ms INTEGER NOT NULL,
    source INTEGER NOT NULL,
    quality INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX reading_once ON reading (at_ms / {SLOT_MS}, channel, at_ms);
CREATE TABLE last (
    channel INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    received_ms INTEGER NOT NULL,
    quality INTEGER NOT NULL
) STRICT;
CREATE TABLE door (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_ms INTEGER NOT NULL,
    door INTEGER NOT NULL REFERENCES door,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    raw BLOB NOT NULL,
    channel TEXT NOT NULL,
    replayed_ms INTEGER
) STRICT;
CREATE INDEX quarantine_waiting ON quarantine (reason, id) WHERE replayed_ms IS NULL;
CREATE INDEX quarantine_received ON quarantine (received_ms);
CREATE TABLE tally (
    hour INTEGER NOT NULL,
    door INTEGER NOT NULL REFERENCES door,
    accepted INTEGER NOT NULL,
    late INTEGER NOT NULL,
    duplicate INTEGER NOT NULL,
    quarantined INTEGER NOT NULL,
    PRIMARY KEY (hour, door)
) STRICT, WITHOUT ROWID;
"""


def connect(folder: Path, synchronous: Synchronous, *, read_only: bool) -> sqlite3.Connection:
    """A connection to the store's file; the caller begins and commits, writers with `begin_write`."""
    connection = sqlite3.connect(folder / FILE_NAME, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    connection.execute("PRAGMA secure_delete = OFF")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return connection


def begin_write(connection: sqlite3.Connection) -> None:
    """Begin a write transaction, waiting up to 30 s for the writers of other processes."""
    when_free(connection, "BEGIN IMMEDIATE")


def when_free(connection: sqlite3.Connection, statement: str) -> sqlite3.Cursor:
    """Run a statement once the file is free. SQLite's own wait sleeps up to 100 ms between looks, which lets a busy
    neighbour starve us, and does not cover the switch to WAL; this looks every few ms.
    """
    deadline = time.monotonic() + BUSY_S
    while True:
        try:
            return connection.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(random.uniform(0.000_5, 0.003))  # noqa: S311


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables unless another process has; raises RuntimeError for a file of a version we do not know.

    From here on the connection waits for other writers by `when_free` alone.
    """
    (mode,) = when_free(connection, "PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise RuntimeError(f"the store needs a disk on which SQLite can use WAL; it offers {mode}")
    connection.execute("PRAGMA busy_timeout = 0")
    begin_write(connection)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            for statement in TABLES.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        elif version != VERSION:
            raise RuntimeError(f"the store is of version {version}, this program knows version {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
