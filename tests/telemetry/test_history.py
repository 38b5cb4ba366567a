"""The past of many channels: nothing missing, nothing twice, in order, whichever way it is read."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.telemetry import Store, batch_of, history

HOUR_MS = 3_600_000
BEGIN = 1_700_006_400_000

READING = st.tuples(st.integers(0, 5), st.integers(0, 400 * HOUR_MS), st.integers(0, 9).map(float))


def rows(store: Store, channels: list[int], from_ms: int, to_ms: int) -> list[tuple[int, int, float]]:
    found: list[tuple[int, int, float]] = []
    ends = [0]
    for piece in store.history(channels, from_ms, to_ms):
        assert not len(piece.at_ms) or ends[-1] <= piece.at_ms.min() <= piece.at_ms.max() < piece.to_ms
        ends.append(piece.to_ms)
        found += list(zip(piece.channel.tolist(), piece.at_ms.tolist(), piece.value.tolist(), strict=True))
    assert ends[-1] in (0, to_ms)
    assert [row[1] for row in found] == sorted(row[1] for row in found)
    return found


@settings(max_examples=30)
@given(
    st.lists(READING, max_size=60, unique_by=lambda row: row[:2]),
    st.lists(st.integers(0, 6), min_size=1, unique=True),
    st.integers(0, 400 * HOUR_MS),
    st.integers(1, 400 * HOUR_MS),
    st.booleans(),
)
def test_what_is_read_is_what_was_stored(
    tmp_path_factory: pytest.TempPathFactory,
    given_rows: list[tuple[int, int, float]],
    channels: list[int],
    first: int,
    length: int,
    many: bool,
) -> None:
    stored = [(channel, BEGIN + at, value) for channel, at, value in given_rows]
    from_ms, to_ms = BEGIN + first, BEGIN + first + length
    with pytest.MonkeyPatch.context() as patch, Store.open(tmp_path_factory.mktemp("store")) as store:
        patch.setattr(history, "FEW", 0 if many else 64)
        store.append(batch_of(stored), (), door="test", received_ms=BEGIN)
        expected = [row for row in stored if row[0] in channels and from_ms <= row[1] < to_ms]
        assert sorted(rows(store, channels, from_ms, to_ms)) == sorted(expected)


def test_years_without_a_reading_cost_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.append(batch_of([(1, BEGIN, 1.0), (1, BEGIN + 9 * 365 * 24 * HOUR_MS, 2.0)]), (), door="t", received_ms=0)
        pieces = list(store.history([1], 0, 2 * BEGIN))
    assert [len(piece.at_ms) for piece in pieces] == [1, 1]
    assert np.concatenate([piece.value for piece in pieces]).tolist() == [1.0, 2.0]
