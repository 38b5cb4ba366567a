"""Figures of the grid, and of the experts who advise."""

from collections import Counter

from django.db.models import Avg, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.domains.people.models import Expert, ExpertGroup, GridTeam, Person
from anshu.domains.places.models import Area
from anshu.indicators import units
from anshu.indicators.book.enterprises import operating
from anshu.indicators.figures import Number, Rows, Scope, distinct, figure, share
from anshu.kernel import clock

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


def _fewest_of_a_grid(rows: Rows, scope: Scope) -> Number:
    """The fewest teams of any grid; None where there is no grid."""
    areas = rows.order_by().values_list("territory", flat=True)
    held = Counter(area[:end] for area in areas for end in range(1, len(area) + 1))
    grids = grid_cells.rows(scope).order_by().values_list("number", flat=True)
    return min((held[grid] for grid in grids), default=None)


@figure(
    GROUP,
    _("Teams of a grid, at least"),
    says=_("the fewest grid teams of any grid, as of now"),
    unit=units.TEAMS,
    sources=["GM-025"],
    measure=_fewest_of_a_grid,
)
def teams_per_grid(scope: Scope) -> Rows:
    return scope.rows(GridTeam)


@figure(
    GROUP,
    _("Levels of posts in the grid"),
    says=_("different posts that people hold in the grid: captain, owner, safety officer; as of now"),
    unit=units.LEVELS,
    sources=["GM-027"],
    measure=distinct("grid_rank"),
)
def grid_post_levels(scope: Scope) -> Rows:
    return scope.rows(Person).exclude(grid_rank="")


@figure(
    GROUP,
    _("Village and community safety officers"),
    says=_("people entered as safety officers of a village or community, as of now"),
    unit=units.PEOPLE,
    sources=["GX-038"],
)
def village_safety_officers(scope: Scope) -> Rows:
    return scope.rows(Person).filter(grid_service=Person.GridService.VILLAGE)


def _average_allowance(rows: Rows, _scope: Scope) -> Number:
    mean: Number = rows.aggregate(mean=Avg("monthly_allowance_yuan"))["mean"]
    return mean


@figure(
    GROUP,
    _("Monthly allowance of a safety officer"),
    says=_("what a safety officer of a village or community is paid a month, on average, as of now"),
    unit=units.YUAN,
    sources=["GX-039"],
    measure=_average_allowance,
)
def grid_worker_monthly_stipend_cny(scope: Scope) -> Rows:
    return village_safety_officers.rows(scope).exclude(monthly_allowance_yuan=None)


def _communities(scope: Scope) -> Rows:
    return scope.rows(Area).filter(level=Area.Level.COMMUNITY)


@figure(
    GROUP,
    _("Villages and communities with a safety officer"),
    says=_("those with at least one in per cent of all in the area tree, as of now"),
    unit="%",
    sources=["GX-070"],
    measure=share(_communities),
)
def village_safety_officer_coverage(scope: Scope) -> Rows:
    officers = village_safety_officers.rows(scope).filter(territory__startswith=OuterRef("number"))
    return _communities(scope).filter(Exists(officers))


@figure(
    GROUP,
    _("Expert groups on laboratories"),
    says=_("groups of experts who advise on laboratories, as of now"),
    unit=units.GROUPS,
    sources=["GM-038"],
)
def lab_expert_groups(scope: Scope) -> Rows:
    return scope.rows(ExpertGroup).filter(field=ExpertGroup.Field.LABORATORY)


@figure(
    GROUP,
    _("Experts on laboratories"),
    says=_("experts of those groups who have not left, as of now"),
    unit=units.PEOPLE,
    sources=["GM-039"],
)
def lab_experts(scope: Scope) -> Rows:
    there = Q(left_on=None) | Q(left_on__gt=timezone.localdate(clock.now()))
    return scope.rows(Expert).filter(there, group__field=ExpertGroup.Field.LABORATORY)
