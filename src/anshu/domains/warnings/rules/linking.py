"""Which alarms are of one event, and how long a word about it holds: the pack `alarm_groups` as it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from anshu.domains.warnings.models import Alarm, Rule
from anshu.engines.grouping import Linking
from anshu.kernel import clock, rule_packs
from anshu.workflow import rules

PACK = "alarm_groups"
"""What these rules judge is the device, whatever it measures."""
OF_THE_DEVICE = (Rule.Judged.SILENCE, Rule.Judged.UNCHANGED)


@dataclass(frozen=True)
class Family:
    """Causes that tell of one kind of event, and how near in place and time two alarms of it must be."""

    name: str
    linking: Linking


def cause_of(alarm: Alarm) -> str:
    """What an alarm is about: its device where the rule judges this, else the quantity that is measured."""
    return alarm.rule.judged if alarm.rule.judged in OF_THE_DEVICE else alarm.channel.quantity


def family_of(cause: str) -> Family:
    """The family of a cause; one that the pack does not name is a family of its own."""
    today = timezone.localtime(clock.now()).date()
    for rule in rules.packs()[PACK].under("linking", today):
        causes = rule.value.get("causes", ()) if isinstance(rule.value, Mapping) else ()
        if isinstance(causes, tuple) and cause in causes:
            return Family(rule.key.removeprefix("linking."), _linking(rule))
    return Family(cause, _linking(rules.at(f"{PACK}/linking.other")))


def _linking(rule: rule_packs.Rule) -> Linking:
    return Linking(rule.number("near_m"), _span(rule, "within").total_seconds())


def span(key: str, name: str | None = None) -> timedelta:
    """A limit of the pack, or the member of that name of one, as a duration."""
    return _span(rules.at(f"{PACK}/{key}"), name)


def _span(rule: rule_packs.Rule, name: str | None) -> timedelta:
    return rule.limit(name).elapsed or timedelta(0)
