"""Hazards of the demonstration on their way from finding to closing, and the loops beside them, played move by move
through the transitions at the hours at which they would have happened."""

import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np
from django.db import transaction
from django.utils import timezone

from anshu.access.models import Account, Grant
from anshu.access.policy import Person as Somebody
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards import transitions as hazards
from anshu.domains.hazards.models import Extension, Grade, Hazard, Listing, LookBack
from anshu.domains.people.models import Organisation
from anshu.domains.places.models import Site
from anshu.engines.district.defects import Way, each_way
from anshu.kernel import clock
from anshu.kernel.working_days import shipped_calendar
from anshu.ledger.attachments import Taken, keep_picture
from anshu.ledger.models import Attachment
from anshu.project.demo import pictures
from anshu.project.demo.accounts import COMMISSION, ENFORCERS, SECTION
from anshu.project.demo.hours import Turn, office_hour
from anshu.project.demo.staging import Scene
from anshu.workflow import log

STAGE = 601
EXPERT, LEADER_OF_DISTRICT = "zhuanjia", "quzhang"
LEADER = "分管副区长（示例）"
PUBLISHED_IN = "区政府门户网站（示例）"
PLAN = ("plan_measures", "plan_responsibility", "plan_money", "plan_deadline", "plan_emergency")
PLANNED = ("停产整改，更换设备", "厂长负责，安全员落实", "8万元", "按责令期限完成", "撤出人员，专人值守，配齐灭火器材")
"""What was found on visits is graded and ordered by the section after so many days."""
FOUND_BEFORE_D, ORDERED_FOR_D = 3, 15
"""Where things are made, and where meals are: what is wrong at the one is not found at the other."""
WORKSHOPS = ("metalworking", "electronics", "plastics", "garments", "woodworking", "printing", "metal_finishing")
KITCHENS = ("restaurants",)
EACH_STREET = 8
"""So many days later than ordered, an extension asks."""
LATER_D = 18
"""Days of the term of a listing, counted from its proposal."""
LISTED_FOR_D = 60


def play(scene: Scene) -> Iterator[str]:
    """Play everything, once; an installation in which something was listed or postponed already is left as it is."""
    firms, kitchens, cast = firms_about(scene), firms_about(scene, KITCHENS), Cast.of_all()
    if Listing.objects.exists() or Extension.objects.exists() or not firms or not cast.streets:
        yield "hazards: already there, or nobody to find them"
        return
    now = clock.now()
    with transaction.atomic():
        log.lock()
        turns = [*_found_on_visits(now, cast)]
        for serial, (way, defect) in enumerate(each_way()):
            fitting = kitchens if defect[0] == Hazard.Kind.GAS else firms
            firm = fitting[serial % len(fitting)]
            rng = np.random.default_rng([scene.district.seed, STAGE, serial])
            turns += Walked(way, defect, firm, cast, now, serial, rng).turns()
        for turn in sorted(turns):
            with clock.frozen(turn.at):
                turn.act()
        Hazard.objects.filter(site__generated=True).update(generated=True)
        for beside in (Extension, Listing, LookBack):
            beside.objects.filter(hazard__site__generated=True).update(generated=True)
    yield f"hazards: {Hazard.objects.count()}, {Listing.objects.count()} listed for supervision"


@dataclass(frozen=True)
class Cast:
    """Everybody with a log-in of the demonstration: by name, as officer of a street, and by the credit code of the
    enterprise that they act for."""

    people: Mapping[str, Somebody]
    streets: Mapping[str, Somebody]
    holders: Mapping[str, Somebody]

    @classmethod
    def of_all(cls) -> "Cast":
        people = {account.username: Somebody(account) for account in Account.objects.filter(is_active=True)}
        grants = Grant.objects.select_related("account").order_by("pk")
        streets = {each.territory: people[each.account.username] for each in grants if each.role == "street_officer"}
        holders = {each.holder: people[each.account.username] for each in grants if each.holder}
        return cls(people, streets, holders)

    def street(self, firm: Enterprise) -> Somebody:
        """The officer of the street in which an enterprise lies."""
        return self.streets[firm.territory[:9]]

    def owner(self, firm: Enterprise) -> Somebody:
        """Who acts for an enterprise: its own account, or, where it has none, the street."""
        return self.holders.get(str(firm.credit_code)) or self.street(firm)


def firms_about(scene: Scene, sectors: Sequence[str] = WORKSHOPS) -> list[Enterprise]:
    """Invented enterprises of these sectors (of any, where there is none) in the streets whose officers have an
    account, street after street."""
    rows = Enterprise.objects.filter(generated=True, site__generated=True).select_related("site").order_by("number")
    fitting = rows.filter(sector__in=sectors)
    by_street = [list(fitting.filter(territory__startswith=street)[:EACH_STREET]) for street in scene.struck]
    if not any(by_street):
        by_street = [list(rows.filter(territory__startswith=street)[:EACH_STREET]) for street in scene.struck]
    return [firm for turn in range(EACH_STREET) for found in by_street for firm in found[turn : turn + 1]]


