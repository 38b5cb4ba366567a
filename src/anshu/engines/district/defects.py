"""What is wrong at premises of the invented district, and how far each defect has got on its way to being closed: plans
of moves, each so many working days before now. Whoever plays them says who makes a move."""

from collections.abc import Iterator
from dataclasses import dataclass

"""Kind, what is wrong, where exactly, the clause of the law named, and what was done about it."""
DEFECTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("fire", "疏散通道堆放纸箱和托盘，宽度不足", "一楼西侧通道", "消防法第二十八条", "货物已清走，地面划线，每班检查"),
    ("fire", "车间安全出口上锁", "二楼东侧楼梯口", "安全生产法第四十二条第二款", "已拆除门锁，改装推闩式逃生门"),
    (
        "electric",
        "配电箱无门，线头裸露",
        "一楼配电间",
        "安全生产法第三十六条第二款",
        "已更换配电箱，装漏电保护并贴标识",
    ),
    ("dust", "打磨工位积尘未及时清扫", "打磨间", "安全生产法第四十一条第二款", "已停机清扫，建立每班清扫记录"),
    (
        "machinery",
        "冲床光电保护装置被短接",
        "冲压车间3号机",
        "安全生产法第三十六条第二款",
        "已恢复光电保护，操作工重新培训",
    ),
    (
        "gas",
        "后厨软管老化开裂，未装泄漏报警器",
        "后厨",
        "安全生产法第三十六条第四款",
        "已更换金属软管，装报警和切断装置",
    ),
    (
        "chemical",
        "稀释剂与成品混放，无通风和警示标志",
        "仓库一角",
        "安全生产法第三十五条",
        "已移入防爆柜，张贴警示标志",
    ),
    ("fire", "灭火器压力不足，过期未检", "各楼层", "消防法第十六条", "已更换十二具，建立月检卡"),
    (
        "confined_space",
        "污水池作业无气体检测记录",
        "厂区污水池",
        "安全生产法第四十三条",
        "已配检测仪，补做培训和审批台账",
    ),
    ("management", "新员工未经三级教育即上岗", "装配车间", "安全生产法第二十八条第一款", "已补训并考核，档案齐全"),
    ("ebike", "楼梯间停放并充电电动自行车", "宿舍楼一楼", "消防法第二十八条", "已清走，启用室外充电棚"),
    ("height", "检修行车未系挂安全带", "二号车间", "安全生产法第四十三条", "已配双钩安全带并设监护人"),
)
"""Major ones: kind, what is wrong, where, the clause by which it is judged major, what was done."""
MAJOR_DEFECTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("dust", "除尘系统未设泄爆装置", "打磨间", "工贸企业重大事故隐患判定标准", "已加装无焰泄爆装置并验收"),
    (
        "confined_space",
        "有限空间作业未审批、未检测",
        "污水处理站",
        "工贸企业重大事故隐患判定标准",
        "已建立审批制度，配齐检测和救援装备",
    ),
    ("fire", "生产、储存与住宿合用，未作防火分隔", "三楼", "重大火灾隐患判定规则", "人员全部迁出，防火墙砌筑完毕"),
    ("machinery", "煤气区域未装固定式一氧化碳报警", "加热炉旁", "工贸企业重大事故隐患判定标准", "已安装报警并联动切断"),
)


@dataclass(frozen=True, slots=True)
class Way:
    """How far some hazards have come: how many, the working days ago on which they were found, the moves with the
    working days ago on which they were made, and the days until they are due (negative: overdue)."""

    count: int
    found: int
    moves: tuple[tuple[str, int], ...] = ()
    due_in: int = 0
    major: bool = False


def _moves(text: str) -> tuple[tuple[str, int], ...]:
    """`verb days verb days ...` as pairs."""
    parts = text.split()
    return tuple((verb, int(days)) for verb, days in zip(parts[::2], parts[1::2], strict=True))


"""Every state of a hazard, and the loops beside it: postponement, a second look, listed supervision."""
WAYS: tuple[Way, ...] = (
    Way(2, 0),
    Way(1, 6, _moves("void 5")),
    Way(1, 5, _moves("judge 4 dispute 3")),
    Way(1, 9, _moves("judge 8 dispute 7 settle 3")),
    Way(2, 2, _moves("judge 1")),
    Way(3, 4, _moves("judge 3 order 2"), 12),
    Way(2, 20, _moves("judge 19 order 18"), -4),
    Way(4, 9, _moves("judge 8 order 7 take_up 5"), 6),
    Way(2, 24, _moves("judge 23 order 22 take_up 20"), -3),
    Way(1, 40, _moves("judge 39 order 38 take_up 36"), -12),
    Way(2, 13, _moves("judge 12 order 11 take_up 10 ask 1"), 2),
    Way(1, 22, _moves("judge 21 order 20 take_up 18 ask 9 grant 7"), -3),
    Way(1, 18, _moves("judge 17 order 16 take_up 15 ask 5 refuse 4"), 1),
    Way(4, 12, _moves("judge 11 order 10 take_up 8 submit 1"), 4),
    Way(1, 15, _moves("judge 14 order 13 take_up 12 submit 5 fail_recheck 3"), 5),
    Way(2, 20, _moves("judge 19 order 18 take_up 16 submit 6 pass_recheck 2"), 3),
    Way(6, 38, _moves("judge 37 order 36 take_up 34 submit 25 pass_recheck 22 close_out 20"), -18),
    Way(1, 60, _moves("judge 59 order 58 take_up 57 submit 50 pass_recheck 48 close_out 46 look 6"), -45),
    Way(1, 62, _moves("judge 61 order 60 take_up 58 submit 52 pass_recheck 49 close_out 47 look 12 hold 9"), -47),
    Way(1, 64, _moves("judge 63 order 62 take_up 60 submit 55 pass_recheck 53 close_out 50 look 10 find_again 8"), -50),
    Way(1, 70, _moves("judge 69 order 68 take_up 66 submit 60 pass_recheck 57 close_out 55 recur 6"), -55),
    Way(1, 3, _moves("judge 2 order 1"), 25, major=True),
    Way(1, 8, _moves("judge 7 order 6 take_up 4 propose 2"), 24, major=True),
    Way(1, 30, _moves("judge 29 order 28 take_up 26 propose 24 approve 21 serve 20 publish 17"), 15, major=True),
    Way(1, 45, _moves("judge 44 order 43 take_up 41 propose 39 approve 36 serve 35 publish 33 plan 28 start 25 "
                      "progress 4"), -2, major=True),
    Way(1, 80, _moves("judge 79 order 78 take_up 75 propose 73 approve 70 serve 69 publish 66 plan 60 start 57 "
                      "progress 40 submit 30 pass_recheck 27 acceptance 25 accept 22 delist 20 publish_delisting 18 "
                      "close_out 16"), -20, major=True),
)  # fmt: skip


def each_way() -> Iterator[tuple[Way, tuple[str, str, str, str, str]]]:
    """Every hazard to be played: how far it comes, and which defect it is; neighbours differ."""
    general = major = 0
    for way in WAYS:
        for _ in range(way.count):
            if way.major:
                yield way, MAJOR_DEFECTS[major % len(MAJOR_DEFECTS)]
                major += 1
            else:
                yield way, DEFECTS[general % len(DEFECTS)]
                general += 1
