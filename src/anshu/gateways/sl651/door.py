"""SL651 as the server of frames hosts it: who sends, what it says, and the confirmation that stations wait for."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from anshu.gateways.frames.codec import Known, Picture, Piece, Reading, Sender, Told, Undecodable
from anshu.gateways.frames.cutting import cut
from anshu.gateways.frames.packets import Packets
from anshu.gateways.sl651.body import Body, Datum, data_of
from anshu.gateways.sl651.elements import (
    CLASSES,
    CONFIRMED,
    FUNCTIONS,
    KEEP_ALIVE,
    MANUAL,
    PICTURE,
    TEST,
    TIME,
    function_words,
)
from anshu.gateways.sl651.frame import ACK, EOT, ETB, ETX, NAK, SHAPE, Frame, parse, write
from anshu.gateways.sl651.message import body_of
from anshu.gateways.sl651.numbers import BEIJING

VERSION = 0x45
MOST_NOTE = 200


@dataclass
class Sl651:
    """The codec of SL 651-2014. `done_mark` ends a confirmation after which nothing more is to come: EOT lets the
    station rest, ESC would keep it on line."""

    name: str = "sl651"
    done_mark: int = EOT
    packets: Packets = field(default_factory=Packets)
    _last: tuple[bytes, Frame] | None = None

    def split(self, buffer: bytearray, *, stale: bool = False) -> list[Piece]:
        """See frames.codec.Codec."""
        return cut(buffer, SHAPE, stale=stale)

    def sender(self, frame: bytes) -> Sender:
        """The station, as 10 digits or, for a hydrological one, the 8 after the zeros; its password as 4 digits."""
        found = parse(frame)
        if found.downward:
            raise Undecodable("a frame from a centre to a station, not from a station")
        self._last = (frame, found)
        shorter = found.station[2:] if found.station.startswith("00") else ""
        return Sender(found.station, found.password, shorter)

    def read(self, frame: bytes, known: Known) -> Told:
        """See frames.codec.Codec. A packet says nothing until its message is whole."""
        found = self._last[1] if self._last is not None and self._last[0] == frame else parse(frame)
        if found.packet is None:
            return self._whole(found, known)
        message = (found.station, found.function)
        try:
            parts = self.packets.put(message, found.packet, found.text, known.now)
        except ValueError as error:
            raise Undecodable(str(error)) from None
        if parts is not None:
            return self._whole(replace(found, text=b"".join(parts), packet=None, end=ETX), known)
        if found.end != ETX:
            return Told()
        place = (self.packets.missing(message)[0], found.packet[1])
        serial = _serial(self.packets.so_far(message), found)
        return Told(answers=(_write_down(found, NAK, self._stamp(serial, known.now, found), place),))

    def _whole(self, frame: Frame, known: Known) -> Told:
        body = body_of(frame)
        if frame.function == KEEP_ALIVE:
            return Told()
        told = Told(notes=_notes(frame, body), answers=self._confirmation(frame, body, known.now))
        data = list(data_of(body, frame.function))
        if frame.function == TEST:
            values = {each.point: each.value for each in data}
            sent_at = body.sent_at and body.sent_at.isoformat()
            return replace(told, test=True, notes={"test": values, "test_at": sent_at})
        readings = tuple(_reading(each) for each in data if each.value is not None and each.at is not None)
        pictures = tuple(_pictures(frame, body))
        return replace(told, readings=readings, pictures=pictures, odd=_odd(frame, body, data))

    def _confirmation(self, frame: Frame, body: Body, now: datetime) -> tuple[bytes, ...]:
        """What a station waits for after a report of its own; answers to what a centre asked are not confirmed."""
        if frame.function not in CONFIRMED and frame.function in FUNCTIONS:
            return ()
        mark = ACK if frame.end == ETB else self.done_mark
        return (_write_down(frame, mark, self._stamp(body.serial, now, frame), None),)

    def _stamp(self, serial: int, now: datetime, frame: Frame) -> bytes:
        """Serial number and our time, from which a station may set its clock."""
        digits = f"{now.astimezone(BEIJING):%y%m%d%H%M%S}"
        return f"{serial:04X}{digits}".encode() if frame.ascii else serial.to_bytes(2, "big") + bytes.fromhex(digits)


def _serial(parts: list[bytes], frame: Frame) -> int:
    """The serial number of a message, which stands in its first packet; 0 while that is missing."""
    first = replace(frame, text=b"".join(parts), packet=None)
    try:
        return body_of(first).serial
    except Undecodable:
        return 0


def _write_down(frame: Frame, mark: int, text: bytes, packet: tuple[int, int] | None) -> bytes:
    """A frame back to the station that sent `frame`."""
    return write(replace(frame, text=text, end=mark, downward=True, packet=packet))


def _reading(datum: Datum) -> Reading:
    element = datum.item.element
    unit = f", {element.unit}" if element is not None and element.unit else ""
    at, value = datum.at, datum.value
    if at is None or value is None:
        raise ValueError("a datum without time or value is no reading")
    return Reading(datum.point, at, value, datum.words + unit)


def _pictures(frame: Frame, body: Body) -> Iterator[Picture]:
    at = body.sent_at
    for item in body.items:
        if item.id == TIME:
            at = item.time()
        elif item.id == PICTURE and item.is_long and at is not None and item.data:
            yield Picture(at, item.data)


def _notes(frame: Frame, body: Body) -> dict[str, Any]:
    """What a station says of itself: its class, words written by hand, and answers that are no readings."""
    notes: dict[str, Any] = {}
    if body.kind is not None and body.kind in CLASSES:
        notes["class"] = CLASSES[body.kind]
    for item in body.items:
        if item.id == MANUAL:
            notes["written by hand"] = item.data.decode("gb18030", "replace").strip()[:MOST_NOTE]
    if body.rest and frame.function in FUNCTIONS and frame.function not in CONFIRMED:
        text = body.rest[1:].decode("gb18030", "replace") if frame.function == VERSION else body.rest.hex().upper()
        notes[function_words(frame.function)] = text[:MOST_NOTE]
    return notes


def _odd(frame: Frame, body: Body, data: list[Datum]) -> str:
    """Why the frame is worth keeping as it came, although it is in order."""
    if frame.function not in FUNCTIONS:
        return f"function {frame.function:02X} is {function_words(frame.function)}"
    faults = [f"element {each.point}: {each.fault}" for each in data if each.fault]
    if any(each.at is None for each in data):
        faults.append("a time that is none")
    if body.rest and frame.function in CONFIRMED:
        faults.append(f"{len(body.rest)} bytes at the end are no element")
    return "; ".join(faults)[:MOST_NOTE]
