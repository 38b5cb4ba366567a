"""Figures of the grid."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.places.models import Area
from anshu.indicators.figures import Rows, Scope, figure

GROUP = "people"


@figure(
    GROUP,
    _("Grids"),
    says=_("grids of the area tree, as of now"),
    unit=pgettext_lazy("figure", "grids"),
    sources=["GM-023"],
)
def grid_cells(scope: Scope) -> Rows:
    return Area.objects.visible_to(scope.actor).filter(level=Area.Level.GRID, number__startswith=scope.territory)
