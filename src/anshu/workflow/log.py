"""Writing and proving the log. Every row is sealed over its content and the seal before it."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Q
from django.utils.functional import Promise

from anshu.access.policy import Actor, account_of
from anshu.access.secrets import key_for
from anshu.kernel import clock
from anshu.workflow.models import Change, Delivery, Head, Webhook

SEALED_FIELDS = tuple(field.attname for field in Change._meta.concrete_fields if field.attname != "seal")

"""Verb pattern → names of the listeners that must hear of it; filled once at start-up from the reactions table."""
LISTENERS: list[tuple[str, str]] = []


def plain(value: Any) -> Any:
    """Whatever a transition was given, as JSON values; a record becomes its type, id and label."""
    if isinstance(value, models.Model):
        return {"type": value._meta.label_lower, "id": str(value.pk), "label": str(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (datetime, date, uuid.UUID, Decimal, Promise)):
        return value.isoformat() if isinstance(value, (datetime, date)) else str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, models.QuerySet)):
        return [plain(item) for item in value]
    return value


def lock() -> Head:
    """Take the end of the log for this transaction. Always the first lock taken, so that no two can wait in a ring."""
    try:
        return Head.objects.select_for_update().get(id=1)
    except Head.DoesNotExist:  # the very first row of an installation
        Head.objects.get_or_create(id=1)
        return Head.objects.select_for_update().get(id=1)


def write(
    verb: str,
    subject: models.Model | None,
    by: Actor,
    *,
    moved: tuple[str, str] = ("", ""),
    reason: str = "",
    basis: str = "",
    details: dict[str, Any] | None = None,
) -> Change:
    """Add one row, sealed, inside the caller's transaction, and note who must hear of it."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the log is written in the transaction of the change it records")
    head, account = lock(), account_of(by)
    change = Change(
        id=head.last + 1,
        at=clock.now(),
        verb=verb,
        subject=subject._meta.label_lower if subject else "",
        subject_id=subject.pk if subject and isinstance(subject.pk, uuid.UUID) else None,
        label=str(subject)[:200] if subject else "",
        actor_id=account.pk if account else None,
        actor=by.name,
        post=account.post if account else "",
        from_state=moved[0],
        to_state=moved[1],
        reason=reason,
        basis=basis[:200],
        details=plain(details or {}),
        territory=getattr(subject, "territory", "") or "",
        exercise=bool(getattr(subject, "exercise", False)),
    )
    change.seal = seal_of(change, head.seal)
    change.save(force_insert=True)
    head.last, head.seal = change.id, change.seal
    head.own_seal = _seal(f"{head.last}:{head.seal}")
    head.save()
    _announce(change, outward=not getattr(subject, "confidential", False))
    return change


def _announce(change: Change, *, outward: bool) -> None:
    """Queue a delivery for each of our reactions and, `outward`, for each webhook that asked for this verb."""
    listeners = [name for pattern, name in LISTENERS if fnmatchcase(change.verb, pattern)]
    if outward and not change.exercise:  # an exercise never leaves the house
        listeners += [
            f"webhook:{hook.pk}"
            for hook in Webhook.objects.filter(active=True)
            if any(fnmatchcase(change.verb, pattern) for pattern in hook.verbs.split())
        ]
    Delivery.objects.bulk_create(Delivery(change=change, listener=name) for name in dict.fromkeys(listeners))


def _seal(text: str) -> str:
    return hmac.new(key_for("log"), text.encode(), hashlib.sha256).hexdigest()


def seal_of(change: Change, before: str) -> str:
    """HMAC-SHA256 over the seal before and every field of the row, in a fixed form."""
    values = {name: getattr(change, name) for name in SEALED_FIELDS}
    values["at"] = change.at.timestamp().hex()
    return _seal(before + json.dumps(values, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder))


def had_hand_in(record: Any, actor: Actor, verbs: Iterable[str]) -> bool:
    """Whether the log shows this person doing one of these verbs to the record."""
    account = account_of(actor)
    who = Q(actor_id=account.pk) if account else Q(actor_id=None, actor=actor.name)
    domain = record._meta.app_label
    return Change.objects.filter(
        who, subject=record._meta.label_lower, subject_id=record.pk, verb__in=[f"{domain}.{verb}" for verb in verbs]
    ).exists()


@dataclass(frozen=True)
class Fault:
    """Something in the log that is not as it was written."""

    row: int
    what: str


def faults() -> Iterator[Fault]:
    """Walk the whole log as it stands now and tell every altered, missing, added or reordered row.

    The district goes on writing meanwhile. A row and the record of the end are written together, so whoever reads the
    newest row first and the record after it never sees a row that the record does not know.
    """
    newest = Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
    head = Head.objects.filter(id=1).first()
    until = head.last if head else newest
    before, expected = "", 1
    for change in Change.objects.filter(id__lte=until).order_by("id").iterator(2000):
        if change.id != expected:
            yield Fault(expected, f"rows {expected} to {change.id - 1} are missing")
        if change.seal != seal_of(change, before):
            yield Fault(change.id, "the row, its place in the order, or the row before it was altered")
        before, expected = change.seal, change.id + 1
    if head is None:
        if newest:
            yield Fault(expected, "the record of the end of the log is missing")
    elif head.own_seal != _seal(f"{head.last}:{head.seal}") and head.last:
        yield Fault(head.last, "the record of the end of the log was altered")
    elif (head.last, head.seal) != (expected - 1, before):
        yield Fault(expected, f"the log should end with row {head.last}, it ends with row {expected - 1}")
    elif newest > head.last:
        yield Fault(head.last + 1, f"rows {head.last + 1} to {newest} were added past the end of the log")
