"""A document before it is made out: what the record already says, as text that people correct and the installation
keeps, and that text as its form takes it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from anshu.kernel.document_numbers import DocumentNumber
from anshu.kernel.errors import Invalid
from anshu.ledger.attachments import path_of, pictures_of
from anshu.ledger.models import Attachment, Registered
from anshu.ledger.papers import Draft
from anshu.reports import contents
from anshu.reports.forms.declaration import Form, FormField, Kind
from anshu.reports.forms.filling import fill
from anshu.reports.paper.document import Photo

"""What the system itself puts in: the number is given when the document is made out."""
GIVEN = frozenset({"number"})
BUREAU_ADDRESS = "本机关地址"
"""Stands in for the number before the document has one."""
NOT_YET = DocumentNumber("（试）", 2000, 1)


def begun(asked: Form, record: Registered) -> dict[str, Any]:
    """Everything that the record tells a document of this form, by field, as it would be kept."""
    return as_text(asked, suggested(asked, record)) | photos(asked, record)


def photos(asked: Form, record: Registered) -> dict[str, Any]:
    """The ids of the record's pictures, under the fields of the form that print pictures."""
    fields = [name for name, field in asked.fields.items() if field.kind is Kind.PHOTOS]
    return {name: [str(picture.pk) for picture in pictures_of(record)] for name in fields}


def lacking(asked: Form, stored: Mapping[str, Any]) -> list[FormField]:
    """The fields that must be filled in and are empty; with none of them, the document can be made out as it is."""
    return [field for name, field in shown(asked).items() if not field.optional and not stored.get(name)]


def shown(asked: Form) -> dict[str, FormField]:
    """The fields that somebody fills in: not the number, nor the pictures, which are the record's own."""
    return {n: f for n, f in asked.fields.items() if n not in GIVEN and f.kind is not Kind.PHOTOS}


def finished(asked: Form, stored: Mapping[str, Any]) -> Draft:
    """The draft of a document that can be made, filled in once to be sure; Invalid, naming the field, if it cannot."""
    fill(asked, values(asked, stored, str(NOT_YET)))
    return Draft(asked.kind, asked.title.zh, asked.sign, stored)


def suggested(asked: Form, record: Registered) -> dict[str, Any]:
    """What the record says, under the names of the form; an address is the bureau's where the form means that, and what
    is none of its choices is left out."""
    known = contents.content_of(record)
    if "address" in asked.fields and asked.fields["address"].label == BUREAU_ADDRESS:
        known["address"] = known["bureau_address"]
    fitting = {n: f for n, f in asked.fields.items() if not f.choices or known.get(n) in f.choices}
    return {name: known[name] for name in fitting if known.get(name) not in (None, "", [])}


def as_text(asked: Form, known: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a form shows and keeps them: text, one line for each entry of a list, bars between cells of a table."""
    return {name: _text(asked.fields[name], value) for name, value in known.items()}


def _text(field: FormField, value: Any) -> str:
    if isinstance(value, str):
        return value
    match field.kind:
        case Kind.LIST | Kind.LINES:
            return "\n".join(str(line if isinstance(line, str) else line[0]) for line in value)
        case Kind.TABLE:
            return "\n".join(" | ".join(map(str, row[: len(field.columns)])) for row in value)
        case Kind.MOMENT:
            return f"{timezone.localtime(value):%Y-%m-%dT%H:%M}"
        case Kind.DATE:
            return f"{value:%Y-%m-%d}"
    return str(value)


def values(asked: Form, stored: Mapping[str, Any], number: str) -> dict[str, Any]:
    """Kept text as the form takes it; Invalid, naming the field, for a date or an amount that is none."""
    found = {name: _value(asked.fields[name], stored[name]) for name in stored if stored[name] and name in asked.fields}
    return found | ({"number": DocumentNumber.parse(number)} if asked.sign else {})


def _value(field: FormField, text: Any) -> Any:
    match field.kind:
        case Kind.DATE:
            return _date(field, text)
        case Kind.MOMENT:
            return _moment(field, text)
        case Kind.MONEY | Kind.NUMBER:
            return _amount(field, text)
        case Kind.DOCUMENT:
            return DocumentNumber.parse(text)
        case Kind.LIST:
            return [line.strip() for line in text.splitlines() if line.strip()]
        case Kind.TABLE:
            rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()]
            return [[*row, *[""] * len(field.columns)][: len(field.columns)] for row in rows]
        case Kind.PHOTOS:
            kept = Attachment.objects.filter(pk__in=text).order_by("uploaded_at")
            return [Photo(path_of(each.digest).read_bytes(), _caption(each)) for each in kept if printable(each)]
    return text


def printable(picture: Attachment) -> bool:
    """Whether paper takes it: JPEG or PNG."""
    return picture.media_type in ("image/jpeg", "image/png")


def _caption(picture: Attachment) -> str:
    at = timezone.localtime(picture.made_at or picture.uploaded_at)
    return f"{picture.get_purpose_display()} {at:%Y-%m-%d %H:%M}"


def _date(field: FormField, text: str) -> date:
    return parse_date(text) or _wrong(field, text)


def _moment(field: FormField, text: str) -> datetime:
    found = parse_datetime(text) or _wrong(field, text)
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _amount(field: FormField, text: str) -> Any:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return _wrong(field, text)


def _wrong(field: FormField, text: str) -> Any:
    raise Invalid(_("%(label)s cannot be “%(value)s”"), field=field.name, label=field.label, value=text)
