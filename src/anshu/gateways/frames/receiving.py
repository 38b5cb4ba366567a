"""What becomes of a frame: whose it is, whether it is believed, readings for the store, rejects for quarantine."""

import hashlib
import hmac
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from anshu.domains.devices.queries.rights import Directory, Entry
from anshu.gateways.frames.codec import Codec, Known, Piece, Reading, Sender, Told, Undecodable
from anshu.gateways.mqtt.messages import Moment, Note, Outcome
from anshu.telemetry import Intake, Quality, Reason, Reject
from anshu.telemetry.intake import Draft, judge
from anshu.telemetry.readings import EPOCH, iso_of

MOST_REMEMBERED = 10_000
# Points without a channel that are noted of a device, so that people see what it could be asked for.
MOST_UNASSIGNED = 60
UNASSIGNED = "no channel: "
# A frame is kept beside a reading that it was rejected for, up to so many bytes: intake reads lines of 4 kB.
MOST_BESIDE = 1_500
# How many rejects go to quarantine at once, and how many more each second, of strangers and of known devices: whoever
# sends rubbish must not fill the disk with it.
BURST, PER_SECOND = 500.0, 2.0
KNOWN_BURST, KNOWN_PER_SECOND = 5_000.0, 20.0

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Delivery:
    """A piece of a stream on its way to the disk; `peer` is where it came from.

    Receiving it fills in `answers`, whether its sender is `believed`, whether it `is_new` among what was rejected, and
    the `digest` by which that is remembered.
    """

    piece: Piece
    peer: str
    answers: tuple[bytes, ...] = ()
    believed: bool = False
    is_new: bool = False
    digest: bytes = b""


