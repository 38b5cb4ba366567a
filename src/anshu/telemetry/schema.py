"""The file of the intake log: its tables, and how a connection to it is opened.

`block` is the log: one row per append, its readings packed (`blocks.py`). `mark` holds three numbers: the newest seq
ever stored, up to which seq readings are in the archive, and how often the list of its parts has changed. `newest`
holds the last values as of the archived seq, `part` the files of the archive, `gone` those that were replaced.
"""

import random
import sqlite3
import time
from pathlib import Path
from typing import Literal

from anshu.telemetry.moving import move_rows

Synchronous = Literal["NORMAL", "FULL", "EXTRA"]

FILE_NAME = "readings.sqlite3"
VERSION = 2
BUSY_S = 30.0

TABLES = """
CREATE TABLE block (
    last_seq INTEGER PRIMARY KEY,
    first_seq INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    source INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE TABLE mark (name TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO mark VALUES ('stored', 0), ('archived', 0), ('parts', 0);
CREATE TABLE newest (one INTEGER PRIMARY KEY CHECK (one = 1), body BLOB NOT NULL) STRICT;
CREATE TABLE part (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    day INTEGER,
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    channel_min INTEGER NOT NULL,
    channel_max INTEGER NOT NULL,
    at_min_ms INTEGER NOT NULL,
    at_max_ms INTEGER NOT NULL,
    corrections INTEGER NOT NULL
) STRICT;
CREATE TABLE gone (name TEXT PRIMARY KEY, since_ms INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS door (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_ms INTEGER NOT NULL,
    door INTEGER NOT NULL REFERENCES door,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    raw BLOB NOT NULL,
    channel TEXT NOT NULL,
    replayed_ms INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS quarantine_waiting ON quarantine (reason, id) WHERE replayed_ms IS NULL;
CREATE INDEX IF NOT EXISTS quarantine_received ON quarantine (received_ms);
CREATE TABLE IF NOT EXISTS tally (
    hour INTEGER NOT NULL,
    door INTEGER NOT NULL REFERENCES door,
    accepted INTEGER NOT NULL,
    late INTEGER NOT NULL,
    duplicate INTEGER NOT NULL,
    quarantined INTEGER NOT NULL,
    PRIMARY KEY (hour, door)
) STRICT, WITHOUT ROWID;
"""


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables, inside a transaction; those that are there already, as version 1 left them, are kept."""
    for statement in TABLES.split(";\n"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")


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
            make_tables(connection)
        elif version == 1:
            move_rows(connection, make_tables)
        elif version != VERSION:
            raise RuntimeError(f"the store is of version {version}, this program knows version {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
