"""What the API takes and gives, read off model fields and the signatures of transitions. Labels stay on the fields."""

import typing
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from inspect import Parameter
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union

from django.db import models
from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, create_model

from anshu.access.secrets import PersonalField
from anshu.ledger.declaration import Ledger, field_of
from anshu.ledger.models import Registered
from anshu.ledger.query import LARGEST_PAGE
from anshu.workflow.transitions import Arrow

AREA = "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})?$"
LAST_PAGE = 1_000_000

"""Of every record, whatever its register shows."""
COMMON = ("id", "number", "territory", "lon", "lat", "created_at", "exercise", "generated", "flags")


class Given(Schema):
    """What a program sends: unknown names are refused, and so is what is no number."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Reference(Schema):
    """Another record, by id, and what it is called."""

    id: uuid.UUID
    label: str


class Event(Schema):
    """One row of the log."""

    id: int
    at: datetime
    verb: str
    subject: str
    record: uuid.UUID | None
    label: str
    actor: str
    post: str
    from_state: str = Field(alias="from")
    to_state: str = Field(alias="to")
    reason: str
    basis: str
    details: dict[str, Any]
    territory: str
    exercise: bool


class Cut(Schema):
    """Which page of a list."""

    page: int = Field(1, ge=1, le=LAST_PAGE)
    size: int = Field(50, ge=1, le=LARGEST_PAGE)


def page_of(item: type[Schema]) -> type[Schema]:
    """A page of items."""
    items: Any = list[item]  # type: ignore[valid-type]  # item is a value
    return create_model(
        f"{item.__name__}Page", __base__=Schema,
        items=(items, ...), count=(int, ...), page=(int, ...), pages=(int, ...), size=(int, ...),
    )


def row_of(ledger: Ledger, extra: Mapping[str, Any]) -> type[Schema]:
    """A record as the API gives it: the common fields, then what the register shows, then `extra`."""
    fields: dict[str, Any] = {"label": (str, Field(description="what people call it"))}
    for name in dict.fromkeys((*COMMON, *ledger.shown)):
        fields[name] = (_given_type(field_of(ledger.model, name)), _told(ledger.model, name))
    return create_model(ledger.model.__name__, __base__=Schema, **fields, **extra)


def _plain(field: Any) -> Any:
    """The type of a field's values, before it may be absent."""
    choices = [str(value) for value, _word in getattr(field, "flatchoices", ())]
    match field:
        case models.ForeignKey():
            return Reference
        case models.CharField() | models.TextField():
            blank = [""] if field.blank and "" not in choices else []
            return Literal[tuple(choices + blank)] if choices else str
        case models.BooleanField():
            return bool
        case models.IntegerField():
            return int
        case models.FloatField():
            return float
        case models.DateTimeField():
            return datetime
        case models.DateField():
            return date
        case models.UUIDField():
            return uuid.UUID
    return Any


def _given_type(field: Any) -> Any:
    kind = _plain(field)
    return Union[kind, None] if kind is not Any and getattr(field, "null", False) else kind  # noqa: UP007  # kind is a value


def _told(model: type[models.Model], name: str, default: Any = ...) -> Any:
    field = field_of(model, name)
    title = str(getattr(field, "verbose_name", name.replace("_", " ")))
    words = str(getattr(field, "help_text", "") or "") or None
    return Field(default, title=title, description="masked" if isinstance(field, PersonalField) else words)


def asked_of(ledger: Ledger) -> type[Schema]:
    """What a list may be asked: filters, words, area, span, order, page. Other names are the ledger's to refuse."""
    stored = [name for name in ledger.columns if field_of(ledger.model, name) is not None]
    orders: Any = Literal[tuple(sign + name for name in stored for sign in ("", "-"))]
    return create_model(
        f"{ledger.model.__name__}Asked", __base__=Schema, **_narrowing(ledger),
        order=(orders | None, Field(None, description="a column; with - for descending")),
        page=(int, Field(1, ge=1, le=LAST_PAGE)),
        size=(int, Field(50, ge=1, le=LARGEST_PAGE)),
    )


def seen_of(ledger: Ledger) -> type[Schema]:
    """What a map may ask: the same filters, a box, and an instant in the past."""
    return create_model(
        f"{ledger.model.__name__}Seen", __base__=Schema, **_narrowing(ledger),
        bbox=(str | None, Field(None, description="west,south,east,north in degrees WGS-84")),
        at=(AwareDatetime | None, Field(None, description="only what had been made by then")),
    )


