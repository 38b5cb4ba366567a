"""Inspections of the demonstration: the lists that come with the product put in force, officers licensed, and visits
played through the transitions at the hours at which they would have happened."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from anshu.access.models import Account
from anshu.access.policy import Person as Somebody
from anshu.domains.inspections import transitions as inspections
from anshu.domains.inspections.models import Checklist, InspectionPlan, OfficerLicence, Visit, VisitKind
from anshu.domains.inspections.rules import answers as sheets
from anshu.domains.inspections.rules.content import CHOICE, FAIL, JUDGE, NUMBER, PASS, TEXT, Form, Item
from anshu.domains.inspections.rules.forms import form_of
from anshu.domains.inspections.rules.shipped import shipped
from anshu.domains.people.models import Person
from anshu.domains.places.models import Area, Site
from anshu.engines.district.visits import Outing, outings, past
from anshu.kernel import clock
from anshu.kernel.errors import AnshuError, Refused
from anshu.project.demo.accounts import COMMISSION, ENFORCERS, GRID, SECTION
from anshu.project.demo.insertion import insert
from anshu.project.demo.staging import GENERATED, Scene
from anshu.workflow import log

STAGE_RECENT, STAGE_PAST = 501, 502
RECENT, PAST = 90, 210
PLACES = 400
KINDS = (Site.Kind.ENTERPRISE, Site.Kind.THREE_SMALL)
OFFICER_POST = "执法人员"
BY_SECTOR = {
    "hazardous_chemicals": "chemical-storage",
    "fuel": "chemical-storage",
    "woodworking": "dust",
    "metalworking": "dust",
    "metal_finishing": "confined-space",
}
STEPS = ("planned", "started", "submitted", "signed", "closed")


def play(scene: Scene) -> Iterator[str]:
    """Play everything, once; an installation that has checklists already is left as it is."""
    if Checklist.objects.exists() or not Account.objects.filter(username=SECTION).exists():
        yield "inspections: already there, or no demonstration log-ins"
        return
    with transaction.atomic():
        log.lock()
        lists = _lists(scene)
        licences = insert(list(_licences(scene)), GENERATED, scene.root)
        sites = _premises(scene)
        if sites:
            played = sum(_played(scene, lists, sites))
            before = insert(list(_past(scene, lists, sites)), GENERATED, scene.root)
            yield f"inspections: {len(lists)} checklists, {licences} licences, {played + before} visits"


def plan_year(scene: Scene) -> Iterator[str]:
    """This year's plan for the district of the story, in force, with one draw opened and its visits planned."""
    section = Account.objects.filter(username=SECTION).first()
    area = Area.objects.filter(number=scene.focus).first()
    checklist = Checklist.objects.filter(code="three-small", state=Checklist.State.PUBLISHED).first()
    if section is None or area is None or checklist is None or InspectionPlan.objects.exists():
        return
    today = timezone.localdate(clock.now())
    with transaction.atomic():
        log.lock()
        plan = inspections.draft_plan(
            by=_who(SECTION),
            name=f"{today.year}年度安全生产监督检查计划（示例）",
            area=area,
            starts_on=date(today.year, 1, 1),
            ends_on=date(today.year, 12, 31),
            checklist=checklist,
        )
        try:
            inspections.approve_plan(plan, by=_who(COMMISSION), document="〔示例〕安委办批〔1〕号")
        except Refused:
            yield "inspection plan: drafted, there is no enterprise to inspect"
            return
        inspections.run_plan(plan, by=_who(SECTION))
        draw = inspections.draw_lots(by=_who(SECTION), plan=plan, wanted=min(20, plan.frame_size - plan.key_count))
        inspections.reveal(draw, by=_who(SECTION))
        inspections.plan_drawn(draw, by=_who(SECTION), planned_on=today + timedelta(days=7))
    yield f"inspection plan: {plan.frame_size} enterprises, {plan.key_count} of them key; one draw opened"


def _who(username: str) -> Somebody:
    return Somebody(Account.objects.get(username=username))


def _lists(scene: Scene) -> dict[str, Checklist]:
    """Each list that comes with the product, in force since two months ago."""
    found = {}
    with clock.frozen(clock.now() - timedelta(days=61)):
        for details in shipped():
            made = inspections.draft_checklist(by=_who(SECTION), territory=scene.root, **details)
            found[made.code] = inspections.publish(made, by=_who(SECTION))
    return found


def _licences(scene: Scene) -> Iterator[OfficerLicence]:
    """A certificate for everybody whose post it is to enforce; one in twenty has run out."""
    today = timezone.localdate(clock.now())
    for serial, person in enumerate(Person.objects.filter(post=OFFICER_POST).order_by("number")):
        ends = date(today.year + 2, 12, 31) if serial % 20 != 19 else today - timedelta(days=30)
        yield OfficerLicence(
            number=f"生成-{person.number}",
            person=person,
            territory=person.territory,
            valid_from=date(today.year - 3, 1, 1),
            valid_until=ends,
            issuer=GENERATED,
            generated=True,
        )


