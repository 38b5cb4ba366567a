"""Alarms of devices, warnings of authorities, and the calls that make sure somebody heard. Three things, never one."""

from anshu.domains.warnings.models.alarms import Alarm, Call, CallOut, Level, Rule, Warning, color

__all__ = ["Alarm", "Call", "CallOut", "Level", "Rule", "Warning", "color"]
