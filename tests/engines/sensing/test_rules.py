"""What compiles, what is refused, and whether the refusal names the rule and the step."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.engines.sensing import Direction, LadderRule, Level, RuleTable, Step, compile_rules
from anshu.kernel.errors import Invalid
from tests.engines.sensing.streams import rule_sets

BLUE = Step(Level.BLUE, 0.15, 0.10, 60, 600)
YELLOW = Step(Level.YELLOW, 0.25, 0.20, 60, 600)
RED = Step(Level.RED, 0.40, 0.30, 0, 900)
UNDERPASS = LadderRule("underpass-7/depth", 7, (BLUE, YELLOW, RED), stale_after_s=900)
OXYGEN = LadderRule("cellar/oxygen", 2, (Step(Level.ORANGE, 19.5, 20.0), Step(Level.RED, 18.0, 18.5)), Direction.BELOW)


def columns(table: RuleTable) -> list[object]:
    forms = [table.forms[form] for form in table.form.tolist()]
    return [list(table.keys), table.channel.tolist(), forms, table.numbers.first_row.tolist()]


def test_the_table_has_a_row_per_rule_sorted_by_channel_and_key() -> None:
    twin = replace(UNDERPASS, key="underpass-7/a")
    table = compile_rules([UNDERPASS, OXYGEN, twin])
    assert list(table.keys) == ["cellar/oxygen", "underpass-7/a", "underpass-7/depth"]
    assert table.keys[1:] == ["underpass-7/a", "underpass-7/depth"]
    assert table.channel.tolist() == [2, 7, 7]
    assert table.numbers.first_row.tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 3]
    assert (table.form[1], len(table.forms)) == (table.form[2], 2)  # what is the same is held once
    assert [table.steps(row) for row in range(3)] == [OXYGEN.steps, UNDERPASS.steps, UNDERPASS.steps]


def test_no_rules_make_an_empty_table() -> None:
    table = compile_rules([])
    assert (table.rows, table.channels) == (0, 0)


@settings(max_examples=50, deadline=None)
@given(rule_sets(), st.randoms())
def test_the_order_of_rules_has_no_effect(rules: list[LadderRule], random: Random) -> None:
    shuffled = list(rules)
    random.shuffle(shuffled)
    assert columns(compile_rules(shuffled)) == columns(compile_rules(rules))


@pytest.mark.parametrize(
    ("rule", "code", "words"),
    [
        (replace(UNDERPASS, key=""), "rule_key", "no key (channel 7)"),
        (replace(UNDERPASS, channel=-1), "rule_channel", "channel -1"),
        (replace(UNDERPASS, channel=2**22), "rule_channel", "4194304"),
        (replace(UNDERPASS, steps=()), "rule_steps", "this one 0"),
        (replace(UNDERPASS, steps=(BLUE,) * 5), "rule_steps", "this one 5"),
        (replace(UNDERPASS, stale_after_s=0.0), "rule_stale_after_s", "0.0 s"),
        (replace(UNDERPASS, stale_after_s=float("nan")), "rule_stale_after_s", "nan s"),
        (replace(UNDERPASS, steps=(BLUE, replace(YELLOW, level=Level.NONE))), "step_level", "step 2 (level 0)"),
        (replace(UNDERPASS, steps=(BLUE, replace(YELLOW, raise_at=float("inf")))), "step_raise_at", "step 2 (level 3)"),
        (replace(UNDERPASS, steps=(replace(BLUE, clear_at=float("nan")),)), "step_clear_at", "nan"),
        (replace(UNDERPASS, steps=(replace(BLUE, hold_up_s=-1.0),)), "step_hold_up_s", "-1.0 s"),
        (replace(UNDERPASS, steps=(replace(BLUE, hold_down_s=1e12),)), "step_hold_down_s", "ten years"),
        (replace(UNDERPASS, steps=(replace(BLUE, clear_at=0.16),)), "step_clear_at", "0.16 lies beyond raise_at 0.15"),
        (replace(UNDERPASS, steps=(YELLOW, replace(RED, level=Level.YELLOW))), "step_level", "than the yellow step"),
        (replace(UNDERPASS, steps=(RED, YELLOW)), "step_level", "than the red step"),
        (
            replace(UNDERPASS, steps=(YELLOW, replace(RED, raise_at=0.25, clear_at=0.2))),
            "step_raise_at",
            "0.25 must lie",
        ),
        (replace(UNDERPASS, steps=(YELLOW, replace(RED, clear_at=0.19))), "step_clear_at", "0.19 must not lie before"),
        (replace(OXYGEN, steps=(replace(OXYGEN.steps[0], clear_at=19.0),)), "step_clear_at", "19.0 lies beyond"),
        (replace(OXYGEN, steps=(OXYGEN.steps[0], replace(RED, raise_at=19.9, clear_at=20))), "step_raise_at", "19.9"),
    ],
)
def test_a_wrong_rule_is_refused_by_name(rule: LadderRule, code: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        compile_rules([rule])
    assert refusal.value.code == code
    assert words in str(refusal.value)
    assert rule.key in str(refusal.value)


def test_clear_at_may_equal_raise_at_and_the_clear_at_of_the_step_below() -> None:
    steps = (replace(BLUE, clear_at=0.15), replace(YELLOW, clear_at=0.15), replace(RED, clear_at=0.15))
    assert compile_rules([replace(UNDERPASS, steps=steps)]).rows == 1


def test_a_key_may_appear_once_only_on_whatever_channel() -> None:
    with pytest.raises(Invalid, match="underpass-7/depth appears twice"):
        compile_rules([UNDERPASS, OXYGEN, replace(UNDERPASS, channel=1)])


def test_the_ahead_limit_must_be_a_span() -> None:
    with pytest.raises(Invalid, match="ahead_limit_s"):
        compile_rules([], ahead_limit_s=-1)
