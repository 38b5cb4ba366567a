"""Breaches of law in the invented district, and how far the penalty case of each has come: plans of moves, each so many
working days before now. Whoever plays them says who makes a move."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
    """One case: its matter (key of the pack `discretion`), the facts, the working days ago on which it was reported, a
    day after it was done, the circumstances, the fine proposed (yuan), and the moves with the working days ago on which
    they were made. The move `paper:kind` makes out a document of that kind."""

    matter: str
    facts: str
    days_ago: int
    factors: tuple[str, ...] = ()
    fine_yuan: float = 0
    moves: tuple[tuple[str, int], ...] = ()


def _moves(text: str) -> tuple[tuple[str, int], ...]:
    """`verb days verb days ...` as pairs."""
    parts = text.split()
    return tuple((verb, int(days)) for verb, days in zip(parts[::2], parts[1::2], strict=True))


"""Cases at different steps, from the report to the archive. `{hazard}` is what was not put right in time."""
BREACHES: tuple[Breach, ...] = (
    Breach("hazard_not_eliminated", "责令限期消除的隐患“{hazard}”逾期未消除，复查时仍未整改。", 3),
    Breach(
        "no_warning_signs",
        "稀释剂仓库和配电间未设置明显的安全警示标志。",
        12,
        moves=_moves("paper:case_opening_approval 8 open 8 evidence 7 evidence 5"),
    ),
    Breach(
        "equipment_not_maintained",
        "三台冲床光电保护装置被短接，无维护保养和检测记录。",
        26,
        ("first", "helped"),
        9000,
        _moves("paper:case_opening_approval 20 open 20 evidence 19 evidence 16 conclude 4"),
    ),
    Breach(
        "exits_blocked",
        "二楼东侧安全出口上锁，西侧疏散通道堆放货物，宽度不足。",
        30,
        ("first", "corrected"),
        12000,
        _moves(
            "paper:case_opening_approval 24 open 24 evidence 23 evidence 20 conclude 8 review 6 "
            "paper:penalty_notice 1 notify 1"
        ),
    ),
    Breach(
        "dangerous_work_unattended",
        "两年内第二次在有限空间作业时未安排专人进行现场安全管理，无气体检测记录。",
        55,
        ("repeated",),
        80000,
        _moves(
            "paper:case_opening_approval 50 open 50 evidence 48 evidence 44 conclude 26 review 23 "
            "paper:hearing_rights_notice 19 notify 19 ask_hearing 16 call 14"
        ),
    ),
    Breach(
        "exits_blocked",
        "生产车间疏散通道被成品占用，责令后三日内清理完毕。",
        48,
        ("first", "corrected", "no_harm"),
        8000,
        _moves(
            "paper:case_opening_approval 44 open 44 evidence 42 evidence 40 conclude 30 review 27 "
            "paper:penalty_notice 24 notify 24 paper:delivery_receipt 24 speak 22 decide 8 paper:penalty_decision 8 "
            "publish 6 deliver 5"
        ),
    ),
    Breach(
        "inspection_refused",
        "两次拒绝执法人员进入生产车间检查，经责令仍不改正。",
        95,
        ("refused",),
        160000,
        _moves(
            "paper:case_opening_approval 90 open 90 evidence 88 evidence 84 conclude 74 discuss 72 review 70 "
            "paper:hearing_rights_notice 66 notify 66 paper:delivery_receipt 66 decide 54 paper:penalty_decision 54 "
            "deliver 50 publish 49 lapse 30 paper:payment_demand 22"
        ),
    ),
    Breach(
        "no_training",
        "十四名新员工未经安全生产教育和培训即上岗作业。",
        110,
        ("first", "corrected", "helped"),
        24000,
        _moves(
            "paper:case_opening_approval 104 open 104 evidence 102 evidence 99 conclude 88 review 85 "
            "paper:penalty_notice 82 notify 82 paper:delivery_receipt 82 waive 80 decide 78 paper:penalty_decision 78 "
            "deliver 76 publish 74 pay 72 paper:case_closing_approval 62 close 61 paper:file_cover 55 "
            "paper:file_contents 55 archive 54"
        ),
    ),
    Breach(
        "fire_equipment",
        "灭火器过期未检，责令后当日更换，情节轻微。",
        40,
        moves=_moves("paper:case_opening_approval 36 open 36 evidence 35 spare 30"),
    ),
)
"""What is entered as evidence, one after the other."""
EVIDENCE = (
    "现场检查记录1份，由当事人现场负责人签字",
    "现场照片4张，执法人员拍摄",
    "对安全管理人员的询问笔录1份",
)
