"""The page of the vault: enrolling, founding, and turning the two keys."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Person, actor_of, may, require
from anshu.domains.tipoffs.models import TipOff
from anshu.domains.vault import queries, transitions
from anshu.domains.vault.ledger import OPENINGS
from anshu.domains.vault.models import Opening
from anshu.kernel.errors import AnshuError, Invalid
from anshu.web.pages.registers import record_of
from anshu.web.pages.telling import unkept
from anshu.workflow import clocks, rules

State = Opening.State
LAST = 20


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Whether the vault can be used, what waits for whom, and what was opened lately."""
    actor = actor_of(request)
    require(actor, "vault.view")
    return unkept(request, "vault.html", context_of(actor))


def context_of(actor: Person) -> dict[str, Any]:
    """What the page shows."""
    rows = Opening.objects.visible_to(actor).select_related("asked_by", "second")
    return {
        "key": queries.key_in_use(),
        "holders": queries.keyholders(),
        "enrolled": queries.keyholder(actor.account) is not None,
        "may_open": may(actor, "vault.countersign"),
        "least": int(rules.at("vault/passphrase_signs").number()),
        "waiting": [
            {"opening": each, "clock": clocks.running(each), "own": each.asked_by_id == actor.account.pk}
            for each in rows.filter(state__in=(State.ASKED, State.COUNTERSIGNED)).order_by("created_at")
        ],
        "past": rows.exclude(state__in=(State.ASKED, State.COUNTERSIGNED)).order_by("-created_at")[:LAST],
    }


@require_POST
def act(request: HttpRequest, deed: str) -> HttpResponse:
    """Enrol, found, or ask for an opening."""
    actor = actor_of(request)
    asked = request.POST
    try:
        match deed:
            case "enrol":
                if asked.get("passphrase") != asked.get("again"):
                    raise Invalid(_("The two passphrases differ."), field="again")
                transitions.enrol(asked.get("passphrase", ""), by=actor)
            case "found":
                transitions.found(by=actor)
            case "ask":
                ask(asked.get("number", "").strip(), asked.get("why", ""), actor)
            case _:
                raise Http404(deed)
    except AnshuError as refusal:
        return refused(request, actor, refusal)
    return HttpResponseRedirect("/vault")


def ask(number: str, why: str, actor: Person) -> None:
    """Ask for the identity behind the tip-off of a number; what it told is not shown to who asks."""
    tip_off = TipOff.objects.filter(number=number).first()
    if tip_off is None:
        raise Invalid(_("There is no tip-off of this number."), field="number")
    transitions.ask_to_open(
        by=actor,
        subject=tip_off._meta.label_lower,
        subject_id=tip_off.pk,
        about=tip_off.number,
        why=why,
        territory=tip_off.territory,
    )


@require_POST
def turn(request: HttpRequest, key: Any, deed: str) -> HttpResponse:
    """Countersign, refuse or read an opening. What is read is on this one page and nowhere else."""
    actor = actor_of(request)
    require(actor, "vault.view")
    opening: Any = record_of(OPENINGS, actor, key)
    passphrase = request.POST.get("passphrase", "")
    try:
        match deed:
            case "countersign":
                transitions.countersign_with(opening, passphrase, by=actor)
            case "refuse":
                transitions.refuse_opening(opening, by=actor, refusal=request.POST.get("refusal", ""))
            case "read":
                told = transitions.read_identity(opening, passphrase, by=actor)
                return unkept(request, "vault_read.html", {"opening": opening, "told": told})
            case _:
                raise Http404(deed)
    except AnshuError as refusal:
        return refused(request, actor, refusal)
    return HttpResponseRedirect("/vault")


def refused(request: HttpRequest, actor: Person, refusal: AnshuError) -> HttpResponse:
    """The page again, with what was wrong."""
    require(actor, "vault.view")
    return unkept(request, "vault.html", context_of(actor) | {"error": refusal}, status=refusal.status)
