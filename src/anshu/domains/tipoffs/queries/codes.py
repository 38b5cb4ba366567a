"""From a tracking code to the tip-off it stands for; only digests are compared and kept."""

import hashlib
import hmac

from anshu.access.secrets import key_for
from anshu.domains.tipoffs.models import Ticket, TipOff


def digest(text: str) -> str:
    """The keyed digest under which a code or a PIN is kept: a copy of the table does not let codes be tried."""
    return hmac.digest(key_for("tip-off codes"), text.encode(), hashlib.sha256).hex()


def ticket_for(code: str) -> Ticket | None:
    """The ticket of a code of twenty digits; None when there is none."""
    return Ticket.objects.select_related("tip_off").filter(digest=digest(code)).first()


def tip_off_for(code: str) -> TipOff | None:
    """The tip-off of a code; None when there is none."""
    ticket = ticket_for(code)
    return ticket.tip_off if ticket else None
