"""Writing a sensing rule without code: the ladder as rows, and beside it what it would have done in the last days."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from anshu.access.policy import Person, actor_of, may, require
from anshu.domains.devices.models import Channel
from anshu.domains.devices.queries import store
from anshu.domains.warnings.ledger import RULES
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.models.conditions import unit_of
from anshu.domains.warnings.queries.backtest import Trial, Yardstick, stored, try_out
from anshu.domains.warnings.queries.watched import channels_of
from anshu.domains.warnings.rules import telling
from anshu.domains.warnings.rules.compounds import Part
from anshu.domains.warnings.rules.drafts import draft
from anshu.domains.warnings.rules.surroundings import Surroundings
from anshu.engines.sensing import Mark
from anshu.kernel import clock
from anshu.kernel.errors import AnshuError, Invalid
from anshu.ledger import edit
from anshu.web import condition_form, rule_form

POINTS = 600
OFFERED = 20
DAYS = (1, 3, 7, 30)
SHOWN_DAYS = 3
WHEN = ("season_from", "season_to", "hours_from", "hours_to")
CHECKS = ("low", "high", "jump", "stuck_after_s", "gap_after_s", "backup")
MARKS = {
    Mark.OUT_OF_RANGE: _("out of range"),
    Mark.SPIKE: _("spikes"),
    Mark.STUCK: _("stuck"),
    Mark.GAP: _("gaps"),
    Mark.LENT: _("from the backup"),
}


def editor(request: HttpRequest, key: Any = None) -> HttpResponse:
    """Add or change a rule. What was typed stays when something has to be mended."""
    actor = actor_of(request)
    rule = rule_of(actor, key) if key else None
    require(actor, f"warnings.{'change' if rule else 'add'}", rule.territory if rule else None)
    if request.method == "POST":
        if "more" in request.POST or "less" in request.POST:
            shown = condition_form.moved(request.POST) | {"weekday": request.POST.getlist("weekday")}
            return _page(request, rule or Rule(), shown, {})
        return _save(request, actor, rule)
    return _page(request, rule or Rule(), rule_form.told(rule or Rule()), {})


def rule_of(actor: Person, key: Any) -> Rule:
    """A rule that the person may see; what they may not see does not exist for them."""
    rows = Rule.objects.visible_to(actor).select_related("channel", "backup")
    found = rows.filter(pk=key).first()
    if found is None:
        raise Http404(str(key))
    return found


def _save(request: HttpRequest, actor: Person, rule: Rule | None) -> HttpResponse:
    values = rule_form.typed(request.POST)
    made, faults = draft(values, Channel.objects.visible_to(actor), rule)
    wrong = rule_form.beside(faults, values["steps"])
    if not wrong:
        values |= {"steps": made.steps, "conditions": made.conditions}
        try:
            saved = (
                edit.change(RULES, rule, by=actor, values=values) if rule else edit.add(RULES, by=actor, values=values)
            )
            return HttpResponseRedirect(f"/r/rules/{saved.pk}")
        except AnshuError as refusal:
            wrong = {refusal.field or "steps": str(refusal)}
    shown = {**request.POST.dict(), "weekday": request.POST.getlist("weekday")}
    return _page(request, rule or Rule(), shown, wrong, status=422)


def _page(
    request: HttpRequest, rule: Rule, shown: dict[str, Any], wrong: dict[str, str], status: int = 200
) -> HttpResponse:
    choices = rule_form.choices(get_language() or "", str(shown.get("quantity", "")))
    context = {
        "rule": rule,
        "known": not rule._state.adding,
        "shown": shown,
        "wrong": wrong,
        **rule_form.words(),
        "open_when": any(shown.get(name) for name in WHEN) or len(shown.get("weekday", "1234567")) not in (0, 7),
        "open_checks": any(shown.get(name) not in (None, "") for name in CHECKS),
        "choices": choices,
        "conditions": condition_form.rows(shown, wrong, list(choices.quantities)),
        "unit": rule_form.unit_of(rule, rule.channel),
    }
    return render(request, "rules/editor.html", context, status=status)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the rule as typed would have done on one of its channels, and every fault beside its field."""
    actor = actor_of(request)
    if not may(actor, "warnings.add"):
        require(actor, "warnings.change")
    key = request.POST.get("rule", "")
    rule = rule_of(actor, key) if key else None
    values = rule_form.typed(request.POST)
    fields = rule_form.names_of_fields(len(values["conditions"]))
    if rule is None and not rule_form.begun(values):
        return render(request, "rules/preview.html", {"wrong": {}, "fields": fields, "nothing": True, "unit": ""})
    made, faults = draft(values, Channel.objects.visible_to(actor), rule)
    wrong = rule_form.beside(faults, values["steps"])
    # A name is not needed to see what a ladder does.
    blocking = set(wrong) - {"name", "number", "basis", "territory"}
    context: dict[str, Any] = {"wrong": wrong, "fields": fields, "blocked": bool(blocking)}
    if not blocking:
        context |= _tried(made, actor, request.POST)
    context["unit"] = rule_form.unit_of(made, context.get("channel"))
    return render(request, "rules/preview.html", context)


