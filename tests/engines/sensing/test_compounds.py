"""Compounds: and, or, not, k of n within a time; by one another; through changes of rules."""

from dataclasses import replace

import numpy as np
import pytest

from anshu.engines.sensing import (
    Abandoned,
    CompoundRule,
    Condition,
    LadderRule,
    Level,
    Spread,
    State,
    Step,
    compile_rules,
    dump,
    load,
    new_state,
    recompile,
    rungs,
    step,
)
from anshu.engines.sensing.rules import Form
from anshu.engines.sensing.table import RuleTable
from anshu.kernel.errors import Invalid
from tests.engines.sensing.reference import Reading, Rules
from tests.engines.sensing.streams import EPOCH_MS, batch

WET = Spread(LadderRule("wet", 0, (Step(Level.YELLOW, 1, 1), Step(Level.RED, 2, 2))), np.arange(4))
GATE = LadderRule("gate", 9, (Step(Level.BLUE, 1, 1),))


def count_of(*conditions: Condition, at_least: int, key: str = "many", **holds: float) -> CompoundRule:
    return CompoundRule(key, 0, conditions, (Step(Level.RED, at_least, at_least, **holds),))


def wet(channel: int, **more: float) -> Condition:
    return Condition(f"wet/{channel}", **more)


class Story:
    """Tell it readings second by second, and hear what compounds say."""

    def __init__(self, rules: Rules) -> None:
        self.rules: RuleTable = compile_rules(rules)
        self.state: State = new_state(self.rules)

    def at(self, second: int, *readings: tuple[int, float]) -> list[tuple[str, str, float | None]]:
        now_ms = EPOCH_MS + second * 1000
        said: list[Reading] = [(channel, now_ms, value) for channel, value in readings]
        self.state, decisions = step(self.rules, self.state, batch(said), now_ms)
        ladders = len(self.rules.form)
        return [(self.rules.keys[one.rule], one.kind.value, one.value) for one in decisions if one.rule >= ladders]


def test_three_of_four_within_half_a_minute() -> None:
    near = count_of(*(wet(channel, within_s=30) for channel in range(4)), at_least=3)
    story = Story([WET, near])
    assert story.at(0, (0, 1.0)) == []
    assert story.at(10, (0, 0.0), (1, 1.0)) == []
    assert story.at(20, (2, 2.0)) == [("many", "raise", 3.0)]  # the first fell ten seconds ago
    assert story.at(39) == []
    assert story.at(40) == [("many", "clear", 2.0)]


def test_not_and_or() -> None:
    rules = [
        WET,
        GATE,
        count_of(wet(0), Condition("gate", negated=True), at_least=2, key="wet and not shut"),
        count_of(wet(0, level=Level.RED), wet(1), at_least=1, key="either"),
    ]
    story = Story(rules)
    assert story.at(0, (0, 1.0)) == [("wet and not shut", "raise", 2.0)]
    assert story.at(1, (9, 1.0)) == [("wet and not shut", "clear", 1.0)]
    assert story.at(2, (0, 2.0)) == [("either", "raise", 1.0)]
    assert story.at(3, (0, 1.0), (1, 1.0)) == [("either", "clear", 0.0), ("either", "raise", 1.0)]


def test_a_compound_of_compounds_moves_with_the_same_reading() -> None:
    inner = count_of(wet(0), wet(1), at_least=2, key="z inner")
    outer = count_of(Condition("z inner"), at_least=1, key="a outer")
    story = Story([WET, outer, inner])
    assert list(story.rules.keys)[-2:] == ["z inner", "a outer"]
    assert story.at(0, (0, 1.0), (1, 1.0)) == [("z inner", "raise", 2.0), ("a outer", "raise", 1.0)]


def test_holds_of_compounds_run_out_by_time_alone() -> None:
    story = Story([WET, count_of(wet(0), at_least=1, hold_up_s=5)])
    assert story.at(0, (0, 1.0)) == []
    assert story.at(4) == []
    assert story.at(5) == [("many", "raise", 1.0)]


def test_a_negated_condition_is_true_from_the_start() -> None:
    assert Story([WET, count_of(Condition("wet/0", negated=True), at_least=1)]).at(0) == [("many", "raise", 1.0)]


def test_memory_survives_saving_and_a_change_of_other_rules() -> None:
    near = count_of(*(wet(channel, within_s=30) for channel in range(3)), at_least=2)
    story = Story([WET, GATE, near])
    story.at(0, (0, 1.0))
    story.at(1, (0, 0.0))
    old_rules, state = load(dump(story.rules, story.state))
    story.rules = compile_rules([WET, replace(GATE, steps=(Step(Level.RED, 3, 3),)), near])
    story.state, abandoned = recompile(state, old_rules, story.rules)
    assert abandoned == []
    assert story.at(20, (1, 1.0)) == [("many", "raise", 2.0)]


def test_a_compound_whose_rule_changed_starts_anew_from_how_things_stand() -> None:
    both = count_of(wet(0), Condition("gate"), at_least=2)
    story = Story([WET, GATE, both])
    assert story.at(0, (0, 1.0), (9, 1.0)) == [("many", "raise", 2.0)]
    old_rules, state = story.rules, story.state
    story.rules = compile_rules([WET, replace(GATE, steps=(Step(Level.BLUE, 0.5, 0.5),)), both])
    story.state, abandoned = recompile(state, old_rules, story.rules)
    assert abandoned == [Abandoned("gate", 9, Level.BLUE, False), Abandoned("many", 0, Level.RED, False)]
    assert rungs(story.rules, story.state).tolist() == [1, 0, 0, 0, 0, 0]
    assert story.at(1, (9, 1.0)) == [("many", "raise", 2.0)]


@pytest.mark.parametrize(
    "conditions",
    [
        (Condition("nobody"),),
        (Condition("many"),),
        (),
        (Condition("wet/0", within_s=-1),),
        (Condition("wet/0", level=Level.NONE),),
    ],
)
def test_compounds_that_cannot_be_meant_are_refused(conditions: tuple[Condition, ...]) -> None:
    with pytest.raises(Invalid):
        compile_rules([WET, CompoundRule("many", 0, conditions, (Step(Level.RED, 1, 1),))])


def test_a_key_is_one_of_its_kind_among_all_rules() -> None:
    with pytest.raises(Invalid, match="twice"):
        compile_rules([WET, LadderRule("wet/3", 7, GATE.steps)])
    with pytest.raises(Invalid, match="twice"):
        compile_rules([GATE, count_of(Condition("gate"), at_least=1, key="gate")])
    with pytest.raises(Invalid, match="each once"):
        compile_rules([Spread(GATE, np.array([1, 1]))])


def test_a_row_knows_what_it_judges_by() -> None:
    rules = compile_rules([WET, count_of(wet(0), at_least=1)])
    assert isinstance(rules.ladder(0), Form)
    assert isinstance(rules.ladder(4), CompoundRule)
    assert [rules.keys[row] for row in (0, 3, 4)] == ["wet/0", "wet/3", "many"]
