"""How alarms, warnings and call-outs change. Only these modules write their state."""

from anshu.domains.warnings.transitions import alarms, calls, signals

__all__ = ["alarms", "calls", "signals"]
