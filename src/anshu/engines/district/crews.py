"""Teams that can be sent: fire stations, pump, rescue, medical and tree crews, with vehicles and members."""

from numpy.random import Generator

from anshu.engines.district.objects import Ground, spots
from anshu.engines.district.people import fictional_phone, personal_name
from anshu.engines.district.shapes import Position, Skill, Team, Vehicle
from anshu.engines.district.words import DISTRICT_CODE, DISTRICT_NAME

# Numbers of the fictional block from here on belong to teams; people have the lower ones.
FIRST_TEAM_PHONE = 9000
# Places looked at for each team.
CHOICE = 60

# Kind of team (see the glossary's kinds of force), ending of its name, how many, skills, vehicles with seats.
_KINDS: tuple[tuple[str, str, int, tuple[Skill, ...], tuple[tuple[str, int], ...]], ...] = (
    ("fire_rescue", "消防救援站", 8, (Skill.FIRE, Skill.RESCUE), (("水罐消防车", 6), ("抢险救援车", 5))),
    ("professional", "排水抢险队", 5, (Skill.PUMP,), (("大流量排涝车", 3), ("龙吸水泵车", 3))),
    ("professional", "综合救援队", 3, (Skill.RESCUE, Skill.PUMP), (("冲锋舟拖车", 6), ("器材车", 4))),
    ("professional", "医疗急救站", 4, (Skill.MEDICAL,), (("救护车", 4),)),
    ("professional", "园林抢险队", 3, (Skill.TREE,), (("高空作业车", 3), ("油锯工程车", 5))),
    ("grassroots", "应急分队", 8, (Skill.RESCUE, Skill.TREE), (("皮卡车", 5),)),
    ("social", "蓝盾救援协会", 1, (Skill.RESCUE, Skill.MEDICAL), (("越野车", 5),)),
)


def teams(rng: Generator, ground: Ground) -> tuple[Team, ...]:
    """Thirty-two teams at stations beside roads, the teams of each kind dealt round the streets."""
    wanted = [(kind, turn) for kind in _KINDS for turn in range(kind[2])]
    places = spots(rng, ground, len(wanted) * CHOICE, (15.0, 50.0))
    grid_codes = [ground.terrain.grid_codes[grid] for grid in places.grid]
    streets = sorted({code[:9] for code in grid_codes})
    made = []
    for i, ((kind, ending, _, skills, vehicles), turn) in enumerate(wanted):
        # Within each team's own share of the places the first in the wanted street is taken, else the first of all.
        own = range(i * CHOICE, (i + 1) * CHOICE)
        place = next((p for p in own if grid_codes[p][:9] == streets[turn % len(streets)]), own[0])
        grid_code = grid_codes[place]
        area = ground.areas[grid_code[:9] if kind == "grassroots" else grid_code[:12]]
        name = f"{area.name.removesuffix('社区')}{ending}"
        made.append(
            Team(
                code=f"{DISTRICT_CODE}-T{i + 1:03d}",
                name=f"{DISTRICT_NAME}{name}",
                kind=kind,
                station=f"{name}驻地",
                skills=skills,
                position=Position(float(places.degrees[place, 0]), float(places.degrees[place, 1])),
                area_code=grid_code,
                phone=fictional_phone(FIRST_TEAM_PHONE + i),
                members=tuple(personal_name(rng) for _ in range(int(rng.integers(5, 13)))),
                # 澜 is no province's abbreviation, so no such plate can exist.
                vehicles=tuple(
                    Vehicle(f"澜A{1000 + 10 * i + j}应急", what, seats, generated=True)
                    for j, (what, seats) in enumerate(vehicles)
                ),
                generated=True,
            )
        )
    return tuple(made)
