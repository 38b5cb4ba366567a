"""Whatever a known station sends, with its checksum right, is received without a fault of ours and within bounds."""

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anshu.gateways.frames.codec import Codec, Piece
from anshu.gateways.frames.receiving import Delivery, Reception
from anshu.gateways.hj212 import Habit, Hj212, checksum
from anshu.gateways.hj212 import decode as decode_hj212
from anshu.gateways.mqtt.messages import Moment
from anshu.gateways.sl651 import Frame, Message, Sl651, decode, encode
from anshu.telemetry import Limits
from tests.gateways.frames.peers import directory, entry
from tests.gateways.hj212.test_message import KEY
from tests.gateways.hj212.test_message import A as ORDER
from tests.gateways.hj212.test_message import C as NOISE
from tests.gateways.sl651.test_message import ASCII_TEXT, A, B, C

NOW_MS = 1_786_000_000_000
MOMENT = Moment(
    directory(
        entry("sl651", "0081200356", {"39": 1, "F4": 2, "45.7": 3}),
        entry("sl651", "0010100001", {"39": 4}),
        entry("hj212", "440307A8900016F000169DC0", {"LA-Rtd": 5}, f" {KEY.hex()}"),
        entry("hj212", "010000A8900016F000169DC0", {}),
    ),
    NOW_MS,
    Limits(),
)
TEXTS = [decode(bytes.fromhex(each)).frame.text for each in (A, B, C)] + [ASCII_TEXT.encode()]
SEGMENTS = [each.encode()[6:-4] for each in (NOISE, ORDER)]
CHANGES = st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=6)), max_size=5)


def changed(raw: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    """Bytes with others laid over or put in at some places."""
    for at, other in changes:
        at %= len(raw) + 1
        raw = raw[:at] + other + raw[at + (len(other) if at % 2 else 0) :]
    return raw


def receive(codec: Codec, reception: Reception, stream: bytes) -> None:
    """Send a stream to a reception; what it does not read, it gives a reason for."""
    for piece in codec.split(bytearray(stream), stale=True):
        outcome = reception.receive(Delivery(piece, "fuzz"), MOMENT)
        assert len(outcome.batch) <= 6_000
        assert all(reject.detail for reject in outcome.rejects)


@pytest.fixture
def faults(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What is logged: Reception logs a fault of ours."""
    caplog.set_level(logging.ERROR)
    return caplog


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(
    st.sampled_from(TEXTS), CHANGES, st.integers(0, 255), st.booleans(),
    st.none() | st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
def test_hydrology(
    faults: pytest.LogCaptureFixture, text: bytes, changes: list, function: int, as_ascii: bool, packet: tuple | None
) -> None:
    codec = Sl651()
    reception = Reception(codec, lambda content: str(len(content)))
    frame = Frame(1, "0081200356", "1234", function, changed(text, changes), packet=packet, ascii=as_ascii)
    receive(codec, reception, encode(Message(frame, None)) * 2)
    assert not faults.records


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.sampled_from(SEGMENTS), CHANGES, st.sampled_from(Habit))
def test_environment(faults: pytest.LogCaptureFixture, segment: bytes, changes: list, habit: Habit) -> None:
    codec = Hj212()
    reception = Reception(codec, lambda content: str(len(content)))
    segment = changed(segment, changes)
    raw = b"##%04d" % len(segment) + segment + checksum(segment, habit)
    receive(codec, reception, raw * 2)
    assert not faults.records


@given(st.lists(st.sampled_from([bytes.fromhex(B), NOISE.encode()]) | st.binary(max_size=40), max_size=8), CHANGES)
def test_streams_of_both(parts: list[bytes], changes: list) -> None:
    for codec in (Sl651(), Hj212()):
        receive(codec, Reception(codec, lambda _: ""), changed(b"".join(parts), changes))


def test_a_message_of_megabytes_stays_small() -> None:
    codec = Sl651()
    reception = Reception(codec, lambda _: "")
    head = bytes.fromhex("0101260805143005F1F1008120035648F0F02608051430")
    for function, body in ((0x32, b"\x39\x0b\x00"), (0x31, b"\x04\x18\x00\x00\x05\x39\x0b\x00")):
        total = 100
        for number in range(1, total + 1):
            text = (head if number == 1 else b"") + body * (30_000 // len(body))
            frame = Frame(1, "0081200356", "1234", function, text, packet=(number, total))
            outcome = reception.receive(Delivery(Piece(encode(Message(frame, None))), "fuzz"), MOMENT)
        assert len(outcome.batch) <= 6_000
    assert len(codec.packets) == 0


def test_the_streams_used_here_are_sound() -> None:
    assert decode_hj212(NOISE.encode()).field("MN") == "440307A8900016F000169DC0"
