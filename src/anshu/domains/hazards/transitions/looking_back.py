"""A second look at what was closed: drawn by lot, looked at by somebody else, opened again when it is back."""

import secrets
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.hazards import queries
from anshu.domains.hazards.models import Hazard, LookBack, LookBackDraw, territory_of
from anshu.domains.hazards.transitions.rectifying import reopen
from anshu.engines import sampling
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import opening, transition


@opening(title=_("draw the lot of a month"))
def draw_lot(*, by: Actor, month: date, area: str) -> LookBackDraw:
    """Draw from what was closed in a month that is over, in a district (its code), for a second look; once a month.
    `anshu draw verify NUMBER` repeats it."""
    month = month.replace(day=1)
    if month >= timezone.localdate(clock.now()).replace(day=1):
        raise Refused(_("it is drawn when the month is over"), code="month_not_over")
    if LookBackDraw.objects.filter(month=month, territory=area).exists():
        raise Refused(_("it was drawn already for this month"), code="drawn_already")
    frame, terms = queries.lot(month, area)
    if not frame.sites:
        raise Refused(_("nothing was closed there in this month"), code="nothing_closed")
    record = sampling.draw(secrets.token_hex(32), frame, terms)
    return LookBackDraw(
        month=month,
        territory=area,
        wanted=len(record.result),
        frame_size=len(frame.sites),
        commitment=record.commitment,
        record=sampling.as_json(frame, record),
    )


@opening(to=LookBack.State.DRAWN, title=_("draw for a second look"))
def draw_look_back(*, by: Actor, hazard: Hazard, seed: str, draw: LookBackDraw | None = None) -> LookBack:
    """A closed hazard was drawn; `seed` is what the draw was made with, so that anybody can repeat it. Somebody who had
    no hand in it looks again, as the same seed decides."""
    if hazard.state != Hazard.State.CLOSED:
        raise Refused(_("only what is closed is looked at again"), code="wrong_state")
    looker = queries.who_looks(hazard, seed)
    return LookBack(hazard=hazard, seed=seed, draw=draw, looker=looker, **territory_of(hazard))


@transition(LookBack.State.DRAWN, to=LookBack.State.HOLDS, title=_("still in order"))
def find_in_order(look: LookBack, *, by: Actor, finding: str = "") -> None:
    """It is still gone."""
    _refuse_involved(look, by)
    look.finding = finding.strip()


@transition(LookBack.State.DRAWN, to=LookBack.State.FAILED, title=_("found again"))
def find_again(look: LookBack, *, by: Actor, finding: str, due_on: date) -> None:
    """It is back: the hazard is opened again under its old number, with a new date."""
    _refuse_involved(look, by)
    if not finding.strip():
        raise Invalid(_("say what was found"), field="finding")
    look.finding = finding.strip()
    reopen(look.hazard, by=WORK, reason=finding, due_on=due_on)


def _refuse_involved(look: LookBack, by: Actor) -> None:
    account = account_of(by)
    if account is None:
        raise Refused(_("a second look is taken by a person"), code="needs_person")
    if account.pk in queries.hands(look.hazard):
        raise Refused(_("who had a hand in the hazard does not look again"), code="own_work")
