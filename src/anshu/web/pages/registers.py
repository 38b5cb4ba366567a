"""The pages of every register, made from its declaration: list, record, form, deeds, bulk change, saved views."""

import json
from typing import Any
from urllib.parse import urlencode

from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Person, actor_of, may, require, require_on
from anshu.access.secrets import PersonalField, mask
from anshu.kernel.errors import AnshuError, Invalid
from anshu.ledger import edit, parameters, query
from anshu.ledger.declaration import LEDGERS, Ledger, field_of, label_of
from anshu.ledger.models import Registered, SavedView
from anshu.web.pages.returns import offered
from anshu.workflow import log
from anshu.workflow.transitions import Arrow, arrows_of

"""How many records a form may list to choose from; beyond that one types the number."""
LISTED = 300
"""How many records of a register a search in all of them shows."""
FOUND_SHOWN = 6
"""Registers whose records have a page made by hand: where it is, and what it is called."""
ROOMS = {
    "incidents": ("/incidents/", gettext_lazy("Incident room")),
    "enterprises": ("/enterprises/", gettext_lazy("Portrait")),
    "tip-offs": ("/tipoffs/", gettext_lazy("Open the room")),
    "campaigns": ("/campaigns/", gettext_lazy("Open the room")),
    "cases": ("/cases/", gettext_lazy("Case room")),
}


"""Pages that belong to a register and stand beside its list: where, by what name, for whom."""
DOORS = {
    "visits": ("/inspections/planner", gettext_lazy("Week of inspections"), "inspections.plan_visit"),
    "checklists": (
        "/inspections/checklists/import",
        gettext_lazy("Bring in a checklist"),
        "inspections.draft_checklist",
    ),
}


def room_of(slug: str, key: Any) -> str:
    """Where a record is at home: its own room, or its page in the register."""
    return f"{ROOMS[slug][0] if slug in ROOMS else f'/r/{slug}/'}{key}"


def ledger_named(slug: str, actor: Person) -> Ledger:
    """The register of that name, if there is one and the person may look at it."""
    ledger = LEDGERS.get(slug)
    if ledger is None:
        raise Http404(slug)
    require(actor, f"{ledger.domain}.view")
    return ledger


def record_of(ledger: Ledger, actor: Person, key: Any) -> Registered:
    """A record the person may see; what they may not see does not exist for them."""
    found = ledger.model.objects.visible_to(actor).select_related(*ledger.related).filter(pk=key).first()
    if found is None:
        raise Http404(str(key))
    return found


