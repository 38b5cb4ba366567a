"""The loop of a tip-off: who owns each state, and how long it may last."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from anshu.access.models import Account
from anshu.domains.people.queries import units_of
from anshu.domains.tipoffs.models import TipOff
from anshu.workflow.loop import Limit, Loop, declare

State = TipOff.State
OFFICE = _("tip-off office")


def _term(tip_off: TipOff) -> str:
    return "complex" if tip_off.complex else "default"


def mine(account: Account) -> Callable[[TipOff], bool]:
    """Whether a tip-off that the account may move on waits for this very person: not for members of the unit it is
    about, not for those of other units than the one that verifies, not for whoever proposed what is to be approved."""
    units = units_of(account)

    def waits(tip_off: TipOff) -> bool:
        if tip_off.reported_unit_id in units:
            return False
        if tip_off.state == State.VERIFYING:
            return tip_off.unit_id in units
        return tip_off.state != State.REWARD_PROPOSED or account.pk not in (tip_off.proposer_id, tip_off.verifier_id)

    return waits


TIP_OFF_LOOP = declare(
    Loop(
        TipOff,
        title=_("tip-off"),
        owner={
            State.RECEIVED: OFFICE,
            State.ACCEPTED: OFFICE,
            State.REJECTED: _("the one who told"),
            State.TRANSFERRED: OFFICE,
            State.JOINED: OFFICE,
            State.VERIFYING: _("verifying unit"),
            State.SUBSTANTIATED: OFFICE,
            State.UNSUBSTANTIATED: OFFICE,
            State.REPLIED: _("the one who told"),
            State.REWARD_DUE: OFFICE,
            State.REWARD_PROPOSED: _("whoever approves rewards"),
            State.APPROVED: _("the one who told"),
            State.CLAIMED: OFFICE,
            State.PAID: OFFICE,
        },
        limit={
            State.RECEIVED: Limit("tip_offs/accept", asks="accept"),
            State.ACCEPTED: Limit("tip_offs/assign", asks="assign"),
            State.REJECTED: Limit("tip_offs/dissatisfied", expired="tipoffs.archive"),
            State.TRANSFERRED: Limit("tip_offs/transferred", asks="answer_transferred"),
            State.JOINED: Limit("tip_offs/joined", asks="answer_joined"),
            State.VERIFYING: Limit(
                "tip_offs/verify", _term, start=lambda tip_off: tip_off.accepted_at, asks="substantiate"
            ),
            State.SUBSTANTIATED: Limit("tip_offs/reply", asks="reply"),
            State.UNSUBSTANTIATED: Limit("tip_offs/reply", asks="reply"),
            State.REPLIED: Limit("tip_offs/dissatisfied", expired="tipoffs.archive"),
            State.REWARD_DUE: Limit("tip_offs/propose", asks="propose_reward"),
            State.REWARD_PROPOSED: Limit("tip_offs/approve", asks="approve_reward"),
            State.APPROVED: Limit("tip_offs/claim", expired="tipoffs.archive"),
            State.CLAIMED: Limit("tip_offs/pay", asks="pay"),
            State.PAID: Limit("tip_offs/archive", asks="archive"),
        },
        ends=frozenset({State.ARCHIVED}),
        mine=mine,
    )
)
