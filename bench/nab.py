"""The score of the anomaly detector on the Numenta Anomaly Benchmark, beside simple peers in the same run.

python bench/nab.py [DIR]: DIR holds data/<category>/<name>.csv (timestamp,value) and labels/combined_windows.json.

Scoring is the published definition (Lavin and Ahmad 2015, arXiv 1510.03336; weights and search as in NAB 1.0): a window
counts once, by its earliest detection, from 1 at its first row to 0 at its last along a scaled sigmoid; a missed window
costs the profile's weight; every detection outside a window costs up to its weight, less just after a window; the first
15 % of a file's rows (at most 750) are not scored. One threshold serves all files, the best for the profile. The sum is
set on a scale where detecting nothing is 0 and detecting every window at its first row and nothing else is 100.

"left out" is the standard score when each category is scored at the threshold that is best for all others.
"""

import argparse
import csv
import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from anshu.engines.anomaly import GATE_SCORE, new_state, observe

Floats = NDArray[np.float64]
Scores = list[Floats]  # one array per file, one score in 0..1 per row

PROBATION_SHARE: Final = 0.15
PROBATION_ROWS: Final = 750
GAUSSIAN_ROWS: Final = 6400
GAUSSIAN_STEP: Final = 100
NOTHING: Final = 2.0  # a threshold above every score


@dataclass(frozen=True)
class Profile:
    """What a hit is worth, and what a false alarm and a missed window cost."""

    name: str
    hit: float
    false_alarm: float
    miss: float


STANDARD: Final = Profile("standard", 1.0, 0.11, 1.0)
PROFILES: Final = (STANDARD, Profile("low FP", 1.0, 0.22, 1.0), Profile("low FN", 1.0, 0.11, 2.0))


@dataclass(frozen=True)
class Series:
    """One file: n rows, and its windows as (first, last) row numbers in rising order."""

    name: str
    at_ms: NDArray[np.int64]
    value: Floats
    windows: tuple[tuple[int, int], ...]

    @property
    def category(self) -> str:
        return self.name.partition("/")[0]

    @property
    def probation(self) -> int:
        return int(min(PROBATION_SHARE * len(self.value), PROBATION_ROWS))


@dataclass(frozen=True)
class Worth:
    """Per scored row of a file: what a detection is worth before weights, and in which window it is (-1: none)."""

    unit: Floats
    window: NDArray[np.int64]
    windows: int


def read(folder: Path) -> list[Series]:
    """Every labelled file of the folder that is there, by name."""
    labels = json.loads((folder / "labels" / "combined_windows.json").read_text(encoding="utf-8"))
    return [_series(folder, name, labels[name]) for name in sorted(labels) if (folder / "data" / name).is_file()]


def _series(folder: Path, name: str, windows: list[list[str]]) -> Series:
    with (folder / "data" / name).open(newline="", encoding="utf-8") as file:
        rows = [(_ms(row["timestamp"]), float(row["value"])) for row in csv.DictReader(file)]
    at_ms = np.array([at for at, _ in rows], dtype=np.int64)
    places = tuple((_first_from(at_ms, _ms(start)), _first_at(at_ms, _ms(end))) for start, end in sorted(windows))
    return Series(name, at_ms, np.array([value for _, value in rows]), places)


