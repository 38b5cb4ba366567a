"""One engine on one thread or on several, in pieces, compiled or only imported."""

import subprocess
import sys

import numpy as np
import pytest

from anshu.engines.sensing import (
    Batch,
    LadderRule,
    Level,
    Mark,
    Quantity,
    Signal,
    Spread,
    Step,
    advance,
    compile_rules,
    dump,
    new_state,
    recompile,
    stepping,
    warm_up,
)
from anshu.engines.sensing.kernels.sweeping import begin, sweep
from anshu.engines.sensing.kernels.taking import take
from tests.engines.sensing.streams import EPOCH_MS

CHANNELS = 3000
RULES = [
    Spread(LadderRule(one.name, 0, (Step(Level.RED, 3, 2, 0, 60),), of=Quantity(one, 600, 4)), np.arange(CHANNELS))
    for one in Signal
]


def rounds(number: int, size: int) -> list[Batch]:
    random = np.random.default_rng(number)
    return [
        Batch(
            random.integers(0, CHANNELS + 5, size),
            EPOCH_MS + place * 60_000 + random.integers(-90_000, 1, size),
            random.normal(0, 3, size).round(1),
        )
        for place in range(number)
    ]


def test_threads_and_little_room_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = compile_rules(RULES)
    one, two = new_state(rules), new_state(rules)
    for place, batch in enumerate(rounds(4, 20_000)):
        now_ms = EPOCH_MS + place * 60_000
        alone = advance(rules, one, batch, now_ms)
        with monkeypatch.context() as patch:
            patch.setattr(stepping, "ROOM", 64)  # far less than a kernel finds
            together = advance(rules, two, batch, now_ms, threads=3)
        assert alone.decisions == together.decisions
        assert len(alone.decisions) > 1000
        assert np.array_equal(alone.marks, together.marks)
    assert dump(rules, one) == dump(rules, two)


def test_every_signal_is_carried_over_a_change_of_rules() -> None:
    rules = compile_rules(RULES)
    kept = new_state(rules)
    for place, batch in enumerate(rounds(4, 20_000)):
        advance(rules, kept, batch, EPOCH_MS + place * 60_000)
    longer = compile_rules(
        [*RULES, Spread(LadderRule("a new one", 0, (Step(Level.RED, 1e9, 1e9),)), np.arange(0, CHANNELS, 3))]
    )
    carried, abandoned = recompile(kept, rules, longer)
    assert abandoned == []
    last = rounds(5, 20_000)[-1]
    expected = advance(rules, kept, last, EPOCH_MS + 300_000).decisions
    decisions = advance(longer, carried, last, EPOCH_MS + 300_000).decisions
    assert [(longer.keys[one.rule], one.kind, one.at_ms, one.value, one.reason) for one in decisions] == [
        (rules.keys[one.rule], one.kind, one.at_ms, one.value, one.reason) for one in expected
    ]


def test_marks_tell_late_from_taken() -> None:
    rules = compile_rules(RULES)
    batch = Batch(np.array([1, 1, 9999]), np.array([EPOCH_MS, EPOCH_MS - 1, EPOCH_MS]), np.zeros(3))
    marks = advance(rules, new_state(rules), batch, EPOCH_MS).marks
    assert [Mark(mark) for mark in marks.tolist()] == [Mark(0), Mark.LATE, Mark.UNWATCHED]


def test_whoever_only_reads_and_writes_rules_does_not_load_the_compiler() -> None:
    lines = (
        "import sys",
        "from anshu.engines.sensing import LadderRule, Level, Step, compile_rules, dump, load, new_state, recompile",
        "rules = compile_rules([LadderRule('key', 0, (Step(Level.RED, 1.0, 1.0),))])",
        "recompile(new_state(rules), *[load(dump(rules, new_state(rules)))[0]] * 2)",
        "sys.exit('numba' in sys.modules)",
    )
    assert subprocess.run([sys.executable, "-c", "; ".join(lines)], check=False).returncode == 0


def test_warming_up_leaves_nothing_to_compile() -> None:
    warm_up()
    made = [len(one.signatures) for one in (begin, sweep, take)]
    rules = compile_rules(RULES)
    advance(rules, new_state(rules), rounds(1, 50)[0], EPOCH_MS, threads=2)
    assert [len(one.signatures) for one in (begin, sweep, take)] == made == [1, 1, 1]
