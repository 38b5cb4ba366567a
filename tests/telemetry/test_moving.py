"""A store of version 1, one row per reading, becomes one of blocks by being opened."""

import sqlite3
from pathlib import Path

import pytest

from anshu.telemetry.readings import Quality, batch_of
from anshu.telemetry.schema import FILE_NAME
from anshu.telemetry.store import Store

T = 1_786_000_000_000
VERSION_1 = """
CREATE TABLE reading (seq INTEGER PRIMARY KEY AUTOINCREMENT, channel INTEGER NOT NULL, at_ms INTEGER NOT NULL,
    value REAL NOT NULL, received_ms INTEGER NOT NULL, source INTEGER NOT NULL, quality INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX reading_once ON reading (at_ms / 900000, channel, at_ms);
CREATE TABLE last (channel INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, value REAL NOT NULL,
    received_ms INTEGER NOT NULL, quality INTEGER NOT NULL) STRICT;
CREATE TABLE door (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE quarantine (id INTEGER PRIMARY KEY AUTOINCREMENT, received_ms INTEGER NOT NULL,
    door INTEGER NOT NULL REFERENCES door, reason TEXT NOT NULL, detail TEXT NOT NULL, raw BLOB NOT NULL,
    channel TEXT NOT NULL, replayed_ms INTEGER) STRICT;
CREATE INDEX quarantine_waiting ON quarantine (reason, id) WHERE replayed_ms IS NULL;
CREATE INDEX quarantine_received ON quarantine (received_ms);
CREATE TABLE tally (hour INTEGER NOT NULL, door INTEGER NOT NULL REFERENCES door, accepted INTEGER NOT NULL,
    late INTEGER NOT NULL, duplicate INTEGER NOT NULL, quarantined INTEGER NOT NULL,
    PRIMARY KEY (hour, door)) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;
"""
READINGS = [(1, T, 1.5, 0, 1), (2, T, -2.0, 0, 2), (1, T - 9, 3.0, 1, 1), (1, T + 5, 4.0, 0, 1), (2, T + 5, 5.0, 0, 1)]


def old_store(folder: Path, *, forgotten: int = 0) -> None:
    """A store of version 1 as it wrote it, from which the first so many readings had been forgotten."""
    with sqlite3.connect(folder / FILE_NAME) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(VERSION_1)
        connection.executemany("INSERT INTO door VALUES (?, ?)", [(1, "http"), (2, "mqtt")])
        connection.executemany(
            "INSERT INTO reading (channel, at_ms, value, received_ms, source, quality) VALUES (?, ?, ?, ?, ?, ?)",
            [(channel, at, value, T + at // T, door, late) for channel, at, value, late, door in READINGS],
        )
        connection.execute("DELETE FROM reading WHERE seq <= ?", (forgotten,))
        connection.execute("INSERT INTO last VALUES (1, ?, 4.0, ?, 0), (2, ?, 5.0, ?, 0)", (T + 5, T, T + 5, T))
        connection.execute("INSERT INTO quarantine VALUES (7, ?, 1, 'malformed', 'why', x'7b', '', NULL)", (T,))
        connection.execute("INSERT INTO tally VALUES (?, 1, 5, 1, 0, 1)", (T // 3_600_000,))
    connection.close()


@pytest.mark.parametrize("forgotten", range(len(READINGS) + 1))
def test_nothing_is_lost_on_the_way(tmp_path: Path, forgotten: int) -> None:
    old_store(tmp_path, forgotten=forgotten)
    for _ in range(2):
        with Store.open(tmp_path) as store:
            tail = store.tail(0, 99)
            assert tail.seq.tolist() == list(range(forgotten + 1, len(READINGS) + 1))
            found = zip(tail.channel.tolist(), tail.at_ms.tolist(), tail.value.tolist(), strict=True)
            assert list(found) == [row[:3] for row in READINGS[forgotten:]]
            assert tail.source.tolist() == [row[4] for row in READINGS[forgotten:]]
            assert tail.quality.tolist() == [row[3] * Quality.LATE for row in READINGS[forgotten:]]
            assert store.watermark() == len(READINGS) and store.doors() == {1: "http", 2: "mqtt"}
            assert (store.last().value.tolist(), store.last().received_ms.tolist()) == ([4.0, 5.0], [T, T])
            assert store.quarantine().rows[0].id == 7
            assert [day.accepted for day in store.statistics(0, 2 * T, zone_offset_ms=0).days] == [5]
    with Store.open(tmp_path) as store:
        receipt = store.append(batch_of([(1, T + 5, 4.0), (2, T + 6, 1.0)]), door="http", received_ms=T)
        assert receipt == ((1, 1, 0) if forgotten < 4 else (2, 0, 0))
        assert store.watermark() >= len(READINGS) + 1 and store.last().at_ms.tolist()[1] == T + 6


def test_a_move_that_fails_leaves_the_old_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old_store(tmp_path)

    def break_down(*_given: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="no space"):
        patch.setattr("anshu.telemetry.moving.add_block", break_down)
        Store.open(tmp_path)
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        assert connection.execute("SELECT count(*) FROM reading").fetchone() == (len(READINGS),)
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.close()
    with Store.open(tmp_path) as store:
        assert len(store.tail(0, 99)) == len(READINGS)
