"""Codes and small structures that records keep, in the reader's words. What has no word is shown as it is."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from anshu.domains.places.models import Site
from anshu.domains.warnings.models import Rule, conditions
from anshu.domains.warnings.queries import calls
from anshu.domains.warnings.rules import telling
from anshu.kernel.errors import Invalid
from anshu.kernel.units import quantity_kind
from anshu.ledger import show
from anshu.ledger.declaration import field_of

Word = str | Promise

SKILLS: dict[str, Word] = {
    "pump": pgettext_lazy("skill", "pump"),
    "rescue": pgettext_lazy("skill", "rescue"),
    "fire": pgettext_lazy("skill", "fire"),
    "medical": pgettext_lazy("skill", "medical"),
    "tree": pgettext_lazy("skill", "tree"),
    "chemical": pgettext_lazy("skill", "chemical"),
}
"""Supervised trades that the generated district uses; a bureau's own register writes them in its own words."""
SECTORS: dict[str, Word] = {
    "restaurants": gettext_lazy("restaurants"),
    "retail": gettext_lazy("retail"),
    "metalworking": gettext_lazy("metalworking"),
    "plastics": gettext_lazy("plastics"),
    "electronics": gettext_lazy("electronics"),
    "lithium_batteries": gettext_lazy("lithium batteries"),
    "woodworking": gettext_lazy("woodworking"),
    "garments": gettext_lazy("garments"),
    "printing": gettext_lazy("printing"),
    "warehousing": gettext_lazy("warehousing"),
    "hotels": gettext_lazy("hotels"),
    "education": gettext_lazy("education"),
    "vehicle_repair": gettext_lazy("vehicle repair"),
    "entertainment": gettext_lazy("entertainment"),
    "fuel": gettext_lazy("fuel"),
    "gas": gettext_lazy("gas"),
    "hazardous_chemicals": gettext_lazy("hazardous chemicals"),
    "metal_finishing": gettext_lazy("metal finishing"),
    "medical": gettext_lazy("medical care"),
}
"""Families of causes of alarms, as the pack `alarm_groups` names them; any other is a quantity."""
FAMILIES: dict[str, Word] = {
    "water": pgettext_lazy("family", "water"),
    "weather": pgettext_lazy("family", "weather"),
    "ground": pgettext_lazy("family", "ground and slopes"),
    "fire": pgettext_lazy("family", "fire"),
    "gas": pgettext_lazy("family", "gas"),
    "device": pgettext_lazy("family", "faulty device"),
}
"""Field → code → word, for fields whose values are codes without being choices."""
CODES: dict[str, Mapping[str, Word]] = {
    "skills": SKILLS,
    "family": FAMILIES,
    "sector": SECTORS,
    "channel": {"voice": gettext_lazy("voice call"), "sms": gettext_lazy("text message")},
    "duty": {"defence_owner": gettext_lazy("three-defences owner")},
    "action": {"Alert": gettext_lazy("issue"), "Update": gettext_lazy("update"), "Cancel": gettext_lazy("cancel")},
    "kind": {str(value): word for value, word in Site.Kind.choices},
    "outcome": {
        "taken back": gettext_lazy("taken back"),
        "refused": gettext_lazy("refused"),
        "hung up": gettext_lazy("hung up"),
        "no answer": gettext_lazy("no answer"),
        "understood": gettext_lazy("understood"),
        "given up": gettext_lazy("given up"),
    },
}
"""Entries of structures that a record keeps: why an alarm rose, the steps of a rule."""
ENTRIES: dict[str, Word] = {
    "rule": gettext_lazy("rule"),
    "version": gettext_lazy("version"),
    "threshold": gettext_lazy("threshold"),
    "judged": gettext_lazy("what is judged"),
    "hold_s": gettext_lazy("held (s)"),
    "value": gettext_lazy("value"),
    "unit": gettext_lazy("unit"),
    "conditions": gettext_lazy("conditions"),
    "basis": gettext_lazy("basis"),
    "verified": gettext_lazy("verified"),
    "level": gettext_lazy("level"),
    "raise": gettext_lazy("raised from"),
    "clear": gettext_lazy("cleared from"),
    "hold_up_s": gettext_lazy("held before raising (s)"),
    "hold_down_s": gettext_lazy("held before clearing (s)"),
    "default": gettext_lazy("default"),
    "limit": gettext_lazy("limit"),
    "red": gettext_lazy("red"),
    "orange": gettext_lazy("orange"),
    "yellow": gettext_lazy("yellow"),
    "blue": gettext_lazy("blue"),
    "name": gettext_lazy("person"),
    "post": gettext_lazy("post"),
    "why": gettext_lazy("reason"),
    "finding": gettext_lazy("finding"),
    "skipped": gettext_lazy("left out"),
    "remark": gettext_lazy("remark"),
    "decided": gettext_lazy("final"),
}
"""Entries that are themselves codes."""
VALUES: dict[str, Mapping[str, Word]] = {
    "why": calls.WHY,
    "finding": calls.FINDINGS,
    "skipped": calls.FINDINGS,
    "judged": {str(value): word for value, word in Rule.Judged.choices},
}
"""Entries a reader has no use for."""
UNTOLD = ("kind", "direction", "since_ms", "person", "rank")


def text(record: models.Model, name: str) -> str:
    """A field of a record in words: choices by their label, known codes by their word, personal data masked."""
    field = field_of(type(record), name)
    if field is not None and getattr(field, "choices", None):
        return show.text(record, name)
    return of(name, getattr(record, name)) or show.text(record, name)


def of(name: str, value: Any) -> str | None:
    """The word for what a field of that name holds; None when it is no code we know."""
    known = CODES.get(name, {})
    if isinstance(value, str) and value in known:
        return str(known[value])
    if name in ("quantity", "kind", "family") and isinstance(value, str):  # a device is named by what it measures
        return quantity(value)
    if name == "cause" and isinstance(value, str) and value.count(".") == 1:
        return _model_word(value)
    if name == "conditions" and isinstance(value, list):  # of a rule; those of an alarm stand in its reason
        return _("; ").join(telling.condition(term, "") for term in conditions.known(value))
    if isinstance(value, list) and known:
        return "、".join(str(known.get(item, item)) for item in value)
    if isinstance(value, (Mapping, list, tuple)):
        return structure(value)
    return None


def quantity(key: str) -> str | None:
    """A kind of quantity by its name in the reader's language; None when there is none of that key."""
    try:
        kind = quantity_kind(key)
    except Invalid:
        return None
    return kind.name_zh if (get_language() or "").startswith("zh") else kind.name_en


def structure(value: Any) -> str:
    """A mapping, or a list of them, as words: entries a reader has no use for are left out."""
    if isinstance(value, Mapping):
        told = [(name, entry) for name, entry in value.items() if name not in UNTOLD and entry not in ("", None)]
        return _(", ").join(f"{ENTRIES.get(name, name)} {structure(_entry(name, entry))}" for name, entry in told)
    if isinstance(value, (list, tuple)):
        rows = any(isinstance(item, Mapping) for item in value)
        return (_("; ") if rows else "、").join(structure(item) for item in value)
    return show.words(value)


def _entry(name: str, entry: Any) -> Any:
    if name == "conditions" and isinstance(entry, list):
        return telling.line(entry)
    known = VALUES.get(name, {})
    return str(known[entry]) if isinstance(entry, str) and entry in known else entry


def _model_word(label: str) -> str:
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label
