"""What runs in Bytewax's own environment: `python -m beside.bytewax_flow STREAM ANSWER judge|door`, from `bench`.

An item is what a shard of channels said in one minute, keyed by shard; `door` is the same flow that decides nothing.
"""

import json
import resource
import sys
import time
from array import array
from pathlib import Path

import bytewax.operators as op
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSink, TestingSource, run_main

from beside.plain import Found, Shard

SHARD = 64  # channels; whole sites
AT_ONCE = 256  # items
Item = tuple[str, tuple[int, int, list[float | None]]]


def items(path: Path) -> list[Item]:
    """The whole stream, made before anything is timed."""
    about = json.loads(path.with_suffix(".json").read_text())
    values = array("d", path.read_bytes())
    channels, made = about["channels"], []
    for number in range(about["rounds"]):
        row = [None if one != one else one for one in values[number * channels : (number + 1) * channels]]
        at = about["start_ms"] + number * about["period_ms"]
        made += [(str(first), (at, first, row[first : first + SHARD])) for first in range(0, channels, SHARD)]
    return made


def judge(shard: Shard | None, item: tuple[int, int, list[float | None]]) -> tuple[Shard, Found]:
    """A minute of a shard."""
    at, first, values = item
    if shard is None:
        shard = Shard(first, len(values))
    return shard, shard.take(at, values)


def door(shard: bool | None, item: tuple[int, int, list[float | None]]) -> tuple[bool, Found]:
    """The same way, and nothing decided."""
    return True, []


def main() -> None:
    stream, answer, how = sys.argv[1:]
    made = items(Path(stream))
    moves: list[tuple[str, tuple[str, int, int, bool]]] = []
    flow = Dataflow("rules")
    came = op.input("readings", flow, TestingSource(made, batch_size=AT_ONCE))
    found = op.stateful_flat_map(how, came, judge if how == "judge" else door)
    op.output("moves", found, TestingSink(moves))
    began, used = time.perf_counter(), time.process_time()
    run_main(flow)
    spent = {"wall_s": time.perf_counter() - began, "processor_s": time.process_time() - used}
    spent["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    Path(answer).write_text(json.dumps(spent | {"moves": [move for _, move in moves]}))


if __name__ == "__main__":
    main()
