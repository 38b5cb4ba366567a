"""Sensing rules as the engine reads them: which ladder watches which channel, and why it says what it says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum

from anshu.domains.devices.models import Channel
from anshu.domains.warnings.models import Rule
from anshu.engines.sensing import Checked, Checks, Decision, RuleTable, compile_rules
from anshu.engines.sensing.rules import UNCHECKED


@dataclass(frozen=True)
class Watch:
    """One rule on one channel: a row of the engine's table."""

    rule: Rule
    channel: Channel

    @property
    def key(self) -> str:
        return f"{self.rule.pk}/{self.channel.slot}"


def watches() -> Iterator[Watch]:
    """Every channel with the rule that watches it: its own rule before the one of its kind of site and quantity."""
    rules = list(Rule.objects.filter(active=True).select_related("backup"))
    own: dict[Any, list[Rule]] = {}
    general: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        if rule.channel_id:
            own.setdefault(rule.channel_id, []).append(rule)
        else:
            general.setdefault((rule.quantity, rule.site_kind), []).append(rule)
    for channel in Channel.objects.select_related("device__site"):
        kind = channel.device.site.kind if channel.device.site else ""
        for rule in (
            own.get(channel.pk) or general.get((channel.quantity, kind)) or general.get((channel.quantity, "")) or ()
        ):
            yield Watch(rule, channel)


def ladder_of(channel: Channel) -> list[dict[str, Any]]:
    """The steps that watch the values of one channel, the gravest first: level, raise and clear in its unit."""
    rules = Rule.objects.filter(active=True, judged=Rule.Judged.VALUE)
    kind = channel.device.site.kind if channel.device.site else ""
    general = rules.filter(channel=None, quantity=channel.quantity)
    watching = rules.filter(channel=channel) or general.filter(site_kind=kind) or general.filter(site_kind="")
    steps = [step for rule in watching for step in rule.steps]
    rungs = [{"level": str(s["level"]), "raise": float(s["raise"]), "clear": float(s["clear"])} for s in steps]
    return sorted(rungs, key=lambda rung: str(rung["level"]))


def table() -> tuple[RuleTable, dict[str, Watch]]:
    """All watches compiled, and the watch of each key."""
    found = {watch.key: watch for watch in watches()}
    ladders = (w.rule.ladder(w.channel.slot, w.channel.stale_after_s or None) for w in found.values())
    return compile_rules(ladders, checked=checked(found.values())), found


def checked(found: Iterable[Watch]) -> list[Checked]:
    """What readings of each channel must pass: the strictest of what its rules ask."""
    by_slot: dict[int, Checks] = {}
    backups: dict[int, int] = {}
    for watch in found:
        own = watch.rule.checks()
        if own != UNCHECKED:
            slot = watch.channel.slot
            by_slot[slot] = strictest(by_slot.get(slot, UNCHECKED), own)
            if watch.rule.backup is not None:
                backups[slot] = watch.rule.backup.slot
    alike: dict[Checks, list[int]] = {}
    for slot, checks in by_slot.items():
        alike.setdefault(checks, []).append(slot)
    return [
        Checked(checks, slots, {slot: backups[slot] for slot in slots if slot in backups})
        for checks, slots in alike.items()
    ]


def strictest(one: Checks, other: Checks) -> Checks:
    """What passes passes both; where their ranges do not meet, nothing but one value does."""
    low = max(one.low, other.low)
    spans = {}
    for name in ("stuck_after_s", "gap_after_s"):
        told = [span for span in (getattr(one, name), getattr(other, name)) if span is not None]
        spans[name] = min(told, default=None)
    return Checks(low, max(low, min(one.high, other.high)), min(one.jump, other.jump), **spans)


def fingerprint() -> tuple[object, ...]:
    """Changes whenever a rule or a channel does, and is cheap to ask."""
    rules = Rule.objects.filter(active=True).aggregate(n=Count("pk"), v=Sum("version"))
    channels = Channel.objects.aggregate(n=Count("pk"), s=Sum("stale_after_s"))
    return (rules["n"], rules["v"], channels["n"], channels["s"])


def why(decision: Decision, watch: Watch) -> dict[str, Any]:
    """What the screen shows when somebody asks why: rule, version, threshold, hold and basis."""
    return {
        "rule": watch.rule.name,
        "version": watch.rule.version,
        "kind": str(decision.kind),
        "direction": watch.rule.direction,
        "threshold": decision.reason.threshold,
        "hold_s": decision.reason.hold_s,
        "since_ms": decision.reason.since_ms,
        "value": decision.value,
        "judged": watch.rule.judged,
        "unit": watch.rule.unit(watch.channel.unit),
        "basis": watch.rule.basis,
        "verified": watch.rule.verified,
    }
