"""The rules that each engine is asked to say, in words and numbers. Values have two decimals, thresholds more."""

from dataclasses import dataclass

SITE = 4  # neighbouring channels that make one site
PERIOD_S = 60  # between two readings of a channel


@dataclass(frozen=True)
class Rule:
    """A rule: raised at a signal of `raise_at` or more, cleared below `clear_at`. Silence clears nothing but itself."""

    name: str
    words: str
    raise_at: float
    clear_at: float
    window: int = 0  # readings' periods
    hold_s: int = 0  # both ways; anew after a hole of more than `whole_s`
    whole_s: int = 0


RULES = (
    Rule("level", "raised at 36, cleared below 31", 36.005, 31.005),
    Rule("held", "32 for five minutes, cleared below 30 for five", 32.005, 30.005, hold_s=300, whole_s=90),
    Rule("rate", "rise an hour between neighbouring readings, 600 and 100", 600.3007, 100.3007),
    Rule("sum", "sum of the last half hour, 900 and 840", 900.005, 840.005, window=30),
    Rule("mean", "mean of the last hour, 27 and 25", 27.00037, 25.00037, window=60),
    Rule("silence", "no reading for three and a half minutes", 210, 60),
    Rule("two", "level stands at two of the four channels of a site", 2, 2),
)
BY_NAME = {rule.name: rule for rule in RULES}
