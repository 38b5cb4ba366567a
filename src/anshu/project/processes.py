"""The processes of an installation: what each does in a loop, how it says that it lives, and who keeps them all up."""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import uvicorn
from django.db import close_old_connections, connection

from anshu.kernel import clock
from anshu.project.settings import settings, state_path

_logger = logging.getLogger("anshu")

BEAT_S = 1.0
# A process that lived this long died of something else than its own start: it is started again at once.
STEADY_S = 5.0
LATE_S = 10.0
# Idle sleep of a loop: short enough that a reading is an alarm, and a call rings, within a quarter of a second.
REST_S = 0.05


def beat_path(name: str) -> Path:
    return state_path("run", f"{name}.json")


def beat(name: str, **facts: object) -> None:
    """Say that the process lives, and what it is doing."""
    path = beat_path(name)
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps({"pid": os.getpid(), "at": time.time(), **facts}))
    temporary.replace(path)


def beats() -> dict[str, dict[str, object]]:
    """The last word of each process that should be running, and whether it is on time."""
    told: dict[str, dict[str, object]] = {}
    for name in wanted():
        try:
            last = json.loads(beat_path(name).read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            told[name] = {"state": "not started"}
            continue
        age = time.time() - last["at"]
        told[name] = {**last, "age_s": round(age, 1), "state": "running" if age < LATE_S else "silent"}
    return told


def wanted() -> list[str]:
    """The processes this installation runs."""
    here = settings()
    doors = {
        "mqtt": here.mqtt_broker != "none",
        "frames": any((here.sl651_port, here.hj212_port, here.gb26875_port)),
        "modbus": here.modbus_every_s > 0,
    }
    return ["web", "sense", "work", "archive", *(name for name, open_ in doors.items() if open_)]


@dataclass
class Rounds:
    """Runs steps over and over until told to stop. A step does a little and says whether more is waiting.

    A step that fails is reported and tried again after a pause: one bad record must not stop the others for ever.
    """

    name: str
    steps: list[Callable[[], bool]]
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        beaten = 0.0
        while not self.stopped.is_set():
            if time.time() - beaten >= BEAT_S:
                beaten = time.time()
                beat(self.name)
            if not self._round():
                self.stopped.wait(REST_S)

    def _round(self) -> bool:
        """Every step once; whether any of them has more to do."""
        return max([self._try(step) for step in self.steps])

    def _try(self, step: Callable[[], bool]) -> bool:
        try:
            return step()
        except Exception:
            _logger.exception("a step of %s failed", self.name)
            if not connection.in_atomic_block:
                close_old_connections()
            self.stopped.wait(1)
            return False

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopped.set()


@dataclass
class Every:
    """A step that is due only every so often (seconds of the installation's clock), and at once while more waits."""

    seconds: float
    step: Callable[[], bool]
    _next: float = 0.0

    def __call__(self) -> bool:
        now = clock.now().timestamp()
        # A clock that was set back must not silence the step for as long as it was set back.
        if self._next - self.seconds <= now < self._next:
            return False
        self._next = now + self.seconds
        more = self.step()
        if more:
            self._next = now
        return more


def serve_web() -> None:
    """The web server: one process, many threads, in the foreground."""
    keep_beating("web")
    uvicorn.run(
        "anshu.project.asgi:application",
        host=settings().host,
        port=settings().port,
        log_level="warning",
        access_log=False,
        proxy_headers=settings().https_only,
        timeout_graceful_shutdown=3,
        ws="none",
    )


def keep_beating(name: str) -> None:
    """Say every second that this process lives, whatever it is busy with."""

    def beat_on() -> None:
        while True:
            beat(name)
            time.sleep(BEAT_S)

    threading.Thread(target=beat_on, daemon=True).start()


@dataclass
class Supervisor:
    """Starts every process, starts again what dies, and stops all when told to."""

    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)
    failures: dict[str, int] = field(default_factory=dict)
    started: dict[str, float] = field(default_factory=dict)

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopped.set())
        for name in wanted():
            beat_path(name).unlink(missing_ok=True)
            self._start(name)
        while not self.stopped.wait(0.2):
            for name, process in list(self.running.items()):
                if process.poll() is not None:
                    self._mourn(name, process.returncode)
        self._stop_all()

    def _start(self, name: str) -> None:
        self.started[name] = time.monotonic()
        self.running[name] = subprocess.Popen([sys.executable, "-m", "anshu.project.command", name])  # noqa: S603  # our own program

    def _mourn(self, name: str, code: int) -> None:
        lived = time.monotonic() - self.started[name]
        self.failures[name] = 1 if lived > STEADY_S else self.failures.get(name, 0) + 1
        pause = min(0.5 * self.failures[name], 10.0)
        _logger.warning("%s ended with %s; starting it again in %.1f s", name, code, pause)
        if not self.stopped.wait(pause):
            self._start(name)

    def _stop_all(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()
