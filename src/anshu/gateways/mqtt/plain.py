"""The quick way for messages that are as they should be: all readings of a group of messages judged at once.

Whatever is unusual in a message, or would be set aside, is read by `messages.receive`, which knows every case.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

import numpy as np
import orjson

from anshu.gateways.mqtt.messages import Message, Moment, Outcome, receive
from anshu.gateways.mqtt.topics import Meaning, read_topic
from anshu.telemetry import Batch, ChannelFacts
from anshu.telemetry.bodies import GOOD_WORDS, code_of
from anshu.telemetry.intake import window_ms
from anshu.telemetry.plain_lines import OnDemand
from anshu.telemetry.readings import iso_of

NUMBERS = (float, int)
MOST_BYTES = 65_536


@dataclass(slots=True)
class Plain:
    """Readings of plain messages, one entry per reading in each list, and the messages that they came in."""

    facts: list[ChannelFacts] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    at_ms: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def take(self, message: Message, moment: Moment) -> bool:
        """Take the readings of a message, all or none; says whether it was plain."""
        if len(message.payload) > MOST_BYTES:
            return False
        try:
            found = orjson.loads(message.payload)
        except orjson.JSONDecodeError:
            return False
        before = len(self.value)
        if self._read(message, found, moment):
            self.messages.append(message)
            return True
        for column in (self.facts, self.code, self.at_ms, self.value):
            del column[before:]
        return False

    def _read(self, message: Message, found: object, moment: Moment) -> bool:
        address = read_topic(message.topic)
        rights = moment.directory.rights(message.sender, message.client_id)
        if address.meaning is Meaning.TELEMETRY:
            return bool(rights.own) and self._add_all(rights.own, found, rights.of(rights.own))
        if address.meaning is Meaning.ENVELOPE and isinstance(found, dict):
            entry = rights.devices.get(address.device)
            quality = found.get("quality")
            good = isinstance(quality, str | int | None) and quality in GOOD_WORDS
            placed = entry is not None and entry.territory.startswith(address.district)
            return good and placed and self._add(address.device, found, rights.of(address.device))
        if address.meaning is Meaning.GATEWAY_TELEMETRY and isinstance(found, dict):
            return all(self._add_all(device, entries, rights.facts) for device, entries in found.items())
        return False

    def _add_all(self, device: str, entries: object, facts: Mapping[str, ChannelFacts]) -> bool:
        """Take one entry or a list of entries."""
        return all(self._add(device, each, facts) for each in (entries if isinstance(entries, list) else (entries,)))

    def _add(self, device: str, entry: object, facts: Mapping[str, ChannelFacts]) -> bool:
        """Take {"ts": milliseconds, "values": {key: number, …}}."""
        if not isinstance(entry, dict):
            return False
        at_ms, values = entry.get("ts"), entry.get("values")
        if type(at_ms) is not int or not isinstance(values, dict):
            return False
        prefix = code_of(device, "")
        for key, value in values.items():
            code = prefix + key
            fact = facts.get(code)
            if fact is None or type(value) not in NUMBERS:
                return False
            self.facts.append(fact)
            self.code.append(code)
            self.at_ms.append(at_ms)
            self.value.append(value)
        return True

    def batch(self, moment: Moment) -> Batch | None:
        """All readings, or None where one of them would be set aside."""
        try:
            at_ms, value = np.array(self.at_ms, np.int64), np.array(self.value, np.float64)
        except OverflowError:
            return None
        channel = np.fromiter(map(itemgetter(0), self.facts), np.int64, len(value))
        lowest, highest = (np.fromiter(map(itemgetter(place), self.facts), np.float64, len(value)) for place in (1, 2))
        first_ms, last_ms = window_ms(moment.now_ms, moment.limits)
        sound = (value >= lowest) & (value <= highest) & (np.abs(value) <= moment.limits.magnitude)
        if not (sound & (at_ms >= first_ms) & (at_ms <= last_ms)).all():
            return None
        raw = OnDemand(len(value), self._written)
        return Batch(channel, at_ms, value, np.zeros(len(value), np.int64), raw, self.code)

    def _written(self, index: int) -> bytes:
        """A reading as a line that can be read again."""
        at = iso_of(self.at_ms[index])
        return orjson.dumps({"channel": self.code[index], "at": at, "value": self.value[index]})


def receive_all(
    messages: Sequence[Message], moment: Moment, read: Callable[[Message, Moment], Outcome] = receive
) -> Iterator[Outcome]:
    """What becomes of messages, in order; those that are plain are told of together."""
    plain = Plain()
    for message in messages:
        if plain.take(message, moment):
            continue
        yield from _told(plain, moment, read)
        plain = Plain()
        yield read(message, moment)
    yield from _told(plain, moment, read)


def _told(plain: Plain, moment: Moment, read: Callable[[Message, Moment], Outcome]) -> Iterator[Outcome]:
    batch = plain.batch(moment)
    if batch is not None:
        yield Outcome(batch)
    else:
        yield from (read(message, moment) for message in plain.messages)
