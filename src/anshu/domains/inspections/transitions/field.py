"""What a telephone did without network, taken in: each operation once, in the order in which it was done there,
whatever order it comes in. What cannot stand beside what is here already becomes a conflict with both sides in full."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Person
from anshu.domains.inspections.models import FieldConflict, FieldOperation
from anshu.domains.inspections.transitions import deeds
from anshu.domains.inspections.transitions.conflicts import join_up, open_conflict
from anshu.domains.inspections.transitions.deeds import Deed, Outcome
from anshu.kernel import clock
from anshu.kernel.errors import AnshuError, Invalid
from anshu.workflow import log
from anshu.workflow.clocks import WORK

DUPLICATE, REFUSED = "duplicate", "refused"


@dataclass(frozen=True)
class Operation:
    """One thing done on a telephone: `after` is the one before it on the same record, `made_at` by its own clock."""

    id: uuid.UUID
    kind: str
    subject_id: uuid.UUID
    made_at: datetime
    payload: dict[str, Any]
    after: uuid.UUID | None = None


@dataclass(frozen=True)
class Telephone:
    """Who sends, from which device, and by how many seconds its clock is ahead of ours."""

    by: Person
    device: str
    clock_off_s: int = 0


@dataclass(frozen=True)
class Answer:
    """What became of an operation: `kept`, `duplicate`, `conflict` or `refused`, and why; `waits` says that it is kept
    until the one before it comes; `was` what had become of it when it came first."""

    id: uuid.UUID
    outcome: str
    told: str = ""
    waits: bool = False
    was: str = ""
    conflicts: tuple[str, ...] = ()


def clock_off(device_now: datetime) -> int:
    """Seconds by which a telephone's clock is ahead of ours."""
    return round((device_now - clock.now()).total_seconds())


def take(operations: Iterable[Operation], sent_from: Telephone) -> list[Answer]:
    """Take operations in; the answers are in the order of those given. Each is a transaction of its own, so that what
    was answered stays, whatever happens to the rest."""
    given = list(operations)
    answers = {operation.id: _take_one(operation, sent_from) for operation in _in_order(given)}
    return [answers[operation.id] for operation in given]


def _in_order(given: list[Operation]) -> list[Operation]:
    """Predecessors first, as far as they are among those given."""
    known, placed, found = {operation.id: operation for operation in given}, set(), []

    def place(operation: Operation) -> None:
        if operation.id in placed:
            return
        placed.add(operation.id)
        if operation.after in known:
            place(known[operation.after])
        found.append(operation)

    for operation in given:
        place(operation)
    return found


def _take_one(operation: Operation, sent_from: Telephone) -> Answer:
    with transaction.atomic():
        log.lock()
        known = FieldOperation.objects.filter(pk=operation.id).first()
        if known is not None:
            return _again(known, sent_from)
        row = _row(operation, sent_from)
        if _lacks_predecessor(row):
            row.outcome = FieldOperation.Outcome.WAITING
            row.save(force_insert=True)
            _open_waiting(row, sent_from)
            return Answer(row.id, "kept", str(_("waits for what was done before it")), waits=True)
        answer = _apply(row, sent_from)
    _release(row.id, row.subject_id)
    return answer


def _again(known: FieldOperation, sent_from: Telephone) -> Answer:
    if known.account_id != sent_from.by.account.pk:
        return Answer(known.id, REFUSED, str(_("another person's operation has this id")))
    waits = known.outcome == FieldOperation.Outcome.WAITING
    numbers = FieldConflict.objects.filter(operation=known.id).values_list("number", flat=True)
    return Answer(known.id, DUPLICATE, known.told, waits, known.outcome, tuple(numbers))


