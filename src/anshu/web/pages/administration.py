"""For the three administrators: health, rule packs, what was set aside at the doors, accounts, the audit of the log."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anshu.access.models import Account, Grant
from anshu.access.policy import actor_of, require
from anshu.access.roles import ROLES
from anshu.domains.devices import queries as devices
from anshu.domains.devices.models import Channel
from anshu.domains.devices.queries.rights import book
from anshu.domains.situation import queries as situation
from anshu.gateways.frames.codec import Codec
from anshu.gateways.frames.receiving import read_again
from anshu.gateways.gb26875 import FireUnits
from anshu.gateways.hj212 import Hj212
from anshu.gateways.mqtt.messages import Moment
from anshu.gateways.sl651 import Sl651
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.telemetry import Intake, bodies
from anshu.telemetry.quarantine import Quarantined, Sieve
from anshu.telemetry.readings import Reason
from anshu.web import rule_words
from anshu.web.asked import whole
from anshu.workflow import log, rules
from anshu.workflow.models import Change, Clock, Delivery

CHANGES_SHOWN = 100


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """How the installation is: intake, channels that fell silent, deliveries that are stuck, clocks overdue."""
    actor = actor_of(request)
    require(actor, "system.operate")
    store, now_ms = devices.store(), int(clock.now().timestamp() * 1000)
    last = store.last()
    newest = dict(zip(last.channel.tolist(), last.at_ms.tolist(), strict=True))
    stuck = Delivery.objects.filter(done_at=None, attempts__gt=0).select_related("change").order_by("-attempts")
    context: dict[str, Any] = {
        "readings": store.watermark(),
        "heard": len(newest),
        "channels": Channel.objects.count(),
        "silent": situation.outages(actor, newest)[:30],
        "stuck": stuck[:20],
        "waiting": Delivery.objects.filter(done_at=None).count(),
        "overdue": Clock.objects.filter(stopped_at=None, due_at__lt=clock.now()).count(),
        "set_aside": store.quarantine(Sieve(waiting=True), limit=1).total,
        "rows": Change.objects.count(),
        "now_ms": now_ms,
    }
    return render(request, "admin/health.html", context)


@require_GET
def rule_packs(request: HttpRequest) -> HttpResponse:
    """Every rule in force today in words, with its basis and whether anybody has checked it; `find` narrows them."""
    require(actor_of(request), "system.operate")
    today, language = timezone.localtime(clock.now()).date(), get_language()
    find = request.GET.get("find", "").strip()[:100]
    packs = [
        {
            "code": pack.pack,
            "title": pack.title.told(language) or pack.pack,
            "note": pack.note.told(language),
            "jurisdiction": rule_words.word(pack, pack.jurisdiction),
            "rows": [row for rule in pack.in_force(today) if (row := rule_words.row(pack, rule, today)).mentions(find)],
        }
        for pack in rules.packs().values()
    ]
    context = {"packs": packs, "find": find, "found": any(pack["rows"] for pack in packs)}
    return render(request, "admin/rules.html", {**context, "folder": settings.ANSHU.rules_dir})


def quarantine(request: HttpRequest) -> HttpResponse:
    """What came in and could not be used: why, as it came, and a way to try it again once the cause is mended."""
    actor = actor_of(request)
    require(actor, "telemetry.replay")
    store = devices.store()
    if request.method == "POST":
        ids = [key for text in request.POST.getlist("chosen") if (key := whole(text)) is not None]
        now_ms = int(clock.now().timestamp() * 1000)
        outcome = store.replay(ids, reader(now_ms), now_ms=now_ms)
        with transaction.atomic():
            log.write(
                "telemetry.replay",
                None,
                actor,
                details={"ids": ids[:200], "stored": len(outcome.stored), "waiting": len(outcome.waiting)},
            )
        return HttpResponseRedirect(f"/admin/quarantine?stored={len(outcome.stored)}&waiting={len(outcome.waiting)}")
    sieve = Sieve(
        reason=reason_named(request.GET.get("reason", "")), door=request.GET.get("door") or None, waiting=True
    )
    page = store.quarantine(sieve, limit=50, before_id=whole(request.GET.get("before", "")))
    return render(
        request,
        "admin/quarantine.html",
        {"page": page, "stored": request.GET.get("stored"), "waiting": request.GET.get("waiting")},
    )


def reader(now_ms: int) -> Callable[[Quarantined], Intake]:
    """What reads a row of quarantine once more: a frame as its protocol does, all else as intake does."""
    facts, limits = devices.channel_facts(), devices.limits()
    moment = Moment(book().current(), now_ms, limits)
    codecs: dict[str, Codec] = {each.name: each for each in (Sl651(), Hj212(), FireUnits())}

    def read(row: Quarantined) -> Intake:
        codec = codecs.get(row.door)
        if codec is None or row.raw.startswith(b"{"):  # a single reading out of a frame is kept as a line
            return bodies.read_again(row.raw, row.channel, facts, now_ms, limits)
        return read_again(codec, row.raw, moment)

    return read


def reason_named(text: str) -> Reason | None:
    """The reason of that name, or None for all of them."""
    return Reason(text) if text in set(Reason) else None


def accounts(request: HttpRequest) -> HttpResponse:
    """Accounts and their grants. The security administrator opens and closes them; nobody else."""
    actor = actor_of(request)
    require(actor, "access.view")
    error = ""
    if request.method == "POST":
        require(actor, "access.change")
        try:
            with transaction.atomic():
                change_account(request)
            return HttpResponseRedirect("/admin/accounts")
        except (ValidationError, Invalid) as refusal:
            error = "；".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
    found = Account.objects.prefetch_related("grants").order_by("username")
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(
        request,
        "admin/accounts.html",
        {"page": page, "roles": ROLES.values(), "error": error},
        status=422 if error else 200,
    )


def change_account(request: HttpRequest) -> None:
    """Open an account, grant or withdraw a role, close or reopen: each leaves its row in the log."""
    actor, asked = actor_of(request), request.POST
    match asked.get("act"):
        case "open":
            account = Account(username=asked.get("username", "").strip(), name=asked.get("name", "").strip())
            validate_password(asked.get("password", ""), account)
            account.set_password(asked["password"])
            account.full_clean()
            account.save()
            log.write("access.open_account", account, actor)
        case "grant":
            account = Account.objects.get(pk=asked["account"])
            if asked.get("role") not in ROLES:
                raise Invalid(_("there is no such role"), field="role")
            where = {"holder" if ROLES[asked["role"]].own else "territory": asked.get("territory", "").strip()}
            Grant(account=account, role=asked["role"], **where).save()
            log.write("access.grant", account, actor, details={"role": asked["role"], **where})
        case "withdraw":
            grant = Grant.objects.select_related("account").get(pk=asked["grant"])
            log.write(
                "access.withdraw",
                grant.account,
                actor,
                details={"role": grant.role, "territory": grant.territory, "holder": grant.holder},
            )
            grant.delete()
        case "close" | "reopen" as act:
            account = Account.objects.get(pk=asked["account"])
            account.is_active = act == "reopen"
            account.save(update_fields=("is_active",))
            log.write(f"access.{act}_account", account, actor)


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """The log itself, searchable, and the proof that nobody has touched it."""
    actor = actor_of(request)
    require(actor, "workflow.audit")
    rows = Change.objects.order_by("-id")
    for name, column in (("who", "actor__icontains"), ("verb", "verb__startswith"), ("record", "label__icontains")):
        if value := request.GET.get(name):
            rows = rows.filter(**{column: value})
    if before := request.GET.get("before", ""):
        rows = rows.filter(id__lt=whole(before) or 0)
    faults = list(log.faults())[:50] if "prove" in request.GET else None
    return render(
        request, "admin/audit.html", {"rows": rows[:CHANGES_SHOWN], "faults": faults, "total": Change.objects.count()}
    )
