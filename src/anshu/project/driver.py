"""The driver of a sensing cluster: a program of another environment, kept up for as long as we sense by it."""

import logging
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import anshu
from anshu.project.processes import STEADY_S

_logger = logging.getLogger("anshu")

GRACE_S = 8.0


@dataclass
class Driver:
    """Starts `anshu.cluster.spark` with the Python that has it, and again when it dies; without one, never."""

    folder: Path
    master: str
    python: Path | None
    every_s: float = 2.0
    _running: subprocess.Popen[bytes] | None = None
    _started: float = 0.0

    def step(self) -> bool:
        """Look whether it runs. There is never more to do."""
        if self.python is None or (self._running is not None and self._running.poll() is None):
            return False
        if time.monotonic() - self._started >= STEADY_S or self._running is None:
            if self._running is not None:
                _logger.warning("the driver of the cluster ended with %s; starting it again", self._running.returncode)
            self._started = time.monotonic()
            self._running = subprocess.Popen(self.command(), env=self.environment())  # noqa: S603  # our own program
        return False

    def command(self) -> list[str]:
        """How it is started."""
        more = ["--folder", str(self.folder), "--master", self.master, "--every", str(self.every_s)]
        return [str(self.python), "-m", "anshu.cluster.spark", *more]

    def environment(self) -> dict[str, str]:
        """Ours without our secrets and settings, and where it finds us."""
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("ANSHU_")}
        source = str(Path(anshu.__path__[0]).parent)
        return kept | {"PYTHONPATH": source, "PYSPARK_PYTHON": kept.get("PYSPARK_PYTHON", str(self.python))}

    def stop(self) -> None:
        """End it; what it had begun is done again by the next one."""
        if self._running is None:
            return
        self._running.terminate()
        try:
            self._running.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._running.kill()
