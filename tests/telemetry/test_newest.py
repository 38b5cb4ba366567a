"""Last values agree with a plain search, also when blocks are learned twice or from the middle on."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from anshu.telemetry.blocks import Block
from anshu.telemetry.newest import Newest
from anshu.telemetry.readings import MOST_CHANNEL, Quality

Row = tuple[int, int, float, int]
Blocks = st.lists(
    st.lists(
        st.tuples(st.sampled_from([0, 1, 5_000]), st.integers(0, 4), st.floats(-9, 9), st.sampled_from([0, 1])),
        min_size=1,
        max_size=6,
    ),
    max_size=5,
)


def block(number: int, rows: list[Row]) -> Block:
    channel, at_ms, value, quality = zip(*rows, strict=True)
    return Block(
        1, number, 1, np.array(at_ms), np.array(value), np.array(channel, np.int32), np.array(quality, np.uint8)
    )


def told(newest: Newest) -> list[tuple[int, int, float, int, int]]:
    last = newest.last(None)
    columns = (last.channel, last.at_ms, last.value, last.received_ms, last.quality)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def as_the_log_has_it(blocks: list[list[Row]]) -> list[list[Row]]:
    """A second reading for an instant is in the log only as a correction."""
    seen: set[tuple[int, int]] = set()
    found: list[list[Row]] = []
    for rows in blocks:
        found.append([])
        for channel, at_ms, value, quality in rows:
            repeated = Quality.CORRECTED if (channel, at_ms) in seen else 0
            found[-1].append((channel, at_ms, value, quality | repeated))
            seen.add((channel, at_ms))
    return found


@given(Blocks.map(as_the_log_has_it))
def test_it_agrees_with_a_plain_search(blocks: list[list[Row]]) -> None:
    newest, expected = Newest(), {}
    for number, rows in enumerate(blocks):
        newest.learn(block(number, rows))
        for channel, at_ms, value, quality in rows:
            known = expected.get(channel, (-1,))[0]
            if at_ms > known or (at_ms == known and quality & Quality.CORRECTED):
                expected[channel] = (at_ms, value, number, quality)
    assert told(newest) == [(channel, *expected[channel]) for channel in sorted(expected)]
    again = Newest.unpacked(newest.packed())
    assert told(again) == told(newest)
    for number, rows in enumerate(blocks):
        again.learn(block(number, rows))
    assert told(again) == told(newest)


def test_channels_are_chosen_by_number() -> None:
    newest = Newest()
    newest.learn(block(3, [(7, 10, 1.5, 0), (2, 11, 2.5, 4)]))
    assert newest.last([7, 3, 7, -1, MOST_CHANNEL]).value.tolist() == [1.5]
    assert newest.last([]).channel.tolist() == [] and newest.last(None).channel.tolist() == [2, 7]
