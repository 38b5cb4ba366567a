"""A stream of frames: split anywhere, with garbage between, from senders who mean no good."""

import time

from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.gb26875 import split
from anshu.gateways.gb26875.frame import MOST_BYTES
from tests.gateways.gb26875.vectors import KNOWN, SAMPLES, B

WHOLE = [bytes.fromhex(text) for text in (*KNOWN.values(), *SAMPLES.values())]


def fed(pieces: list[bytes]) -> tuple[list[bytes], list[bytes], bytearray]:
    """Frames, garbage and what is left, after the pieces have come one after the other."""
    buffer, frames, garbage = bytearray(), [], []
    for piece in pieces:
        buffer += piece
        for found in split(buffer):
            (garbage if found.fault else frames).append(found.raw)
    return frames, garbage, buffer


@given(st.lists(st.sampled_from(WHOLE), max_size=6), st.lists(st.integers(1, 70), max_size=12))
def test_frames_are_found_however_they_are_split(sent: list[bytes], cuts: list[int]) -> None:
    stream, pieces = b"".join(sent), []
    for cut in cuts:
        pieces.append(stream[:cut])
        stream = stream[cut:]
    assert fed([*pieces, stream]) == (sent, [], bytearray())


@given(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=4), st.binary(max_size=40).filter(lambda b: b"@" not in b))
def test_frames_are_found_between_garbage(sent: list[bytes], noise: bytes) -> None:
    frames, garbage, left = fed([noise + noise.join(sent) + noise])
    assert frames == sent
    assert sum(map(len, garbage)) == len(noise) * (len(sent) + 1)
    assert not left


@given(st.lists(st.binary(max_size=300) | st.sampled_from(WHOLE) | st.just(b"@@" * 20), max_size=20))
def test_nothing_is_lost_and_little_is_kept(pieces: list[bytes]) -> None:
    frames, garbage, left = fed(pieces)
    assert sum(map(len, [*frames, *garbage])) + len(left) == sum(map(len, pieces))
    assert len(left) <= MOST_BYTES


def test_a_lying_length_is_given_up_when_nothing_more_comes() -> None:
    lying = bytearray.fromhex(B)
    lying[24:26] = (1000).to_bytes(2, "little")
    buffer = bytearray(lying + bytes.fromhex(B))
    assert split(buffer) == []
    found = [piece.raw for piece in split(buffer, stale=True) if not piece.fault]
    assert found == [bytes.fromhex(B)]


def test_a_flood_of_beginnings_is_cut_in_passing() -> None:
    began = time.process_time()
    for _ in range(16):
        buffer = bytearray(b"@@" * 8192)
        split(buffer)
        assert len(buffer) <= MOST_BYTES
    assert time.process_time() - began < 10