def _tried(made: Rule, actor: Person, asked: QueryDict) -> dict[str, Any]:
    """The draft over the last days of the first channels that it watches, and its curve on the one asked for."""
    visible = Channel.objects.visible_to(actor)
    watched = channels_of(made).filter(pk__in=visible.values("pk"))
    channels = list(watched[:OFFERED])
    if not channels:
        return {"nothing": True}
    slots = [channel.slot for channel in channels]
    last = store().last(slots)
    if not len(last.at_ms):
        return {"channels": channels, "channel": channels[0], "silent": True}
    days = next((days for days in DAYS if str(days) == asked.get("days")), SHOWN_DAYS)
    until = min(clock.now(), datetime.fromtimestamp((int(last.at_ms.max()) + 1) / 1000, tz=UTC))
    recording = stored(made, until - timedelta(days=days), until, channels, Surroundings.of([made], visible))
    try:
        (trial,) = try_out([made], recording, Yardstick())
    except Invalid as problem:
        return {"channels": channels, "channel": channels[0], "problem": str(problem)}
    channel = _chosen(channels, asked.get("on", ""), trial)
    return {
        "conditions": conditions_at(trial, channel),
        "watched": watched.count(),
        "here": int(np.count_nonzero(trial.spells.channel == channel.slot)),
        "channels": channels,
        "channel": channel,
        "trial": trial,
        "props": json.dumps({"data": curve(trial, channel)}),
        "chosen_days": days,
        "days": DAYS,
        "marked": [(word, trial.followed.marked[mark]) for mark, word in MARKS.items() if trial.followed.marked[mark]],
    }


def _chosen(channels: Sequence[Channel], number: str, trial: Trial) -> Channel:
    """The channel that was asked for, else the one with most alarms, else the first that has readings."""
    named = next((channel for channel in channels if channel.number == number), None)
    if named is not None:
        return named
    slots = trial.spells.channel
    if not len(slots):
        slots = store().last([channel.slot for channel in channels]).channel[:1]
    most = int(np.bincount(slots).argmax())
    return next(channel for channel in channels if channel.slot == most)


def conditions_at(trial: Trial, channel: Channel) -> list[dict[str, Any]]:
    """Each condition of a compound at one place in words, what it sees from there, and how often it came true there."""
    rule, around, true = trial.rule, trial.recording.around, trial.followed.came_true
    told = []
    for place, term in enumerate(rule.terms()):
        seen = around.sight(term, channel).channels
        unit = unit_of(term.judged, seen[0].unit) if seen else ""
        times = sum(true.get(Part(rule, place, one).key, 0) for one in seen)
        told.append({"words": telling.condition(term, unit), "channels": len(seen), "times": times})
    return told


def curve(trial: Trial, channel: Channel) -> dict[str, Any]:
    """The channel's curve over the span with the alarms of the trial, as the curve island reads it. Thresholds are
    drawn when they are in the unit of the curve."""
    span, rule, spells = trial.recording.span, trial.rule, trial.spells
    series = store().series(channel.slot, span.from_ms, span.to_ms, POINTS)
    own = spells.some(spells.channel == channel.slot)
    same = rule.judged in (Rule.Judged.VALUE, Rule.Judged.MEAN, Rule.Judged.LOWEST, Rule.Judged.HIGHEST)
    steps = sorted(rule.steps, key=lambda step: str(step["level"])) if same else []
    return {
        "name": channel.name,
        "unit": channel.unit,
        "points": list(zip(series.at_ms.tolist(), series.value.tolist(), strict=True)),
        "ladder": [{"level": str(s["level"]), "raise": float(s["raise"]), "clear": float(s["clear"])} for s in steps],
        "spells": [
            [begin, end, str(level)]
            for begin, end, level in zip(own.from_ms.tolist(), own.to_ms.tolist(), own.highest.tolist(), strict=True)
        ],
    }
