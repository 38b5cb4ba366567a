"""Clocks that survive: wound when a record enters a state, stopped when it leaves, and run out by themselves."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from anshu.access.policy import Robot
from anshu.kernel import clock
from anshu.kernel.errors import AnshuError
from anshu.kernel.working_days import Limit as Span
from anshu.kernel.working_days import shipped_calendar
from anshu.workflow import log, rules
from anshu.workflow.loop import LOOPS, Limit, Loop
from anshu.workflow.models import Clock

WORK = Robot("work")
"""Rungs of the ladder: share of the limit, verb of the row that is written. The shares come from the rule pack."""
RUNGS = ("remind_owner", "remind_leader", "escalate", "letter")


def wind(record: Any) -> None:
    """Stop the clock of the state that was left and start the one of the state entered, as the loop declares it."""
    stop(record, "state")
    limit = _limit_of(record)
    if limit is not None:
        start(record, "state", limit)


def wind_many(records: Iterable[Any]) -> None:
    """Start the clocks of many records of which none is running, in one go: such as those that a file brought in."""
    made = [_set(record, "state", limit) for record in records if (limit := _limit_of(record)) is not None]
    Clock.objects.bulk_create(made)


def _limit_of(record: Any) -> Limit | None:
    """The limit of the record's state; None when the state has none, or another record's clock runs for it."""
    loop = LOOPS.get(type(record))
    limit = loop.limit.get(record.state) if loop else None
    return None if limit is None or limit.elsewhere(record) else limit


def start(record: Any, name: str, limit: Limit) -> Clock:
    """Start a clock of that name for the record; a clock already running under the name is kept."""
    known = running(record, name)
    if known is not None:
        return known
    made = _set(record, name, limit)
    made.save()
    return made


def _set(record: Any, name: str, limit: Limit) -> Clock:
    """A clock of that name as it would begin now for the record, not saved."""
    began = limit.start(record) if limit.start else clock.now()
    rule = rules.at(limit.rule, began)
    variant = limit.variant(record)
    name_of_part = None if isinstance(rule.value, str) else variant if variant in rule.value else "default"  # type: ignore[operator]
    due = (limit.until(record) if limit.until else None) or shipped_calendar().deadline(
        began, rule.limit(name_of_part), timezone.get_default_timezone()
    )
    first = due if limit.expired else Span.fraction(began, due, rules.ladder()[0])
    return Clock(
        subject=record._meta.label_lower,
        subject_id=record.pk,
        name=name,
        asks=limit.asks,
        territory=record.territory,
        started_at=began,
        due_at=due,
        next_at=first,
        basis=rules.told(rule.basis)[:200],
        exercise=record.exercise,
    )


def stop(record: models.Model, name: str) -> None:
    """Stop the record's open clock of that name, if there is one."""
    Clock.objects.filter(subject=record._meta.label_lower, subject_id=record.pk, name=name, stopped_at=None).update(
        stopped_at=clock.now(), next_at=None
    )


def running(record: models.Model, name: str = "state") -> Clock | None:
    """The record's open clock of that name."""
    return Clock.objects.filter(
        subject=record._meta.label_lower, subject_id=record.pk, name=name, stopped_at=None
    ).first()


def step() -> bool:
    """Let the first clock that is due act, and say whether another may be waiting.

    The act and the clock's next instant are one transaction: after a crash it either happened or it is still due.
    """
    if not Clock.objects.filter(stopped_at=None, next_at__lte=clock.now()).exists():
        return False  # looked at many times a second: without need it must not hold up those who write
    with transaction.atomic():
        log.lock()
        due = Clock.objects.filter(stopped_at=None, next_at__lte=clock.now()).order_by("next_at").first()
        if due is None:
            return False
        record = apps.get_model(due.subject)._default_manager.filter(pk=due.subject_id).first()
        loop = LOOPS.get(apps.get_model(due.subject))
        if record is None or loop is None:
            due.stopped_at, due.next_at = clock.now(), None
            due.save()
            return True
        limit = EXTRA.get(due.name) or loop.limit[record.state]
        if limit.expired:
            _expire(due, record, limit)
        else:
            _climb(due, record, loop)
    return True


"""Clocks that do not belong to a state: name → limit. Domains enter theirs when they are loaded."""
EXTRA: dict[str, Limit] = {}


def _expire(due: Clock, record: Any, limit: Limit) -> None:
    """Run the transition that the loop names for the end of this limit."""
    due.stopped_at, due.next_at = clock.now(), None
    due.save()
    try:
        with transaction.atomic():
            EXPIRY[limit.expired](record, by=WORK)
    except AnshuError as error:
        log.write("workflow.expiry_refused", record, WORK, reason=str(error), details={"clock": due.name})


"""`domain.verb` → the transition that runs when a limit naming it ends. Domains enter theirs when they are loaded."""
EXPIRY: dict[str, Any] = {}


def _climb(due: Clock, record: Any, loop: Loop) -> None:
    """One rung of the ladder: owner, unit leader, district leader, supervision letter."""
    ladder = rules.ladder()
    rung = RUNGS[due.stage]
    log.write(
        f"workflow.{rung}",
        record,
        WORK,
        moved=(record.state, record.state),
        basis=due.basis,
        details={
            "percent": round(ladder[due.stage] * 100),
            "owner": str(loop.owner.get(record.state, "")),
            "due_at": due.due_at,
            "clock": due.name,
        },
    )
    due.stage += 1
    span = due.due_at - due.started_at
    due.next_at = due.started_at + span * ladder[due.stage] if due.stage < len(ladder) else None
    due.save()


def overdue_by(running_clock: Clock, at: datetime) -> timedelta:
    """How far past its limit a clock is; zero when it is not."""
    return max(at - running_clock.due_at, timedelta(0))
