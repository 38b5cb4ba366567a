"""Sensing rules as the engine reads them: which ladder watches which channel, and why it says what it says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum

from anshu.domains.devices.models import Channel
from anshu.domains.warnings.models import Rule
from anshu.engines.sensing import Decision, RuleTable, compile_rules


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
    rules = list(Rule.objects.filter(active=True))
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
    return compile_rules(w.rule.ladder(w.channel.slot, w.channel.stale_after_s or None) for w in found.values()), found


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
