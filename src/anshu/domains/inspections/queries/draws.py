"""What is drawn from, and how a draw is sealed until it is opened."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from anshu.access.secrets import seal, unseal
from anshu.domains.inspections.models import Draw, InspectionPlan, PlanTarget, Visit
from anshu.domains.inspections.queries import officers
from anshu.engines.sampling import Frame, Officer, Site
from anshu.kernel import clock

"""A draw that has been opened keeps those drawn out of the next one of its plan."""
OPENED = (Draw.State.REVEALED, Draw.State.PUBLISHED)


def frame_for(plan: InspectionPlan, instead_of: Draw | None = None) -> Frame:
    """What a plan is drawn from today: enterprises that are not owed a visit anyway and were not drawn before, officers
    licensed today in the plan's area, recusals, and pairs that have gone together under this plan."""
    today = timezone.localdate(clock.now())
    drawn = {
        row["site"]
        for draw in Draw.objects.filter(plan=plan, state__in=OPENED)
        if draw != instead_of
        for row in draw.drawn
    }
    targets = (
        PlanTarget.objects.filter(plan=plan, key=False).select_related("enterprise").order_by("enterprise__number")
    )
    rows = [target for target in targets if target.enterprise.number not in drawn]
    people = [
        person
        for person in officers.licensed_people(today, plan.checklist.licence_field)
        if person.territory.startswith(plan.territory)
    ]
    numbers = {row.enterprise_id: row.enterprise.number for row in rows}
    names = {person.pk: person.number for person in people}
    return Frame(
        sites=tuple(Site(row.enterprise.number, row.stratum, max(1, round(row.weight))) for row in rows),
        officers=tuple(Officer(person.number) for person in people),
        recused=frozenset(
            (names[person], numbers[firm]) for person, firm in officers.recusals_of(people, today) if firm in numbers
        ),
        past_pairs=past_pairs(plan, frozenset(names.values())),
    )


def past_pairs(plan: InspectionPlan, known: frozenset[str]) -> frozenset[frozenset[str]]:
    """Officers, by number, who have been sent together under a plan."""
    sent = Visit.objects.filter(plan=plan, lead__isnull=False, second__isnull=False).exclude(
        state=Visit.State.CANCELLED
    )
    pairs = set(sent.values_list("lead__number", "second__number"))
    return frozenset(frozenset(pair) for pair in pairs if pair[0] != pair[1] and set(pair) <= known)


def sizes(frame: Frame, wanted: int) -> dict[str, int]:
    """How many of each stratum: in proportion to its size, by largest remainder; `wanted` in all."""
    strata = Counter(site.stratum for site in frame.sites)
    whole = len(frame.sites)
    shares = {name: divmod(wanted * count, whole) for name, count in strata.items()} if whole else {}
    found = {name: share for name, (share, _rest) in shares.items()}
    left = wanted - sum(found.values())
    for name in sorted(shares, key=lambda each: (-shares[each][1], each))[:left]:
        found[name] += 1
    return found


def sealed(kept: Mapping[str, Any]) -> str:
    """A draw with its seed, encrypted under the installation's secret until it is opened."""
    return seal(json.dumps(kept, ensure_ascii=False, sort_keys=True))


def unsealed(text: str) -> dict[str, Any]:
    """The draw that was sealed; ValueError when it is not as it was sealed, or under another secret."""
    found: dict[str, Any] = json.loads(unseal(text))
    return found
