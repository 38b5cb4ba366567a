"""Bytewax: a keyed, stateful dataflow in an environment of its own.

Its best form: an item is what 64 channels said in one minute, so that routing and bookkeeping are paid once for 64
readings, and the minute itself tells who was silent (its timers run by the clock on the wall, not by the readings).
The rules are plain Python with running sums. One worker: several would share Python's lock.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

from beside.alarms import Move
from beside.answers import Answer
from beside.bringing import HERE, Scratch
from beside.rules import RULES
from beside.stream import Stream

NAME = "Bytewax 0.21.1"
SAYS = {rule.name: "Python of ours in `stateful_flat_map`" for rule in RULES}


def judge(stream: Stream, scratch: Scratch) -> Answer:
    """With the rules, and the same flow without them."""
    python, work = scratch.python("bytewax"), scratch.work("bytewax")
    readings = stream.write(work / "stream.f64")

    def run(how: str) -> dict[str, Any]:
        answer = work / f"{how}.json"
        command: list[str | Path] = [python, "-m", "beside.bytewax_flow", readings, answer, how]
        done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"Bytewax could not judge:\n{done.stderr.strip()[-2000:]}")
        told: dict[str, Any] = json.loads(answer.read_text())
        return told

    door, whole = run("door"), run("judge")
    return Answer(
        NAME,
        SAYS,
        [Move(*move) for move in whole["moves"]],
        whole["wall_s"] - door["wall_s"],
        whole["processor_s"] - door["processor_s"],
        whole["peak_mb"],
        whole_wall_s=whole["wall_s"],
        whole_processor_s=whole["processor_s"],
    )
