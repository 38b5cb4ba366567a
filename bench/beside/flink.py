"""Flink SQL in an environment of its own, as one streaming job in one process: flink_rules/rules.sql.

Its best form: one statement, so that rules share the source and what is derived from it; no checkpoints, objects used
again, readings in the order of their instants, so that nothing waits for a watermark. One slot: one core is compared.
The same job over the first two minutes is taken off: the start of Java and of the job, code made and loaded.
"""

import json
import shutil
import subprocess
from pathlib import Path

from beside.alarms import Move
from beside.answers import Answer
from beside.bringing import HERE, Absent, Scratch
from beside.rules import PERIOD_S
from beside.stream import START_MS, Stream

NAME = "Flink SQL 2.3.0"
HYSTERESIS = "`LAST_VALUE` of a mark, `LAG`"
SAYS = {
    "level": HYSTERESIS,
    "held": "two more `LAST_VALUE`: since when",
    "rate": f"`LAG`; {HYSTERESIS}",
    "sum": f"`SUM` over `RANGE`; {HYSTERESIS}",
    "mean": f"`AVG` over `RANGE`; {HYSTERESIS}",
    "silence": "session window for the raise, `LAG` for the clear",
    "two": "running `SUM` of moves by site",
}


def write(stream: Stream, path: Path) -> None:
    """A line for each reading."""
    with path.open("w") as lines:
        for at_ms, channels, values in stream.each():
            pairs = zip(channels.tolist(), values.tolist(), strict=True)
            lines.write("".join(f"{at_ms},{channel},{value}\n" for channel, value in pairs))


def moves(folder: Path, end_ms: int) -> list[Move]:
    """What the job wrote. The end of the file ends all sessions: what this raises after `end_ms` has not happened."""
    found = []
    for part in sorted(folder.iterdir()):
        for line in part.read_text().splitlines():
            rule, place, at_ms, raised = line.split(",")
            found.append(Move(rule.strip('"'), int(place), int(at_ms), raised == "true"))
    return [move for move in found if move.at_ms <= end_ms]


def run(stream: Stream, python: Path, work: Path) -> dict[str, float]:
    """The job on a stream; what it used."""
    write(stream, work / "readings.csv")
    command: list[str | Path] = [python, "-m", "beside.flink_job", work]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Flink could not judge:\n{done.stderr.strip()[-2000:]}")
    spent: dict[str, float] = json.loads((work / "spent.json").read_text())
    return spent


def judge(stream: Stream, scratch: Scratch) -> Answer:
    """The first two minutes, then all of it."""
    if shutil.which("java") is None:
        raise Absent("Flink needs Java 11 or 17, and this machine has none")
    python, work = scratch.python("flink"), scratch.work("flink_run")
    start = run(Stream(stream.value[:2]), python, scratch.work("flink_start"))
    whole = run(stream, python, work)
    return Answer(
        NAME,
        SAYS,
        moves(work / "moves", START_MS + (stream.rounds - 1) * PERIOD_S * 1000),
        whole["wall_s"] - start["wall_s"],
        whole["processor_s"] - start["processor_s"],
        whole["peak_mb"],
        whole_wall_s=whole["wall_s"],
        whole_processor_s=whole["processor_s"],
    )
