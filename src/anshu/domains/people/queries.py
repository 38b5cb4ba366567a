"""What is asked of the register of people."""

from typing import Any

from anshu.access.models import Account
from anshu.domains.people.models import Person


def units_of(account: Account) -> frozenset[Any]:
    """Ids of the organisations that the holder of an account belongs to."""
    return frozenset(Person.objects.filter(account=account).values_list("organisation_id", flat=True))


def speaks_for(account: Account | None, unit_id: Any) -> bool:
    """Whether somebody may act for a unit: a member may; whoever is entered in no unit is bound by their role alone."""
    units = units_of(account) if account is not None else frozenset()
    return not units or unit_id in units
