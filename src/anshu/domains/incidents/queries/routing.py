"""Who must deal with an incident: five rules in order, and for each what it found and why it won or did not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anshu.domains.incidents.models import Incident, Task
from anshu.domains.people.models import Organisation, Person, Responsibility

STREET_DIGITS, COMMUNITY_DIGITS = 9, 12

Found = list[tuple[Organisation, Person | None]]


@dataclass(frozen=True)
class Candidate:
    """One unit that a rule named (or none), and the rule's outcome: won, lower, returned or none."""

    rule: str
    title: str | Promise
    outcome: str
    why: str | Promise
    organisation: Organisation | None = None
    person: Person | None = None

    @property
    def data(self) -> dict[str, str]:
        """As kept with the task and shown on screen."""
        return {
            "rule": self.rule,
            "title": str(self.title),
            "outcome": self.outcome,
            "why": str(self.why),
            "organisation": str(self.organisation or ""),
            "organisation_id": str(self.organisation.pk) if self.organisation else "",
            "person": str(self.person or ""),
        }


@dataclass(frozen=True)
class Routing:
    """The ranked candidates, best rule first."""

    candidates: tuple[Candidate, ...]

    @property
    def winner(self) -> Candidate | None:
        return next((candidate for candidate in self.candidates if candidate.outcome == "won"), None)

    @property
    def data(self) -> dict[str, Any]:
        """The whole explanation as JSON values: which rule won, what else was considered and why not."""
        winner = self.winner
        return {"rule": winner.rule if winner else "", "considered": [candidate.data for candidate in self.candidates]}


def _by_object(incident: Incident) -> Found:
    if incident.site_id is None:
        return []
    rows = Responsibility.objects.filter(site_id=incident.site_id).order_by("order", "created_at")
    return [(row.person.organisation, row.person) for row in rows.select_related("person__organisation")]


def _units(**conditions: Any) -> Found:
    return [(unit, None) for unit in Organisation.objects.filter(exercise=False, **conditions).order_by("number")]


def _by_sector(incident: Incident) -> Found:
    sector = incident.site.sector if incident.site else ""
    return _units(kind=Organisation.Kind.SECTOR_DEPT, sector=sector) if sector else []


def _by_street(incident: Incident) -> Found:
    code = incident.territory[:STREET_DIGITS]
    return _units(kind=Organisation.Kind.STREET, territory=code) if len(code) == STREET_DIGITS else []


def _by_community(incident: Incident) -> Found:
    code = incident.territory[:COMMUNITY_DIGITS]
    return _units(kind=Organisation.Kind.COMMUNITY, territory=code) if len(code) == COMMUNITY_DIGITS else []


def _bureau(_incident: Incident) -> Found:
    return _units(kind=Organisation.Kind.BUREAU)


"""Rule → its title, the units it names, and what is said when it names none. The order is the order of precedence."""
RULES: tuple[tuple[str, str | Promise, Callable[[Incident], Found], str | Promise], ...] = (
    ("object", _("the object's own owner"), _by_object, _("nobody is registered as answerable for the object")),
    ("sector", _("sector department"), _by_sector, _("the object has no sector, or no department has it")),
    ("street", _("street"), _by_street, _("the place lies in no street with an office")),
    ("community", _("community"), _by_community, _("the place lies in no community with a committee")),
    ("bureau", _("the bureau itself"), _bureau, _("no bureau is registered")),
)


def owners(incident: Incident) -> Routing:
    """Every unit that could be sent, ranked by rule, each once; a unit that returned the task cannot win again."""
    returned = {
        task.organisation_id: task.explanation.get("return_reason", "")
        for task in Task.objects.filter(incident=incident, state=Task.State.RETURNED, team=None)
    }
    candidates: list[Candidate] = []
    named: set[Any] = set()
    won = ""
    for rule, title, find, nothing in RULES:
        before = len(candidates)
        for unit, person in find(incident):
            if unit.pk in named:
                continue
            named.add(unit.pk)
            outcome, why = _judge(unit, returned, won)
            won = won or (str(title) if outcome == "won" else "")
            candidates.append(Candidate(rule, title, outcome, why, unit, person))
        if len(candidates) == before:
            candidates.append(Candidate(rule, title, "none", nothing))
    return Routing(tuple(candidates))


def _judge(unit: Organisation, returned: dict[Any, str], won: str) -> tuple[str, str | Promise]:
    if unit.pk in returned:
        return "returned", returned[unit.pk] or _("returned the task before")
    if won:
        return "lower", _("a rule of higher rank found a unit: %(title)s") % {"title": won}
    return "won", _("the first rule that names a unit")
