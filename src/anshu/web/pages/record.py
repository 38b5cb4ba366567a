"""The page of one record of any register: facts, deeds, what may be begun from it, pictures, history."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from anshu.access.policy import actor_of, may, may_on
from anshu.web.pages.openings import openings
from anshu.web.pages.pictures import gallery
from anshu.web.pages.registers import ROOMS, deeds, facts, ledger_named, record_of
from anshu.workflow import clocks
from anshu.workflow.loop import LOOPS
from anshu.workflow.models import Change

HISTORY_SHOWN = 200
"""Parts that a register's records have beside the common ones: each is fetched by the page from its address."""
PARTS = {
    "bypass-cards": ("/supervision/cards/{key}/rows",),
    "cases": ("/r/cases/{key}/papers",),
    "hazards": ("/hazards/{key}/clauses", "/r/hazards/{key}/papers"),
    "checklists": ("/inspections/checklists/{key}/items",),
    "draws": ("/inspections/draws/{key}/result",),
    "tip-offs": ("/r/tip-offs/{key}/papers",),
    "visits": ("/inspections/visits/{key}/answers", "/r/visits/{key}/papers"),
    "letters": ("/r/letters/{key}/papers",),
    "listings": ("/r/listings/{key}/papers",),
}


@require_GET
def record(request: HttpRequest, slug: str, key: Any) -> HttpResponse:
    """One record. With `?sheet`, only what fits beside the map."""
    actor = actor_of(request)
    ledger = ledger_named(slug, actor)
    found = record_of(ledger, actor, key)
    loop = LOOPS.get(ledger.model)
    history = Change.objects.filter(subject=found._meta.label_lower, subject_id=found.pk).order_by("-id")
    context = {
        "ledger": ledger,
        "record": found,
        "facts": facts(ledger, found),
        "deeds": deeds(found, actor),
        "openings": openings(found, actor),
        "gallery": gallery(found, actor) if loop else None,
        "parts": [address.format(key=key) for address in PARTS.get(slug, ())],
        "clock": clocks.running(found),
        "loop": loop,
        "owner": loop.owner.get(getattr(found, "state", "")) if loop else "",
        "history": history[:HISTORY_SHOWN],
        "may_watch": may(actor, "situation.view"),
        "may_change": bool(ledger.edit) and may_on(actor, f"{ledger.domain}.change", found),
        "may_unmask": may_on(actor, f"{ledger.domain}.unmask", found),
        "room": (f"{ROOMS[slug][0]}{found.pk}", ROOMS[slug][1]) if slug in ROOMS else None,
        "trial": f"/rules/{found.pk}/backtest" if slug == "rules" else "",
        "curve": str(found.pk) if slug == "channels" else str(getattr(found, "channel_id", "") or ""),
    }
    return render(request, "register/sheet.html" if "sheet" in request.GET else "register/record.html", context)
