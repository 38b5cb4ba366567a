import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.kernel.errors import Invalid
from anshu.telemetry.intake import ChannelFacts, Limits, read_ndjson
from anshu.telemetry.quarantine import Quarantined, Sieve
from anshu.telemetry.readings import Batch, Intake, Quality, Reason, Receipt, Reject, batch_of
from anshu.telemetry.schema import FILE_NAME
from anshu.telemetry.store import Store

T = 1_786_000_000_000
HOUR = 3_600_000
BAD = Reject(Reason.MALFORMED, "not JSON", b"{", "")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store") as opened:
        yield opened


def add(store: Store, *rows: tuple[int, int, float], rejects: tuple[Reject, ...] = ()) -> Receipt:
    return store.append(batch_of(rows), rejects, door="http", received_ms=T)


def test_what_is_appended_is_there_after_reopening(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        assert add(store, (1, T, 0.1), (2, T, -5.0)) == (2, 0, 0)
    with Store.open(tmp_path) as store:
        tail = store.tail(0, 10)
        assert (tail.channel.tolist(), tail.value.tolist()) == ([1, 2], [0.1, -5.0])
        assert tail.received_ms.tolist() == [T, T] and store.doors()[int(tail.source[0])] == "http"
        assert store.watermark() == tail.seq[-1]


def test_duplicates_are_counted_and_conflicts_quarantined(store: Store) -> None:
    assert add(store, (1, T, 1.0), (1, T, 1.0), (1, T, 2.0), (2, T, 3.0)) == (2, 1, 1)
    assert add(store, (1, T, 1.0), (2, T, 4.0), (3, T, 5.0)) == (1, 1, 1)
    assert store.tail(0, 10).value.tolist() == [1.0, 3.0, 5.0]
    page = store.quarantine()
    assert page.total == 2 and {row.reason for row in page.rows} == {Reason.CONFLICT}
    assert [row.channel for row in page.rows] == ["2", "1"]
    assert "3.0" in page.rows[0].detail and "4.0" in page.rows[0].detail


Rows = st.lists(st.tuples(st.integers(1, 4), st.integers(T, T + 3), st.sampled_from([0.0, -0.0, 1.0])), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(Rows, max_size=6))
def test_it_agrees_with_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[int, int, float]]]
) -> None:
    model: dict[tuple[int, int], float] = {}
    newest: dict[int, int] = {}
    late: dict[tuple[int, int], bool] = {}
    with Store.open(tmp_path_factory.mktemp("model"), synchronous="NORMAL") as store:
        for rows in batches:
            expected = [0, 0, 0]
            for channel, at_ms, value in rows:
                if (channel, at_ms) not in model:
                    model[channel, at_ms] = value
                    late[channel, at_ms] = at_ms < newest.get(channel, -1)
                    expected[0] += 1
                else:
                    expected[1 if model[channel, at_ms] == value else 2] += 1
                newest[channel] = max(newest.get(channel, -1), at_ms)
            assert add(store, *rows) == tuple(expected)
        tail = store.tail(0, 1000)
        keys = list(zip(tail.channel.tolist(), tail.at_ms.tolist(), strict=True))
        assert dict(zip(keys, tail.value.tolist(), strict=True)) == model and len(keys) == len(model)
        assert dict(zip(keys, (tail.quality & Quality.LATE).astype(bool).tolist(), strict=True)) == late
        last = store.last()
        assert dict(zip(last.channel.tolist(), last.at_ms.tolist(), strict=True)) == newest
        values = zip(last.channel.tolist(), last.value.tolist(), strict=True)
        assert all(value == model[channel, newest[channel]] for channel, value in values)


def test_a_late_reading_is_stored_marked_and_does_not_become_the_last(store: Store) -> None:
    add(store, (1, T, 1.0))
    assert add(store, (1, T - HOUR, 9.0), (1, T + 1, 2.0)) == (2, 0, 0)
    assert store.tail(0, 9).quality.tolist() == [0, Quality.LATE, 0]
    last = store.last([1, 77])
    assert (last.channel.tolist(), last.at_ms.tolist(), last.value.tolist()) == ([1], [T + 1], [2.0])


