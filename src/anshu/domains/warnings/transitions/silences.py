"""Silences: who keeps which alarms off the desk, why, and until when. The hour of the end cannot be left out."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.devices.models import Channel
from anshu.domains.places.models import Site
from anshu.domains.warnings.models import Rule, Silence
from anshu.domains.warnings.queries.muting import covered, kept_off
from anshu.domains.warnings.rules.linking import span
from anshu.domains.warnings.transitions.muting import review
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.workflow import clocks
from anshu.workflow.loop import Limit, Loop, declare
from anshu.workflow.transitions import opening, transition

State = Silence.State

SILENCE_LOOP = declare(
    Loop(
        Silence,
        title=_("Silence"),
        owner={State.IN_FORCE: _("whoever ordered it")},
        limit={
            State.IN_FORCE: Limit(
                "alarm_groups/silence.longest", expired="warnings.expire_silence", until=lambda s: s.ends_at
            )
        },
        ends=frozenset({State.LIFTED, State.EXPIRED}),
    )
)


def _begin(silence: Silence) -> None:
    """What waits on the desk now and is covered leaves it."""
    for alarm in covered(silence).filter(silenced_by=None):
        review(alarm)


@opening(to=State.IN_FORCE, title=_("silence"), then=_begin)
def silence(
    *,
    by: Actor,
    reason: str,
    ends_at: datetime,
    rule: Rule | None = None,
    channel: Channel | None = None,
    site: Site | None = None,
    quantity: str = "",
    territory: str = "",
    red_too: bool = False,
) -> Silence:
    """Keep alarms off the desk that are of this rule, channel, site and quantity, in this area, until the hour given.

    Red ones are left on the desk unless it says so. Without an area it is that of the place named, else all that the
    actor may silence. Without anything named it is refused: it would mute the area.
    """
    if not (rule or channel or site or quantity):
        raise Invalid(_("name a rule, a channel, a site or a quantity: an area alone is too much"), field="rule")
    if not reason.strip():
        raise Invalid(_("say why"), field="reason")
    _refuse_end(clock.now(), ends_at)
    place = site or channel
    return Silence(
        rule=rule,
        channel=channel,
        site=site,
        quantity=quantity,
        territory=territory or (place.territory if place is not None else "") or _widest(by),
        red_too=red_too,
        reason=reason.strip(),
        account=account_of(by),
        owner=by.name,
        starts_at=clock.now(),
        ends_at=ends_at,
    )


def _widest(by: Actor) -> str:
    """The widest area in which somebody may silence alarms: what is silenced without a place is silenced there."""
    return min(by.reach("warnings.silence"), key=len, default="")


def _refuse_end(starts_at: datetime, ends_at: datetime) -> None:
    longest = span("silence.longest")
    if ends_at <= clock.now():
        raise Invalid(_("the end lies in the past"), field="ends_at")
    if ends_at - starts_at > longest:
        hours = round(longest.total_seconds() / 3600)
        raise Invalid(_("a silence lasts %(hours)d hours at most"), field="ends_at", hours=hours)


@transition(State.IN_FORCE, title=_("prolong"))
def prolong_silence(silence: Silence, *, by: Actor, ends_at: datetime, reason: str) -> None:
    """Another end, counted from its beginning like the first, with another reason."""
    if not reason.strip():
        raise Invalid(_("say why"), field="reason")
    _refuse_end(silence.starts_at, ends_at)
    silence.ends_at = ends_at
    clocks.wind(silence)


def _end(silence: Silence) -> None:
    """What it kept off the desk and still stands comes back; what had recovered is over."""
    for alarm in kept_off().filter(silenced_by=silence):
        review(alarm)


@transition(State.IN_FORCE, to=State.LIFTED, title=_("lift"), then=_end)
def lift_silence(silence: Silence, *, by: Actor, reason: str = "") -> None:
    """Somebody ends it before its time."""
    silence.ended_at = clock.now()


@transition(State.IN_FORCE, to=State.EXPIRED, title=_("expire"), then=_end)
def expire_silence(silence: Silence, *, by: Actor) -> None:
    """Its hour has come. Nobody has to remember it."""
    silence.ended_at = clock.now()


clocks.EXPIRY["warnings.expire_silence"] = expire_silence
