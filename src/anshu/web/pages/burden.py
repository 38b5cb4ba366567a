"""The burden of filling in (减负): seconds with forms, the same asked for twice, pictures that nobody looked at; each
figure opens its rows. Nothing here is by person."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anshu.access.policy import Person, actor_of, require
from anshu.access.roles import ROLES
from anshu.domains.supervision.queries import burden
from anshu.kernel import clock
from anshu.ledger.declaration import LEDGERS, Ledger
from anshu.ledger.models import Attachment
from anshu.workflow import rules
from anshu.workflow.transitions import arrow_called

CODE = "supervision.weigh_burden"
SHOWN, FORMS_SHOWN = 100, 12
PARTS = ("typing", "twice", "pictures")


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The frame; the page fetches its three parts, since two of them go through a month of records."""
    require(actor_of(request), CODE)
    return render(request, "supervision/burden.html", {"days": burden.period_d(), "parts": PARTS})


@require_GET
def typing(request: HttpRequest) -> HttpResponse:
    """Seconds per person and day, by role, and the forms that took longest."""
    require(actor_of(request), CODE)
    roles = burden.typing(timezone.localdate(clock.now()))
    told = [
        {
            "title": ROLES[time.role].title if time.role in ROLES else _("other roles together"),
            "time": time,
            "forms": [(form_name(form), times, seconds) for form, times, seconds in time.longest[:FORMS_SHOWN]],
        }
        for time in roles
    ]
    days, seconds = sum(time.days for time in roles), sum(time.seconds for time in roles)
    context = {"roles": told, "each": seconds / days if days else None, "seconds": seconds, "people_days": days}
    return render(request, "supervision/burden_typing.html", context)


def form_name(form: str) -> str:
    """A form as it is known to its users: its deed, or the register that it adds to; else its address."""
    arrow = arrow_called(form)
    if arrow is not None:
        return f"{arrow.model._meta.verbose_name} · {arrow.title}"
    slug, _slash, verb = form.partition("/")
    if slug in LEDGERS:
        deed = _("entering one") if verb == "new" else _("changing one")
        return f"{LEDGERS[slug].noun} · {deed}"
    return f"/{form}"


@require_GET
def twice(request: HttpRequest) -> HttpResponse:
    """Pairs of fields that were given the same words about the same enterprise or site; with `?pair=`, the records."""
    actor = actor_of(request)
    require(actor, CODE)
    seen = [pair for pair in burden.pairs() if _may_see(actor, pair)]
    now, asked = clock.now(), request.GET.get("pair")
    if asked is not None:
        pair = next((pair for pair in seen if pair.key == asked), None)
        if pair is None:
            raise Http404(asked)
        rows = burden.written_twice(pair, actor, now).order_by("-created_at")[:SHOWN]
        both = [(row, twin) for row in rows if (twin := burden.twin_of(pair, row, actor, now)) is not None]
        shown = [{"words": getattr(row, pair.second.name), "one": twin, "other": row} for row, twin in both]
        return render(request, "supervision/burden_pair.html", {"pair": pair, "rows": shown, "at_most": SHOWN})
    counted = [(pair, number) for pair in seen if (number := burden.written_twice(pair, actor, now).count())]
    counted.sort(key=lambda row: (-row[1], row[0].key))
    context = {"pairs": counted, "total": sum(number for _pair, number in counted), "compared": len(seen)}
    return render(request, "supervision/burden_twice.html", context)


def _may_see(actor: Person, pair: burden.Twice) -> bool:
    return all(actor.reach(f"{asked.ledger.domain}.view") for asked in (pair.first, pair.second))


@require_GET
def pictures(request: HttpRequest) -> HttpResponse:
    """How many pictures were kept and never looked at by anybody but who brought them; the newest of them."""
    actor = actor_of(request)
    require(actor, CODE)
    now = clock.now()
    counted = burden.pictures_by_kind(actor, now)
    kinds = [
        {"title": _title(subject), "word": Attachment.Purpose(purpose).label, "kept": kept, "unopened": unopened}
        for subject, purpose, kept, unopened in counted
    ]
    kept, unopened = sum(row[2] for row in counted), sum(row[3] for row in counted)
    context = {
        "kinds": [row for row in kinds if row["title"]],
        "kept": kept,
        "unopened": unopened,
        "percent": 100 * unopened / kept if kept else None,
        "after_d": int(rules.at("burden/unopened_after_d").number()),
        "rows": _newest_unopened(actor, now),
    }
    return render(request, "supervision/burden_pictures.html", context)


def _ledger(subject: str) -> Ledger | None:
    return next((each for each in LEDGERS.values() if each.model._meta.label_lower == subject), None)


def _title(subject: str) -> str:
    ledger = _ledger(subject)
    return ledger.title if ledger else ""


def _newest_unopened(actor: Person, now: Any) -> list[dict[str, Any]]:
    """The newest pictures that nobody looked at, of records that the reader may open."""
    rows = list(burden.pictures(actor, now).filter(opened_at=None).order_by("-uploaded_at", "pk")[:SHOWN])
    found = []
    for subject in sorted({row.subject for row in rows}):
        ledger = _ledger(subject)
        if ledger is None:
            continue
        ids = [row.subject_id for row in rows if row.subject == subject]
        named = ledger.model.objects.visible_to(actor).select_related(*ledger.model.named_by).in_bulk(ids)
        for row in rows:
            if row.subject == subject and row.subject_id in named:
                found.append({"picture": row, "record": named[row.subject_id], "slug": ledger.slug})
    return sorted(found, key=lambda each: each["picture"].uploaded_at, reverse=True)
