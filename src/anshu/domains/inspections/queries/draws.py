"""What is drawn from, how a draw is kept as JSON, and how it is read again to be repeated."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from anshu.access.secrets import seal, unseal
from anshu.domains.inspections.models import Draw, InspectionPlan, PlanTarget, Visit
from anshu.domains.inspections.queries import officers
from anshu.engines.sampling import Assignment, Difference, Frame, Officer, Record, Site, Terms, verify
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


def as_json(frame: Frame, record: Record) -> dict[str, Any]:
    """A draw with all that is needed to repeat it."""
    return {
        "seed": record.seed,
        "frame_hash": record.frame_hash,
        "commitment": record.commitment,
        "result_hash": record.result_hash,
        "terms": {
            "sizes": dict(record.terms.sizes),
            "purpose": record.terms.purpose,
            "replaces": record.terms.replaces,
            "reason": record.terms.reason,
        },
        "frame": {
            "sites": [[one.key, one.stratum, one.weight, sorted(one.needs)] for one in frame.sites],
            "officers": [[one.key, sorted(one.holds)] for one in frame.officers],
            "recused": sorted(list(pair) for pair in frame.recused),
            "past_pairs": sorted(sorted(pair) for pair in frame.past_pairs),
        },
        "drawn": [
            {
                "site": one.site,
                "stratum": one.stratum,
                "chance": one.chance,
                "officers": list(one.officers),
                "repeats": one.repeats,
            }
            for one in record.result
        ],
    }


def sealed(kept: Mapping[str, Any]) -> str:
    """A draw with its seed, encrypted under the installation's secret until it is opened."""
    return seal(json.dumps(kept, ensure_ascii=False, sort_keys=True))


def unsealed(text: str) -> dict[str, Any]:
    """The draw that was sealed; ValueError when it is not as it was sealed, or under another secret."""
    found: dict[str, Any] = json.loads(unseal(text))
    return found


def from_json(kept: Mapping[str, Any]) -> tuple[Record, Frame]:
    """The draw and the frame that were kept; KeyError, TypeError or ValueError when it is no draw, Invalid when it is
    none that could have been made."""
    frame = kept["frame"]
    return (
        Record(
            seed=kept["seed"],
            frame_hash=kept["frame_hash"],
            terms=Terms(**kept["terms"]),
            commitment=kept["commitment"],
            result=tuple(
                Assignment(row["site"], row["stratum"], row["chance"], tuple(row["officers"]), row["repeats"])
                for row in kept["drawn"]
            ),
            result_hash=kept["result_hash"],
        ),
        Frame(
            sites=tuple(Site(key, stratum, weight, frozenset(needs)) for key, stratum, weight, needs in frame["sites"]),
            officers=tuple(Officer(key, frozenset(holds)) for key, holds in frame["officers"]),
            recused=frozenset((officer, site) for officer, site in frame["recused"]),
            past_pairs=frozenset(frozenset(pair) for pair in frame["past_pairs"]),
        ),
    )


def differences(kept: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What differs when a kept draw is repeated; nothing when all is well."""
    return verify(*from_json(kept))
