"""A folder into which others drop warning files. A file is taken once it no longer grows, and then moved away."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from anshu.gateways.cap.decode import decode_all
from anshu.gateways.cap.document import MAX_BYTES
from anshu.gateways.cap.relay import Relayed, relay
from anshu.kernel import clock
from anshu.kernel.errors import AnshuError, Invalid

DOOR = "folder"
DONE, REFUSED = "done", "refused"
LOOK_EVERY_S = 1.0
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
MEND = "Mend the file, or ask its sender to, and drop it here again; nothing of it has been taken twice."

_logger = logging.getLogger(__name__)


@dataclass
class Inbox:
    """The folder, and how each file in it looked last time. `monotonic_s` tells the time between two looks."""

    path: Path
    monotonic_s: Callable[[], float] = time.monotonic
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    _looked_s: float = float("-inf")

    def turn(self) -> bool:
        """Take the files that have not changed since the last look, at most once a second. Never more to do at once."""
        if self.monotonic_s() - self._looked_s < LOOK_EVERY_S:
            return False
        self._looked_s = self.monotonic_s()
        for name in (DONE, REFUSED):
            (self.path / name).mkdir(parents=True, exist_ok=True)
        before, self._seen = self._seen, self._look()
        for name in sorted(self._seen):
            if before.get(name) == self._seen[name]:
                self._take(self.path / name)
        return False

    def _look(self) -> dict[str, tuple[int, int]]:
        """Size and time of every file that may be whole; links are never followed out of the folder."""
        found = {}
        for path in self.path.iterdir():
            if path.name.startswith(".") or path.suffix.lower() in UNFINISHED or path.is_symlink():
                continue
            try:
                about = path.stat()
            except FileNotFoundError:
                continue
            if path.is_file():
                found[path.name] = (about.st_size, about.st_mtime_ns)
        return found

    def _take(self, path: Path) -> None:
        """Relay what is in a file and move it away. A crash in between relays it again, which changes nothing."""
        try:
            taken = [relay(signal, door=DOOR) for signal in decode_all(_read(path))]
        except OSError as error:
            _logger.warning("%s cannot be read and is tried again: %s", path, error)
        except AnshuError as error:
            _logger.warning("%s is refused: %s", path, error)
            self._move(path, REFUSED, f"{error}\n\n{MEND}\n")
        else:
            self._move(path, DONE, "\n".join(map(_line, taken)) + "\n")

    def _move(self, path: Path, to: str, words: str) -> None:
        """Put a file away beside a text that says what became of it; names that are taken get the time."""
        target = self.path / to / path.name
        if target.exists():
            target = target.with_name(f"{path.stem}.{clock.now():%Y%m%dT%H%M%S%f}{path.suffix}")
        target.with_name(f"{target.name}.txt").write_text(words, encoding="utf-8")
        path.replace(target)
        self._seen.pop(path.name, None)


def _read(path: Path) -> bytes:
    """At most one byte more than a document may have, so that a huge file is refused without being read."""
    with path.open("rb") as stream:
        raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        message = "The file is larger than %(limit)s bytes. Send large files as links."
        raise Invalid(message, field="document", code="document_too_large", limit=MAX_BYTES)
    return raw


def _line(relayed: Relayed) -> str:
    """One warning of a file: its number, whether it was there before, and what its sender should mend."""
    head = f"{relayed.warning.number} {relayed.warning.headline}" + ("" if relayed.new else " (received before)")
    return "\n  ".join([head, *(f"{each.path}: {each.message} {each.mend}" for each in relayed.findings)])