def _premises(scene: Scene) -> list[Site]:
    """Invented premises to go to, those of the struck streets first; nothing is ever said of a real place."""
    rows = Site.objects.filter(kind__in=KINDS, generated=True).exclude(lon=None)
    near = list(rows.filter(territory__startswith=scene.struck[0]).order_by("number")[: PLACES // 2])
    others = rows.exclude(territory__startswith=scene.struck[0]).order_by("number")
    return near + list(others[: PLACES - len(near)])


def _played(scene: Scene, lists: dict[str, Checklist], sites: Sequence[Site]) -> Iterator[int]:
    rng = np.random.default_rng([scene.district.seed, STAGE_RECENT])
    for outing in sorted(outings(rng, len(sites), RECENT), key=lambda each: -each.days_ago):
        try:
            with transaction.atomic():
                _play(outing, lists, sites[outing.place])
        except AnshuError:  # a place outside what its officer may see is left out, as it would be in life
            continue
        yield 1


def _play(outing: Outing, lists: dict[str, Checklist], site: Site) -> None:
    """One visit, step by step as far as it has got."""
    patrol = outing.patrol
    checklist = lists["three-small"] if patrol else lists[BY_SECTOR.get(site.sector, "three-small")]
    by = _who(GRID) if patrol and site.territory.startswith(_area(GRID)) else _who(ENFORCERS[0])
    people = [Person.objects.filter(account__username=name).first() for name in ENFORCERS]
    at = _instant(outing)
    with clock.frozen(min(at, clock.now()) - timedelta(days=1)):
        visit = inspections.plan_visit(
            by=_who(SECTION),
            site=site,
            checklist=checklist,
            kind=VisitKind.PATROL if patrol else VisitKind.ENFORCEMENT,
            planned_on=timezone.localdate(at),
            lead=Person.objects.filter(account=by.account).first(),
            second=None if patrol else people[1],
        )
    if outing.stage == "cancelled":
        with clock.frozen(at - timedelta(hours=1)):
            inspections.cancel(visit, by=_who(SECTION), reason="企业停产装修，改期检查")
        return
    reached = STEPS.index(outing.stage)
    if reached >= 1:
        with clock.frozen(at):
            inspections.start(visit, by=by, lon=site.lon, lat=site.lat)
            inspections.answer(visit, by=by, answers=filled(form_of(checklist), outing.failed, whole=reached > 1))
    if reached >= 2:
        with clock.frozen(at + timedelta(minutes=35)):
            inspections.submit(visit, by=by)
    if reached >= 3:
        with clock.frozen(at + timedelta(minutes=40)):
            inspections.sign(visit, by=by, signer="现场负责人（示例）")
    if reached >= 4 and not visit.found_count:
        with clock.frozen(at + timedelta(days=1)):
            inspections.file(visit, by=_who(SECTION))


def _area(username: str) -> str:
    return str(Account.objects.get(username=username).grant_rows[0][1])


def _instant(outing: Outing) -> datetime:
    day = timezone.localdate(clock.now()) - timedelta(days=outing.days_ago)
    at = timezone.make_aware(datetime(day.year, day.month, day.day, outing.hour, outing.minute))  # noqa: DTZ001
    return min(at, clock.now() - timedelta(hours=1)) if outing.stage != "planned" else at


def filled(form: Form, failed: Sequence[int], *, whole: bool) -> dict[str, dict[str, Any]]:
    """Answers to everything that is asked, or to half of it; of what can fail, those numbered fail."""
    can_fail = [item for item in form.items if item.answer == JUDGE]
    wrong = {can_fail[number % len(can_fail)].key for number in failed} if can_fail else set()
    given: dict[str, dict[str, Any]] = {}
    for group in form.groups:
        first = next((item for item in form.items if item.group == group.key), None)
        if group.repeats and first is not None:
            given[f"{group.key}/1/{first.key}"] = {}
    for _round in range(3):  # an answer may bring up further items
        for path, item, _each in list(sheets.asked(form, given)):
            given[path] = _answer(item, item.key in wrong)
    return given if whole else dict(list(given.items())[: len(given) // 2])


def _answer(item: Item, wrong: bool) -> dict[str, Any]:
    match item.answer:
        case kind if kind == JUDGE:
            return {"value": FAIL if wrong else PASS}
        case kind if kind == NUMBER:
            return {"value": item.least if item.least is not None else 1}
        case kind if kind == CHOICE:
            return {"value": item.choices[0].key}
        case kind if kind == TEXT:
            return {"value": GENERATED}
    return {}


def _past(scene: Scene, lists: dict[str, Checklist], sites: Sequence[Site]) -> Iterator[Visit]:
    """Filed visits of the weeks before, at which nothing was found."""
    rng = np.random.default_rng([scene.district.seed, STAGE_PAST])
    people = [Person.objects.filter(account__username=name).first() for name in ENFORCERS]
    for serial, outing in enumerate(past(rng, len(sites), PAST), start=1):
        site, at = sites[outing.place], _instant(outing)
        yield Visit(
            number=f"JC-生成-{serial:04d}",
            site=site,
            kind=VisitKind.PATROL if outing.patrol else VisitKind.ENFORCEMENT,
            checklist=lists["three-small"],
            planned_on=timezone.localdate(at),
            lead=people[0],
            second=None if outing.patrol else people[1],
            territory=site.territory,
            lon=site.lon,
            lat=site.lat,
            started_at=at,
            submitted_at=at + timedelta(minutes=30),
            signed_at=at + timedelta(minutes=35),
            closed_at=at + timedelta(days=1),
            created_at=at - timedelta(days=1),
            score_percent=100.0,
            passed_count=8,
            signer="现场负责人（示例）",
            state=Visit.State.CLOSED,
            generated=True,
        )
