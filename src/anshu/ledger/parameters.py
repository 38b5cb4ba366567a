"""What a transition asks of a person, told to forms, and read back from them."""

import typing
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from inspect import Parameter
from types import UnionType
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.policy import Actor, over
from anshu.kernel.errors import Invalid
from anshu.ledger.declaration import field_of
from anshu.workflow.transitions import Arrow


@dataclass(frozen=True)
class Ask:
    """One thing a transition wants to be told. `kind`: text, number, yes_no, moment, day, choice or record; `above`:
    the record may lie in an area around that of whoever names it."""

    name: str
    label: str
    kind: str
    required: bool
    choices: tuple[tuple[str, str], ...] = ()
    model: type[models.Model] | None = None
    default: Any = None
    above: bool = False


WORDS = {
    "reason": _("reason"),
    "note": _("note"),
    "lon": _("longitude"),
    "lat": _("latitude"),
    "text": _("text"),
    "into": _("into"),
    "level": _("level"),
    "evidence": _("evidence"),
    "duplicate_of": _("duplicate of"),
    "basis": _("basis"),
    "trend": _("trend"),
    "leaders_on_scene": _("leaders on the scene"),
    "requests": _("requests"),
    "cause": _("cause"),
    "loss": _("loss"),
    "aftermath": _("aftermath"),
    "lessons": _("lessons"),
    "told": _("who was told"),
    "organisation": _("unit"),
    "team": _("team"),
    "order_text": _("order"),
    "alarm": _("alarm"),
    "person": _("person"),
    "remark": _("remark"),
    "decided": _("final: do not call again"),
    "predecessor": _("shift before"),
    "different": _("another one than those open now"),
    "name": _("name"),
    "place": _("where exactly"),
    "measures": _("measures"),
    "threat": _("danger"),
    "method": _("graded by"),
    "likelihood": _("likelihood (L)"),
    "exposure": _("exposure (E), LEC alone"),
    "severity": _("severity or consequence (S, C)"),
    "answers": _("answers"),
    "tester": _("tested by"),
    "oxygen_percent": _("oxygen (%)"),
    "combustible_percent": _("combustible gas (% by volume)"),
    "low_limit": _("its explosive limit lies below 4 %"),
    "toxic_ok": _("toxic gas within its limit"),
    "plan_measures": _("plan: measures"),
    "plan_responsibility": _("plan: responsibility"),
    "plan_money": _("plan: money"),
    "plan_deadline": _("plan: deadline"),
    "plan_emergency": _("plan: if it goes wrong"),
    "until": _("until"),
    "receiver": _("received by"),
    "area": pgettext_lazy("register", "area"),
    "amount_yuan": _("amount (yuan)"),
    "receipt": _("number of the bank's receipt"),
    "days": _("days"),
    "first": _("first breach"),
    "corrected": _("put right in time"),
    "factors": _("circumstances"),
}


def asks(arrow: Arrow) -> list[Ask]:
    """Everything the transition takes, in the order of its signature; what a form cannot hold is left out."""
    found = (_ask(arrow, parameter) for parameter in arrow.parameters)
    return [ask for ask in found if ask is not None]


def _ask(arrow: Arrow, parameter: Parameter) -> Ask | None:
    kind, required = _kind_of(parameter)
    field = field_of(arrow.model, parameter.name)
    label = str(
        field.verbose_name if field is not None else WORDS.get(parameter.name, parameter.name.replace("_", " "))
    )
    default = None if parameter.default is Parameter.empty else parameter.default
    if field is not None and getattr(field, "choices", None) and kind is str:
        return Ask(
            parameter.name,
            label,
            "choice",
            required,
            tuple((str(v), str(w)) for v, w in field.choices if v),
            default=default,
        )
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Ask(
            parameter.name,
            label,
            "choice",
            required,
            tuple((str(m.value), str(getattr(m, "label", m.name))) for m in kind),
            default=default,
        )
    if isinstance(kind, type) and issubclass(kind, models.Model):
        above = parameter.name in getattr(arrow.model, "naming_above", ())
        return Ask(parameter.name, label, "record", required, model=kind, above=above)
    names = {str: "text", int: "number", float: "number", bool: "yes_no", datetime: "moment", date: "day"}
    name = names.get(kind)
    return Ask(parameter.name, label, name, required, default=default) if name else None


def _kind_of(parameter: Parameter) -> tuple[Any, bool]:
    """The plain type behind an annotation, and whether a value must be given."""
    required = parameter.default is Parameter.empty
    annotation = parameter.annotation
    if isinstance(annotation, UnionType) or typing.get_origin(annotation) is typing.Union:
        kinds = [kind for kind in typing.get_args(annotation) if kind is not type(None)]
        return kinds[0], required and len(kinds) == len(typing.get_args(annotation))
    return annotation, required


def read(arrow: Arrow, actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    """The details a form or a program gave, as the transition takes them; Invalid names the first bad one."""
    details: dict[str, Any] = {}
    for ask in asks(arrow):
        text = given.get(ask.name, "").strip()
        if text == "" and ask.kind != "yes_no":
            if ask.required:
                raise Invalid(_("%(label)s is needed"), field=ask.name, label=ask.label)
            continue
        details[ask.name] = _value(ask, actor, text)
    return details


def _value(ask: Ask, actor: Actor, text: str) -> Any:
    try:
        match ask.kind:
            case "number":
                return float(text) if any(sign in text for sign in ".eE") else int(text)
            case "yes_no":
                return text.lower() in ("1", "true", "yes", "on")
            case "moment":
                return _moment(text)
            case "day":
                return parse_date(text) or _bad(ask, text)
            case "record":
                return _record(ask, actor, text)
            case "choice" if text not in dict(ask.choices):
                return _bad(ask, text)
    except ValueError:
        _bad(ask, text)
    return text


def _moment(text: str) -> datetime:
    """An instant; without a zone it is the reader's local time."""
    found = parse_datetime(text)
    if found is None:
        raise ValueError(text)
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def to_name(model: Any, actor: Actor, *, above: bool = False) -> "models.QuerySet[Any]":
    """The records that an actor may name: those they see; with `above` also those of the areas that theirs lies in."""
    seen: models.QuerySet[Any] = model._default_manager.visible_to(actor)
    if not above:
        return seen
    around: models.QuerySet[Any] = model._default_manager.filter(over(actor.reach(f"{model._meta.app_label}.view")))
    return seen | around


def _record(ask: Ask, actor: Actor, text: str) -> models.Model:
    """A record by number or id, if the actor may name it."""
    rows = to_name(ask.model, actor, above=ask.above)
    found = rows.filter(number=text).first()
    if found is None:
        found = rows.filter(pk=uuid.UUID(text)).first()
    record: models.Model = found or _bad(ask, text)
    return record


def _bad(ask: Ask, text: str) -> Any:
    raise Invalid(_("%(label)s cannot be “%(value)s”"), field=ask.name, label=ask.label, value=text)
