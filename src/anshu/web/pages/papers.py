"""Documents of a record: what was made out, a form with what the record already says, and the file as Word or PDF."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anshu.access.policy import actor_of, may_on, require_on
from anshu.kernel.document_numbers import DocumentNumber
from anshu.kernel.errors import AnshuError, Invalid
from anshu.ledger.attachments import path_of, pictures_of
from anshu.ledger.declaration import LEDGERS
from anshu.ledger.models import Attachment, Paper, Registered
from anshu.ledger.papers import Draft, make_out, papers_of
from anshu.reports import contents
from anshu.reports.documents import MEDIA_TYPES, form, make
from anshu.reports.forms.declaration import Form, FormField, Kind, forms
from anshu.reports.paper.document import Photo
from anshu.web.pages.pictures import require_seen

"""What the system itself puts in: the number is given when the document is made out."""
GIVEN = frozenset({"number"})
BUREAU_ADDRESS = "本机关地址"
"""Stands in for the number while a document is only tried."""
NOT_YET = DocumentNumber("（试）", 2000, 1)


@require_GET
def part(request: HttpRequest, slug: str, key: Any) -> HttpResponse:
    """The part of a record's page that shows its documents, as the page fetches it."""
    actor = actor_of(request)
    record = require_seen(actor, slug, key)
    usual = contents.kinds_for(record)
    context = {
        "slug": slug,
        "record": record,
        "papers": papers_of(record),
        "usual": [(kind, title_of(forms()[kind])) for kind in usual],
        "others": sorted((kind, title_of(each)) for kind, each in forms().items() if kind not in usual),
        "may_make": may_on(actor, f"{record._meta.app_label}.make_out", record) and type(record) in contents.OF,
    }
    return render(request, "papers/part.html", context)


def title_of(found: Form) -> str:
    """The title of a form in the reader's language."""
    return found.title.en if get_language() == "en" else found.title.zh


def write(request: HttpRequest, slug: str, key: Any, kind: str) -> HttpResponse:
    """The form of a document, filled in as far as the record tells; sent, the document is made out. What cannot be
    made stays on screen with what is wrong."""
    actor = actor_of(request)
    record = require_seen(actor, slug, key)
    require_on(actor, f"{record._meta.app_label}.make_out", record)
    if kind not in forms() or type(record) not in contents.OF:
        raise Http404(kind)
    asked = form(kind)
    stored = as_text(asked, suggested(asked, record))
    error: AnshuError | None = None
    if request.method == "POST":
        stored = {name: request.POST.get(name, "") for name in asked.fields if name not in GIVEN}
        stored |= {name: [str(p.pk) for p in pictures_of(record)] for name in photo_fields(asked)}
        try:
            make(kind, values(asked, stored, str(NOT_YET)), as_="docx")
            draft = Draft(kind, asked.title.zh, asked.sign, stored)
            make_out(record, draft, by=actor)
            return HttpResponseRedirect(f"/r/{slug}/{key}")
        except AnshuError as refusal:
            error = refusal
    context = {
        "slug": slug,
        "record": record,
        "form": asked,
        "title": title_of(asked),
        "inputs": [ask(field, stored.get(name, "")) for name, field in shown(asked).items()],
        "error": error,
    }
    return render(request, "papers/form.html", context, status=error.status if error else 200)


def shown(asked: Form) -> dict[str, FormField]:
    """The fields that somebody fills in: not the number, nor the pictures, which are the record's own."""
    return {n: f for n, f in asked.fields.items() if n not in GIVEN and f.kind is not Kind.PHOTOS}


def photo_fields(asked: Form) -> list[str]:
    return [name for name, field in asked.fields.items() if field.kind is Kind.PHOTOS]


def ask(field: FormField, value: Any) -> dict[str, Any]:
    """What the page needs to draw a field."""
    kinds = {Kind.DATE: "date", Kind.MOMENT: "datetime-local"}
    several = field.kind in (Kind.LINES, Kind.LIST, Kind.TABLE)
    return {
        "field": field,
        "value": value,
        "kind": "area" if several else "choice" if field.kind is Kind.CHOICE else kinds.get(field.kind, "text"),
        "hint": " | ".join(column.label for column in field.columns),
    }


def suggested(asked: Form, record: Registered) -> dict[str, Any]:
    """What the record says, under the names of the form; an address is the bureau's where the form means that."""
    known = contents.content_of(record)
    if "address" in asked.fields and asked.fields["address"].label == BUREAU_ADDRESS:
        known["address"] = known["bureau_address"]
    return {name: known[name] for name in asked.fields if known.get(name) not in (None, "", [])}


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


@require_GET
def download(request: HttpRequest, key: Any, extension: str) -> HttpResponse:
    """A document as it was made out, for those who may see its record."""
    actor = actor_of(request)
    paper = Paper.objects.filter(pk=key).first()
    ledger = next((each for each in LEDGERS.values() if paper and each.model._meta.label_lower == paper.subject), None)
    if paper is None or ledger is None or extension not in MEDIA_TYPES:
        raise Http404(str(key))
    require_seen(actor, ledger.slug, paper.subject_id)
    said = values(form(paper.kind), paper.values, paper.number)
    content = make(paper.kind, said, as_="pdf" if extension == "pdf" else "docx", exercise=paper.exercise)
    name = quote(f"{paper.title}{paper.number}.{extension}")
    disposition = f"attachment; filename*=UTF-8''{name}"
    return HttpResponse(content, content_type=MEDIA_TYPES[extension], headers={"Content-Disposition": disposition})
