"""Packets: whole messages in order whatever the order of coming, and never more than the bounds."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.frames.packets import PATIENCE, Packets

NOW = datetime(2026, 8, 5, tzinfo=UTC)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_a_message_is_whole_with_its_last_packet(bodies: list[bytes], random: Random) -> None:
    packets, order = Packets(), list(enumerate(bodies, 1))
    random.shuffle(order)
    for number, body in order[:-1]:
        assert packets.put("m", (number, len(bodies)), body, NOW) is None
        assert packets.put("m", (number, len(bodies)), body, NOW) is None
    assert len(packets.missing("m")) == (1 if len(bodies) > 1 else 0)
    assert packets.put("m", (order[-1][0], len(bodies)), order[-1][1], NOW) == bodies
    assert len(packets) == 0
    assert packets.missing("m") == []


@pytest.mark.parametrize("place", [(0, 2), (3, 2), (1, 0), (1, 4_096), (-1, -1)])
def test_places_that_cannot_be(place: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="packet"):
        Packets().put("m", place, b"", NOW)


def test_another_content_of_a_packet_begins_anew() -> None:
    packets = Packets()
    packets.put("m", (1, 3), b"a", NOW)
    packets.put("m", (2, 3), b"b", NOW)
    packets.put("m", (1, 3), b"A", NOW)
    assert packets.missing("m") == [2, 3]
    assert packets.so_far("m") == [b"A"]
    assert packets.has("m", 1)
    assert not packets.has("m", 2)
    packets.put("m", (1, 2), b"A", NOW)
    assert packets.missing("m") == [2]


def test_what_waits_is_bounded_in_number_bytes_and_time() -> None:
    packets = Packets(most_messages=3, most_bytes=100, most_message_bytes=60)
    for name in "abcd":
        packets.put(name, (1, 2), b"x", NOW)
    assert packets.missing("a") == []
    packets.put("e", (1, 3), b"y" * 60, NOW)
    packets.put("f", (1, 3), b"y" * 60, NOW)
    assert packets.missing("e") == []
    with pytest.raises(ValueError, match="60 bytes"):
        packets.put("f", (2, 3), b"z", NOW)
    packets.put("g", (1, 2), b"x", NOW)
    packets.put("h", (1, 2), b"x", NOW + PATIENCE + timedelta(seconds=1))
    assert packets.missing("g") == []
    assert len(packets) == 1
