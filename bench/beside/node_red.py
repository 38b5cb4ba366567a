"""Node-RED, headless, on the Node of `requirements/node.txt`: its flow is node_red/flow.json, its rules judge.js.

Its best form: one message holds a minute of all channels, posted over one connection that stays open, and one function
node judges it over flat arrays. A message for each reading through switch, rbe and trigger nodes costs many times as
much, and those nodes keep no window. The seconds of judging are taken around the function itself.
"""

import http.client
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from beside.alarms import Move
from beside.answers import Answer, free_port
from beside.bringing import HERE, Absent, Scratch
from beside.rules import RULES
from beside.stream import Stream

NAME = "Node-RED 5.0.7"
PATIENCE_S = 60
EMPTY = b'{"at": 0, "channels": 0, "channel": [], "value": []}'
SAYS = {rule.name: "JavaScript of ours in a function node" for rule in RULES}


def bodies(stream: Stream) -> list[bytes]:
    """A minute each."""
    return [
        json.dumps(
            {"at": at_ms, "channels": stream.channels, "channel": channel.tolist(), "value": value.tolist()}
        ).encode()
        for at_ms, channel, value in stream.each()
    ]


@contextmanager
def running(there: Path, node: Path, work: Path) -> Iterator[tuple[int, int]]:
    """Node-RED with the flow, its function filled in from its file; yields the process's number and its port."""
    port = free_port()
    flow = json.loads((HERE / "node_red" / "flow.json").read_text())
    for part in flow:
        if part.get("initialize") == "judge.js":
            part["initialize"] = (HERE / "node_red" / "judge.js").read_text()
    (work / "flow.json").write_text(json.dumps(flow))
    (work / "settings.js").write_text((HERE / "node_red" / "settings.js").read_text())
    command: list[str | Path] = [
        node,
        there / "node_modules" / "node-red" / "red.js",
        "--userDir",
        work,
        "--settings",
        work / "settings.js",
    ]
    with (work / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, env=os.environ | {"PORT": str(port)}, stdout=log, stderr=log)
        try:
            until = time.monotonic() + PATIENCE_S
            while not listens(port):
                if process.poll() is not None or time.monotonic() > until:
                    raise Absent(f"Node-RED did not start: {(work / 'log.txt').read_text()[-500:]}")
                time.sleep(0.1)
            yield process.pid, port
        finally:
            process.terminate()
            process.wait()


def listens(port: int) -> bool:
    """Whether the flow takes messages: an empty minute, which it answers with nothing."""
    with suppress(OSError):
        return post(http.client.HTTPConnection("127.0.0.1", port, timeout=60), EMPTY) is not None
    return False


def post(connection: http.client.HTTPConnection, body: bytes) -> dict[str, Any] | None:
    """What the flow says, or None when there is none yet."""
    connection.request("POST", "/judge", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    said = answer.read()
    return json.loads(said) if answer.status == http.client.OK else None


def processor_s(pid: int) -> float:
    """Of a process, its threads included, to the nanosecond (the usual figures are of hundredths of a second)."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()) / 1e9


def peak_mb(pid: int) -> float:
    """The most memory that it has had."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6


def judge(stream: Stream, scratch: Scratch) -> Answer:
    """Minute by minute over one connection."""
    there, node = scratch.npm(HERE / "node_red")
    made, moves = bodies(stream), []
    wall_s = used_s = 0.0
    with running(there, node, scratch.work("node_red_run")) as (pid, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        began, used = time.perf_counter(), processor_s(pid)
        for body in made:
            said = post(connection, body)
            assert said is not None
            moves += [Move(*move) for move in said["moves"]]
            wall_s += said["spent"][0]
            used_s += said["spent"][1]
        whole_wall_s, whole_s = time.perf_counter() - began, processor_s(pid) - used
        most = peak_mb(pid)
    return Answer(NAME, SAYS, moves, wall_s, used_s, most, whole_wall_s=whole_wall_s, whole_processor_s=whole_s)
