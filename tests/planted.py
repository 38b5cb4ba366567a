"""A generated year of regulation, with its planted cheats, in the tables: for tests and for `bench/bypass.py`."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from filling import filled

from anshu.access.models import Account
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards.models import Extension, Hazard
from anshu.domains.inspections.models import Visit
from anshu.domains.people.models import Organisation
from anshu.domains.places.models import Site
from anshu.domains.supervision.models import BypassCard
from anshu.engines.district.regulation import Year
from anshu.kernel.identifiers import uuid7
from anshu.ledger.models import Attachment

DISTRICT, STREETS = "440303", tuple(f"4403030{n:02d}" for n in range(10))
START, NOW = datetime(2026, 1, 1), datetime(2027, 1, 10, 2, 30)  # noqa: DTZ001  # local times of the generated year
AT_ONCE = 2000


def at(local: datetime) -> datetime:
    return timezone.make_aware(local)


class Planted:
    """A generated year in the tables: who is who in both worlds."""

    def __init__(self, made: Year) -> None:
        self.made = made
        self.units = {
            f"u{n}": Organisation.objects.create(number=f"J{n}", name=f"街道{n}", kind="street", territory=street)
            for n, street in enumerate(STREETS)
        }
        people = {who for case in made.cases for who in (case.finder, case.verifier, case.fixer)}
        people |= {visit.officer for visit in made.visits}
        self.accounts = {who: Account(username=who, name=who) for who in sorted(people)}
        Account.objects.bulk_create(self.accounts.values(), AT_ONCE)
        firms = sorted({case.firm for case in made.cases})
        self.firms = {firm: Enterprise(number=firm, name=firm, credit_code=firm) for firm in firms}
        Enterprise.objects.bulk_create(self.firms.values(), AT_ONCE)
        places = sorted({case.place for case in made.cases})
        self.sites = {place: Site(number=place, name=place, kind=Site.Kind.ENTERPRISE) for place in places}
        Site.objects.bulk_create(self.sites.values(), AT_ONCE)
        self.hazards = {case.key: self.hazard(case) for case in made.cases}
        Hazard.objects.bulk_create(self.hazards.values(), AT_ONCE)
        Extension.objects.bulk_create(self.extensions(), AT_ONCE)
        Visit.objects.bulk_create(self.visits(), AT_ONCE)
        Attachment.objects.bulk_create(self.pictures(), AT_ONCE)

    def hazard(self, case: Any) -> Hazard:
        return Hazard(
            site=self.sites[case.place],
            enterprise=self.firms[case.firm],
            territory=STREETS[int(case.unit[1:])],
            summary="x",
            kind="fire",
            source="patrol",
            number=case.key,
            finder=self.accounts[case.finder],
            fixer=self.accounts[case.fixer],
            verifier=self.accounts[case.verifier],
            found_at=at(case.ordered_at),
            ordered_at=at(case.ordered_at),
            submitted_at=at(case.submitted_at),
            rechecked_at=at(case.rechecked_at),
            rectification=case.text,
            state=Hazard.State.CLOSED,
        )

    def extensions(self) -> Iterator[Extension]:
        day = START.date()
        for case in self.made.cases:
            for _time in range(case.postponed):
                known = {"was_due_on": day, "wanted_on": day, "why": "x", "measures": "x", "state": "granted"}
                yield Extension(hazard=self.hazards[case.key], **known)

    def visits(self) -> Iterator[Visit]:
        first = next(iter(self.sites.values()))
        checklist = filled(Visit).checklist
        Visit.objects.all().delete()
        for visit in self.made.visits:
            yield Visit(
                site=first,
                kind="patrol",
                checklist=checklist,
                planned_on=START.date(),
                starter=self.accounts[visit.officer],
                submitted_at=at(START + timedelta(days=40)),
                found_count=visit.findings,
                territory=STREETS[0],
            )

    def pictures(self) -> Iterator[Attachment]:
        """Each planted pair as two pictures with one mark, the earlier first; one of every hazard, like no other."""
        for number, pair in enumerate(self.made.pictures):
            for day, key in enumerate((pair.earlier_case, pair.case)):
                yield self.picture(self.hazards[key], 3 << 60 | number * 0x1111_1111, self.accounts[pair.maker], day)
        marks = np.random.default_rng(1).integers(0, 1 << 63, len(self.hazards))
        for number, (hazard, mark) in enumerate(zip(self.hazards.values(), marks, strict=True)):
            yield self.picture(hazard, int(mark), hazard.fixer, number % 300)

    def picture(self, hazard: Hazard, mark: int, maker: Account | None, day: int) -> Attachment:
        return Attachment(
            id=uuid7(),
            subject="hazards.hazard",
            subject_id=hazard.pk,
            purpose="after",
            digest="0" * 64,
            fingerprint=(mark ^ (1 << 63)) - (1 << 63),
            size=1,
            maker=maker,
            territory=hazard.territory,
            uploaded_at=at(START + timedelta(days=30 + day)),
        )

    def name(self, card: BypassCard) -> str:
        """Whom a card points at, in the names of the generated year."""
        if card.unit_id:
            return next(name for name, unit in self.units.items() if unit.pk == card.unit_id)
        return card.account.username if card.account else card.enterprise.number  # type: ignore[union-attr]
