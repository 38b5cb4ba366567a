"""The loops of works and permits: who owns each state, and how long it may last."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.domains.construction.models import MinorWork, WorkPermit
from anshu.workflow.loop import Limit, Loop, declare


def end_of_work(work: MinorWork) -> datetime:
    """The last instant of the last day that was filed."""
    return timezone.make_aware(datetime.combine(work.ends_on, time.max))


def _end(permit: WorkPermit) -> Any:
    return permit.valid_until or permit.ends_at


WORK_LOOP = declare(
    Loop(
        MinorWork,
        title=_("minor work"),
        owner={
            MinorWork.State.FILED: _("street"),
            MinorWork.State.INSPECTED: _("enterprise"),
            MinorWork.State.IN_PROGRESS: _("enterprise"),
            MinorWork.State.STOPPED: _("street"),
        },
        limit={
            MinorWork.State.FILED: Limit("work_permits/work.inspect", asks="inspect_work"),
            MinorWork.State.INSPECTED: Limit("work_permits/work.begin", asks="begin_work"),
            MinorWork.State.IN_PROGRESS: Limit("work_permits/work.last", until=end_of_work, asks="finish_work"),
            MinorWork.State.STOPPED: Limit("work_permits/work.stopped", asks="resume_work"),
        },
        ends=frozenset({MinorWork.State.FINISHED, MinorWork.State.WITHDRAWN}),
    )
)


def _hold(asks: str) -> Limit:
    """A permit runs out by itself, whatever it is waiting for."""
    return Limit("work_permits/permit.hold", until=_end, expired="construction.expire_permit", asks=asks)


PERMIT_LOOP = declare(
    Loop(
        WorkPermit,
        title=_("work permit"),
        owner={
            WorkPermit.State.APPLIED: _("enterprise"),
            WorkPermit.State.TESTED: _("enterprise"),
            WorkPermit.State.APPROVED: _("enterprise"),
            WorkPermit.State.WORKING: _("person on watch"),
            WorkPermit.State.INTERRUPTED: _("person on watch"),
        },
        limit={
            WorkPermit.State.APPLIED: _hold("approve_permit"),
            WorkPermit.State.TESTED: _hold("approve_permit"),
            WorkPermit.State.APPROVED: _hold("start_permit"),
            WorkPermit.State.WORKING: _hold("finish_permit"),
            WorkPermit.State.INTERRUPTED: _hold("resume_permit"),
        },
        ends=frozenset(
            {
                WorkPermit.State.FINISHED,
                WorkPermit.State.EXPIRED,
                WorkPermit.State.REVOKED,
                WorkPermit.State.WITHDRAWN,
            }
        ),
    )
)
