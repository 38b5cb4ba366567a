"""What an engine answers, and what its processes used."""

import os
import resource
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from beside.alarms import Move


@dataclass(frozen=True)
class Answer:
    """An engine's name and version, and how it says each rule.

    The seconds are those of judging alone; `whole_*` has the way to the rules as well. Ours has no other way.
    """

    name: str
    says: Mapping[str, str]
    moves: list[Move]
    wall_s: float
    processor_s: float
    peak_mb: float
    whole_processor_s: float = 0.0
    whole_wall_s: float = 0.0


@dataclass(frozen=True)
class Spent:
    """What a program used, children that it waited for included."""

    wall_s: float
    processor_s: float
    peak_mb: float
    output: str


def peak_mb() -> float:
    """The most memory this process has had, in MB (10^6 bytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def spend(command: list[str | Path], folder: Path, allowed: tuple[int, ...] = (0,)) -> Spent:
    """Run a program in a folder to its end; its last words are the error when it fails."""
    output = folder / "output.txt"
    began = time.perf_counter()
    with output.open("wb") as told:
        process = subprocess.Popen(list(map(str, command)), cwd=folder, stdout=told, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    spent = Spent(
        time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6, output.read_text()
    )
    if process.returncode not in allowed:
        raise SystemExit(f"{command[0]} ended with {process.returncode}:\n{spent.output[-4000:]}")
    return spent
