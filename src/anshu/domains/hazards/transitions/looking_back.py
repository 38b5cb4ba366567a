"""A second look at what was closed: drawn by lot, looked at by somebody else, opened again when it is back."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.hazards.models import Hazard, LookBack, territory_of
from anshu.domains.hazards.transitions.rectifying import reopen
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import opening, transition


@opening(to=LookBack.State.DRAWN, title=_("draw for a second look"))
def draw_look_back(*, by: Actor, hazard: Hazard, seed: str) -> LookBack:
    """A closed hazard was drawn; `seed` is what the draw was made with, so that anybody can repeat it."""
    if hazard.state != Hazard.State.CLOSED:
        raise Refused(_("only what is closed is looked at again"), code="wrong_state")
    return LookBack(hazard=hazard, seed=seed, **territory_of(hazard))


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
    if account.pk in (look.hazard.verifier_id, look.hazard.fixer_id):
        raise Refused(_("who put it right or rechecked it does not look again"), code="own_work")
