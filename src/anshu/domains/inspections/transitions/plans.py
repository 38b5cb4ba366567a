"""Inspection plans: drafted, approved with their frame, run, ended."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.inspections.models import Checklist, InspectionPlan, PlanTarget
from anshu.domains.inspections.queries import plans
from anshu.domains.inspections.rules import frames
from anshu.domains.places.models import Area
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import rules
from anshu.workflow.transitions import opening, transition

AT_ONCE = 2000


@opening(to=InspectionPlan.State.DRAFTED, title=_("draft an inspection plan"))
def draft_plan(
    *,
    by: Actor,
    name: str,
    area: Area,
    starts_on: date,
    ends_on: date,
    checklist: Checklist,
    random_percent: float = 10.0,
) -> InspectionPlan:
    """A plan for an area and a period: the key enterprises all, of the others so many per cent by double random."""
    if not name.strip():
        raise Invalid(_("give the plan a name"), field="name")
    if ends_on < starts_on:
        raise Invalid(_("it ends before it begins"), field="ends_on")
    if not 0 <= random_percent <= 100:
        raise Invalid(_("a share is from 0 to 100 per cent"), field="random_percent")
    if checklist.state != Checklist.State.PUBLISHED:
        raise Refused(_("%(list)s is not in force"), list=checklist, code="not_published")
    return InspectionPlan(
        name=name.strip(),
        territory=area.number,
        starts_on=starts_on,
        ends_on=ends_on,
        checklist=checklist,
        random_percent=random_percent,
    )


@transition(InspectionPlan.State.DRAFTED, to=InspectionPlan.State.APPROVED, title=_("approve the plan"), grave=True)
def approve_plan(plan: InspectionPlan, *, by: Actor, document: str) -> dict[str, object]:
    """Approved by a document (安全生产法 62: the plan is approved and followed). The frame is fixed with it: whom it
    covers, in which stratum, with what weight, and how many visits each is owed."""
    if not document.strip():
        raise Invalid(_("name the document by which it is approved"), field="document")
    PlanTarget.objects.filter(plan=plan).delete()
    rows = list(_targets(plan))
    if not rows:
        raise Refused(_("no enterprise in operation lies in the plan's area"), code="empty_frame")
    PlanTarget.objects.bulk_create(rows, batch_size=AT_ONCE)
    plan.document, plan.approved_at = document.strip(), clock.now()
    plan.frame_size, plan.key_count = len(rows), sum(row.key for row in rows)
    plan.frame_hash = frames.digest(plans.frame_of(plan))
    return {"frame": plan.frame_size, "frame_hash": plan.frame_hash}


def _targets(plan: InspectionPlan) -> Iterator[PlanTarget]:
    """Every enterprise in operation in the area: key ones, and those whose colour asks for visits, are owed theirs; the
    others are what is drawn from."""
    owed = rules.at("inspection_loop/visits.owed")
    weights = rules.at("inspection_loop/draw.weight")
    part = ((plan.ends_on - plan.starts_on).days + 1) / 365
    rows = Enterprise.objects.filter(
        territory__startswith=plan.territory, standing=Enterprise.Standing.OPERATING, exercise=False
    )
    for firm in rows.order_by("number").iterator(AT_ONCE):
        color = frames.COLORS.get(firm.risk_color, "none")
        visits = frames.owed(int(owed.number(color)), part, key=firm.key)
        yield PlanTarget(
            plan=plan,
            enterprise=firm,
            site_id=firm.site_id,
            key=visits > 0,
            stratum=firm.sector or "other",
            weight=weights.number(color),
            owed=visits,
        )


@transition(InspectionPlan.State.APPROVED, to=InspectionPlan.State.RUNNING, title=_("begin the plan"))
def run_plan(plan: InspectionPlan, *, by: Actor) -> None:
    """From now on its draws are made and its visits scheduled."""


@transition(InspectionPlan.State.RUNNING, to=InspectionPlan.State.CLOSED, title=_("end the plan"))
def end_plan(plan: InspectionPlan, *, by: Actor, conclusion: str) -> dict[str, object]:
    """Ended with what it came to; how far it was carried out is counted from its visits, not typed."""
    if not conclusion.strip():
        raise Invalid(_("say what it came to"), field="conclusion")
    plan.conclusion, plan.closed_at = conclusion.strip(), clock.now()
    return plans.progress(plan)._asdict()
