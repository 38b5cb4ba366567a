"""The sensing engine once more, slow and obvious: one reading, one rule, one step at a time, in plain Python."""

from dataclasses import dataclass, field

from anshu.engines.sensing import Decision, Direction, Kind, LadderRule, Level, Reason, Step

Reading = tuple[int, int, float]  # channel, at_ms, value


@dataclass
class Ladder:
    """What is remembered about one rule; `since[i]` belongs to step i, in milliseconds."""

    rule: LadderRule
    steps_on: int = 0
    stale: bool = False
    since: list[int | None] = field(default_factory=lambda: [None] * 4)

    def level(self) -> Level:
        return Level.NONE if self.steps_on == 0 else self.rule.steps[self.steps_on - 1].level

    def is_reached(self, step: Step, value: float) -> bool:
        return value >= step.raise_at if self.rule.direction is Direction.ABOVE else value <= step.raise_at

    def is_cleared(self, step: Step, value: float) -> bool:
        return value < step.clear_at if self.rule.direction is Direction.ABOVE else value > step.clear_at

    def is_too_long(self, span_ms: int) -> bool:
        return self.rule.stale_after_s is not None and span_ms > round(self.rule.stale_after_s * 1000)


class Reference:
    """Feed it with `sweep` and `take`; decisions come in the order in which the engine must give them."""

    def __init__(self, rules: list[LadderRule], ahead_limit_s: float) -> None:
        in_order = sorted(rules, key=lambda rule: (rule.channel, rule.key))
        self.ladders = [Ladder(rule) for rule in in_order]
        self.rows: dict[int, list[int]] = {}
        for row, rule in enumerate(in_order):
            self.rows.setdefault(rule.channel, []).append(row)
        self.ahead_limit_ms = round(ahead_limit_s * 1000)
        self.newest: dict[int, int] = {}
        self.watched_from: dict[int, int] = {}
        self.late: dict[int, int] = {}
        self.ahead: dict[int, int] = {}
        self.unwatched = 0
        self.previous_now: int | None = None

    def step(self, readings: list[Reading], now: int) -> list[Decision]:
        decisions = self.sweep(now)
        for reading in readings:
            decisions += self.take(*reading, now)
        return decisions

    def silent_from(self, channel: int) -> int:
        return self.newest.get(channel, self.watched_from[channel])

    def sweep(self, now: int) -> list[Decision]:
        decisions = []
        for row, ladder in enumerate(self.ladders):
            channel = ladder.rule.channel
            self.watched_from.setdefault(channel, now)
            silent_from = self.silent_from(channel)
            if now != self.previous_now and not ladder.stale and ladder.is_too_long(now - silent_from):
                ladder.stale = True
                reason = Reason(None, ladder.rule.stale_after_s, silent_from)
                decisions.append(Decision(Kind.STALE, row, channel, ladder.level(), ladder.level(), now, None, reason))
        self.previous_now = now
        return decisions

    def take(self, channel: int, at: int, value: float, now: int) -> list[Decision]:
        if channel not in self.rows:
            self.unwatched += 1
            return []
        if at > now + self.ahead_limit_ms:
            self.ahead[channel] = self.ahead.get(channel, 0) + 1
            return []
        if at < self.newest.get(channel, at):
            self.late[channel] = self.late.get(channel, 0) + 1
            return []
        decisions = []
        for row in self.rows[channel]:
            decisions += self.freshen(row, at, value, now)
            decisions += self.climb(row, at, value)
        self.newest[channel] = at
        return decisions

    def freshen(self, row: int, at: int, value: float, now: int) -> list[Decision]:
        ladder = self.ladders[row]
        if not ladder.stale or ladder.is_too_long(now - at):
            return []
        ladder.stale = False
        channel, level = ladder.rule.channel, ladder.level()
        reason = Reason(None, ladder.rule.stale_after_s, self.silent_from(channel))
        return [Decision(Kind.FRESH, row, channel, level, level, at, value, reason)]

    def climb(self, row: int, at: int, value: float) -> list[Decision]:
        ladder = self.ladders[row]
        channel, was_on, previous_level = ladder.rule.channel, ladder.steps_on, ladder.level()
        if channel in self.newest and ladder.is_too_long(at - self.newest[channel]):
            ladder.since = [None] * 4
        run_holds(ladder, at, value)
        now_on = rung_after(ladder, at)
        if now_on == was_on:
            return []

        if now_on > was_on:
            step, since = ladder.rule.steps[now_on - 1], ladder.since[now_on - 1]
            reason = Reason(step.raise_at, step.hold_up_s, since)
            kind = Kind.RAISE if was_on == 0 else Kind.STEP_UP
        else:
            step, since = ladder.rule.steps[now_on], ladder.since[now_on]
            reason = Reason(step.clear_at, step.hold_down_s, since)
            kind = Kind.CLEAR if now_on == 0 else Kind.STEP_DOWN
        for i in range(min(was_on, now_on), max(was_on, now_on)):
            ladder.since[i] = None
        ladder.steps_on = now_on
        return [Decision(kind, row, channel, ladder.level(), previous_level, at, value, reason)]


def run_holds(ladder: Ladder, at: int, value: float) -> None:
    for i, step in enumerate(ladder.rule.steps):
        is_on = i < ladder.steps_on
        if ladder.is_cleared(step, value) if is_on else ladder.is_reached(step, value):
            if ladder.since[i] is None:
                ladder.since[i] = at
        else:
            ladder.since[i] = None


def rung_after(ladder: Ladder, at: int) -> int:
    def is_over(i: int, hold_s: float) -> bool:
        return ladder.since[i] is not None and at - ladder.since[i] >= round(hold_s * 1000)

    steps = ladder.rule.steps
    for i in reversed(range(ladder.steps_on, len(steps))):
        if is_over(i, steps[i].hold_up_s):
            return i + 1
    rung = ladder.steps_on
    while rung > 0 and is_over(rung - 1, steps[rung - 1].hold_down_s):
        rung -= 1
    return rung
