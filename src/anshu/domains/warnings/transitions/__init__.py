"""How alarms, their groups, silences, warnings and call-outs change. Only these modules write their state."""

from anshu.domains.warnings.transitions import alarms, calls, groups, muting, signals, silences, verdicts

__all__ = ["alarms", "calls", "groups", "muting", "signals", "silences", "verdicts"]
