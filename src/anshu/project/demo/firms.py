"""The enterprises of the demonstration: their files as rows of the registers, every one of them marked as generated."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from anshu.domains.enterprises.models import (
    Asset,
    Certificate,
    Chemical,
    Enterprise,
    Policy,
    RiskDeclaration,
    RiskPoint,
    SelfCheck,
    Service,
    StorageUnit,
)
from anshu.domains.enterprises.queries.packs import assess, numbers, self_check_items
from anshu.domains.enterprises.rules.colors import gravest, name_of
from anshu.domains.people.models import Person
from anshu.domains.places.models import Site
from anshu.engines.district import regulated
from anshu.engines.district.regulated import Firm
from anshu.kernel import clock
from anshu.ledger.models import Registered
from anshu.project.demo import firm_works
from anshu.project.demo.firm_works import STAFF, Place
from anshu.project.demo.insertion import insert, keys
from anshu.project.demo.staging import GENERATED, Scene
from anshu.workflow import clocks, log

"""So many of the premises have an enterprise with a file."""
MOST = 2000
STREAM = 401
CHECK_DAYS = 30


def load(scene: Scene) -> Iterator[str]:
    """Load the files and what belongs to them, and start the clocks of what waits; tells what each register gained."""
    rng = np.random.default_rng([scene.district.seed, STREAM])
    made = regulated.firms(rng, scene.district.sites[:MOST])
    enterprises = list(_enterprises(made))
    yield _told(scene, "enterprise", enterprises)
    places = _places(made)
    for name, rows in (
        ("asset", _assets(places)),
        ("chemical unit", _units(places)),
        ("chemical", _chemicals(places)),
        ("certificate", _certificates(places)),
        ("policy", _policies(places)),
        ("service", _services(places)),
        ("declaration", _declarations(places)),
        ("risk point", _points(places)),
        ("self-check", _checks(places)),
        ("minor work", firm_works.works(places)),
        ("work permit", firm_works.permits(places)),
    ):
        yield _told(scene, name, list(rows))


def shown(scene: Scene) -> list[tuple[str, str]]:
    """Credit code and name of the two enterprises with a log-in: a factory and a kitchen of the street struck first."""
    here = Enterprise.objects.filter(generated=True, territory__startswith=scene.struck[0]).order_by("number")
    factory = here.filter(risk_color__in=("1", "2")).first() or here.first()
    kitchen = here.filter(sector="restaurants").first()
    found = {str(firm.credit_code): firm.name for firm in (factory, kitchen) if firm is not None}
    return list(found.items())


def _told(scene: Scene, register: str, made: Sequence[Registered]) -> str:
    added = insert(made, GENERATED, scene.root)
    if added:
        _wind(made)
    return f"{register}: {added} added" if added else f"{register}: already there ({len(made)})"


def _wind(made: Sequence[Registered]) -> None:
    with transaction.atomic():
        log.lock()
        clocks.wind_many(made)


def _enterprises(made: Sequence[Firm]) -> Iterator[Enterprise]:
    sites, officers, points = keys(Site), _officers(), numbers("living_grade/base")
    for serial, firm in enumerate(made, start=1):
        site, color = firm.site, _color(firm)
        street = officers.get(site.area_code[:9], ())
        yield Enterprise(
            number=f"QY-{serial:05d}",
            territory=site.area_code,
            name=site.name,
            credit_code=firm.credit_code,
            industry=firm.industry,
            sector=site.sector,
            scale=firm.scale,
            site_id=sites.get(site.code),
            address=site.address,
            legal_person=firm.legal_person,
            contact=site.contact_name,
            phone=site.phone,
            employees=site.staff_count,
            base_color=color,
            risk_color=color,
            grade_points=points[name_of(color)] if color else None,
            declared_on=_today() - timedelta(days=firm.declared[1]) if color else None,
            key=firm.key,
            high_hazard=firm.high_hazard,
            officer_id=street[serial % len(street)] if street else None,
            lon=site.position.lon,
            lat=site.position.lat,
            generated=True,
        )


def _today() -> date:
    return timezone.localtime(clock.now()).date()


def _officers() -> Mapping[str, tuple[Any, ...]]:
    """The people of each street's office, by street code."""
    found: dict[str, list[Any]] = {}
    rows = Person.objects.filter(organisation__kind="street").order_by("number")
    for key, number in rows.values_list("pk", "organisation__number"):
        found.setdefault(str(number).removesuffix("-S"), []).append(key)
    return {street: tuple(people) for street, people in found.items()}


def _color(firm: Firm) -> str:
    """The grade that its declaration got; none while it has not been reviewed."""
    if firm.declared[0] != "reviewed":
        return ""
    return gravest(risk["risk_color"] for risk in _risks(firm)) or "4"


def _places(made: Sequence[Firm]) -> list[Place]:
    known, sites = keys(Enterprise), keys(Site)
    numbers = [f"QY-{serial:05d}" for serial in range(1, len(made) + 1)]
    return [
        Place(firm, number, known[number], sites.get(firm.site.code), _today())
        for firm, number in zip(made, numbers, strict=True)
    ]


def _assets(places: Sequence[Place]) -> Iterator[Asset]:
    for place in places:
        for n, thing in enumerate(place.firm.things, start=1):
            yield Asset(
                number=f"{place.number}-S{n}",
                kind=thing.kind,
                name=thing.name,
                place=STAFF[n % len(STAFF)],
                quantity=thing.quantity,
                unit=thing.unit,
                with_chemicals=thing.with_chemicals,
                lon=place.firm.site.position.lon,
                lat=place.firm.site.position.lat,
                **place.common,
            )


