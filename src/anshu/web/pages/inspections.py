"""What the registers of inspections show beside their facts: answers of a visit, items of a list, the result of a draw;
and lists as XLSForm workbooks, out and in."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anshu.access.policy import Person, actor_of, require
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards.models import Hazard
from anshu.domains.inspections.models import Checklist, Draw, FieldConflict, Visit
from anshu.domains.inspections.queries.visits import hazards_of
from anshu.domains.inspections.rules import answers as sheets
from anshu.domains.inspections.rules import content
from anshu.domains.inspections.rules.content import Item
from anshu.domains.inspections.rules.forms import form_of
from anshu.domains.inspections.transitions import draft_checklist
from anshu.domains.inspections.transitions.visits import answers_of
from anshu.domains.people.models import Person as Officer
from anshu.gateways.openrosa import reading, writing
from anshu.gateways.openrosa.columns import VERDICT_WORDS
from anshu.kernel.errors import AnshuError, Invalid

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def seen(model: Any, actor: Person, key: Any) -> Any:
    """A record the person may see; any other does not exist for them."""
    found = model.objects.visible_to(actor).filter(pk=key).first()
    if found is None:
        raise Http404(str(key))
    return found


@require_GET
def answers(request: HttpRequest, key: Any) -> HttpResponse:
    """The answers of a visit in the order of its list, what other versions asked at the end, and its open conflicts."""
    visit: Visit = seen(Visit, actor_of(request), key)
    form, given = form_of(visit.checklist), answers_of(visit)
    rows = [_row(item, path, round_, given.get(path) or {}) for path, item, round_ in sheets.asked(form, given)]
    known = {row["path"] for row in rows}
    others = [(path, entry) for path, entry in given.items() if path not in known and entry.get("value") is not None]
    conflicts = FieldConflict.objects.filter(subject_id=visit.pk, state=FieldConflict.State.OPEN)
    found: dict[Any, Hazard] = {hazard.pk: hazard for hazard in hazards_of(visit)}
    context = {"rows": rows, "others": others, "conflicts": conflicts, "hazards": found.values(), "record": visit}
    return render(request, "inspections/answers.html", context)


def _row(item: Item, path: str, round_: str, entry: dict[str, Any]) -> dict[str, Any]:
    words = {choice.key: choice.text for choice in item.choices} or VERDICT_WORDS
    value = entry.get("value")
    return {
        "path": path,
        "item": item,
        "round": round_,
        "words": words.get(str(value), "" if value is None else f"{value} {item.unit}".strip()),
        "verdict": sheets.verdict(item, entry),
        "entry": entry,
    }


@require_GET
def items(request: HttpRequest, key: Any) -> HttpResponse:
    """The items of a list with the articles behind them."""
    checklist: Checklist = seen(Checklist, actor_of(request), key)
    return render(request, "inspections/items.html", {"record": checklist, "form": form_of(checklist)})


@require_GET
def workbook(request: HttpRequest, key: Any) -> HttpResponse:
    """A list as an XLSForm workbook."""
    checklist: Checklist = seen(Checklist, actor_of(request), key)
    response = HttpResponse(writing.workbook(checklist), content_type=WORKBOOK)
    response["Content-Disposition"] = f'attachment; filename="{checklist.number}.xlsx"'
    return response


def bring_in(request: HttpRequest) -> HttpResponse:
    """An XLSForm workbook becomes the draft of a list; while a row is wrong, nothing is taken and each is told."""
    actor = actor_of(request)
    require(actor, "inspections.draft_checklist")
    faults: list[reading.Fault] = []
    error: AnshuError | None = None
    if request.method == "POST":
        try:
            upload = request.FILES.get("file")
            if upload is None:
                raise Invalid(_("choose a file"), field="file")
            found = reading.read(upload.read(reading.LARGEST + 1))
            faults = found.faults
            if not faults:
                return HttpResponseRedirect(f"/r/checklists/{_drafted(found, actor, upload.name or '').pk}")
        except AnshuError as refusal:
            error = refusal
    status = 422 if faults or error else 200
    return render(request, "inspections/bring_in.html", {"faults": faults, "error": error}, status=status)


def _drafted(found: reading.Workbook, actor: Person, name: str) -> Checklist:
    told = found.settings
    return draft_checklist(
        by=actor,
        code=told.get("form_id") or name.removesuffix(".xlsx"),
        title=told.get("form_title") or name.removesuffix(".xlsx"),
        content=content.as_data(found.form),
        uses=told.get("anshu_uses", "").split(),
        field=told.get("anshu_field", ""),
        domain_class=told.get("anshu_domain_class", ""),
        department=told.get("anshu_department", ""),
        source=name[:200],
    )


@require_GET
def result(request: HttpRequest, key: Any) -> HttpResponse:
    """What was drawn, as a part of the draw's page; before it is opened, the commitment alone."""
    draw: Draw = seen(Draw, actor_of(request), key)
    return render(request, "inspections/result.html", {"record": draw, "rows": _drawn(draw)})


@require_GET
def sheet(request: HttpRequest, key: Any) -> HttpResponse:
    """The sheet by which a draw is made public: printed, or copied to where the bureau publishes."""
    draw: Draw = seen(Draw, actor_of(request), key)
    if not draw.record:
        raise Http404(str(key))
    return render(request, "inspections/sheet.html", {"draw": draw, "rows": _drawn(draw)})


@require_GET
def record(request: HttpRequest, key: Any) -> HttpResponse:
    """All that is needed to repeat a draw that was opened: the file for `anshu draw verify`."""
    draw: Draw = seen(Draw, actor_of(request), key)
    if not draw.record:
        raise Http404(str(key))
    response = JsonResponse(draw.record, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{draw.number}.json"'
    return response


def _drawn(draw: Draw) -> list[dict[str, Any]]:
    firms = {firm.number: firm for firm in Enterprise.objects.filter(number__in=[row["site"] for row in draw.drawn])}
    numbers = {number for row in draw.drawn for number in row["officers"]}
    names = dict(Officer.objects.filter(number__in=numbers).values_list("number", "name"))
    return [
        {**row, "firm": firms.get(row["site"]), "names": [names.get(number, number) for number in row["officers"]]}
        for row in draw.drawn
    ]
