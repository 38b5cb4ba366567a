"""Figures of fire and rescue stations."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anshu.domains.teams.models import Station
from anshu.indicators import units
from anshu.indicators.figures import Figure, Find, Rows, Scope, add, counted, figure

GROUP = "stations"


@figure(
    GROUP,
    _("Fire and rescue posts opened"),
    says=_("fire and rescue posts opened in the days"),
    unit=units.STATIONS,
    sources=["NS-039"],
)
def fire_rescue_posts_established(scope: Scope) -> Rows:
    return scope.rows(Station, "opened_on").filter(kind=Station.Kind.POST)


def _there(kind: Station.Kind) -> Find:
    """Those that stand at the end of the days; one whose opening nobody knows stood there already."""

    def find(scope: Scope) -> Rows:
        rows = scope.rows(Station).filter(kind=kind)
        if scope.last is None:
            return rows.filter(closed_on=None)
        opened = Q(opened_on=None) | Q(opened_on__lte=scope.last)
        return rows.filter(opened, Q(closed_on=None) | Q(closed_on__gt=scope.last))

    return find


THERE = tuple(
    add(
        Figure(
            key,
            GROUP,
            words,
            _("stations of this kind that stand at the end of the days"),
            units.STATIONS,
            (source,),
            _there(kind),
            counted,
        )
    )
    for key, words, kind, source in (
        ("fire_stations_city", _("City fire stations"), Station.Kind.CITY, "LH-063"),
        ("fire_stations_small", _("Small fire stations"), Station.Kind.SMALL, "LH-064"),
    )
)
