"""Figures of the grid."""

from django.utils.translation import gettext_lazy as _

from anshu.domains.people.models import Person
from anshu.domains.places.models import Area
from anshu.indicators import units
from anshu.indicators.book.enterprises import operating
from anshu.indicators.figures import Rows, Scope, figure, share

GROUP = "people"
"""The post of those who work in the grid full time, as the register of people writes it."""
POST = "安格员"


@figure(
    GROUP,
    _("Grids"),
    says=_("grids of the area tree, as of now"),
    unit=units.GRIDS,
    sources=["GM-023"],
)
def grid_cells(scope: Scope) -> Rows:
    return Area.objects.visible_to(scope.actor).filter(level=Area.Level.GRID, number__startswith=scope.territory)


@figure(
    GROUP,
    _("Grid safety officers"),
    says=_("people whose post is that of a grid safety officer, as of now"),
    unit=units.PEOPLE,
    sources=["GM-024"],
)
def grid_workers(scope: Scope) -> Rows:
    return scope.rows(Person).filter(post__contains=POST)


@figure(
    GROUP,
    _("Enterprises with an officer in charge"),
    says=_("enterprises in operation that name the officer in charge of them in per cent of all in operation"),
    unit="%",
    sources=["GM-026"],
    measure=share(operating),
)
def enterprises_with_officer_rate(scope: Scope) -> Rows:
    return operating(scope).exclude(officer=None)
