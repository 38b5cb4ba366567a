"""What residents of the invented district tell, and what its safety commission looks after: cases and tasks as plans of
moves, each at so many hours before now. Whoever plays them says who makes a move."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from numpy.random import Generator

from anshu.engines.district.people import fictional_phone, personal_name
from anshu.engines.district.words import FIRM_FIRST, FIRM_SECOND, INDUSTRIES

"""Invented firms about each street, and how far from its centre (degrees, one standard deviation)."""
EACH, SPREAD_DEG = 4, 0.004
"""Telephone numbers of the fictional block from here on belong to residents."""
FIRST_RESIDENT_PHONE = 9500


@dataclass(frozen=True, slots=True)
class Move:
    """A verb of the loop, so many hours ago."""

    hours_ago: float
    verb: str


@dataclass(frozen=True, slots=True)
class Case:
    """Something told: its words, the index of the site it is about, who told it (empty: nobody), and what became of it.

    `answer` and `finding` are what the moves say; `fine_yuan` is what a reward is reckoned from.
    """

    hours_ago: float
    kind: str
    text: str
    site: int
    name: str
    phone: str
    finding: str
    answer: str
    fine_yuan: int
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """A supervised task: what, what counts as done, where it comes from, whose it is, and when it is or was due."""

    title: str
    result: str
    source: str
    kind: str
    lead: int
    issued_h: float
    due_in_days: int
    moves: tuple[Move, ...]


"""Kind, what was seen, what was found, what was answered. `{place}` is the name of the site."""
SEEN = (
    ("fire", "{place}的消防通道一直停着货车，晚上门还从外面锁上，里面住着人。",
     "现场见消防通道被占用，疏散门上锁，属实。",
     "已责令当场清理通道、拆除门锁，并对负责人约谈，整改完成后会再去看一次。"),
    ("ebike", "{place}一楼楼道里每天晚上有七八辆电动车充电，从窗户拉线下来。",
     "夜查时见楼道内充电电动车六辆，飞线两处，属实。",
     "已清走楼道内的车辆，物业一周内加装充电棚，并每晚巡查。"),
    ("gas", "{place}后厨的煤气罐靠着灶台，软管发黑开裂，能闻到味道。",
     "后厨见气瓶与灶具间距不足，软管老化，属实。",
     "已要求立即更换软管并移走气瓶，燃气公司已上门检查。"),
    ("electric", "{place}的电箱没有盖子，下雨天还在用，工人都绕着走。",
     "配电箱无门、无漏电保护，属实。",
     "已责令停用并更换配电箱，复查合格后才恢复用电。"),
    ("dust", "{place}打磨车间粉尘很大，墙上、梁上积了厚厚一层，除尘机好几天没开。",
     "作业场所积尘超过规定厚度，除尘系统停用，属实。",
     "已责令停产清扫并立案调查，处罚决定已经作出。"),
    ("chemical", "{place}仓库里堆了很多没有标签的桶，味道刺鼻，隔壁就是宿舍。",
     "库房内违规存放稀释剂二十余桶，与宿舍毗连，属实。",
     "危险化学品已全部转移，企业被依法处罚，宿舍人员已另行安置。"),
    ("machinery", "{place}的冲床安全门拆掉了，上个月还有人压伤手指。",
     "三台冲床安全防护装置被拆除，属实。",
     "已责令停用三台冲床，装回防护装置并培训后才能开机。"),
    ("construction", "{place}楼顶在搭铁皮房，工人没有安全带，东西往下掉。",
     "现场为未报备的小散工程，高处作业无防护，属实。",
     "已责令停工并补办备案，施工负责人接受了安全教育。"),
    ("height", "{place}外墙清洗的人只绑了一根绳子，楼下没有拉警戒线。",
     "现场未见外墙作业，物业提供的记录与反映不符，不属实。",
     "我们到现场时没有看到您说的情况，已要求物业今后外墙作业提前报备。如果再看到，请告诉我们。"),
    ("unlicensed", "{place}半夜有人往面包车里灌汽油卖，没有牌照。",
     "查获无证储存汽油一百二十升，属实。",
     "油品已依法收缴，当事人已移交公安机关，感谢您及时告诉我们。"),
)  # fmt: skip
"""How far a case has come: the moves that brought it there, and how often that happens among thirty-six."""
WAYS: tuple[tuple[tuple[str, ...], int], ...] = (
    ((), 4),
    (("accept",), 2),
    (("accept", "assign"), 6),
    (("accept", "assign", "substantiate"), 2),
    (("accept", "assign", "refute", "reply"), 3),
    (("accept", "assign", "substantiate", "reply"), 5),
    (("reject",), 2),
    (("transfer",), 2),
    (("accept", "assign", "refute", "reply", "reopen", "assign"), 1),
    (("accept", "assign", "substantiate", "reply", "propose_reward"), 2),
    (("accept", "assign", "substantiate", "reply", "propose_reward", "approve_reward"), 2),
    (("accept", "assign", "substantiate", "reply", "propose_reward", "approve_reward", "claim"), 2),
    (("accept", "assign", "substantiate", "reply", "propose_reward", "approve_reward", "claim", "pay"), 3),
)
"""Hours that a move takes, the least and the most."""
TAKES = {
    "accept": (3.0, 50.0),
    "reject": (5.0, 60.0),
    "transfer": (4.0, 40.0),
    "assign": (1.0, 20.0),
    "substantiate": (24.0, 200.0),
    "refute": (24.0, 160.0),
    "reply": (2.0, 60.0),
    "reopen": (10.0, 80.0),
    "propose_reward": (20.0, 90.0),
    "approve_reward": (6.0, 60.0),
    "claim": (10.0, 160.0),
    "pay": (4.0, 60.0),
}
UNTRUE = "height"
FINES = (12_000, 30_000, 50_000, 80_000, 150_000)


def cases(rng: Generator, sites: int) -> tuple[Case, ...]:
    """Thirty-six cases of the last months about some of so many sites, in every state a case can be in."""
    ways = [way for way, count in WAYS for _ in range(count)] if sites else []
    return tuple(_case(rng, place, way, sites) for place, way in enumerate(ways))


def premises(
    rng: Generator, streets: Sequence[tuple[str, float | None, float | None]]
) -> Iterator[tuple[str, str, float, float]]:
    """(street, name, longitude, latitude) of a few invented firms about each street's centre, in degrees."""
    for code, lon, lat in streets:
        for _ in range(EACH):
            first, second = (
                FIRM_FIRST[int(rng.integers(len(FIRM_FIRST)))],
                FIRM_SECOND[int(rng.integers(len(FIRM_SECOND)))],
            )
            ending = INDUSTRIES[int(rng.integers(len(INDUSTRIES)))][2]
            east, north = rng.normal(0.0, SPREAD_DEG, 2)
            if lon is not None and lat is not None:
                yield code, f"安澜{first}{second}{ending}", round(lon + float(east), 6), round(lat + float(north), 6)


