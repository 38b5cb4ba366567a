"""The common picture: what each has in hand, what has changed, how things stand. Reads all below, owns nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet

from anshu.access.policy import STREET, Person, may, under
from anshu.domains.devices.models import Channel
from anshu.domains.incidents.models import Incident, Task
from anshu.domains.warnings.models import Alarm, CallOut
from anshu.kernel import clock
from anshu.ledger.declaration import confidential
from anshu.workflow import clocks
from anshu.workflow.loop import LOOPS, Loop
from anshu.workflow.models import Change, Clock
from anshu.workflow.transitions import Arrow, arrow_called, arrows_of

CHANGES_SHOWN = 120
"""What changes for nobody: alarms that leave the desk because of another."""
UNTOLD = Q(verb="warnings.keep_off")
"""A clock that begins later than this from now is in nobody's hands yet."""
AHEAD = timedelta(hours=1)
CLOCKS_AT_ONCE = 200
"""So many clocks are put in order by themselves; where there are more, the first are soon found among all."""
FEW = 500
"""How many alarms of one group may stand before others that are milder."""
ALARMS_OF_A_GROUP = 60


@dataclass(frozen=True)
class Hand:
    """Something that waits for this person: the record, its clock, and the arrow that is asked for."""

    record: Any
    clock: Clock
    arrow: Arrow


def in_hand(person: Person, limit: int = 40) -> list[Hand]:
    """What waits for a deed that the person may do, ordered by the clock that runs out first."""
    found: list[Hand] = []
    loops = [loop for loop in LOOPS.values() if may(person, f"{loop.model._meta.app_label}.view")]
    mine = {loop.key: loop.mine(person.account) for loop in loops}
    rows = _waiting(person, loops).order_by("due_at", "pk").iterator(CLOCKS_AT_ONCE)
    while len(found) < limit and (some := list(islice(rows, CLOCKS_AT_ONCE))):
        records = _records(some)
        hands = (_hand(person, row, records.get((row.subject, row.subject_id))) for row in some)
        found += [hand for hand in hands if hand is not None and mine[hand.clock.subject](hand.record)]
    return found[:limit]


def _waiting(person: Person, loops: Iterable[Loop]) -> "QuerySet[Clock]":
    """The clocks that wait for a deed of the person where they may look. Few are gathered by their deeds: to come upon
    them in the order of their limits every clock of the district would have to be read."""
    areas: dict[tuple[str, ...], list[str]] = {}
    for loop in loops:
        areas.setdefault(tuple(person.reach(f"{loop.model._meta.app_label}.view")), []).append(loop.key)
    where = Q(pk__in=())
    for reach, subjects in areas.items():
        where |= under(reach, wide=STREET) & Q(subject__in=subjects)
    asked = Q(asks=None) | Q(asks__in=_deeds(person, loops))
    running = Clock.objects.filter(asked, where, stopped_at=None, started_at__lte=clock.now() + AHEAD)
    keys = list(running.values_list("pk", flat=True)[:FEW])
    return running if len(keys) == FEW else Clock.objects.filter(pk__in=keys)


def _deeds(person: Person, loops: Iterable[Loop]) -> set[str]:
    """The verbs that some state of these loops waits for and that the person may do somewhere."""
    arrows = [arrow for loop in loops for arrow in arrows_of(loop.model).values()]
    return {arrow.verb for arrow in arrows if may(person, arrow.code)}


def _records(rows: Iterable[Clock]) -> dict[tuple[str, Any], Any]:
    """The records that clocks run for, one query a model."""
    ids: dict[str, set[Any]] = {}
    for row in rows:
        ids.setdefault(row.subject, set()).add(row.subject_id)
    return {
        (subject, record.pk): record
        for subject, keys in ids.items()
        for record in _named(apps.get_model(subject)).filter(pk__in=keys)
    }


def _named(model: Any) -> Any:
    return model._default_manager.select_related(*model.named_by)


def _hand(person: Person, row: Clock, record: Any) -> Hand | None:
    """The record with the deed it waits for, or None when that is not this person's to do."""
    if record is None:
        return None
    loop = LOOPS[type(record)]
    wanted = clocks.EXTRA.get(row.name) or loop.limit.get(record.state)
    arrow = arrow_called(f"{record._meta.app_label}.{wanted.asks}") if wanted else None
    return Hand(record, row, arrow) if arrow and may(person, arrow.code, row.territory) else None


