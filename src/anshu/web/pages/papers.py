"""Documents of a record: what was made out, a form with what the record already says, and the file as Word or PDF."""

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import actor_of, may_on, require_on
from anshu.kernel.errors import AnshuError
from anshu.ledger.declaration import LEDGERS
from anshu.ledger.models import Paper
from anshu.ledger.papers import make_out, papers_of
from anshu.reports import contents, drafts
from anshu.reports.documents import MEDIA_TYPES, form, make
from anshu.reports.forms.declaration import Form, FormField, Kind, forms
from anshu.web.pages.pictures import require_seen
from anshu.web.pages.registers import after, room_of


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


@require_POST
def make_now(request: HttpRequest, slug: str, key: Any, kind: str) -> HttpResponse:
    """Make a document out as the record stands, in one step; when something is missing, its form asks for it."""
    actor = actor_of(request)
    record = require_seen(actor, slug, key)
    require_on(actor, f"{record._meta.app_label}.make_out", record)
    if kind not in forms() or type(record) not in contents.OF:
        raise Http404(kind)
    asked = form(kind)
    stored = drafts.begun(asked, record)
    if drafts.lacking(asked, stored):
        return HttpResponseRedirect(f"/r/{slug}/{key}/paper/{kind}")
    make_out(record, drafts.finished(asked, stored), by=actor)
    return after(request, room_of(slug, key))


def write(request: HttpRequest, slug: str, key: Any, kind: str) -> HttpResponse:
    """The form of a document, filled in as far as the record tells; sent, the document is made out. What cannot be
    made stays on screen with what is wrong."""
    actor = actor_of(request)
    record = require_seen(actor, slug, key)
    require_on(actor, f"{record._meta.app_label}.make_out", record)
    if kind not in forms() or type(record) not in contents.OF:
        raise Http404(kind)
    asked = form(kind)
    stored = drafts.begun(asked, record)
    error: AnshuError | None = None
    if request.method == "POST":
        stored = {name: request.POST.get(name, "") for name in drafts.shown(asked)} | drafts.photos(asked, record)
        try:
            make_out(record, drafts.finished(asked, stored), by=actor)
            return after(request, room_of(slug, key))
        except AnshuError as refusal:
            error = refusal
    context = {
        "slug": slug,
        "record": record,
        "home": room_of(slug, key),
        "form": asked,
        "title": title_of(asked),
        "inputs": [ask(field, stored.get(name, "")) for name, field in drafts.shown(asked).items()],
        "error": error,
    }
    return render(request, "papers/form.html", context, status=error.status if error else 200)


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


@require_GET
def download(request: HttpRequest, key: Any, extension: str) -> HttpResponse:
    """A document as it was made out, for those who may see its record."""
    actor = actor_of(request)
    paper = Paper.objects.filter(pk=key).first()
    ledger = next((each for each in LEDGERS.values() if paper and each.model._meta.label_lower == paper.subject), None)
    if paper is None or ledger is None or extension not in MEDIA_TYPES:
        raise Http404(str(key))
    require_seen(actor, ledger.slug, paper.subject_id)
    said = drafts.values(form(paper.kind), paper.values, paper.number)
    content = make(paper.kind, said, as_="pdf" if extension == "pdf" else "docx", exercise=paper.exercise)
    name = quote(f"{paper.title}{paper.number}.{extension}")
    disposition = f"attachment; filename*=UTF-8''{name}"
    return HttpResponse(content, content_type=MEDIA_TYPES[extension], headers={"Content-Disposition": disposition})
