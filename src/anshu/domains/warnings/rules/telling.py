"""Conditions of compound rules in words."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.models.conditions import Condition, Where, known
from anshu.kernel.errors import Invalid
from anshu.kernel.units import quantity_kind


def condition(term: Condition, unit: str) -> str:
    """One condition in a phrase; the unit is that of what it judges."""
    sign = "≤" if term.direction == Rule.Direction.BELOW else "≥"
    words = f"{_seen(term)}{_judged(term)} {sign} {_number(term.raise_at)} {unit}".rstrip()
    if term.least > 1:
        words = _("%(what)s on at least %(n)s channels") % {"what": words, "n": term.least}
    if term.within_min:
        words = _("%(what)s in the last %(n)s min") % {"what": words, "n": _number(term.within_min)}
    return _("not so: %(what)s") % {"what": words} if term.negated else words


def held(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The conditions that an alarm keeps (see `queries/held`), each in words."""
    return [
        {
            "holds": entry["holds"],
            "words": condition(known([entry["condition"]])[0], entry["unit"]),
            "on": [_on(row, entry["unit"]) for row in entry["on"]],
            "unseen": not entry["channels"],
        }
        for entry in entries
    ]


def count(entries: Sequence[Mapping[str, Any]]) -> str:
    """How many of the conditions hold."""
    holding = sum(bool(entry["holds"]) for entry in entries)
    return _("%(held)s of %(n)s conditions hold") % {"held": holding, "n": len(entries)}


def line(entries: Sequence[Mapping[str, Any]]) -> str:
    """All of it in one line: how many hold, which, and what was measured when."""
    holding = [each for each in held(entries) if each["holds"]]
    told = [
        _("%(what)s (%(on)s)") % {"what": each["words"], "on": _(", ").join(each["on"])}
        if each["on"]
        else each["words"]
        for each in holding
    ]
    return _("%(count)s: %(which)s") % {"count": count(entries), "which": _("; ").join(told)}


def _seen(term: Condition) -> str:
    quantity = _quantity(term.quantity)
    if term.where == Where.SITE:
        return _("%(quantity)s at the site") % {"quantity": quantity}
    if term.where == Where.AREA:
        return _("%(quantity)s in the street") % {"quantity": quantity}
    if term.where == Where.NEAR:
        return _("%(quantity)s within %(n)s m") % {"quantity": quantity, "n": _number(term.near_m or 0)}
    return term.channel if term.where == Where.CHANNEL else _("here")


def _judged(term: Condition) -> str:
    """What is derived, unless it is the value itself."""
    if term.judged == Rule.Judged.VALUE:
        return ""
    window = _(" (%(n)s min)") % {"n": term.window_min} if term.window_min else ""
    return f" · {Rule.Judged(term.judged).label}{window}"


def _on(row: Mapping[str, Any], unit: str) -> str:
    given = {"name": row["name"], "value": f"{_number(row['value'])} {unit}".rstrip(), "at": _clock(row["since_ms"])}
    if row["ended_ms"] is None:
        return _("%(name)s %(value)s since %(at)s") % given
    return _("%(name)s %(value)s from %(at)s to %(end)s") % {**given, "end": _clock(row["ended_ms"])}


def _clock(at_ms: int) -> str:
    return timezone.localtime(datetime.fromtimestamp(at_ms / 1000, tz=UTC)).strftime("%H:%M")


def _quantity(key: str) -> str:
    try:
        kind = quantity_kind(key) if key else None
    except Invalid:
        return key
    if kind is None:
        return ""
    return kind.name_zh if (get_language() or "").startswith("zh") else kind.name_en


def _number(value: float) -> str:
    """At most four digits, without zeros at the end."""
    return number_format(f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}")
