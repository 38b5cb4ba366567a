"""Cards of the bypass radar: found by a program, looked into and judged by a person at whom they do not point."""

from django.utils.translation import gettext_lazy as _

from anshu.access.models import Account
from anshu.access.policy import Actor, account_of
from anshu.domains.supervision.models import BypassCard, BypassRow, pointing_at
from anshu.domains.supervision.rules.bypass import Finding
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow.transitions import opening, transition

State = BypassCard.State
JUDGED = (State.EXPLAINED, State.CONFIRMED)


@opening(to=State.NEW, title=_("open a bypass card"))
def open_card(*, by: Actor, finding: Finding) -> BypassCard:
    """The radar saw a sign for the first time. Only a program opens a card; only a person judges it. Its rows follow
    by `keep_rows`, in the same transaction."""
    return BypassCard(
        sign=finding.sign,
        key=finding.key,
        account_id=finding.account_id,
        enterprise_id=finding.enterprise_id,
        unit_id=finding.unit_id,
        territory=finding.territory,
        found_at=clock.now(),
        **_figure(finding),
    )


@transition(*State, title=_("add rows"))
def add_to_card(card: BypassCard, *, by: Actor, finding: Finding) -> dict[str, object]:
    """Further rows of the same sign: the figure follows them, and what was judged already is asked anew."""
    for name, value in _figure(finding).items():
        setattr(card, name, value)
    card.territory = finding.territory
    if card.state in JUDGED:
        card.state = State.NEW
    return {"rows": len(finding.rows)}


def _figure(finding: Finding) -> dict[str, object]:
    names = ("seen", "of", "expected", "first_on", "last_on")
    return {name: getattr(finding, name) for name in names}


@transition(State.NEW, to=State.LOOKED_INTO, title=_("look into it"))
def look_into_card(card: BypassCard, *, by: Actor) -> None:
    """Somebody goes through the rows and asks whom they concern."""
    _apart(card, by)


@transition(State.NEW, State.LOOKED_INTO, to=State.EXPLAINED, title=_("it is in order"))
def explain_card(card: BypassCard, *, by: Actor, explanation: str) -> None:
    """There is an honest reason, and it is written down."""
    card.judge, card.judged_at = _apart(card, by), clock.now()
    if not explanation.strip():
        raise Invalid(_("say why it is in order; the reason stays with the card"), field="explanation")
    card.explanation, card.deed = explanation.strip(), ""


@transition(State.NEW, State.LOOKED_INTO, to=State.CONFIRMED, title=_("it holds true"), grave=True)
def confirm_card(card: BypassCard, *, by: Actor, deed: str) -> None:
    """Closings were on paper only, and something was done about it: hazards opened again, a talk, a task, a letter."""
    card.judge, card.judged_at = _apart(card, by), clock.now()
    if not deed.strip():
        raise Invalid(_("say what was done about it"), field="deed")
    card.deed, card.explanation = deed.strip(), ""


def _apart(card: BypassCard, by: Actor) -> Account:
    """The person who judges; Refused unless it is one, and one at whom the card does not point."""
    account = account_of(by)
    if account is None:
        raise Refused(_("a card is judged by a person"), code="needs_person")
    if BypassCard.objects.filter(pointing_at(account), pk=card.pk).exists():
        raise Refused(_("the card points at you or at your unit: somebody else judges it"), code="own_work")
    return account


def keep_rows(card: BypassCard, finding: Finding) -> None:
    """Keep the rows of a finding behind its card, in the transaction of the arrow; those that are there stay."""
    now = clock.now()
    BypassRow.objects.bulk_create(
        (
            BypassRow(card=card, subject=row.subject, subject_id=row.subject_id, at=row.at, added_at=now)
            for row in finding.rows
        ),
        ignore_conflicts=True,
        batch_size=500,
    )
