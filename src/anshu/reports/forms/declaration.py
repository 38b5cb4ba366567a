"""What a form is, and the proof, made when the forms are read, that each of them can be filled."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from anshu.kernel.bilingual import Bilingual
from anshu.kernel.rule_packs import Rule
from anshu.reports.forms.markup import Boxes, Item, Place, Slot, Sort, When, Words, parse, places, words
from anshu.reports.paper.document import Layout
from anshu.workflow.rules import packs

FOLDER = Path(__file__).parent
PACK = "documents"


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"  # a str
    LINES = "lines"  # a str; each of its lines is a paragraph
    DATE = "date"  # a date
    MOMENT = "moment"  # an aware datetime
    MONEY = "money"  # a Decimal, in yuan
    NUMBER = "number"  # an int, Decimal or float
    DOCUMENT = "document"  # a DocumentNumber
    LIST = "list"  # texts, printed one below the other with their numbers
    TABLE = "table"  # rows, each with one text for each column
    PHOTOS = "photos"  # Photo objects
    CHOICE = "choice"  # one of the texts in `choices`, or several; each is printed with its box


BLOCKS = frozenset({Kind.LINES, Kind.LIST, Kind.TABLE, Kind.PHOTOS})


class Closing(StrEnum):
    """How a form ends."""

    SIGNED = "signed"  # authority and date
    SEALED = "sealed"  # the same, with the place of the seal
    OPEN = "open"  # people sign in the text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table field; `width` is in proportion."""

    label: str
    width: float


@dataclass(frozen=True, slots=True)
class FormField:
    """One value of a form; `label` is what it is called on paper."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    optional: bool = False
    choices: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of document. `sign` is the part of its number that names the kind; without one it has no number."""

    kind: str
    title: Bilingual
    group: str
    layout: Layout
    heading: Words
    recipient: Words
    closing: Closing
    sign: str
    note: str
    items: tuple[Item, ...]
    fields: Mapping[str, FormField]

    def cited(self) -> tuple[str, ...]:
        """The keys of the rule pack `documents` that the form refers to."""
        return tuple(dict.fromkeys(place.name for place, _ in self._places() if place.sort is not Sort.FIELD))

    def basis(self, on: Any) -> tuple[Rule, ...]:
        """The articles and terms it refers to, as they stand on the day."""
        return tuple(packs()[PACK].at(key, on) for key in self.cited())

    def printed(self, name: str, given: Collection[str]) -> bool:
        """Whether the value of a field is printed when these fields have values."""
        if name in _implicit(self.layout, self.closing, self.sign):
            return True
        return any(
            place.name == name and (when is None or (when.field in given) is when.given)
            for place, when in self._places()
            if place.sort is Sort.FIELD
        )

    def faults(self) -> Iterator[str]:
        """Every reason why the form could not be filled or would show nonsense."""
        used = list(self._places())
        for place, when in used:
            yield from self._place_faults(place, when)
        asked = {when.field for _, when in used if when} | {place.name for place, _ in used if place.sort is Sort.FIELD}
        for name in self.fields.keys() - asked - set(_implicit(self.layout, self.closing, self.sign)):
            yield f"field {name} is never printed"
        for field in self.fields.values():
            if (field.kind is Kind.TABLE) != bool(field.columns) or (field.kind is Kind.CHOICE) != bool(field.choices):
                yield f"field {field.name}: columns belong to a table, choices to a choice"
        if self.layout is not Layout.FORM and self.closing is not Closing.SIGNED:
            yield "a letter is signed"

    def _places(self) -> Iterator[tuple[Place, When | None]]:
        yield from ((part, None) for part in (*self.heading, *self.recipient) if isinstance(part, Place))
        yield from places(self.items)

    def _place_faults(self, place: Place, when: When | None) -> Iterator[str]:
        if when is not None and when.field not in self.fields:
            yield f"the condition {when.field} is no field"
        if place.sort is not Sort.FIELD:
            if place.name not in packs()[PACK]:
                yield f"{place.name} is in no rule of the pack {PACK}"
            return
        field = self.fields.get(place.name)
        if field is None:
            yield f"{place.name} is no field"
        elif field.optional and not place.width and not self._may_be_empty(field, when):
            yield f"{place.name} may be absent, but the text has neither a condition nor a blank for it"
        elif field.kind in (Kind.TABLE, Kind.PHOTOS) and place.name not in self._slots():
            yield f"{place.name} must stand alone on its line"

    def _may_be_empty(self, field: FormField, when: When | None) -> bool:
        """Whether nothing is missed where the field has no value: its own condition, or a box of a table."""
        if when is not None and when.given and when.field == field.name:
            return True
        boxed = (part for item in self.items if isinstance(item, Boxes) for part, _ in places((item,)))
        return any(part.name == field.name for part in boxed)

    def _slots(self) -> frozenset[str]:
        return frozenset(item.name for item in self.items if isinstance(item, Slot))


