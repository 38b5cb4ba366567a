"""Figures of inspections as the yearly reports of bureaus tell them, each counted from rows. 家次 counts visits, 家
counts enterprises once. Visits of an exercise never count; nothing here is a target, and none is ever set for a person.
"""

from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from anshu.domains.enterprises.models import Enterprise
from anshu.domains.inspections.models import Checklist, Visit, VisitKind
from anshu.domains.inspections.rules.forms import form_of
from anshu.domains.places.models import Area

MADE = (Visit.State.SUBMITTED, Visit.State.SIGNED, Visit.State.CLOSED)
"""Kinds of use that one standard serves: the enterprise itself, the grid, and enforcement (三个标准统一)."""
UNIFIED = frozenset({"self_check", VisitKind.PATROL, VisitKind.ENFORCEMENT})


def made(start: datetime, end: datetime, territory: str = "") -> QuerySet[Visit]:
    """Visits begun in the span and handed in, in an area."""
    rows = Visit.objects.real().filter(state__in=MADE, started_at__gte=start, started_at__lt=end)
    return rows.filter(territory__startswith=territory) if territory else rows


def inspection_visits(start: datetime, end: datetime, territory: str = "") -> int:
    """Visits (家次): count(visit, begun in the span and handed in). LG-027, NS-012, GX-017."""
    return made(start, end, territory).count()


def enterprises_inspected(start: datetime, end: datetime, territory: str = "") -> int:
    """Enterprises visited (家): count(distinct enterprise of those visits). NS-015."""
    return made(start, end, territory).exclude(enterprise=None).values("enterprise").distinct().count()


def premises_inspected(start: datetime, end: datetime, territory: str = "") -> int:
    """Sites visited: count(distinct site of those visits), whether or not an enterprise holds them. LH-016."""
    return made(start, end, territory).values("site").distinct().count()


def inspections_in(field: str, start: datetime, end: datetime, territory: str = "") -> int:
    """Visits with lists of one field, as forest fire or flood: count(visit where checklist.field). LG-070, GX-042."""
    return made(start, end, territory).filter(checklist__field=field).count()


def coverage_percent(start: datetime, end: datetime, territory: str = "") -> float | None:
    """Share of enterprises in operation that were visited: distinct visited / registered; None without any."""
    registered = Enterprise.objects.real().filter(standing=Enterprise.Standing.OPERATING)
    if territory:
        registered = registered.filter(territory__startswith=territory)
    count = registered.count()
    visited = made(start, end, territory).filter(enterprise__in=registered).values("enterprise").distinct().count()
    return None if count == 0 else round(100 * visited / count, 1)


def zero_finding_percent(start: datetime, end: datetime, territory: str = "") -> float | None:
    """Share of visits at which nothing was found: a sign to look at how visits are made, never at a person's output."""
    told = made(start, end, territory).aggregate(whole=Count("pk"), none=Count("pk", filter=Q(found_count=0)))
    return None if told["whole"] == 0 else round(100 * told["none"] / told["whole"], 1)


def two_officer_percent(start: datetime, end: datetime, territory: str = "") -> float | None:
    """Share of enforcement visits made by two different officers (行政处罚法 42)."""
    legal = made(start, end, territory).filter(kind__in=(VisitKind.ENFORCEMENT, VisitKind.JOINT, VisitKind.ANNOUNCED))
    two = legal.filter(lead__isnull=False, second__isnull=False).exclude(lead=F("second")).count()
    count = legal.count()
    return None if count == 0 else round(100 * two / count, 1)


def standards_by_class() -> dict[str, int]:
    """Fields with a list in force, by class (“9+3”): count(distinct field) where class. GM-032, GM-033, GM-034."""
    rows = Checklist.objects.filter(state=Checklist.State.PUBLISHED).exclude(domain_class="")
    return dict(rows.values_list("domain_class").annotate(fields=Count("field", distinct=True)).order_by())


def unified_standards() -> int:
    """Lists in force that serve self-check, patrol and enforcement alike. GM-035."""
    rows = Checklist.objects.filter(state=Checklist.State.PUBLISHED).values_list("uses", flat=True)
    return sum(set(uses) >= UNIFIED for uses in rows)


def joint_items() -> tuple[int, int]:
    """(Departments, items) of the joint lists in force (综合查一次): LH-050, LH-051."""
    departments: set[str] = set()
    items: set[str] = set()
    for checklist in Checklist.objects.filter(state=Checklist.State.PUBLISHED):
        if VisitKind.JOINT in checklist.uses:
            for item in form_of(checklist).items:
                if item.departments:
                    departments.update(item.departments)
                    items.add(item.key)
    return len(departments), len(items)


def grid_cells(territory: str = "") -> int:
    """Grids of the area tree: count(area where level = grid). GM-023."""
    return Area.objects.filter(level=Area.Level.GRID, number__startswith=territory).count()
