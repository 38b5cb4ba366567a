"""What a bureau of the demonstration enters about its campaigns and its regulation, beside what has a loop of its own:
targets, help, treatment projects, rounds, and what was taken away, studied, closed or put up. All of it invented."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

from anshu.domains.construction.models import RatingRound
from anshu.domains.enforcement.models import Closure
from anshu.domains.enterprises.models import RiskStudy
from anshu.domains.hazards.models import Hazard
from anshu.domains.inspections.models import Checklist, Confiscation, Visit, VisitKind
from anshu.domains.places.models import Site
from anshu.domains.supervision.models import Assistance, Campaign, Target, Treatment
from anshu.domains.tipoffs.models import HotlineNotice
from anshu.ledger.models import Registered
from anshu.project.demo.frame import Frame, at, beside
from anshu.project.demo.staging import GENERATED

PROGRAMMES = ("超高层建筑消防风险评估", "城中村消防设施改造", "电动自行车充电设施建设")
"""Name, kind of matter, who set it, to be reached, reached, counted in; the first three belong to the campaign."""
TARGETS = (
    ("专项行动任务措施落实率", "", Target.Origin.DISTRICT, 100, 96, "%"),
    ("重大事故隐患按期整改率", "management", Target.Origin.CITY, 100, 100, "%"),
    ("电动自行车集中充电端口", "ebike", Target.Origin.CITY, 2000, 2140, "个"),
    ("更换智能燃气表", "gas", Target.Origin.CITY, 30_000, 31_200, "户"),
    ("更换不锈钢波纹软管", "gas", Target.Origin.CITY, 45_000, 45_800, "户"),
    ("加装燃气自闭阀", "gas", Target.Origin.CITY, 40_000, 38_500, "户"),
)
FIELDS = ("危险化学品", "建筑施工", "城镇燃气", "道路交通", "消防", "有限空间")
"""Type, what exactly, quantity, unit, where."""
TAKEN = (
    (Confiscation.Kind.FIRE_SOURCE, "打火机、火柴", 128, Confiscation.Unit.PIECES, "森林防火卡口"),
    (Confiscation.Kind.FIRE_SOURCE, "打火机、香烛", 86, Confiscation.Unit.PIECES, "登山道入口"),
    (Confiscation.Kind.FUEL, "流动加油车柴油", 120, Confiscation.Unit.LITRES, "停车场"),
    (Confiscation.Kind.CYLINDERS, "超期未检气瓶", 9, Confiscation.Unit.PIECES, "餐饮店后厨"),
)
NOTICED = ("社区公告栏", "工业区大门", "在建工地出入口", "城中村牌坊", "批发市场大厅")
WORKS, PARKS = ("住宅项目工地", "学校扩建工地", "管廊工程工地"), ("第一工业园", "第二工业园")
"""Rounds are held in so many months, on this day of each."""
MONTHS, RATED_ON = 6, 25


def _campaign() -> Campaign | None:
    """The campaign of years that the demonstration runs."""
    return Campaign.objects.filter(kind=Campaign.Kind.CAMPAIGN).order_by("number").first()


def _programmes(frame: Frame) -> Iterator[Campaign]:
    campaign = _campaign()
    for serial, name in enumerate(PROGRAMMES if campaign else (), start=1):
        yield Campaign(
            name=f"{name}（示例）",
            kind=Campaign.Kind.SUB_PLAN,
            parent=campaign,
            root=campaign,
            sector="消防",
            matter=Hazard.Kind.FIRE,
            **frame.common(f"ZB-X{serial:02d}"),
        )


def _targets(frame: Frame) -> Iterator[Target]:
    campaign = _campaign()
    for serial, (name, matter, origin, wanted, reached, unit) in enumerate(TARGETS):
        yield Target(
            name=f"{name}（示例）",
            matter=matter,
            origin=origin,
            wanted=wanted,
            reached=reached,
            counted_in=unit,
            campaign=campaign if serial < len(TARGETS) // 2 else None,
            assessed_on=frame.ago(30 + serial),
            **frame.common(f"MB-例-{serial + 1:02d}"),
        )


def _assistance(frame: Frame) -> Iterator[Assistance]:
    for serial in range(2):
        office = frame.office(serial)
        if office is None:
            continue
        yield Assistance(
            kind=Assistance.Kind.PEOPLE,
            receiver=office,
            purpose="重点街道安全生产驻点帮扶（示例）",
            starts_on=frame.ago(200),
            ends_on=frame.ago(140),
            people=6,
            full_time=True,
            **frame.common(f"BF-例-{serial + 1:02d}", serial),
        )
        yield Assistance(
            kind=Assistance.Kind.MONEY,
            receiver=office,
            purpose="重点街道隐患整治经费（示例）",
            starts_on=frame.ago(180),
            amount_yuan=Decimal(3_000_000 + 500_000 * serial),
            **frame.common(f"BF-例-{serial + 11:02d}", serial),
        )


def _sites(frame: Frame) -> Iterator[Site]:
    named = [(name, Site.Kind.CONSTRUCTION_SITE) for name in WORKS]
    named += [(name, Site.Kind.INDUSTRIAL_PARK) for name in PARKS]
    for serial, (name, kind) in enumerate(named):
        yield Site(
            name=f"安澜{name}（示例）",
            kind=kind,
            source=GENERATED,
            **beside(frame.street(serial), serial),
            **frame.common(f"CS-例-{serial + 1:02d}", serial),
        )


def _treatments(frame: Frame) -> Iterator[Treatment]:
    campaign = _campaign()
    invented = Site.objects.filter(generated=True).order_by("number")
    slopes = invented.filter(kind=Site.Kind.SLOPE, territory__startswith=frame.focus)[:3]
    parks = invented.filter(kind=Site.Kind.INDUSTRIAL_PARK)[: len(PARKS)]
    for serial, site in enumerate([*slopes, *parks]):
        park = site.kind == Site.Kind.INDUSTRIAL_PARK
        yield Treatment(
            name=f"{site.name}{'安全专项整治' if park else '工程治理'}",
            kind=Treatment.Kind.RECTIFICATION if park else Treatment.Kind.ENGINEERING,
            site=site,
            campaign=campaign,
            unit=frame.offices.get(site.territory[:9]),
            starts_on=frame.ago(260 - 20 * serial),
            finished_on=frame.ago(60 + serial) if serial % 2 else None,
            cost_yuan=None if park else Decimal(850_000 + 100_000 * serial),
            **frame.common(f"ZL-例-{serial + 1:02d}") | {"territory": site.territory},
        )


def _cross_visits(frame: Frame) -> Iterator[Visit]:
    checklist = Checklist.objects.filter(code="minor-works", state=Checklist.State.PUBLISHED).first()
    places = Site.objects.filter(kind=Site.Kind.CONSTRUCTION_SITE, generated=True).order_by("number")
    for serial, site in enumerate(places[: len(WORKS)] if checklist else []):
        begun = at(frame.ago(50 + serial), 10)
        yield Visit(
            site=site,
            kind=VisitKind.CROSS,
            checklist=checklist,
            planned_on=frame.ago(50 + serial),
            started_at=begun,
            submitted_at=begun + timedelta(minutes=40),
            signed_at=begun + timedelta(minutes=45),
            closed_at=begun + timedelta(days=1),
            created_at=begun - timedelta(days=1),
            signer="现场负责人（示例）",
            state=Visit.State.CLOSED,
            lon=site.lon,
            lat=site.lat,
            **frame.common(f"JC-交叉-{serial + 1:02d}") | {"territory": site.territory},
        )


def _rounds(frame: Frame) -> Iterator[RatingRound]:
    day = frame.today.replace(day=RATED_ON)
    for serial in range(MONTHS):
        day = (day.replace(day=1) - timedelta(days=1)).replace(day=RATED_ON)
        yield RatingRound(
            name=f"{day:%Y年%m月}在建工地安全生产管理评比（示例）",
            rated_on=day,
            sites_rated=64 + serial,
            sites_good=5,
            sites_poor=4,
            document_number=f"〔示例〕评比通报〔{serial + 1}〕号",
            **frame.common(f"PB-{day:%Y%m}"),
        )


def _confiscations(frame: Frame) -> Iterator[Confiscation]:
    for serial, (kind, what, quantity, unit, place) in enumerate(TAKEN):
        yield Confiscation(
            kind=kind,
            what=what,
            quantity=quantity,
            unit=unit,
            place=place,
            taken_on=frame.ago(25 + 18 * serial),
            disposal="统一登记保管，集中销毁",
            **frame.common(f"SK-例-{serial + 1:02d}", serial),
        )


def _studies(frame: Frame) -> Iterator[RiskStudy]:
    for serial, field in enumerate(FIELDS):
        for kind, what in ((RiskStudy.Kind.ANALYSIS, "风险分析研判"), (RiskStudy.Kind.MAP, "风险点分布图")):
            yield RiskStudy(
                title=f"{field}{what}（示例）",
                kind=kind,
                field=field,
                made_on=frame.ago(100 + 5 * serial),
                points=12 + 3 * serial if kind == RiskStudy.Kind.MAP else None,
                **frame.common(f"YP-{kind}-{serial + 1:02d}"),
            )


def _closures(frame: Frame) -> Iterator[Closure]:
    yield Closure(
        kind=Closure.Kind.BANNED,
        party="安澜无证喷涂作坊（示例）",
        grounds="未依法取得许可，擅自储存使用危险化学品",
        basis="《中华人民共和国安全生产法》第六十三条",
        decided_on=frame.ago(90),
        decider="区人民政府（示例）",
        carried_out_on=frame.ago(88),
        **frame.common("GT-例-01", 0),
    )


def _notices(frame: Frame) -> Iterator[HotlineNotice]:
    for serial, place in enumerate(NOTICED):
        yield HotlineNotice(
            place=f"{frame.street(serial).name}{place}",
            posted_on=frame.ago(70 + 9 * serial),
            notices=4 + serial,
            hotline="12350",
            unit=frame.office(serial),
            **frame.common(f"RX-例-{serial + 1:02d}", serial),
        )


"""Each register in its turn: those that others point at come first."""
REGISTERS: tuple[Callable[[Frame], Iterator[Registered]], ...] = (
    _programmes,
    _targets,
    _assistance,
    _sites,
    _treatments,
    _cross_visits,
    _rounds,
    _confiscations,
    _studies,
    _closures,
    _notices,
)