def _row(operation: Operation, sent_from: Telephone) -> FieldOperation:
    """The operation as it is kept; its time is put right by what the telephone's clock is off, and is never to come."""
    made_at = operation.made_at - timedelta(seconds=sent_from.clock_off_s)
    return FieldOperation(
        id=operation.id,
        account=sent_from.by.account,
        device=sent_from.device[:40],
        kind=operation.kind[:20],
        subject_id=operation.subject_id,
        after=operation.after,
        made_at=min(made_at, clock.now()),
        clock_off_s=sent_from.clock_off_s,
        payload=operation.payload,
        received_at=clock.now(),
    )


def _lacks_predecessor(row: FieldOperation) -> bool:
    if row.after is None:
        return False
    there = FieldOperation.objects.filter(pk=row.after).exclude(outcome=FieldOperation.Outcome.WAITING)
    return not there.exists()


def _apply(row: FieldOperation, sent_from: Telephone) -> Answer:
    """Do what the operation says, or keep it with the reason why it cannot be done."""
    try:
        with transaction.atomic():
            outcome = _deed(row)(row, sent_from.by)
    except AnshuError as error:
        outcome = Outcome(FieldOperation.Outcome.REFUSED, str(error))
    row.outcome, row.told = outcome.outcome, outcome.told
    row.save()
    conflicts = tuple(
        open_conflict(
            by=WORK,
            operation=row.id,
            kind=side.kind,
            record=side.record,
            about=side.about,
            standing=side.standing,
            sent=side.sent,
            sender=row.account,
            made_at=row.made_at,
        ).number
        for side in outcome.conflicts
    )
    return Answer(row.id, row.outcome, row.told, conflicts=conflicts)


def _deed(row: FieldOperation) -> Deed:
    deed = deeds.DEEDS.get(row.kind)
    if deed is None:
        raise Invalid(_("“%(kind)s” is nothing a telephone can do"), field="kind", kind=row.kind)
    return deed


def _open_waiting(row: FieldOperation, sent_from: Telephone) -> None:
    area = next(iter(sent_from.by.reach("inspections.answer")), "")
    open_conflict(
        by=WORK,
        operation=row.id,
        kind=FieldConflict.Kind.WAITING,
        record=deeds.record_of(row),
        about=row.kind,
        standing={},
        sent=row.payload,
        sender=row.account,
        made_at=row.made_at,
        subject=("inspections.visit", row.subject_id, area),
    )


def _release(came: uuid.UUID, subject_id: uuid.UUID) -> None:
    """Take what had waited for this one, and pictures whose record is here now."""
    waiting = FieldOperation.objects.filter(outcome=FieldOperation.Outcome.WAITING)
    ready = [*waiting.filter(after=came), *waiting.filter(kind=deeds.PICTURE, subject_id=subject_id)]
    for row in ready:
        with transaction.atomic():
            log.lock()
            if row.kind == deeds.PICTURE and deeds.record_of(row) is None:
                continue
            take_without_predecessor(row)
            for conflict in FieldConflict.objects.filter(operation=row.id, kind=FieldConflict.Kind.WAITING):
                if conflict.state == FieldConflict.State.OPEN:
                    join_up(conflict, by=WORK)
        _release(row.id, row.subject_id)


def take_without_predecessor(row: FieldOperation) -> Answer:
    """Do what a waiting operation says now, in the name of whoever did it."""
    return _apply(row, Telephone(Person(row.account), row.device, row.clock_off_s))


def take_picture(operation: Operation, content: bytes, sent_from: Telephone) -> Answer:
    """Keep a picture with its record, or until the record comes: the file is on disk either way."""
    payload = deeds.lay_down(operation.payload, content)
    with transaction.atomic():
        log.lock()
        known = FieldOperation.objects.filter(pk=operation.id).first()
        if known is not None:
            return _again(known, sent_from)
        row = _row(operation, sent_from)
        row.kind, row.payload = deeds.PICTURE, payload
        if deeds.record_of(row) is None:
            row.outcome = FieldOperation.Outcome.WAITING
            row.save(force_insert=True)
            return Answer(row.id, "kept", str(_("waits for what was done before it")), waits=True)
        return _apply(row, sent_from)
