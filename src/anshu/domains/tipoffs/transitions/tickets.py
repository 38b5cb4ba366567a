"""Codes and PINs. They pass through these functions alone: an arrow's details are kept in the log, and a code must not
be."""

import hmac

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, require_on
from anshu.domains.tipoffs import queries
from anshu.domains.tipoffs.models import Ticket, TipOff
from anshu.domains.tipoffs.rules.codes import make_code, make_pin, read_code
from anshu.domains.tipoffs.transitions.rewarding import claim
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import log


def issue_ticket(tip_off: TipOff) -> str:
    """Make the tracking code of a tip-off and return it, once; only its digest is kept. In the caller's transaction."""
    code = make_code()
    Ticket.objects.create(tip_off=tip_off, digest=queries.digest(code))
    return code


def claim_with(code: str, *, by: Actor) -> str:
    """Claim the reward of the tip-off with this code; returns the PIN to be shown once, beside the code, when it is
    paid. A claim that was made already gets a new PIN, because the first may have been lost."""
    pin = make_pin()
    with transaction.atomic():
        log.lock()
        ticket = Ticket.objects.select_for_update().filter(digest=queries.digest(read_code(code))).first()
        if ticket is None:
            raise Invalid(_("there is nothing under this code"), field="code", code="code_unknown")
        Ticket.objects.filter(pk=ticket.pk).update(pin_digest=queries.digest(f"{ticket.pk} {pin}"), proved_at=None)
        if ticket.tip_off.state != TipOff.State.CLAIMED:
            claim(ticket.tip_off, by=by)
    return pin


def prove(tip_off: TipOff, code: str, pin: str, *, by: Actor) -> None:
    """Whoever stands at the counter has shown code and PIN of this tip-off; Refused when they do not fit. Each try
    leaves its row in the log, without code or PIN."""
    require_on(by, "tipoffs.pay", tip_off)
    found = queries.ticket_for(read_code(code))
    fits = (
        found is not None
        and found.tip_off_id == tip_off.pk
        and bool(found.pin_digest)
        and hmac.compare_digest(found.pin_digest, queries.digest(f"{found.pk} {pin.strip()}"))
    )
    with transaction.atomic():
        log.write("tipoffs.prove" if fits else "tipoffs.fail_to_prove", tip_off, by)
        if fits:
            Ticket.objects.filter(tip_off=tip_off).update(proved_at=clock.now())
    if not fits:
        raise Refused(_("code and PIN do not belong to this tip-off"), code="not_proved")