@dataclass(frozen=True)
class Changed:
    """Rows of the log about one record, newest first."""

    label: str
    subject: str
    subject_id: Any
    rows: tuple[Change, ...]


def changes(person: Person, since: int) -> list[Changed]:
    """What has changed since the row of the log the person saw last, grouped by record, the newest group first."""
    domains = {loop.model._meta.app_label for loop in LOOPS.values()}
    hidden = {"warnings.call", *confidential()}
    groups: dict[tuple[str, Any], list[Change]] = {}
    for domain in sorted(domains):
        rows = Change.objects.filter(
            under(person.reach(f"{domain}.view")), subject__startswith=f"{domain}.", id__gt=since
        )
        for change in rows.exclude(Q(subject__in=hidden) | UNTOLD).order_by("-id")[:CHANGES_SHOWN]:
            groups.setdefault((change.subject, change.subject_id), []).append(change)
    found = [Changed(rows[0].label, subject, key, tuple(rows[:5])) for (subject, key), rows in groups.items()]
    return sorted(found, key=lambda group: -group.rows[0].id)[:20]


@dataclass(frozen=True)
class Figure:
    """A number of a role, with what it was the day before and where its rows are."""

    name: str
    value: float | None
    unit: str
    before: float | None
    address: str


def verdict_minutes(person: Person, start: datetime, end: datetime) -> float | None:
    """Median minutes from an alarm to its verdict, of alarms raised in the span."""
    rows = (
        Alarm.objects.visible_to(person).real().filter(raised_at__gte=start, raised_at__lt=end, judged_at__isnull=False)
    )
    pairs = rows.values_list("raised_at", "judged_at")
    spans = sorted((judged - raised).total_seconds() / 60 for raised, judged in pairs if judged is not None)
    return spans[len(spans) // 2] if spans else None


def answered_share(person: Person, start: datetime, end: datetime) -> float | None:
    """Share of call-outs that somebody answered, of those begun in the span and ended (per cent)."""
    rows = CallOut.objects.visible_to(person).real().filter(created_at__gte=start, created_at__lt=end)
    states = [state for state in rows.values_list("state", flat=True) if state != CallOut.State.CALLING]
    return 100 * sum(state == CallOut.State.ANSWERED for state in states) / len(states) if states else None


def day_pair(now: datetime) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
    """The last 24 hours, and the 24 before them."""
    day = timedelta(days=1)
    return (now - day, now), (now - 2 * day, now - day)


def outages(person: Person, last_ms: dict[int, int]) -> list[Channel]:
    """Channels that have been silent for longer than each may be; `last_ms` is slot → instant of its last reading."""
    now_ms = clock.now().timestamp() * 1000
    rows = Channel.objects.visible_to(person).select_related("device")
    silent = [c for c in rows if c.slot in last_ms and now_ms - last_ms[c.slot] > c.stale_after_s * 1000]
    return sorted(silent, key=lambda channel: last_ms[channel.slot])


def forces_out(person: Person) -> int:
    """Teams on the way or at work."""
    busy = (Task.State.SIGNED, Task.State.MOVING, Task.State.ON_SCENE)
    return Task.objects.visible_to(person).filter(state__in=busy, team__isnull=False).values("team").distinct().count()


def evacuated(person: Person) -> int:
    """People brought out, over incidents that are open."""
    return sum(
        Incident.objects.visible_to(person).exclude(state__in=("closed", "merged")).values_list("evacuated", flat=True)
    )


def worst_alarms(person: Person, limit: int = 5) -> list[Alarm]:
    """Alarms that stand and are not kept off the desk, the gravest and highest first, one of each group."""
    standing = Alarm.objects.visible_to(person).filter(state__in=("raised", "confirmed"), recovered_at=None)
    rows = standing.filter(silenced_by=None, inhibited_by=None)
    worst: dict[Any, Alarm] = {}
    for alarm in rows.select_related("site", "channel", "rule").order_by("level", "-peak")[: limit * ALARMS_OF_A_GROUP]:
        worst.setdefault(alarm.group_id or alarm.pk, alarm)
    return list(worst.values())[:limit]
