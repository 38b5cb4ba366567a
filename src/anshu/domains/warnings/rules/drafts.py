"""A rule that somebody is still writing: made of what was typed, with every fault named beside its field."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from anshu.domains.devices.models import Channel
from anshu.domains.warnings.models import Level, Rule
from anshu.domains.warnings.models.conditions import understood
from anshu.engines.sensing import compile_rules
from anshu.kernel.errors import Invalid
from anshu.kernel.units import shipped_quantities

"""What a step holds, in the order in which people write it; holds may be left out."""
STEP_FIELDS = ("level", "raise", "clear", "hold_up_s", "hold_down_s")
NEEDED = ("level", "raise", "clear")
COLORS = {level.name.lower(): level.value for level in Level}

_ENGINE_FIELDS = {"raise_at": "raise", "clear_at": "clear"}


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field; of a step it is `steps.<place>.<name>`, of a condition `conditions.<place>.<name>`,
    places as given, from 0."""

    field: str
    words: str


def draft(
    values: Mapping[str, Any], channels: "models.QuerySet[Channel]", of: Rule | None = None
) -> tuple[Rule, list[Fault]]:
    """The rule that the values (text is understood) make of another, or of a new one; and all that is wrong with it.

    `channel` and `backup` are numbers of `channels`. Nothing is saved, and the other rule stays as it is.
    """
    made = copy(of) if of is not None else Rule()
    made._state = copy(made._state)
    plain = {name: value for name, value in values.items() if name not in ("steps", "conditions")}
    faults = [fault for name, value in plain.items() for fault in _set(made, name, value, channels)]
    if "steps" in values:
        steps, wrong = _steps(values["steps"])
        made.steps = steps
        faults += wrong
    if values.get("conditions"):
        made.conditions, wrong = _conditions(values["conditions"], channels)
        faults += wrong
    elif "conditions" in values:
        made.conditions = []
    known = {fault.field.partition(".")[0] for fault in faults}
    return made, faults + [fault for fault in _whole(made) if fault.field.partition(".")[0] not in known]


def _set(made: Rule, name: str, value: Any, channels: "models.QuerySet[Channel]") -> Iterable[Fault]:
    field = Rule._meta.get_field(name)
    try:
        if isinstance(field, models.ForeignKey):
            found = channels.filter(number=str(value)).first() if value not in ("", None) else None
            if found is None and value not in ("", None):
                yield Fault(name, _("there is no channel “%(value)s”") % {"value": value})
                return
            setattr(made, name, found)
        elif isinstance(field, models.Field):
            empty = None if field.null else ""
            setattr(made, name, field.to_python(empty if value in ("", None) else value))
    except ValidationError as error:
        yield Fault(name, str(error.messages[0]))


def _conditions(given: Any, channels: "models.QuerySet[Channel]") -> tuple[list[dict[str, Any]], list[Fault]]:
    """Conditions as they are kept; what they look at must be there."""
    kept, wrong = understood(given)
    faults = [Fault(f"conditions.{name}" if name else "conditions", words) for name, words in wrong]
    for place, raw in enumerate(kept):
        number, quantity = raw.get("channel"), raw.get("quantity")
        if number and not channels.filter(number=number).exists():
            words = _("there is no channel “%(value)s”") % {"value": number}
            faults.append(Fault(f"conditions.{place}.channel", words))
        if quantity and quantity not in shipped_quantities().kinds and not channels.filter(quantity=quantity).exists():
            words = _("nothing measures “%(value)s”") % {"value": quantity}
            faults.append(Fault(f"conditions.{place}.quantity", words))
    return kept, faults


def _steps(given: Any) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Steps with numbers for numbers; a level is given as 1 to 4 or as its colour."""
    steps: list[dict[str, Any]] = []
    faults: list[Fault] = []
    if not given:
        return [], [Fault("steps", _("at least one step is needed"))]
    if not isinstance(given, list):
        return [], [Fault("steps", _("is a list of steps"))]
    for place, raw in enumerate(given):
        if not isinstance(raw, Mapping):
            faults.append(Fault(f"steps.{place}", _("each step has level (1 to 4), raise and clear as numbers")))
            continue
        step: dict[str, Any] = {}
        for name in STEP_FIELDS:
            if raw.get(name) in (None, ""):
                if name in NEEDED:
                    faults.append(Fault(f"steps.{place}.{name}", _("is needed")))
                continue
            value: str | float | None = _level(raw[name]) if name == "level" else _number(raw[name])
            if value is None:
                wanted = _("is red, orange, yellow or blue") if name == "level" else _("is not a number")
                faults.append(Fault(f"steps.{place}.{name}", wanted))
            else:
                step[name] = value
        unknown = sorted(set(map(str, raw)) - set(STEP_FIELDS))
        faults += [Fault(f"steps.{place}.{name}", _("is no part of a step")) for name in unknown]
        steps.append(step)
    return steps, faults


def _level(value: Any) -> str | None:
    found = COLORS.get(str(value).strip().lower(), str(value).strip())
    return found if found in Level.values else None


def _number(value: Any) -> float | None:
    """A number that is not too odd to be one; yes and no are none."""
    if isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return int(found) if found.is_integer() and abs(found) < 1e15 else found


def _whole(made: Rule) -> Iterable[Fault]:
    """What the model, then the engine says of it; the engine's word on a step stands beside the step."""
    try:
        made.full_clean()
    except ValidationError as error:
        found = {("" if name == "__all__" else name): messages for name, messages in error.message_dict.items()}
        if "steps" in found and (fault := _of_engine(made)) is not None:
            yield fault
            del found["steps"]
        yield from (Fault(name, str(messages[0])) for name, messages in found.items())


def _of_engine(made: Rule) -> Fault | None:
    """The first thing that the engine has against the ladder, when it can be read at all."""
    try:
        compile_rules(made.specimen())
    except Invalid as error:
        words = str(error.params.get("problem", error))
        place = error.params.get("step")
        if place is None:
            return Fault("steps", words)
        order = sorted(range(len(made.steps)), key=lambda index: -int(made.steps[index]["level"]))
        name = _ENGINE_FIELDS.get(error.field or "", error.field or "level")
        return Fault(f"steps.{order[int(place) - 1]}.{name}", words)
    except (KeyError, TypeError, ValueError):
        return None
    return None
