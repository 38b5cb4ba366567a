"""Documents made out for records of any register: numbered once, kept as they were."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from anshu.access.policy import Actor, account_of, require_on
from anshu.kernel import clock
from anshu.ledger.models import Paper, Registered, next_of_year
from anshu.workflow import log, rules


@dataclass(frozen=True)
class Draft:
    """A document before it has its number: its kind and title, the sign of its kind (`应急罚`; empty for one that goes
    under the number of its record), and what stands in it, as JSON values by field."""

    kind: str
    title: str
    sign: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def make_out(record: Registered, draft: Draft, *, by: Actor) -> Paper:
    """Give a document the next number of the bureau's sign, the kind and the year, keep it with the record and log it.
    Forbidden without `domain.make_out` there."""
    require_on(by, f"{record._meta.app_label}.make_out", record)
    with transaction.atomic():
        log.lock()
        number = getattr(record, "document_number", "")  # a letter has its number from being signed
        number = number or (next_document_number(draft.sign) if draft.sign else record.number)
        kept = Paper.objects.create(
            subject=record._meta.label_lower,
            subject_id=record.pk,
            kind=draft.kind,
            title=draft.title,
            number=number,
            values=dict(draft.values),
            issued_at=clock.now(),
            maker=account_of(by),
            exercise=record.exercise,
        )
        details = {"paper": str(kept.pk), "kind": draft.kind, "title": draft.title, "number": number}
        log.write(f"{record._meta.app_label}.make_out", record, by, details=details)
    return kept


def next_document_number(sign: str) -> str:
    """The next number of a kind of document this year, such as （深龙）应急罚〔2026〕15号 (GB/T 9704-2012, 7.2.5)."""
    full, year = f"{rules.at('bureau/sign').text()}{sign}", timezone.localdate(clock.now()).year
    return f"{full}〔{year}〕{next_of_year(full, year)}号"


def papers_of(record: Registered) -> QuerySet[Paper]:
    """The documents of a record, oldest first."""
    return Paper.objects.filter(subject=record._meta.label_lower, subject_id=record.pk).order_by("issued_at", "pk")
