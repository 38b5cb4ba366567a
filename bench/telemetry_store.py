"""The long memory of readings: how fast it fills, what room it takes, how soon it answers; beside a DuckDB table.

Run: PYTHONPATH=src python bench/telemetry_store.py [--rows 10000000] [--channels 100000] [--days 30] [--folder /tmp]
The full size is --rows 130000000. Every channel sends evenly over the days, each at a second of its own; a batch is one
round of all channels. Batches go through `Store.append`, synced before each counts, while a second process files,
merges and settles as in an installation. The peer is a table of a DuckDB file, filled with the same batches in the same
run and committed per batch; it knows no duplicates, and no other process could read it meanwhile.
"""

import argparse
import multiprocessing
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import numpy as np

from anshu.telemetry.archive import tending
from anshu.telemetry.archive.parts import DAY_MS
from anshu.telemetry.archive.tending import Keep
from anshu.telemetry.readings import Batch
from anshu.telemetry.store import Store

T = 1_786_000_000_000 // DAY_MS * DAY_MS
FOREVER = 10_000 * DAY_MS
AREAS = 20
SPAWN = multiprocessing.get_context("spawn")
ASKED = 60


@dataclass(frozen=True)
class Load:
    """So many readings of so many channels over so many days."""

    rows: int
    channels: int
    days: int

    @property
    def rounds(self) -> int:
        return max(1, self.rows // self.channels)

    def batches(self) -> Iterator[Batch]:
        """Round after round, the readings of each in order of time; values near the channel's own, three decimals."""
        random = np.random.default_rng(1)
        step_ms = self.days * DAY_MS // self.rounds
        phase = np.sort(random.integers(0, max(1, step_ms // 1000), self.channels)) * 1000
        channel = random.permutation(self.channels).astype(np.int64)
        usual = random.normal(5, 2, self.channels).round(2)
        nothing = np.zeros(self.channels, np.int64)
        noise = random.normal(0, 0.05, 4 * self.channels)
        for number in range(self.rounds):
            start = int(random.integers(0, 3 * self.channels))
            value = np.round(usual + noise[start : start + self.channels], 3)
            yield Batch(channel, T + number * step_ms + phase, value, nothing)

    @property
    def end_ms(self) -> int:
        return T + self.days * DAY_MS


def tend(folder: str, now_ms: "multiprocessing.sharedctypes.Synchronized[int]", over: Event) -> None:
    """What the archive process of an installation does; at the end until nothing is left to do."""
    keep = Keep(FOREVER, FOREVER, log_ms=0, passed_seq=1 << 62)
    with Store.open(Path(folder)) as store:
        while True:
            last_round = over.is_set()
            tending.FILE_EVERY_S = 0.0 if last_round else tending.FILE_EVERY_S
            if not store.tend(now_ms.value, keep) and last_round:
                return
            time.sleep(0 if last_round else 0.01)


def fill(folder: Path, load: Load) -> tuple[float, float]:
    """Seconds until everything was stored, and until it was in its last form."""
    now_ms, over = SPAWN.Value("q", T), SPAWN.Event()
    tender = SPAWN.Process(target=tend, args=(str(folder), now_ms, over))
    spent = 0.0
    with Store.open(folder) as store:
        tender.start()
        began = time.perf_counter()
        for batch in load.batches():
            received_ms = int(batch.at_ms[-1]) + 2_000
            start = time.perf_counter()
            receipt = store.append(batch, door="bench", received_ms=received_ms)
            spent += time.perf_counter() - start
            assert receipt.accepted == len(batch)
            now_ms.value = received_ms
        stored = time.perf_counter() - began
    used = time.process_time()
    now_ms.value = load.end_ms + DAY_MS
    over.set()
    tender.join()
    assert tender.exitcode == 0
    tended = resource.getrusage(resource.RUSAGE_CHILDREN)
    told("making batches took", f"{stored - spent:.1f} s of the time below", "")
    told("processor time to store", f"{used / load.rows * 1e6:.2f} us a reading", "")
    settling = (tended.ru_utime + tended.ru_stime) / load.rows * 1e6
    told("processor time to file, merge and settle", f"{settling:.2f} us a reading", "")
    return stored, time.perf_counter() - began


def fill_peer(connection: duckdb.DuckDBPyConnection, load: Load) -> float:
    connection.execute("CREATE TABLE reading (channel INTEGER, at_ms BIGINT, value DOUBLE, received_ms BIGINT)")
    began = time.perf_counter()
    for batch in load.batches():
        received_ms = int(batch.at_ms[-1]) + 2_000
        columns = {"channel": batch.channel, "at_ms": batch.at_ms, "value": batch.value}
        connection.register("batch", columns)
        connection.execute("INSERT INTO reading SELECT channel, at_ms, value, $1 FROM batch", [received_ms])
        connection.unregister("batch")
    return time.perf_counter() - began


def timed(ask: Callable[[int], int], asked: list[int]) -> str:
    """Median and 95th percentile of the answers, and the median of the processor time they took, on all cores."""
    spent = np.zeros((len(asked), 2))
    for turn, each in enumerate(asked):
        began = time.perf_counter(), time.process_time()
        assert ask(each)
        spent[turn] = time.perf_counter() - began[0], time.process_time() - began[1]
    middle, used = np.median(spent * 1e3, axis=0)
    return f"{middle:,.1f} (p95 {np.percentile(spent[:, 0] * 1e3, 95):,.0f}, processor {used:,.1f}) ms"


def told(what: str, ours: str, peer: str, target: str = "") -> None:
    print(f"{what:<44} {target:>14} {ours:>34} {peer:>34}", flush=True)


def questions(folder: Path, load: Load, peer: duckdb.DuckDBPyConnection) -> None:
    """Every question to both, by turns; the store is opened anew, by a process that has not written."""
    random = np.random.default_rng(3)
    channels = random.integers(0, load.channels, ASKED).tolist()
    days = random.integers(0, load.days, ASKED).tolist()
    area = (np.arange(load.channels) % AREAS).astype(np.int32)
    peer.register("area", {"channel": np.arange(load.channels), "area": area})

    def span(days: float) -> str:
        return f"AND at_ms >= {load.end_ms - int(days * DAY_MS)} AND at_ms < {load.end_ms}"

    def rows(query: str) -> int:
        return len(peer.execute(query).fetchnumpy()["value"])

    with Store.open(folder) as store:
        newest = "SELECT channel, max(at_ms), arg_max(value, at_ms) AS value FROM reading GROUP BY channel"
        told(
            f"last value of all {load.channels:,} channels",
            timed(lambda _: len(store.last().channel), [0] * 7), timed(lambda _: rows(newest), [0] * 3), "< 50 ms",
        )  # fmt: skip
        one = "SELECT at_ms, value FROM reading WHERE channel ="
        for name, width, target in (("24 h of one channel", 1, "< 20 ms"), ("a month of one channel", 30, "< 100 ms")):
            told(
                name,
                timed(lambda c, d=width: store.series(c, load.end_ms - d * DAY_MS, load.end_ms, 5_000).of, channels),
                timed(lambda c, d=width: rows(f"{one} {c} {span(d)}"), channels), target,
            )  # fmt: skip

        summed = "SELECT area, at_ms // 3600000 AS hour, max(value) AS value FROM reading JOIN area USING (channel)"

        def peer_hours(day: int) -> int:
            return rows(f"{summed} WHERE at_ms >= {T + day * DAY_MS} AND at_ms < {T + (day + 1) * DAY_MS} GROUP BY ALL")

        told(
            f"hourly maximum by {AREAS} areas, one day",
            timed(lambda d: len(store.hours(T + d * DAY_MS, T + (d + 1) * DAY_MS, area).group), days[:20]),
            timed(peer_hours, days[:20]), "< 300 ms",
        )  # fmt: skip
        random_late(store, load, random)


def random_late(store: Store, load: Load, random: np.random.Generator) -> None:
    """Readings that are older than their channel's newest have to be looked for in the archive."""
    for name, channels in (("of one channel", 1), ("of 100 channels", 100)):
        channel = np.repeat(random.integers(0, load.channels, channels), 1_000 // channels)
        at_ms = load.end_ms - 3 * DAY_MS + random.integers(0, DAY_MS // 2, len(channel)) * 2 + 1
        batch = Batch(channel, np.sort(at_ms), np.zeros(len(channel)), np.zeros(len(channel), np.int64))
        began = time.perf_counter()
        store.append(batch, door="bench", received_ms=load.end_ms)
        spent = time.perf_counter() - began
        told(f"1,000 late readings {name}", f"{spent * 1e3:,.0f} ms, {1_000 / spent:,.0f} r/s", "")
        began = time.perf_counter()
        assert store.append(batch, door="bench", received_ms=load.end_ms).duplicate == len(batch)
        told("the same again, all known", f"{(time.perf_counter() - began) * 1e3:,.0f} ms", "")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=10_000_000)
    asked.add_argument("--channels", type=int, default=100_000)
    asked.add_argument("--days", type=int, default=30)
    asked.add_argument("--folder", type=Path, default=None)
    chosen = asked.parse_args()
    load = Load(chosen.rows, chosen.channels, chosen.days)
    rows = load.rounds * load.channels
    print(f"{rows:,} readings of {load.channels:,} channels over {load.days} days")
    told("", "store", "DuckDB table", "target")
    folder = Path(tempfile.mkdtemp(dir=chosen.folder))
    try:
        peer = duckdb.connect(str(folder / "peer.duckdb"), config={"threads": 2})
        stored, settled = fill(folder / "store", load)
        filled = fill_peer(peer, load)
        told(
            "stored, synced per batch",
            f"{rows / stored / 1e6:.2f} M r/s",
            f"{rows / filled / 1e6:.2f} M r/s",
            ">= 3 M r/s",
        )
        told("stored and settled (sorted, summed up)", f"{rows / settled / 1e6:.2f} M r/s", "")
        parts = list((folder / "store" / "archive").glob("raw-*.parquet"))
        with Store.open(folder / "store") as store, store._reader() as connection:
            (size, count) = connection.execute("SELECT sum(bytes), count(*) FROM part").fetchone()
        told(
            "bytes a reading, hours included",
            f"{size / rows:.2f}",
            f"{(folder / 'peer.duckdb').stat().st_size / rows:.2f}",
            "<= 8",
        )
        log = (folder / "store" / "readings.sqlite3").stat().st_size
        told("files; log", f"{count}; {log / 1e6:,.0f} MB ({len(parts)} on disk)", "1")
        questions(folder / "store", load, peer)
        peer.close()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
