"""Finding: checklists and who may use them, plans and draws, visits, what was taken away, and what telephones brought
out of the field."""

from anshu.domains.inspections.models.checklists import Checklist
from anshu.domains.inspections.models.confiscations import Confiscation
from anshu.domains.inspections.models.field import FieldConflict, FieldOperation
from anshu.domains.inspections.models.officers import OfficerLicence, Recusal
from anshu.domains.inspections.models.plans import Draw, InspectionPlan, PlanTarget
from anshu.domains.inspections.models.visits import AnswerSheet, Visit, VisitKind

__all__ = [
    "AnswerSheet",
    "Checklist",
    "Confiscation",
    "Draw",
    "FieldConflict",
    "FieldOperation",
    "InspectionPlan",
    "OfficerLicence",
    "PlanTarget",
    "Recusal",
    "Visit",
    "VisitKind",
]