def _case(rng: Generator, place: int, way: tuple[str, ...], sites: int) -> Case:
    true = [row for row in SEEN if row[0] != UNTRUE]
    row = next(row for row in SEEN if row[0] == UNTRUE) if "refute" in way else true[place % len(true)]
    rewarded = "propose_reward" in way
    moves = list(_moves(rng, way))
    took = moves[0].hours_ago if moves else 0.0
    began = took + float(rng.uniform(2.0, 30.0))
    named = rewarded or (place % 3 == 0 and "substantiate" not in way)
    return Case(
        hours_ago=round(began, 2),
        kind=row[0],
        text=row[1],
        site=int(rng.integers(sites)),
        name=personal_name(rng) if named else "",
        phone=fictional_phone(FIRST_RESIDENT_PHONE + place) if named else "",
        finding=row[2],
        answer=row[3],
        fine_yuan=FINES[place % len(FINES)],
        moves=tuple(moves),
    )


def _moves(rng: Generator, way: Sequence[str]) -> Iterator[Move]:
    """The moves with the hours at which they were made, the last one within the last days."""
    spans = [float(rng.uniform(*TAKES[verb])) for verb in way]
    left = sum(spans) + float(rng.uniform(1.0, 60.0))
    for verb, span in zip(way, spans, strict=True):
        left -= span
        yield Move(round(left, 2), verb)


