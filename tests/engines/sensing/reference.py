"""The sensing engine once more, slow and obvious: one reading, one rule, one step at a time, in plain Python.

Written from the package docstring: windows are lists that are searched anew each time, dates come from datetime, and
nothing is kept that could be found out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from anshu.engines.sensing import (
    Checked,
    Checks,
    CompoundRule,
    Decision,
    Direction,
    Kind,
    LadderRule,
    Level,
    Mark,
    Reason,
    Signal,
    Spread,
    Step,
)
from tests.engines.sensing.reference_signals import Detector, is_open, window

Reading = tuple[int, int, float]  # channel, at_ms, value
Rules = list[LadderRule | Spread | CompoundRule]
WINDOWS = (Signal.SUM, Signal.MEAN, Signal.LOWEST, Signal.HIGHEST, Signal.CHANGE, Signal.TREND)


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


@dataclass
class Ladder:
    """Steps that come on and go off; `since[i]` belongs to step i, in milliseconds."""

    steps: tuple[Step, ...]
    below: bool = False
    steps_on: int = 0
    since: list[int | None] = field(default_factory=lambda: [None] * 4)

    def level(self) -> Level:
        return Level.NONE if self.steps_on == 0 else self.steps[self.steps_on - 1].level

    def judge(self, value: float | None, at: int) -> tuple[Kind, Level, Level, Reason] | None:
        """One judgement; None as value stands for "outside the schedule"."""
        was_on, previous = self.steps_on, self.level()
        for i, step in enumerate(self.steps):
            if self.is_running(i, step, value):
                self.since[i] = at if self.since[i] is None else self.since[i]
            else:
                self.since[i] = None
        now_on = self.rung_after(at)
        if now_on == was_on:
            return None
        if now_on > was_on:
            step, since = self.steps[now_on - 1], self.since[now_on - 1]
            reason = Reason(step.raise_at, step.hold_up_s, since)
            kind = Kind.RAISE if was_on == 0 else Kind.STEP_UP
        else:
            step, since = self.steps[now_on], self.since[now_on]
            reason = Reason(step.clear_at, step.hold_down_s, since)
            kind = Kind.CLEAR if now_on == 0 else Kind.STEP_DOWN
        for i in range(min(was_on, now_on), max(was_on, now_on)):
            self.since[i] = None
        self.steps_on = now_on
        return kind, self.level(), previous, reason

    def is_running(self, i: int, step: Step, value: float | None) -> bool:
        is_on = i < self.steps_on
        if value is None:
            return is_on
        if is_on:
            return value > step.clear_at if self.below else value < step.clear_at
        return value <= step.raise_at if self.below else value >= step.raise_at

    def rung_after(self, at: int) -> int:
        def is_over(i: int, hold_s: float) -> bool:
            return self.since[i] is not None and at - self.since[i] >= milliseconds(hold_s)

        for i in reversed(range(self.steps_on, len(self.steps))):
            if is_over(i, self.steps[i].hold_up_s):
                return i + 1
        rung = self.steps_on
        while rung > 0 and is_over(rung - 1, self.steps[rung - 1].hold_down_s):
            rung -= 1
        return rung


@dataclass
class Watch:
    """A rule, its ladder, and what its quantity has to remember."""

    key: str
    rule: LadderRule
    ladder: Ladder
    channel: int
    stale: bool = False
    taken: list[tuple[int, float]] = field(default_factory=list)  # readings in the window, in order of arrival
    detector: Detector = field(default_factory=Detector)

    def is_too_long(self, span_ms: int) -> bool:
        return self.rule.stale_after_s is not None and span_ms > milliseconds(self.rule.stale_after_s)


@dataclass
class Compound:
    """A compound; for each condition whether it is true and, if not, when it ceased to be."""

    rule: CompoundRule
    ladder: Ladder
    true: list[bool]
    fell_at: list[int | None]

    def holds(self, i: int, now: int) -> bool:
        condition, fell = self.rule.conditions[i], self.fell_at[i]
        if fell is not None and now >= fell + milliseconds(condition.within_s):
            fell = self.fell_at[i] = None
        return (self.true[i] or fell is not None) != condition.negated


@dataclass
class Channel:
    checks: Checks = field(default_factory=Checks)
    newest: int | None = None
    last: float = 0.0
    watched_from: int | None = None
    same_since: int = 0
    suspect: float | None = None
    own: int | None = None
    late: int = 0
    ahead: int = 0
    bad: int = 0


class Reference:
    """Feed it with `step`; decisions come in the order in which the engine must give them."""

    def __init__(
        self, rules: Rules, ahead_limit_s: float, checked: Iterable[Checked] = (), utc_offset_s: float = 8 * 3600
    ) -> None:
        ladders = [rule for rule in rules if isinstance(rule, LadderRule)]
        watches = [(rule.channel, rule.key, False, rule) for rule in ladders]
        for one in rules:
            if isinstance(one, Spread):
                watches += [(channel, one.rule.key, True, one.rule) for channel in one.channels.tolist()]
        self.watches = [
            Watch(
                f"{key}/{channel}" if numbered else key,
                rule,
                Ladder(rule.steps, rule.direction is Direction.BELOW),
                channel,
            )
            for channel, key, numbered, rule in sorted(watches, key=lambda one: one[:3])
        ]
        self.rows: dict[int, list[int]] = {}
        for row, watch in enumerate(self.watches):
            self.rows.setdefault(watch.channel, []).append(row)
        self.compounds = self.in_order([rule for rule in rules if isinstance(rule, CompoundRule)])
        self.channels = {channel: Channel() for channel in self.rows}
        self.backups: dict[int, list[int]] = {}
        for one in checked:
            for channel in one.channels:
                if channel in self.channels:
                    self.channels[channel].checks = one.checks
            for channel, backup in one.backups.items():
                self.backups.setdefault(backup, []).append(channel)
        self.ahead_limit_ms = milliseconds(ahead_limit_s)
        self.utc_offset_s = utc_offset_s
        self.unwatched = 0
        self.previous_now: int | None = None
        self.marks: list[Mark] = []

    def in_order(self, rules: list[CompoundRule]) -> list[Compound]:
        known = {watch.key for watch in self.watches}
        ordered: list[CompoundRule] = []
        while len(ordered) < len(rules):
            ready = [
                rule
                for rule in rules
                if rule.key not in known and all(condition.rule in known for condition in rule.conditions)
            ]
            ordered += sorted(ready, key=lambda rule: rule.key)
            known |= {rule.key for rule in ready}
        return [
            Compound(rule, Ladder(rule.steps), [False] * len(rule.conditions), [None] * len(rule.conditions))
            for rule in ordered
        ]

    def step(self, readings: list[Reading], now: int) -> list[Decision]:
        decisions = self.sweep(now)
        self.marks = []
        for channel, at, value in readings:
            news, mark = self.take(channel, at, value, now, lent=False)
            for other in sorted(self.backups.get(channel, [])):
                if other in self.channels:
                    more, other_mark = self.take(other, at, value, now, lent=True)
                    news += more
                    mark |= other_mark & Mark.LENT
            if mark & Mark.UNWATCHED and not mark & Mark.LENT:
                self.unwatched += 1
            news.sort(key=lambda one: (one.rule, one.kind is not Kind.FRESH))
            decisions += news + self.follow(news, now, swept=False)
            self.marks.append(mark)
        return decisions

    def silent_from(self, channel: int) -> int:
        one = self.channels[channel]
        found = one.watched_from if one.newest is None else one.newest
        assert found is not None
        return found

    def sweep(self, now: int) -> list[Decision]:
        for one in self.channels.values():
            one.watched_from = now if one.watched_from is None else one.watched_from
        if self.previous_now is not None and now // 1000 == self.previous_now // 1000:
            return []
        self.previous_now = now
        decisions = []
        for row, watch in enumerate(self.watches):
            silent_from = self.silent_from(watch.channel)
            if not watch.stale and watch.is_too_long(now - silent_from):
                watch.stale = True
                level, reason = watch.ladder.level(), Reason(None, watch.rule.stale_after_s, silent_from)
                decisions.append(self.said(row, (Kind.STALE, level, level, reason), now, None))
            if watch.rule.of.signal is Signal.SILENCE:
                decisions += self.judge(row, max(now - silent_from, 0) / 1000, now)
        return decisions + self.follow(decisions, now, swept=True)

    def take(self, channel: int, at: int, value: float, now: int, lent: bool) -> tuple[list[Decision], Mark]:
        if channel not in self.channels:
            return [], Mark.UNWATCHED
        one = self.channels[channel]
        mark = self.check(one, at, value, now, lent)
        if mark is None:
            return [], Mark(0)
        if mark & Mark.LATE:
            return self.take_late(channel, at, value), mark | (Mark.LENT if lent else Mark(0))
        if mark & (Mark.AHEAD | Mark.OUT_OF_RANGE | Mark.SPIKE):
            return [], mark
        decisions = []
        for row in self.rows[channel]:
            decisions += self.freshen(row, at, value, now)
            if one.newest is not None and self.watches[row].is_too_long(at - one.newest):
                self.watches[row].ladder.since = [None] * 4
            signal = self.derive(self.watches[row], one, at, value, now)
            if signal is not None:
                decisions += self.judge(row, signal, now if self.watches[row].rule.of.signal is Signal.SILENCE else at)
        one.newest, one.last = at, value
        if not lent:
            one.own = at
        return decisions, mark | (Mark.LENT if lent else Mark(0))

    def check(self, one: Channel, at: int, value: float, now: int, lent: bool) -> Mark | None:
        """Marks of a reading; None when it is lent and not needed."""
        checks = one.checks
        if at > now + self.ahead_limit_ms:
            one.ahead += 1
            return Mark.AHEAD
        if not checks.low <= value <= checks.high:
            one.bad += 1
            return Mark.OUT_OF_RANGE
        if lent:
            own = one.watched_from if one.own is None else one.own
            if at - own <= milliseconds(checks.gap_after_s):
                return None
        if one.newest is not None and at < one.newest:
            one.late += 1
            return Mark.LATE
        known = one.newest is not None
        gap = known and checks.gap_after_s is not None and at - one.newest > milliseconds(checks.gap_after_s)
        jumps = known and not gap and abs(value - one.last) > checks.jump
        if jumps and (one.suspect is None or abs(value - one.suspect) > checks.jump):
            one.suspect = value
            one.bad += 1
            return Mark.SPIKE
        one.suspect = None
        if one.newest is None or value != one.last:
            one.same_since = at
        stuck = checks.stuck_after_s is not None and at - one.same_since > milliseconds(checks.stuck_after_s)
        return (Mark.GAP if gap else Mark(0)) | (Mark.STUCK if stuck else Mark(0))

    def take_late(self, channel: int, at: int, value: float) -> list[Decision]:
        one, decisions = self.channels[channel], []
        for row in self.rows[channel]:
            watch = self.watches[row]
            if watch.rule.of.signal in WINDOWS and watch.taken:
                held = window(watch.rule.of, [*watch.taken, (at, value)])
                if (at, value) in held:
                    watch.taken.append((at, value))
                    signal = self.look(watch, one.newest, one.last)
                    if signal is not None:
                        decisions += self.judge(row, signal, one.newest)
        return decisions

    def derive(self, watch: Watch, one: Channel, at: int, value: float, now: int) -> float | None:
        signal = watch.rule.of.signal
        if signal is Signal.VALUE:
            return value
        if signal is Signal.UNCHANGED:
            return (at - one.same_since) / 1000
        if signal is Signal.SILENCE:
            return max(now - at, 0) / 1000
        if at == one.newest:
            return None
        if signal is Signal.RATE:
            return None if one.newest is None else (value - one.last) * 3_600_000 / (at - one.newest)
        if signal in WINDOWS:
            watch.taken.append((at, value))
            return self.look(watch, at, value)
        hour = (at + milliseconds(self.utc_offset_s)) // 3_600_000 % 24 if signal is Signal.UNSEASONABLE else 0
        return watch.detector.surprise(hour, value, 0.0 if one.newest is None else abs(value - one.last))

    def look(self, watch: Watch, newest_at: int, newest: float) -> float | None:
        signal, held = watch.rule.of.signal, window(watch.rule.of, watch.taken)
        whole = [round(min(max(value, -1e9), 1e9) * 1_000_000) for _, value in held]
        if signal is Signal.SUM:
            return sum(whole) / 1e6
        if signal is Signal.MEAN:
            return sum(whole) / len(whole) / 1e6
        if signal is Signal.LOWEST:
            return min(value for _, value in held)
        if signal is Signal.HIGHEST:
            return max(value for _, value in held)
        first_at, first = min(held, key=lambda one: one[0])
        if signal is Signal.CHANGE:
            return newest - first
        return (newest - first) * 3_600_000 / (newest_at - first_at) if first_at < newest_at else None

    def judge(self, row: int, value: float, at: int) -> list[Decision]:
        watch = self.watches[row]
        move = watch.ladder.judge(value if is_open(watch.rule.when, at, self.utc_offset_s) else None, at)
        return [] if move is None else [self.said(row, move, at, value)]

    def freshen(self, row: int, at: int, value: float, now: int) -> list[Decision]:
        watch = self.watches[row]
        if not watch.stale or watch.is_too_long(now - at):
            return []
        watch.stale = False
        reason = Reason(None, watch.rule.stale_after_s, self.silent_from(watch.channel))
        return [self.said(row, (Kind.FRESH, watch.ladder.level(), watch.ladder.level(), reason), at, value)]

    def said(self, row: int, move: tuple[Kind, Level, Level, Reason], at: int, value: float | None) -> Decision:
        kind, level, previous, reason = move
        watch = self.watches[row]
        return Decision(kind, row, watch.channel, level, previous, at, value, reason, watch.rule.certainty)

    def follow(self, news: list[Decision], now: int, swept: bool) -> list[Decision]:
        """What compounds make of moves that come together; after a sweep all of them are judged."""
        levels = {
            self.watches[one.rule].key: (one.level, one.at_ms)
            for one in news
            if one.kind not in (Kind.STALE, Kind.FRESH)
        }
        decisions = []
        for index, compound in enumerate(self.compounds):
            concerned = swept
            for i, condition in enumerate(compound.rule.conditions):
                if condition.rule in levels:
                    concerned = True
                    level, at = levels[condition.rule]
                    reached = level is not Level.NONE and level <= condition.level
                    if compound.true[i] and not reached:
                        compound.fell_at[i] = at
                    compound.true[i] = reached
                    compound.fell_at[i] = None if reached else compound.fell_at[i]
            if not concerned:
                continue
            count = sum(compound.holds(i, now) for i in range(len(compound.true)))
            move = compound.ladder.judge(float(count), now)
            if move is not None:
                kind, level, previous, reason = move
                row, channel = len(self.watches) + index, compound.rule.channel
                decisions.append(Decision(kind, row, channel, level, previous, now, float(count), reason))
                levels[compound.rule.key] = (level, now)
        return decisions
