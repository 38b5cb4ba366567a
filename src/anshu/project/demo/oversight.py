"""Tip-offs, the vault and supervision of the demonstration: played move by move through the transitions, at the hours
at which they would have happened, so that every record has its history and every loop its clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from anshu.access.models import Account, Grant
from anshu.access.policy import Actor, Robot
from anshu.access.policy import Person as Somebody
from anshu.domains.hazards import transitions as hazards
from anshu.domains.hazards.models import Grade, Hazard
from anshu.domains.people.models import Organisation
from anshu.domains.places.models import Area, Site
from anshu.domains.supervision import transitions as supervision
from anshu.domains.supervision.models import Campaign, DutyRule, Meeting, Round, SupervisedTask
from anshu.domains.tipoffs import transitions as tipoffs
from anshu.domains.tipoffs.models import Ground, Ticket, TipOff
from anshu.domains.vault import transitions as vault
from anshu.domains.vault.queries import key_in_use
from anshu.engines.district import oversight
from anshu.engines.district.oversight import ACTIONS, CAMPAIGN, SUB_PLANS, Case, Duty
from anshu.kernel import clock
from anshu.project.demo.accounts import COMMISSION, SECTION
from anshu.project.demo.insertion import insert
from anshu.project.demo.staging import GENERATED, Scene
from anshu.workflow import log

"""Passphrase of both keyholders of the demonstration; it opens invented names and nothing else."""
PASSPHRASE = "Anshu-vault-2026"  # noqa: S105  # shown on purpose
STAGE_CASES, STAGE_DUTIES, STAGE_PREMISES = 401, 402, 403
SITES = 400
PUBLIC = Robot("public")
"""Department (the end of its name) → kinds of matter that the duty matrix gives it."""
MATRIX = {
    "水务局": ("structure",),
    "住房和建设局": ("construction", "gas", "height"),
    "城市管理和综合执法局": ("ebike",),
    "市场监督管理局": ("machinery",),
    "应急管理局": ("dust", "chemical", "confined_space", "management"),
    "公安分局": ("electric", "fire"),
}
MEETINGS, RECTIFIED_WITHIN_D = 8, 45
"""Moves of a case that has been accepted and assigned and no more: some of these are a street's to verify."""
ONLY_ASSIGNED = 2
"""A task that is so many days overdue (negative) has been reminded of."""
REMINDED_AFTER = -2


@dataclass(order=True)
class Turn:
    """Something that is done at an hour."""

    at: datetime
    act: Callable[[], object] = field(compare=False)


def play(scene: Scene) -> Iterator[str]:
    """Play everything, once; an installation that has tip-offs or supervised tasks already is left as it is."""
    if TipOff.objects.exists() or SupervisedTask.objects.exists() or not Account.objects.filter(username="jubao"):
        yield "oversight: already there, or no demonstration log-ins"
        return
    now = clock.now()
    with transaction.atomic():
        log.lock()
        _open_vault(now - timedelta(days=200))
        nodes = _registers(scene, now)
        turns = [*_cases(scene, now), *_duties(scene, now, nodes)]
        for turn in sorted(turns):
            with clock.frozen(turn.at):
                turn.act()
    yield f"oversight: {TipOff.objects.count()} tip-offs, {SupervisedTask.objects.count()} supervised tasks"
    yield f"  vault of names: keyholders baomi1 and baomi2, passphrase of both: {PASSPHRASE}"


def _who(username: str) -> Somebody:
    return Somebody(Account.objects.get(username=username))


def _open_vault(at: datetime) -> None:
    if key_in_use() is None:
        with clock.frozen(at):
            for username in ("baomi1", "baomi2"):
                vault.enrol(PASSPHRASE, by=_who(username))
            vault.found(by=_who("baomi1"))


def _cases(scene: Scene, now: datetime) -> Iterator[Turn]:
    sites = _premises(scene)
    for case in oversight.cases(np.random.default_rng([scene.district.seed, STAGE_CASES]), len(sites)):
        told = Told(case, sites[case.site], scene.root)
        yield Turn(now - timedelta(hours=case.hours_ago), told.tell)
        for move in case.moves:
            yield Turn(now - timedelta(hours=move.hours_ago), getattr(told, move.verb))


