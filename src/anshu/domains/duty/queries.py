"""Questions about the watch: who has it, where nobody does, and what is open when it is handed over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet

from anshu.access.policy import under
from anshu.access.roles import ROLES, permits
from anshu.domains.duty.models import Shift
from anshu.domains.people.models import Organisation
from anshu.domains.warnings.models import Alarm, AlarmGroup, Warning
from anshu.kernel import clock
from anshu.ledger.declaration import confidential
from anshu.workflow.loop import LOOPS, Loop
from anshu.workflow.models import Clock
from anshu.workflow.transitions import arrows_of

WATCHING = (Shift.State.ON_DUTY, Shift.State.HANDING_OVER)
CARRIED = "carried"
WATCH = "duty_officer"
ROSTER_NEAR = timedelta(days=2)


def on_duty(at: datetime | None = None, territory: str = "") -> Shift | None:
    """The shift that has the watch for exactly this area: now, the one begun and not yet handed over (signatures
    decide, not the roster); at another hour, the one that had it then or is planned for it."""
    shifts = Shift.objects.filter(exercise=False)
    if territory:
        shifts = shifts.filter(territory=territory)
    if at is None or at == clock.now():
        watching: Shift | None = shifts.filter(state__in=WATCHING).order_by("starts_at").last()
        if watching is not None:
            return watching
    return shifts.filter(starts_at__lte=at or clock.now(), ends_at__gt=at or clock.now()).order_by("starts_at").last()


def watch_over(territory: str) -> Shift | None:
    """The shift that has the watch now for the area, or else for the nearest area above it that keeps one."""
    for length in (15, 12, 9, 6, 4, 2):
        if length <= len(territory) and (shift := on_duty(territory=territory[:length])) is not None:
            return shift
    return None if territory else on_duty()


def on_shift(organisation: Organisation, at: datetime) -> set[UUID] | None:
    """The people of a unit who are on shift at an instant, or None when the unit keeps no roster around it."""
    mine = Q(officer__organisation=organisation) | Q(leader__organisation=organisation)
    near = Shift.objects.filter(mine, exercise=False, ends_at__gt=at - ROSTER_NEAR, starts_at__lt=at + ROSTER_NEAR)
    rows = list(near.values_list("starts_at", "ends_at", "officer_id", "leader_id"))
    if not rows:
        return None
    return {person for starts_at, ends_at, *pair in rows if starts_at <= at < ends_at for person in pair}


def gaps(territory: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Spans between `start` and `end` for which the area has no shift."""
    found, reached = [], start
    rows = Shift.objects.filter(territory=territory, exercise=False, starts_at__lt=end, ends_at__gt=start)
    for starts_at, ends_at in rows.order_by("starts_at").values_list("starts_at", "ends_at"):
        if starts_at > reached:
            found.append((reached, starts_at))
        reached = max(reached, ends_at)
    if reached < end:
        found.append((reached, end))
    return found


@dataclass(frozen=True)
class OpenItem:
    """A record whose clock is running: somebody still has to do something about it."""

    subject: str
    subject_id: UUID
    noun: str
    label: str
    state: str
    owner: str
    clock: str
    due_at: datetime
    overdue: bool

    @property
    def key(self) -> str:
        """By which the handover sheet answers it."""
        return f"{self.subject}:{self.subject_id}"

    @property
    def data(self) -> dict[str, Any]:
        """As kept in the sheet."""
        return {
            "key": self.key,
            "noun": self.noun,
            "label": self.label,
            "state": self.state,
            "owner": self.owner,
            "clock": self.clock,
            "due_at": self.due_at.isoformat(),
            "overdue": self.overdue,
        }


def open_items(shift: Shift) -> list[OpenItem]:
    """Everything open in the shift's area, each record once with its nearest limit, the most urgent first.

    Read from the running clocks: whatever loop a record is in, as long as it is open one of them runs for it. What the
    watch has no part in (declarations, certificates, hazards) is not handed from one watch to the next.
    """
    running = Clock.objects.filter(under([shift.territory]), stopped_at=None, exercise=shift.exercise)
    running = running.filter(subject__in=[loop.key for loop in LOOPS.values() if _of_the_watch(loop)])
    running = running.exclude(subject__in=confidential())
    rows = running.exclude(subject=Shift._meta.label_lower).order_by("subject", "subject_id", "due_at")
    first = [next(group) for _key, group in groupby(rows, lambda row: (row.subject, row.subject_id))]
    items = [item for row in first if (item := _item(row)) is not None]
    return sorted(items, key=lambda item: item.due_at)


def _of_the_watch(loop: Loop) -> bool:
    """Whether some deed of the loop is the duty officer's."""
    return any(permits(ROLES[WATCH].permits, arrow.code) for arrow in arrows_of(loop.model).values())


def _item(row: Clock) -> OpenItem | None:
    model = apps.get_model(row.subject)
    record: Any = model._default_manager.filter(pk=row.subject_id).first()
    if record is None or (isinstance(record, AlarmGroup) and record.state == AlarmGroup.State.SETTLED):
        return None  # a judged group only waits for its own end
    loop = LOOPS.get(model)
    return OpenItem(
        row.subject,
        row.subject_id,
        str(model._meta.verbose_name),
        f"{record.number} {record}".strip(),
        str(record.get_state_display()),
        str(loop.owner.get(record.state, "")) if loop else "",
        row.name,
        row.due_at,
        row.due_at < clock.now(),
    )


def unread_warnings(shift: Shift) -> "QuerySet[Warning]":
    """Warnings relayed here that nobody has read; a warning without an area concerns everybody."""
    rows = Warning.objects.filter(state=Warning.State.RECEIVED, exercise=shift.exercise)
    return rows.filter(under([shift.territory]) | Q(territory=""))


def unjudged_alarms(shift: Shift) -> "QuerySet[Alarm]":
    """Alarms on the desk that nobody has given a verdict on."""
    rows = Alarm.objects.filter(under([shift.territory]), state=Alarm.State.RAISED, exercise=shift.exercise)
    return rows.filter(silenced_by=None, inhibited_by=None)
