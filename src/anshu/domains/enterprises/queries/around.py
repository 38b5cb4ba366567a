"""Whose a site is, what an enterprise has, who answers for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from anshu.domains.enterprises.models import (
    Asset,
    Certificate,
    Chemical,
    Enterprise,
    GradeEvent,
    ListEntry,
    Policy,
    Premises,
    StorageUnit,
)
from anshu.domains.enterprises.queries import packs
from anshu.domains.people.models import Person, Responsibility
from anshu.domains.places.models import Site
from anshu.engines.grading import Substance, major_hazard, premium
from anshu.kernel import clock
from anshu.workflow import rules

GRID_TEAM = "grid_team"
ACCIDENT_DAYS = 365
"""Weight of an accident event → the factor of the premium it stands for."""
ACCIDENT_FACTORS = ((3.0, "major"), (2.0, "serious"), (0.0, "general"))


def enterprise_at(site: Site) -> Enterprise | None:
    """The enterprise whose main premises the site is, or that holds it; None when there is none, or more than one."""
    held = Premises.objects.filter(site=site).values("enterprise")
    found = list(Enterprise.objects.filter(site=site)[:2]) or list(Enterprise.objects.filter(pk__in=held)[:2])
    return found[0] if len(found) == 1 else None


def grid_team(enterprise: Enterprise) -> list[Person]:
    """The team of the grid the enterprise lies in (one team per grid): who answers for that area as its grid team."""
    areas = [enterprise.territory[:digits] for digits in range(9, len(enterprise.territory) + 1)]
    rows = Responsibility.objects.filter(duty=GRID_TEAM, site=None, territory__in=areas).select_related("person")
    return [row.person for row in rows.order_by("-territory", "order")]


def traits(enterprise: Enterprise) -> set[str]:
    """What its self-checks must look at beside what everybody looks at: special, chemical, dust, confined."""
    kinds = set(Asset.objects.filter(enterprise=enterprise, in_use=True).values_list("kind", flat=True))
    found = {
        "special": bool(kinds & set(Asset.SPECIAL)),
        "dust": Asset.Kind.DUST_SYSTEM in kinds,
        "confined": Asset.Kind.CONFINED_SPACE in kinds,
        "chemical": bool(kinds & {Asset.Kind.TANK, Asset.Kind.LABORATORY})
        or Chemical.objects.filter(enterprise=enterprise).exists(),
    }
    return {name for name, present in found.items() if present}


def self_check_items(enterprise: Enterprise) -> list[dict[str, Any]]:
    """The items of its next self-check, unanswered."""
    return [item | {"result": "", "note": ""} for item in packs.self_check_items(traits(enterprise))]


def held_in(chemicals: Sequence[Chemical]) -> tuple[list[Substance], list[Chemical]]:
    """What counts for S and R, and the chemicals that cannot count because no critical quantity is known for them."""
    counted, unknown = [], []
    pack, day = rules.packs()["enterprise_risk"], packs.today()
    for chemical in chemicals:
        known = next(iter(pack.under(f"chemical.{chemical.cas}", day)), None) if chemical.cas else None
        critical = chemical.critical_t or (known.number("q_t") if known else None)
        if critical is None:
            unknown.append(chemical)
        else:
            numbers = (chemical.quantity_t, critical, known.number("beta") if known else 1)
            counted.append(Substance(*(Decimal(str(number)) for number in numbers)))
    return counted, unknown


@dataclass(frozen=True)
class Source:
    """Whether a unit is a major hazard source: S, and from 1 on R and the level (1 is the gravest); and the chemicals
    that could not be counted."""

    s: float
    r: float | None
    level: str
    unknown: tuple[Chemical, ...]


def major_source(unit: StorageUnit) -> Source:
    """S, R and level of a unit from the chemicals in it (GB 18218)."""
    counted, unknown = held_in(list(Chemical.objects.filter(storage_unit=unit)))
    found = major_hazard(packs.grading_tables().major_hazard, counted, unit.exposed_people)
    index = None if found.index is None else float(found.index)
    return Source(float(found.ratio), index, (found.level or "").removeprefix("level_"), tuple(unknown))


def premium_reasons(enterprise: Enterprise) -> list[str]:
    """What in its record moves its premium: the gravest accident of the last year or none, and the red list."""
    now = clock.now()
    accidents = GradeEvent.objects.filter(enterprise=enterprise, kind=GradeEvent.Kind.ACCIDENT).real()
    weights = [row.weight for row in accidents if (now - row.began_at).days < ACCIDENT_DAYS]
    gravest = max(weights, default=None)
    names = ["no_accident"] if gravest is None else [next(n for least, n in ACCIDENT_FACTORS if gravest >= least)]
    published = ListEntry.objects.filter(enterprise=enterprise, state=ListEntry.State.PUBLISHED)
    if published.filter(kind=ListEntry.Kind.RED).exists():
        names.append("award")
    return names


@dataclass(frozen=True)
class Quote:
    """A premium in yuan, and by what it floats: (reason, share such as -0.05)."""

    yuan: Decimal
    factors: tuple[tuple[str, Decimal], ...]


def quote(enterprise: Enterprise, base: Decimal) -> Quote:
    """The floating premium of an enterprise today, with its reasons."""
    table, names = packs.grading_tables().premium, premium_reasons(enterprise)
    shares = tuple((name, table.changes_percent[name] / 100) for name in names)
    return Quote(premium(table, base, names), shares)


def standardisation(enterprise: Enterprise) -> Certificate | None:
    """The level of standardisation it holds now."""
    held = Certificate.objects.filter(enterprise=enterprise, kind=Certificate.Kind.STANDARDISATION)
    return held.filter(state__in=(Certificate.State.VALID, Certificate.State.RUNNING_OUT)).order_by("rank").first()


def policy_of(enterprise: Enterprise) -> Policy | None:
    """The safety liability policy in force today."""
    day = packs.today()
    rows = Policy.objects.filter(enterprise=enterprise, kind=Policy.Kind.LIABILITY, state=Policy.State.ACTIVE)
    return rows.filter(starts_on__lte=day, ends_on__gte=day).order_by("-ends_on").first()
