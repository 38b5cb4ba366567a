"""Rules as people write them: what of a channel is judged, by which ladder, and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from math import inf

import numpy as np
from numpy.typing import NDArray

MAX_STEPS = 4
MAX_CHANNEL = 2**22 - 1  # arrays are indexed by channel number: a wild number must not cost gigabytes
MAX_SECONDS = 10 * 366 * 86_400
MAX_PANES = 96


class Level(IntEnum):
    """Public warning level, 1 the gravest (Emergency Response Law); NONE stands for no level."""

    NONE = 0
    RED = 1
    ORANGE = 2
    YELLOW = 3
    BLUE = 4


class Direction(StrEnum):
    """Which side of the thresholds is the bad one."""

    ABOVE = "above"
    BELOW = "below"


class Certainty(StrEnum):
    """How sure what a rule says is: a threshold on a forecast is not yet an observation (words of CAP 1.2)."""

    OBSERVED = "observed"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Signal(IntEnum):
    """What is derived from the readings of a channel; the package docstring defines each. Numbers go into snapshots."""

    VALUE = 0
    RATE = 1  # per hour, between neighbouring readings
    SUM = 2
    MEAN = 3
    LOWEST = 4
    HIGHEST = 5
    CHANGE = 6  # newest value less the first of the window
    TREND = 7  # the same per hour
    UNUSUAL = 8  # deviations from what this channel does
    UNSEASONABLE = 9  # deviations from what it does at this hour of the day
    UNCHANGED = 10  # seconds for which the value has stayed the same
    SILENCE = 11  # seconds for which no reading was accepted


WINDOWED = (Signal.SUM, Signal.MEAN, Signal.LOWEST, Signal.HIGHEST, Signal.CHANGE, Signal.TREND)


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a rule judges. A window is `over_s` long and moves on by one of its `panes` at a time."""

    signal: Signal = Signal.VALUE
    over_s: float = 0.0
    panes: int = 12


VALUE = Quantity()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder; thresholds in the unit of the quantity, holds in seconds."""

    level: Level
    raise_at: float
    clear_at: float
    hold_up_s: float = 0.0
    hold_down_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a rule holds, in local time: days of the year, days of the week, minutes of the day; last ones inclusive.

    A range whose end lies before its start runs over the end of the year or over midnight. `weekdays` counts from
    Monday, 1. `to_minute` is the first minute no longer in it (1440 is midnight).
    """

    first_day: tuple[int, int] = (1, 1)  # month, day
    last_day: tuple[int, int] = (12, 31)
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    from_minute: int = 0
    to_minute: int = 1440


ALWAYS = Schedule()


@dataclass(frozen=True, slots=True)
class LadderRule:
    """A ladder on one channel, steps mildest first; `key` is stable over versions of the rule set."""

    key: str
    channel: int
    steps: tuple[Step, ...]
    direction: Direction = Direction.ABOVE
    stale_after_s: float | None = None
    of: Quantity = VALUE
    when: Schedule = ALWAYS
    certainty: Certainty = Certainty.OBSERVED

    @property
    def form(self) -> "Form":
        """All of it but the name and the place."""
        return Form(self.steps, self.direction, self.stale_after_s, self.of, self.when, self.certainty)


@dataclass(frozen=True, slots=True)
class Form:
    """What rules have in common that differ only in key and channel. A table holds each form once."""

    steps: tuple[Step, ...]
    direction: Direction
    stale_after_s: float | None
    of: Quantity
    when: Schedule
    certainty: Certainty


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """One rule on many channels; the row on channel 7 has the key "<key>/7". The rule's own channel is not read."""

    rule: LadderRule
    channels: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Condition:
    """True while the rule `rule` stands at `level` or graver, and for `within_s` afterwards; `negated`, the reverse."""

    rule: str
    level: Level = Level.BLUE
    within_s: float = 0.0
    negated: bool = False


@dataclass(frozen=True, slots=True)
class CompoundRule:
    """A ladder on the number of conditions that are true: 1 of n is OR, n of n is AND.

    `channel` only says where its decisions belong; it need not have readings. Conditions may name other compounds.
    """

    key: str
    channel: int
    conditions: tuple[Condition, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Checks:
    """What a reading must pass before rules see it; the package docstring says in which order and to what effect.

    `jump` is the largest step from one reading to the next, in the unit of the channel.
    """

    low: float = -inf
    high: float = inf
    jump: float = inf
    stuck_after_s: float | None = None
    gap_after_s: float | None = None


UNCHECKED = Checks()


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """The same checks on many channels. `backups` names for some of them the channel that speaks when they do not."""

    checks: Checks
    channels: Sequence[int] | NDArray[np.int64]
    backups: dict[int, int] = field(default_factory=dict)
