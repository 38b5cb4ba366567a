"""What visits tell the file of the enterprise that was visited. Reactions: idempotent and quick."""

from anshu.domains.enterprises.models import GradeEvent
from anshu.domains.enterprises.transitions import note_event
from anshu.domains.inspections.models import Visit
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Change


def count_visit(change: Change) -> None:
    """A visit was signed (`inspections.sign`): whether hazards were found counts for the grade, once."""
    if change.subject_id is None:
        return
    visit = Visit.objects.select_related("enterprise").filter(pk=change.subject_id, exercise=False).first()
    if visit is None or visit.enterprise is None:
        return
    kind = GradeEvent.Kind.CHECK_FAILED if visit.found_count else GradeEvent.Kind.CHECK_PASSED
    note_event(
        by=WORK,
        enterprise=visit.enterprise,
        kind=kind,
        summary=f"{visit.number} {visit.get_kind_display()}",
        cause=visit,
        began_at=visit.submitted_at,
    )
