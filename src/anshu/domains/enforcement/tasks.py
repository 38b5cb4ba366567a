"""What penalty cases tell the file of their party. Reactions: idempotent and quick."""

from anshu.domains.enforcement.models import Case
from anshu.domains.enterprises.models import GradeEvent
from anshu.domains.enterprises.transitions import drop_events, note_event
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Change


def count_penalty(change: Change) -> None:
    """A penalty was decided (`enforcement.decide`, `enforcement.punish_on_the_spot`): it counts for the grade of the
    enterprise, once. Its amount does not: what is counted is that the law was broken."""
    case = _case(change)
    if case is not None and case.enterprise is not None and case.state != Case.State.REVOKED:
        summary = f"{case.number} {case.get_matter_display()}"
        note_event(
            by=WORK,
            enterprise=case.enterprise,
            kind=GradeEvent.Kind.PENALTY,
            summary=summary,
            cause=case,
            began_at=case.decided_at,
        )


def count_no_more(change: Change) -> None:
    """A decision was revoked (`enforcement.revoke`): what it counted is taken back."""
    case = _case(change)
    if case is not None and case.enterprise is not None:
        drop_events(by=WORK, cause=case)


def _case(change: Change) -> Case | None:
    if change.subject_id is None:
        return None
    return Case.objects.select_related("enterprise").filter(pk=change.subject_id, exercise=False).first()
