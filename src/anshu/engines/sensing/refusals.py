"""What is no rule: each refusal names the rule, the field and the step."""

import math
from collections.abc import Sequence
from itertools import pairwise

from anshu.engines.sensing.rules import (
    MAX_CHANNEL,
    MAX_PANES,
    MAX_SECONDS,
    MAX_STEPS,
    WINDOWED,
    Checks,
    CompoundRule,
    Direction,
    LadderRule,
    Level,
    Schedule,
    Signal,
    Step,
)
from anshu.kernel.errors import Invalid, Words

MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def check_rule(rule: LadderRule) -> None:
    """Invalid when the rule cannot be meant."""
    check_head(rule)
    if rule.stale_after_s is not None and not 0.001 <= rule.stale_after_s <= MAX_SECONDS:
        problem = Words("%(given)s s is not from 1 ms to ten years", given=rule.stale_after_s)
        raise _wrong(rule, "stale_after_s", problem)
    _check_quantity(rule)
    _check_schedule(rule, rule.when)
    _check_steps(rule, -1.0 if rule.direction is Direction.BELOW else 1.0)


def check_compound(rule: CompoundRule) -> None:
    """Invalid when the compound cannot be meant; whether the rules that it names exist is asked elsewhere."""
    check_head(rule)
    if not 1 <= len(rule.conditions) <= 1000:
        raise _wrong(rule, "conditions", Words("a compound has 1 to 1000 conditions"))
    for condition in rule.conditions:
        if not 0 <= condition.within_s <= MAX_SECONDS:
            raise _wrong(rule, "within_s", Words("%(given)s s is not from 0 to ten years", given=condition.within_s))
        if condition.level not in (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE):
            problem = Words("%(given)r is not one of 1 red, 2 orange, 3 yellow, 4 blue", given=condition.level)
            raise _wrong(rule, "conditions", problem)
    _check_steps(rule, 1.0)


def check_checks(checks: Checks) -> None:
    """Invalid when the bounds contradict each other."""
    sane = checks.low <= checks.high and checks.jump > 0
    for span_s in (checks.stuck_after_s, checks.gap_after_s):
        sane = sane and (span_s is None or 0.001 <= span_s <= MAX_SECONDS)
    if not sane:
        message = "checks: low must not exceed high, jump must be positive, spans from 1 ms to ten years"
        raise Invalid(message, field="checks", code="checks")


