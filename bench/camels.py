"""What threshold and rate rules are worth on the discharge of three rivers: hit rate, false-alarm ratio, lead time.

python bench/camels.py [DIR]: DIR holds basins of CAMELS-US as CSV with date and discharge_cfs, one value a day.

An event is a run of days with a discharge at or above a flood mark, two runs less than three days apart being one.
Flood mark and thresholds are quantiles of the first half of each record; the second half alone is scored. An alarm
counts for an event from three days before it. Days are all there is, so that a lead is a whole number of days.
"""

import argparse
import csv
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anshu.engines.backtest import Round, Score, Span, events_of, follow, score
from anshu.engines.sensing import Batch, LadderRule, Level, Quantity, RuleTable, Signal, Step, compile_rules

CUBIC_METRES = 0.0283168
DAY_MS = 86_400_000
MARK = 0.98
APART_MS = AHEAD_MS = 3 * DAY_MS


@dataclass(frozen=True)
class River:
    """A record without its gaps: instants and cubic metres a second."""

    name: str
    at_ms: NDArray[np.int64]
    flow: NDArray[np.float64]

    def half(self, second: bool) -> "River":
        middle = len(self.flow) // 2
        part = slice(middle, None) if second else slice(None, middle)
        return River(self.name, self.at_ms[part], self.flow[part])


def read(path: Path) -> River:
    """A basin; days without a discharge are left out."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [(row["date"], row["discharge_cfs"]) for row in csv.DictReader(file) if row["discharge_cfs"].strip()]
    at_ms = [round(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000) for day, _ in rows]
    return River(path.stem, np.array(at_ms, dtype=np.int64), np.array([float(flow) for _, flow in rows]) * CUBIC_METRES)


def rules(first: River) -> dict[str, LadderRule]:
    """Rules set by the first half of a record."""
    flow = first.flow
    rise = np.diff(flow)[np.diff(flow) > 0] / 24  # m³/s an hour

    def level(share: float) -> LadderRule:
        at = float(np.quantile(flow, share))
        return LadderRule("level", 0, (Step(Level.ORANGE, at, 0.8 * at),))

    def rate(share: float) -> LadderRule:
        at = float(np.quantile(rise, share))
        return LadderRule("rate", 0, (Step(Level.ORANGE, at, 0.0),), of=Quantity(Signal.RATE))

    return {
        "level, 98 % (the mark)": level(MARK),
        "level, 95 %": level(0.95),
        "level, 90 %": level(0.90),
        "rate, 95 % of rises": rate(0.95),
        "rate, 90 % of rises": rate(0.90),
        "rate, 80 % of rises": rate(0.80),
    }


def tried(river: River) -> dict[str, Score]:
    """Each rule on the second half of a record."""
    first, second = river.half(second=False), river.half(second=True)
    mark = float(np.quantile(first.flow, MARK))
    found = rules(first)
    tables: list[RuleTable] = [compile_rules([LadderRule("event", 0, (Step(Level.RED, mark, mark),))])]
    tables += [compile_rules([rule]) for rule in found.values()]
    batch = Batch(np.zeros(len(second.flow), dtype=np.int64), second.at_ms, second.flow)
    span = Span(int(second.at_ms[0]), int(second.at_ms[-1]) + DAY_MS, 1)
    events, *trials = follow(tables, [Round(batch, int(second.at_ms[-1]))], span)
    truth = events_of(events.spells, APART_MS)
    return {
        name: score(trial.spells, truth, span, ahead_ms=AHEAD_MS) for name, trial in zip(found, trials, strict=True)
    }


def line(name: str, scores: list[Score]) -> str:
    """One rule over one or several rivers."""
    events, hits = sum(each.events for each in scores), sum(each.hits for each in scores)
    alarms, false = sum(each.alarms for each in scores), sum(each.false for each in scores)
    leads = np.concatenate([each.lead_ms[~np.isnan(each.lead_ms)] for each in scores]) / DAY_MS
    days = sum(each.span.days for each in scores)
    early = int(np.count_nonzero(leads >= 1))
    median = f"{np.median(leads):.0f} d" if len(leads) else "—"
    return (
        f"{name:<24}{hits:>4} of {events:<4}{hits / events if events else 0:>6.0%}{alarms:>8}"
        f"{false / alarms if alarms else 0:>8.0%}{alarms / days * 365:>10.1f}{median:>9}{early:>7}"
    )


def main() -> None:
    """Print the tables."""
    default = Path(os.environ.get("ANSHU_DATA_DIR", "")) / "sensor_series" / "rain_runoff_camels_us"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=default)
    files = sorted(parser.parse_args().folder.glob("*.csv"))
    if not files:
        print("no basin there: nothing to score")
        return
    results = {file.stem: tried(read(file)) for file in files}
    head = f"{'':<24}{'hits':>4}{'':>8}{'rate':>6}{'alarms':>8}{'FAR':>8}{'a year':>10}{'lead':>9}{'≥ 1 d':>7}"
    for name, found in results.items():
        print(f"\n{name}, {next(iter(found.values())).span.days:.0f} days scored\n{head}")
        for title, each in found.items():
            print(line(title, [each]))
    print(f"\nall {len(results)} rivers\n{head}")
    for title in next(iter(results.values())):
        print(line(title, [found[title] for found in results.values()]))


if __name__ == "__main__":
    main()
