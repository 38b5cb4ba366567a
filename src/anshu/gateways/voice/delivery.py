"""Handing calls whose time has come to the gateway, and taking back those that are no longer needed.

A call is claimed (`held_at`) before anything is sent. A crash between sending and noting the answer leaves the claim;
when it has grown old the same call is sent again under the same key, which a gateway answers without ringing twice.
"""

from collections.abc import Callable
from datetime import timedelta

import httpx
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from anshu.domains.warnings.models import Call, CallOut
from anshu.domains.warnings.transitions.calls import ACTIVE, fail_call, ring
from anshu.gateways.voice import client
from anshu.kernel import clock
from anshu.kernel.errors import Refused
from anshu.workflow import log, rules
from anshu.workflow.clocks import WORK

LEASE = timedelta(seconds=15)


def deliver(channel: str) -> bool:
    """Send one call of the channel, or take one back; whether another may be waiting."""
    if not Call.objects.filter(Q(state=Call.State.WAITING) | Q(held_at__isnull=False), channel=channel).exists():
        return False  # asked many times a second, nearly always in vain
    call = claim(channel)
    if call is not None:
        send(call)
        return True
    return take_back(channel)


def claim(channel: str) -> Call | None:
    """Take the call that has waited longest and whose person's line is free; nobody else gets it meanwhile."""
    now = clock.now()
    held = Call.objects.filter(channel=channel, held_at__isnull=False)
    same_line = held.filter(person=OuterRef("person")).exclude(pk=OuterRef("pk"))
    due = (
        Call.objects.filter(state=Call.State.WAITING, channel=channel, rings_at__lte=now)
        .filter(call_out__state=CallOut.State.CALLING)
        .filter(Q(held_at=None) | Q(held_at__lte=now - LEASE))
        .filter(~Exists(same_line))
        .order_by("rings_at", "id")
    )
    if not due.exists():
        return None
    with transaction.atomic():
        log.lock()  # two workers ask one after the other, so that one person's line is given away once
        call = due.select_related("call_out", "person").first()
        if call is not None:
            Call.objects.filter(pk=call.pk).update(held_at=now)
    return call


def send(call: Call) -> None:
    """Place a claimed call, and note what the gateway said."""
    try:
        outside_id = client.place(call)
    except (client.Rejected, Refused) as error:
        release(call)
        _settle(fail_call, call, reason=str(error))
    except httpx.HTTPError as error:
        patience = rules.at("call_outs/put_through").limit().elapsed or timedelta(0)
        if clock.now() - call.rings_at >= patience:
            _settle(fail_call, call, reason=f"{type(error).__name__}: {error}")
    else:
        _settle(ring, call, outside_id=outside_id)
        # Whatever ended while it was being sent may ring now, and has to be taken back.
        Call.objects.filter(pk=call.pk).exclude(state__in=ACTIVE).update(held_at=clock.now())


def take_back(channel: str) -> bool:
    """End at the gateway one call that is over here; whether another may be waiting."""
    now = clock.now()
    ended = Call.objects.exclude(state__in=ACTIVE).filter(channel=channel, held_at__lte=now)
    call = ended.order_by("held_at").first()
    if call is None:
        return False
    try:
        client.cancel(call)
    except httpx.HTTPError:
        Call.objects.filter(pk=call.pk).update(held_at=now + LEASE)
    else:
        release(call)
    return True


def release(call: Call) -> None:
    """The gateway no longer has the call, and the line is free."""
    Call.objects.filter(pk=call.pk).update(held_at=None)


def _settle(change: Callable[..., Call], call: Call, **details: str) -> None:
    """Make the change unless a callback or a clock was quicker."""
    try:
        change(call, by=WORK, **details)
    except Refused as refusal:
        if refusal.code != "wrong_state":
            raise