def test_tail_pages_without_gap_or_overlap(store: Store) -> None:
    for start in range(0, 50, 7):
        add(store, *((channel, T + start, 1.0) for channel in range(7)))
    seen: list[int] = []
    after = 0
    while len(page := store.tail(after, 10)):
        after = int(page.seq[-1])
        seen += page.seq.tolist()
    assert seen == sorted(set(seen)) and len(seen) == 56


def test_rejects_alone_are_kept_and_an_empty_append_leaves_no_trace(store: Store) -> None:
    assert add(store) == (0, 0, 0)
    assert add(store, rejects=(BAD, BAD._replace(detail="\ud800", channel="\ud800"))) == (0, 0, 2)
    assert store.quarantine().total == 2 and store.doors() == {1: "http"}


def test_a_batch_that_cannot_be_stored_is_refused_before_it_reaches_the_disk(store: Store) -> None:
    for row in [(1, T, float("nan")), (1, T, float("inf")), (1, -1, 0.0), (1, 2**62, 0.0)]:
        with pytest.raises(Invalid):
            batch_of([row])
    numbers = np.zeros(2, np.int64)
    with pytest.raises(Invalid):
        Batch(numbers, numbers, np.zeros(1), numbers)
    with pytest.raises(Invalid):
        Batch(numbers, numbers, np.zeros(2), numbers.astype(np.int32))  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        store.append(batch_of([(1, T, 0.0)]), door="", received_ms=T)
    assert store.watermark() == 0


def test_an_error_while_writing_undoes_all_of_it(store: Store) -> None:
    add(store, (1, T, 1.0))
    wrong = Reject(Reason.MALFORMED, "x", "text where bytes belong", "")  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        add(store, (2, T, 1.0), rejects=(wrong,))
    assert store.tail(0, 9).channel.tolist() == [1] and store.quarantine().total == 0
    assert add(store, (2, T, 1.0)) == (1, 0, 0)


def test_the_quarantine_can_be_sieved_and_paged(store: Store) -> None:
    for number in range(7):
        reject = Reject(Reason.FUTURE if number % 2 else Reason.FIELD, f"{number}", b"x", f"c{number % 3}")
        store.append(batch_of([]), [reject], door=f"door-{number % 2}", received_ms=T + number)

    def details(**sieve: object) -> list[str]:
        return [row.detail for row in store.quarantine(Sieve(**sieve)).rows]  # type: ignore[arg-type]

    assert details() == list("6543210")
    assert details(reason=Reason.FUTURE) == details(door="door-1") == list("531")
    assert details(channel="c0", door="door-0") == list("60")
    assert details(from_ms=T + 2, to_ms=T + 4) == list("32")
    assert details(waiting=False) == [] and len(details(waiting=True)) == 7
    first = store.quarantine(limit=3)
    second = store.quarantine(limit=3, before_id=first.rows[-1].id)
    assert [row.detail for row in second.rows] == list("321") and second.total == first.total == 7
    assert store.forget_quarantine(T + 5) == 5 and details() == list("65")


def test_replay_stores_what_can_be_read_now_and_marks_only_that(store: Store) -> None:
    lines = [
        b'{"channel":"new","at":"2026-08-05T14:30:00+08:00","value":1}',
        b'{"channel":"other","at":"2026-08-05T14:30:00+08:00","value":1}',
    ]
    rejects = read_ndjson(b"\n".join(lines), {}, T, Limits(future_ms=10**12)).rejects
    assert add(store, rejects=tuple(rejects)) == (0, 0, 2)
    ids = [row.id for row in store.quarantine().rows]

    def read(row: Quarantined) -> Intake:
        return read_ndjson(row.raw, {"new": ChannelFacts(5, 0, 9)}, T, Limits(future_ms=10**12))

    replay = store.replay(ids, read, now_ms=T + 1)
    assert replay.waiting == {max(ids): Reason.UNKNOWN_CHANNEL} and replay.stored == [min(ids)]
    assert store.tail(0, 9).channel.tolist() == [5]
    marks = {row.id: row.replayed_ms for row in store.quarantine().rows}
    assert marks == {min(ids): T + 1, max(ids): None}
    assert store.replay(ids, read, now_ms=T + 2).stored == [] and len(store.tail(0, 9)) == 1