def _premises(scene: Scene) -> list[Site]:
    """Invented premises that cases are about: those of the scene, or, where it has none, a few about the struck
    streets. Nothing is ever said of a real place."""
    invented = Site.objects.filter(kind=Site.Kind.ENTERPRISE, generated=True)
    if not invented.exists():
        rng = np.random.default_rng([scene.district.seed, STAGE_PREMISES])
        streets = list(Area.objects.filter(number__in=scene.struck).exclude(lon=None).order_by("number"))
        made = oversight.premises(rng, [(street.number, street.lon, street.lat) for street in streets])
        rows = [
            Site(
                number=f"{number}-{serial:02d}",
                name=name,
                kind=Site.Kind.ENTERPRISE,
                territory=number,
                lon=lon,
                lat=lat,
                source=GENERATED,
                generated=True,
            )
            for serial, (number, name, lon, lat) in enumerate(made, start=1)
        ]
        insert(rows, GENERATED, scene.root)
    return list(invented.order_by("number")[:SITES])


class Told:
    """One case being played: each method makes the move of its name, as whoever makes it in a bureau."""

    def __init__(self, case: Case, site: Site, root: str) -> None:
        self.case, self.site, self.root = case, site, root
        self.tip_off, self.code, self.pin = TipOff(), "", ""

    def tell(self) -> None:
        """What the resident sends."""
        case, site = self.case, self.site
        self.tip_off = tipoffs.tell(
            by=PUBLIC,
            text=case.text.format(place=site.name),
            kind=TipOff.Kind(case.kind),
            channel=TipOff.Way.WEB if case.site % 3 else TipOff.Way.HOTLINE,
            place=site.address.removesuffix(f"（{GENERATED}）"),
            reported_name=site.name,
            territory=site.territory,
            lon=site.lon,
            lat=site.lat,
            named=bool(case.name),
        )
        if case.name:
            vault.keep_identity(self.tip_off, {"name": case.name, "phone": case.phone})
        self.code = tipoffs.issue_ticket(self.tip_off)

    def accept(self) -> None:
        tipoffs.accept(self.tip_off, by=_who("jubao"))

    def reject(self) -> None:
        tipoffs.reject(self.tip_off, by=_who("jubao"), reason="没有写明地点和单位，无法核查；请补充后重新提交。")

    def transfer(self) -> None:
        answer = "您反映的事项由市场监督管理部门办理，我们已转去并会跟进结果。"
        tipoffs.transfer(self.tip_off, by=_who("jubao"), transferred_to="市场监督管理局", answer=answer)

    def assign(self) -> None:
        bureau = Organisation.objects.filter(kind=Organisation.Kind.BUREAU).order_by("number").first()
        street = Organisation.objects.filter(number=f"{self.site.territory[:9]}-S").first()
        alone = len(self.case.moves) == ONLY_ASSIGNED and self.case.site % 2
        unit = street if alone and street else bureau
        if unit is not None:
            tipoffs.assign(self.tip_off, by=_who("jubao"), unit=unit)

    def substantiate(self) -> None:
        summary = self.case.finding.split("，")[0]
        officer = _who("zhifa")
        tipoffs.substantiate(
            self.tip_off, by=officer, finding=self.case.finding, site=self.site, hazard_summary=summary
        )
        hazard = self.tip_off.hazard
        if hazard is not None:
            hazards.judge(hazard, by=officer, grade=Grade.GENERAL)
            due_on = timezone.localdate(clock.now() + timedelta(days=RECTIFIED_WITHIN_D))
            hazards.order(hazard, by=officer, due_on=due_on, responsible="安全负责人")
            _taken_up(hazard)

    def refute(self) -> None:
        tipoffs.refute(self.tip_off, by=_who("zhifa"), finding=self.case.finding)

    def reply(self) -> None:
        tipoffs.reply(self.tip_off, by=_who("jubao"), answer=self.case.answer)

    def reopen(self) -> None:
        tipoffs.reopen(self.tip_off, by=PUBLIC, complaint="周末又看到了，拍了照片，请换个时间再去看看。")

    def propose_reward(self) -> None:
        tipoffs.propose_reward(
            self.tip_off, by=_who("jubao"), ground=Ground.MAJOR_OR_UNLAWFUL, fine_yuan=self.case.fine_yuan
        )

    def approve_reward(self) -> None:
        tipoffs.approve_reward(self.tip_off, by=_who(SECTION))

    def claim(self) -> None:
        self.pin = tipoffs.claim_with(self.code, by=PUBLIC)

    def pay(self) -> None:
        cashier = _who("chuna")
        tipoffs.prove(self.tip_off, self.code, self.pin, by=cashier)
        tipoffs.pay(self.tip_off, by=cashier, receipt=f"JL{Ticket.objects.count():05d}")


