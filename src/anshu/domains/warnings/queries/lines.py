"""The lines of the duty desk: groups of alarms, how many an officer can take in, and what is kept off the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from anshu.access.policy import Actor
from anshu.domains.warnings.models import Alarm, AlarmGroup, Level
from anshu.domains.warnings.queries.measured import Measured, latest
from anshu.domains.warnings.queries.muting import STANDING, kept_off
from anshu.domains.warnings.rules.linking import span
from anshu.kernel import clock
from anshu.workflow import rules

RECENT = timedelta(hours=12)
SHOWN, MEMBERS, OFFENDERS = 100, 8, 3
State = AlarmGroup.State
"""An alarm that waits for a verdict on the desk."""
WAITS = Q(state=Alarm.State.RAISED, silenced_by=None, inhibited_by=None)
HEAD = ("head__rule", "head__channel", "head__site", "site")


@dataclass(frozen=True)
class Line:
    """A group, the alarm that stands for it (the worst that waits, else its gravest), what is measured there now, how
    many of its alarms wait, and the worst few."""

    group: AlarmGroup
    face: Alarm
    now: Measured | None
    waits: int
    members: tuple[Alarm, ...]

    @property
    def more(self) -> int:
        """Alarms of the group that are not among the members shown."""
        return self.group.count - len(self.members) if self.members else 0


@dataclass(frozen=True)
class Offender:
    """A rule and its share of the alarms at hand."""

    name: str
    alarms: int


@dataclass(frozen=True)
class Fold:
    """The mildest lines that are beyond what one officer can take in, made one line; red ones never are."""

    lines: int
    alarms: int
    offenders: tuple[Offender, ...]


@dataclass(frozen=True)
class Load:
    """Lines that came to wait within the span of the budget, and how many one officer can take in."""

    came: int
    budget: int
    minutes: int

    @property
    def flooded(self) -> bool:
        """Whether there are more than one officer can take in (EEMUA 191, ISA-18.2)."""
        return self.came > self.budget


@dataclass(frozen=True)
class Desk:
    """What stands on the desk: what waits, the gravest first; what somebody has in hand; what was judged lately."""

    waiting: list[Line]
    held: list[Line]
    settled: list[Line]
    fold: Fold | None
    load: Load
    kept_off: int
    kept_off_red: list[Alarm]

    @property
    def first(self) -> AlarmGroup | None:
        """The line one stands on at first."""
        return next((line.group for line in (*self.waiting, *self.held, *self.settled)), None)


def desk(actor: Actor, *, unfolded: bool = False) -> Desk:
    """The lines that the actor may see. What is beyond the budget is folded, unless it is asked for."""
    groups = AlarmGroup.objects.visible_to(actor)
    waiting = list(groups.filter(state=State.WAITING).select_related(*HEAD).order_by("level", "first_at", "number"))
    load = _load(groups)
    shown, beyond = (waiting, []) if unfolded else within(waiting, load.budget)
    known = groups.select_related(*HEAD)
    held = known.filter(state=State.HELD).order_by("level", "first_at")[:SHOWN]
    settled = known.filter(state=State.SETTLED, last_at__gte=clock.now() - RECENT).order_by("-last_at")[:SHOWN]
    told = {line.group.pk: line for line in lines([*shown[:SHOWN], *held, *settled])}

    def of(groups: Iterable[AlarmGroup]) -> list[Line]:
        return [told[group.pk] for group in groups if group.pk in told]

    off = kept_off().filter(pk__in=Alarm.objects.visible_to(actor).values("pk"))
    return Desk(
        waiting=of(shown),
        held=of(held),
        settled=of(settled),
        fold=_fold(beyond) if beyond else None,
        load=load,
        kept_off=off.count(),
        kept_off_red=list(off.filter(level=Level.RED).select_related("site", "silenced_by", "inhibited_by")[:MEMBERS]),
    )


def within(waiting: list[AlarmGroup], budget: int) -> tuple[list[AlarmGroup], list[AlarmGroup]]:
    """What one officer can take in, and what is beyond it: in the order given, all red ones, and others while there is
    room."""
    room = max(budget, sum(group.level == Level.RED for group in waiting))
    red = [group for group in waiting if group.level == Level.RED]
    others = [group for group in waiting if group.level != Level.RED]
    return red + others[: room - len(red)], others[room - len(red) :]


def lines(groups: list[AlarmGroup]) -> list[Line]:
    """The groups with what a line tells of each, in the order given."""
    waits = _waits([group.pk for group in groups])
    members = _members([group.pk for group in groups if group.count > 1])
    faces = {
        group.pk: members[group.pk][0] if group.pk in members and waits.get(group.pk) else group.head
        for group in groups
    }
    now = latest(face for face in faces.values() if face is not None and face.state in STANDING)
    return [
        Line(group, face, now.get(face.channel.slot), waits.get(group.pk, 0), tuple(members.get(group.pk, ())))
        for group in groups
        if (face := faces[group.pk]) is not None
    ]


def line(group: AlarmGroup) -> Line:
    """One group as a line."""
    return lines([group])[0]


def _waits(keys: list[UUID]) -> dict[UUID | None, int]:
    rows = Alarm.objects.filter(WAITS, group__in=keys)
    return dict(rows.values_list("group").annotate(n=Count("pk")).values_list("group", "n"))


def _members(keys: list[UUID]) -> dict[UUID | None, list[Alarm]]:
    """The worst few alarms of each group: those that wait first, then the gravest, then the oldest."""
    waits = Case(When(WAITS, then=Value(0)), default=Value(1))
    place = Window(RowNumber(), partition_by=F("group"), order_by=[waits, F("level"), F("id")])
    rows = Alarm.objects.filter(group__in=keys).annotate(place=place).filter(place__lte=MEMBERS)
    found: dict[UUID | None, list[Alarm]] = {}
    for alarm in rows.select_related("site", "channel", "rule").order_by("place"):
        found.setdefault(alarm.group_id, []).append(alarm)
    return found


def _load(groups: "QuerySet[AlarmGroup]") -> Load:
    within = span("load", "within")
    came = groups.filter(Q(first_at__gte=clock.now() - within) & ~Q(state=State.MERGED)).count()
    budget = int(rules.at("alarm_groups/load").number("alarms"))
    return Load(came, budget, int(within.total_seconds() // 60))


def _fold(groups: list[AlarmGroup]) -> Fold:
    rows = Alarm.objects.filter(WAITS, group__in=[group.pk for group in groups])
    named: Any = rows.values_list("rule__name").annotate(n=Count("pk")).order_by("-n", "rule__name")
    worst = tuple(Offender(str(name), int(n)) for name, n in named)
    return Fold(len(groups), sum(each.alarms for each in worst), worst[:OFFENDERS])


def waiting_levels(actor: Actor) -> list[str]:
    """The level of every line that waits for the actor's verdict."""
    rows = AlarmGroup.objects.visible_to(actor).filter(state=State.WAITING)
    return list(rows.values_list("level", flat=True))