def _ms(text: str) -> int:
    """The times of the benchmark are local and name no zone; they are taken as UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def _first_from(at_ms: NDArray[np.int64], start_ms: int) -> int:
    return int(np.argmax(at_ms >= start_ms))


def _first_at(at_ms: NDArray[np.int64], end_ms: int) -> int:
    """The first row of that instant (clock changes repeat some), or the last row before it."""
    exact = np.flatnonzero(at_ms == end_ms)
    return int(exact[0] if len(exact) else np.flatnonzero(at_ms <= end_ms)[-1])


def sigmoid(position: Floats) -> Floats:
    """From 0.987 at -1, the left edge of a window, over 0 at its right edge, to -1 from three widths behind it."""
    near = 2.0 / (1.0 + np.exp(5.0 * np.minimum(position, 3.0))) - 1.0
    return np.where(position >= 3.0, -1.0, near)


def worth(series: Series) -> Worth:
    """What a detection at each row after probation is worth."""
    rows = np.arange(len(series.value))
    unit, window = np.full(len(rows), -1.0), np.full(len(rows), -1)
    greatest = sigmoid(np.array(-1.0))
    for number, (first, last) in enumerate(series.windows):
        width = last - first + 1
        behind = rows > last
        unit[behind] = sigmoid((rows[behind] - last) / max(width - 1, 1))
        inside = (rows >= first) & ~behind
        unit[inside] = sigmoid((rows[inside] - last - 1) / width) / greatest
        window[inside] = number
        window[behind] = -1
    kept = slice(series.probation, None)
    return Worth(unit[kept], window[kept], len(series.windows))


def sweep(worths: list[Worth], scores: Scores, profile: Profile) -> tuple[Floats, Floats]:
    """Every threshold at which the sum changes, falling, and the sum there. scores: without the rows of probation."""
    shift = np.cumsum([0, *(each.windows for each in worths)])
    window = np.concatenate([np.where(w.window < 0, -1, w.window + s) for w, s in zip(worths, shift, strict=False)])
    unit = np.concatenate([each.unit for each in worths])
    score = np.concatenate(scores)
    order = np.argsort(-score, kind="stable")
    score, window, unit = score[order], window[order], unit[order]
    change = np.where(window < 0, profile.false_alarm * unit, 0.0)
    best = np.full(int(shift[-1]), -profile.miss)
    for place in np.flatnonzero(window >= 0):
        better = max(profile.hit * unit[place], best[window[place]])
        change[place], best[window[place]] = better - best[window[place]], better
    last = np.append(score[1:] != score[:-1], True)
    nothing = -profile.miss * shift[-1]
    return np.append(NOTHING, score[last]), np.append(nothing, (nothing + np.cumsum(change))[last])


def best_threshold(worths: list[Worth], scores: Scores, profile: Profile) -> float:
    """The threshold with the greatest sum; of equals the highest."""
    thresholds, sums = sweep(worths, scores, profile)
    return float(thresholds[np.argmax(sums)])


def file_sum(each: Worth, score: Floats, profile: Profile, threshold: float) -> float:
    """The sum of one file, unscaled."""
    hit = score >= threshold
    total = profile.false_alarm * float(each.unit[hit & (each.window < 0)].sum())
    for number in range(each.windows):
        found = each.unit[hit & (each.window == number)]
        total += profile.hit * float(found.max()) if len(found) else -profile.miss
    return total


def on_scale(total: float, windows: int, profile: Profile) -> float:
    """0: nothing detected; 100: every window at its first row."""
    return 100.0 * (total + profile.miss * windows) / ((profile.hit + profile.miss) * windows) if windows else 0.0


def anshu(corpus: list[Series]) -> Scores:
    """Our detector, all files side by side, row after row."""
    order = sorted(range(len(corpus)), key=lambda index: -len(corpus[index].value))
    scores = [np.zeros(len(series.value)) for series in corpus]
    state = new_state(len(corpus))
    for row in range(len(corpus[order[0]].value)):
        while len(corpus[order[-1]].value) <= row:
            order.pop()
        at_ms = np.array([corpus[index].at_ms[row] for index in order])
        value = np.array([corpus[index].value[row] for index in order])
        state, score = observe(state, np.array(order), at_ms, value)
        for index, each in zip(order, score.tolist(), strict=True):
            scores[index][row] = each
    return scores


def gaussian(corpus: list[Series]) -> Scores:
    """The benchmark's windowed Gaussian: how much of a normal law fitted to the window lies below, on this side.

    The window grows to 6400 rows and then moves by a hundred at a time. Scores have twelve digits, as in the published
    result files: what is above 1 - 5e-13 is 1, which is where the published threshold lies.
    """
    return [_gaussian(series.value) for series in corpus]


def _gaussian(value: Floats) -> Floats:
    mean, spread = np.zeros(len(value)), np.ones(len(value))
    for row in range(1, len(value)):
        last = row if row <= GAUSSIAN_ROWS else row - (row - GAUSSIAN_ROWS) % GAUSSIAN_STEP
        if last == row:
            window = value[max(0, last - GAUSSIAN_ROWS) : last]
            mean[row], spread[row] = window.mean(), window.std() or 1e-6
        else:
            mean[row], spread[row] = mean[row - 1], spread[row - 1]
    score = ndtr(np.abs(value - mean) / spread)
    score[0] = 0.0
    return np.round(score, 12)


def chance(corpus: list[Series]) -> Scores:
    """A random number per row."""
    random = np.random.default_rng(42)
    return [random.random(len(series.value)) for series in corpus]


def nothing(corpus: list[Series]) -> Scores:
    """Half for every row, as the benchmark's null detector."""
    return [np.full(len(series.value), 0.5) for series in corpus]


def left_out(corpus: list[Series], worths: list[Worth], scores: Scores) -> float:
    """The standard score when each category is scored at the threshold that is best for all the others."""
    total = 0.0
    for category in {series.category for series in corpus}:
        others = [index for index, series in enumerate(corpus) if series.category != category]
        if not others:
            return 0.0
        threshold = best_threshold([worths[index] for index in others], [scores[index] for index in others], STANDARD)
        for index in set(range(len(corpus))) - set(others):
            total += file_sum(worths[index], scores[index], STANDARD, threshold)
    return on_scale(total, sum(each.windows for each in worths), STANDARD)


