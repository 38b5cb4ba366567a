"""The loop of an opening. What is secret (passphrases, shares, the identity) never passes through an arrow, because the
log keeps what an arrow is told; see `reading` for what goes with `countersign` and `read`."""

import uuid

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.vault import queries
from anshu.domains.vault.models import HeldShare, Opening
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.loop import Limit, Loop, declare
from anshu.workflow.transitions import opening, transition

State = Opening.State

OPENING_LOOP = declare(
    Loop(
        Opening,
        title=_("opening of the vault"),
        owner={
            State.ASKED: _("second vault officer"),
            State.COUNTERSIGNED: _("vault officer who asked"),
            State.READ: _("audit administrator"),
        },
        limit={
            State.ASKED: Limit("vault/countersign", expired="vault.lapse", asks="countersign"),
            State.COUNTERSIGNED: Limit("vault/read", expired="vault.lapse", asks="read"),
            State.READ: Limit("vault/review", asks="review"),
        },
        ends=frozenset({State.REVIEWED, State.REFUSED, State.LAPSED}),
        mine=lambda account: (
            lambda each: (
                each.state == State.READ or (each.asked_by_id == account.pk) == (each.state == State.COUNTERSIGNED)
            )
        ),
    )
)


@opening(to=State.ASKED, title=_("ask to open"))
def ask_to_open(
    *, by: Actor, subject: str, subject_id: uuid.UUID, about: str, why: str, territory: str = ""
) -> Opening:
    """Ask for the identity behind a record. The reason is kept for ever; a second officer decides within the window."""
    if not why.strip():
        raise Invalid(_("say why it has to be opened"), field="why")
    if not queries.holds_for(subject_id):
        raise Refused(_("%(about)s is anonymous: the vault holds nobody behind it"), about=about, code="anonymous")
    account = account_of(by)
    if account is None or queries.keyholder(account) is None:
        raise Refused(_("enrol your own key first, on the page of the vault"), code="not_enrolled")
    if Opening.objects.filter(subject_id=subject_id, state__in=(State.ASKED, State.COUNTERSIGNED)).exists():
        raise Refused(_("an opening of %(about)s is under way"), about=about, code="under_way")
    return Opening(
        subject=subject, subject_id=subject_id, about=about, why=why.strip(), asked_by=account, territory=territory
    )


@transition(State.ASKED, to=State.COUNTERSIGNED, title=_("countersign"), grave=True)
def countersign(each: Opening, *, by: Actor) -> None:
    """The second key. It is never the one who asked, and it is turned on the page of the vault with a passphrase."""
    if account_of(by) == each.asked_by:
        raise Refused(_("the second key belongs to another officer than the one who asked"), code="own_request")
    if not HeldShare.objects.filter(opening=each).exists():
        raise Refused(_("countersign on the page of the vault, with your passphrase"), code="needs_passphrase")
    each.second = account_of(by)


@transition(State.ASKED, to=State.REFUSED, title=_("refuse"))
def refuse_opening(each: Opening, *, by: Actor, refusal: str) -> None:
    """It stays closed, and why."""
    if account_of(by) == each.asked_by:
        raise Refused(_("another officer decides on what you asked for"), code="own_request")
    if not refusal.strip():
        raise Invalid(_("say why it is refused"), field="refusal")
    each.refusal = refusal.strip()


@transition(State.COUNTERSIGNED, to=State.READ, title=_("read once"), grave=True)
def read(each: Opening, *, by: Actor) -> None:
    """Read, once, by the one who asked; the second officer's share is gone with it."""
    if account_of(by) != each.asked_by:
        raise Refused(_("it is read by the one who asked"), code="not_yours")
    each.read_at = clock.now()
    HeldShare.objects.filter(opening=each).delete()


@transition(State.ASKED, State.COUNTERSIGNED, to=State.LAPSED, title=_("lapse"))
def lapse(each: Opening, *, by: Actor) -> None:
    """The window has passed; whoever still needs it asks anew."""
    HeldShare.objects.filter(opening=each).delete()


@transition(State.READ, to=State.REVIEWED, title=_("look at the opening"))
def review(each: Opening, *, by: Actor, opinion: str) -> None:
    """The audit administrator looks at every opening: who, when and why; never at the identity."""
    if not opinion.strip():
        raise Invalid(_("write your opinion"), field="opinion")
    each.opinion = opinion.strip()


clocks.EXPIRY["vault.lapse"] = lapse
