"""From what somebody told to a decision whether it is ours: received, accepted, refused, handed on, joined."""

import uuid
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.policy import Actor
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.people.models import Organisation
from anshu.domains.tipoffs.models import TipOff
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow.transitions import opening, transition

State = TipOff.State


@opening(to=State.RECEIVED, title=_("enter a tip-off"))
def tell(
    *,
    by: Actor,
    text: str,
    kind: TipOff.Kind,
    channel: TipOff.Way = TipOff.Way.HOTLINE,
    place: str = "",
    reported_name: str = "",
    territory: str = "",
    lon: float | None = None,
    lat: float | None = None,
    insider: bool = False,
    deaths_alleged: bool = False,
    named: bool = False,
    received_at: datetime | None = None,
    key: uuid.UUID | None = None,
) -> TipOff:
    """What somebody told, in their own words, which the log does not repeat. Who it was goes to the vault, never here;
    `named` says that somebody is there. `key` is an id made beforehand, `territory` the area it is about."""
    if not text.strip():
        raise Invalid(_("say what you saw"), field="text")
    at = received_at or clock.now()
    if at > clock.now():
        raise Invalid(_("it cannot have been received in the future"), field="received_at")
    tip_off = TipOff(
        text=text.strip(),
        kind=kind,
        channel=channel,
        place=place.strip(),
        reported_name=reported_name.strip(),
        territory=territory,
        lon=lon,
        lat=lat,
        insider=insider,
        deaths_alleged=deaths_alleged or kind == TipOff.Kind.CONCEALED,
        named=named,
        received_at=at,
    )
    if key is not None:
        tip_off.pk = key
    return tip_off


@transition(State.RECEIVED, to=State.ACCEPTED, title=pgettext_lazy("tip-off", "accept"))
def accept(
    tip_off: TipOff, *, by: Actor, enterprise: Enterprise | None = None, reported_unit: Organisation | None = None
) -> None:
    """It is ours and specific enough to be looked into. Whom it is about is named, so that they do not verify it."""
    tip_off.enterprise = enterprise or tip_off.enterprise
    tip_off.reported_unit = reported_unit or tip_off.reported_unit
    tip_off.accepted_at = clock.now()


@transition(State.RECEIVED, to=State.REJECTED, title=_("do not accept"), grave=True)
def reject(tip_off: TipOff, *, by: Actor, reason: str) -> None:
    """Not accepted, with the reason, which the one who told reads under the tracking code."""
    if not reason.strip():
        raise Invalid(_("say why it is not accepted"), field="reason")
    tip_off.answer, tip_off.replied_at = reason.strip(), clock.now()


@transition(State.RECEIVED, State.ACCEPTED, to=State.TRANSFERRED, title=_("hand to another authority"))
def transfer(tip_off: TipOff, *, by: Actor, transferred_to: str, answer: str) -> None:
    """Another authority's to deal with (安全生产法 73): to whom, and what the one who told is told meanwhile."""
    if not transferred_to.strip():
        raise Invalid(_("say to whom it is handed"), field="transferred_to")
    if not answer.strip():
        raise Invalid(_("write what the one who told will read"), field="answer")
    tip_off.transferred_to, tip_off.answer = transferred_to.strip(), answer.strip()


@transition(State.RECEIVED, State.ACCEPTED, to=State.JOINED, title=_("join to an earlier one"))
def join_earlier(tip_off: TipOff, *, by: Actor, into: TipOff) -> None:
    """The same as an earlier one, with which it is verified and answered. Only who told first is rewarded."""
    if into.pk == tip_off.pk or into.received_at > tip_off.received_at:
        raise Invalid(_("a tip-off is joined to one that came before it"), field="into")
    if into.state in (State.JOINED, State.REJECTED, State.TRANSFERRED, State.ARCHIVED):
        raise Refused(
            _("%(number)s is “%(state)s”; join to one that is being dealt with"),
            number=into.number,
            state=str(into.get_state_display()),
            code="wrong_state",
        )
    tip_off.earlier = into