CAMPAIGN = "安全生产治本攻坚三年行动"
"""The ten actions, each with its measures; the sub-plans are of the sectors."""
ACTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("主要负责人安全教育培训行动", ("分级分行业轮训主要负责人", "培训考核结果公开", "不合格人员复训")),
    ("重大事故隐患判定标准宣贯行动", ("编印一图读懂", "执法人员逐条考核", "企业对照自查")),
    ("重大事故隐患动态清零行动", ("建立总台账", "挂牌督办到期必销", "整改情况回头看")),
    ("安全科技支撑行动", ("重点场所加装监测设备", "淘汰落后工艺设备")),
    ("安全工程治理行动", ("老旧燃气管道更新", "城中村消防设施改造", "危险边坡工程治理")),
    ("从业人员安全素质提升行动", ("特种作业人员持证核查", "企业内部报告奖励全覆盖", "班组应急演练")),
    ("安全管理体系建设行动", ("重点企业标准化创建", "安责险事故预防服务")),
    ("全链条安全整治行动", ("电动自行车停放充电", "动火作业", "建筑保温材料", "燃气安全")),
    ("安全生产执法帮扶行动", ("综合查一次", "专家指导服务")),
    ("全民安全素质提升行动", ("安全宣传五进", "社区应急第一响应人培训")),
)  # fmt: skip
SUB_PLANS = (
    "工贸",
    "危险化学品",
    "建筑施工",
    "城镇燃气",
    "消防",
    "道路交通",
    "特种设备",
    "城中村",
    "有限空间",
    "粉尘涉爆",
)
"""Title, what counts as done, source, kind of matter (for the matrix of duties)."""
WANTED: tuple[tuple[str, str, str, str], ...] = (
    ("完成城中村电动自行车集中充电设施建设", "新增充电端口2000个并投入使用", "campaign", "ebike"),
    ("核查辖区涉爆粉尘企业除尘系统", "26家企业全部核查，问题销号率100%", "campaign", "dust"),
    ("餐饮场所燃气软管更换", "更换3200户，逐户登记", "campaign", "gas"),
    ("整治楼顶违规搭建和小散工程", "建立清单并全部备案或拆除", "meeting", "construction"),
    ("有限空间作业单位全员培训", "培训率100%，考核不合格不上岗", "campaign", "confined_space"),
    ("危险边坡汛前治理", "14处边坡完工验收", "instruction", "structure"),
    ("学校周边校外培训场所消防检查", "检查率100%，重大隐患清零", "instruction", "fire"),
    ("锂电池企业安全风险评估", "12家企业完成评估并公示", "meeting", "chemical"),
    ("老旧小区配电箱改造", "改造180处，验收合格", "petition", "electric"),
    ("高处作业吊篮专项检查", "在用吊篮检查率100%", "accident", "height"),
    ("起重机械超期未检清理", "超期未检设备清零", "inspection", "machinery"),
    ("重点企业主要负责人轮训", "轮训率95%以上", "superior", "management"),
)  # fmt: skip
"""How far a task has come, how many days until it is due (the least and the most), and how many of thirty-five."""
TASK_WAYS: tuple[tuple[tuple[str, ...], tuple[int, int], int], ...] = (
    ((), (20, 60), 2),
    (("decompose",), (20, 60), 2),
    (("decompose", "assign_task"), (6, 30), 3),
    (("decompose", "assign_task", "sign_task"), (5, 30), 3),
    (("decompose", "assign_task", "sign_task", "feed_back_first", "report_on_task"), (2, 45), 8),
    (("decompose", "assign_task", "sign_task", "feed_back_first", "report_on_task"), (-9, -1), 6),
    (("decompose", "assign_task", "sign_task", "feed_back_first", "report_done"), (1, 20), 3),
    (("decompose", "assign_task", "sign_task", "feed_back_first", "report_done", "return_report"), (1, 6), 2),
    (("decompose", "assign_task", "sign_task", "feed_back_first", "report_done", "review_report",
      "conclude_finished"), (1, 20), 5),
    (("decompose", "assign_task", "sign_task", "feed_back_first", "conclude_unfinished"), (-14, -5), 1),
)  # fmt: skip
STEP_H = 30.0


def duties(rng: Generator, units: int) -> tuple[Duty, ...]:
    """Thirty-five supervised tasks of the last weeks, led by so many units, six of them overdue."""
    ways = [(way, due) for way, due, count in TASK_WAYS for _ in range(count)] if units else []
    made = []
    for place, (way, due) in enumerate(ways):
        title, result, source, kind = WANTED[place % len(WANTED)]
        started = STEP_H * (len(way) + 1) + float(rng.uniform(0, 40)) + (24 * 12 if due[1] < 0 else 0)
        moves = tuple(
            Move(round(started - STEP_H * (step + 1) * float(rng.uniform(0.6, 0.95)), 2), verb)
            for step, verb in enumerate(way)
        )
        ordered = tuple(sorted(moves, key=lambda move: -move.hours_ago))
        moves = tuple(Move(at.hours_ago, move.verb) for at, move in zip(ordered, moves, strict=True))
        suffix = "" if place < len(WANTED) else f"（第{place // len(WANTED) + 1}批）"
        made.append(
            Duty(
                title + suffix, result, source, kind, int(rng.integers(units)), started, int(rng.integers(*due)), moves
            )
        )
    return tuple(made)
