"""A sensing rule tried on the past: what it would have raised, missed and whom it would have called; two versions."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Person, actor_of, may, require
from anshu.domains.devices.models import Channel
from anshu.domains.incidents.queries.foreseen import Foreseen, foresee, is_night
from anshu.domains.warnings.ledger import RULES
from anshu.domains.warnings.models import Level, Rule
from anshu.domains.warnings.queries.backtest import Source, Trial, Yardstick, stored, try_out
from anshu.domains.warnings.queries.tallies import by_channel, by_hour, by_level
from anshu.domains.warnings.queries.watched import channels_of
from anshu.domains.warnings.rules.drafts import draft
from anshu.domains.warnings.rules.surroundings import Surroundings
from anshu.engines.backtest import Score
from anshu.kernel import clock
from anshu.kernel.errors import AnshuError, Invalid
from anshu.ledger import edit
from anshu.web import rule_form
from anshu.web.pages.rule_editor import MARKS, conditions_at, curve, rule_of
from anshu.workflow import rules
from anshu.workflow.models import Change

A_MONTH = timedelta(days=30)
SHOWN_CHANNELS, SHOWN_PEOPLE, SHOWN_VERSIONS = 20, 20, 5
SOURCES = {
    Source.EVENT: gettext_lazy("An event is a value at or beyond the one given."),
    Source.VERDICTS: gettext_lazy(
        "What was true is known from the verdicts of the desk; an alarm that was never judged stays without a verdict."
    ),
}


@require_GET
def page(request: HttpRequest, key: Any) -> HttpResponse:
    """The questions; the answer is fetched by the page itself, since it may take a while."""
    actor = actor_of(request)
    rule = rule_of(actor, key)
    today = timezone.localdate(clock.now())
    shown = {"from": (today - A_MONTH).isoformat(), "to": today.isoformat(), **rule_form.told_steps(rule.steps)}
    if any(name.startswith("step-") for name in request.GET):
        shown = {name: value for name, value in shown.items() if not name.startswith("step-")}
    context = {
        "rule": rule,
        "shown": {**shown, **request.GET.dict()},
        "wrong": {},
        "second": any(name.startswith("step-") for name in request.GET),
        "versions": list(_versions(rule)),
        "unit": rule_form.unit_of(rule, rule.channel),
        "channel_unit": rule.channel.unit if rule.channel else "",
        "query": request.GET.urlencode(),
        **rule_form.words(),
    }
    return render(request, "rules/backtest.html", context)


def _versions(rule: Rule) -> Iterator[dict[str, Any]]:
    """Ladders that the rule had before, newest first, as the log keeps them."""
    rows = Change.objects.filter(subject=rule._meta.label_lower, subject_id=rule.pk, verb="warnings.change")
    for row in rows.order_by("-id")[: 4 * SHOWN_VERSIONS]:
        before = row.details.get("changed", {}).get("steps")
        if before and isinstance(before[0], list):
            yield {"at": row.at, "steps": rule_form.told_steps(before[0])}


@require_GET
def result(request: HttpRequest, key: Any) -> HttpResponse:
    """The answer: figures, curves, channels, hours, people. What cannot be answered is said in its place."""
    actor = actor_of(request)
    rule = rule_of(actor, key)
    try:
        context = _answer(request, actor, rule)
    except AnshuError as error:
        context = {"error": error}
    return render(request, "rules/backtest_result.html", context)


def _answer(request: HttpRequest, actor: Person, rule: Rule) -> dict[str, Any]:
    from_at, to_at = _period(request)
    visible = Channel.objects.visible_to(actor)
    channels = list(channels_of(rule).filter(pk__in=visible.values("pk")))
    recording = stored(rule, from_at, to_at, channels, Surroundings.of([rule], visible))
    second = _second(request, rule)
    most = int(rules.at("back_tests/most_on_screen").number())
    trials = try_out([rule, *([second] if second else [])], recording, Yardstick(event=_event(request)), most=most)
    columns = [
        Column(trial, foresee(trial.spells), title)
        for trial, title in zip(trials, (_("as it is"), _("second version")), strict=False)
    ]
    return {
        "rule": rule,
        "columns": columns,
        "rows": list(_rows([column.trial.score for column in columns])),
        "calls": columns,
        "difference": trials[0].against(trials[1]) if second else None,
        "curves": list(_curves(columns, channels)),
        "source": SOURCES[trials[0].source],
        "marked": [
            (word, trials[0].followed.marked[mark]) for mark, word in MARKS.items() if trials[0].followed.marked[mark]
        ],
        "may_adopt": second is not None and may(actor, "warnings.change", rule.territory),
        "may_name": may(actor, "people.view"),
        "steps": rule_form.told_steps(second.steps) if second else {},
    }


def _period(request: HttpRequest) -> tuple[datetime, datetime]:
    """Whole local days, both included; without any the last thirty."""
    today = timezone.localdate(clock.now())
    days = [_day(request, name) or default for name, default in (("from", today - A_MONTH), ("to", today))]
    zone = timezone.get_default_timezone()
    begin, end = (datetime.combine(day, time(), zone) for day in (days[0], days[1] + timedelta(days=1)))
    return begin, min(end, clock.now()) if begin < clock.now() else end


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(_("%(text)s is not a day"), field=name, text=text) from error


def _event(request: HttpRequest) -> float | None:
    text = request.GET.get("event", "").strip()
    try:
        return float(text) if text else None
    except ValueError as error:
        raise Invalid(_("%(text)s is not a number"), field="event", text=text) from error


def _second(request: HttpRequest, rule: Rule) -> Rule | None:
    """The rule with the ladder that was typed, unless it is the one it has; Invalid naming what is wrong in it."""
    steps = rule_form.typed_steps(request.GET)
    if not steps:
        return None
    made, faults = draft({"steps": steps}, Channel.objects.none(), rule)
    if faults:
        ((name, words), *_more) = rule_form.beside(faults, steps).items()
        level = Level(name.split("-")[1]).label if name.startswith("step-") else ""
        raise Invalid(_("second version: %(level)s %(words)s"), field="steps", level=level, words=words)
    return None if rule_form.told_steps(made.steps) == rule_form.told_steps(rule.steps) else made


@dataclass(frozen=True)
class Column:
    """One version of the rule as the page shows it."""

    trial: Trial
    foreseen: Foreseen
    title: str

    @property
    def levels(self) -> list[tuple[str, int]]:
        return [(level.value, count) for level, count in by_level(self.trial).items()]

    @property
    def alarm_hours(self) -> list[dict[str, Any]]:
        return _bars(by_hour(self.trial))

    @property
    def call_hours(self) -> list[dict[str, Any]]:
        return _bars(self.foreseen.by_hour)

    @property
    def channels(self) -> list[Any]:
        return by_channel(self.trial)[:SHOWN_CHANNELS]

    @property
    def more_channels(self) -> int:
        return max(0, len(by_channel(self.trial)) - SHOWN_CHANNELS)

    @property
    def people(self) -> list[dict[str, Any]]:
        rows = self.foreseen.by_person[:SHOWN_PEOPLE]
        return [{"call": call, "times": times, "nights": nights} for call, times, nights in rows]


def _bars(counts: Sequence[int]) -> list[dict[str, Any]]:
    most = max(counts) or 1
    return [{"hour": h, "count": n, "part": n / most, "night": is_night(h)} for h, n in enumerate(counts)]


def _rows(scores: Sequence[Score]) -> Iterator[dict[str, Any]]:
    """The figures of each version side by side, in words."""
    table: tuple[tuple[str | Promise, bool, Any], ...] = (
        (_("alarms"), False, lambda s: str(s.alarms)),
        (_("alarms a day"), False, lambda s: f"{s.alarms_a_day:.2f}"),
        (_("true"), True, lambda s: str(s.true)),
        (_("false"), True, lambda s: str(s.false)),
        (_("without a verdict"), True, lambda s: str(s.unjudged)),
        (_("false-alarm ratio"), False, lambda s: _percent(s.false_alarm_ratio)),
        (_("events"), False, lambda s: str(s.events)),
        (_("hit"), True, lambda s: str(s.hits)),
        (_("missed"), True, lambda s: str(s.misses)),
        (_("hit rate"), False, lambda s: _percent(s.hit_rate)),
        (_("median lead"), False, lambda s: _span(s.lead_median_ms)),
        (_("share of the time in alarm"), False, lambda s: f"{100 * s.standing_share:.2f} %"),
    )
    for title, part, cell in table:
        yield {"title": title, "part": part, "cells": [cell(score) for score in scores]}


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.0f} %"


def _span(span_ms: float | None) -> str:
    """A lead in hours and minutes; what came too late has a minus."""
    if span_ms is None:
        return "—"
    minutes = round(abs(span_ms) / 60_000)
    words = _("%(h)s h %(min)s min") % {"h": minutes // 60, "min": minutes % 60}
    return f"−{words}" if span_ms <= -30_000 else words


def _curves(columns: Sequence[Column], channels: Sequence[Channel]) -> Iterator[dict[str, Any]]:
    """The curve of the channel on which the first version does worst (or else the second), with the alarms of each."""
    worst = next((column.channels[0].slot for column in columns if column.channels), None)
    channel = next((channel for channel in channels if channel.slot == worst), None)
    if channel is not None:
        for column in columns:
            props = json.dumps({"data": curve(column.trial, channel)})
            held = conditions_at(column.trial, channel)
            yield {"channel": channel, "title": column.title, "props": props, "conditions": held}


@require_POST
def adopt(request: HttpRequest, key: Any) -> HttpResponse:
    """Put the second version's ladder into the rule: an ordinary change, with its row in the log."""
    actor = actor_of(request)
    rule = rule_of(actor, key)
    require(actor, "warnings.change", rule.territory)
    made, faults = draft({"steps": rule_form.typed_steps(request.POST)}, Channel.objects.none(), rule)
    if faults:
        raise Invalid("%(words)s", field="steps", words=faults[0].words)
    edit.change(RULES, rule, by=actor, values={"steps": made.steps}, reason=request.POST.get("reason", "").strip())
    return HttpResponseRedirect(f"/r/rules/{rule.pk}")
