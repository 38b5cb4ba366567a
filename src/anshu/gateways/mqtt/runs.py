"""The quick way for what nearly every packet is: a message of QoS 1 in version 3.1.1, one after another, read in a row.

Whatever is unusual in a packet ends the row before it and is read by `packets.decode`, which knows every case.
"""

from functools import lru_cache
from typing import NamedTuple

from anshu.gateways.mqtt.fields import Malformed, text_of
from anshu.gateways.mqtt.topics import LONGEST, REQUESTS, read_topic

PUBLISH = 0x32  # QoS 1, not retained, not sent before
MOST_REMEMBERED = 20_000
NO_NUMBER = b"\0\0"


class Run(NamedTuple):
    """Topic and payload of each message, the packet identifiers as they are written, and where the last one ends."""

    messages: list[tuple[str, bytes]]
    numbers: list[bytes]
    end: int


def run_at(buffer: bytes, start: int) -> Run:
    """The messages that lie whole in the buffer from `start` on, as many as are as described."""
    run, at, size = Run([], [], start), start, len(buffer)
    while at + 1 < size and buffer[at] == PUBLISH:
        length, body = buffer[at + 1], at + 2
        if length > 0x7F:  # a second byte; of a third, or a second that is not needed, `decode` is asked
            if body >= size or not 0 < buffer[body] < 0x80:
                break
            length, body = length & 0x7F | buffer[body] << 7, body + 1
        end, text = body + length, body + 2
        if end > size or text > end:
            break
        number = text + (buffer[body] << 8 | buffer[body + 1])
        payload = number + 2
        if payload > end or number - text > LONGEST or buffer[number:payload] == NO_NUMBER:
            break
        topic = _told(buffer[text:number])
        if topic is None:
            break
        run.messages.append((topic, buffer[payload:end]))
        run.numbers.append(buffer[number:payload])
        at = end
    return run._replace(end=at)


@lru_cache(MOST_REMEMBERED)
def _told(raw: bytes) -> str | None:
    """The topic of a message that only tells us something; None of one that asks, and of what is no topic."""
    try:
        topic = text_of(raw)
    except Malformed:
        return None
    asks = not topic or "+" in topic or "#" in topic or read_topic(topic).meaning in REQUESTS
    return None if asks else topic
