"""What verdicts say about rules: which trouble the desk, and what another threshold would have spared and missed.

Of what never rose nothing is known: below the threshold that was in force no figure can be given.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil, floor, isfinite, log10
from typing import Any

from django.db.models import Count, Q, QuerySet

from anshu.access.policy import Actor
from anshu.domains.devices.models import Channel
from anshu.domains.warnings.models import Alarm, Rule
from anshu.domains.warnings.rules.linking import span
from anshu.kernel import clock
from anshu.kernel.units import shipped_quantities
from anshu.workflow import rules

CHANNELS_SHOWN, RUNGS, DIGITS = 20, 10, 3
State = Alarm.State
"""True: found so by a person, also when it was closed since."""
TRUE = Q(state=State.CONFIRMED) | Q(state=State.CLOSED, judged_at__isnull=False)
FALSE = Q(state=State.FALSE)


@dataclass(frozen=True)
class RuleLoad:
    """What one rule did to the desk. Repeats: alarms of a channel beyond its first, in the shorter period."""

    rule: Rule
    alarms: int
    share: float
    true: int
    false: int
    test: int
    duplicate: int
    repeats: int
    chattering: int

    @property
    def false_share(self) -> float | None:
        """False among those judged true or false; None while there are none."""
        judged = self.true + self.false
        return self.false / judged if judged else None


@dataclass(frozen=True)
class ChannelLoad:
    """A channel and its share of all alarms of the period."""

    channel: Channel
    alarms: int
    share: float
    false: int


def period() -> timedelta:
    """How far back the page looks."""
    return span("tuning.over")


def _rows(actor: Actor) -> "QuerySet[Alarm]":
    return Alarm.objects.visible_to(actor).real().filter(raised_at__gte=clock.now() - period()).order_by()


def rule_loads(actor: Actor) -> list[RuleLoad]:
    """Every rule that raised an alarm in the period, the one with most alarms first."""
    times = int(rules.at("alarm_groups/chattering").number())
    lately = Q(raised_at__gte=clock.now() - span("tuning.repeats_within"))
    counted: Any = (
        _rows(actor)
        .values("rule")
        .annotate(
            n=Count("pk"),
            true=Count("pk", filter=TRUE),
            false=Count("pk", filter=FALSE),
            test=Count("pk", filter=Q(state=State.TEST)),
            duplicate=Count("pk", filter=Q(state=State.DUPLICATE)),
            late=Count("pk", filter=lately),
            channels=Count("channel", filter=lately, distinct=True),
            chattering=Count("pk", filter=Q(repeats__gte=times)),
        )
        .order_by("-n")
    )
    rows = list(counted)
    total = sum(row["n"] for row in rows) or 1
    known = Rule.objects.in_bulk([row["rule"] for row in rows])
    return [
        RuleLoad(
            known[row["rule"]], row["n"], row["n"] / total, row["true"], row["false"], row["test"], row["duplicate"],
            row["late"] - row["channels"], row["chattering"],
        )
        for row in rows
    ]  # fmt: skip


def channel_loads(actor: Actor) -> list[ChannelLoad]:
    """The channels that raised most alarms in the period: who to mend, or to take off the desk, first."""
    total = _rows(actor).count() or 1
    counted: Any = _rows(actor).values("channel").annotate(n=Count("pk"), false=Count("pk", filter=FALSE))
    rows = list(counted.order_by("-n")[:CHANNELS_SHOWN])
    known = Channel.objects.select_related("device").in_bulk([row["channel"] for row in rows])
    return [ChannelLoad(known[row["channel"]], row["n"], row["n"] / total, row["false"]) for row in rows]


@dataclass(frozen=True)
class Trial:
    """A threshold of the mildest step, and what it would have spared and missed of the alarms that were judged."""

    raise_at: float
    spared: int
    missed: int


@dataclass(frozen=True)
class Sweep:
    """Trials from the threshold in force outward; `best` spares most without missing a true one, if any does."""

    raise_at: float
    true: int
    false: int
    trials: tuple[Trial, ...]

    @property
    def best(self) -> Trial | None:
        """The trial that spares most and misses nothing."""
        free = [trial for trial in self.trials if not trial.missed and trial.spared]
        return max(free, key=lambda trial: trial.spared, default=None)


def sweep(rule: Rule, actor: Actor) -> Sweep | None:
    """Other thresholds for the mildest step of the rule, up to the next one; None for a rule without steps, or whose
    steps only count conditions."""
    steps = sorted(rule.steps, key=lambda step: -int(step["level"]))
    if not steps or rule.compound:
        return None
    sign = -1.0 if rule.direction == Rule.Direction.BELOW else 1.0
    present = float(steps[0]["raise"])
    outer = float(steps[1]["raise"]) if len(steps) > 1 else sign * float("inf")
    rows = _rows(actor).filter(rule=rule, judged_at__isnull=False)
    true = [sign * peak for peak in rows.filter(TRUE).values_list("peak", flat=True)]
    false = sorted(sign * peak for peak in rows.filter(FALSE).values_list("peak", flat=True))
    trials = [
        Trial(sign * at, sum(peak < at for peak in false), sum(peak < at for peak in true))
        for at in candidates(false, sign * present, sign * outer)
    ]
    return Sweep(present, len(true), len(false), tuple(trials))


def candidates(peaks: list[float], present: float, outer: float) -> list[float]:
    """Round thresholds between the present one and the next step, each just above some of the peaks; ascending."""
    if not peaks:
        return []
    picked = {peaks[min(len(peaks) - 1, len(peaks) * rung // RUNGS)] for rung in range(RUNGS)} | {peaks[-1]}
    found = {just_above(peak) for peak in picked if isfinite(peak)}
    return sorted(at for at in found if present < at < outer)


def just_above(value: float) -> float:
    """The next number of three digits above the value."""
    if value == 0:
        return 10.0**-DIGITS
    unit = 10.0 ** (floor(log10(abs(value))) - DIGITS + 1)
    return round((ceil(value / unit + 1e-9) if value / unit % 1 else value / unit + 1) * unit, 12)


def unit_of(rule: Rule) -> str:
    """The unit of what the rule judges, by its channel or else by its quantity."""
    kind = shipped_quantities().kinds.get(rule.quantity)
    return rule.unit(rule.channel.unit if rule.channel else kind.unit.symbol if kind else "")


def steps_with(rule: Rule, raise_at: float) -> list[dict[str, Any]]:
    """The rule's steps with another threshold for the mildest one, which clears as far from it as before."""
    steps = sorted((dict(step) for step in rule.steps), key=lambda step: -int(step["level"]))
    moved = raise_at - float(steps[0]["raise"])
    steps[0] |= {"raise": raise_at, "clear": round(float(steps[0]["clear"]) + moved, 9)}
    return steps
