"""The week's dispatch (周调度): what is red with each department, in a handful of queries whatever their number."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from anshu.access.policy import Actor
from anshu.domains.hazards.models import Grade, Hazard, Listing
from anshu.domains.people.models import Organisation
from anshu.domains.supervision.models import DateChange, Letter, SupervisedTask
from anshu.domains.supervision.queries.answering import STREET
from anshu.workflow import rules

"""A task that stands here is still the unit's to do."""
IN_HAND = (
    SupervisedTask.State.ASSIGNED,
    SupervisedTask.State.SIGNED,
    SupervisedTask.State.EXECUTING,
)
LISTED = (
    Listing.State.PUBLISHED,
    Listing.State.PLAN_FILED,
    Listing.State.RECTIFYING,
)
UNDER_ORDER = (Hazard.State.ORDERED, Hazard.State.RECTIFYING)


@dataclass
class Department:
    """What a unit has to answer for this week. Hazards are those of its street, as numbers: overdue, and major ones
    among them."""

    unit: Organisation
    overdue: list[SupervisedTask] = field(default_factory=list)
    soon: list[SupervisedTask] = field(default_factory=list)
    returned: list[SupervisedTask] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    hazards: int = 0
    major_hazards: int = 0
    asked: int = 0

    @property
    def red(self) -> int:
        """How many red items it has."""
        return len(self.overdue) + len(self.letters) + len(self.listings) + self.major_hazards


def red_items(actor: Actor, today: date) -> list[Department]:
    """Every unit with something to answer for, the reddest first."""
    found: dict[Any, Department] = {}

    def at(unit: Organisation) -> Department:
        return found.setdefault(unit.pk, Department(unit))

    until = today + timedelta(days=rules.at("supervision/soon_d").number())
    tasks = SupervisedTask.objects.visible_to(actor).filter(lead__isnull=False, state__in=IN_HAND)
    for task in tasks.select_related("lead", "campaign").order_by("due_on", "number"):
        department = at(task.lead)  # type: ignore[arg-type]  # asked for above
        if task.returned:
            department.returned.append(task)
        if task.due_on is not None and task.due_on <= until:
            (department.overdue if task.due_on < today else department.soon).append(task)
    for letter in _unanswered(actor, today):
        at(letter.unit).letters.append(letter)
    listings = Listing.objects.visible_to(actor).filter(state__in=LISTED, due_on__lt=today)
    for listing in listings.select_related("supervisor", "hazard").order_by("due_on"):
        at(listing.supervisor).listings.append(listing)
    for unit, count, major in _overdue_hazards(actor, today):
        at(unit).hazards, at(unit).major_hazards = count, major
    for change in DateChange.objects.visible_to(actor).filter(state="requested").select_related("task__lead"):
        if change.task.lead is not None:
            at(change.task.lead).asked += 1
    with_something = [each for each in found.values() if each.red or each.soon or each.returned or each.hazards]
    return sorted(with_something, key=lambda each: (-each.red, -len(each.soon), each.unit.number))


def _unanswered(actor: Actor, today: date) -> Any:
    rows = Letter.objects.visible_to(actor).filter(state=Letter.State.SERVED, answer_due_on__lt=today)
    return rows.select_related("unit").order_by("answer_due_on")


def _overdue_hazards(actor: Actor, today: date) -> list[tuple[Organisation, int, int]]:
    """(street office, hazards overdue, major ones among them) for every street that has some."""
    rows = Hazard.objects.visible_to(actor).filter(state__in=UNDER_ORDER, due_on__lt=today)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for territory, grade, count in rows.values_list("territory", "grade").annotate(n=Count("*")).order_by():
        counts[territory[:STREET]][0] += count
        counts[territory[:STREET]][1] += count if grade == Grade.MAJOR else 0
    offices = Organisation.objects.filter(kind=Organisation.Kind.STREET, territory__in=counts).order_by("number")
    first: dict[str, Organisation] = {}
    for office in offices:
        first.setdefault(office.territory, office)
    return [(office, *counts[street]) for street, office in first.items()]  # type: ignore[misc]
