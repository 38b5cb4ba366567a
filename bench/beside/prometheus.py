"""Prometheus: its rule engine over its own store, by `promtool test rules`, where time goes as fast as it can judge.

Its best form: no network and no scraping, readings that lie exactly on the minutes at which rules are looked at, holes
marked as stale (what a scrape does), signals that are asked for twice recorded once. prometheus_rules/rules.yml has the
rules. The same without rules is taken off. A unit test looks at 10,000 samples at once and no more, so channels come in
groups with a store for each, which is rather less work than one large one.
"""

import re
from pathlib import Path

from beside.alarms import Move
from beside.answers import Answer, spend
from beside.bringing import HERE, Scratch
from beside.rules import SITE
from beside.stream import START_MS, Stream

NAME = "Prometheus 2.42.0"
PACKAGE = ("prometheus", "2.42.0+ds-5+deb12u1", "81d59a24fce84f7fbe97a45a4f2914b6a5881b5cd1db2a6a0e129e515e1a5f55")
GROUP = 1_000  # channels; whole sites
RULES_FILE = HERE / "prometheus_rules" / "rules.yml"
SAYS = {
    "level": "alert that looks at itself (`ALERTS`)",
    "held": "the same, `for` and `keep_firing_for`",
    "rate": "three recording rules and an alert",
    "sum": "`sum_over_time`, recorded, and an alert",
    "mean": "`avg_over_time`, recorded, and an alert",
    "silence": "`unless`, `ALERTS` and `for`",
    "two": "`count by (site)` of `ALERTS`",
}
STANDING = re.compile(r'alertname="(\w+)", alertstate="firing"(?:, channel="(\d+)")?(?:, site="(\d+)")?\}')


def series(stream: Stream, first: int) -> str:
    """The readings of a group in the words of a unit test; the first minute of a hole is marked stale."""
    lines = []
    for channel, values in enumerate(stream.value[:, first : first + GROUP].T.tolist(), first):
        words, spoke = [], True
        for value in values:
            silent = value != value
            words.append(("stale" if spoke else "_") if silent else repr(value))
            spoke = not silent
        lines.append(f'      - series: \'reading{{channel="{channel}", site="{channel // SITE}"}}\'\n')
        lines.append(f"        values: '{' '.join(words)}'\n")
    return "".join(lines)


def unit_tests(groups: list[str], rules: list[Path], asked: list[tuple[str, int]]) -> str:
    """A file for promtool. Whatever stands when it is asked is an error, and so it is printed."""
    questions = "".join(
        f"      - {{expr: '{words}', eval_time: {minute}m, exp_samples: []}}\n" for words, minute in asked
    )
    files = ", ".join(str(rule) for rule in rules)
    tests = "".join(
        f"  - interval: 1m\n    input_series:\n{readings}    promql_expr_test:\n{questions}" for readings in groups
    )
    return f"rule_files: [{files}]\nevaluation_interval: 1m\ntests:\n{tests}"


def moves(output: str, rounds: int) -> list[Move]:
    """What stands, minute by minute, as what was raised and cleared."""
    stands: list[set[tuple[str, int]]] = [set() for _ in range(rounds)]
    minute = 0
    for line in output.splitlines():
        if "expr:" in line:
            minute = minutes(line.rpartition("time: ")[2].rstrip(","))
        elif "got:" in line:
            stands[minute] |= {(rule, int(channel or site)) for rule, channel, site in STANDING.findall(line)}
    found, before = [], set[tuple[str, int]]()
    for minute, now in enumerate(stands):
        at_ms = START_MS + minute * 60_000
        found += [Move(rule, place, at_ms, (rule, place) in now) for rule, place in sorted(now ^ before)]
        before = now
    return found


def minutes(words: str) -> int:
    """Prometheus writes 0s, 59m, 1h and 1d2h3m."""
    units = {"d": 1440, "h": 60, "m": 1, "s": 0}
    return sum(int(many) * units[unit] for many, unit in re.findall(r"(\d+)([dhms])", words))


def judge(stream: Stream, scratch: Scratch) -> Answer:
    """Without rules, with them, and once more to be asked each minute what stands, which is not timed."""
    promtool, work = scratch.debian(*PACKAGE) / "promtool", scratch.work("prometheus")
    groups, last = [series(stream, first) for first in range(0, stream.channels, GROUP)], stream.rounds - 1
    end = [("absent(reading) + 1", last)]
    each = [('ALERTS{alertstate="firing"}', minute) for minute in range(stream.rounds)]
    spent = []
    for name, rules, asked in (("door", [], end), ("rules", [RULES_FILE], end), ("moves", [RULES_FILE], each)):
        (work / f"{name}.yml").write_text(unit_tests(groups, rules, asked))
        allowed = (0, 1) if asked is each else (0,)
        spent.append(spend([promtool, "test", "rules", work / f"{name}.yml"], work, allowed))
    door, whole, told = spent
    if " err: " in told.output:
        raise SystemExit(f"Prometheus could not judge:\n{told.output[:2000]}")
    return Answer(
        NAME,
        SAYS,
        moves(told.output, stream.rounds),
        whole.wall_s - door.wall_s,
        whole.processor_s - door.processor_s,
        whole.peak_mb,
        whole_wall_s=whole.wall_s,
        whole_processor_s=whole.processor_s,
    )
