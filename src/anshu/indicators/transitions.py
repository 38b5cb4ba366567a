"""Freezing figures, and restating them."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.indicators.book import FIGURES
from anshu.indicators.figures import Figure, Scope, exact
from anshu.indicators.models import FrozenFigure, Statement
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow.transitions import opening


def _frozen(statement: Statement, figure: Figure, scope: Scope) -> FrozenFigure:
    keys = list(figure.rows(scope).order_by().values_list("pk", flat=True))
    packed = FrozenFigure.pack(keys)
    return FrozenFigure(statement=statement, key=figure.key, value=exact(figure(scope)), count=len(keys), packed=packed)


@opening(title=_("freeze the figures"))
def freeze(
    *,
    by: Actor,
    title: str,
    first_on: date,
    last_on: date,
    territory: str = "",
    earlier: Statement | None = None,
    reason: str = "",
) -> Statement:
    """Keep all figures that may be seen, of an area over some days, as they are now, each with the rows behind it. A
    statement is restated once, with a reason."""
    if last_on < first_on:
        raise Invalid(_("it ends before it begins"), field="last_on")
    if last_on > timezone.localdate(clock.now()):
        raise Invalid(_("the days are not over yet"), field="last_on")
    if earlier is not None:
        if not reason.strip():
            raise Invalid(_("say why it is restated"), field="reason")
        if Statement.objects.filter(earlier=earlier).exists():
            raise Refused(_("%(statement)s has been restated already"), statement=earlier, code="restated")
    made = Statement(
        title=title, first_on=first_on, last_on=last_on, territory=territory, earlier=earlier, reason=reason.strip()
    )
    scope = Scope(by, territory, first_on, last_on)
    taken = [_frozen(made, figure, scope) for figure in FIGURES.values() if figure.open_to(scope)]
    FrozenFigure.objects.bulk_create(taken)
    return made
