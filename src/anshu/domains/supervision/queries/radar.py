"""What the radar looks at: the hazards, visits and pictures of a period as its engine takes them, and back again from
its cards to records. Two passes over the tables, however many people there are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, F
from django.db.models.functions import Coalesce
from django.utils import timezone

from anshu.domains.hazards.models import Extension, Hazard
from anshu.domains.inspections.models import Visit
from anshu.domains.people.models import Organisation
from anshu.domains.supervision.rules.bypass import Finding, Row, common_territory
from anshu.engines.bypass import Card, Case, Limits, Picture, Sign, look
from anshu.engines.bypass import Visit as Finished
from anshu.engines.likeness import earlier_like
from anshu.kernel.division import DivisionLevel
from anshu.ledger.models import Attachment
from anshu.workflow import rules

AT_ONCE = 5000
HAZARD, VISIT, PICTURE = Hazard._meta.label_lower, Visit._meta.label_lower, Attachment._meta.label_lower
"""First sign of a key: whose id follows, as the register of cards names it."""
WHOSE = {"a": "account_id", "e": "enterprise_id", "u": "unit_id"}


@dataclass
class Period:
    """What happened from `since` to `until`, and where to find each of its rows again by the key it has in a card."""

    since: datetime
    until: datetime
    cases: list[Case] = field(default_factory=list)
    visits: list[Finished] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    places: dict[str, tuple[Row, str]] = field(default_factory=dict)
    shots: dict[str, list[tuple[Row, str]]] = field(default_factory=dict)

    def finding(self, card: Card) -> Finding:
        """A card of the engine as the register takes it."""
        found = [self.places[key] for key in card.rows if key in self.places]
        if card.sign is Sign.REUSED_PICTURE:
            found += self.shots[card.who]
        return Finding(
            sign=card.sign.value,
            key=card.who,
            territory=common_territory([territory for _row, territory in found]),
            seen=card.count,
            of=card.of,
            expected=card.expected,
            first_on=timezone.localdate(self.since),
            last_on=timezone.localdate(self.until),
            rows=tuple({row.subject_id: row for row, _territory in found}.values()),
            **{WHOSE[card.who[0]]: card.who[1:]},
        )


def limits() -> Limits:
    """When a card is made, by the rule pack in force."""
    rule = {key: rules.at(f"bypass_radar/{key}") for key in ("bulk", "night", "seconds", "text")}

    def single(key: str) -> float:
        return rules.at(f"bypass_radar/{key}").number()

    return Limits(
        bulk_count=int(rule["bulk"].number("count")),
        bulk_min=rule["bulk"].number("min"),
        night_from_h=int(rule["night"].number("from_h")),
        night_until_h=int(rule["night"].number("until_h")),
        seconds=rule["seconds"].number("below_s"),
        seconds_count=int(rule["seconds"].number("count")),
        postponed_count=int(single("postponed_count")),
        text_length=int(rule["text"].number("length")),
        text_count=int(rule["text"].number("count")),
        month_end_days=int(single("month_end_days")),
        fewest=int(single("fewest")),
        level=single("level"),
    )


def period(until: datetime) -> Period:
    """The days that the rule looks back over, as they stand now; exercises are left out."""
    found = Period(until - timedelta(days=rules.at("bypass_radar/period_d").number()), until)
    _read_cases(found)
    _read_visits(found)
    _read_pictures(found)
    return found


def _key(sign: str, identity: Any) -> str:
    return f"{sign}{identity}" if identity else ""


def _read_cases(found: Period) -> None:
    """Hazards whose recheck lies in the period and belongs to their last submission: one that was opened again waits
    for another recheck, and the old one would look as if it had come before the work."""
    zone, names = timezone.get_current_timezone(), _Names()
    offices = _street_offices()
    postponed = _postponed()
    rows = Hazard.objects.real().filter(
        rechecked_at__gte=found.since, rechecked_at__lt=found.until, submitted_at__lte=F("rechecked_at")
    )
    columns = ("pk", "site_id", "territory", "enterprise_id", "finder_id", "fixer_id", "verifier_id", "submitted_at")
    further = ("rechecked_at", "rectification")
    known = rows.annotate(began_at=Coalesce("ordered_at", "found_at")).order_by()
    for pk, site, territory, firm, finder, fixer, verifier, submitted, rechecked, text, began in known.values_list(
        *columns, *further, "began_at"
    ).iterator(AT_ONCE):
        key = str(pk)
        found.places[key] = (Row(HAZARD, pk, rechecked), territory)
        found.cases.append(
            Case(
                key=key,
                place=names["s", site],
                unit=names["u", offices.get(territory[: DivisionLevel.STREET])],
                firm=names["e", firm],
                finder=names["a", finder],
                fixer=names["a", fixer],
                verifier=names["a", verifier],
                ordered_at=began.astimezone(zone),
                submitted_at=submitted.astimezone(zone),
                rechecked_at=rechecked.astimezone(zone),
                text=text,
                postponed=postponed.get(pk, 0),
            )
        )


class _Names(dict[tuple[str, Any], str]):
    """Keys of people and places, each written out once."""

    def __missing__(self, asked: tuple[str, Any]) -> str:
        self[asked] = _key(*asked)
        return self[asked]


def _street_offices() -> dict[str, Any]:
    """Street → id of its office, which answers for what is closed there."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.STREET).order_by("-number")
    return dict(rows.values_list("territory", "pk"))


