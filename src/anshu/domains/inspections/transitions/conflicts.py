"""Conflicts out of the field, opened with both sides in full."""

import uuid
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from anshu.access.models import Account
from anshu.access.policy import Actor
from anshu.domains.inspections.models import FieldConflict
from anshu.kernel.errors import Refused
from anshu.ledger.models import Registered
from anshu.workflow.transitions import opening, transition


@opening(to=FieldConflict.State.OPEN, title=_("open a field conflict"))
def open_conflict(
    *,
    by: Actor,
    operation: uuid.UUID,
    kind: FieldConflict.Kind,
    record: Registered | None,
    about: str,
    standing: dict[str, Any],
    sent: dict[str, Any],
    sender: Account | None,
    made_at: datetime,
    subject: tuple[str, uuid.UUID, str] | None = None,
) -> FieldConflict:
    """What stands and what was sent, side by side. `subject` (register, id, area) names a record that is not here
    yet."""
    register, key, area = subject or ("", operation, "")
    return FieldConflict(
        operation=operation,
        kind=kind,
        subject=record._meta.label_lower if record is not None else register,
        subject_id=record.pk if record is not None else key,
        label=str(record)[:200] if record is not None else str(_("a record that has not come yet")),
        about=about[:200],
        standing=standing,
        sent=sent,
        sender=sender,
        made_at=made_at,
        territory=record.territory if record is not None else area,
        lon=record.lon if record is not None else None,
        lat=record.lat if record is not None else None,
        exercise=record.exercise if record is not None else False,
    )


@transition(FieldConflict.State.OPEN, to=FieldConflict.State.SETTLED, title=_("in order after all"))
def join_up(conflict: FieldConflict, *, by: Actor) -> None:
    """What was missing has come, and what waited for it has been taken."""
    if conflict.kind != FieldConflict.Kind.WAITING:
        raise Refused(_("a person settles this"), code="needs_person")
