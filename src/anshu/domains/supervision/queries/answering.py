"""Which unit answers: for a matter by the duty matrix, for a record by what it names, and what it was sent before."""

from typing import Any

from django.db.models import Q

from anshu.domains.people.models import Organisation
from anshu.domains.supervision.models import DutyRule, Letter

"""Relations by which records name the unit that has them in hand, in the order in which they are looked for."""
NAMED = ("lead", "unit", "organisation", "supervisor")
STREET = 9


def unit_for(kind: str, industry: str, territory: str) -> Organisation | None:
    """The unit that the duty matrix names for a kind of matter in an industry at a place: the row that says most (the
    longest beginning of the industry, then the kind) within the area; else the street's office; None without either."""
    beginnings = [industry[:length] for length in range(1, len(industry) + 1)]
    rows = DutyRule.objects.select_related("unit").filter(
        Q(kind=kind) | Q(kind=""), Q(industry="") | Q(industry__in=beginnings)
    )
    fitting = [row for row in rows.exclude(kind="", industry="") if territory.startswith(row.territory)]
    best = max(
        fitting, key=lambda row: (len(row.industry), bool(row.kind), len(row.territory), row.number), default=None
    )
    return best.unit if best else office_of(territory)


def office_of(territory: str) -> Organisation | None:
    """The street's office; where there is none, the bureau."""
    units = Organisation.objects.order_by("number")
    street = units.filter(kind=Organisation.Kind.STREET, territory=territory[:STREET]).first()
    return street or units.filter(kind=Organisation.Kind.BUREAU).first()


def unit_answering_for(record: Any) -> Organisation | None:
    """The unit that has a record in hand: the one it names, else the office of its street."""
    for name in NAMED:
        unit = getattr(record, name, None)
        if isinstance(unit, Organisation):
            return unit
    return office_of(getattr(record, "territory", ""))


def last_letter(subject_id: Any) -> Letter | None:
    """The last letter on a matter that was not withdrawn."""
    rows = Letter.objects.filter(subject_id=subject_id).exclude(state=Letter.State.WITHDRAWN)
    return rows.order_by("-created_at", "-number").first() if subject_id else None