def _taken_up(hazard: Hazard) -> None:
    """The street sees to it that the shop begins, where its officer has an account."""
    grants = Grant.objects.filter(role="street_officer", territory=hazard.territory[:9]).select_related("account")
    officer = grants.first()
    if officer is not None:
        hazards.take_up(hazard, by=Somebody(officer.account))


def _duties(scene: Scene, now: datetime, nodes: list[Campaign]) -> Iterator[Turn]:
    units = list(Organisation.objects.filter(kind=Organisation.Kind.SECTOR_DEPT).order_by("number"))
    units += list(Organisation.objects.filter(number__in=[f"{street}-S" for street in scene.struck]).order_by("number"))
    made = oversight.duties(np.random.default_rng([scene.district.seed, STAGE_DUTIES]), len(units))
    for place, duty in enumerate(made):
        worked = Worked(
            duty, units[duty.lead], nodes[place % len(nodes)] if duty.source != "instruction" else None, now
        )
        worked.root = scene.root
        yield Turn(now - timedelta(hours=duty.issued_h), worked.register)
        for move in duty.moves:
            yield Turn(now - timedelta(hours=move.hours_ago), getattr(worked, move.verb))
        if duty.due_in_days <= REMINDED_AFTER and duty.moves[-1].verb == "report_on_task":
            reminded = now - timedelta(days=-duty.due_in_days - 1)
            yield Turn(reminded, worked.remind)
            if place % 2:
                yield Turn(reminded + timedelta(days=1), worked.answer)


class Worked:
    """One supervised task being played."""

    root = ""

    def __init__(self, duty: Duty, lead: Organisation, node: Campaign | None, now: datetime) -> None:
        self.duty, self.lead, self.node, self.task = duty, lead, node, SupervisedTask()
        self.due_on = timezone.localdate(now + timedelta(days=duty.due_in_days))

    @property
    def unit(self) -> Actor:
        """Somebody of the lead unit: an account that is entered in no unit may speak for any."""
        return _who("bumen")

    def remind(self) -> None:
        """A reminder, signed and served, some days after the date."""
        office = _who(COMMISSION)
        self.letter = supervision.draft_letter(
            by=office,
            unit=self.lead,
            task=self.task,
            about=self.task.title,
            demand="请立即推进，并在期限内书面说明进展和超期原因。",
            text=f"该任务应于{self.due_on:%m月%d日}完成，目前尚未报告办结。",
        )
        supervision.sign_letter(self.letter, by=office)
        supervision.serve_letter(self.letter, by=office, received_by=f"{self.lead.name}办公室")

    def answer(self) -> None:
        """The unit's answer."""
        supervision.answer_letter(self.letter, by=self.unit, answer="已增派人手，预计两周内完成，将按周报送进度。")

    def register(self) -> None:
        self.task = supervision.register_task(
            by=_who(COMMISSION),
            title=self.duty.title,
            result=self.duty.result,
            source=SupervisedTask.Source(self.duty.source),
            issuer="区安委会" if self.duty.source != "instruction" else "区长",
            kind=Hazard.Kind(self.duty.kind),
            campaign=self.node,
            due_on=self.due_on,
            territory=self.root,
        )

    def decompose(self) -> None:
        supervision.decompose(self.task, by=_who(COMMISSION))

    def assign_task(self) -> None:
        supervision.assign_task(self.task, by=_who(COMMISSION), lead=self.lead, due_on=self.due_on)

    def sign_task(self) -> None:
        supervision.sign_task(self.task, by=self.unit)

    def feed_back_first(self) -> None:
        supervision.feed_back_first(self.task, by=self.unit, plan="已成立专班，分三批推进，每周报送进度。")

    def report_on_task(self) -> None:
        percent = 30 + 10 * (len(self.duty.title) % 6)
        supervision.report_on_task(self.task, by=self.unit, percent=percent, note="按计划推进")

    def report_done(self) -> None:
        supervision.report_done(self.task, by=self.unit, report=f"已完成：{self.duty.result}。")

    def return_report(self) -> None:
        supervision.return_report(self.task, by=_who(COMMISSION), reason="缺少验收资料和前后对比照片。")

    def review_report(self) -> None:
        supervision.review_report(self.task, by=_who(COMMISSION), opinion="资料齐全，抽查属实。")

    def conclude_finished(self) -> None:
        supervision.conclude_finished(self.task, by=_who(COMMISSION))

    def conclude_unfinished(self) -> None:
        supervision.conclude_unfinished(self.task, by=_who(COMMISSION), reason="到期完成不足一半。")


