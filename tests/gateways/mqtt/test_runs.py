"""Messages in a row: what the quick way reads is what `decode` reads, and it leaves all else alone."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anshu.gateways.mqtt.fields import Malformed
from anshu.gateways.mqtt.packets import V311, Ack, Kind, Packet, Ping, Publish, decode, encode, frame
from anshu.gateways.mqtt.runs import run_at
from anshu.gateways.mqtt.topics import REQUESTS, read_topic

pytestmark = pytest.mark.once
TOPICS = ("v1/devices/me/telemetry", "emp/v1/440306/b/水位1/telemetry", "any", "a/+", "v1/devices/me/rpc/request/1")
TOPIC = st.sampled_from(TOPICS) | st.text("ab/+#\0é", max_size=6) | st.just("t" * 201)
MESSAGE = st.builds(
    Publish, TOPIC, st.binary(max_size=300) | st.just(b"x" * 20_000), st.just(1), st.integers(1, 65_535)
)
ODD = st.builds(Publish, TOPIC, st.just(b"1"), st.just(1), st.just(7), st.booleans(), st.booleans())
OTHER = st.builds(Publish, TOPIC, st.just(b"1")) | st.just(Ping(Kind.PINGREQ)) | st.just(Ack(Kind.PUBREL, 3))
PACKETS = st.lists(st.one_of(MESSAGE, MESSAGE, MESSAGE, ODD, OTHER), max_size=8)


def plain(first: int, packet: Packet) -> bool:
    """What the row takes: a message as most are, that asks for nothing."""
    return (
        first == 0x32
        and isinstance(packet, Publish)
        and len(packet.topic.encode()) <= 200
        and packet.topic != ""
        and read_topic(packet.topic).meaning not in REQUESTS
    )


def slowly(buffer: bytes, start: int) -> tuple[list[tuple[str, bytes]], list[bytes], int]:
    """The same, a packet after another by `frame` and `decode`."""
    messages, numbers, at = list[tuple[str, bytes]](), list[bytes](), start
    while True:
        try:
            found = frame(buffer, at, 1 << 14)  # of more than two bytes of length the row takes none
            if found is None:
                break
            packet = decode(found[0], buffer[found[1] : found[2]], V311)
        except Malformed:
            break
        needless = found[1] - at == 3 and buffer[at + 2] == 0
        if not plain(found[0], packet) or needless:
            break
        assert isinstance(packet, Publish)
        messages.append((packet.topic, packet.payload))
        numbers.append(packet.packet_id.to_bytes(2, "big"))
        at = found[2]
    return messages, numbers, at


@given(PACKETS, st.binary(max_size=9), st.integers(0, 40), st.integers(0, 3))
@example([], b"\x32\x80", 0, 0)
@example([], b"\x32\x85\x00\x00\x01a\x00\x01", 0, 0)
@example([], b"\x32\x01\x00\x00\x00\x00\x00\x00\x00", 0, 0)
@example([], b"\x32\x05\x00\x01a\x00\x00", 0, 0)
def test_the_quick_way_reads_what_the_slow_one_reads(packets: list[Publish], tail: bytes, cut: int, start: int) -> None:
    whole = b"".join(encode(packet, V311) for packet in packets) + tail
    buffer = b"\0" * start + whole[: len(whole) - cut if cut < len(whole) else 0]
    assert tuple(run_at(buffer, start)) == slowly(buffer, start)


@given(st.binary(max_size=60))
def test_no_bytes_are_too_odd(noise: bytes) -> None:
    for buffer in (noise, b"\x32" + noise):
        assert tuple(run_at(buffer, 0)) == slowly(buffer, 0)