def _units(places: Sequence[Place]) -> Iterator[StorageUnit]:
    for place in places:
        if place.firm.substances and place.firm.high_hazard:
            exposed = place.firm.site.staff_count // 2
            yield StorageUnit(
                number=f"{place.number}-W", name="危险化学品储存单元", exposed_people=exposed, **place.common
            )


def _chemicals(places: Sequence[Place]) -> Iterator[Chemical]:
    units = keys(StorageUnit)
    for place in places:
        for n, substance in enumerate(place.firm.substances, start=1):
            yield Chemical(
                number=f"{place.number}-C{n}",
                storage_unit_id=units.get(f"{place.number}-W"),
                name=substance.name,
                cas=substance.cas,
                quantity_t=substance.tonnes,
                use="生产使用",
                **place.common,
            )


def _certificates(places: Sequence[Place]) -> Iterator[Certificate]:
    states = Certificate.State
    for place in places:
        for n, paper in enumerate(place.firm.papers, start=1):
            state = states.EXPIRED if paper.expires < 0 else states.RUNNING_OUT if paper.expires < 60 else states.VALID
            yield Certificate(
                number=f"ZS-{place.number[3:]}-{n}",
                kind=paper.kind,
                bearer=paper.bearer,
                issuer="发证机关（示例）",
                issued_on=place.on(paper.issued),
                expires_on=place.on(paper.expires),
                state=state,
                **place.common,
            )


def _policies(places: Sequence[Place]) -> Iterator[Policy]:
    for place in places:
        if place.firm.insured is None:
            continue
        base = Decimal(max(10, place.firm.site.staff_count)) * 60
        yield Policy(
            number=f"AZX-{place.number[3:]}",
            insurer="示例财产保险公司",
            starts_on=place.on(place.firm.insured - 364),
            ends_on=place.on(place.firm.insured),
            sum_insured_yuan=Decimal(2_000_000),
            base_premium_yuan=base,
            premium_yuan=base * Decimal("0.9"),
            factors=[{"name": "no_accident", "share": "-0.1"}],
            insured_people=place.firm.site.staff_count,
            **place.common,
        )


def _services(places: Sequence[Place]) -> Iterator[Service]:
    kinds = list(Service.Kind.values)
    for place in places:
        for n, day in enumerate(place.firm.services, start=1):
            yield Service(
                number=f"FW-{place.number[3:]}-{n}",
                kind=kinds[(n + abs(day)) % len(kinds)],
                served_on=place.on(day),
                server="示例安全技术服务机构",
                problem="现场指导隐患自查",
                answer="已形成书面建议",
                **place.common,
            )


def _risks(firm: Firm) -> list[dict[str, Any]]:
    found = []
    for risk in firm.risks:
        score, color, basis = assess("ls", risk.likelihood, None, risk.severity)
        found.append(
            {
                "name": risk.name,
                "place": "",
                "threat": risk.threat,
                "method": "ls",
                "likelihood": risk.likelihood,
                "exposure": None,
                "severity": risk.severity,
                "measures": risk.measures,
                "score": score,
                "risk_color": color,
                "basis": basis,
            }
        )
    return found


def _declarations(places: Sequence[Place]) -> Iterator[RiskDeclaration]:
    for place in places:
        state, days = place.firm.declared
        reviewed, handed_in = state == "reviewed", state != "draft"
        yield RiskDeclaration(
            number=f"SB-{place.number[3:]}",
            risks=_risks(place.firm),
            nothing_to_declare=not place.firm.risks and handed_in,
            risk_color=_color(place.firm),
            opinion="请补充有限空间和危化品用量" if state == "returned" else "",
            submitted_at=place.at(-days, 9) if handed_in else None,
            reviewed_at=place.at(-days, 16) if reviewed else None,
            again_on=place.on(365 - days) if reviewed else None,
            created_at=place.at(-days - 1),
            state=state,
            **place.common,
        )


def _points(places: Sequence[Place]) -> Iterator[RiskPoint]:
    for place in places:
        if place.firm.declared[0] != "reviewed":
            continue
        for n, risk in enumerate(_risks(place.firm), start=1):
            controlled = (n + len(place.number) + int(place.number[-1])) % 8 != 0
            yield RiskPoint(
                number=f"FX-{place.number[3:]}-{n}",
                site_id=place.site,
                responsible=place.firm.site.contact_name,
                assessed_on=place.on(-place.firm.declared[1]),
                state=RiskPoint.State.CONTROLLED if controlled else RiskPoint.State.IDENTIFIED,
                lon=place.firm.site.position.lon,
                lat=place.firm.site.position.lat,
                **{name: value for name, value in risk.items() if name != "place"},
                **place.common,
            )


def _checks(places: Sequence[Place]) -> Iterator[SelfCheck]:
    """Past self-checks, done or missed, of those that handed any in."""
    items = self_check_items(set())
    for place in places:
        for n, findings in enumerate(place.firm.checked, start=1):
            missed, answered = findings < 0, []
            for order, item in enumerate(items):
                failed = order < findings
                note = "已现场拍照，限期整改" if failed else ""
                answered.append(item | {"result": "" if missed else "fail" if failed else "pass", "note": note})
            yield SelfCheck(
                number=f"ZC-{place.number[3:]}-{n}",
                from_on=place.on(-n * CHECK_DAYS),
                due_on=place.on(-(n - 1) * CHECK_DAYS - 1),
                items=answered,
                findings=None if missed else findings,
                checker="" if missed else place.firm.site.contact_name,
                done_at=None if missed else place.at(-n * CHECK_DAYS + 20),
                state=SelfCheck.State.MISSED if missed else SelfCheck.State.DONE,
                **place.common,
            )
