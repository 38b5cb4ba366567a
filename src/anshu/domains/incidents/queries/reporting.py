"""Facts of a report, taken from the record and the log; what changed since the last one; and the words made of them.

Contents after 生产安全事故报告和调查处理条例 art. 12 and the fields of the pack `report_clocks`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anshu.domains.incidents.models import Incident, Report, Task
from anshu.domains.incidents.queries.story import timeline
from anshu.domains.places.models import Site
from anshu.workflow import rules

LOSSES = ("dead", "missing", "injured")
FIGURES = (*LOSSES, "trapped", "evacuated")
UNKNOWN = _("being verified")
NOTHING_NEW = _("nothing new since the last report")
COURSE_VERBS = (
    "incidents.open_from_alarm",
    "incidents.report_incident",
    "incidents.note",
    "incidents.dispatch",
    "incidents.dispatch_by_rule",
    "incidents.arrive",
    "incidents.finish",
    "incidents.mark_cleared",
    "incidents.close",
)
NUMERALS = "零一二三四五六七八九"

TITLES: Mapping[str, str | Promise] = {
    "source": _("source"),
    "received_at": _("received at"),
    "occurred_at": _("occurred at"),
    "place": _("place"),
    "incident_class": _("class and level"),
    "casualties": _("casualties"),
    "course": _("course"),
    "impact": _("impact"),
    "trend": _("trend"),
    "leaders_on_scene": _("leaders on the scene"),
    "measures": _("measures taken"),
    "requests": _("requests"),
    "cause": _("cause"),
    "final_casualties": _("final casualties"),
    "loss": _("loss"),
    "response_summary": _("summary of the response"),
    "aftermath": _("aftermath"),
    "lessons": _("lessons"),
    "dead": _("dead"),
    "missing": _("missing"),
    "injured": _("injured"),
    "trapped": _("trapped"),
    "evacuated": _("evacuated"),
}


def report_facts(incident: Incident, told: Mapping[str, str]) -> dict[str, Any]:
    """The facts of a first or follow-up report; `told` gives what only people know: trend, requests, leaders_on_scene.

    A fact nobody knows yet is None; the text says that it is being verified.
    """
    with translation.override(settings.LANGUAGE_CODE):
        position = incident.position
        return {
            "source": incident.get_source_display(),
            "received_at": _minute(incident.received_at),
            "occurred_at": _minute(incident.occurred_at),
            "place": incident.place or str(incident.site or "") or None,
            "position": [round(position.lon, 6), round(position.lat, 6)] if position else None,
            "incident_class": f"{incident.get_category_display()} · {incident.get_level_display()}",
            "casualties": {name: getattr(incident, name) for name in FIGURES},
            "course": _course(incident) or None,
            "impact": _impact(incident.impact),
            "trend": told.get("trend") or None,
            "leaders_on_scene": told.get("leaders_on_scene") or None,
            "measures": _measures(incident) or None,
            "requests": told.get("requests") or None,
        }


def final_facts(incident: Incident, told: Mapping[str, str]) -> dict[str, Any]:
    """The facts of the final report; figures are frozen as they stand, the summary comes from the log."""
    facts = report_facts(incident, {})
    return {
        "incident_class": facts["incident_class"],
        "place": facts["place"],
        "cause": told.get("cause") or None,
        "casualties": facts["casualties"],
        "loss": told.get("loss") or None,
        "response_summary": facts["course"],
        "measures": facts["measures"],
        "aftermath": told.get("aftermath") or None,
        "lessons": told.get("lessons") or None,
    }


def _minute(at: datetime | None) -> str | None:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else None


def _course(incident: Incident) -> list[str]:
    """One line per step of the story that belongs in a report, in order."""
    lines = []
    for row in timeline(incident):
        if row["verb"] in COURSE_VERBS:
            details = row["details"]
            what = details.get("text") or details.get("result") or row["label"]
            title = "" if row["verb"] == "incidents.note" else f"{row['title']} "
            lines.append(f"{timezone.localtime(row['at']):%H:%M} {title}{what}")
    return lines


def _impact(impact: Mapping[str, Any]) -> str | None:
    if not impact:
        return None
    kinds = dict(Site.Kind.choices)
    sites = "、".join(f"{kinds.get(kind, kind)} {count}" for kind, count in impact["sites"].items())
    words = _("within %(radius)s m: %(count)s sites (%(sites)s), %(people)s people")
    return str(words) % {
        "radius": impact["radius_m"],
        "count": impact["count"],
        "sites": sites or "—",
        "people": impact["people"],
    }


def _measures(incident: Incident) -> list[str]:
    tasks = Task.objects.filter(incident=incident).exclude(state=Task.State.RETURNED).order_by("number")
    return [f"{task}（{task.get_state_display()}）" for task in tasks.select_related("team", "organisation")]


def report_diff(earlier: Report, later: Report) -> list[dict[str, Any]]:
    """Every fact that differs: fact, title, from, to; casualties figure by figure, lists as the lines added."""
    return diff_facts(earlier.facts, later.facts)


def diff_facts(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> list[dict[str, Any]]:
    """As `report_diff`, over bare facts; a fact only one of the two has is compared with nothing known."""
    rows: list[dict[str, Any]] = []
    # In the order of a report: what a database gives back of a JSON object has an order of its own.
    for fact in TITLES:
        before, after = earlier.get(fact), later.get(fact)
        if before == after:
            continue
        if fact == "casualties":
            pairs = ((name, (before or {}).get(name), (after or {}).get(name)) for name in FIGURES)
            rows += [_row(name, old, new) for name, old, new in pairs if old != new]
        elif isinstance(after, list):
            known = set(before or ())
            rows.append(_row(fact, before, [line for line in after if line not in known]))
        else:
            rows.append(_row(fact, before, after))
    return rows


def _row(fact: str, before: Any, after: Any) -> dict[str, Any]:
    return {"fact": fact, "title": TITLES.get(fact, fact), "from": before, "to": after}


def jumps(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Loss figures that fell, or more than doubled to three or more (both numbers from `report_clocks/jump`)."""
    rule = rules.at("report_clocks/jump")
    factor, least = rule.number("factor"), rule.number("least")
    old, new = earlier.get("casualties") or {}, later.get("casualties") or {}
    found = []
    for name in LOSSES:
        before, after = old.get(name) or 0, new.get(name) or 0
        if after < before or (after > factor * before and after >= least):
            found.append({"fact": name, "title": TITLES[name], "from": before, "to": after})
    return found


