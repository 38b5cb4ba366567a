"""The door for transmission units: what a frame says becomes readings, and the answers that units wait for.

A unit repeats a frame three times, ten seconds apart, until it is confirmed (6.5). Its clock often is wrong: where the
time of sending in a frame is off by more than a little, the instants in it are moved by as much, and the unit is told
the time.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, cast

from anshu.gateways.frames.codec import Known, Piece, Reading, Sender, Told, Undecodable
from anshu.gateways.gb26875.as_json import address_text
from anshu.gateways.gb26875.codes import Command, Type
from anshu.gateways.gb26875.frame import Frame, Line, encode, open_frame, reply, split
from anshu.gateways.gb26875.objects import (
    Body,
    Instant,
    SystemClock,
    SystemSetup,
    SystemVersion,
    UnitSetup,
    UnitVersion,
    read_body,
)
from anshu.gateways.gb26875.points import fire_anywhere, readings_of

PROTOCOL = "gb26875"
# Beyond this a unit is told the time, but not more often than every so often: some never learn.
CLOCK_ERROR = timedelta(seconds=30)
TELL_TIME_EVERY = timedelta(minutes=10)
# Beyond this its own times are not believed: ahead, intake would set a fire aside as not yet happened; behind, it would
# count as late news. What was only delayed on its way is not as late as an hour.
MOST_AHEAD = timedelta(minutes=4)
MOST_BEHIND = timedelta(hours=1)
# What happened longer before it was sent has a wrong time: no unit keeps news for so long.
OLDEST_NEWS = timedelta(days=7)
# Three repeats ten seconds apart are over by then.
REPEATED_WITHIN = timedelta(minutes=2)
MOST_REMEMBERED = 10_000


class Remembered(OrderedDict[Any, Any]):
    """A memory of bounded size: the oldest entry gives way."""

    def put(self, key: Any, value: Any) -> None:
        self[key] = value
        self.move_to_end(key)
        if len(self) > MOST_REMEMBERED:
            self.popitem(last=False)


def _always() -> bool:
    return True


@dataclass
class FireUnits:
    """The codec that the server of frames hosts. Units have no passcode: their address is all that is asked.

    `tells_time` says whether the hour is one to set real clocks by; in a demonstration that runs fast it is not.
    """

    name: str = PROTOCOL
    tells_time: Callable[[], bool] = _always
    # When a frame was first seen, by its digest, so that the same frame sent again gives the same readings.
    _first_seen: Remembered = field(default_factory=Remembered)
    _told_time: Remembered = field(default_factory=Remembered)
    _serial: int = 0

    def split(self, buffer: bytearray, *, stale: bool = False) -> list[Piece]:
        """Take frames off the front of a stream."""
        return split(buffer, stale=stale)

    def sender(self, frame: bytes) -> Sender:
        """The unit a frame comes from: its address as hexadecimal digits, the highest byte first, all twelve or without
        zeros in front."""
        opened, _body = open_frame(frame)
        address = address_text(opened.source)
        return Sender(address, shorter=address.lstrip("0"))

    def read(self, frame: bytes, known: Known) -> Told:
        """What a frame says. One whose inside cannot be read is denied, and kept in quarantine."""
        opened, raw = open_frame(frame)
        if opened.command not in set(Command):
            return self._denied(opened, known.now, f"command {opened.command} is not known")
        if opened.command in (Command.CONFIRM, Command.DENY):
            return Told()
        try:
            opened = replace(opened, body=read_body(raw)) if raw else opened
        except Undecodable as error:
            return self._denied(opened, known.now, str(error))
        if opened.command in (Command.CONTROL, Command.REQUEST):
            return self._asked(opened, known.now)
        return self._said(opened, Clock(opened.sent_at, self._seen(frame, known.now), opened.serial), known.now)

    def _seen(self, frame: bytes, now: datetime) -> datetime:
        """When these bytes first came: now, unless they are a repeat."""
        digest = blake2b(frame, digest_size=16).digest()
        first = self._first_seen.get(digest)
        if first is not None and timedelta() <= now - first < REPEATED_WITHIN:
            return cast(datetime, first)
        self._first_seen.put(digest, now)
        return now

    def _denied(self, frame: Frame, now: datetime, why: str) -> Told:
        return Told(answers=(encode(reply(frame, now, Command.DENY)),), odd=why)

    def _asked(self, frame: Frame, now: datetime) -> Told:
        """A unit gives no orders; all that it may ask its centre is what time it is."""
        about_time = frame.body is not None and frame.body.type in (Type.READ_UNIT_CLOCK, Type.SET_UNIT_CLOCK)
        if about_time and self.tells_time():
            return Told(answers=(self._time_for(frame, now),))
        return self._denied(frame, now, "a unit gives no orders to its centre")

    def _said(self, frame: Frame, clock: "Clock", now: datetime) -> Told:
        answers = [encode(reply(frame, now))] if frame.command == Command.SEND else []
        if self._should_be_told(frame, now):
            answers.append(self._time_for(frame, now))
        if frame.body is None:  # a sign of life
            return Told(answers=tuple(answers))
        readings = [each for thing in frame.body.objects for each in clock.readings(thing)]
        readings += fire_anywhere(readings)
        odd = "" if frame.body.objects else f"type {frame.body.type} is not known, or carries nothing"
        return Told(tuple(readings), tuple(answers), notes_of(frame.body), odd=odd)

    def _should_be_told(self, frame: Frame, now: datetime) -> bool:
        error = abs(frame.sent_at - now) if frame.sent_at else None
        if (error is not None and error <= CLOCK_ERROR) or not self.tells_time():
            return False
        before = self._told_time.get(frame.source)
        return before is None or not timedelta() <= now - before < TELL_TIME_EVERY

    def _time_for(self, frame: Frame, now: datetime) -> bytes:
        self._told_time.put(frame.source, now)
        self._serial = (self._serial + 1) & 0xFFFF
        line = Line(frame.target, frame.source, frame.version)
        return encode(line.set_clock(self._serial, now))


@dataclass(frozen=True, slots=True)
class Clock:
    """What the times in a frame are worth: `sent_at` by the unit's clock was `now` by ours."""

    sent_at: datetime | None
    now: datetime
    serial: int = 0

    def readings(self, thing: Any) -> list[Reading]:
        """The readings in one object; doubtful where its time had to be mended."""
        at, mended = self.instant(getattr(thing, "at", None))
        return [replace(each, at=self.within(at, each.value), doubtful=mended) for each in readings_of(thing, at)]

    def within(self, at: datetime, value: float) -> datetime:
        """The instant with milliseconds, which units do not tell, so that they keep what one second holds in order.

        A channel has one value at an instant: of "no fire" and "fire" in the same second the later would be lost.
        Frames follow their serial numbers; where a unit always sends the same, what is on comes after what is off.
        """
        return at.replace(microsecond=1000 * (2 * (self.serial % 500) + (value == 1.0)))

    def instant(self, at: datetime | None) -> tuple[datetime, bool]:
        """When something really was that is said to have been at an instant, and whether that had to be mended."""
        if self.sent_at is None:
            near = at is not None and -MOST_BEHIND <= at - self.now <= MOST_AHEAD
            return (at or self.now, False) if near else (self.now, True)
        error = self.sent_at - self.now
        shift = timedelta() if -MOST_BEHIND <= error <= MOST_AHEAD else -error
        if at is None or not -OLDEST_NEWS <= at - self.sent_at <= MOST_AHEAD:
            return min(self.sent_at + shift, self.now), True
        return (min(at + shift, self.now), True) if shift else (at, False)


def notes_of(body: Body) -> dict[str, Any]:
    """What a unit says of itself and its systems: versions, set-up, clocks.

    How components are called is not kept: there may be thousands, and each says it again with its state.
    """
    notes: dict[str, Any] = {}
    for thing in body.objects:
        match thing:
            case UnitVersion():
                notes["version"] = f"{thing.major}.{thing.minor}"
            case UnitSetup():
                notes["setup"] = thing.text
            case Instant():
                notes["clock"] = thing.at.isoformat() if thing.at else None
            case SystemVersion():
                notes[f"version {thing.system}/{thing.address}"] = f"{thing.major}.{thing.minor}"
            case SystemSetup():
                notes[f"setup {thing.system}/{thing.address}"] = thing.text
            case SystemClock():
                notes[f"clock {thing.system}/{thing.address}"] = thing.at.isoformat() if thing.at else None
    return notes
