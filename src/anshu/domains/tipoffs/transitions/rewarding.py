"""From a true tip-off to money in somebody's hand whose name nobody at the counter knows: three different people
propose, approve and pay."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.tipoffs.models import AccidentGrade, Ground, Ticket, TipOff
from anshu.domains.tipoffs.rules import rewards
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import rules
from anshu.workflow.log import had_hand_in
from anshu.workflow.transitions import transition

State = TipOff.State
"""How long code and PIN, once shown, stand for the person at the counter (seconds)."""
PROVED_S = 600


@transition(State.REWARD_DUE, to=State.REWARD_PROPOSED, title=_("propose the reward"))
def propose_reward(
    tip_off: TipOff,
    *,
    by: Actor,
    ground: Ground,
    fine_yuan: float | None = None,
    deaths: int | None = None,
    grade: AccidentGrade | None = None,
) -> None:
    """The amount is the rule pack's, not the proposer's: on what ground, from what fine, or for how many deaths."""
    facts = rewards.Facts(
        ground=ground,
        fine_yuan=Decimal(str(fine_yuan or 0)),
        deaths=deaths or 0,
        grade=grade or "",
        insider=tip_off.insider,
    )
    found = rewards.reward(facts, lambda key: rules.at(f"tip_offs/{key}", tip_off.received_at))
    tip_off.ground, tip_off.grade, tip_off.deaths = ground, grade or "", deaths
    tip_off.fine_yuan = None if fine_yuan is None else facts.fine_yuan
    tip_off.reward_yuan, tip_off.reckoning, tip_off.proposer = found.yuan, found.reckoning[:300], account_of(by)


@transition(State.REWARD_DUE, to=State.REPLIED, title=_("no reward"))
def decline_reward(tip_off: TipOff, *, by: Actor, reason: str) -> None:
    """No reward is due, and why: told by somebody whose duty it was, or told of already."""
    if not reason.strip():
        raise Invalid(_("say why no reward is due"), field="reason")


@transition(State.REWARD_PROPOSED, to=State.APPROVED, title=_("approve the reward"))
def approve_reward(tip_off: TipOff, *, by: Actor) -> None:
    """Somebody approves who neither proposed it nor found it true."""
    account = account_of(by)
    if account is None:
        raise Refused(_("a person approves"), code="needs_person")
    if account.pk in (tip_off.proposer_id, tip_off.verifier_id):
        raise Refused(_("who proposed it or verified it does not approve it"), code="own_work")
    tip_off.approver, tip_off.approved_at = account, clock.now()


@transition(State.REWARD_PROPOSED, to=State.REWARD_DUE, title=_("send the proposal back"))
def return_reward(tip_off: TipOff, *, by: Actor, reason: str) -> None:
    """The proposal is reckoned anew."""
    if not reason.strip():
        raise Invalid(_("say what has to be mended"), field="reason")


@transition(State.APPROVED, to=State.CLAIMED, title=_("claim the reward"))
def claim(tip_off: TipOff, *, by: Actor) -> None:
    """The one who told claims it under the tracking code and is given a PIN; see `tickets.claim_with`."""
    if not Ticket.objects.filter(tip_off=tip_off).exclude(pin_digest="").exists():
        raise Refused(_("a reward is claimed on the public page, under the tracking code"), code="needs_code")


@transition(State.CLAIMED, to=State.PAID, title=_("pay the reward"), grave=True)
def pay(tip_off: TipOff, *, by: Actor, receipt: str) -> None:
    """Paid against code and PIN, which were shown at the counter a moment ago (see `tickets.prove`), by somebody who
    did not approve it. The voucher names the tip-off and nobody else."""
    if not receipt.strip():
        raise Invalid(_("enter the number of the voucher"), field="receipt")
    if had_hand_in(tip_off, by, ("approve_reward",)):
        raise Refused(_("who approved it does not pay it"), code="own_work")
    ticket = Ticket.objects.filter(tip_off=tip_off).first()
    if ticket is None or ticket.proved_at is None or (clock.now() - ticket.proved_at).total_seconds() > PROVED_S:
        raise Refused(_("enter code and PIN first, on the page of the tip-off"), code="not_proved")
    tip_off.receipt, tip_off.paid_at = receipt.strip(), clock.now()
    Ticket.objects.filter(pk=ticket.pk).update(proved_at=None)
