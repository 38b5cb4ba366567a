"""Files of rules brought in: like typed in a form, all or none."""

import pytest

from anshu.access.models import Account, Grant
from anshu.access.policy import Person, Robot
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.rules.written import Unreadable, write
from anshu.domains.warnings.tasks.rule_files import checked, take_in
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
IMPORT = Robot("import")
TWO = """rules:
- number: GZ-1
  name: 道路积水
  quantity: road_water_depth
  steps: [{level: red, raise: 0.4, clear: 0.37}]
- number: GZ-2
  name: 雨量
  quantity: rain_1h
  judged: sum
  window_min: 60
  steps: [{level: orange, raise: 40, clear: 30}]
"""


def test_rules_are_added_then_changed_then_the_same() -> None:
    assert dict(take_in(TWO, by=IMPORT)) == {"added": 2, "changed": 0, "same": 0}
    assert dict(take_in(TWO, by=IMPORT)) == {"added": 0, "changed": 0, "same": 2}
    changed = TWO.replace("raise: 40", "raise: 50")
    assert dict(take_in(changed, by=IMPORT)) == {"added": 0, "changed": 1, "same": 1}
    rule = Rule.objects.get(number="GZ-2")
    assert (rule.version, rule.steps[0]["raise"], rule.window_min) == (2, 50, 60)
    row = Change.objects.filter(verb="warnings.change").get()
    assert row.details["changed"]["steps"][1][0]["raise"] == 50


def test_what_is_written_out_brings_the_same_rules_back() -> None:
    take_in(TWO, by=IMPORT)
    text = write(Rule.objects.all())
    assert dict(take_in(text, by=IMPORT)) == {"added": 0, "changed": 0, "same": 2}
    Rule.objects.all().delete()
    assert dict(take_in(text, by=IMPORT)) == {"added": 2, "changed": 0, "same": 0}
    assert write(Rule.objects.all()) == text


def test_a_field_left_out_becomes_empty() -> None:
    take_in(TWO.replace("  judged: sum", "  high: 200\n  judged: sum"), by=IMPORT)
    assert Rule.objects.get(number="GZ-2").high == 200
    take_in(TWO, by=IMPORT)
    assert Rule.objects.get(number="GZ-2").high is None


def test_every_fault_of_the_file_is_told_and_nothing_is_brought_in() -> None:
    text = TWO.replace("clear: 0.37", "clear: 0.5").replace("window_min: 60", "window_min: an hour")
    with pytest.raises(Unreadable) as refused:
        take_in(text, by=IMPORT)
    first, second = refused.value.faults
    assert first.startswith("line 5, rule GZ-1, field steps.0.clear: ")
    assert second.startswith("line 10, rule GZ-2, field window_min: ")
    assert Rule.objects.count() == 0


def test_looking_a_file_over_writes_nothing() -> None:
    assert [made.name for _written, made, _there in checked(TWO, IMPORT)] == ["道路积水", "雨量"]
    assert (Rule.objects.count(), Change.objects.count()) == (0, 0)


def test_who_may_not_change_rules_may_not_bring_them_in() -> None:
    account = Account.objects.create(username="officer", name="officer")
    Grant.objects.create(account=account, role="duty_officer", territory="440303")
    with pytest.raises(Unreadable, match="line 2, rule GZ-1"):
        take_in(TWO, by=Person(account))
    assert Rule.objects.count() == 0
