"""The form of a sensing rule: what it shows, what was typed in it, and beside which field a fault stands.

A ladder has a row for each of the four levels; a row in which nothing is typed is no step. Conditions (rows of
`condition_form`) are meant only by a rule that counts them; it leaves to them what is about one channel.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anshu.domains.devices.models import Channel
from anshu.domains.places.models import Site
from anshu.domains.warnings.models import Level, Rule
from anshu.domains.warnings.models.conditions import CONDITION_FIELDS
from anshu.domains.warnings.models.rules import OF_ONE_CHANNEL
from anshu.domains.warnings.models.watching import EVERY_DAY
from anshu.domains.warnings.rules.drafts import STEP_FIELDS, Fault
from anshu.kernel.errors import Invalid
from anshu.kernel.units import quantity_kind, shipped_quantities
from anshu.web import condition_form

THRESHOLDS = STEP_FIELDS[1:]
"""Thresholds have the unit of what is judged, holds are in seconds."""
COLUMNS = (("raise", ""), ("clear", ""), ("hold_up_s", "s"), ("hold_down_s", "s"))
TITLES = (_("raise at"), _("clear at"), _("held before raising"), _("held before clearing"))
DAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
PLAIN = (
    "number",
    "name",
    "channel",
    "quantity",
    "site_kind",
    "judged",
    "window_min",
    "direction",
    "season_from",
    "season_to",
    "hours_from",
    "hours_to",
    "low",
    "high",
    "jump",
    "stuck_after_s",
    "gap_after_s",
    "backup",
    "basis",
    "territory",
)
TICKED = ("active", "verified")


def typed(data: QueryDict) -> dict[str, Any]:
    """What was typed, by field of a rule; steps as their rows have them, without a clear the raise counts for it."""
    values: dict[str, Any] = {name: data.get(name, "").strip() for name in PLAIN if name in data}
    values |= {name: name in data for name in TICKED}
    days = "".join(day for day in EVERY_DAY if day in data.getlist("weekday"))
    values |= {"weekdays": "" if days == EVERY_DAY else days, "steps": typed_steps(data), "conditions": []}
    if values.get("judged") == Rule.Judged.CONDITIONS:
        values |= {"conditions": condition_form.typed(data), "direction": Rule.Direction.ABOVE}
        values |= dict.fromkeys(OF_ONE_CHANNEL, "")
    return values


def begun(values: Mapping[str, Any]) -> bool:
    """Whether anything that matters has been typed; before, nobody wants to be told what is missing."""
    return any(values.get(name) for name in ("name", "quantity", "channel", "steps", "conditions"))


def typed_steps(data: QueryDict) -> list[dict[str, str]]:
    """The rows of the ladder in which something stands, mildest first."""
    steps = []
    for level in reversed(Level.values):
        row = {name: data.get(f"step-{level}-{name}", "").strip() for name in THRESHOLDS}
        if any(row.values()):
            steps.append({"level": level, **row, "clear": row["clear"] or row["raise"]})
    return steps


def told_steps(steps: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Steps as values of the form by the names of its fields."""
    return {
        f"step-{step['level']}-{name}": f"{float(step[name]):.12g}"
        for step in steps
        for name in THRESHOLDS
        if step.get(name) not in (None, "")
    }


def told(rule: Rule) -> dict[str, Any]:
    """A rule as values of the form, by the names of its fields."""
    values: dict[str, Any] = {name: getattr(rule, name) for name in (*PLAIN, *TICKED)}
    for name in ("channel", "backup"):
        values[name] = values[name].number if values[name] is not None else ""
    shown = {name: "" if value is None else value for name, value in values.items()}
    shown |= {"weekday": list(rule.weekdays or EVERY_DAY)} | told_steps(rule.steps or ())
    return shown | condition_form.told(rule.conditions or ())


def beside(faults: Iterable[Fault], steps: list[dict[str, str]]) -> dict[str, str]:
    """The words of each fault by the name of the field beside which it stands."""
    found: dict[str, str] = {}
    for fault in faults:
        name, _dot, rest = fault.field.partition(".")
        place, _dot, part = rest.partition(".")
        if name == "steps" and place.isdigit() and int(place) < len(steps):
            name = f"step-{steps[int(place)]['level']}-{part if part in THRESHOLDS else 'raise'}"
        elif name == "conditions" and place.isdigit():
            name = condition_form.name_of(int(place), part)
        found.setdefault(name or "steps", fault.words)
    return found


def names_of_fields(conditions: int) -> list[str]:
    """Every field beside which a fault may stand, with so many conditions."""
    rows = [f"step-{level}-{name}" for level in Level.values for name in THRESHOLDS]
    rows += [condition_form.name_of(place, name) for place in range(conditions) for name in CONDITION_FIELDS]
    return [*PLAIN, "weekdays", "steps", "conditions", *rows]


def words() -> dict[str, Any]:
    """What the form calls its fields, levels and days."""
    fields = {name: Rule._meta.get_field(name) for name in (*PLAIN, *TICKED)}
    return {
        "labels": {name: getattr(field, "verbose_name", name) for name, field in fields.items()},
        "hints": {name: getattr(field, "help_text", "") for name, field in fields.items()},
        "levels": Level.choices,
        "thresholds": [(name, word, unit) for (name, unit), word in zip(COLUMNS, TITLES, strict=True)],
        "weekdays": list(zip(EVERY_DAY, DAYS, strict=True)),
    }


@dataclass(frozen=True)
class Choices:
    """What the lists of the form offer, as (value, word) pairs."""

    quantities: list[tuple[str, str]]
    site_kinds: list[tuple[str, str]]
    judged: list[tuple[str, str | Promise]]
    directions: list[tuple[str, str | Promise]]


def choices(language: str, present: str) -> Choices:
    """In the reader's language; the present quantity is among them even if it is none of the shipped ones."""
    kinds = shipped_quantities().kinds
    words = {key: kind.name_zh if language.startswith("zh") else kind.name_en for key, kind in kinds.items()}
    offered = words if not present or present in words else {present: present, **words}
    return Choices(
        list(offered.items()),
        [(str(value), str(word)) for value, word in Site.Kind.choices],
        list(Rule.Judged.choices),
        list(Rule.Direction.choices),
    )


def unit_of(rule: Rule, channel: Channel | None) -> str:
    """The unit of thresholds: that of what is judged, on the channel or by the quantity."""
    if channel is not None:
        return rule.unit(channel.unit)
    try:
        return rule.unit(quantity_kind(rule.quantity).unit.sign)
    except Invalid:
        return rule.unit("")
