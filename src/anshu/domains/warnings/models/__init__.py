"""Alarms of devices, warnings of authorities, and the calls that make sure somebody heard. Three things, never one."""

from anshu.domains.warnings.models.alarms import Alarm, Call, CallOut, Level, Rule, Warning, color
from anshu.domains.warnings.models.groups import AlarmGroup, Silence

__all__ = ["Alarm", "AlarmGroup", "Call", "CallOut", "Level", "Rule", "Silence", "Warning", "color"]