def test_a_replay_that_fails_marks_nothing(store: Store) -> None:
    add(store, rejects=(BAD, BAD))

    def read(row: Quarantined) -> Intake:
        if row.id == 2:
            raise RuntimeError("the reader broke")
        return Intake(batch_of([(1, T, 1.0)]), [])

    with pytest.raises(RuntimeError):
        store.replay([1, 2], read, now_ms=T)
    assert len(store.tail(0, 9)) == 0 and store.quarantine(Sieve(waiting=True)).total == 2


def test_a_replayed_conflict_stays_a_conflict(store: Store) -> None:
    add(store, (1, T, 1.0), (1, T, 2.0))
    replay = store.replay([1], lambda row: Intake(batch_of([(1, T, 2.0), (1, T + 1, 3.0)]), []), now_ms=T)
    assert replay.stored == [] and replay.waiting == {1: Reason.CONFLICT}
    assert store.tail(0, 9).value.tolist() == [1.0, 3.0] and store.quarantine().total == 1


def test_statistics_count_days_of_the_zone(store: Store) -> None:
    beijing = 8 * HOUR
    midnight = T // (24 * HOUR) * 24 * HOUR - beijing
    for received_ms, door in [(midnight - 1, "http"), (midnight, "http"), (midnight + 5 * HOUR, "mqtt")]:
        rows = [(1, received_ms, 1.0), (1, received_ms, 1.0), (1, received_ms - 1, 1.0), (1, received_ms, 2.0)]
        store.append(batch_of(rows), [BAD], door=door, received_ms=received_ms)
    found = store.statistics(midnight - 24 * HOUR, midnight + 24 * HOUR, zone_offset_ms=beijing)
    assert [(day.day_ms, day.door) for day in found.days] == [
        (midnight - 24 * HOUR, "http"),
        (midnight, "http"),
        (midnight, "mqtt"),
    ]
    # The second batch meets the first one's newest reading one millisecond earlier: a duplicate, not a new row.
    assert [(day.accepted, day.late, day.duplicate, day.quarantined) for day in found.days] == [
        (2, 1, 1, 2),
        (1, 0, 2, 2),
        (2, 1, 1, 2),
    ]
    assert found.waiting == {"conflict": 3, "malformed": 3} and found.channels == 1
    assert found.newest_at_ms == midnight + 5 * HOUR and found.last_seq >= 5 and found.file_bytes > 0


def test_many_threads_share_one_store_and_their_commits_are_grouped(store: Store) -> None:
    receipts: list[Receipt] = []
    transactions: list[str] = []
    store._writer.set_trace_callback(lambda text: transactions.append(text) if text == "COMMIT" else None)

    def work(thread: int) -> None:
        for number in range(40):
            receipts.append(add(store, (thread, T + number, float(number))))
            assert len(store.last([thread]).channel) == 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store._writer.set_trace_callback(None)
    assert receipts == [(1, 0, 0)] * 320
    assert len(store.tail(0, 1000)) == 320
    assert len(transactions) < 320


def test_the_writer_syncs_every_commit_and_readers_cannot_write(store: Store, tmp_path: Path) -> None:
    assert store._writer.execute("PRAGMA synchronous").fetchone() == (2,)
    assert store._writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with store._reader() as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("DELETE FROM block")


def test_a_store_of_another_version_is_not_touched(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(RuntimeError, match="version 99"):
        Store.open(tmp_path)