@require_GET
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The list: filtered, searched, ordered, paged."""
    actor = actor_of(request)
    ledger = ledger_named(slug, actor)
    asked = {name: str(value) for name, value in request.GET.items()}
    page = query.page(query.rows(ledger, actor, asked), asked, counted=query.COUNTED)
    columns = [
        {
            "name": name,
            "label": label_of(ledger.model, name),
            "number": numeric(ledger, name),
            "stored": field_of(ledger.model, name) is not None,
        }
        for name in ledger.columns
    ]
    context = {
        "ledger": ledger,
        "page": page,
        "columns": columns,
        "filters": filters(ledger, request),
        "views": SavedView.objects.filter(account=actor.account, ledger=slug).order_by("name"),
        "siblings": [
            other for other in LEDGERS.values() if other.group == ledger.group and may(actor, f"{other.domain}.view")
        ],
        "door": DOORS[slug][:2] if slug in DOORS and may(actor, DOORS[slug][2]) else None,
        "returns": offered(slug, actor),
        "may_add": bool(ledger.edit) and may(actor, f"{ledger.domain}.add"),
        "may_change": bool(ledger.edit) and may(actor, f"{ledger.domain}.change"),
        "may_export": may(actor, f"{ledger.domain}.export"),
        "order": request.GET.get("order", ""),
        "query": urlencode({n: v for n, v in request.GET.items() if n not in ("page", "view")}),
        "bulk_fields": [
            (n, label_of(ledger.model, n))
            for n in ledger.edit
            if not isinstance(field_of(ledger.model, n), models.JSONField)
        ],
    }
    return render(request, "register/list.html", context)


def numeric(ledger: Ledger, name: str) -> bool:
    """Whether a column holds numbers, which stand right-aligned."""
    return isinstance(field_of(ledger.model, name), (models.IntegerField, models.FloatField, models.DecimalField))


def filters(ledger: Ledger, request: HttpRequest) -> list[dict[str, Any]]:
    """Each filter with its choices, and which of them is on."""
    found = []
    for name in ledger.filters:
        field = field_of(ledger.model, name)
        choices = [(str(v), str(w)) for v, w in field.flatchoices if str(v)]
        if isinstance(field, models.BooleanField):
            choices = [("true", _("yes")), ("false", _("no"))]
        found.append(
            {"name": name, "label": str(field.verbose_name), "choices": choices, "chosen": request.GET.get(name, "")}
        )
    return found


def facts(ledger: Ledger, record: Registered) -> list[dict[str, Any]]:
    """The fields of the detail page: label, field name, whether personal, and where a reference leads."""
    found = []
    for name in ledger.shown:
        field = field_of(ledger.model, name)
        if isinstance(field, models.UUIDField):  # a bare id is for programs
            continue
        value = getattr(record, name)
        target = next((other.slug for other in LEDGERS.values() if isinstance(value, other.model)), "")
        found.append(
            {
                "name": name,
                "label": label_of(ledger.model, name),
                "personal": isinstance(field, PersonalField) and bool(value),
                "level": name in ("level", "highest", "risk_color") and value,
                "link": f"/r/{target}/{value.pk}" if target and value is not None else "",
            }
        )
    return found


def deeds(record: Registered, actor: Person) -> list[dict[str, Any]]:
    """Every arrow a person could take from this record: possible now, or with the reason why not."""
    found, known = [], dict[Any, list[tuple[str, str]]]()
    for arrow in arrows_of(type(record)).values():
        if arrow.opens or not may(actor, arrow.code):
            continue
        if not arrow.allows(actor, record):
            continue
        asks = parameters.asks(arrow)
        if any(p.default is p.empty and p.name not in {ask.name for ask in asks} for p in arrow.parameters):
            continue  # takes what only a program can give
        found.append({"arrow": arrow, "asks": with_options(asks, actor, known)})
    return found


def with_options(
    asks: list[parameters.Ask], actor: Person, known: dict[Any, list[tuple[str, str]]] | None = None
) -> list[dict[str, Any]]:
    """What a form asks, with the records one may choose from where they are few enough to be listed. `known` keeps
    them from form to form of one page."""
    known = {} if known is None else known
    for ask in asks:
        if ask.model is not None and (ask.model, ask.above) not in known:
            known[ask.model, ask.above] = choices_of(parameters.to_name(ask.model, actor, above=ask.above))
    return [{**vars(ask), "options": known.get((ask.model, ask.above), [])} for ask in asks]


def choices_of(named: models.QuerySet[Any]) -> list[tuple[str, str]]:
    """Number and name of each record that may be named, in the order of numbers; none of them when they are many,
    which keys alone tell."""
    rows = named.order_by("number", "pk")
    if len(rows.order_by().values_list("pk", flat=True)[: LISTED + 1]) > LISTED:
        return []
    return [(row.number, str(row)) for row in rows.select_related(*getattr(named.model, "named_by", ()))]


def arrow_named(record: Registered, verb: str) -> Arrow:
    arrow = arrows_of(type(record)).get(verb)
    if arrow is None or arrow.opens:
        raise Http404(verb)
    return arrow


@require_POST
def do(request: HttpRequest, slug: str, key: Any, verb: str) -> HttpResponse:
    """Take an arrow: the one door of every button of every page."""
    actor = actor_of(request)
    ledger = ledger_named(slug, actor)
    found = record_of(ledger, actor, key)
    arrow = arrow_named(found, verb)
    details = parameters.read(arrow, actor, {name: str(value) for name, value in request.POST.items()})
    arrow.call(found, by=actor, **details)
    return after(request, f"/r/{slug}/{key}")


def after(request: HttpRequest, address: str) -> HttpResponse:
    """Where a form leads when done: nowhere, if a page sent it by itself; else to the address it named, or ours."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    back = request.POST.get("back", "")
    return HttpResponseRedirect(back if back.startswith("/") and not back.startswith("//") else address)


def form(request: HttpRequest, slug: str, key: Any = None) -> HttpResponse:
    """Add or change a record. What was typed stays when something has to be mended."""
    actor = actor_of(request)
    ledger = ledger_named(slug, actor)
    found = record_of(ledger, actor, key) if key else None
    if found:
        require_on(actor, f"{ledger.domain}.change", found)
    else:
        require(actor, f"{ledger.domain}.add")
    error: AnshuError | None = None
    if request.method == "POST":
        values = {
            name: request.POST.get(name, "")
            for name in ledger.edit
            if name in request.POST or name in checkboxes(ledger)
        }
        if found:  # personal data is not shown in the form: left empty, it stays as it is
            values = {name: value for name, value in values.items() if value or not personal(ledger, name)}
        try:
            saved = (
                edit.change(ledger, found, by=actor, values=values)
                if found
                else edit.add(ledger, by=actor, values=values)
            )
            return HttpResponseRedirect(f"/r/{slug}/{saved.pk}")
        except AnshuError as refusal:
            error = refusal
    inputs = [field_input(ledger, name, found, request.POST if error else None) for name in ledger.edit]
    context = {"ledger": ledger, "record": found, "inputs": inputs, "error": error}
    return render(request, "register/form.html", context, status=error.status if error else 200)


