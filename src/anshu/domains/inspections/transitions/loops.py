"""The loops of this domain: who owns each state, and how long it may last."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.domains.inspections.models import Checklist, Draw, FieldConflict, InspectionPlan, Visit
from anshu.domains.people.models import Person
from anshu.workflow.loop import Limit, Loop, declare


def end_of(day: date) -> datetime:
    """The end of a local day."""
    return timezone.make_aware(datetime.combine(day, time.max))


def _of_this_person(account: Any) -> Any:
    """A visit that names its officers waits for them alone."""
    keys = set(Person.objects.filter(account=account).values_list("pk", flat=True))

    def mine(visit: Visit) -> bool:
        named = {key for key in (visit.lead_id, visit.second_id) if key is not None}
        return not named or bool(named & keys)

    return mine


CHECKLIST_LOOP = declare(
    Loop(
        Checklist,
        title=_("checklist"),
        owner={Checklist.State.DRAFT: _("bureau section"), Checklist.State.PUBLISHED: _("bureau section")},
        limit={
            Checklist.State.DRAFT: Limit("inspection_loop/write", asks="publish"),
            Checklist.State.PUBLISHED: Limit("inspection_loop/review", asks="retire"),
        },
        ends=frozenset({Checklist.State.RETIRED}),
    )
)

VISIT_LOOP = declare(
    Loop(
        Visit,
        title=_("visit"),
        owner={
            Visit.State.PLANNED: _("officers sent"),
            Visit.State.STARTED: _("officers sent"),
            Visit.State.SUBMITTED: _("officers sent"),
            Visit.State.SIGNED: _("unit of the officers"),
        },
        limit={
            Visit.State.PLANNED: Limit(
                "inspection_loop/start", until=lambda visit: end_of(visit.planned_on), asks="start"
            ),
            Visit.State.STARTED: Limit("inspection_loop/submit", asks="submit"),
            Visit.State.SUBMITTED: Limit("inspection_loop/sign", asks="sign"),
            Visit.State.SIGNED: Limit("inspection_loop/file", asks="file"),
        },
        ends=frozenset({Visit.State.CLOSED, Visit.State.CANCELLED}),
        mine=_of_this_person,
    )
)

PLAN_LOOP = declare(
    Loop(
        InspectionPlan,
        title=_("inspection plan"),
        owner={
            InspectionPlan.State.DRAFTED: _("bureau section"),
            InspectionPlan.State.APPROVED: _("bureau section"),
            InspectionPlan.State.RUNNING: _("bureau section"),
        },
        limit={
            InspectionPlan.State.DRAFTED: Limit("inspection_loop/plan.approve", asks="approve_plan"),
            InspectionPlan.State.APPROVED: Limit("inspection_loop/plan.run", asks="run_plan"),
            InspectionPlan.State.RUNNING: Limit(
                "inspection_loop/plan.close", until=lambda plan: end_of(plan.ends_on), asks="end_plan"
            ),
        },
        ends=frozenset({InspectionPlan.State.CLOSED}),
    )
)

DRAW_LOOP = declare(
    Loop(
        Draw,
        title=_("draw"),
        owner={Draw.State.COMMITTED: _("bureau section"), Draw.State.REVEALED: _("bureau section")},
        limit={
            Draw.State.COMMITTED: Limit("inspection_loop/draw.reveal", asks="reveal"),
            Draw.State.REVEALED: Limit("inspection_loop/draw.publish", asks="publish_draw"),
        },
        ends=frozenset({Draw.State.PUBLISHED, Draw.State.REPLACED}),
    )
)

CONFLICT_LOOP = declare(
    Loop(
        FieldConflict,
        title=_("field conflict"),
        owner={FieldConflict.State.OPEN: _("unit of the officers")},
        limit={FieldConflict.State.OPEN: Limit("inspection_loop/field.settle", asks="settle_conflict")},
        ends=frozenset({FieldConflict.State.SETTLED}),
    )
)
