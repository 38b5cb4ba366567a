"""Rules as YAML: what is written is read again, and what is wrong is named by line, rule and field."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.rules.drafts import Fault
from anshu.domains.warnings.rules.written import FIELDS, Unreadable, read, write

GOOD = """rules:
- number: GZ-1
  name: 道路积水
  quantity: road_water_depth
  steps:
  - {level: yellow, raise: 0.15, clear: 0.12, hold_up_s: 60}
  - level: red
    raise: 0.4
    clear: 0.37
  hours_from: 22:00
  hours_to: "06:00"
- number: GZ-2
  name: 雨量
  channel: D1/rain
  active: no
"""

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
NUMBER = st.floats(-1e6, 1e6) | st.integers(-1000, 1000)
STEP = st.fixed_dictionaries(
    {"level": st.sampled_from("1234"), "raise": NUMBER, "clear": NUMBER}, optional={"hold_up_s": NUMBER}
)


@given(st.lists(st.tuples(TEXT, TEXT, st.lists(STEP, min_size=1, max_size=4), st.booleans()), max_size=4))
def test_what_is_written_is_what_is_read(rows: list[tuple[str, str, list[dict[str, Any]], bool]]) -> None:
    rules = [
        Rule(number=f"N{place}{number}", name=name, steps=steps, active=active, season_from="04-15", hours_from="22:00")
        for place, (number, name, steps, active) in enumerate(rows)
    ]
    found = {written.number: written.values for written in read(write(rules))}
    assert set(found) == {rule.number for rule in rules}
    for rule in rules:
        values = found[rule.number]
        assert (values.get("name", ""), values["active"]) == (rule.name, rule.active)
        assert (values["season_from"], values["hours_from"]) == ("04-15", "22:00")
        numbers = [(float(step["raise"]), float(step["clear"])) for step in values["steps"]]
        ordered = sorted(rule.steps, key=lambda step: -int(step["level"]))
        assert numbers == [(step["raise"], step["clear"]) for step in ordered]


def test_times_and_days_stay_as_they_are_written() -> None:
    first, second = read(GOOD)
    assert (first.values["hours_from"], first.values["hours_to"]) == ("22:00", "06:00")
    assert (second.values["active"], second.values["channel"]) == (False, "D1/rain")


def test_others_read_the_file_too() -> None:
    rule = Rule(number="N1", name="积水", steps=[{"level": "1", "raise": 0.4, "clear": 0.37}], hours_from="22:00")
    text = write([rule])
    (told,) = yaml.safe_load(text)["rules"]
    assert (told["steps"], told["hours_from"]) == ([{"level": "red", "raise": 0.4, "clear": 0.37}], "22:00")
    assert "  - {level: red, raise: 0.4, clear: 0.37}\n" in text
    assert set(told) <= set(FIELDS)


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("steps.0.clear", 6),
        ("steps.1.clear", 9),
        ("steps.1", 7),
        ("steps", 6),
        ("hours_to", 11),
        ("backup", 2),
        ("", 2),
    ],
)
def test_a_fault_has_the_line_of_its_field_or_of_what_holds_it(field: str, line: int) -> None:
    assert read(GOOD)[0].line(Fault(field, "")) == line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "begins with the line “rules:”"),
        ("- a\n", "begins with the line “rules:”"),
        ("rules: 3\n", "field rules: is a list of rules"),
        ("rules:\n- 3\n", "line 2: is not a rule"),
        ("rule: []\n", "line 1, field rule: is no field of the file; do you mean rules?"),
        ("rules:\n- number: A\n  nmae: x\n", "line 3, rule A, field nmae: is no field of a rule; do you mean name?"),
        ("rules:\n- number: A\n  name: x\n  name: y\n", "line 4, rule A, field name: stands twice"),
        ("rules:\n- name: x\n", "line 2, field number: is needed"),
        ("rules:\n- number: A\n- number: A\n", "line 3, rule A, field number: is the number of the rule in line 2 too"),
        ("rules:\n- number: [\n", "line 3: is not YAML"),
        ("rules:\n- number: \x00\n", "is not YAML"),
    ],
)
def test_what_is_no_file_of_rules_is_named_by_line_rule_and_field(text: str, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text)
    assert words in str(refused.value)


@given(st.text(max_size=200))
def test_no_text_is_too_odd(text: str) -> None:
    try:
        read(text)
    except Unreadable as refused:
        assert refused.faults
