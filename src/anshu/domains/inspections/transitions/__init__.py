"""How checklists, visits, plans, draws and field conflicts change. Only these modules write their state."""

from anshu.domains.inspections.transitions.checklists import draft_checklist, join_checklists, publish, retire
from anshu.domains.inspections.transitions.conflicts import join_up, open_conflict
from anshu.domains.inspections.transitions.draws import (
    draw_again,
    draw_lots,
    plan_drawn,
    publish_draw,
    replace,
    reveal,
)
from anshu.domains.inspections.transitions.loops import (
    CHECKLIST_LOOP,
    CONFLICT_LOOP,
    DRAW_LOOP,
    PLAN_LOOP,
    VISIT_LOOP,
)
from anshu.domains.inspections.transitions.plans import approve_plan, draft_plan, end_plan, run_plan
from anshu.domains.inspections.transitions.settling import settle_conflict
from anshu.domains.inspections.transitions.visits import (
    announce,
    answer,
    assign,
    cancel,
    file,
    plan_visit,
    sign,
    start,
    start_here,
    submit,
)

__all__ = [
    "CHECKLIST_LOOP",
    "CONFLICT_LOOP",
    "DRAW_LOOP",
    "PLAN_LOOP",
    "VISIT_LOOP",
    "announce",
    "answer",
    "approve_plan",
    "assign",
    "cancel",
    "draft_checklist",
    "draft_plan",
    "draw_again",
    "draw_lots",
    "end_plan",
    "file",
    "join_checklists",
    "join_up",
    "open_conflict",
    "plan_drawn",
    "plan_visit",
    "publish",
    "publish_draw",
    "replace",
    "retire",
    "reveal",
    "run_plan",
    "settle_conflict",
    "sign",
    "start",
    "start_here",
    "submit",
]