def personal(ledger: Ledger, name: str) -> bool:
    """Whether a field holds personal data."""
    return isinstance(field_of(ledger.model, name), PersonalField)


def checkboxes(ledger: Ledger) -> set[str]:
    """Fields that a browser leaves out when they are not ticked."""
    return {name for name in ledger.edit if isinstance(field_of(ledger.model, name), models.BooleanField)}


def field_input(ledger: Ledger, name: str, record: Registered | None, typed: Any) -> dict[str, Any]:
    """What the form needs to draw one field."""
    field = field_of(ledger.model, name)
    value = getattr(record, name) if record is not None else field.get_default()
    if isinstance(field, models.ForeignKey):
        value = getattr(value, "number", "") if value is not None else ""
    kind = next((kind for cls, kind in KINDS if isinstance(field, cls)), "text")
    if isinstance(field, models.JSONField) and value is not None:
        value = json.dumps(value, ensure_ascii=False)
    hint = str(field.help_text)
    if personal(ledger, name):
        hint, value = mask(value or ""), ""
    return {
        "name": name,
        "label": str(field.verbose_name),
        "hint": hint,
        "kind": kind,
        "required": not field.blank and not isinstance(field, models.BooleanField),
        "choices": [(str(v), str(w)) for v, w in field.flatchoices] if field.choices else [],
        "value": typed.get(name, "") if typed is not None else "" if value is None else value,
        "noun": str(field.related_model._meta.verbose_name) if isinstance(field, models.ForeignKey) else "",
    }


KINDS: "tuple[tuple[type[models.Field[Any, Any]], str], ...]" = (
    (models.BooleanField, "checkbox"),
    (models.DateTimeField, "datetime-local"),
    (models.DateField, "date"),
    (models.IntegerField, "number"),
    (models.FloatField, "decimal"),
    (models.DecimalField, "decimal"),
    (models.TextField, "area"),
    (models.JSONField, "area"),
    (models.ForeignKey, "reference"),
)


@require_POST
def bulk(request: HttpRequest, slug: str) -> HttpResponse:
    """Change one field of many records at once: all of them, or, when one cannot be, none."""
    actor = actor_of(request)
    ledger = ledger_named(slug, actor)
    name, value = request.POST.get("field", ""), request.POST.get("value", "")
    with transaction.atomic():
        for key in request.POST.getlist("chosen"):
            edit.change(ledger, record_of(ledger, actor, key), by=actor, values={name: value})
    return after(request, f"/r/{slug}/?{request.POST.get('query', '')}")


@require_POST
def unmask(request: HttpRequest, slug: str, key: Any) -> HttpResponse:
    """Show a personal value once, to somebody who may see it and has said why. The log keeps who, whose and why."""
    actor = actor_of(request)
    ledger = ledger_named(slug, actor)
    found = record_of(ledger, actor, key)
    require_on(actor, f"{ledger.domain}.unmask", found)
    name, reason = request.POST.get("field", ""), request.POST.get("reason", "").strip()
    if not isinstance(field_of(ledger.model, name), PersonalField):
        raise Http404(name)
    if len(reason) < 2:
        raise Invalid(_("Say why you need to see it; the reason is kept."), field="reason")
    with transaction.atomic():
        log.write(f"{ledger.domain}.unmask", found, actor, reason=reason, details={"field": name})
    return HttpResponse(escape(getattr(found, name)), headers={"Cache-Control": "no-store"})


@require_POST
def save_view(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the present list under a name, or drop one."""
    actor = actor_of(request)
    ledger_named(slug, actor)
    name = request.POST.get("name", "").strip()[:40]
    if request.POST.get("drop"):
        SavedView.objects.filter(account=actor.account, ledger=slug, name=name).delete()
    elif name:
        SavedView.objects.update_or_create(
            account=actor.account, ledger=slug, name=name, defaults={"query": request.POST.get("query", "")[:1000]}
        )
    return HttpResponseRedirect(f"/r/{slug}/?{request.POST.get('query', '')}")


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Search every register the person may look at; the first few of each."""
    actor = actor_of(request)
    words = request.GET.get("q", "").strip()
    found = []
    for ledger in LEDGERS.values() if words else ():
        if may(actor, f"{ledger.domain}.view"):
            rows = query.first(ledger, actor, words, FOUND_SHOWN)
            if rows:
                found.append((ledger, rows))
    return render(request, "search.html", {"found": found, "words": words})
