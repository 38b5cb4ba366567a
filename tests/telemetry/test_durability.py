"""Several processes, and processes that are killed."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from anshu.telemetry.store import Store

SOURCE = Path(__file__).parents[2] / "src"
T = 1_786_000_000_000
KILLS = 24

APPEND_FOR_EVER = """
import os, sys
from pathlib import Path
from anshu.telemetry.readings import batch_of
from anshu.telemetry.store import Store
folder, writer, start, size, rounds = Path(sys.argv[1]), *map(int, sys.argv[2:])
with Store.open(folder) as store:
    for number in range(start, start + rounds):
        rows = [(writer * 1000 + row, 1786000000000 + number * 1000, number + row / 1000) for row in range(size)]
        receipt = store.append(batch_of(rows), door=f"writer-{writer}", received_ms=1786000000000)
        os.write(1, b"%d %d\\n" % (number, receipt.accepted + receipt.duplicate))
"""


def child(folder: Path, writer: int, start: int, size: int, rounds: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", APPEND_FOR_EVER, str(folder), *map(str, (writer, start, size, rounds))]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(SOURCE)})


def acknowledged(output: bytes, size: int) -> list[int]:
    whole = output[: output.rfind(b"\n") + 1].split(b"\n")[:-1]
    numbers = [tuple(map(int, line.split())) for line in whole]
    assert all(count == size for _, count in numbers)
    return [number for number, _ in numbers]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_was_acknowledged_before_a_kill_is_there_exactly_once(tmp_path: Path) -> None:
    dice = random.Random(20260805)
    size, promised, next_number, struck = 50, set(), 0, 0
    while struck < KILLS:
        process = child(tmp_path, 1, next_number, size, 1_000_000)
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(dice.uniform(0, 0.25))
        process.kill()
        output = first + process.stdout.read()
        assert process.wait() == -9
        process.stdout.close()
        numbers = acknowledged(output, size)
        assert numbers
        promised.update(numbers)
        # The batch under way at the kill may or may not be there; sending it again must not double it.
        next_number = max(numbers) + 1
        struck += 1
        with Store.open(tmp_path) as store:
            assert store._writer.execute("PRAGMA quick_check").fetchone() == ("ok",)
    with Store.open(tmp_path) as store:
        found = store.tail(0, 10_000_000)
        assert store.last().at_ms.max() == found.at_ms.max()
        tallied = sum(day.accepted for day in store.statistics(0, 2 * T, zone_offset_ms=0).days)
    keys = Counter(zip(found.channel.tolist(), found.at_ms.tolist(), strict=True))
    assert set(keys.values()) == {1}
    assert all(keys[1000 + row, T + number * 1000] for number in promised for row in range(size))
    assert np.array_equal(found.value, (found.at_ms - T) // 1000 + (found.channel - 1000) / 1000)
    assert len(found) % size == 0 and tallied == len(found)


@pytest.mark.slow
def test_a_reader_skips_nothing_while_several_processes_write(tmp_path: Path) -> None:
    writers, rounds, size = 4, 60, 20
    Store.open(tmp_path).close()
    processes = [child(tmp_path, writer, 0, size, rounds) for writer in range(1, writers + 1)]
    seqs: list[int] = []
    sources: list[int] = []
    deadline = time.monotonic() + 90
    with Store.open(tmp_path) as store:
        while len(seqs) < writers * rounds * size and time.monotonic() < deadline:
            page = store.tail(seqs[-1] if seqs else 0, 137)
            seqs += page.seq.tolist()
            sources += page.source.tolist()
        assert sorted(seqs) == store.tail(0, 1_000_000).seq.tolist()
    for process in processes:
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0 and len(acknowledged(output, size)) == rounds
    assert len(set(seqs)) == len(seqs) == writers * rounds * size
    turns = sum(1 for before, after in pairwise(sources) if before != after)
    assert turns >= writers, "the writers must have written side by side"


def test_processes_that_open_a_new_store_at_once_agree(tmp_path: Path) -> None:
    processes = [child(tmp_path / "new", writer, 0, 1, 1) for writer in range(4)]
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0] * 4
    with Store.open(tmp_path / "new") as store:
        assert sorted(store.tail(0, 9).channel.tolist()) == [0, 1000, 2000, 3000]
