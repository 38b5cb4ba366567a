"""Figures beside one another: this span and the year before, an area and its parts, frozen and now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from anshu.access.policy import Actor
from anshu.domains.places.models import Area
from anshu.indicators.book import FIGURES
from anshu.indicators.figures import HUNDRED, Figure, Number, Scope, exact
from anshu.indicators.models import FrozenFigure, Statement


@dataclass(frozen=True)
class Compared:
    """A figure now and in the same days of the year before; `change` is per cent of the latter, for shares points."""

    figure: Figure
    value: Number
    before: Number

    @property
    def change(self) -> float | None:
        """None where there is nothing to compare with."""
        if self.value is None or self.before is None:
            return None
        if self.figure.unit == "%":
            return float(self.value) - float(self.before)
        return HUNDRED * (float(self.value) - float(self.before)) / float(self.before) if self.before else None


def compared(figures: Iterable[Figure], scope: Scope) -> Iterator[Compared]:
    """Those of the figures that the actor may see. Without a first day there is no year before, nor of what is counted
    as of now: nobody can tell any more how that was."""
    before = scope.year_before()
    for figure in figures:
        if figure.open_to(scope):
            comparable = scope.first is not None and figure.dated(scope)
            yield Compared(figure, figure(scope), figure(before) if comparable else None)


def parts(figure: Figure, scope: Scope) -> list[tuple[Area, Number]]:
    """The figure in each area right below, the largest first; those that have none of it are left out."""
    areas = Area.objects.visible_to(scope.actor).exclude(number=scope.territory)
    below = list(areas.filter(number__startswith=scope.territory).order_by("number"))
    nearest = min((len(area.number) for area in below), default=0)
    told = [(area, figure(scope.inside(area.number))) for area in below if len(area.number) == nearest]
    some = [(area, value) for area, value in told if value]
    return sorted(some, key=lambda one: (-float(one[1] or 0), one[0].number))


@dataclass(frozen=True)
class Kept:
    """A frozen figure beside what the same days give now: keys of rows that came in since, and of rows gone."""

    figure: Figure
    frozen: FrozenFigure
    now: Number
    came: frozenset[UUID]
    gone: frozenset[UUID]

    @property
    def moved(self) -> bool:
        """Whether number or rows differ."""
        return exact(self.now) != self.frozen.value or bool(self.came or self.gone)


def kept(statement: Statement, actor: Actor, group: str = "") -> Iterator[Kept]:
    """Each figure of a statement (of one group, if it is named) that the actor may see, and what became of it."""
    scope = Scope(actor, statement.territory, statement.first_on, statement.last_on)
    for frozen in statement.figures.order_by("pk"):
        figure = FIGURES.get(frozen.key)
        if figure is not None and group in ("", figure.group) and figure.open_to(scope):
            value, keys = figure.with_keys(scope)
            then, now = frozen.keys, frozenset(keys)
            yield Kept(figure, frozen, value, now - then, frozenset(then - now))