def _narrowing(ledger: Ledger) -> dict[str, Any]:
    own: dict[str, Any] = {
        "q": (str | None, Field(None, max_length=200, description="words, each of which must occur")),
        "territory": (str | None, Field(None, pattern=AREA, description="division code; everything below is included")),
        "since": (AwareDatetime | None, Field(None, description="made at this instant or later")),
        "until": (AwareDatetime | None, Field(None, description="made before this instant")),
        "flagged": (bool | None, Field(None, description="only records with doubts")),
    }
    known = {name: _filter_words(field_of(ledger.model, name)) for name in ledger.filters}
    return {**{name: (str | None, Field(None, description=words)) for name, words in known.items()}, **own}


def _filter_words(field: Any) -> str:
    choices = [str(value) for value, _word in getattr(field, "flatchoices", ())]
    return "equal to this, or one of several parted by commas" + (f"; known: {', '.join(choices)}" if choices else "")


def values_of(ledger: Ledger, *, new: bool) -> type[Given]:
    """What may be set of a record: when it is made (some are then needed), or when it is changed (none is)."""
    fields: dict[str, Any] = {}
    for name in ledger.edit:
        field = field_of(ledger.model, name)
        kind = _taken_type(name, field)
        if new and _needed(ledger, field):
            kind = Annotated[kind, Field(min_length=1)] if kind is str else kind
            fields[name] = (kind, _told(ledger.model, name))
        else:
            fields[name] = (Union[kind, None] if field.null else kind, _told(ledger.model, name, None))  # noqa: UP007
    if not new:
        fields["reason"] = (str, Field("", description="why, for the log"))
    return create_model(f"{ledger.model.__name__}{'New' if new else 'Change'}", __base__=Given, **fields)


def _taken_type(name: str, field: Any) -> Any:
    match field:
        case models.ForeignKey():
            return Annotated[str, Field(max_length=100, description="id or number")]
        case models.DateTimeField():
            return AwareDatetime
        case models.CharField() if name == "territory":
            return Annotated[str, Field(pattern=AREA)]
        case models.FloatField() if name in ("lon", "lat"):
            bound = 180 if name == "lon" else 90
            return Annotated[float, Field(ge=-bound, le=bound)]
    return _plain(field)


def _needed(ledger: Ledger, field: Any) -> bool:
    """Whether a new record must say it: it may not be blank, or it alone tells the record from others."""
    alone = any(getattr(rule, "fields", ()) == (field.name,) for rule in ledger.model._meta.constraints)
    return not (field.blank or field.null or field.has_default()) or (
        alone and field.name == ledger.natural_key and not ledger.model.numbered
    )


def details_of(arrow: Arrow) -> type[Given] | None:
    """What a transition must be told, or None where it takes what only our own programs have."""
    fields: dict[str, Any] = {}
    for parameter in arrow.parameters:
        kind = _sent_type(parameter.annotation, opens=arrow.opens)
        if kind is not None:
            default = ... if parameter.default is Parameter.empty else parameter.default
            fields[parameter.name] = (kind, _told(arrow.model, parameter.name, default))
        elif parameter.default is Parameter.empty:
            return None
    verb = "".join(part.capitalize() for part in arrow.verb.split("_"))
    return create_model(f"{arrow.model.__name__}{verb}", __base__=Given, __doc__=None, **fields)


def model_in(annotation: Any) -> type[Registered] | None:
    """The model of which an annotation wants a record, or records."""
    found = (annotation, *typing.get_args(annotation))
    return next((part for part in found if isinstance(part, type) and issubclass(part, Registered)), None)


def _sent_type(annotation: Any, *, opens: bool) -> Any:
    """An annotation as programs send it: ids for records, zoned instants; None for what cannot be sent."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (Union, UnionType):
        parts = [part if part is NoneType else _sent_type(part, opens=opens) for part in inner]
        return None if None in parts else Union[tuple(parts)]  # noqa: UP007  # parts are values
    if origin is list:
        part = _sent_type(inner[0], opens=opens)
        return None if part is None else list[part]  # type: ignore[valid-type]  # part is a value
    if origin is dict:
        return None if opens else annotation
    if annotation is datetime:
        return AwareDatetime
    if annotation is date or not isinstance(annotation, type):
        return date if annotation is date else None
    if issubclass(annotation, models.Model):
        concrete = issubclass(annotation, Registered) and not annotation._meta.abstract
        return uuid.UUID if concrete else None
    return annotation if issubclass(annotation, (str, int, float, bool, uuid.UUID)) else None
