"""The archive gives back what was put in, however it was filed, merged, settled, thinned, corrected or come late."""

import json
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.telemetry.archive import filing, merging, tending
from anshu.telemetry.archive.parts import DAY_MS, Part, read_parts
from anshu.telemetry.archive.tending import Keep
from anshu.telemetry.readings import Quality, batch_of
from anshu.telemetry.store import Store

DAY = 20_671
T = DAY * DAY_MS
HOUR = 3_600_000
LONG = 10_000 * DAY_MS
ALL = Keep(readings_ms=LONG, hours_ms=LONG, log_ms=LONG, passed_seq=0)
Row = tuple[int, int, float]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    small(monkeypatch)
    with Store.open(tmp_path, synchronous="NORMAL") as opened:
        yield opened


def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is done at once: a few readings are already much."""
    monkeypatch.setattr(tending, "FILE_ROWS", 1)
    monkeypatch.setattr(tending, "MOST_LOOSE", 2)
    monkeypatch.setattr(filing, "FEW_DAYS", 1)
    monkeypatch.setattr(filing, "FEW_ROWS", 3)
    monkeypatch.setattr(merging, "SETTLED_ROWS", 5)
    monkeypatch.setattr(merging, "WORTH_SUMMING", 0)


def add(store: Store, *rows: Row) -> tuple[int, int, int]:
    return store.append(batch_of(rows), door="http", received_ms=T)


def tend(store: Store, now_ms: int = T, keep: Keep = ALL, turns: int = 1_000) -> None:
    while turns and store.tend(now_ms, keep):
        turns -= 1


def parts(store: Store) -> list[Part]:
    with store._reader() as connection:
        return list(read_parts(connection))


def kinds(store: Store) -> list[tuple[str, int | None]]:
    return [(part.kind, None if part.day is None else part.day - DAY) for part in parts(store)]


def held(store: Store, channel: int) -> dict[int, float]:
    found = store.series(channel, 0, 2 * T, 10_000)
    assert found.of == len(found.at_ms)
    return dict(zip(found.at_ms.tolist(), found.value.tolist(), strict=True))


def test_what_is_filed_is_in_the_archive_and_no_longer_waits(store: Store) -> None:
    add(store, (1, T, 1.5), (2, T, 2.5), (1, T + 1, 1.25))
    tend(store)
    assert store.statistics(0, 1, zone_offset_ms=0).unarchived == 0
    assert kinds(store) == [("loose", 0)]
    assert held(store, 1) == {T: 1.5, T + 1: 1.25} and held(store, 2) == {T: 2.5} and held(store, 3) == {}
    assert store.last().value.tolist() == [1.25, 2.5]
    assert store.tail(0, 10).value.tolist() == [1.5, 2.5, 1.25], "the log keeps what readers of it have not passed"


def test_any_engine_reads_the_files_of_the_manifest(store: Store, tmp_path: Path) -> None:
    for minute in range(5):
        add(store, *((channel, T + minute * 60_000, channel + minute / 10) for channel in range(7)))
        tend(store, T + 3 * DAY_MS if minute == 3 else T)
    folder = tmp_path / "archive"
    listed = json.loads((folder / "manifest.json").read_text())
    files = [str(folder / name) for name in listed["readings"]]
    engine = duckdb.connect()
    rows = engine.execute(
        "SELECT channel, at_ms, value, received_ms, source, quality, corrected FROM read_parquet($1) ORDER BY ALL",
        [files],
    ).fetchall()
    assert rows == sorted((c, T + m * 60_000, c + m / 10, T, 1, 0, 0) for c in range(7) for m in range(5))
    hours = engine.execute("SELECT * FROM read_parquet($1)", [[str(folder / n) for n in listed["hours"]]]).fetchall()
    assert len(hours) == 7 and hours[6] == (6, T, 4, 6.0, 6.3, pytest.approx(24.6))


def test_a_reading_in_the_archive_is_a_duplicate_or_a_conflict(store: Store) -> None:
    add(store, *((channel, T + minute, float(minute)) for minute in range(6) for channel in (1, 2, 3)))
    tend(store)
    assert add(store, (2, T + 3, 3.0), (2, T + 4, 9.0), (2, T - 1, 7.0), (3, T + 9, 1.0)) == (2, 1, 1)
    assert "4.0" in store.quarantine().rows[0].detail
    assert held(store, 2) == {T - 1: 7.0} | {T + minute: float(minute) for minute in range(6)}
    assert store.tail(18, 9).quality.tolist() == [Quality.LATE, 0]


def test_another_process_finds_what_was_filed_before_it_began(store: Store, tmp_path: Path) -> None:
    add(store, (1, T, 1.0), (1, T + 5, 2.0))
    tend(store)
    add(store, (2, T, 3.0))
    with Store.open(tmp_path) as other:
        assert add(other, (1, T, 1.0), (1, T + 5, 9.0), (2, T, 3.0), (1, T + 6, 4.0)) == (1, 2, 1)
        assert other.last().value.tolist() == [4.0, 3.0]
        assert other.tend(T, ALL) is False, "one process tends at a time"
        assert held(other, 1) == held(store, 1) == {T: 1.0, T + 5: 2.0, T + 6: 4.0}
    assert add(store, (1, T + 6, 4.0)) == (0, 1, 0)


def test_a_correction_holds_wherever_the_old_value_lies(store: Store) -> None:
    add(store, (1, T, 1.0), (1, T + 1, 2.0), (2, T, 5.0))
    tend(store)
    add(store, (1, T + 2, 3.0))

    def correct(*rows: Row) -> tuple[int, int, int]:
        return store.correct(batch_of(rows), door="desk", received_ms=T + HOUR)

    assert correct((1, T, 10.0), (1, T + 2, 30.0), (1, T + 1, 2.0), (2, T + 7, 6.0)) == (3, 1, 0)
    expected = {T: 10.0, T + 1: 2.0, T + 2: 30.0}
    assert held(store, 1) == expected and store.last([1]).value.tolist() == [30.0]
    assert store.tail(4, 9).quality.tolist() == [Quality.CORRECTED, Quality.CORRECTED, 0]
    group_of = np.array([-1, 0, 0], np.int32)
    assert store.hours(T, T + HOUR, group_of).total.tolist() == [53.0]
    tend(store)
    assert held(store, 1) == expected
    assert correct((1, T, 11.0)) == (1, 0, 0) and held(store, 1) == expected | {T: 11.0}
    tend(store, T + 2 * DAY_MS)
    assert {part.kind for part in parts(store)} == {"settled", "hours"}
    assert held(store, 1) == expected | {T: 11.0}
    assert store.hours(T, T + HOUR, group_of).total.tolist() == [54.0]
    assert correct((1, T, 12.0)) == (1, 0, 0)
    tend(store, T, turns=1)
    assert store.hours(T, T + HOUR, group_of).total.tolist() == [55.0], (
        "hours from before a correction are not believed"
    )
    assert add(store, (1, T, 11.0), (1, T, 12.0)) == (0, 1, 1), "what was corrected is no longer what is there"


def test_late_readings_of_many_days_share_a_part_until_there_are_many(store: Store) -> None:
    for turn in range(3):
        add(store, *((1, T + day * DAY_MS + turn, 1.0) for day in range(5)), (2, T + turn, 0.0), (3, T + turn, 0.0))
        tend(store, T)
        assert (("loose", None) in kinds(store)) == (turn < 2)
    assert len(held(store, 1)) == 15
    assert {part.day for part in parts(store)} == {DAY + day for day in range(5)}


def test_a_finished_day_is_parted_by_channels_and_summed_up(store: Store) -> None:
    add(store, *((channel, T + minute * 60_000, 1.0) for minute in range(4) for channel in range(6)))
    tend(store, T + DAY_MS)
    assert kinds(store) == [("loose", 0)], "two hours are left to those who are late"
    tend(store, T + DAY_MS + 2 * HOUR)
    settled = sorted((part.channel_min, part.channel_max) for part in parts(store) if part.kind == "settled")
    assert len(settled) > 1 and all(low[1] < high[0] for low, high in pairwise(settled))
    assert kinds(store).count(("hours", 0)) == 1
    assert all(len(held(store, channel)) == 4 for channel in range(6))
    add(store, *((7, T + minute, 1.0) for minute in range(2)))
    tend(store, T + 2 * DAY_MS)
    assert ("loose", 0) not in kinds(store) and len(held(store, 7)) == 2


def test_hours_are_written_only_where_they_save_much(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "WORTH_SUMMING", 8)
    for day, every_ms in ((0, 600_000), (1, 60_000)):
        start = T + day * DAY_MS
        add(store, *((1, start + at, 1.0) for at in range(0, 2 * HOUR, every_ms)))
    tend(store, T + 3 * DAY_MS)
    assert [day for kind, day in kinds(store) if kind == "hours"] == [1]
    group_of = np.array([-1, 0], np.int32)
    assert store.hours(T, T + 2 * DAY_MS, group_of).readings.tolist() == [6, 6, 60, 60]


def test_readings_are_thinned_to_hours_and_these_forgotten_in_their_time(store: Store) -> None:
    keep = Keep(readings_ms=10 * DAY_MS, hours_ms=20 * DAY_MS, log_ms=0, passed_seq=100)
    add(store, (1, T, 1.0), (1, T + 60_000, 3.0), (1, T + HOUR, 5.0))
    tend(store, T + 9 * DAY_MS, keep)
    assert len(held(store, 1)) == 3
    tend(store, T + 12 * DAY_MS, keep)
    assert kinds(store) == [("hours", 0)] and held(store, 1) == {} and store.last().value.tolist() == [5.0]
    found = store.hours(T, T + DAY_MS, np.array([-1, 4], np.int32))
    assert (found.group.tolist(), found.hour_ms.tolist()) == ([4, 4], [T, T + HOUR])
    assert (found.readings.tolist(), found.minimum.tolist(), found.maximum.tolist()) == ([2, 1], [1.0, 5.0], [3.0, 5.0])
    add(store, (1, T + 1, -4.0))
    tend(store, T + 12 * DAY_MS, keep)
    found = store.hours(T, T + DAY_MS, np.array([-1, 4], np.int32))
    assert (
        kinds(store) == [("hours", 0)] and found.minimum.tolist() == [-4.0, 5.0] and found.readings.tolist() == [3, 1]
    )
    tend(store, T + 22 * DAY_MS, keep)
    assert parts(store) == [] and store.last().value.tolist() == [5.0]


def test_the_log_is_trimmed_only_behind_all_who_read_it(store: Store) -> None:
    for minute in range(10):
        add(store, (1, T + minute, float(minute)))
    tend(store, T + HOUR, Keep(LONG, LONG, log_ms=0, passed_seq=4))
    assert store.tail(0, 100).seq.tolist() == list(range(5, 11))
    tend(store, T + HOUR, Keep(LONG, LONG, log_ms=2 * HOUR, passed_seq=10))
    assert len(store.tail(0, 100)) == 6, "it is kept for a while for those who come later"
    tend(store, T + HOUR, Keep(LONG, LONG, log_ms=0, passed_seq=10))
    assert len(store.tail(0, 100)) == 0 and store.watermark() == 10 and len(held(store, 1)) == 10
    assert add(store, (1, T + 3, 3.0), (1, T + 11, 1.0)) == (1, 1, 0) and store.watermark() == 11


def test_replaced_files_wait_for_those_who_read_them(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def files() -> int:
        return len(list((tmp_path / "archive").glob("*.parquet")))

    for minute in range(3):
        add(store, (1, T + minute, 1.0))
        tend(store, T, turns=1)
    tend(store)
    assert len(parts(store)) < files()
    monkeypatch.setattr(tending, "GRACE_MS", -1)
    tend(store)
    assert len(parts(store)) == files()


def test_what_a_kill_left_behind_is_cleared_away(store: Store, tmp_path: Path) -> None:
    add(store, (1, T, 1.0))
    tend(store)
    store._tender.close()
    for name in ("raw-2026-08-05-0.parquet", "raw-2026-08-05-1.unfinished"):
        (tmp_path / "archive" / name).write_bytes(b"PAR1")
    tend(store)
    assert len(list((tmp_path / "archive").glob("raw-*"))) == 1 and held(store, 1) == {T: 1.0}


def test_readers_see_each_reading_once_while_everything_moves(store: Store, tmp_path: Path) -> None:
    seen: list[list[int]] = []
    over = threading.Event()

    def read() -> None:
        with Store.open(tmp_path) as other:
            while not over.is_set() or not seen:
                seen.append(other.series(1, 0, 2 * T, 10_000).at_ms.tolist())

    reader = threading.Thread(target=read)
    reader.start()
    for step in range(60):
        add(store, (1, T + step * HOUR, 1.0), (2, T + step * HOUR, 1.0))
        tend(store, T + step * HOUR, turns=2)
    over.set()
    reader.join()
    assert all(found == [T + step * HOUR for step in range(len(found))] for found in seen)
    assert [len(found) for found in seen] == sorted(len(found) for found in seen)
    assert {"settled", "hours"} <= {part.kind for part in parts(store)}


Rows = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 3).flatmap(lambda day: st.integers(0, 4).map(lambda step: T + day * DAY_MS + step * HOUR)),
        st.sampled_from([0.0, 1.0, -2.5]),
    ),
    max_size=10,
)
Deeds = st.lists(
    st.one_of(
        st.tuples(st.just("append"), Rows),
        st.tuples(st.just("correct"), Rows),
        st.tuples(st.just("tend"), st.integers(1, 6)),
        st.tuples(st.just("reopen"), st.none()),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(Deeds)
def test_it_agrees_with_a_dictionary(tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[str, object]]) -> None:
    model: dict[tuple[int, int], float] = {}
    folder = tmp_path_factory.mktemp("model")
    with pytest.MonkeyPatch.context() as patch:
        small(patch)
        store = Store.open(folder, synchronous="NORMAL")
        for deed, rows in deeds:
            if deed == "tend":
                tend(store, T + 2 * DAY_MS, turns=rows)  # type: ignore[arg-type]
            elif deed == "reopen":
                store.close()
                store = Store.open(folder, synchronous="NORMAL")
            else:
                expected = expect(model, rows, correcting=deed == "correct")  # type: ignore[arg-type]
                write = store.correct if deed == "correct" else store.append
                assert write(batch_of(rows), door="d", received_ms=T) == expected  # type: ignore[arg-type, operator]
        for channel in range(4):
            assert held(store, channel) == {at: value for (number, at), value in model.items() if number == channel}
        pieces = list(store.history(range(4), 0, 2 * T))
        rows = [row for piece in pieces for row in zip(piece.channel, piece.at_ms, piece.value, strict=True)]
        assert {(int(number), int(at)): value for number, at, value in rows} == model and len(rows) == len(model)
        assert [row[1] for row in rows] == sorted(row[1] for row in rows)
        last = store.last()
        newest = {number: max(at for other, at in model if other == number) for number, _ in model}
        assert dict(zip(last.channel.tolist(), last.at_ms.tolist(), strict=True)) == newest
        newest_values = [model[number, newest[number]] for number in last.channel.tolist()]
        assert last.value.tolist() == newest_values
        hours_agree(store, model)
        store.close()


def expect(model: dict[tuple[int, int], float], rows: list[Row], *, correcting: bool) -> tuple[int, int, int]:
    counts = [0, 0, 0]
    for channel, at, value in rows:
        known = model.get((channel, at))
        if known is None or (correcting and known != value):
            model[channel, at] = value
            counts[0] += 1
        else:
            counts[1 if known == value else 2] += 1
    return counts[0], counts[1], counts[2]


def hours_agree(store: Store, model: dict[tuple[int, int], float]) -> None:
    groups: dict[tuple[int, int], list[float]] = {}
    for (channel, at), value in sorted(model.items()):
        groups.setdefault((channel % 2, at // HOUR * HOUR), []).append(value)
    found = store.hours(T, T + 4 * DAY_MS, np.array([0, 1, 0, 1], np.int32))
    keys = list(zip(found.group.tolist(), found.hour_ms.tolist(), strict=True))
    assert keys == sorted(groups)
    assert found.maximum.tolist() == [max(groups[key]) for key in keys]
    assert found.minimum.tolist() == [min(groups[key]) for key in keys]
    assert found.readings.tolist() == [len(groups[key]) for key in keys]
    assert found.total.tolist() == pytest.approx([sum(groups[key]) for key in keys])
