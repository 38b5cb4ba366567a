"""Ladder rules as people write them, and the table of arrays that they compile to."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from anshu.kernel.errors import Invalid, Words

MAX_STEPS = 4
MAX_CHANNEL = 2**22 - 1  # arrays are indexed by channel number: a wild number must not cost gigabytes
MAX_SECONDS = 10 * 366 * 86_400
NEVER_STALE = np.iinfo(np.int64).max


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


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder; thresholds in the unit of the channel, holds in seconds."""

    level: Level
    raise_at: float
    clear_at: float
    hold_up_s: float = 0.0
    hold_down_s: float = 0.0


@dataclass(frozen=True, slots=True)
class LadderRule:
    """A ladder on one channel, steps mildest first; `key` is stable over versions of the rule set."""

    key: str
    channel: int
    steps: tuple[Step, ...]
    direction: Direction = Direction.ABOVE
    stale_after_s: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RuleTable:
    """Compiled rules: one row per rule, sorted by (channel, key); column c belongs to the step that makes rung c + 1.

    Thresholds are multiplied by `sign` (+1 above, -1 below), so that higher is worse in every row; a column without a
    step has raise_at = +inf and is never reached. The rows of channel c are first_row[c] to first_row[c + 1] - 1.
    """

    keys: tuple[str, ...]
    channel: NDArray[np.int64]  # (rows,)
    sign: NDArray[np.float64]  # (rows,)
    raise_at: NDArray[np.float64]  # (rows, 4)
    clear_at: NDArray[np.float64]  # (rows, 4)
    hold_up_ms: NDArray[np.int64]  # (rows, 4)
    hold_down_ms: NDArray[np.int64]  # (rows, 4)
    level: NDArray[np.int64]  # (rows, 5), by rung
    stale_after_ms: NDArray[np.int64]  # (rows,), NEVER_STALE for none
    first_row: NDArray[np.int64]  # (channels + 1,)
    ahead_limit_ms: int

    @property
    def rows(self) -> int:
        """Number of rules."""
        return len(self.keys)

    @property
    def channels(self) -> int:
        """Number of channel indexes covered, used or not."""
        return len(self.first_row) - 1


def compile_rules(rules: Iterable[LadderRule], *, ahead_limit_s: float = 300.0) -> RuleTable:
    """Check and compile; Invalid names the rule and the step. The order in which rules are given has no effect."""
    ordered = list(rules)
    for rule in ordered:
        _check_rule(rule)
    ordered.sort(key=lambda rule: (rule.channel, rule.key))
    _check_keys([rule.key for rule in ordered])
    if not 0 <= ahead_limit_s <= MAX_SECONDS:
        raise Invalid("ahead_limit_s must be from 0 to ten years", field="ahead_limit_s", code="rule_hold")
    channel = np.array([rule.channel for rule in ordered], dtype=np.int64)
    channels = int(channel[-1]) + 1 if ordered else 0
    return RuleTable(
        keys=tuple(rule.key for rule in ordered),
        channel=channel,
        sign=np.array([_sign(rule) for rule in ordered], dtype=np.float64),
        raise_at=_columns([[_sign(rule) * step.raise_at for step in rule.steps] for rule in ordered], np.inf),
        clear_at=_columns([[_sign(rule) * step.clear_at for step in rule.steps] for rule in ordered], np.inf),
        hold_up_ms=_milliseconds([[step.hold_up_s for step in rule.steps] for rule in ordered]),
        hold_down_ms=_milliseconds([[step.hold_down_s for step in rule.steps] for rule in ordered]),
        level=_levels(ordered),
        stale_after_ms=np.array([_stale_after_ms(rule) for rule in ordered], dtype=np.int64),
        first_row=np.searchsorted(channel, np.arange(channels + 1)).astype(np.int64),
        ahead_limit_ms=round(ahead_limit_s * 1000),
    )


