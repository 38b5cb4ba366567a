"""A part's order agrees with Python's own sorting, by either way of sorting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.telemetry.archive import sorting
from anshu.telemetry.archive.columns import Columns
from anshu.telemetry.archive.sorting import sorted_rows

Rows = st.lists(st.tuples(st.sampled_from([0, 3, 900_000]), st.integers(0, 5), st.floats(-9, 9)), max_size=20)


def columns(rows: list[tuple[int, int, float]]) -> Columns:
    """Readings by arrival; a second one for the same instant corrects the first."""
    seen: set[tuple[int, int]] = set()
    corrected = []
    for place, (channel, at_ms, _value) in enumerate(rows):
        corrected.append(place if (channel, at_ms) in seen else 0)
        seen.add((channel, at_ms))
    channel_, at_ms_, value = zip(*rows, strict=True) if rows else ((), (), ())
    return {
        "channel": np.array(channel_, np.int32),
        "at_ms": np.array(at_ms_, np.int64),
        "value": np.array(value, np.float64),
        "source": np.ones(len(rows), np.int16),
        "corrected": np.array(corrected, np.int64),
    }


@pytest.mark.parametrize("counted", [True, False])
@given(rows=Rows)
def test_it_agrees_with_plain_sorting(rows: list[tuple[int, int, float]], counted: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "ROWS_PER_CHANNEL", 1 << 40 if counted else -1)
        found = sorted_rows(columns(rows))
    holds = {(channel, at_ms): value for channel, at_ms, value in rows}
    keys = list(zip(found["channel"].tolist(), found["at_ms"].tolist(), strict=True))
    assert keys == sorted(holds)
    assert found["value"].tolist() == [holds[key] for key in keys]
    assert found["source"].tolist() == [1] * len(keys)
