"""Bringing a register in from a file and handing it out: drop, match, dry run, import, receipt; and the exports."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from anshu.access.policy import Person, actor_of, may, require
from anshu.access.secrets import PersonalField
from anshu.kernel import clock
from anshu.kernel.crs import Crs
from anshu.kernel.errors import Invalid
from anshu.ledger import query
from anshu.ledger.declaration import Ledger, field_of, label_of
from anshu.ledger.exchange import running, writing
from anshu.ledger.exchange.checking import Checked
from anshu.ledger.exchange.matching import Matched, match, remembered
from anshu.ledger.exchange.reading import LARGEST_FILE
from anshu.ledger.exchange.running import Plan
from anshu.ledger.exchange.table import Table
from anshu.ledger.models import Import, Registered
from anshu.web.pages.registers import ledger_named
from anshu.workflow import log

SHOWN_ERRORS = 200
SYSTEMS = (Crs.WGS84, Crs.GCJ02, Crs.BD09, Crs.CGCS2000)
STEPS = ("file", "columns", "dry_run", "import", "receipt")


def importing(request: HttpRequest, slug: str) -> HttpResponse:
    """Every step of an import, at one address: `?file=` names the import that is looked at."""
    actor = actor_of(request)
    ledger = ledger_named(slug, actor)
    if not ledger.edit:
        raise Http404(slug)
    if not may(actor, f"{ledger.domain}.add"):
        require(actor, f"{ledger.domain}.change")
    key = request.POST.get("file") or request.GET.get("file") or ""
    if not key:
        return _receive(request, ledger, actor) if request.method == "POST" else _page(request, ledger, step="file")
    source = Import.objects.filter(pk=_uuid(key), ledger=slug, account=actor.account).first()
    if source is None:
        raise Http404(key)
    if "rejects" in request.GET:
        return _rejects(source)
    if request.method == "POST" and request.POST.get("go"):
        return _go(request, ledger, actor, source)
    if source.state == Import.State.CHECKED:
        return _dry_run(request, ledger, actor, source)
    return _progress(request, ledger, source)


def _uuid(text: str) -> Any:
    try:
        return Import._meta.pk.to_python(text)
    except Exception as error:
        raise Http404(text) from error


def _receive(request: HttpRequest, ledger: Ledger, actor: Person) -> HttpResponse:
    """Keep the file that was dropped, and lead to its dry run; a file that cannot be read is told at once."""
    upload = request.FILES.get("upload")
    try:
        if upload is None:
            raise Invalid(_("Choose a file."), field="file")
        source = running.receive(ledger, actor, upload.name or "", upload.read(LARGEST_FILE + 1))
        if source.state == Import.State.CHECKED:
            running.table_of(source)
    except Invalid as error:
        return _page(request, ledger, step="file", error=error, status=422)
    return HttpResponseRedirect(f"/r/{ledger.slug}/import?file={source.pk}")


def _dry_run(request: HttpRequest, ledger: Ledger, actor: Person, source: Import) -> HttpResponse:
    """How the columns are matched, and what would become of each row."""
    try:
        table = running.table_of(source)
    except Invalid as error:
        return _page(request, ledger, step="file", error=error, status=422)
    columns, plan = _plan(request, ledger, actor, table)
    context: dict[str, Any] = {
        "source": source,
        "table": table,
        "columns": _rows(ledger, table, columns),
        "crs": plan.crs,
        "systems": SYSTEMS,
        "fields": [(name, label_of(ledger.model, name)) for name in ledger.edit],
        "matched": sum(1 for column in columns if column.field),
        "placed": {"lon", "lat"} <= set(plan.columns.values()),
    }
    try:
        checked = running.dry_run(source, actor, table, plan)
    except Invalid as error:
        return _page(request, ledger, step="columns", error=error, status=422, **context)
    return _page(request, ledger, step="dry_run", **context, **_found(ledger, checked))


def _plan(request: HttpRequest, ledger: Ledger, actor: Person, table: Table) -> tuple[list[Matched], Plan]:
    """The matching proposed, or as the person has chosen it."""
    found = match(ledger, table, remembered(ledger, actor))
    if request.method == "POST":
        found = [
            Matched(
                column.column,
                column.heading,
                name if (name := request.POST.get(f"column-{column.column}", "")) in ledger.edit else "",
                True,
            )
            for column in found
        ]
    try:
        crs = Crs.parse(request.POST.get("crs") or table.crs or Crs.WGS84)
    except Invalid:
        crs = Crs.WGS84
    chosen: dict[str, str] = {}
    for column in found:
        if column.field and column.field not in chosen.values():
            chosen[column.heading] = column.field
    return found, Plan(chosen, crs, request.POST.get("go") == "good")


def _rows(ledger: Ledger, table: Table, columns: list[Matched]) -> list[dict[str, Any]]:
    """The columns of the file as the page shows them, with an example of what stands in each."""
    return [
        {
            "index": column.column,
            "heading": column.heading,
            "letter": table.letter(column.column),
            "field": column.field,
            "sure": column.sure,
            "example": next((str(value)[:40] for value in table.columns[column.column] if value not in (None, "")), ""),
        }
        for column in columns
    ]


def _found(ledger: Ledger, checked: Checked) -> dict[str, Any]:
    """The outcome of a dry run."""
    counts = {fate: checked.count(fate) for fate in ("add", "change", "same", "wrong")}
    return {
        "counts": counts,
        "rows": len(checked.fates),
        "good": counts["add"] + counts["change"],
        "doubt": checked.doubt,
        "errors": checked.errors[:SHOWN_ERRORS],
        "more_errors": max(0, len(checked.errors) - SHOWN_ERRORS),
        "missing": [label_of(ledger.model, name) for name in checked.missing],
    }


def _go(request: HttpRequest, ledger: Ledger, actor: Person, source: Import) -> HttpResponse:
    """Begin, or go on with what was interrupted."""
    if source.state == Import.State.CHECKED:
        _columns, plan = _plan(request, ledger, actor, running.table_of(source))
        running.begin(source, plan)
    running.start(source)
    return HttpResponseRedirect(f"/r/{ledger.slug}/import?file={source.pk}")


def _progress(request: HttpRequest, ledger: Ledger, source: Import) -> HttpResponse:
    """How far it has got, or the receipt. With HTMX only the part that changes, until it is done."""
    stopped = running.interrupted(source)
    source.refresh_from_db()
    done = source.state == Import.State.DONE
    context: dict[str, Any] = {
        "source": source,
        "done": done,
        "stopped": stopped and not done,
        "part": source.done_rows / max(source.rows, 1),
        "same": max(0, source.rows - source.added - source.changed - source.refused),
        "has_rejects": running.rejects_path(source).exists(),
    }
    if request.headers.get("HX-Request") and not done:
        return render(request, "register/importing.html", {"ledger": ledger, **context})
    response = _page(request, ledger, step="receipt" if done else "import", **context)
    if request.headers.get("HX-Request"):
        response["HX-Refresh"] = "true"
    return response


def _rejects(source: Import) -> HttpResponse:
    path = running.rejects_path(source)
    if not path.exists():
        raise Http404(str(source.pk))
    response = HttpResponse(path.read_bytes(), content_type=writing.FORMS["xlsx"])
    stem = source.file_name.rpartition(".")[0] or source.file_name
    response["Content-Disposition"] = _attachment(f"{stem}-{_('rejected rows')}.xlsx")
    return response


def _page(request: HttpRequest, ledger: Ledger, *, step: str, status: int = 200, **context: Any) -> HttpResponse:
    titles = dict(zip(STEPS, (_("File"), _("Columns"), _("Dry run"), _("Import"), _("Receipt")), strict=True))
    steps = [
        {"title": titles[name], "done": STEPS.index(name) < STEPS.index(step), "current": name == step}
        for name in STEPS
    ]
    return render(
        request, "register/import.html", {"ledger": ledger, "steps": steps, "step": step, **context}, status=status
    )


def export(request: HttpRequest, slug: str, form: str) -> HttpResponse | StreamingHttpResponse:
    """What is seen, as a file; `template` is the empty workbook.

    Personal data is masked, unless somebody who may see it posts a reason, which the log keeps.
    """
    actor = actor_of(request)
    ledger = ledger_named(slug, actor)
    if form == "template" and ledger.edit:
        return _sent(request, iter([writing.template(ledger)]), f"{ledger.title}-{_('template')}.xlsx")
    if form not in writing.FORMS and form != "options":
        raise Http404(form)
    require(actor, f"{ledger.domain}.export")
    personal = [name for name in ledger.shown if isinstance(field_of(ledger.model, name), PersonalField)]
    rows = query.rows(ledger, actor, {name: str(value) for name, value in request.GET.items()})
    if form == "options":
        may_open = bool(personal) and may(actor, f"{ledger.domain}.unmask")
        return render(
            request,
            "register/export.html",
            {"ledger": ledger, "count": rows.count(), "may_open": may_open, "query": request.GET.urlencode()},
        )
    reason = request.POST.get("reason", "").strip() if request.method == "POST" else ""
    opened = _opened(ledger, actor, reason) if personal and request.method == "POST" else writing.nobody
    details = {"form": form, "rows": rows.count(), "asked": request.GET.dict(), "clear": opened is not writing.nobody}
    with transaction.atomic():
        log.write(f"{ledger.domain}.export", None, actor, reason=reason, details={"register": ledger.slug, **details})
    name = f"{ledger.title}-{timezone.localtime(clock.now()):%Y%m%d-%H%M}.{form}"
    return _sent(request, writing.export(ledger, rows, form, opened), name, writing.FORMS[form])


def _opened(ledger: Ledger, actor: Person, reason: str) -> writing.Open:
    """Whose personal data is shown: that of areas where the person may see it, for a reason."""
    code = f"{ledger.domain}.unmask"
    require(actor, code)
    if len(reason) < 2:
        raise Invalid(_("Say why you need to see it; the reason is kept."), field="reason")
    areas: dict[str, bool] = {}

    def opened(record: Registered) -> bool:
        if record.territory not in areas:
            areas[record.territory] = may(actor, code, record.territory)
        return areas[record.territory]

    return opened


def _sent(
    request: HttpRequest, pieces: Iterator[bytes], name: str, kind: str = writing.FORMS["xlsx"]
) -> StreamingHttpResponse:
    """A file sent as it is made, under either kind of server."""
    content = _one_by_one(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(content, content_type=kind)
    response["Content-Disposition"] = _attachment(name)
    response["Cache-Control"] = "no-store"
    return response


async def _one_by_one(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces, each made in the thread that may use the database."""
    following = sync_to_async(lambda: next(pieces, None))
    while (piece := await following()) is not None:
        yield piece


def _attachment(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name)}"
