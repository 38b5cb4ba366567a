"""Alarms of devices, warnings of authorities, and the calls that make sure somebody heard. Three things, never one."""

from anshu.domains.warnings.models.alarms import Alarm, Call, CallOut, Warning, color
from anshu.domains.warnings.models.groups import AlarmGroup, Silence
from anshu.domains.warnings.models.holdings import Holding
from anshu.domains.warnings.models.rules import Level, Rule

__all__ = ["Alarm", "AlarmGroup", "Call", "CallOut", "Holding", "Level", "Rule", "Silence", "Warning", "color"]