def _found_on_visits(now: datetime, cast: Cast) -> Iterator[Turn]:
    """What visits found some days ago is graded and ordered by the section, as it would have been."""
    until, by = now - timedelta(days=FOUND_BEFORE_D), cast.people[SECTION]
    waiting = Hazard.objects.filter(state=Hazard.State.FOUND, found_at__lt=until).exclude(origin_id=None)
    for serial, hazard in enumerate(waiting.order_by("found_at", "number")):
        days = _working_days(hazard.found_at, now)
        yield Turn(office_hour(now, max(days - 1, 0), serial, 1), _Ordering(hazard, by).judge)
        yield Turn(office_hour(now, max(days - 2, 0), serial, 2), _Ordering(hazard, by).order)


def _working_days(since: datetime, until: datetime) -> int:
    first, last = timezone.localdate(since), timezone.localdate(until)
    days = (first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1))
    return sum(shipped_calendar().is_working_day(day) for day in days)


@dataclass(frozen=True)
class _Ordering:
    """A hazard found on a visit, while the section looks at it."""

    hazard: Hazard
    by: Somebody

    def judge(self) -> None:
        hazards.judge(self.hazard, by=self.by, grade=Grade.GENERAL)

    def order(self) -> None:
        due_on = timezone.localdate(clock.now()) + timedelta(days=ORDERED_FOR_D)
        hazards.order(self.hazard, by=self.by, due_on=due_on, responsible="现场负责人（示例）")


