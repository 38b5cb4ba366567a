"""Who hears of changes: webhooks of programs elsewhere, kept here, and our own reactions, shown as they are wired."""

import secrets
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from anshu.access.policy import Person, actor_of, require
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.workflow import log
from anshu.workflow.models import Delivery, Webhook
from anshu.workflow.transitions import ARROWS, arrow_called

FAILED_SHOWN = 20


@dataclass(frozen=True)
class Wired:
    """A reaction of ours: what it follows, in words, and which function it is."""

    pattern: str
    title: str
    name: str


def page(request: HttpRequest) -> HttpResponse:
    """Webhooks and reactions; POST opens a webhook, closes or reopens one, or sends again what failed."""
    actor = actor_of(request)
    require(actor, "system.operate")
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            context = act(request, actor)
        except Invalid as error:
            context = {"error": str(error), "given": request.POST}
    counted = {
        row["listener"]: row
        for row in Delivery.objects.filter(listener__startswith="webhook:")
        .values("listener")
        .annotate(done=Count("pk", filter=Q(done_at__isnull=False)), waiting=Count("pk", filter=Q(done_at=None)))
    }
    hooks = [{"hook": hook, "told": counted.get(f"webhook:{hook.pk}")} for hook in Webhook.objects.order_by("address")]
    failed = Delivery.objects.filter(done_at=None, attempts__gt=0).select_related("change").order_by("next_at")
    context |= {"hooks": hooks, "failed": failed[:FAILED_SHOWN], "reactions": reactions()}
    return render(request, "admin/listeners.html", context, status=422 if "error" in context else 200)


def act(request: HttpRequest, actor: Person) -> dict[str, Any]:
    """What the form asks for; the secret of a new webhook is shown this once."""
    deed = request.POST.get("act", "")
    if deed == "open":
        return {"made": opened(request.POST.get("address", ""), request.POST.get("verbs", ""), actor)}
    with transaction.atomic():
        log.lock()
        if deed == "again":
            count = Delivery.objects.filter(done_at=None, attempts__gt=0).update(next_at=clock.now())
            log.write("workflow.send_again", None, actor, details={"deliveries": count})
        elif deed in ("close", "reopen"):
            hook = Webhook.objects.select_for_update().filter(pk=_key(request)).first()
            if hook is None:
                raise Invalid(_("there is no such webhook"), field="hook")
            hook.active = deed == "reopen"
            hook.save()
            log.write(f"workflow.{deed}_webhook", None, actor, details={"address": hook.address})
        else:
            raise Invalid(_("%(deed)s cannot be done here"), field="act", deed=deed)
    return {}


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("hook", ""))
    except ValueError as error:
        raise Invalid(_("there is no such webhook"), field="hook") from error


def opened(address: str, verbs: str, actor: Person) -> Webhook:
    """A new webhook with a secret of its own. Invalid when the address is none, or no change is named so."""
    hook = Webhook(address=address.strip(), verbs=" ".join(verbs.split()), secret=secrets.token_urlsafe(32))
    try:
        hook.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Invalid(str(messages[0]), field=field) from error
    if not hook.address.startswith(("http://", "https://")):
        raise Invalid(_("an address begins with https:// or http://"), field="address")
    known = {arrow.code for arrows in ARROWS.values() for arrow in arrows.values()}
    for pattern in hook.verbs.split():
        if not any(fnmatchcase(code, pattern) for code in known):
            raise Invalid(_("no change is named %(pattern)s"), field="verbs", pattern=pattern)
    with transaction.atomic():
        log.lock()
        hook.save()
        log.write("workflow.open_webhook", None, actor, details={"address": hook.address, "verbs": hook.verbs})
    return hook


def reactions() -> list[Wired]:
    """The reactions table, in words."""
    found = []
    for pattern, name in log.LISTENERS:
        arrow = arrow_called(pattern)
        subject = f"{arrow.model._meta.verbose_name} · {arrow.title}" if arrow else pattern
        found.append(Wired(pattern, subject, name.removeprefix("anshu.domains.")))
    return found
