"""What a protocol of frames has to offer so that the server can host it: cut a stream, name the sender, read, answer.

A codec knows neither sockets nor Django nor a clock. What it remembers between frames (packets that wait for others) is
bounded in number, bytes and time. One instance serves one port and is called from one thread, `split` excepted, which
touches nothing but the buffer that it is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Undecodable(Exception):
    """Bytes that are no frame of this protocol; the text says what is wrong and at which byte."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a stream: one whole frame as it came, or, where `fault` says what is wrong, bytes that are none."""

    raw: bytes
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a frame says it is from: `address` as it stands in the register of devices, and what it offers as passcode.

    `passcode` is None where the protocol has none: then none can be asked. `shorter` is another way in which people
    write the same address, looked for when nothing stands under the first.
    """

    address: str
    passcode: str | None = None
    shorter: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What a reader is told besides the frame: the hour (aware), and what stands in the register behind the passcode
    and a blank, such as a key."""

    now: datetime
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value at a point of a device. A state that can only be on or off is 1 or 0; from it alarms are made by rules.

    `point` is what the register of channels calls it, `at` is aware, `value` is in the unit of the channel as the
    protocol fixes it, `words` say what it is and in which unit. `doubtful`: the device does not vouch for it.
    """

    point: str
    at: datetime
    value: float
    words: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a device took."""

    at: datetime
    content: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """What a frame says, and what is answered once all of it is on disk.

    `test`: a trial by those who install it; nothing of it becomes a reading. `notes` is what the device says of itself,
    by name, laid over what it said before. `odd` says why a frame in good order is kept in quarantine all the same.
    """

    readings: tuple[Reading, ...] = ()
    answers: tuple[bytes, ...] = ()
    notes: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    pictures: tuple[Picture, ...] = ()
    test: bool = False
    odd: str = ""


class Codec(Protocol):
    """A protocol. `name` is what Device.protocol says, and the name of the door in quarantine and statistics."""

    name: str

    def split(self, buffer: bytearray, *, stale: bool = False) -> list[Piece]:
        """Take whole frames, and what can be none, off the front of a buffer; what may become a frame stays in it.

        At most one frame of the greatest length stays. `stale`: nothing more has come for a while, so that a frame
        that is not whole is given up as well.
        """
        ...

    def sender(self, frame: bytes) -> Sender:
        """Who sent it; raises Undecodable, also for a checksum that is wrong."""
        ...

    def read(self, frame: bytes, known: Known) -> Told:
        """What it says; raises Undecodable. The frame is one whose sender is known and has been believed."""
        ...
