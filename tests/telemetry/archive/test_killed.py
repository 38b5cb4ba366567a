"""Whoever files, merges and settles may be killed at any moment, and whoever writes too: each reading is there once."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from anshu.telemetry.archive.parts import DAY_MS, read_parts
from anshu.telemetry.archive.tending import Keep
from anshu.telemetry.store import Store

SOURCE = Path(__file__).parents[3] / "src"
T = 20_671 * DAY_MS
LONG = 10_000 * DAY_MS
CHANNELS, STEP_MS, KILLS = 40, 7_200_000, 12

WRITE = """
import os, sys
from pathlib import Path
from anshu.telemetry.readings import batch_of
from anshu.telemetry.store import Store
with Store.open(Path(sys.argv[1])) as store:
    for number in range(int(sys.argv[2]), 1_000_000):
        rows = [(channel, {T} + number * {STEP_MS}, number + channel / 100) for channel in range({CHANNELS})]
        receipt = store.append(batch_of(rows), door="d", received_ms=rows[0][1])
        assert receipt.accepted + receipt.duplicate == {CHANNELS}
        os.write(1, b"%d\\n" % number)
"""
TEND = """
import sys
from pathlib import Path
from anshu.telemetry.archive import filing, merging, tending
from anshu.telemetry.store import Store
tending.FILE_ROWS, tending.MOST_LOOSE, merging.SETTLED_ROWS, merging.WORTH_SUMMING = 200, 3, 1_500, 1
filing.MOST_ROWS, tending.GRACE_MS = 400, 0
with Store.open(Path(sys.argv[1])) as store:
    print("tending", flush=True)
    while True:
        now_ms = int(store.last().at_ms.max(initial=0))
        store.tend(now_ms, tending.Keep({LONG}, {LONG}, log_ms=0, passed_seq=1 << 62))
"""


def child(text: str, *arguments: object) -> subprocess.Popen[bytes]:
    program = text
    for name in ("T", "STEP_MS", "CHANNELS", "LONG"):
        program = program.replace(f"{{{name}}}", str(globals()[name]))
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(SOURCE)})


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_reading_is_in_exactly_one_place_whatever_was_under_way(tmp_path: Path) -> None:
    dice = random.Random(20260805)
    promised = -1
    for _ in range(KILLS):
        writer, tender = child(WRITE, tmp_path, promised + 1), child(TEND, tmp_path)
        assert writer.stdout is not None and tender.stdout is not None
        first = writer.stdout.readline() + (tender.stdout.readline() and b"")
        time.sleep(dice.uniform(0.5, 2.5))
        for process in dice.sample([writer, tender], 2):
            process.kill()
        told = (first + writer.stdout.read()).split(b"\n")[:-1]
        for process in (writer, tender):
            assert process.wait() == -9
            assert process.stdout is not None
            process.stdout.close()
        promised = max(promised, *map(int, told))
        each_once(tmp_path, promised)
    with Store.open(tmp_path) as store, store._reader() as connection:
        kinds = {part.kind for part in read_parts(connection)}
        assert {"settled", "hours"} <= kinds, "days must have been finished under the blows"


def each_once(folder: Path, promised: int) -> None:
    """All that was acknowledged is there, and what was under way is there wholly or not at all."""
    with Store.open(folder) as store:
        whole = store.watermark()
        assert whole % CHANNELS == 0 and whole // CHANNELS in (promised + 1, promised + 2)
        for channel in (0, 7, CHANNELS - 1):
            found = store.series(channel, 0, 2 * T, 1_000_000)
            assert found.of == whole // CHANNELS
            assert found.at_ms.tolist() == [T + number * STEP_MS for number in range(found.of)]
            assert found.value.tolist() == [number + channel / 100 for number in range(found.of)]
        with store._reader() as connection:
            parts = read_parts(connection)
        held = sum(part.rows for part in parts if part.kind != "hours")
        assert held + store.statistics(0, 1, zone_offset_ms=0).unarchived == whole
        store.tend(T, Keep(LONG, LONG, log_ms=LONG, passed_seq=0))
        store._tender.close()
        files = {path.name for path in (folder / "archive").glob("*-*")}
        assert {part.name for part in parts} <= files
