"""Warnings of authorities: received in their own words, read by the desk, in force until replaced, lifted or over."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.warnings.models import Warning, color
from anshu.kernel import clock
from anshu.kernel.errors import Refused
from anshu.workflow import clocks
from anshu.workflow.loop import Limit, Loop, declare
from anshu.workflow.transitions import opening, transition

State = Warning.State
OPEN = (State.RECEIVED, State.IN_FORCE)

WARNING_LOOP = declare(
    Loop(
        Warning,
        title=_("Relayed warning"),
        owner={State.RECEIVED: _("duty officer"), State.IN_FORCE: _("issuer")},
        limit={
            State.RECEIVED: Limit("sense_loop_limits/read_warning", variant=color, asks="read_warning"),
            State.IN_FORCE: Limit(
                "sense_loop_limits/warning_unlimited", expired="warnings.expire_signal", until=lambda w: w.expires_at
            ),
        },
        ends=frozenset({State.SUPERSEDED, State.LIFTED, State.EXPIRED}),
    )
)


@opening(to=State.RECEIVED, title=_("receive"))
def relay(*, by: Actor, facts: dict[str, Any], door: str, exercise: bool = False) -> Warning:
    """Take in a warning as its issuer worded it. `facts` are fields of `Warning`; the same message twice is refused."""
    same = Warning.objects.filter(
        identifier=facts["identifier"], issuer=facts["issuer"], sent_at=facts["sent_at"]
    ).first()
    if same is not None:
        raise Refused(_("this warning has already been received: %(number)s"), code="duplicate", number=same.number)
    return Warning(**facts, door=door, exercise=exercise)


@transition(State.RECEIVED, to=State.IN_FORCE, title=_("read"), key="a")
def read_warning(warning: Warning, *, by: Actor) -> None:
    """Somebody at the desk has read it."""
    warning.read_at = clock.now()


@transition(OPEN, to=State.SUPERSEDED, title=_("replace"))
def supersede(warning: Warning, *, by: Actor, successor: Warning) -> None:
    """A later message of the issuer takes its place."""
    warning.successor = successor


@transition(OPEN, to=State.LIFTED, title=_("lift"))
def lift(warning: Warning, *, by: Actor, successor: Warning | None = None, reason: str = "") -> None:
    """The issuer has lifted it."""
    warning.successor = successor


@transition(OPEN, to=State.EXPIRED, title=_("expire"))
def expire_signal(warning: Warning, *, by: Actor) -> None:
    """Its time has run out and nobody prolonged it."""
    if warning.expires_at is not None and warning.expires_at > clock.now():
        raise Refused(_("it is valid until %(until)s"), until=warning.expires_at)


clocks.EXPIRY["warnings.expire_signal"] = expire_signal
