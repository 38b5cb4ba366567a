"""Conditions that are typed or written in a file: kept as they are meant, or every fault stands beside its part."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from anshu.access.policy import Robot
from anshu.domains.devices.models import Channel, Device
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.models.conditions import known, understood
from anshu.domains.warnings.rules import telling
from anshu.domains.warnings.rules.drafts import draft
from anshu.domains.warnings.rules.surroundings import Surroundings
from anshu.domains.warnings.rules.written import Unreadable, write
from anshu.domains.warnings.tasks.rule_files import take_in

pytestmark = pytest.mark.django_db
IMPORT = Robot("import")
HERE = {"raise": "0.15"}
RAIN = {"where": "near", "quantity": "rain_1h", "near_m": "3000", "raise": "30", "within_min": "30"}
GOOD: dict[str, Any] = {
    "number": "FH-1",
    "name": "积水遇强降雨",
    "quantity": "road_water_depth",
    "judged": "conditions",
    "conditions": [HERE, RAIN],
    "steps": [{"level": "yellow", "raise": "2", "clear": "2"}],
}
WRITTEN = """rules:
- number: FH-1
  name: 积水遇强降雨
  quantity: road_water_depth
  judged: conditions
  conditions:
  - {where: here, raise: 0.15, clear: 0.12}
  - {where: near, quantity: rain_1h, near_m: 3000, judged: sum, window_min: 60, raise: 30, within_min: 30}
  - {where: area, quantity: road_water_depth, raise: 0.3, least: 3, negated: true}
  steps:
  - {level: yellow, raise: 2, clear: 2}
  - {level: orange, raise: 3, clear: 3, hold_up_s: 300}