def _registers(scene: Scene, now: datetime) -> list[Campaign]:
    """The campaign's tree, the duty matrix, meetings and rounds; returns the nodes on which tasks are hung."""
    nodes = list(_tree(scene, now))
    for rows in (nodes, list(_matrix(scene)), list(_meetings(scene, now)), list(_rounds(scene, now))):
        insert(rows, GENERATED, scene.root)
    return [node for node in nodes if node.kind == Campaign.Kind.MEASURE]


def _common(scene: Scene, number: str) -> dict[str, Any]:
    return {"number": number, "territory": scene.root, "generated": True}


def _tree(scene: Scene, now: datetime) -> Iterator[Campaign]:
    year = timezone.localdate(now).year
    begins, ends = date(year - 1, 1, 1), date(year + 1, 12, 31)
    root = Campaign(
        name=f"{CAMPAIGN}（示例）",
        kind=Campaign.Kind.CAMPAIGN,
        starts_on=begins,
        ends_on=ends,
        goal="三年内重大事故隐患增量得到遏制、存量见底清零，重点行业领域本质安全水平明显提升。",
        **_common(scene, "ZB"),
    )
    yield root
    for serial, (name, measures) in enumerate(ACTIONS, start=1):
        action = Campaign(
            name=name, kind=Campaign.Kind.ACTION, parent=root, root=root, **_common(scene, f"ZB-{serial:02d}")
        )
        yield action
        for step, measure in enumerate(measures, start=1):
            number = f"ZB-{serial:02d}-{step}"
            yield Campaign(name=measure, kind=Campaign.Kind.MEASURE, parent=action, root=root, **_common(scene, number))
    for serial, sector in enumerate(SUB_PLANS, start=1):
        yield Campaign(
            name=f"{sector}领域子方案",
            kind=Campaign.Kind.SUB_PLAN,
            parent=root,
            root=root,
            sector=sector,
            **_common(scene, f"ZB-F{serial:02d}"),
        )


def _matrix(scene: Scene) -> Iterator[DutyRule]:
    serial = 0
    for ending, kinds in MATRIX.items():
        unit = Organisation.objects.filter(name__endswith=ending, territory=scene.root).order_by("number").first()
        for kind in kinds if unit else ():
            serial += 1
            yield DutyRule(unit=unit, kind=kind, basis="三定规定（示例）", **_common(scene, f"ZZ-{serial:02d}"))


def _meetings(scene: Scene, now: datetime) -> Iterator[Meeting]:
    today = timezone.localdate(now)
    wednesday = today - timedelta(days=(today.weekday() - 2) % 7)
    for week in range(MEETINGS):
        day = wednesday - timedelta(weeks=week)
        yield Meeting(
            kind=Meeting.Kind.DISPATCH,
            held_on=day,
            chair="区安委办主任",
            topic=f"{day:%m月%d日}安全生产周调度",
            **_common(scene, f"HY-{day:%Y%m%d}"),
        )


def _rounds(scene: Scene, now: datetime) -> Iterator[Round]:
    today = timezone.localdate(now)
    for serial, (name, kind, back) in enumerate(
        (
            ("重大事故隐患专项督导检查", Round.Kind.SPECIAL, 40),
            ("节前明察暗访", Round.Kind.COVERT, 60),
            ("第三季度安全生产综合督查", Round.Kind.COMPREHENSIVE, 90),
        ),
        start=1,
    ):
        yield Round(
            name=name,
            kind=kind,
            starts_on=today - timedelta(days=back),
            ends_on=today - timedelta(days=back - 6),
            teams=4 * serial,
            checks=30 + 11 * serial,
            problems=48 + 17 * serial,
            problems_ordered=48 + 17 * serial,
            **_common(scene, f"DD-{serial:02d}"),
        )
