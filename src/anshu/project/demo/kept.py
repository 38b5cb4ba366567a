"""What a bureau of the demonstration keeps by hand: accidents and the bulletins that warn of them, stations, experts,
grid teams, and with them all that `regulating` enters. All of it invented."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from anshu.domains.accidents.models import Accident, AccidentBulletin
from anshu.domains.people.models import Expert, ExpertGroup, GridTeam, Organisation, Person
from anshu.domains.places.models import Area
from anshu.domains.teams.models import Station
from anshu.engines.district.people import SAFETY_OFFICER, fictional_phone
from anshu.kernel import clock
from anshu.ledger.models import Registered
from anshu.project.demo import regulating
from anshu.project.demo.frame import Frame, at, beside
from anshu.project.demo.insertion import insert, keys
from anshu.project.demo.staging import GENERATED, Scene

"""Days ago, type, what happened, deaths, serious injuries, loss (yuan)."""
ACCIDENTS = (
    (1650, Accident.Kind.ROAD, "货车侧翻事故", 1, 0, 300_000),
    (1240, Accident.Kind.FIRE, "出租屋电动自行车火灾事故", 1, 1, 180_000),
    (610, Accident.Kind.CONSTRUCTION, "外墙吊篮坠落事故", 1, 1, 1_600_000),
    (340, Accident.Kind.TRADE, "冲压车间机械伤害事故", 0, 1, 260_000),
    (150, Accident.Kind.FIRE, "仓库火灾事故", 0, 0, 420_000),
    (45, Accident.Kind.ROAD, "路口碰撞事故", 1, 0, 90_000),
)
BULLETINS = ((300, "关于机械伤害事故的警示通报"), (120, "关于外地厂房火灾事故的警示通报"))
"""Ending of the name, type, days since it opened, crew, vehicles; dealt round the streets."""
STATIONS = (
    ("消防救援站", Station.Kind.CITY, 4200, 36, 7),
    ("消防救援站", Station.Kind.CITY, 2600, 32, 6),
    ("小型消防站", Station.Kind.SMALL, 1500, 16, 2),
    ("小型消防站", Station.Kind.SMALL, 1300, 15, 2),
    ("小型消防站", Station.Kind.SMALL, 900, 15, 2),
    ("消防救援所", Station.Kind.POST, 200, 10, 1),
    ("消防救援所", Station.Kind.POST, 120, 10, 1),
    ("微型消防站", Station.Kind.MICRO, 700, 6, 1),
)
GROUPS = (
    ("实验室化学安全专家组", ExpertGroup.Field.LABORATORY, ("化学品管理", "废液处置", "通风与防爆")),
    ("实验室生物安全专家组", ExpertGroup.Field.LABORATORY, ("生物安全", "压力容器")),
    ("危险化学品专家组", ExpertGroup.Field.CHEMICAL, ("工艺安全", "储存与装卸")),
    ("地质灾害防治专家组", ExpertGroup.Field.GEOLOGY, ("边坡稳定", "监测预警")),
)
"""An accident that is so many days old has been confirmed."""
CONFIRMED_AFTER_D = 168
"""Telephone numbers of the fictional block from here on belong to experts."""
FIRST_EXPERT_PHONE = 9400


def fill(scene: Scene) -> Iterator[str]:
    """Put every register in, once; a number that is there already is left as it is."""
    streets = list(Area.objects.filter(number__in=scene.struck).exclude(lon=None).order_by("number"))
    if not streets:
        yield "registers kept by hand: no streets to put them in"
        return
    offices = Organisation.objects.filter(kind=Organisation.Kind.STREET, territory__startswith=scene.focus)
    frame = Frame(
        scene.root,
        scene.focus,
        streets,
        {office.territory: office for office in offices.order_by("-number")},
        timezone.localdate(clock.now()),
    )
    with transaction.atomic():
        made = sum(insert(list(each(frame)), GENERATED, scene.root) for each in (*REGISTERS, *regulating.REGISTERS))
    yield f"registers kept by hand: {made} rows added" if made else "registers kept by hand: already there"


def _accidents(frame: Frame) -> Iterator[Accident]:
    for serial, (ago, kind, what, deaths, injured, loss) in enumerate(ACCIDENTS):
        accident = Accident(
            title=f"{what}（示例）",
            kind=kind,
            occurred_at=at(frame.ago(ago), 9 + serial),
            deaths=deaths,
            serious_injuries=injured,
            loss_yuan=Decimal(loss),
            confirmed_by="区应急管理局（示例）" if ago > CONFIRMED_AFTER_D else "",
            confirmed_on=frame.ago(ago - 40) if ago > CONFIRMED_AFTER_D else None,
            **frame.common(f"SG-例-{serial + 1:02d}", serial),
        )
        accident.weigh()
        yield accident


def _bulletins(frame: Frame) -> Iterator[AccidentBulletin]:
    for serial, (ago, title) in enumerate(BULLETINS, start=1):
        yield AccidentBulletin(
            title=f"{title}（示例）",
            issued_on=frame.ago(ago),
            document_number=f"〔示例〕安委办通报〔{serial}〕号",
            audience="各街道、各成员单位",
            text="立即开展同类风险排查，落实防范措施。",
            **frame.common(f"JT-例-{serial:02d}"),
        )


def _stations(frame: Frame) -> Iterator[Station]:
    for serial, (ending, kind, age, members, vehicles) in enumerate(STATIONS):
        street = frame.street(serial)
        yield Station(
            name=f"{street.name.removesuffix('街道')}{ending}（示例）",
            kind=kind,
            opened_on=frame.ago(age),
            members=members,
            vehicles=vehicles,
            **beside(street, serial),
            **frame.common(f"XF-例-{serial + 1:02d}", serial),
        )


def _groups(frame: Frame) -> Iterator[ExpertGroup]:
    for serial, (name, field, _members) in enumerate(GROUPS, start=1):
        yield ExpertGroup(name=name, field=field, founded_on=frame.ago(500), **frame.common(f"ZU-例-{serial:02d}"))


def _experts(frame: Frame) -> Iterator[Expert]:
    known = keys(ExpertGroup)
    serial = 0
    for place, (_name, _field, members) in enumerate(GROUPS, start=1):
        for speciality in members:
            serial += 1
            yield Expert(
                group_id=known[f"ZU-例-{place:02d}"],
                name=f"示例专家{serial}",
                employer="示例大学" if serial % 2 else "示例检测机构",
                title="教授" if serial % 2 else "高级工程师",
                speciality=speciality,
                phone=fictional_phone(FIRST_EXPERT_PHONE + serial),
                appointed_on=frame.ago(480),
                **frame.common(f"ZJ-例-{serial:02d}"),
            )


def _grid_teams(frame: Frame) -> Iterator[GridTeam]:
    leaders: dict[str, Person] = {}
    for person in Person.objects.filter(post=SAFETY_OFFICER, territory__startswith=frame.focus).order_by("-number"):
        leaders[person.territory] = person
    grids = Area.objects.filter(level=Area.Level.GRID, generated=True, number__startswith=frame.focus)
    for grid in grids.order_by("number"):
        yield GridTeam(
            number=f"WT-{grid.number}",
            territory=grid.number,
            generated=True,
            name=f"{grid.name}团队",
            leader=next((leaders[code] for code in leaders if grid.number.startswith(code)), None),
            members=4,
            parts="网格负责人、安格员、社区工作人员、消防救援所",
        )


"""Each register in its turn: those that others point at come first."""
REGISTERS: tuple[Callable[[Frame], Iterator[Registered]], ...] = (
    _accidents,
    _bulletins,
    _stations,
    _groups,
    _experts,
    _grid_teams,
)