def _check_keys(keys: Sequence[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise Invalid("rule %(rule)s appears twice", field="key", code="rule_twice", rule=key)
        seen.add(key)


def _check_rule(rule: LadderRule) -> None:
    if not rule.key:
        raise Invalid("a rule has no key (channel %(channel)d)", field="key", code="rule_key", channel=rule.channel)
    if not 0 <= rule.channel <= MAX_CHANNEL:
        problem = Words("channel %(given)s is not from 0 to %(most)s", given=rule.channel, most=MAX_CHANNEL)
        raise _wrong(rule, "channel", problem)
    if not 1 <= len(rule.steps) <= MAX_STEPS:
        problem = Words("a ladder has 1 to %(most)d steps, this one %(given)d", most=MAX_STEPS, given=len(rule.steps))
        raise _wrong(rule, "steps", problem)
    if rule.stale_after_s is not None and not 0.001 <= rule.stale_after_s <= MAX_SECONDS:
        problem = Words("%(given)s s is not from 1 ms to ten years", given=rule.stale_after_s)
        raise _wrong(rule, "stale_after_s", problem)
    for step in rule.steps:
        _check_step(rule, step)
    for milder, graver in pairwise(rule.steps):
        _check_order(rule, milder, graver)


def _check_step(rule: LadderRule, step: Step) -> None:
    if step.level not in (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE):
        problem = Words("%(given)r is not one of 1 red, 2 orange, 3 yellow, 4 blue", given=step.level)
        raise _wrong(rule, "level", problem, step)
    for field, threshold in (("raise_at", step.raise_at), ("clear_at", step.clear_at)):
        if not math.isfinite(threshold):
            raise _wrong(rule, field, Words("%(given)s is not a finite number", given=threshold), step)
    for field, hold_s in (("hold_up_s", step.hold_up_s), ("hold_down_s", step.hold_down_s)):
        if not 0 <= hold_s <= MAX_SECONDS:
            raise _wrong(rule, field, Words("%(given)s s is not from 0 to ten years", given=hold_s), step)
    if _worse(rule, step.clear_at, step.raise_at):
        problem = Words("%(given)s lies beyond raise_at %(bound)s", given=step.clear_at, bound=step.raise_at)
        raise _wrong(rule, "clear_at", problem, step)


def _check_order(rule: LadderRule, milder: Step, graver: Step) -> None:
    if graver.level >= milder.level:
        problem = Words("must be graver than the %(milder)s step before it", milder=_name(milder))
        raise _wrong(rule, "level", problem, graver)
    if not _worse(rule, graver.raise_at, milder.raise_at):
        problem = Words(
            "%(given)s must lie beyond %(bound)s of the %(milder)s step",
            given=graver.raise_at, bound=milder.raise_at, milder=_name(milder),
        )
        raise _wrong(rule, "raise_at", problem, graver)
    if _worse(rule, milder.clear_at, graver.clear_at):
        problem = Words(
            "%(given)s must not lie before %(bound)s of the %(milder)s step",
            given=graver.clear_at, bound=milder.clear_at, milder=_name(milder),
        )
        raise _wrong(rule, "clear_at", problem, graver)


def _sign(rule: LadderRule) -> float:
    return 1.0 if rule.direction is Direction.ABOVE else -1.0


def _worse(rule: LadderRule, one: float, other: float) -> bool:
    return _sign(rule) * one > _sign(rule) * other


def _name(step: Step) -> Words:
    return Words(Level(step.level).name.lower())


def _wrong(rule: LadderRule, field: str, problem: Words, step: Step | None = None) -> Invalid:
    """The error for one field of a rule, or of one of its steps, which is named by its place (1 = mildest)."""
    params = {"rule": rule.key, "channel": rule.channel, "name": field, "problem": problem}
    if step is None:
        return Invalid("rule %(rule)s: %(name)s: %(problem)s", field=field, code=f"rule_{field}", **params)
    place = next(place for place, candidate in enumerate(rule.steps, start=1) if candidate is step)
    message = "rule %(rule)s, step %(step)d (level %(level)s): %(name)s: %(problem)s"
    level = str(int(step.level))
    return Invalid(message, field=field, code=f"step_{field}", step=place, level=level, **params)


def _columns(steps: Sequence[Sequence[float]], padding: float) -> NDArray[np.float64]:
    table = np.full((len(steps), MAX_STEPS), padding, dtype=np.float64)
    for row, values in enumerate(steps):
        table[row, : len(values)] = values
    return table


def _milliseconds(steps: Sequence[Sequence[float]]) -> NDArray[np.int64]:
    return np.rint(_columns(steps, 0.0) * 1000).astype(np.int64)


def _levels(rules: Sequence[LadderRule]) -> NDArray[np.int64]:
    table = np.zeros((len(rules), MAX_STEPS + 1), dtype=np.int64)
    for row, rule in enumerate(rules):
        table[row, 1 : len(rule.steps) + 1] = [step.level for step in rule.steps]
    return table


def _stale_after_ms(rule: LadderRule) -> int:
    return int(NEVER_STALE) if rule.stale_after_s is None else round(rule.stale_after_s * 1000)