def report(corpus: list[Series], worths: list[Worth], scores: Scores, name: str) -> None:
    """One line: the three profiles, and the standard one with thresholds from other categories."""
    windows = sum(each.windows for each in worths)
    cells = [on_scale(float(sweep(worths, scores, profile)[1].max()), windows, profile) for profile in PROFILES]
    print(_line(name, [*cells, left_out(corpus, worths, scores)]))


def details(corpus: list[Series], worths: list[Worth], scores: Scores) -> None:
    """Ours: at its own gate instead of the best threshold; per category and profile; and where most is lost."""
    thresholds = {profile.name: best_threshold(worths, scores, profile) for profile in PROFILES}
    print(_line("ours, at its own gate", _row(worths, scores, dict.fromkeys(thresholds, GATE_SCORE))))
    sums = np.array([file_sum(w, s, STANDARD, thresholds["standard"]) for w, s in zip(worths, scores, strict=True)])
    windows = np.array([each.windows for each in worths])
    low, high = resampled(sums, windows)
    print(f"\nours, standard, with as many files drawn anew: {low:.1f} to {high:.1f} in four of five draws")
    print("thresholds: " + ", ".join(f"{name} {threshold:.4f}" for name, threshold in thresholds.items()))
    print(f"\n{'category':<22}{'standard':>10}{'low FP':>10}{'low FN':>10}{'windows':>10}")
    for category in sorted({series.category for series in corpus}):
        chosen = [index for index, series in enumerate(corpus) if series.category == category]
        cells = _row([worths[index] for index in chosen], [scores[index] for index in chosen], thresholds)
        print(_line(category, cells) + f"{windows[chosen].sum():>10}")
    print(f"\n{'worst files, standard':<58}{'lost':>6}{'found':>8}{'false':>7}")
    for index in np.argsort(sums - windows, kind="stable")[:10].tolist():
        each, hit = worths[index], scores[index] >= thresholds["standard"]
        found = f"{len(np.unique(each.window[hit & (each.window >= 0)]))}/{each.windows}"
        false = int((hit & (each.window < 0)).sum())
        print(f"{corpus[index].name:<58}{windows[index] - sums[index]:>6.2f}{found:>8}{false:>7}")


def resampled(sums: Floats, windows: NDArray[np.int64]) -> tuple[float, float]:
    """Between which standard scores four of five lie when as many files are drawn again with repetition."""
    draw = np.random.default_rng(42).integers(0, len(sums), (2000, len(sums)))
    drawn = draw[windows[draw].sum(axis=1) > 0]
    totals = [on_scale(float(sums[each].sum()), int(windows[each].sum()), STANDARD) for each in drawn]
    low, high = np.quantile(totals, (0.1, 0.9)) if totals else (0.0, 0.0)
    return float(low), float(high)


def _line(name: str, cells: list[float]) -> str:
    return f"{name:<22}" + "".join(f"{cell:>10.1f}" for cell in cells)


def _row(worths: list[Worth], scores: Scores, thresholds: dict[str, float]) -> list[float]:
    """The score per profile at these thresholds; of files without windows, the unscaled sum."""
    windows = sum(each.windows for each in worths)
    row = []
    for profile in PROFILES:
        total = sum(file_sum(w, s, profile, thresholds[profile.name]) for w, s in zip(worths, scores, strict=True))
        row.append(on_scale(total, windows, profile) if windows else total)
    return row


def main() -> None:
    """Print the tables."""
    default = Path(os.environ.get("ANSHU_DATA_DIR", "")) / "sensor_series" / "nab"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=default)
    folder = parser.parse_args().folder
    if not (folder / "labels" / "combined_windows.json").is_file():
        print(f"no labels/combined_windows.json under {folder}: nothing to score")
        return
    corpus = read(folder)
    worths = [worth(series) for series in corpus]
    rows = sum(len(series.value) for series in corpus)
    print(f"{len(corpus)} files, {rows} rows, {sum(each.windows for each in worths)} windows")
    print(f"\n{'':<22}{'standard':>10}{'low FP':>10}{'low FN':>10}{'left out':>10}")
    began = time.perf_counter()
    ours = anshu(corpus)
    took_s = time.perf_counter() - began
    for name, all_scores in (
        ("null", nothing(corpus)),
        ("random", chance(corpus)),
        ("windowed Gaussian", gaussian(corpus)),
        ("ours", ours),
    ):
        scores = [score[series.probation :] for series, score in zip(corpus, all_scores, strict=True)]
        report(corpus, worths, scores, name)
    details(corpus, worths, scores)
    print(f"\nours took {took_s:.1f} s: {took_s / rows * 1e6:.0f} microseconds a row")


if __name__ == "__main__":
    main()