@dataclass
class Walked:
    """One hazard being played: each method makes the move of its name, as whoever makes it in a bureau."""

    way: Way
    defect: tuple[str, str, str, str, str]
    firm: Enterprise
    cast: Cast
    now: datetime
    serial: int
    rng: np.random.Generator
    hazard: Hazard = field(default_factory=Hazard)
    extension: Extension = field(default_factory=Extension)
    listing: Listing = field(default_factory=Listing)
    second_look: LookBack = field(default_factory=LookBack)

    def turns(self) -> Iterator[Turn]:
        """Every move at its hour."""
        yield Turn(office_hour(self.now, self.way.found, self.serial, 0), self.find)
        for step, (verb, days_ago) in enumerate(self.way.moves, start=1):
            move: Callable[[], object] = getattr(self, verb)
            yield Turn(office_hour(self.now, days_ago, self.serial, step), move)

    def _on(self, days: int) -> date:
        """A day counted from that of the demonstration."""
        return timezone.localdate(self.now + timedelta(days=days))

    @cached_property
    def street(self) -> Somebody:
        return self.cast.street(self.firm)

    @cached_property
    def finder(self) -> Somebody:
        """The street, or the officer who is not to look again: whoever had a hand in a hazard may not."""
        looked_at_again = any(verb == "look" for verb, _days_ago in self.way.moves)
        return self.street if looked_at_again or self.serial % 3 == 0 else self.cast.people[ENFORCERS[0]]

    @cached_property
    def owner(self) -> Somebody:
        return self.cast.owner(self.firm)

    @cached_property
    def photographs(self) -> Sequence[bytes]:
        return pictures.passage(self.rng)

    def _picture(self, purpose: Attachment.Purpose, by: Somebody) -> None:
        before, after = self.photographs
        content = after if purpose == Attachment.Purpose.AFTER else before
        made_at, here = clock.now() - timedelta(minutes=6), self.hazard
        taken = Taken(purpose=purpose, made_at=made_at, lon=here.lon, lat=here.lat, accuracy_m=8.0)
        keep_picture(self.hazard, content, f"生成图片-{purpose.label}.jpg", taken, by=by)

    def find(self) -> None:
        kind, summary, place, clause, _done = self.defect
        self.hazard = hazards.report(
            by=self.finder,
            site=typing.cast(Site, self.firm.site),  # `firms_about` names none without premises
            enterprise=self.firm,
            summary=summary,
            kind=Hazard.Kind(kind),
            source=Hazard.Source.PATROL if self.finder is self.street else Hazard.Source.ENFORCEMENT,
            place=place,
            clause="" if self.way.major else clause,
        )
        if self.serial % 2 or any(verb == "submit" for verb, _days in self.way.moves):
            self._picture(Attachment.Purpose.BEFORE, self.finder)

    def void(self) -> None:
        hazards.void(
            self.hazard, by=self.cast.people[ENFORCERS[0]], reason="复核图纸后确认该处不是疏散通道，不构成隐患。"
        )

    def judge(self) -> None:
        grade, clause = (Grade.MAJOR, self.defect[3]) if self.way.major else (Grade.GENERAL, "")
        hazards.judge(self.hazard, by=self.street, grade=grade, judging_clause=clause)

    def dispute(self) -> None:
        hazards.dispute(self.hazard, by=self.street, reason="企业认为达不到重大，请专家到现场判定。")

    def settle(self) -> None:
        opinion = "现场测量后认为不构成重大事故隐患，按一般隐患限期整改。"
        hazards.settle(self.hazard, by=self.cast.people[EXPERT], grade=Grade.GENERAL, opinion=opinion)

    def order(self) -> None:
        hazards.order(
            self.hazard,
            by=self.street,
            due_on=self._on(self.way.due_in),
            responsible=self.firm.contact or self.firm.legal_person,
            measures="停用相关设备，拉设警戒，专人看守" if self.way.major else "",
            suspended=self.way.major,
        )

    def take_up(self) -> None:
        plan = dict(zip(PLAN, PLANNED, strict=True)) if self.way.major else {}
        hazards.take_up(self.hazard, by=self.owner, **plan)

    def ask(self) -> None:
        self.extension = hazards.request_extension(
            by=self.owner,
            hazard=self.hazard,
            wanted_on=self._on(self.way.due_in + LATER_D),
            why="更换的设备需定制，厂家承诺两周内到货。",
            measures="已停用该工位并设围挡，班组长每两小时巡查一次。",
        )

    def grant(self) -> None:
        hazards.grant_extension(
            self.extension, by=self.cast.people[SECTION], answer="订货合同属实，防护到位，同意延期。"
        )

    def refuse(self) -> None:
        hazards.refuse_extension(
            self.extension, by=self.cast.people[SECTION], answer="清理不需要采购，请按原期限完成。"
        )

    def submit(self) -> None:
        self._picture(Attachment.Purpose.AFTER, self.owner)
        cost = float(self.rng.integers(2, 90)) * 1000 if self.way.major else None
        cause = "只清理了一次，没有安排专人检查。" if self.hazard.earlier_id else ""
        hazards.submit(self.hazard, by=self.owner, rectification=self.defect[4], cost_yuan=cost, cause=cause)

    def fail_recheck(self) -> None:
        reason = "通道已清理，但仍有一处占用，照片角度看不到西侧。"
        hazards.fail_recheck(self.hazard, by=self.cast.people[ENFORCERS[1]], reason=reason)

    def pass_recheck(self) -> None:
        by, here = self.cast.people[ENFORCERS[1]], self.hazard
        hazards.pass_recheck(self.hazard, by=by, note="现场核实已整改", lon=here.lon, lat=here.lat)

    def close_out(self) -> None:
        hazards.close_out(self.hazard, by=self.cast.people[SECTION])

    def look(self) -> None:
        seed = f"{self.now:%Y%m%d}-{self.serial}"
        self.second_look = hazards.draw_look_back(by=self.cast.people[SECTION], hazard=self.hazard, seed=seed)

    def hold(self) -> None:
        hazards.find_in_order(self.second_look, by=self.cast.people[ENFORCERS[0]], finding="通道畅通，未见反弹。")

    def find_again(self) -> None:
        finding = "回头看时通道内又堆放成品，宽度不足一米。"
        hazards.find_again(self.second_look, by=self.cast.people[ENFORCERS[0]], finding=finding, due_on=self._on(7))

    def recur(self) -> None:
        """The same is found again at the same place: a new hazard, which names the earlier one."""
        again = Walked(self.way, self.defect, self.firm, self.cast, self.now, self.serial, self.rng)
        again.find()
        again.judge()
        due_on = self._on(9)
        hazards.order(again.hazard, by=self.street, due_on=due_on, responsible=self.firm.contact)

    def propose(self) -> None:
        bureau = Organisation.objects.filter(kind=Organisation.Kind.BUREAU).order_by("number")[0]
        self.listing = hazards.propose_listing(
            by=self.street,
            hazard=self.hazard,
            subject=f"{self.firm.name}：{self.hazard.summary}",
            clause=self.defect[3],
            supervisor=bureau,
            leader=LEADER,
            due_on=timezone.localdate(clock.now()) + timedelta(days=LISTED_FOR_D),
            suspension="相关工位停产",
            measures="停用设备，人员撤离，专人看守",
        )

    def approve(self) -> None:
        hazards.approve_listing(self.listing, by=self.cast.people[LEADER_OF_DISTRICT])

    def serve(self) -> None:
        hazards.serve_notice(
            self.listing, by=self.cast.people[COMMISSION], receiver=self.firm.legal_person or "法定代表人"
        )

    def publish(self) -> None:
        hazards.publish_listing(self.listing, by=self.cast.people[COMMISSION], published_in=PUBLISHED_IN)

    def plan(self) -> None:
        plan = "一、停用相关设备；二、委托设计并采购装置；三、安装调试；四、申请验收。"
        hazards.file_plan(self.listing, by=self.owner, plan=plan)

    def start(self) -> None:
        hazards.start_work(self.listing, by=self.owner)

    def progress(self) -> None:
        hazards.report_progress(self.listing, by=self.owner, note="设备已到货，正在安装，完成约六成。")

    def acceptance(self) -> None:
        hazards.request_acceptance(self.listing, by=self.owner, note="整改完成并通过复查，申请验收销号。")

    def accept(self) -> None:
        hazards.accept(self.listing, by=self.cast.people[SECTION], note="现场验收合格")

    def delist(self) -> None:
        hazards.delist(self.listing, by=self.cast.people[COMMISSION])

    def publish_delisting(self) -> None:
        hazards.publish_delisting(self.listing, by=self.cast.people[COMMISSION], published_in=PUBLISHED_IN)
