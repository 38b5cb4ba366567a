"""What a rule, saved or only drafted, would have done with past readings. Nothing is written and nobody is called.

The readings go through the engine that judges live ones, in the order of their own times: what came late then counts
here as if it had come in time. The alarms are the rule's own; checks are those of the rule alone.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import numpy as np

from anshu.domains.devices.models import Channel
from anshu.domains.devices.queries import store
from anshu.domains.warnings.models import Alarm, Rule
from anshu.domains.warnings.queries.watched import channels_of
from anshu.domains.warnings.rules.compounds import Compounds
from anshu.domains.warnings.rules.surroundings import Surroundings
from anshu.engines import backtest
from anshu.engines.backtest import Difference, Followed, Round, Score, Span, Spells, Truth
from anshu.engines.sensing import Batch, Checked, Direction, LadderRule, Level, RuleTable, Spread, Step, compile_rules
from anshu.engines.sensing.rules import UNCHECKED
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import rules

"""Silence is looked at in steps of a tenth of the shortest one that raises, but no more often than this."""
PACE_MS = 60_000
MOST_PACES = 20_000
"""More than two threads wait for the reading from disk anyway."""
THREADS = 2

JUDGED_TRUE = (Alarm.State.CONFIRMED, Alarm.State.CLOSED)
JUDGED_FALSE = (Alarm.State.FALSE, Alarm.State.TEST)


class Source(StrEnum):
    """Where it is known from what really happened."""

    LABELS = "labels"
    EVENT = "event"
    VERDICTS = "verdicts"


@dataclass(frozen=True, eq=False)
class Recording:
    """Past readings: the span, the numbers of its channels by slot, after how many seconds each counts as silent (0:
    never). `rounds` gives the readings from the beginning whenever it is called, and with them those of further
    channels (by slot), where it has them; some may lie before the span. `around`: where conditions may look."""

    span: Span
    channels: Mapping[int, str]
    stale_after_s: Mapping[int, float]
    rounds: Callable[[Collection[int]], Iterable[Round]]
    around: Surroundings = field(default_factory=lambda: Surroundings([]))


@dataclass(frozen=True)
class Yardstick:
    """What alarms are measured by. An event is named by labels, or is a value at or beyond `event`; without either,
    the verdicts of the desk say what was true. `ahead` is how long before an event an alarm counts for it."""

    labels: Truth | None = None
    event: float | None = None
    ahead: timedelta | None = None

    @property
    def ahead_ms(self) -> int:
        return _ms(self.ahead) if self.ahead is not None else _rule_ms("ahead")


@dataclass(frozen=True, eq=False)
class Trial:
    """What one rule would have done on a recording, and what that was worth."""

    rule: Rule
    recording: Recording
    followed: Followed
    truth: Truth
    source: Source
    score: Score
    ahead_ms: int

    @property
    def spells(self) -> Spells:
        return self.followed.spells

    def against(self, other: "Trial") -> Difference:
        """What changes when the other rule takes the place of this one."""
        return backtest.compare(self.spells, other.spells, self.truth, ahead_ms=self.ahead_ms)


def stored(
    rule: Rule,
    from_at: datetime,
    to_at: datetime,
    channels: Sequence[Channel] | None = None,
    around: Surroundings | None = None,
) -> Recording:
    """Our own readings of the channels that the rule watches (or of some), from (inclusive) to (exclusive). Conditions
    look at any channel, unless `around` says among which.

    Invalid when the rule watches no channel or the span is none.
    """
    if not from_at < to_at:
        raise Invalid("the period ends before it begins", field="to", code="period")
    watched = list(channels_of(rule)) if channels is None else list(channels)
    if not watched:
        raise Invalid("the rule watches no channel", field="rule", code="no_channel")
    span = Span(_instant(from_at), _instant(to_at), len(watched))
    slots = {channel.slot for channel in watched} | ({rule.backup.slot} if rule.backup else set())
    begin_ms = span.from_ms - _lead_in_ms(rule)

    def rounds(further: Collection[int]) -> Iterator[Round]:
        for piece in store().history(sorted(slots | set(further)), max(0, begin_ms), span.to_ms):
            yield Round(Batch(piece.channel, piece.at_ms, piece.value), piece.to_ms)

    return Recording(
        span,
        {channel.slot: channel.number for channel in watched},
        {channel.slot: float(channel.stale_after_s) for channel in watched},
        rounds,
        Surroundings.of([rule], Channel.objects.all()) if around is None else around,
    )


def try_out(tried: Sequence[Rule], recording: Recording, by: Yardstick, *, most: int | None = None) -> list[Trial]:
    """Each rule on every channel of the recording, which is read once. Refused beyond `most` readings."""
    wholes = {place: together(rule, recording) for place, rule in enumerate(tried) if rule.compound}
    tables = [
        compile_rules(wholes[place].rules) if rule.compound else _table(rule.ladder(0, None), rule, recording)
        for place, rule in enumerate(tried)
    ]
    if by.event is not None:
        tables.append(_table(_event_ladder(tried[0], by.event), None, recording))
    further = {slot for whole in wholes.values() for slot in whole.slots}
    rounds = _counted(recording.rounds(further), most)
    silences = [pace for rule in tried for pace in _paces_ms(rule, recording.span)]
    if silences:
        rounds = backtest.in_rounds(rounds, min(silences))
    found = [_within(each, recording.span) for each in backtest.follow(tables, rounds, recording.span, threads=THREADS)]
    truth, source = _truth(by, recording, found[-1].spells)
    return [
        Trial(
            rule, recording, followed, truth, source,
            backtest.score(followed.spells, truth, recording.span, ahead_ms=by.ahead_ms), by.ahead_ms,
        )
        for rule, followed in zip(tried, found, strict=False)
    ]  # fmt: skip


def together(rule: Rule, recording: Recording) -> Compounds:
    """A compound at those of its places that are among the channels of the recording; Invalid when none of them is, or
    none has anything to look at."""
    found = Compounds(recording.around)
    found.add(rule, [channel for channel in channels_of(rule) if channel.slot in recording.channels])
    if not found.places:
        raise Invalid("from none of these channels does a condition of the rule see any", field="rule", code="no_place")
    return found


def _table(ladder: LadderRule, rule: Rule | None, recording: Recording) -> RuleTable:
    """The ladder on every channel of the recording, a spread for each time after which channels count as silent."""
    slots_by_stale: dict[float, list[int]] = {}
    for slot in recording.channels:
        slots_by_stale.setdefault(recording.stale_after_s.get(slot, 0.0), []).append(slot)
    spreads = [
        Spread(replace(ladder, key=f"{place}", stale_after_s=stale or None), np.array(slots, dtype=np.int64))
        for place, (stale, slots) in enumerate(sorted(slots_by_stale.items()))
    ]
    checks = rule.checks() if rule is not None else UNCHECKED
    backups = {rule.channel.slot: rule.backup.slot} if rule is not None and rule.channel and rule.backup else {}
    known = {one: other for one, other in backups.items() if one in recording.channels}
    checked = [Checked(checks, sorted(recording.channels), known)] if checks != UNCHECKED else []
    return compile_rules(spreads, checked=checked)


def _event_ladder(rule: Rule, event: float) -> LadderRule:
    return LadderRule("event", 0, (Step(Level.RED, event, event),), Direction(rule.direction))


def _counted(rounds: Iterable[Round], most: int | None) -> Iterator[Round]:
    count = 0
    for each in rounds:
        count += len(each.batch.at_ms)
        if most is not None and count > most:
            raise Refused(
                "more than %(most)s readings: shorten the period, or use the command anshu backtest",
                most=f"{most:,}",
                code="too_many_readings",
            )
        yield each


def _within(followed: Followed, span: Span) -> Followed:
    """Without alarms that rose before the span began, while the rule was only reading itself in."""
    return replace(followed, spells=followed.spells.some(followed.spells.from_ms >= span.from_ms))


def _truth(by: Yardstick, recording: Recording, last: Spells) -> tuple[Truth, Source]:
    if by.labels is not None:
        return _inside(by.labels, recording), Source.LABELS
    if by.event is not None:
        return backtest.events_of(last, _rule_ms("apart")), Source.EVENT
    return verdicts(recording), Source.VERDICTS


def _inside(truth: Truth, recording: Recording) -> Truth:
    """The windows on channels of the recording that begin in its span."""
    span = recording.span
    kept = np.isin(truth.channel, list(recording.channels))
    kept &= (truth.from_ms >= span.from_ms) & (truth.from_ms < span.to_ms)
    happened = truth.happened[kept]
    return Truth(truth.channel[kept], truth.from_ms[kept], truth.to_ms[kept], happened, truth.complete)


def verdicts(recording: Recording) -> Truth:
    """What the desk has found true or false on the channels of the recording, whatever rule had raised it; an alarm
    without a verdict, or that only repeats another, says nothing."""
    span = recording.span
    rows = Alarm.objects.filter(
        state__in=(*JUDGED_TRUE, *JUDGED_FALSE),
        sensed_at__gte=_at(span.from_ms),
        sensed_at__lt=_at(span.to_ms),
        exercise=False,
    ).values_list("channel__slot", "sensed_at", "recovered_at", "judged_at", "state")
    return backtest.windows(
        (
            (slot, _instant(sensed), _instant(max(sensed, recovered or judged or sensed)), state in JUDGED_TRUE)
            for slot, sensed, recovered, judged, state in rows
            if slot in recording.channels
        ),
        complete=False,
    )


def _lead_in_ms(rule: Rule) -> int:
    """How long before the span the rule must begin to read, so that its windows are full and its detectors know."""
    judged = [(term.judged, term.of.over_s + 60 * term.within_min) for term in rule.terms()] or [
        (rule.judged, rule.of().over_s)
    ]
    if any(signal in (Rule.Judged.UNUSUAL, Rule.Judged.UNSEASONABLE) for signal, _over_s in judged):
        return _rule_ms("learning")
    holds = max((float(step.get("hold_up_s", 0)) for step in rule.steps), default=0.0)
    return round(1000 * (max(over_s for _signal, over_s in judged) + holds))


def _paces_ms(rule: Rule, span: Span) -> Iterator[int]:
    """How often each thing that is judged of silence is looked at."""
    shortest = [term.raise_at for term in rule.terms() if term.judged == Rule.Judged.SILENCE]
    if rule.judged == Rule.Judged.SILENCE:
        shortest.append(min(float(step["raise"]) for step in rule.steps))
    for shortest_s in shortest:
        yield max(PACE_MS, round(shortest_s * 100), (span.to_ms - span.from_ms) // MOST_PACES)


def _rule_ms(key: str) -> int:
    return _ms(rules.at(f"back_tests/{key}").limit().elapsed or timedelta(0))


def _ms(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)


def _instant(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _at(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, tz=UTC)
