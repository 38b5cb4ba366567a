"""What is typed becomes a rule, or every fault stands beside its field."""

from typing import Any

import pytest

from anshu.domains.devices.models import Channel, Device
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.rules.drafts import draft

pytestmark = pytest.mark.django_db
GOOD: dict[str, Any] = {
    "number": "R1",
    "name": "积水",
    "quantity": "road_water_depth",
    "judged": "value",
    "direction": "above",
    "steps": [{"level": "yellow", "raise": "0.15", "clear": "0.12", "hold_up_s": "60"}],
}


def faults(**more: Any) -> dict[str, str]:
    return {fault.field: fault.words for fault in draft(GOOD | more, Channel.objects.all())[1]}


def test_text_becomes_a_rule() -> None:
    made, wrong = draft(GOOD | {"window_min": "", "low": "-1", "active": True}, Channel.objects.all())
    assert wrong == []
    assert made.steps == [{"level": "3", "raise": 0.15, "clear": 0.12, "hold_up_s": 60}]
    assert (made.window_min, made.low, made.channel) == (None, -1.0, None)
    assert Rule.objects.count() == 0


def test_the_rule_that_a_draft_is_made_of_stays_as_it_is() -> None:
    saved = Rule.objects.create(number="R1", name="alt", quantity="q", steps=[{"level": 3, "raise": 1, "clear": 1}])
    made, wrong = draft({"name": "neu", "steps": GOOD["steps"]}, Channel.objects.all(), saved)
    assert wrong == []
    assert (made.pk, made.name, saved.name, saved.steps[0]["raise"]) == (saved.pk, "neu", "alt", 1)


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"name": ""}, "name", "blank"),
        ({"judged": "colour"}, "judged", "not a valid choice"),
        ({"judged": "sum"}, "window_min", "how long is the window"),
        ({"window_min": "an hour"}, "window_min", "integer"),
        ({"channel": "nowhere"}, "channel", "there is no channel “nowhere”"),
        ({"backup": "nowhere"}, "backup", "there is no channel"),
        ({"season_from": "15.4.", "season_to": "10-15"}, "season_from", "04-15"),
        ({"season_from": "02-30", "season_to": "10-15"}, "season_from", "04-15"),
        ({"season_from": "04-15"}, "season_to", "belong together"),
        ({"hours_from": "25:00", "hours_to": "06:00"}, "hours_from", "22:00"),
        ({"hours_from": "06:00", "hours_to": "06:00"}, "hours_to", "same minute"),
        ({"hours_from": "00:00", "hours_to": "24:00"}, "hours_to", "same minute"),
        ({"weekdays": "188"}, "weekdays", "each day once"),
        ({"low": "2", "high": "1"}, "high", "below"),
        ({"jump": "0"}, "jump", "more than nothing"),
        ({"gap_after_s": "0"}, "gap_after_s", "more than nothing"),
        ({"steps": []}, "steps", "at least one"),
        ({"steps": "0.4"}, "steps", "list of steps"),
        ({"steps": ["0.4"]}, "steps.0", "level (1 to 4)"),
        ({"steps": [{"level": "green", "raise": 1, "clear": 1}]}, "steps.0.level", "red, orange, yellow or blue"),
        ({"steps": [{"level": "red", "raise": "high", "clear": 1}]}, "steps.0.raise", "not a number"),
        ({"steps": [{"level": "red", "raise": True, "clear": 1}]}, "steps.0.raise", "not a number"),
        ({"steps": [{"level": "red", "clear": 1}]}, "steps.0.raise", "needed"),
        ({"steps": [{"level": "red", "raise": 1, "clear": 1, "hold": 5}]}, "steps.0.hold", "no part of a step"),
        ({"steps": [{"level": "red", "raise": 1, "clear": 2}]}, "steps.0.clear", "lies beyond"),
        ({"steps": [{"level": "red", "raise": 1, "clear": 1, "hold_up_s": -1}]}, "steps.0.hold_up_s", "not from 0"),
        ({"steps": [{"level": "red", "raise": "inf", "clear": 1}]}, "steps.0.raise", "not a finite number"),
    ],
)
def test_a_fault_stands_beside_its_field(more: dict[str, Any], field: str, words: str) -> None:
    found = faults(**more)
    assert list(found) == [field]
    assert words in found[field]


def test_the_step_that_the_engine_refuses_is_named_by_its_place_as_typed() -> None:
    red, yellow = {"level": "red", "raise": 1, "clear": 1}, {"level": "yellow", "raise": 2, "clear": 1}
    assert list(faults(steps=[red, yellow])) == ["steps.0.raise"]
    assert list(faults(steps=[yellow, red])) == ["steps.1.raise"]


def test_only_a_rule_on_one_channel_has_a_backup() -> None:
    device = Device.objects.create(number="D1", name="d", kind="k")
    more = {"device": device, "quantity": "road_water_depth", "unit": "m"}
    own, other = (Channel.objects.create(number=number, name=number, **more) for number in ("A", "B"))
    assert list(faults(backup=other.number, gap_after_s="60")) == ["backup"]
    assert list(faults(channel=own.number, backup=own.number, gap_after_s="60")) == ["backup"]
    assert list(faults(channel=own.number, backup=other.number)) == ["gap_after_s"]
    assert faults(channel=own.number, backup=other.number, gap_after_s="60") == {}


def test_every_fault_is_named_at_once() -> None:
    found = faults(name="", window_min="x", steps=[{"level": "red", "raise": "x", "clear": "y"}], season_from="x")
    assert set(found) >= {"name", "window_min", "steps.0.raise", "steps.0.clear", "season_from"}
