"""Cutting streams: whatever stands between, however it is split, every sound frame comes out once."""

import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.frames.cutting import MORE, NO_FRAME, Shape, cut
from anshu.gateways.hj212.frame import SHAPE as HJ212
from anshu.gateways.sl651.frame import MOST_PACKET
from anshu.gateways.sl651.frame import SHAPE as SL651

KEEP_ALIVE = bytes.fromhex("7E7E01008120035612342F0008020102260805150042035B88")  # protocols.md §1 E
HEARTBEAT = b"##0087QN=20260805143500001;ST=91;CN=9015;PW=123456;MN=440307A8900016F000169DC0;Flag=9;CP=&&&&9301"


def measure(buffer: bytearray, at: int) -> int:
    """Toy frames: A, a digit of length, so many bytes, a Z."""
    if len(buffer) < at + 2:
        return MORE
    size = buffer[at + 1] - ord("0")
    if not 0 <= size <= 9:
        return NO_FRAME
    return size + 3 if len(buffer) >= at + size + 3 else MORE


TOY = Shape((b"A",), measure, lambda frame: "" if frame.endswith(b"Z") else "no Z")


def good(pieces: list) -> list[bytes]:
    return [piece.raw for piece in pieces if not piece.fault]


def test_frames_between_garbage() -> None:
    buffer = bytearray(b"xxA2..ZyyA0ZA")
    pieces = cut(buffer, TOY)
    assert [(piece.raw, bool(piece.fault)) for piece in pieces] == [
        (b"xx", True), (b"A2..Z", False), (b"yy", True), (b"A0Z", False),
    ]
    assert buffer == b"A"
    assert cut(buffer, TOY, stale=True)[0].raw == b"A"
    assert not buffer


def test_a_frame_inside_a_false_one_is_found() -> None:
    assert good(cut(bytearray(b"A9..A1.Z........"), TOY)) == [b"A1.Z"]


@given(st.lists(st.one_of(st.just(KEEP_ALIVE), st.binary(max_size=30)), max_size=6), st.lists(st.integers(0, 200)))
def test_every_byte_comes_out_once_however_the_stream_is_split(parts: list[bytes], places: list[int]) -> None:
    stream = b"".join(parts)
    cuts = sorted({min(place, len(stream)) for place in places} | {0, len(stream)})
    buffer, pieces = bytearray(), []
    for begin, end in pairwise(cuts):
        buffer += stream[begin:end]
        pieces += cut(buffer, SL651)
    pieces += cut(buffer, SL651, stale=True)
    assert b"".join(piece.raw for piece in pieces) == stream
    assert not buffer
    if all(part == KEEP_ALIVE or not set(part) & {0x7E, 0x01} for part in parts):
        assert good(pieces) == [KEEP_ALIVE] * parts.count(KEEP_ALIVE)


@given(st.lists(st.sampled_from([HEARTBEAT, HEARTBEAT + b"\r\n", b"\r\n", b"#", b"##12", b"abc"]), max_size=8))
def test_text_frames_with_and_without_line_ends(parts: list[bytes]) -> None:
    pieces = cut(bytearray(b"".join(parts)), HJ212, stale=True)
    whole = [part for part in parts if part.startswith(HEARTBEAT)]
    if not {b"#", b"##12"} & set(parts):
        assert good(pieces) == [HEARTBEAT] * len(whole)


@given(st.binary(max_size=3_000))
def test_no_more_than_one_frame_stays(noise: bytes) -> None:
    for shape, most in ((SL651, MOST_PACKET + 29), (HJ212, 10_009)):
        buffer = bytearray(noise)
        cut(buffer, shape)
        assert len(buffer) <= most
        cut(buffer, shape, stale=True)
        assert not buffer


def test_rubbish_that_looks_like_beginnings_costs_no_more_than_its_bytes() -> None:
    heads = ((SL651, b"\x7e\x7e\x00"), (SL651, b"\x7e"), (SL651, b"\x01A"), (HJ212, b"##0100"), (HJ212, b"#"))
    for shape, unit in heads:
        begun = time.process_time()
        buffer = bytearray()
        for _ in range(2):
            buffer += unit * (100_000 // len(unit))
            cut(buffer, shape)
        assert time.process_time() - begun < 10, unit
