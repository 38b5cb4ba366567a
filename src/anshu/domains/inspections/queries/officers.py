"""Who may inspect whom: licences good on the day, and recusals."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from anshu.access.models import Account
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.inspections.models import OfficerLicence, Recusal
from anshu.domains.people.models import Person


def person_of(account: Account | None) -> Person | None:
    """The person of the register whose account it is."""
    return None if account is None else Person.objects.filter(account=account).first()


def licensed(person: Person, on: date, field: str = "") -> bool:
    """Whether an officer holds a licence that is good on the day for the field (any, when none is named)."""
    good = OfficerLicence.objects.filter(person=person, valid_from__lte=on, valid_until__gte=on)
    return any(licence.covers(on, field) for licence in good)


def licensed_people(on: date, field: str = "") -> list[Person]:
    """Every officer licensed on the day for the field, by number."""
    good = OfficerLicence.objects.filter(valid_from__lte=on, valid_until__gte=on).select_related("person")
    people = {licence.person.pk: licence.person for licence in good if licence.covers(on, field)}
    return sorted(people.values(), key=lambda person: person.number)


def recused(person: Person, enterprise: Enterprise | None, on: date) -> Recusal | None:
    """The recusal that keeps an officer from an enterprise on the day."""
    if enterprise is None:
        return None
    rows = Recusal.objects.filter(person=person, enterprise=enterprise, since__lte=on)
    return rows.filter(Q(until=None) | Q(until__gte=on)).first()


def recusals_of(people: Iterable[Person], on: date) -> set[tuple[Any, Any]]:
    """(person, enterprise) ids of every recusal in force on the day among these people."""
    rows = Recusal.objects.filter(person__in=list(people), since__lte=on).filter(Q(until=None) | Q(until__gte=on))
    return set(rows.values_list("person_id", "enterprise_id"))
