"""HJ 212 as the server of frames hosts it: who sends, what it says, and the answers that devices wait for."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from anshu.gateways.frames.codec import Known, Piece, Sender, Told, Undecodable
from anshu.gateways.frames.cutting import cut
from anshu.gateways.frames.packets import Packets
from anshu.gateways.hj212.codes import (
    ASK_TIME,
    COMMANDS,
    DATA_REPLY,
    HEARTBEAT,
    NOTICE_REPLY,
    REPLIES,
    SET_TIME,
)
from anshu.gateways.hj212.frame import SHAPE
from anshu.gateways.hj212.message import BEIJING, Group, Message, decode, encode, groups, instant
from anshu.gateways.hj212.sealing import key_of, looks_plain, unseal
from anshu.gateways.hj212.values import number, readings_of

TIMES = ("DataTime", "SampleTime")
MOST_NOTES, MOST_NOTE = 40, 200
MOST_MESSAGE_BYTES = 256 << 10


@dataclass
class Hj212:
    """The codec of HJ 212 in its editions of 2005, 2017 and 2025."""

    name: str = "hj212"
    packets: Packets = field(default_factory=lambda: Packets(most_message_bytes=MOST_MESSAGE_BYTES))
    _last: tuple[bytes, Message] | None = None

    def split(self, buffer: bytearray, *, stale: bool = False) -> list[Piece]:
        """See frames.codec.Codec."""
        return cut(buffer, SHAPE, stale=stale)

    def sender(self, frame: bytes) -> Sender:
        """The device by its MN, and its PW."""
        message = decode(frame)
        if not message.field("MN"):
            raise Undecodable("there is no MN to tell the device by")
        self._last = (frame, message)
        return Sender(message.field("MN"), message.field("PW"))

    def read(self, frame: bytes, known: Known) -> Told:
        """See frames.codec.Codec.

        A packet says nothing until its message is whole: a value may be cut in two. One that comes again before the
        next is from a device that waits for an answer to each; then all so far is read and answered.
        """
        message = self._last[1] if self._last is not None and self._last[0] == frame else decode(frame)
        command = message.field("CN")
        if command in REPLIES or command == HEARTBEAT:
            return Told(answers=self._answers(message, known.now))
        try:
            place = message.packet
            if place is None:
                return self._whole(message, known)
            identity = (message.field("MN"), message.field("QN"), command)
            again = self.packets.has(identity, place[0])
            parts = self.packets.put(identity, place, message.data, known.now)
        except ValueError as error:
            raise Undecodable(str(error)) from None
        if parts is None and again:
            parts = self.packets.so_far(identity)
        return self._whole(replace(message, data=_together(parts)), known) if parts else Told()

    def _whole(self, message: Message, known: Known) -> Told:
        data, key = message.data, key_of(known.secret)
        if not looks_plain(data):
            plain = unseal(data, key) if key else None
            if plain is None:
                why = "the key in the register does not open them" if key else "no key stands in the register"
                return Told(odd=f"the data are encrypted and {why}")
            data = plain
        found = groups(data)
        return Told(
            readings=tuple(readings_of(message, found)),
            answers=self._answers(message, known.now),
            notes=_notes(message, found),
            odd=_odd(message, found),
        )

    def _answers(self, message: Message, now: datetime) -> tuple[bytes, ...]:
        """The answer to a message that wants one; to the wish for the time, also the order that sets it."""
        command = message.field("CN")
        if not message.wants_answer or command in REPLIES:
            return ()
        notice = command == ASK_TIME
        answer = encode(_answer(message, NOTICE_REPLY if notice else DATA_REPLY))
        return (answer, encode(_set_time(message, now))) if notice else (answer,)


def _answer(message: Message, command: str) -> Message:
    """A reply with the same QN; the edition of 2005 carries it in the data."""
    old = message.edition == "2005"
    stamp = message.field("QN")
    fields = (
        *((("QN", stamp),) if stamp and not old else ()),
        ("ST", "91"),
        ("CN", command),
        ("PW", message.field("PW")),
        ("MN", message.field("MN")),
        ("Flag", str(message.flag & ~3)),
    )
    return Message(fields, f"QN={stamp}".encode() if old and stamp else b"", message.habit)


def _set_time(message: Message, now: datetime) -> Message:
    """The order to set the clock to our time, which wants an answer."""
    local = now.astimezone(BEIJING)
    instrument = next((value for group in _fields(message.data) for name, value in group if name == "PolId"), "")
    data = (f"PolId={instrument};" if instrument else "") + f"SystemTime={local:%Y%m%d%H%M%S}"
    fields = (
        ("QN", f"{local:%Y%m%d%H%M%S}{local.microsecond // 1000:03d}"),
        ("ST", message.field("ST")),
        ("CN", SET_TIME),
        ("PW", message.field("PW")),
        ("MN", message.field("MN")),
        ("Flag", str(message.flag & ~3 | 1)),
    )
    return Message(fields, data.encode(), message.habit)


def _fields(data: bytes) -> list[Group]:
    """The groups of data, none where they are no fields."""
    try:
        return groups(data)
    except Undecodable:
        return []


def _together(parts: list[bytes]) -> bytes:
    """The data of packets as one: whole groups in each or, where that gives no fields, cut anywhere."""
    joined = b";".join(part.strip(b";") for part in parts)
    return joined if looks_plain(joined) and _fields(joined) else b"".join(parts)


def _notes(message: Message, found: list[Group]) -> dict[str, Any]:
    """What a device says of itself: everything but data and the times of data."""
    command = message.field("CN")
    if command.startswith("2"):
        return {}
    pairs = [pair for group in found for pair in group if "-" not in pair[0] or number(pair[1]) is None]
    return {f"{command} {name}"[:80]: value[:MOST_NOTE] for name, value in pairs[:MOST_NOTES]}


def _odd(message: Message, found: list[Group]) -> str:
    """Why the frame is worth keeping as it came, although it is in order."""
    command = message.field("CN")
    if message.tail:
        return "there is something behind the data"
    if command not in COMMANDS:
        return f"command {command[:20] or 'none'} is unknown"
    times = [value for group in found for name, value in group if name.endswith(TIMES)]
    if bad := [each for each in times if instant(each) is None]:
        return f"{bad[0][:40]} is no time"
    return ""
