"""The room of a tip-off, the hotline's page, and the counter where rewards are paid. None of them knows who told."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Person, actor_of, may, may_on, require
from anshu.domains.tipoffs import transitions
from anshu.domains.tipoffs.ledger import TIP_OFFS
from anshu.domains.tipoffs.models import TipOff
from anshu.domains.tipoffs.rules.codes import grouped
from anshu.domains.tipoffs.rules.rewards import money
from anshu.domains.vault import queries as vault
from anshu.domains.vault.transitions import keep_identity
from anshu.kernel.errors import AnshuError, Invalid
from anshu.ledger.attachments import pictures_of
from anshu.web.pages.registers import deeds, record_of
from anshu.web.pages.telling import area_of, name_given, place_of, unkept
from anshu.workflow import clocks, log
from anshu.workflow.models import Change

AROUND, HISTORY_SHOWN = 6, 100


@require_GET
def room(request: HttpRequest, key: Any) -> HttpResponse:
    """Everything about one tip-off, and what may be done with it now."""
    actor = actor_of(request)
    require(actor, "tipoffs.view")
    tip_off = record_of(TIP_OFFS, actor, key)
    return unkept(request, "tipoffs/room.html", context_of(tip_off, actor))


def context_of(tip_off: Any, actor: Person) -> dict[str, Any]:
    """What the room shows."""
    loop = transitions.TIP_OFF_LOOP
    rows = Change.objects.filter(subject=tip_off._meta.label_lower, subject_id=tip_off.pk)
    return {
        "tip_off": tip_off,
        "deeds": sorted(deeds(tip_off, actor), key=lambda each: each["arrow"].verb == "flag_retaliation"),
        "reward": money(tip_off.reward_yuan) if tip_off.reward_yuan is not None else "",
        "clock": clocks.running(tip_off),
        "owner": loop.owner.get(tip_off.state, ""),
        "photos": pictures_of(tip_off),
        "joined": TipOff.objects.visible_to(actor).filter(earlier=tip_off).order_by("received_at"),
        "like": like(tip_off, actor),
        "history": rows.order_by("-id")[:HISTORY_SHOWN],
        "may_pay": tip_off.state == TipOff.State.CLAIMED and may_on(actor, "tipoffs.pay", tip_off),
    }


def like(tip_off: TipOff, actor: Person) -> Any:
    """Others of the same kind in the same area that are open and came before: candidates to be joined to."""
    rows = TipOff.objects.visible_to(actor).filter(
        kind=tip_off.kind, territory=tip_off.territory, received_at__lt=tip_off.received_at
    )
    ended = (TipOff.State.ARCHIVED, TipOff.State.JOINED, TipOff.State.REJECTED, TipOff.State.TRANSFERRED)
    return rows.exclude(state__in=ended).order_by("-received_at")[:AROUND]


@require_POST
def counter(request: HttpRequest, key: Any) -> HttpResponse:
    """Code and PIN, as shown at the counter, and the voucher: checked, then paid."""
    actor = actor_of(request)
    require(actor, "tipoffs.view")
    tip_off: Any = record_of(TIP_OFFS, actor, key)
    try:
        transitions.prove(tip_off, request.POST.get("code", ""), request.POST.get("pin", ""), by=actor)
        transitions.pay(tip_off, by=actor, receipt=request.POST.get("receipt", ""))
    except AnshuError as refusal:
        context = context_of(tip_off, actor) | {"error": refusal}
        return unkept(request, "tipoffs/room.html", context, status=refusal.status)
    return HttpResponseRedirect(f"/tipoffs/{key}")


def intake(request: HttpRequest) -> HttpResponse:
    """The hotline's page: one form, then the code to be read out, once. The caller's name goes to the vault with the
    form and is seen by nobody again."""
    actor = actor_of(request)
    require(actor, "tipoffs.tell")
    error: AnshuError | None = None
    if request.method == "POST":
        try:
            tip_off, code = take(request, actor)
            seen = may(actor, "tipoffs.view")
            context = {"code": grouped(code), "tip_off": tip_off, "seen": seen}
            return unkept(request, "tipoffs/taken.html", context)
        except AnshuError as refusal:
            error = refusal
    context = {
        "error": error,
        "typed": request.POST,
        "kinds": TipOff.Kind.choices,
        "channels": TipOff.Way.choices[1:],
        "names_taken": vault.key_in_use() is not None,
    }
    return unkept(request, "tipoffs/intake.html", context, status=error.status if error else 200)


def take(request: HttpRequest, actor: Person) -> tuple[TipOff, str]:
    """Keep what a caller told, and return it with its code."""
    asked = request.POST
    if asked.get("kind") not in TipOff.Kind.values or asked.get("channel") not in TipOff.Way.values:
        raise Invalid(_("Choose what it is about and how it came."), field="kind")
    identity, here = name_given(request), place_of(request, [])
    with transaction.atomic():
        log.lock()
        tip_off = transitions.tell(
            by=actor,
            text=asked.get("text", ""),
            kind=TipOff.Kind(asked["kind"]),
            channel=TipOff.Way(asked["channel"]),
            place=asked.get("place", ""),
            reported_name=asked.get("reported_name", ""),
            territory=area_of(here),
            lon=here.lon if here else None,
            lat=here.lat if here else None,
            insider="insider" in asked,
            deaths_alleged="deaths" in asked,
            named=bool(identity),
        )
        if identity:
            keep_identity(tip_off, identity)
        return tip_off, transitions.issue_ticket(tip_off)
