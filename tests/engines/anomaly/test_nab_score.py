"""The scorer of bench/nab.py: by hand, by brute force, and against published results where the data set is at hand."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[3]

# Unscaled standard sums of the windowed Gaussian detector as published with the benchmark
# (numenta/NAB, results/windowedGaussian/windowedGaussian_standard_scores.csv at de8e91a), threshold 1.0.
PUBLISHED = {
    "artificialWithAnomaly/art_load_balancer_spikes.csv": -0.692444609523,
    "realAWSCloudwatch/ec2_network_in_5abac7.csv": -3.52193223519,
    "realAdExchange/exchange-4_cpm_results.csv": 1.27471036268,
    "realKnownCause/rogue_agent_key_updown.csv": -1.3964908955,
    "realTraffic/speed_7578.csv": 3.47059145681,
    "realTweets/Twitter_volume_AAPL.csv": 1.51399683626,
}


def _bench() -> ModuleType:
    """bench/ is no package: its file is loaded by its path."""
    spec = importlib.util.spec_from_file_location("bench_nab", ROOT / "bench" / "nab.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_nab"] = module
    spec.loader.exec_module(module)
    return module


nab = _bench()
LOW_FP, LOW_FN = nab.PROFILES[1:]


def series(rows: int, *windows: tuple[int, int]) -> Any:
    return nab.Series("category/name.csv", np.arange(rows) * 1000, np.zeros(rows), windows)


def score_of(rows: int, windows: list[tuple[int, int]], hits: list[int], profile: Any = nab.STANDARD) -> float:
    one = series(rows, *windows)
    score = np.zeros(rows)
    score[hits] = 1.0
    return float(nab.file_sum(nab.worth(one), score[one.probation :], profile, 1.0))


@pytest.mark.parametrize(
    ("position", "expected"), [(-1.0, 0.98661), (-0.5, 0.84828), (0.0, 0.0), (1.0, -0.98661), (3.0, -1.0), (9.0, -1.0)]
)
def test_the_sigmoid_has_the_published_values(position: float, expected: float) -> None:
    assert nab.sigmoid(np.array(position)) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("hits", "expected"),
    [
        ([], -1.0),  # the window is missed
        ([50], 1.0),  # its first row of ten
        ([50, 51, 59], 1.0),  # only the earliest counts
        ([59], 0.244919 / 0.986614),  # its last row: position -1/10
        ([50, 20], 1.0 - 0.11),  # before any window a false alarm costs all of its weight
        ([50, 60], 1.0 - 0.11 * 0.270838),  # just behind it: position 1/9
        ([50, 99], 1.0 - 0.11),  # more than three widths behind
        ([50, 14], 1.0),  # in the first 15 % nothing counts
        ([50, 15], 1.0 - 0.11),
    ],
)
def test_one_window_by_hand(hits: list[int], expected: float) -> None:
    assert score_of(100, [(50, 59)], hits) == pytest.approx(expected, abs=1e-5)


def test_profiles_weigh_misses_and_false_alarms() -> None:
    assert score_of(100, [(50, 59)], [20], LOW_FP) == pytest.approx(-1.22)
    assert score_of(100, [(50, 59)], [20], LOW_FN) == pytest.approx(-2.11)


def test_probation_is_capped() -> None:
    assert (series(4032).probation, series(100_000).probation) == (604, 750)


@pytest.mark.parametrize("profile", nab.PROFILES, ids=lambda profile: profile.name)
def test_nothing_is_0_and_everything_at_once_is_100(profile: Any) -> None:
    windows = [(50, 59), (70, 75)]
    assert nab.on_scale(score_of(100, windows, [], profile), 2, profile) == 0.0
    assert nab.on_scale(score_of(100, windows, [50, 70], profile), 2, profile) == pytest.approx(100.0)


@given(st.integers(0, 10**6), st.sampled_from(nab.PROFILES))
def test_the_sweep_is_the_sum_over_files_at_every_threshold(seed: int, profile: Any) -> None:
    random = np.random.default_rng(seed)
    files = [series(60, (20, 29), (40, 42)), series(40), series(80, (30, 50))]
    worths = [nab.worth(each) for each in files]
    scores = [random.integers(0, 6, len(each.unit)) / 5 for each in worths]
    thresholds, sums = nab.sweep(worths, scores, profile)
    for threshold, total in zip(thresholds, sums, strict=True):
        expected = sum(nab.file_sum(w, s, profile, threshold) for w, s in zip(worths, scores, strict=True))
        assert total == pytest.approx(expected)


def test_a_folder_is_read_with_repeated_times_and_files_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "data" / "a").mkdir(parents=True)
    (tmp_path / "labels").mkdir()
    times = ["2014-04-10 07:00:00", "2014-04-10 07:05:00", "2014-04-10 07:05:00", "2014-04-10 07:10:00"]
    (tmp_path / "data" / "a" / "x.csv").write_text("timestamp,value\n" + "".join(f"{at},1\n" for at in times))
    window = '[["2014-04-10 07:05:00.000000", "2014-04-10 07:05:00.000000"]]'
    labels = f'{{"a/x.csv": {window}, "a/absent.csv": []}}'
    (tmp_path / "labels" / "combined_windows.json").write_text(labels)
    (only,) = nab.read(tmp_path)
    assert (only.name, only.windows, len(only.value)) == ("a/x.csv", ((1, 1),), 4)


def test_the_published_sums_of_the_windowed_gaussian_come_out(data_dir: Path) -> None:
    corpus = [each for each in nab.read(data_dir / "sensor_series" / "nab") if each.name in PUBLISHED]
    assert len(corpus) == len(PUBLISHED)
    for each, score in zip(corpus, nab.gaussian(corpus), strict=True):
        total = nab.file_sum(nab.worth(each), score[each.probation :], nab.STANDARD, 1.0)
        assert total == pytest.approx(PUBLISHED[each.name], abs=1e-6)
