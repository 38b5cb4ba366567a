"""Invented enterprises of invented premises, with everything a bureau keeps about them: papers, equipment, chemicals,
declarations in every state, insurance, works, permits and self-checks. Dates are days from that of the showing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from anshu.engines.district.enterprises import credit_codes
from anshu.engines.district.shapes import Site
from anshu.engines.district.words import GIVEN_FIRST, GIVEN_SECOND, SURNAMES


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate: kind as the register spells it, whose, and from and until which day (days from today)."""

    kind: str
    bearer: str
    issued: int
    expires: int


@dataclass(frozen=True, slots=True)
class Thing:
    """Equipment or a room with a danger of its own."""

    kind: str
    name: str
    quantity: float
    unit: str
    with_chemicals: bool = False


@dataclass(frozen=True, slots=True)
class Substance:
    """A chemical with its CAS number and the most kept (t)."""

    name: str
    cas: str
    tonnes: float


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk by the LS matrix: what, of which threat, likelihood and severity (1 to 5), and the measures."""

    name: str
    threat: str
    likelihood: int
    severity: int
    measures: str


@dataclass(frozen=True, slots=True)
class Firm:
    """One enterprise. `declared` is the state of its declaration and how many days ago it was handed in; `insured` the
    days until its policy ends, or None; `checked` the findings of its past self-checks, newest first (-1: missed);
    `permit` and `work` the state of a work permit and of a minor work going on there, empty for none."""

    credit_code: str
    site: Site
    industry: str
    scale: str
    legal_person: str
    key: bool
    high_hazard: bool
    papers: tuple[Paper, ...]
    things: tuple[Thing, ...]
    substances: tuple[Substance, ...]
    risks: tuple[Risk, ...]
    declared: tuple[str, int]
    insured: int | None
    checked: tuple[int, ...]
    services: tuple[int, ...]
    permit: str
    work: str


"""Section letter by the first two digits of the class (GB/T 4754)."""
SECTIONS = ((1, 5, "A"), (6, 12, "B"), (13, 43, "C"), (44, 46, "D"), (47, 50, "E"), (51, 52, "F"), (53, 60, "G"),
            (61, 62, "H"), (63, 65, "I"), (66, 69, "J"), (70, 70, "K"), (71, 72, "L"), (73, 75, "M"), (76, 79, "N"),
            (80, 82, "O"), (83, 83, "P"), (84, 85, "Q"), (86, 90, "R"))  # fmt: skip

_LIFT, _FORKLIFT = Thing("lift", "货梯", 2.0, "t"), Thing("forklift", "叉车", 3.0, "t")
_VESSEL, _BOILER = Thing("pressure_vessel", "储气罐", 1.0, "m³"), Thing("boiler", "蒸汽锅炉", 2.0, "t/h")
_PIT, _CRANE = Thing("confined_space", "污水池", 30.0, "m³"), Thing("crane", "桥式起重机", 10.0, "t")
_DUST, _COLD = Thing("dust_system", "打磨除尘系统", 1.0, "套"), Thing("ammonia_cold", "氨制冷机房", 1.0, "套")
_LAB = Thing("laboratory", "检测实验室", 60.0, "m²", with_chemicals=True)
_EXTINGUISHERS = Thing("fire_equipment", "灭火器", 20.0, "具")

THINGS: dict[str, tuple[Thing, ...]] = {
    "metalworking": (_CRANE, _FORKLIFT, _VESSEL, _DUST),
    "plastics": (_FORKLIFT, _VESSEL, _LIFT),
    "electronics": (_LIFT, _VESSEL, _LAB),
    "lithium_batteries": (_LIFT, _VESSEL, _LAB, _FORKLIFT),
    "woodworking": (_DUST, _FORKLIFT),
    "garments": (_BOILER, _LIFT),
    "printing": (_LIFT, _LAB),
    "warehousing": (_FORKLIFT, _LIFT, _COLD),
    "hotels": (_LIFT, _BOILER),
    "metal_finishing": (_PIT, _VESSEL, _LAB),
    "hazardous_chemicals": (Thing("tank", "溶剂储罐", 50.0, "m³"), _PIT, _LAB, _FORKLIFT),
    "fuel": (Thing("tank", "埋地油罐", 30.0, "m³"), _EXTINGUISHERS),
    "gas": (Thing("tank", "液化气储罐", 20.0, "m³"), _VESSEL),
    "vehicle_repair": (_VESSEL,),
    "medical": (_LIFT, _LAB),
}
SUBSTANCES: dict[str, tuple[tuple[str, str, float], ...]] = {
    "hazardous_chemicals": (("甲苯", "108-88-3", 60.0), ("乙酸乙酯", "141-78-6", 40.0), ("丙酮", "67-64-1", 25.0)),
    "fuel": (("汽油", "86290-81-5", 45.0),),
    "gas": (("液化石油气", "68476-85-7", 18.0),),
    "lithium_batteries": (("电解液（碳酸二甲酯）", "616-38-6", 4.0), ("乙醇", "64-17-5", 0.8)),
    "metal_finishing": (("盐酸", "7647-01-0", 2.0), ("硝酸", "7697-37-2", 1.2)),
    "electronics": (("乙醇", "64-17-5", 0.3), ("异丙醇", "67-63-0", 0.2)),
    "printing": (("洗车水", "64742-49-0", 0.3), ("乙醇", "64-17-5", 0.2)),
    "warehousing": (("液氨", "7664-41-7", 3.0),),
    "medical": (("乙醇", "64-17-5", 0.1),),
}
_FIRE = Risk("可燃物堆放区", "fire", 2, 4, "限量堆放，配灭火器")
_WIRING = Risk("配电房", "electric", 2, 3, "专人管理，周检")
RISKS: dict[str, tuple[Risk, ...]] = {
    "metalworking": (
        Risk("抛光打磨间", "explosion", 3, 5, "湿式除尘，班后清扫"),
        Risk("冲床", "machinery", 3, 3, "双手按钮、光栅"),
        _WIRING,
    ),
    "woodworking": (Risk("木粉尘除尘系统", "explosion", 3, 5, "火花探测，泄爆"), _FIRE),
    "lithium_batteries": (
        Risk("化成老化房", "fire", 4, 5, "烟温监测，隔间防火"),
        Risk("注液车间", "fire", 3, 4, "防爆电器，局部排风"),
    ),
    "hazardous_chemicals": (
        Risk("溶剂储罐区", "explosion", 3, 5, "氮封，可燃气报警"),
        Risk("投料作业", "poisoning", 3, 4, "密闭投料"),
    ),
    "gas": (Risk("储罐区", "explosion", 3, 5, "喷淋，可燃气报警"), Risk("充装间", "fire", 3, 4, "静电接地")),
    "fuel": (Risk("卸油作业", "fire", 2, 5, "静电接地，专人监护"),),
    "metal_finishing": (
        Risk("污水池清淤", "poisoning", 3, 5, "先通风再检测后作业"),
        Risk("酸洗槽", "poisoning", 2, 4, "槽边排风"),
    ),
    "warehousing": (
        Risk("氨制冷机房", "poisoning", 3, 5, "氨气报警，事故风机"),
        Risk("高位货架", "collapse", 2, 4, "限载"),
    ),
    "restaurants": (Risk("厨房燃气", "explosion", 2, 4, "燃气报警并自动切断"),),
    "entertainment": (Risk("疏散通道", "crowd", 2, 4, "保持畅通"), _WIRING),
    "hotels": (Risk("布草间", "fire", 2, 4, "喷淋覆盖"), Risk("厨房燃气", "explosion", 2, 4, "燃气报警")),
}
HIGH_HAZARD = frozenset({"hazardous_chemicals", "gas", "fuel", "lithium_batteries", "metal_finishing"})
KEY = HIGH_HAZARD | {"metalworking", "woodworking", "warehousing", "entertainment"}


def industry(code: str) -> str:
    """A class of GB/T 4754 with the letter of its section: 3351 → C3351."""
    division = int(code[:2])
    return next((letter for first, last, letter in SECTIONS if first <= division <= last), "") + code


def firms(rng: Generator, premises: Sequence[Site]) -> tuple[Firm, ...]:
    """One enterprise for each of the premises; the same generator state gives the same enterprises."""
    codes = credit_codes(np.arange(500_001, 500_001 + len(premises)))
    return tuple(_firm(rng, site, code) for site, code in zip(premises, codes, strict=True))


def _firm(rng: Generator, site: Site, code: str) -> Firm:
    factory = site.sector in RISKS or site.sector in THINGS
    risks = RISKS.get(site.sector, (_WIRING,) if factory else ())
    declared = _declared(rng, bool(risks))
    return Firm(
        credit_code=code,
        site=site,
        industry=industry(site.industry_code),
        scale=_scale(site.staff_count),
        legal_person=_name(rng),
        key=site.sector in KEY,
        high_hazard=site.sector in HIGH_HAZARD,
        papers=tuple(_papers(rng, site)),
        things=(*THINGS.get(site.sector, ()), _EXTINGUISHERS) if factory else (),
        substances=tuple(_substances(rng, site.sector)),
        risks=risks,
        declared=declared,
        insured=_insured(rng, site.sector),
        checked=tuple(int(rng.choice([0, 0, 0, 1, 2, -1])) for _ in range(3)) if factory else (),
        services=tuple(int(day) for day in rng.integers(-300, 0, size=int(rng.random() < 0.2))),
        permit=_one_of(rng, ("applied", "tested", "approved", "working"), 0.04 if factory else 0.0),
        work=_one_of(rng, ("filed", "inspected", "in_progress", "stopped", "finished"), 0.05),
    )


def _one_of(rng: Generator, states: Sequence[str], share: float) -> str:
    """One of the states with this probability, else none."""
    return str(rng.choice(np.array(states))) if rng.random() < share else ""


def _scale(staff: int) -> str:
    for least, name in ((1000, "large"), (300, "medium"), (20, "small")):
        if staff >= least:
            return name
    return "micro"


def _name(rng: Generator) -> str:
    return "".join(letters[int(rng.integers(len(letters)))] for letters in (SURNAMES, GIVEN_FIRST, GIVEN_SECOND))


def _papers(rng: Generator, site: Site) -> list[Paper]:
    """Certificates: most valid, some about to run out, a few expired."""
    kinds = [("safety_officer", site.contact_name)] if site.staff_count > 20 else []
    if site.sector in ("metalworking", "metal_finishing", "vehicle_repair", "hotels", "lithium_batteries"):
        kinds.append(("special_work", _name(rng)))
    if any(thing.kind in ("lift", "forklift", "crane", "boiler") for thing in THINGS.get(site.sector, ())):
        kinds.append(("equipment_inspection", ""))
    if site.sector in ("hazardous_chemicals", "fuel", "gas"):
        kinds.append(("chemical_licence", ""))
    found = []
    for kind, bearer in kinds:
        left = int(rng.choice([rng.integers(70, 1000), rng.integers(1, 55), -rng.integers(1, 40)], p=[0.86, 0.1, 0.04]))
        found.append(Paper(kind, bearer, left - 1095, left))
    return found


def _substances(rng: Generator, sector: str) -> list[Substance]:
    return [
        Substance(name, cas, round(tonnes * float(rng.uniform(0.4, 2.2)), 2))
        for name, cas, tonnes in SUBSTANCES.get(sector, ())
    ]


def _declared(rng: Generator, risky: bool) -> tuple[str, int]:
    """Where its declaration has got to, and how many days ago it was handed in."""
    states, shares = ("reviewed", "submitted", "returned", "draft"), (0.9, 0.05, 0.02, 0.03)
    state = str(rng.choice(states, p=shares)) if risky else "reviewed"
    return state, int(rng.integers(20, 160)) if state == "reviewed" else int(rng.integers(0, 5))


def _insured(rng: Generator, sector: str) -> int | None:
    """Days until the policy ends; most of those who must be insured are, and a few of the others."""
    if rng.random() < (0.93 if sector in HIGH_HAZARD else 0.15):
        return int(rng.integers(3, 364))
    return None
