"""Freezing figures, and restating them."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, require
from anshu.indicators.book import FIGURES
from anshu.indicators.figures import EARLIEST, Figure, Scope, exact
from anshu.indicators.models import FrozenFigure, Statement
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow.transitions import opening


@dataclass(frozen=True)
class Taken:
    """Every figure that somebody may see of an area over some days, each with its number and the keys of its rows;
    they belong to no statement yet."""

    territory: str
    first: date
    last: date
    figures: tuple[FrozenFigure, ...]


def take(scope: Scope) -> Taken:
    """Count every figure, with its rows. In the largest district that takes a while, and a transition keeps everybody
    else from the log: so it is done before, and `freeze` only keeps it."""
    require(scope.actor, "indicators.freeze", scope.territory)
    if scope.first is None or scope.last is None:
        raise Invalid(_("choose the days that are frozen"), field="first_on")
    if scope.first < EARLIEST:
        raise Invalid(_("begins before there could be records"), field="first_on")
    if scope.last < scope.first:
        raise Invalid(_("it ends before it begins"), field="last_on")
    if scope.last > timezone.localdate(clock.now()):
        raise Invalid(_("the days are not over yet"), field="last_on")
    figures = tuple(_counted(figure, scope) for figure in FIGURES.values() if figure.open_to(scope))
    return Taken(scope.territory, scope.first, scope.last, figures)


def _counted(figure: Figure, scope: Scope) -> FrozenFigure:
    value, keys = figure.with_keys(scope)
    return FrozenFigure(key=figure.key, value=exact(value), count=len(keys), packed=FrozenFigure.pack(keys))


@opening(title=_("freeze the figures"))
def freeze(*, by: Actor, title: str, taken: Taken, earlier: Statement | None = None, reason: str = "") -> Statement:
    """Keep what was taken. A statement is restated once, for the same area and days, with a reason."""
    if earlier is not None:
        if not reason.strip():
            raise Invalid(_("say why it is restated"), field="reason")
        if (earlier.territory, earlier.first_on, earlier.last_on) != (taken.territory, taken.first, taken.last):
            raise Invalid(_("what is restated has other days or another area"), field="earlier")
        if Statement.objects.filter(earlier=earlier).exists():
            raise Refused(_("%(statement)s has been restated already"), statement=earlier, code="restated")
    made = Statement(
        title=title,
        first_on=taken.first,
        last_on=taken.last,
        territory=taken.territory,
        earlier=earlier,
        reason=reason.strip(),
    )
    for figure in taken.figures:
        figure.statement = made
    FrozenFigure.objects.bulk_create(taken.figures)
    return made