def last_sent(incident: Incident) -> Report | None:
    """The report that went up last."""
    return Report.objects.filter(incident=incident, state=Report.State.SENT).order_by("-sent_at").first()


def ordinal_word(number: int) -> str:
    """1 → 一 in Chinese (up to 99), the figure in other languages."""
    if not (translation.get_language() or "").startswith("zh") or not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{NUMERALS[tens]}十"
    return head + (NUMERALS[ones] if ones or not tens else "")


def compose(kind: str, ordinal: int, incident: Incident, facts: Mapping[str, Any]) -> str:
    """The text of a report in the installation's language: a heading, then one line per fact (or per change)."""
    with translation.override(settings.LANGUAGE_CODE):
        which = ordinal_word(ordinal) if kind == Report.Kind.FOLLOW_UP else ""
        heading = f"{incident.title} {Report.Kind(kind).label}{which}"
        if kind == Report.Kind.FOLLOW_UP:
            lines = [_changed(row) for row in facts["changes"]] or [str(NOTHING_NEW)]
        else:
            lines = [f"{title}：{_words(facts[fact])}" for fact, title in TITLES.items() if fact in facts]
        return "\n".join((heading, *lines))


def _changed(row: Mapping[str, Any]) -> str:
    title = TITLES.get(row["fact"], row["fact"])
    if isinstance(row["to"], list) or row["from"] is None:
        return f"{title}：{_words(row['to'])}"
    return f"{title}：{_words(row['from'])} → {_words(row['to'])}"


def _words(value: Any) -> str:
    if value is None or value == []:
        return str(UNKNOWN)
    if isinstance(value, dict):
        return "，".join(f"{TITLES[name]} {value[name]}" for name in FIGURES if name in value)
    if isinstance(value, list):
        return "；".join(value)
    return str(value)
