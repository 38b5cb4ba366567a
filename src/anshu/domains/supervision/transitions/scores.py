"""Score cards: reckoned and published in one act, appealed against, settled."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.people.models import Organisation
from anshu.domains.people.queries import speaks_for
from anshu.domains.supervision import queries
from anshu.domains.supervision.models import ScoreCard
from anshu.domains.supervision.rules.scores import reckon
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks, rules
from anshu.workflow.log import had_hand_in
from anshu.workflow.transitions import opening, transition

State = ScoreCard.State


@opening(to=State.PUBLISHED, title=_("publish a score"))
def publish_score(*, by: Actor, unit: Organisation, first_on: date, last_on: date) -> ScoreCard:
    """Reckon a unit's score from the rows of a span that is over, and publish it with every deduction."""
    if last_on < first_on:
        raise Invalid(_("it ends before it begins"), field="last_on")
    if last_on >= timezone.localdate(clock.now()):
        raise Invalid(_("the span is not over yet"), field="last_on")
    if ScoreCard.objects.filter(unit=unit, first_on=first_on, last_on=last_on).exists():
        raise Refused(_("%(unit)s has its score for this span"), unit=unit.name, code="scored")
    rule = rules.at("supervision/score.each")
    each = {key: rule.number(key) for key in rule.value} if isinstance(rule.value, Mapping) else {}
    card = reckon(queries.counted(unit, first_on, last_on), each, rules.at("supervision/score.full").number())
    items = [{"key": row.key, "count": row.count, "each": str(row.each)} for row in card.deductions]
    return ScoreCard(
        unit=unit, first_on=first_on, last_on=last_on, items=items, total=card.total, territory=unit.territory
    )


@transition(State.PUBLISHED, to=State.APPEALED, title=_("appeal"))
def appeal_score(card: ScoreCard, *, by: Actor, appeal: str) -> None:
    """The unit says what was counted wrongly."""
    if not speaks_for(account_of(by), card.unit_id):
        raise Refused(_("%(unit)s appeals against its own score"), unit=str(card.unit), code="other_unit")
    if not appeal.strip():
        raise Invalid(_("say what was counted wrongly"), field="appeal")
    card.appeal = appeal.strip()


@transition(State.APPEALED, to=State.SETTLED, title=_("settle the appeal"))
def settle_score(card: ScoreCard, *, by: Actor, answer: str, corrected: float | None = None) -> None:
    """The score stands, or is corrected; by somebody other than who published it."""
    if had_hand_in(card, by, ("publish_score",)):
        raise Refused(_("who published it does not settle the appeal"), code="own_work")
    if not answer.strip():
        raise Invalid(_("the answer gives its reason"), field="answer")
    full = rules.at("supervision/score.full").number()
    if corrected is not None and not 0 <= corrected <= full:
        raise Invalid(_("a score lies between 0 and %(full)d"), field="corrected", full=full)
    card.answer = answer.strip()
    card.corrected = None if corrected is None else Decimal(str(corrected))


@transition(State.PUBLISHED, to=State.SETTLED, title=_("let it stand"))
def stand(card: ScoreCard, *, by: Actor) -> None:
    """Nobody appealed in time."""


clocks.EXPIRY["supervision.stand"] = stand
