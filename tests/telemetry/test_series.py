import csv
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.kernel.errors import Invalid
from anshu.telemetry.readings import Batch, batch_of
from anshu.telemetry.series import thin
from anshu.telemetry.store import Store

T = 1_786_000_000_000
YEARS_MS = 10 * 365 * 86_400_000


@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=300, unique=True).map(sorted),
    st.integers(3, 60),
    st.randoms(use_true_random=False),
)
def test_thinning_keeps_the_extremes_and_the_last_of_the_whole(times: list[int], points: int, random) -> None:  # type: ignore[no-untyped-def]
    at_ms = np.array(times, np.int64)
    value = np.array([random.choice([random.gauss(0, 1), 0.0]) for _ in times])
    kept = thin(at_ms, value, points)
    assert len(kept) <= points and (np.diff(kept) > 0).all()
    assert value[kept].max() == value.max() and value[kept].min() == value.min() and kept[-1] == len(times) - 1
    if len(times) <= points:
        assert len(kept) == len(times)


@settings(max_examples=40, deadline=None)
@given(
    st.sets(st.tuples(st.integers(1, 2), st.integers(0, 200).map(lambda step: step * 450_000)), max_size=60),
    st.integers(-1, 201).map(lambda step: step * 450_000),
    st.integers(-1, 201).map(lambda step: step * 450_000),
)
def test_a_range_holds_what_a_plain_search_finds(
    tmp_path_factory: pytest.TempPathFactory, keys: set[tuple[int, int]], start: int, end: int
) -> None:
    with Store.open(tmp_path_factory.mktemp("series"), synchronous="NORMAL") as store:
        store.append(batch_of([(one, T + at, 1.0) for one, at in keys]), door="d", received_ms=T)
        found = store.series(1, T + start, T + end, 1000)
    assert found.at_ms.tolist() == sorted(T + at for one, at in keys if one == 1 and start <= at < end)


def test_ten_years_with_two_readings_answer_at_once(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.append(batch_of([(1, T - YEARS_MS, 1.0), (1, T, 2.0)]), door="d", received_ms=T)
        found = store.series(1, 0, 2**62, 10)
        assert found.value.tolist() == [1.0, 2.0] and found.of == 2
        assert store.series(2, 0, 2**62, 10).of == 0
        with pytest.raises(Invalid):
            store.series(1, 0, T, 2)


def test_a_recorded_machine_temperature_keeps_its_failure_dip(tmp_path: Path, data_dir: Path) -> None:
    path = data_dir / "sensor_series/nab/data/realKnownCause/machine_temperature_system_failure.csv"
    with path.open() as lines:
        rows = {
            int(datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC).timestamp()) * 1000: float(row["value"])
            for row in csv.DictReader(lines)
        }
    at_ms, value = np.array(list(rows), np.int64), np.array(list(rows.values()))
    nothing = np.zeros(len(rows), np.int64)
    with Store.open(tmp_path) as store:
        assert store.append(Batch(nothing, at_ms, value, nothing), door="file", received_ms=T).accepted == len(rows)
        curve = store.series(0, int(at_ms.min()), int(at_ms.max()) + 1, 300)
    assert curve.of == len(rows) and len(curve.at_ms) <= 300
    assert curve.value.min() == value.min() and curve.value.max() == value.max()
    assert all(rows[at] == kept for at, kept in zip(curve.at_ms.tolist(), curve.value.tolist(), strict=True))
