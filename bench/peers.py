"""Peers of the sensing engine on the same readings and the same rules, in one run.

What each can say and how, whether its alarms are the same as ours, and readings a second through the judging itself,
without the way there. Prints tables in Markdown; ends with 1 when alarms differ. Peers are brought into a scratch
folder when they are not there. Needs the network for that, apt-get for Prometheus, Java for Flink.
Run from the repository root: PYTHONPATH=src python bench/peers.py [--channels 5000] [--readings 1000000] [--only …]
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from beside import alertmanager, bytewax, flink, node_red, ours, prometheus
from beside.alarms import Difference, compare, net
from beside.answers import Answer
from beside.bringing import Absent, Scratch
from beside.rules import RULES
from beside.stream import Stream, generate
from stage import quantiles, told

Result = TypeVar("Result")
JUDGES: dict[str, Callable[[Stream, Scratch], Answer]] = {
    "node-red": node_red.judge,
    "bytewax": bytewax.judge,
    "prometheus": prometheus.judge,
    "flink": flink.judge,
}
CROSSINGS = 20
HEAD = (
    "peer",
    "judging: readings a second of the processor",
    "Anshu beside it",
    "Anshu is",
    "on the wall",
    "with the way in",
    "peak memory",
)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """In Markdown."""
    print("\n| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def sayings(answers: Sequence[Answer]) -> None:
    """How each says each rule."""
    rows = [[f"**{rule.name}**: {rule.words}", *(one.says[rule.name] for one in answers)] for rule in RULES]
    table(["rule", *(one.name for one in answers)], rows)


def agreement(found: dict[str, list[Difference]]) -> bool:
    """Rule by rule what is the same; True when all is."""
    cells = {name: {one.rule: one.words for one in differences} for name, differences in found.items()}
    table(["moves", *cells], [[rule.name, *(told[rule.name] for told in cells.values())] for rule in RULES])
    for name, differences in found.items():
        for one in differences:
            for whose, moves in (("ours", one.only_ours), ("theirs", one.only_theirs)):
                if moves:
                    print(f"\n{name}, {one.rule}, the first only {whose}: {moves[:3]}")
    return not any(one.only_ours or one.only_theirs for differences in found.values() for one in differences)


def rates(readings: int, pairs: Sequence[tuple[Answer, Answer]]) -> None:
    """Each beside ours as it was measured just before it."""
    rows = [
        [
            theirs.name,
            f"{readings / theirs.processor_s:,.0f}",
            f"{readings / mine.processor_s:,.0f}",
            f"× {theirs.processor_s / mine.processor_s:.3g}",
            f"× {theirs.wall_s / mine.wall_s:.3g}",
            f"{readings / theirs.whole_processor_s:,.0f}",
            f"{theirs.peak_mb:,.0f} MB",
        ]
        for mine, theirs in pairs
    ]
    table(HEAD, rows)
    print(f"\nAnshu, with the stream in memory: {max(mine.peak_mb for mine, _ in pairs):,.0f} MB")


def latency(scratch: Scratch) -> None:
    """From a gauge that crosses to the webhook, at two intervals."""
    print(f"\n{alertmanager.NAME}, {CROSSINGS} crossings, gauge → webhook:")
    for interval in ("1s", "100ms"):
        print(f"- every {interval}: {quantiles(alertmanager.latencies(CROSSINGS, interval, scratch))}", flush=True)


def attempt(name: str, work: Callable[[], Result]) -> Result | None:
    """Do it, or say why it cannot be done here, and give None."""
    began = time.perf_counter()
    try:
        result = work()
    except Absent as reason:
        print(f"· {name} is left out: {reason}", flush=True)
        return None
    print(f"· {name}, {time.perf_counter() - began:.0f} s", flush=True)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--channels", type=int, default=5_000)
    parser.add_argument("--readings", type=int, default=1_000_000)
    parser.add_argument("--only", nargs="+", choices=[*JUDGES, "alertmanager"], default=[*JUDGES, "alertmanager"])
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()) / "anshu-peers")
    asked = parser.parse_args()
    stream, scratch = generate(asked.channels, asked.readings), Scratch(asked.scratch)
    told(f"{stream.readings:,} readings, {stream.channels:,} channels, {stream.rounds} minutes, {len(RULES)} rules")
    pairs: list[tuple[Answer, Answer]] = []
    for name in (one for one in JUDGES if one in asked.only):
        mine = ours.judge(stream)
        theirs = attempt(name, partial(JUDGES[name], stream, scratch))
        if theirs is not None:
            pairs.append((mine, theirs))
    same = True
    if pairs:
        moves = len(net(pairs[0][0].moves))
        print(f"\n{moves:,} moves of ours, {1000 * moves / stream.readings:.1f} in a thousand readings")
        sayings([pairs[0][0], *(theirs for _, theirs in pairs)])
        same = agreement({theirs.name: compare(mine.moves, theirs.moves, theirs.says) for mine, theirs in pairs})
        rates(stream.readings, pairs)
    if "alertmanager" in asked.only:
        attempt("alertmanager", partial(latency, scratch))
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