"""


def faults(**more: Any) -> dict[str, str]:
    return {fault.field: fault.words for fault in draft(GOOD | more, Channel.objects.all())[1]}


def test_text_becomes_conditions_and_what_is_as_by_default_is_not_kept() -> None:
    made, wrong = draft(GOOD, Channel.objects.all())
    assert wrong == []
    assert made.conditions == [
        {"where": "here", "raise": 0.15, "clear": 0.15},
        {"where": "near", "quantity": "rain_1h", "near_m": 3000, "raise": 30, "clear": 30, "within_min": 30},
    ]
    assert understood(made.conditions) == (made.conditions, [])


@pytest.mark.parametrize(
    ("change", "part", "words"),
    [
        ({"raise": ""}, "raise", "is needed"),
        ({"raise": "deep"}, "raise", "is not a number"),
        ({"clear": "40"}, "clear", "lies beyond"),
        ({"where": "nearby"}, "where", "is one of here, channel, site, area, near"),
        ({"near_m": ""}, "near_m", "is needed"),
        ({"near_m": "0"}, "near_m", "is at least 1"),
        ({"where": "site"}, "near_m", "leave it empty"),
        ({"quantity": ""}, "quantity", "is needed"),
        ({"quantity": "rain_2h"}, "quantity", "nothing measures “rain_2h”"),
        ({"where": "channel", "channel": "nowhere", "quantity": "", "near_m": ""}, "channel", "there is no channel"),
        ({"judged": "sum"}, "window_min", "is needed"),
        ({"judged": "silence", "direction": "below"}, "direction", "silence is bad above"),
        ({"window_min": "60"}, "window_min", "leave it empty"),
        ({"judged": "conditions"}, "judged", "is one of"),
        ({"least": "1.5"}, "least", "whole number"),
        ({"negated": "perhaps"}, "negated", "is yes or no"),
        ({"rase": "3"}, "rase", "is no part of a condition"),
    ],
)
def test_each_fault_stands_beside_its_part(change: dict[str, str], part: str, words: str) -> None:
    found = faults(conditions=[HERE, RAIN | change])
    assert set(found) == {f"conditions.1.{part}"}
    assert words in found[f"conditions.1.{part}"]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"conditions": []}, "conditions", "at least one"),
        ({"judged": "value"}, "conditions", "only a rule that counts"),
        ({"steps": [{"level": "red", "raise": 3, "clear": 3}]}, "steps", "to the number of conditions"),
        ({"direction": "below"}, "direction", "upwards"),
        ({"high": "5"}, "high", "leave it empty"),
        ({"quantity": ""}, "quantity", "where does it stand"),
        (
            {"conditions": [HERE | {"negated": "yes"}] * 2, "hours_from": "22:00", "hours_to": "06:00"},
            "conditions",
            "hours",
        ),
    ],
)
def test_what_a_compound_cannot_be(change: dict[str, Any], field: str, words: str) -> None:
    found = faults(**change)
    assert set(found) == {field} and words in found[field]


def test_a_program_that_writes_the_field_itself_is_told_the_same() -> None:
    rule = Rule(
        **GOOD | {"steps": [{"level": "3", "raise": 1, "clear": 1}], "conditions": [{"where": "near", "raise": 1}]}
    )
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert refused.value.message_dict["conditions"] == ["0.quantity: is needed; 0.near_m: is needed"]


def test_a_file_brings_compounds_and_writing_them_out_gives_the_same_back() -> None:
    assert dict(take_in(WRITTEN, by=IMPORT)) == {"added": 1, "changed": 0, "same": 0}
    text = write(Rule.objects.all())
    assert WRITTEN.partition("  conditions:")[2].partition("  steps:")[0].splitlines()[1] in text
    assert dict(take_in(text, by=IMPORT)) == {"added": 0, "changed": 0, "same": 1}
    assert write(Rule.objects.all()) == text
    with translation.override("en"):
        told = [telling.condition(term, "m") for term in known(Rule.objects.get().conditions)]
    assert told == [
        "here ≥ 0.15 m",
        "rainfall in 1 hour within 3000 m · the sum over a window (60 min) ≥ 30 m in the last 30 min",
        "not so: water depth on the road in the street ≥ 0.3 m on at least 3 channels",
    ]


def test_a_fault_of_a_file_names_line_rule_and_part() -> None:
    with pytest.raises(Unreadable) as refused:
        take_in(WRITTEN.replace("near_m: 3000", "near_m: far").replace("least: 3", "leest: 3"), by=IMPORT)
    first, second = refused.value.faults
    assert first == "line 8, rule FH-1, field conditions.1.near_m: is not a number"
    assert second == "line 9, rule FH-1, field conditions.2.leest: is no part of a condition"


def test_what_a_condition_sees_is_of_its_site_its_street_or_near() -> None:
    device = Device.objects.create(number="D", name="D", kind="gauge", territory="440303001")
    for name, territory in (("a", "440303001002"), ("b", "440303001"), ("c", "440303002"), ("d", "440303")):
        Channel.objects.create(
            number=name, name=name, device=device, quantity="rain_1h", unit="mm", territory=territory
        )
    place = Channel.objects.get(number="a")
    seen = {
        where: [one.number for one in _around(where).sight(known([_term(where)])[0], place).channels]
        for where in ("here", "site", "area", "near", "channel")
    }
    assert seen == {"here": ["a"], "site": ["a", "b", "c", "d"], "area": ["a", "b"], "near": [], "channel": ["d"]}


def test_near_is_measured_and_a_gauge_abroad_disturbs_nobody() -> None:
    device = Device.objects.create(number="D", name="D", kind="gauge")
    for name, lon, lat in (("a", 114.1, 22.55), ("b", 114.1, 22.5589), ("c", 114.1098, 22.55), ("maine", -67.9, 44.6)):
        Channel.objects.create(number=name, name=name, device=device, quantity="rain_1h", unit="mm", lon=lon, lat=lat)
    term = known([{"where": "near", "quantity": "rain_1h", "near_m": 1000, "raise": 1, "clear": 1}])[0]
    around = Surroundings.of(
        [Rule(conditions=[{"quantity": "rain_1h", "raise": 1, "clear": 1}])], Channel.objects.all()
    )
    seen = {one.number: [other.number for other in around.sight(term, one).channels] for one in around.channels}
    assert seen == {"a": ["a", "b"], "b": ["a", "b"], "c": ["c"], "maine": ["maine"]}


def _term(where: str) -> dict[str, Any]:
    more = {"channel": {"channel": "d"}, "here": {}}.get(where, {"quantity": "rain_1h"})
    return {"where": where, "raise": 1, "clear": 1, **more, **({"near_m": 100} if where == "near" else {})}


def _around(where: str) -> Surroundings:
    return Surroundings.of([Rule(conditions=[_term(where)])], Channel.objects.all())