@dataclass
class Allowance:
    """So many at once, and so many more as time goes on."""

    most: float
    per_second: float
    left: float = field(init=False)
    at_ms: int | None = None

    def __post_init__(self) -> None:
        self.left = self.most

    def take(self, now_ms: int) -> bool:
        """Whether there is one left; takes it."""
        passed_s = 0.0 if self.at_ms is None else max(now_ms - self.at_ms, 0) / 1000
        self.left, self.at_ms = min(self.left + passed_s * self.per_second, self.most), now_ms
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Doubted(Exception):
    """A frame whose sender is not believed; `reason` is that of quarantine."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass
class Reception:
    """Receives the pieces of one port; called from one thread. `keep_picture` puts a picture on disk and names it;
    `unwritten` counts the rubbish that was let go."""

    codec: Codec
    keep_picture: Callable[[bytes], str]
    unwritten: int = 0
    _strangers: Allowance = field(default_factory=lambda: Allowance(BURST, PER_SECOND))
    _known: Allowance = field(default_factory=lambda: Allowance(KNOWN_BURST, KNOWN_PER_SECOND))
    _rejected: "OrderedDict[bytes, None]" = field(default_factory=OrderedDict)

    def receive(self, delivery: Delivery, moment: Moment) -> Outcome:
        """Read one piece; never raises. What cannot be used is a reject with the bytes as they came, once."""
        raw = delivery.piece.raw
        try:
            if delivery.piece.fault:
                return self._refused(delivery, Reason.MALFORMED, delivery.piece.fault, moment)
            entry = believe(self.codec, raw, moment.directory)
            delivery.believed = True
            told = self.codec.read(raw, _known(entry, moment.now_ms))
            return self._taken(delivery, entry, told, moment)
        except Undecodable as error:
            return self._refused(delivery, Reason.MALFORMED, str(error), moment)
        except Doubted as error:
            return self._refused(delivery, error.reason, str(error), moment)
        except Exception as error:  # a fault of ours in one frame must not hold up those that came with it
            _logger.exception("a frame of %s could not be read", self.codec.name)
            return self._refused(delivery, Reason.MALFORMED, f"{type(error).__name__}: {error}", moment)

    def failed(self, delivery: Delivery) -> None:
        """What was received could not be written: its reject is not there, and is written when it comes again."""
        self._rejected.pop(delivery.digest, None)

    def _taken(self, delivery: Delivery, entry: Entry, told: Told, moment: Moment) -> Outcome:
        """What was told by a device that is believed."""
        notes = dict(told.notes)
        for picture in told.pictures:
            notes |= {"picture": self.keep_picture(picture.content), "picture_at": picture.at.isoformat()}
        outcome = Outcome()
        if not told.test:
            outcome.batch, outcome.rejects = intake_of(told.readings, entry, delivery.piece.raw, moment)
            notes |= _unassigned(told.readings, entry)
        if told.odd:
            outcome.rejects += self._refused(delivery, Reason.FIELD, told.odd, moment).rejects
        news = {name: said for name, said in notes.items() if entry.attributes.get(name) != said}
        if news:
            outcome.notes.append(Note(entry.number, news))
        delivery.answers = told.answers
        return outcome

    def _refused(self, delivery: Delivery, reason: Reason, detail: str, moment: Moment) -> Outcome:
        """The reject of a piece; none when the very same bytes were rejected before or rubbish comes in floods."""
        raw = delivery.piece.raw[: moment.limits.raw_bytes]
        digest = hashlib.sha256(raw + detail.encode("utf-8", "replace")).digest()
        if digest in self._rejected:
            self._rejected.move_to_end(digest)
            return Outcome()
        delivery.is_new = True
        if not (self._known if delivery.believed else self._strangers).take(moment.now_ms):
            self.unwritten += 1
            if self.unwritten % 1_000 == 1:
                _logger.warning("%s: %d pieces of rubbish were not kept", self.codec.name, self.unwritten)
            return Outcome()
        delivery.digest = digest
        self._rejected[digest] = None
        while len(self._rejected) > MOST_REMEMBERED:
            self._rejected.popitem(last=False)
        return Outcome(rejects=[Reject(reason, f"{detail} (from {delivery.peer})", raw)])


def believe(codec: Codec, frame: bytes, directory: Directory) -> Entry:
    """The device that sent a frame; raises Doubted for one that is not known or offers the wrong passcode, and
    Undecodable."""
    sender = codec.sender(frame)
    found = [directory.by_address.get((codec.name, each)) for each in (sender.address, sender.shorter) if each]
    entry = next((each for each in found if each is not None), None)
    if entry is None:
        said = sender.address[:60]
        raise Doubted(Reason.UNKNOWN_CHANNEL, f"no device with protocol {codec.name} has the address {said}")
    if not _passes(sender, entry):
        raise Doubted(Reason.FIELD, f"device {entry.number} did not send the passcode that stands in the register")
    return entry


def _passes(sender: Sender, entry: Entry) -> bool:
    wanted = entry.passcode.partition(" ")[0]
    if not wanted or sender.passcode is None:
        return not wanted
    # Hexadecimal digits are written both ways, and people do not see which way a station does.
    return hmac.compare_digest(wanted.casefold().encode(), sender.passcode.casefold().encode("utf-8", "replace"))


def _known(entry: Entry, now_ms: int) -> Known:
    return Known(datetime.fromtimestamp(now_ms / 1000, UTC), entry.passcode.partition(" ")[2].strip())


def intake_of(readings: tuple[Reading, ...], entry: Entry, raw: bytes, moment: Moment) -> Intake:
    """The readings at points that have a channel, judged; one not taken is a line that intake can read again."""
    draft = Draft()
    beside = raw.hex().upper() if len(raw) <= MOST_BESIDE else ""
    for reading in readings:
        code = entry.points.get(reading.point)
        if code is None:
            continue
        at_ms = (reading.at - EPOCH).days * 86_400_000 + (reading.at - EPOCH).seconds * 1000
        at_ms += reading.at.microsecond // 1000
        draft.code.append(code)
        draft.at_ms.append(at_ms)
        draft.value.append(reading.value)
        draft.quality.append(int(Quality.DOUBTFUL if reading.doubtful else Quality(0)))
        line = {"channel": code, "at": iso_of(at_ms), "value": reading.value, "frame": beside}
        draft.raw.append(orjson.dumps(line))
    return judge(draft, entry.facts, moment.now_ms, moment.limits)


def _unassigned(readings: tuple[Reading, ...], entry: Entry) -> Mapping[str, Any]:
    """Notes of points that have no channel, within bounds."""
    known = sum(name.startswith(UNASSIGNED) for name in entry.attributes)
    named = {f"{UNASSIGNED}{each.point[:60]}": each.words for each in readings if each.point not in entry.points}
    new = [name for name in named if name not in entry.attributes]
    return {name: named[name] for name in new[: max(MOST_UNASSIGNED - known, 0)]}


def read_again(codec: Codec, raw: bytes, moment: Moment) -> Intake:
    """Read a frame that lay in quarantine: what of it is readings, and why not if it is none."""
    try:
        entry = believe(codec, raw, moment.directory)
        told = codec.read(raw, _known(entry, moment.now_ms))
    except Undecodable as error:
        return Intake(Outcome().batch, [Reject(Reason.MALFORMED, str(error), raw)])
    except Doubted as error:
        return Intake(Outcome().batch, [Reject(error.reason, str(error), raw)])
    found = intake_of(() if told.test else told.readings, entry, raw, moment)
    return Intake(found.batch, [*found.rejects, Reject(Reason.FIELD, told.odd, raw)]) if told.odd else found
