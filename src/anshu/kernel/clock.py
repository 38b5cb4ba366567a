"""What time it is. Everything in Anshu asks here, so that a storm can be replayed faster or a test can stand still."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class TimeSource(Protocol):
    """Anything that knows the instant; `simulated` says whether people must be told that it is not the real one."""

    @property
    def simulated(self) -> bool: ...

    def now(self) -> datetime: ...


class SystemTime:
    """The machine's clock."""

    simulated = False

    def now(self) -> datetime:
        return datetime.now(UTC)


class FrozenTime:
    """Stands still until moved: for tests and for looking at a past hour."""

    simulated = True

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, **span: float) -> datetime:
        """Move forward by `timedelta(**span)` and return the new instant."""
        self.at += timedelta(**span)
        return self.at


@dataclass(frozen=True)
class Pace:
    """Simulated time: at real `anchor_real` (Unix seconds) it was `anchor`, and it runs `speed` times as fast."""

    anchor_real: float
    anchor: datetime
    speed: float

    def at(self, real: float) -> datetime:
        return self.anchor + timedelta(seconds=(real - self.anchor_real) * self.speed)


class SharedTime:
    """The clock all processes of one installation share: a small file holds the pace; without it, real time.

    The file is replaced whole, so that a reader never sees half of it, and a restart goes on where time has got to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: int | None = None
        self._pace: Pace | None = None

    @property
    def simulated(self) -> bool:
        return self.pace() is not None

    def pace(self) -> Pace | None:
        """The pace in force, or None when time is real."""
        try:
            stamp = self.path.stat().st_mtime_ns
        except FileNotFoundError:
            self._stamp, self._pace = None, None
            return None
        if stamp != self._stamp:
            raw = json.loads(self.path.read_text())
            self._pace = Pace(raw["anchor_real"], datetime.fromisoformat(raw["anchor"]), raw["speed"])
            self._stamp = stamp
        return self._pace

    def now(self) -> datetime:
        pace = self.pace()
        return pace.at(time.time()) if pace else datetime.now(UTC)

    def run(self, *, at: datetime, speed: float) -> None:
        """Let time run from `at` at `speed` (1 = as fast as real time) for every process."""
        temporary = self.path.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps({"anchor_real": time.time(), "anchor": at.isoformat(), "speed": speed}))
        temporary.replace(self.path)

    def walk(self) -> None:
        """Go on from here at the pace of real time; a clock that is real already stays so."""
        if self.pace() is not None:
            self.run(at=self.now(), speed=1)

    def stop(self) -> None:
        """Go back to real time."""
        self.path.unlink(missing_ok=True)


_source: TimeSource = SystemTime()


def now() -> datetime:
    """The instant, aware, in UTC."""
    return _source.now()


def source() -> TimeSource:
    """The source in use."""
    return _source


def use(source: TimeSource) -> None:
    """Take time from `source` from now on, in this process."""
    global _source  # the one process-wide state of the kernel: there is one time
    _source = source


@contextmanager
def frozen(at: datetime) -> Iterator[FrozenTime]:
    """Time stands still at `at` inside the block."""
    before, standing = source(), FrozenTime(at)
    use(standing)
    try:
        yield standing
    finally:
        use(before)