def _postponed() -> dict[Any, int]:
    """Hazard → how often a later date was granted for it."""
    granted = Extension.objects.filter(state=Extension.State.GRANTED).values_list("hazard_id")
    return dict(granted.annotate(times=Count("pk")).order_by())


def _read_visits(found: Period) -> None:
    """Visits handed in within the period, by the account of their first officer, or of whoever started them."""
    names = _Names()
    rows = Visit.objects.real().filter(submitted_at__gte=found.since, submitted_at__lt=found.until)
    known = rows.annotate(officer=Coalesce("lead__account_id", "starter_id")).exclude(officer=None).order_by()
    columns = ("pk", "officer", "found_count", "submitted_at", "territory")
    for pk, officer, findings, submitted, territory in known.values_list(*columns).iterator(AT_ONCE):
        key = str(pk)
        found.places[key] = (Row(VISIT, pk, submitted), territory)
        found.visits.append(Finished(key, names["a", officer], findings))


def _read_pictures(found: Period) -> None:
    """Pictures of afterwards that look like one kept with another hazard before, both within the period."""
    rows = Attachment.objects.filter(
        subject=HAZARD, uploaded_at__gte=found.since, uploaded_at__lt=found.until, fingerprint__isnull=False
    )
    columns = ("pk", "subject_id", "purpose", "maker_id", "uploaded_at", "territory", "fingerprint")
    kept = list(rows.order_by("uploaded_at", "pk").values_list(*columns))
    if not kept:
        return
    marks, owners = np.array([row[-1] for row in kept], np.int64), {row[1]: place for place, row in enumerate(kept)}
    codes = np.array([owners[row[1]] for row in kept], np.intp)
    first = earlier_like(marks, codes, int(rules.at("evidence/same_picture_bits").number()))
    wanted = [(kept[first[place]], kept[place]) for place in np.flatnonzero(first >= 0) if _brought(kept[place])]
    sites = _sites({picture[1] for pair in wanted for picture in pair})
    near = timedelta(hours=rules.at("bypass_radar/same_visit_h").number())
    for earlier, later in wanted:
        together = sites.get(earlier[1]) == sites.get(later[1]) and later[4] - earlier[4] <= near
        if not together and earlier[1] in sites and later[1] in sites:
            _note_pair(found, earlier, later)


def _brought(picture: Any) -> bool:
    """Whether somebody brought it to show that something was put right."""
    return bool(picture[2] == Attachment.Purpose.AFTER and picture[3])


def _sites(hazards: Iterable[Any]) -> Mapping[Any, Any]:
    """Hazard → its site, of those that are no exercise."""
    keys = sorted(hazards)
    found: dict[Any, Any] = {}
    for start in range(0, len(keys), AT_ONCE):
        rows = Hazard.objects.real().filter(pk__in=keys[start : start + AT_ONCE])
        found |= dict(rows.values_list("pk", "site_id"))
    return found


def _note_pair(found: Period, earlier: Any, later: Any) -> None:
    maker = _key("a", later[3])
    found.pictures.append(Picture(str(later[1]), str(earlier[1]), maker))
    for pk, hazard, _purpose, _maker, at, territory, _mark in (earlier, later):
        found.places.setdefault(str(hazard), (Row(HAZARD, hazard, at), territory))
        found.shots.setdefault(maker, []).append((Row(PICTURE, pk, at), territory))


def findings(until: datetime) -> Iterator[Finding]:
    """Every sign of the period about somebody who is known by name."""
    seen = period(until)
    cards = look(seen.cases, seen.visits, seen.pictures, limits())
    return (seen.finding(card) for card in cards if card.who)
