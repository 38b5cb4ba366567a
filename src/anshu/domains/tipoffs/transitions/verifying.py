"""Who looks into it, how long they have, and what they found."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.policy import Actor, Person, account_of
from anshu.domains.hazards import transitions as hazards
from anshu.domains.hazards.models import Hazard
from anshu.domains.people.models import Organisation
from anshu.domains.people.queries import units_of
from anshu.domains.places.models import Site
from anshu.domains.tipoffs.models import TipOff
from anshu.domains.vault import queries as vault
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.log import had_hand_in
from anshu.workflow.transitions import transition

State = TipOff.State
FOUND = ("substantiate", "refute")


@transition(State.ACCEPTED, to=State.VERIFYING, title=pgettext_lazy("verification", "assign"))
def assign(tip_off: TipOff, *, by: Actor, unit: Organisation) -> None:
    """Give it to a unit to verify: never the one it is about. What is said to have killed somebody is verified by the
    government itself (安全生产法 73)."""
    if tip_off.deaths_alleged:
        raise Refused(_("deaths are alleged: a leader of the district orders who verifies it"), code="government")
    _give(tip_off, unit)


@transition(State.ACCEPTED, to=State.VERIFYING, title=_("order the government's check"))
def order_government_check(tip_off: TipOff, *, by: Actor, unit: Organisation) -> None:
    """Deaths are alleged: the district government has it verified by a unit that a leader names (安全生产法 73)."""
    if not tip_off.deaths_alleged:
        raise Refused(_("no deaths are alleged: the tip-off office assigns it"), code="not_government")
    _give(tip_off, unit)


def _give(tip_off: TipOff, unit: Organisation) -> None:
    if tip_off.reported_unit_id == unit.pk:
        raise Refused(_("it is about %(unit)s; another unit verifies it"), unit=unit.name, code="own_unit")
    tip_off.unit, tip_off.verifier, tip_off.verified_at = unit, None, None
    tip_off.outcome, tip_off.finding = TipOff.Outcome.NONE, ""


@transition(State.VERIFYING, title=_("extend the term"))
def extend_verification(tip_off: TipOff, *, by: Actor, reason: str) -> None:
    """A complex matter takes longer, once, and the one who told reads why."""
    if not reason.strip():
        raise Invalid(_("say why it takes longer; the one who told will read it"), field="reason")
    if tip_off.complex:
        raise Refused(_("the term has been extended already"), code="extended")
    tip_off.complex, tip_off.answer = True, reason.strip()
    clocks.wind(tip_off)


@transition(State.VERIFYING, to=State.SUBSTANTIATED, title=_("substantiated"))
def substantiate(
    tip_off: TipOff,
    *,
    by: Actor,
    finding: str,
    site: Site | None = None,
    hazard_summary: str = "",
) -> dict[str, object]:
    """It is so. At a site that is on file the hazard is opened at once, and put right in its own loop."""
    _verify(tip_off, by, finding)
    tip_off.outcome = TipOff.Outcome.TRUE
    if site is None:
        return {}
    kinds = set(Hazard.Kind.values)
    tip_off.hazard = hazards.report(
        by=by,
        site=site,
        summary=(hazard_summary.strip() or finding.strip())[:200],
        kind=Hazard.Kind(tip_off.kind) if tip_off.kind in kinds else Hazard.Kind.OTHER,
        # The enterprise reads its own hazards: that somebody told must not be read off this one.
        source=Hazard.Source.ENFORCEMENT,
        enterprise=tip_off.enterprise,
        origin_id=tip_off.pk,
    )
    return {"hazard": tip_off.hazard.number}


@transition(State.VERIFYING, to=State.UNSUBSTANTIATED, title=_("not substantiated"))
def refute(tip_off: TipOff, *, by: Actor, finding: str) -> None:
    """It is not so, and how that was found out."""
    _verify(tip_off, by, finding)
    tip_off.outcome = TipOff.Outcome.FALSE


def _verify(tip_off: TipOff, by: Actor, finding: str) -> None:
    """Whoever verifies is a person of the verifying unit, not of the one it is about, has not read who told, and has
    not verified it before."""
    account = account_of(by)
    if account is None:
        raise Refused(_("a person verifies"), code="needs_person")
    if not finding.strip():
        raise Invalid(_("write what was found"), field="finding")
    units = units_of(account)
    reported = tip_off.enterprise.credit_code if tip_off.enterprise else ""
    held = {holder for _role, holder in by.account.own_rows} if isinstance(by, Person) else set()
    if (tip_off.reported_unit_id is not None and tip_off.reported_unit_id in units) or (reported and reported in held):
        raise Refused(_("who belongs to those it is about does not verify it"), code="own_unit")
    if tip_off.unit_id not in units:
        raise Refused(_("it is being verified by %(unit)s"), unit=str(tip_off.unit), code="other_unit")
    if vault.has_read(account, tip_off.pk):
        raise Refused(_("who has read the identity does not verify what it told"), code="knows_identity")
    if had_hand_in(tip_off, by, FOUND):
        raise Refused(_("it was opened again: somebody else verifies it this time"), code="own_work")
    tip_off.finding, tip_off.verifier, tip_off.verified_at = finding.strip(), account, clock.now()