def check_keys(keys: Sequence[str]) -> None:
    """Invalid when a key occurs twice."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise Invalid("rule %(rule)s appears twice", field="key", code="rule_twice", rule=key)
        seen.add(key)


def check_head(rule: LadderRule | CompoundRule) -> None:
    """Invalid when key, channel or the number of steps cannot be."""
    if not rule.key:
        raise Invalid("a rule has no key (channel %(channel)d)", field="key", code="rule_key", channel=rule.channel)
    if not 0 <= rule.channel <= MAX_CHANNEL:
        problem = Words("channel %(given)s is not from 0 to %(most)s", given=rule.channel, most=MAX_CHANNEL)
        raise _wrong(rule, "channel", problem)
    if not 1 <= len(rule.steps) <= MAX_STEPS:
        problem = Words("a ladder has 1 to %(most)d steps, this one %(given)d", most=MAX_STEPS, given=len(rule.steps))
        raise _wrong(rule, "steps", problem)


def _check_quantity(rule: LadderRule) -> None:
    quantity = rule.of
    if quantity.signal in WINDOWED:
        if not 1 <= quantity.panes <= MAX_PANES:
            raise _wrong(rule, "of", Words("a window has 1 to %(most)d panes", most=MAX_PANES))
        if not quantity.panes * 0.001 <= quantity.over_s <= MAX_SECONDS:
            raise _wrong(rule, "of", Words("a window lasts from 1 ms a pane to ten years"))
        if round(quantity.over_s * 1000) % quantity.panes:
            raise _wrong(rule, "of", Words("the window does not part into panes of whole milliseconds"))
    if quantity.signal is Signal.SILENCE and rule.direction is not Direction.ABOVE:
        raise _wrong(rule, "direction", Words("silence is bad above its thresholds"))


def _check_schedule(rule: LadderRule, when: Schedule) -> None:
    for month, day in (when.first_day, when.last_day):
        if not (1 <= month <= 12 and 1 <= day <= MONTH_DAYS[month - 1]):
            raise _wrong(rule, "when", Words("%(month)s/%(day)s is no day of a year", month=month, day=day))
    if not when.weekdays or not set(when.weekdays) <= set(range(1, 8)):
        raise _wrong(rule, "when", Words("days of the week are 1 Monday to 7 Sunday"))
    if not (0 <= when.from_minute < 1440 and 0 < when.to_minute <= 1440 and when.from_minute != when.to_minute):
        raise _wrong(rule, "when", Words("minutes run from 0 to 1440 and differ"))


def _check_steps(rule: LadderRule | CompoundRule, sign: float) -> None:
    for step in rule.steps:
        _check_step(rule, step, sign)
    for milder, graver in pairwise(rule.steps):
        _check_order(rule, milder, graver, sign)


def _check_step(rule: LadderRule | CompoundRule, step: Step, sign: float) -> None:
    if step.level not in (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE):
        problem = Words("%(given)r is not one of 1 red, 2 orange, 3 yellow, 4 blue", given=step.level)
        raise _wrong(rule, "level", problem, step)
    for field, threshold in (("raise_at", step.raise_at), ("clear_at", step.clear_at)):
        if not math.isfinite(threshold):
            raise _wrong(rule, field, Words("%(given)s is not a finite number", given=threshold), step)
    for field, hold_s in (("hold_up_s", step.hold_up_s), ("hold_down_s", step.hold_down_s)):
        if not 0 <= hold_s <= MAX_SECONDS:
            raise _wrong(rule, field, Words("%(given)s s is not from 0 to ten years", given=hold_s), step)
    if sign * step.clear_at > sign * step.raise_at:
        problem = Words("%(given)s lies beyond raise_at %(bound)s", given=step.clear_at, bound=step.raise_at)
        raise _wrong(rule, "clear_at", problem, step)


def _check_order(rule: LadderRule | CompoundRule, milder: Step, graver: Step, sign: float) -> None:
    if graver.level >= milder.level:
        problem = Words("must be graver than the %(milder)s step before it", milder=_name(milder))
        raise _wrong(rule, "level", problem, graver)
    if not sign * graver.raise_at > sign * milder.raise_at:
        problem = Words(
            "%(given)s must lie beyond %(bound)s of the %(milder)s step",
            given=graver.raise_at, bound=milder.raise_at, milder=_name(milder),
        )  # fmt: skip
        raise _wrong(rule, "raise_at", problem, graver)
    if sign * milder.clear_at > sign * graver.clear_at:
        problem = Words(
            "%(given)s must not lie before %(bound)s of the %(milder)s step",
            given=graver.clear_at, bound=milder.clear_at, milder=_name(milder),
        )  # fmt: skip
        raise _wrong(rule, "clear_at", problem, graver)


def _name(step: Step) -> Words:
    return Words(Level(step.level).name.lower())


def _wrong(rule: LadderRule | CompoundRule, field: str, problem: Words, step: Step | None = None) -> Invalid:
    """The error for one field of a rule, or of one of its steps, which is named by its place (1 = mildest)."""
    params = {"rule": rule.key, "channel": rule.channel, "name": field, "problem": problem}
    if step is None:
        return Invalid("rule %(rule)s: %(name)s: %(problem)s", field=field, code=f"rule_{field}", **params)
    place = next(place for place, candidate in enumerate(rule.steps, start=1) if candidate is step)
    message = "rule %(rule)s, step %(step)d (level %(level)s): %(name)s: %(problem)s"
    level = str(int(step.level))
    return Invalid(message, field=field, code=f"step_{field}", step=place, level=level, **params)
