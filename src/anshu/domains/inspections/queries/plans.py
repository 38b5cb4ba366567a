"""What is asked about plans: their frame, and how far they have been carried out."""

from typing import Any, NamedTuple

from django.db.models import Q

from anshu.domains.inspections.models import InspectionPlan, PlanTarget, Visit

MADE = (Visit.State.SUBMITTED, Visit.State.SIGNED, Visit.State.CLOSED)


class Progress(NamedTuple):
    """Of a plan: visits owed and made (家次), enterprises in the frame and visited (家)."""

    owed: int
    made: int
    enterprises: int
    visited: int


def frame_of(plan: InspectionPlan) -> list[dict[str, Any]]:
    """The frame as it is sealed: one row for each enterprise, by number."""
    rows = PlanTarget.objects.filter(plan=plan).order_by("enterprise__number")
    return [
        {"number": number, "key": key, "stratum": stratum, "weight": weight, "owed": owed}
        for number, key, stratum, weight, owed in rows.values_list(
            "enterprise__number", "key", "stratum", "weight", "owed"
        )
    ]


def progress(plan: InspectionPlan) -> Progress:
    """How far a plan has been carried out; visits of an exercise do not count."""
    visits = Visit.objects.real().filter(plan=plan).filter(Q(state__in=MADE))
    targets = PlanTarget.objects.filter(plan=plan)
    return Progress(
        owed=sum(targets.values_list("owed", flat=True)),
        made=visits.count(),
        enterprises=targets.count(),
        visited=visits.exclude(enterprise=None).values("enterprise").distinct().count(),
    )
