"""What the one who told reads, whether it satisfies them, and when it is over."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.policy import Actor
from anshu.domains.tipoffs.models import TipOff
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks, rules
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import transition

State = TipOff.State
OPEN = tuple(state for state in State if state != State.ARCHIVED)


def _answer_joined(tip_off: TipOff) -> None:
    """Those that were joined to it are answered in the same breath."""
    for each in TipOff.objects.filter(earlier=tip_off, state=State.JOINED):
        answer_joined(each, by=WORK)


@transition(State.SUBSTANTIATED, State.UNSUBSTANTIATED, title=pgettext_lazy("reply", "answer"), then=_answer_joined)
def reply(tip_off: TipOff, *, by: Actor, answer: str) -> None:
    """What was found and what will be done, in words for the one who told. Where a reward may be due, it is proposed
    next: told first, told truly, and with a real name unless the rules reward nameless ones too."""
    if not answer.strip():
        raise Invalid(_("write what the one who told will read"), field="answer")
    tip_off.answer, tip_off.replied_at, tip_off.satisfied = answer.strip(), clock.now(), None
    tip_off.state = State.REWARD_DUE if rewardable(tip_off) else State.REPLIED


def rewardable(tip_off: TipOff) -> bool:
    """Whether a reward may be due by the rules in force when it was received."""
    named_only = bool(rules.at("tip_offs/reward.named_only", tip_off.received_at).value)
    return tip_off.outcome == TipOff.Outcome.TRUE and (tip_off.named or not named_only)


@transition(State.TRANSFERRED, to=State.REPLIED, title=_("enter the other authority's answer"))
def answer_transferred(tip_off: TipOff, *, by: Actor, answer: str) -> None:
    """What the authority found to which it was handed."""
    if not answer.strip():
        raise Invalid(_("write what the one who told will read"), field="answer")
    tip_off.answer, tip_off.replied_at = answer.strip(), clock.now()


@transition(State.JOINED, to=State.REPLIED, title=_("answer with the earlier one"))
def answer_joined(tip_off: TipOff, *, by: Actor) -> None:
    """The answer of the one it was joined to."""
    earlier = tip_off.earlier
    if earlier is None or not earlier.answer or earlier.verified_at is None:
        raise Refused(_("the one it was joined to has not been answered yet"), code="not_answered")
    tip_off.answer, tip_off.outcome, tip_off.replied_at = earlier.answer, earlier.outcome, clock.now()


@transition(State.REPLIED, State.REWARD_DUE, State.REWARD_PROPOSED, State.APPROVED, title=_("satisfied"))
def express_satisfaction(tip_off: TipOff, *, by: Actor) -> None:
    """The one who told says that the answer is good."""
    tip_off.satisfied = True


@transition(State.REPLIED, State.REJECTED, State.REWARD_DUE, title=pgettext_lazy("tip-off", "open again"))
def reopen(tip_off: TipOff, *, by: Actor, complaint: str) -> None:
    """The one who told is not satisfied and says why: it is looked at again by somebody else, so often at most."""
    _complain(tip_off, complaint, _("say what is missing in the answer"))
    most = int(rules.at("tip_offs/reopen_most").number())
    if tip_off.reopened >= most:
        raise Refused(_("it has been looked at again %(most)d times; turn to the higher authority"), most=most)
    tip_off.satisfied, tip_off.earlier = False, None
    tip_off.reopened += 1
    if tip_off.state == State.REJECTED:
        tip_off.state = State.RECEIVED
    else:
        tip_off.state, tip_off.accepted_at, tip_off.complex = State.ACCEPTED, clock.now(), False


@transition(OPEN, title=_("retaliation"), grave=True)
def flag_retaliation(tip_off: TipOff, *, by: Actor, complaint: str) -> None:
    """Somebody is made to suffer for having told (安全生产法 73): marked for all who deal with it."""
    _complain(tip_off, complaint, _("say what has happened"))
    tip_off.retaliation = True


def _complain(tip_off: TipOff, complaint: str, missing: object) -> None:
    """Add what was said to what was said before, with the hour; the log does not repeat it."""
    if not complaint.strip():
        raise Invalid(missing, field="complaint")
    said = f"{timezone.localtime(clock.now()):%Y-%m-%d %H:%M} {complaint.strip()}"
    tip_off.complaint = "\n".join(filter(None, (tip_off.complaint, said)))


@transition(State.REPLIED, State.REJECTED, State.APPROVED, State.PAID, to=State.ARCHIVED, title=_("archive"))
def archive(tip_off: TipOff, *, by: Actor) -> None:
    """It is over: answered and not contested, not accepted and not contested, paid, or not claimed in time."""


clocks.EXPIRY["tipoffs.archive"] = archive
