"""Messages that come in several packets: kept until whole, within bounds of number, bytes and time."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MOST_MESSAGES = 1_000
MOST_BYTES = 32 << 20
MOST_MESSAGE_BYTES = 4 << 20
MOST_PACKETS = 4_095
PATIENCE = timedelta(minutes=10)


@dataclass(slots=True)
class _Waiting:
    total: int
    begun_at: datetime
    parts: dict[int, bytes] = field(default_factory=dict)
    size: int = 0


@dataclass
class Packets:
    """Packets that wait for the others of their message. Beyond the bounds the oldest message is forgotten: its device
    has had no answer and sends it again."""

    most_messages: int = MOST_MESSAGES
    most_bytes: int = MOST_BYTES
    most_message_bytes: int = MOST_MESSAGE_BYTES
    _waiting: "OrderedDict[Hashable, _Waiting]" = field(default_factory=OrderedDict)
    _bytes: int = 0

    def put(self, message: Hashable, place: tuple[int, int], body: bytes, now: datetime) -> list[bytes] | None:
        """Take packet `place` = (number from 1, total); all bodies in order once none is missing, else None.

        A packet that comes again is taken as the same; with another content or another total it begins the message
        anew. Raises ValueError for a place that cannot be and for a message that grows too great.
        """
        number, total = place
        if not 1 <= number <= total <= MOST_PACKETS:
            raise ValueError(f"packet {number} of {total}")
        self._forget_old(now)
        waiting = self._waiting.get(message)
        if waiting is None or waiting.total != total or waiting.parts.get(number, body) != body:
            self.forget(message)
            waiting = self._waiting[message] = _Waiting(total, now)
        grown = 0 if number in waiting.parts else len(body)
        if waiting.size + grown > self.most_message_bytes:
            self.forget(message)
            raise ValueError(f"a message of more than {self.most_message_bytes} bytes")
        waiting.parts[number] = body
        waiting.size += grown
        self._bytes += grown
        if len(waiting.parts) == total:
            self.forget(message)
            return [waiting.parts[each] for each in range(1, total + 1)]
        while len(self._waiting) > self.most_messages or self._bytes > self.most_bytes:
            self.forget(next(iter(self._waiting)))
        return None

    def missing(self, message: Hashable) -> list[int]:
        """The numbers that have not come of a message that waits."""
        waiting = self._waiting.get(message)
        return [] if waiting is None else [each for each in range(1, waiting.total + 1) if each not in waiting.parts]

    def so_far(self, message: Hashable) -> list[bytes]:
        """The packets that have come of a message that waits, from the first to the first that is missing."""
        waiting, found = self._waiting.get(message), list[bytes]()
        while waiting is not None and (body := waiting.parts.get(len(found) + 1)) is not None:
            found.append(body)
        return found

    def has(self, message: Hashable, number: int) -> bool:
        """Whether a packet of a message that waits has come."""
        waiting = self._waiting.get(message)
        return waiting is not None and number in waiting.parts

    def forget(self, message: Hashable) -> None:
        """Let go of what waits of a message."""
        if (waiting := self._waiting.pop(message, None)) is not None:
            self._bytes -= waiting.size

    def _forget_old(self, now: datetime) -> None:
        while self._waiting:
            message, oldest = next(iter(self._waiting.items()))
            if now - oldest.begun_at < PATIENCE:
                return
            self.forget(message)

    def __len__(self) -> int:
        return len(self._waiting)
