"""Sensing rules as the engine reads them: which ladder watches which channel, and why it says what it says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum

from anshu.domains.devices.models import Channel
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.rules.compounds import Compounds, Part, Place
from anshu.domains.warnings.rules.surroundings import Surroundings
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


"""What a row of the engine's table means to us: a watch and a place raise alarms, a part is a condition of a compound
on one channel, None counts parts for another row."""
Meaning = Watch | Place | Part | None


def watches() -> Iterator[Watch]:
    """Every channel with the rules that watch it: its own before those of its kind of site and quantity. Compounds are
    not among them."""
    rules = list(Rule.objects.filter(active=True).exclude(judged=Rule.Judged.CONDITIONS).select_related("backup"))
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


def compounds() -> Compounds:
    """Every compound rule in force at each of its places, whatever other rules watch there."""
    rules = list(Rule.objects.filter(active=True, judged=Rule.Judged.CONDITIONS).order_by("number", "pk"))
    found = Compounds(Surroundings.of(rules, Channel.objects.all()))
    for rule in rules:
        found.add(rule, places_of(rule))
    return found


def places_of(rule: Rule) -> "QuerySet[Channel]":
    """The channels at which a compound rule stands: one, or all of its quantity (and kind of site)."""
    rows: QuerySet[Channel] = Channel.objects.select_related("device__site").order_by("number", "pk")
    if rule.channel_id:
        return rows.filter(pk=rule.channel_id)
    rows = rows.filter(quantity=rule.quantity)
    return rows.filter(device__site__kind=rule.site_kind) if rule.site_kind else rows


def ladder_of(channel: Channel) -> list[dict[str, Any]]:
    """The steps that watch the values of one channel, the gravest first: level, raise and clear in its unit."""
    rules = Rule.objects.filter(active=True, judged=Rule.Judged.VALUE)
    kind = channel.device.site.kind if channel.device.site else ""
    general = rules.filter(channel=None, quantity=channel.quantity)
    watching = rules.filter(channel=channel) or general.filter(site_kind=kind) or general.filter(site_kind="")
    steps = [step for rule in watching for step in rule.steps]
    rungs = [{"level": str(s["level"]), "raise": float(s["raise"]), "clear": float(s["clear"])} for s in steps]
    return sorted(rungs, key=lambda rung: str(rung["level"]))


def table() -> tuple[RuleTable, dict[str, Meaning]]:
    """All rules compiled, and what each key means."""
    found = {watch.key: watch for watch in watches()}
    ladders = (w.rule.ladder(w.channel.slot, w.channel.stale_after_s or None) for w in found.values())
    whole = compounds()
    meanings: dict[str, Meaning] = {**dict.fromkeys(whole.counts), **found, **whole.places, **whole.parts}
    return compile_rules([*ladders, *whole.rules], checked=checked(found.values())), meanings


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


def why(decision: Decision, watch: Watch | Place) -> dict[str, Any]:
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
        "unit": "" if watch.rule.compound else watch.rule.unit(watch.channel.unit),
        "basis": watch.rule.basis,
        "verified": watch.rule.verified,
    }