_HEAD_OF_EVERY = (FormField("issuer", "制发机关"),)
_NUMBERED = (FormField("number", "文号", Kind.DOCUMENT),)
_DATED = (FormField("issued_on", "成文日期", Kind.DATE),)
_OF_LETTERS = (
    FormField("attachments", "附件", Kind.LIST, optional=True),
    FormField("copies_to", "抄送机关", optional=True),
    FormField("urgency", "紧急程度", optional=True),
    FormField("secrecy", "密级和保密期限", optional=True),
    FormField("copy_number", "份号", optional=True),
)
_OF_RED_HEADS = (
    FormField("printed_by", "印发机关", optional=True),
    FormField("printed_on", "印发日期", Kind.DATE, optional=True),
)


def _implicit(layout: Layout, closing: Closing, sign: str) -> dict[str, FormField]:
    """Fields that a form has because of what it is, so that no form need declare them."""
    fields = [*_HEAD_OF_EVERY, *(_NUMBERED if sign else ()), *(_DATED if closing is not Closing.OPEN else ())]
    if layout is not Layout.FORM:
        fields += _OF_LETTERS
    if layout is Layout.LETTER:
        fields += _OF_RED_HEADS
    return {field.name: field for field in fields}


@cache
def forms() -> Mapping[str, Form]:
    """All forms by kind, in the order of their files' names. ValueError naming the file when one is wrong."""
    found = (load(path) for path in sorted(FOLDER.glob("*.yaml")))
    return MappingProxyType({form.kind: form for form in found})


def load(path: Path) -> Form:
    """The form of a file; its kind is the name of the file. ValueError naming the file when it is wrong."""
    try:
        form = _form(path.stem, yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    return form


_KEYS = {"title", "group", "layout", "heading", "recipient", "closing", "sign", "note", "fields", "text"}


def _form(kind: str, given: dict[str, Any]) -> Form:
    if unknown := given.keys() - _KEYS:
        raise ValueError(f"{', '.join(sorted(unknown))} means nothing in a form")
    layout, closing, sign = Layout(given["layout"]), Closing(given["closing"]), str(given.get("sign", ""))
    own = [_field(name, entry) for name, entry in given["fields"].items()]
    title = Bilingual.read(given["title"])
    return Form(
        kind=kind,
        title=title,
        group=given["group"],
        layout=layout,
        heading=words(given.get("heading", title.zh)),
        recipient=words(given.get("recipient", "")),
        closing=closing,
        sign=sign,
        note=given.get("note", ""),
        items=parse(given["text"]),
        fields=MappingProxyType({**_implicit(layout, closing, sign), **{field.name: field for field in own}}),
    )


def _field(name: str, given: str | dict[str, Any]) -> FormField:
    """`name: label`, or `name: {label, kind, optional, choices, columns}`."""
    if isinstance(given, str):
        return FormField(name, given)
    entry = dict(given)
    columns = tuple(Column(label, width) for label, width in entry.pop("columns", {}).items())
    kind = Kind(entry.pop("kind", Kind.TEXT))
    return FormField(name, kind=kind, columns=columns, choices=tuple(entry.pop("choices", ())), **entry)
