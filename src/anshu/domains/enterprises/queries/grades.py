"""The living grade of an enterprise as it stands, and why."""

from decimal import Decimal

from anshu.domains.enterprises.models import Enterprise, GradeEvent, GradeOverride
from anshu.domains.enterprises.queries.packs import grade_table
from anshu.domains.enterprises.rules.colors import name_of
from anshu.domains.enterprises.rules.living_grade import Event, LivingGrade, living_grade
from anshu.kernel import clock

ZERO = Decimal(0)


def grade_of(enterprise: Enterprise) -> LivingGrade:
    """Points, colour and reasons now; the reasons add up to the points."""
    rows = GradeEvent.objects.filter(enterprise=enterprise).real()
    events = [
        Event(row.kind, row.began_at, row.ended_at, lasts=row.lasts, weight=row.weight, words=row.summary)
        for row in rows
    ]
    return living_grade(name_of(enterprise.base_color), events, grade_table(), clock.now())


def override_of(enterprise: Enterprise) -> GradeOverride | None:
    """The grade set by hand that is in force."""
    return GradeOverride.objects.filter(enterprise=enterprise, state=GradeOverride.State.IN_FORCE).first()
