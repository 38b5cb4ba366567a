"""A leader's instruction, word for word: relayed, signed for, fed back on, closed."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.incidents.models import Incident, Instruction
from anshu.domains.incidents.transitions.loops import OPEN
from anshu.domains.people.models import Organisation
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.ledger.attachments import require_kept
from anshu.workflow import log
from anshu.workflow.transitions import opening, transition


@opening(to=Instruction.State.RECEIVED, title=_("instruct"))
def instruct(
    *,
    by: Actor,
    incident: Incident,
    words: str,
    organisation: Organisation,
    leader: str = "",
    channel: str = "",
    given_at: datetime | None = None,
) -> Instruction:
    """Keep the words as they were said, who said them (the actor, unless named), when, by which channel, to whom."""
    now = clock.now()
    if incident.state not in OPEN:
        raise Refused(_("the incident has ended"), code="ended")
    if given_at is not None and given_at > now:
        raise Invalid(_("it cannot have been given in the future"), field="given_at")
    return Instruction(
        incident=incident,
        leader=leader or by.name,
        words=words,
        channel=channel or str(_("in the system")),
        given_at=given_at or now,
        organisation=organisation,
        territory=organisation.territory or incident.territory,
        exercise=incident.exercise,
        generated=incident.generated,
    )


@transition(Instruction.State.RECEIVED, to=Instruction.State.RELAYED, title=_("relay"))
def relay(instruction: Instruction, *, by: Actor, channel: str = "") -> None:
    """The unit has been told, in the leader's words."""


@transition(Instruction.State.RELAYED, to=Instruction.State.SIGNED, title=_("sign for"))
def acknowledge_instruction(instruction: Instruction, *, by: Actor) -> None:
    """The unit has it."""


@transition(Instruction.State.SIGNED, to=Instruction.State.FED_BACK, title=_("feed back"))
def feed_back(instruction: Instruction, *, by: Actor, feedback: str, evidence: list[str] | None = None) -> None:
    """What the unit did about it, with papers or photos where there are any."""
    if not feedback.strip():
        raise Invalid(_("say what was done"), field="feedback")
    require_kept(instruction, evidence)
    instruction.feedback = feedback.strip()


@transition(Instruction.State.FED_BACK, to=Instruction.State.SIGNED, title=_("ask again"))
def ask_again(instruction: Instruction, *, by: Actor, reason: str) -> None:
    """The feedback does not answer the instruction; the unit reports anew."""
    if not reason.strip():
        raise Invalid(_("say what is missing"), field="reason")


@transition(Instruction.State.FED_BACK, to=Instruction.State.CLOSED, title=_("close"))
def close_instruction(instruction: Instruction, *, by: Actor, reason: str = "") -> None:
    """The leader's will is done. Who fed back does not close it."""
    if account_of(by) is not None and log.had_hand_in(instruction, by, ("feed_back",)):
        raise Refused(_("who fed back must not close it"), code="own_work")
