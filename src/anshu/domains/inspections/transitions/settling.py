"""Conflicts out of the field, settled by a person."""

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.inspections.models import FieldConflict, FieldOperation, Visit
from anshu.domains.inspections.transitions import field
from anshu.domains.inspections.transitions.visits import conclude, store_answers
from anshu.kernel.errors import Refused
from anshu.workflow.transitions import transition

HANDED_IN = (Visit.State.SUBMITTED, Visit.State.SIGNED)


@transition(FieldConflict.State.OPEN, to=FieldConflict.State.SETTLED, title=_("settle"))
def settle_conflict(conflict: FieldConflict, *, by: Actor, kept: FieldConflict.Keep, note: str = "") -> None:
    """Keep what stands, or put what was sent in its place. Both stay readable either way."""
    if kept == FieldConflict.Keep.SENT:
        if conflict.kind == FieldConflict.Kind.WAITING:
            field.take_without_predecessor(FieldOperation.objects.get(pk=conflict.operation))
        else:
            _put_in_place(conflict, by)
    conflict.kept, conflict.note = kept, note.strip()


def _put_in_place(conflict: FieldConflict, by: Actor) -> None:
    visit = Visit.objects.filter(pk=conflict.subject_id).select_related("checklist", "site").first()
    if visit is None or conflict.kind == FieldConflict.Kind.MOVED:
        raise Refused(
            _("this cannot be put in place of what stands: do it on the record itself, then keep what stands"),
            code="by_hand",
        )
    if visit.state in (Visit.State.CLOSED, Visit.State.CANCELLED):
        raise Refused(_("the visit is ended; its answers stay as they are"), code="ended")
    store_answers(visit, {conflict.about: conflict.sent}, by=by)
    if visit.state in HANDED_IN:
        conclude(visit, by=by)
        visit.save()
