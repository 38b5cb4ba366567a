"""How fast readings reach the disk and come back, against a plain file that is appended to and synced.

Run: PYTHONPATH=src python bench/intake_store.py [--rows N] [--channels N]
Readings are one per channel and minute, channels in random order, as a busy gateway sends them. Both sides sync every
batch before it counts. The plain file is the floor: it keeps bytes but knows no duplicates, last values or curves.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from anshu.telemetry.intake import ChannelFacts, Limits, read_ndjson
from anshu.telemetry.plain_lines import CodeTable, read_plain
from anshu.telemetry.readings import Batch
from anshu.telemetry.store import Store

T = 1_786_000_000_000
SECONDS_PER_SIZE = 4.0
Append = Callable[[Batch], None]


def readings(channels: int, size: int, minute: int, random: np.random.Generator) -> Iterator[Batch]:
    """Endless batches of a size: every minute each channel sends once."""
    nothing = np.zeros(size, np.int64)
    while True:
        order = random.permutation(channels)
        for start in range(0, channels - size + 1, size):
            at_ms = np.full(size, T + minute * 60_000, np.int64)
            yield Batch(order[start : start + size].astype(np.int64), at_ms, random.normal(size=size).round(3), nothing)
        minute += 1


def store_append(store: Store) -> Append:
    def append(batch: Batch) -> None:
        assert store.append(batch, door="bench", received_ms=T).accepted == len(batch)

    return append


def file_append(number: int) -> Append:
    def append(batch: Batch) -> None:
        rows = zip(batch.channel.tolist(), batch.at_ms.tolist(), batch.value.tolist(), strict=True)
        os.write(number, "".join([f"{channel},{at_ms},{value}\n" for channel, at_ms, value in rows]).encode())
        os.fsync(number)

    return append


def rate(append: Append, batches: Iterator[Batch]) -> float:
    """Readings per second over a few seconds."""
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < SECONDS_PER_SIZE:
        batch = next(batches)
        append(batch)
        done += len(batch)
    return done / spent


def compare_sizes(folder: Path, channels: int) -> None:
    print(f"{'batch':>7} {'store r/s':>12} {'file r/s':>12} {'store/file':>11}")
    for size in (1, 100, 1_000, 10_000):
        random = np.random.default_rng(size)
        with Store.open(folder / f"store-{size}") as store:
            ours = rate(store_append(store), readings(channels, size, 0, random))
        number = os.open(folder / f"file-{size}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        plain = rate(file_append(number), readings(channels, size, 0, random))
        os.close(number)
        print(f"{size:>7} {ours:>12,.0f} {plain:>12,.0f} {ours / plain:>11.3f}")


def measure_large(folder: Path, channels: int, rows: int) -> None:
    batches = readings(channels, 10_000, 0, np.random.default_rng(1))
    number = os.open(folder / "large.csv", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with Store.open(folder / "large") as store:
        ours, plain = store_append(store), file_append(number)
        spent = np.zeros((rows // 10_000, 2))
        for turn in range(len(spent)):
            batch = next(batches)
            began = time.perf_counter()
            ours(batch)
            middle = time.perf_counter()
            plain(batch)
            spent[turn] = middle - began, time.perf_counter() - middle
        tenth = max(1, len(spent) // 10)
        for name, part in (("first tenth", spent[:tenth]), ("last tenth", spent[-tenth:]), ("all", spent)):
            store_rate, file_rate = 10_000 * len(part) / part.sum(axis=0)
            print(f"{name}: store {store_rate:,.0f} r/s, file {file_rate:,.0f} r/s, ratio {store_rate / file_rate:.3f}")
        print(f"slowest batch of 10,000: {spent[:, 0].max() * 1e3:,.0f} ms")
        size = store.statistics(0, T, zone_offset_ms=0).file_bytes
        print(f"{rows:,} rows: {size / rows:.1f} B/row (file {os.fstat(number).st_size / rows:.1f} B/row)")
        measure_reading(store, channels, rows)
    os.close(number)


def measure_reading(store: Store, channels: int, rows: int) -> None:
    after, seen, began = 0, 0, time.perf_counter()
    while seen < min(rows, 1_000_000):
        page = store.tail(after, 10_000)
        after, seen = int(page.seq[-1]), seen + len(page)
    print(f"tail: {seen / (time.perf_counter() - began):,.0f} r/s in pages of 10,000")
    chosen = np.random.default_rng(2).integers(0, channels, 50).tolist()
    spent = []
    for channel in chosen:
        began = time.perf_counter()
        points = store.series(channel, 0, 2 * T, 300).of
        spent.append(time.perf_counter() - began)
    median, worst = np.median(spent) * 1e3, max(spent) * 1e3
    print(f"series: {points} readings of one channel, median {median:.2f} ms, worst {worst:.1f} ms")
    began = time.perf_counter()
    found = len(store.last().channel)
    print(f"last: {found:,} channels in {(time.perf_counter() - began) * 1e3:.0f} ms")


def measure_parsing() -> None:
    resolve = {f"channel-{number}": ChannelFacts(number, -1e6, 1e6) for number in range(10_000)}
    start = datetime(2026, 8, 5, tzinfo=UTC)
    lines = [
        f'{{"channel":"channel-{number}","at":"{(start + timedelta(seconds=number % 60)).isoformat()}","value":1.25}}'
        for number in range(10_000)
    ]
    now_ms = int(start.timestamp() * 1000) + 60_000
    for name, body in (("all good", "\n".join(lines)), ("one bad line", "\n".join([*lines[1:], "{"]))):
        began = time.perf_counter()
        for _ in range(20):
            read_ndjson(body.encode(), resolve, now_ms, Limits())
        print(f"read_ndjson, 10,000 lines, {name}: {200_000 / (time.perf_counter() - began):,.0f} lines/s")
    table = CodeTable(resolve)
    whole = "\n".join(lines).encode()
    assert read_plain(whole, table, now_ms, Limits()) is not None
    began = time.perf_counter()
    for _ in range(100):
        read_plain(whole, table, now_ms, Limits())
    print(f"read_plain, 10,000 lines: {1_000_000 / (time.perf_counter() - began):,.0f} lines/s")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=2_000_000)
    arguments.add_argument("--channels", type=int, default=20_000)
    chosen = arguments.parse_args()
    measure_parsing()
    with tempfile.TemporaryDirectory() as folder:
        compare_sizes(Path(folder), chosen.channels)
        measure_large(Path(folder), chosen.channels, chosen.rows)


if __name__ == "__main__":
    main()
