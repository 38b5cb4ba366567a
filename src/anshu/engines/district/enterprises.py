"""Enterprise premises in any number, as columns first and records last, so that 85,000 take seconds."""

from itertools import accumulate

import numpy as np
from numpy.random import Generator

from anshu.engines.district.objects import Ground, spots
from anshu.engines.district.people import SAFETY_OFFICER, fictional_phone
from anshu.engines.district.shapes import Position, Site
from anshu.engines.district.words import (
    DISTRICT_CODE,
    DISTRICT_NAME,
    FIRM_FIRST,
    FIRM_SECOND,
    GIVEN_FIRST,
    GIVEN_SECOND,
    INDUSTRIES,
    SURNAMES,
)
from anshu.engines.routing.graph import Integers

# GB 32100-2015: the 31 characters in use, and the weight of each of the first seventeen places.
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = np.array(list(accumulate([3] * 16, lambda weight, three: weight * three % 31, initial=1)))
# GB 11714-1997: weights of the eight places of an organisation code.
ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])


def credit_codes(serials: Integers) -> list[str]:
    """Unified social credit codes with correct check characters, registered in a division that does not exist."""
    digits = serials[:, None] // 10 ** np.arange(7, -1, -1) % 10
    check = 11 - (digits * ORGANISATION_WEIGHTS).sum(axis=1) % 11
    # Organisation codes use X for ten, and 0 for eleven.
    check = np.where(check == 11, 0, np.where(check == 10, CREDIT_ALPHABET.index("X"), check))
    prefix = np.tile([int(digit) for digit in f"91{DISTRICT_CODE}"], (len(serials), 1))
    places = np.column_stack([prefix, digits, check])
    last = (31 - (places * CREDIT_WEIGHTS).sum(axis=1) % 31) % 31
    symbols = np.array(list(CREDIT_ALPHABET))[np.column_stack([places, last])]
    return ["".join(row) for row in symbols.tolist()]


def _syllables(rng: Generator, count: int, *choices: str) -> list[str]:
    """One character from each of the choices, joined, `count` times."""
    columns = [np.array(list(letters))[rng.integers(len(letters), size=count)].tolist() for letters in choices]
    return ["".join(parts) for parts in zip(*columns, strict=True)]


def _trades(rng: Generator, count: int) -> tuple[Integers, Integers, Integers]:
    """Position in INDUSTRIES, staff and floor area (m²) of each site: common trades often, sizes skewed."""
    weight = np.array([industry[3] for industry in INDUSTRIES])
    industry = rng.choice(len(INDUSTRIES), size=count, p=weight / weight.sum())
    usual = np.array([row[4] for row in INDUSTRIES], dtype=np.float64)[industry]
    staff_count = np.maximum(1, np.rint(usual * rng.lognormal(0.0, 0.6, count))).astype(np.int64)
    return industry, staff_count, (staff_count * rng.uniform(8.0, 30.0, count)).astype(np.int64) + 15


def sites(rng: Generator, ground: Ground, count: int) -> tuple[Site, ...]:
    """`count` enterprise premises beside roads, each inside its grid, with industry, size and contact."""
    if count == 0:
        return ()
    places = spots(rng, ground, count, (10.0, 95.0))
    industry, staff_count, area_m2 = _trades(rng, count)
    brand = _syllables(rng, count, FIRM_FIRST, FIRM_SECOND)
    contact = _syllables(rng, count, SURNAMES, GIVEN_FIRST, GIVEN_SECOND)
    prefixes = {code: f"{DISTRICT_NAME}{ground.areas[code[:9]].name}" for code in ground.terrain.grid_codes}
    posts = {code: ground.post(code, SAFETY_OFFICER) for code in ground.terrain.grid_codes}
    rows = zip(
        *(credit_codes(np.arange(1, count + 1)), brand, industry.tolist(), contact),
        *(places.degrees.tolist(), places.grid.tolist(), places.edge.tolist(), places.house_number.tolist()),
        *(staff_count.tolist(), area_m2.tolist()),
        strict=True,
    )
    made = []
    for serial, (credit, firm, trade, who, degrees, grid, edge, number, people, size_m2) in enumerate(rows):
        grid_code = ground.terrain.grid_codes[grid]
        road = ground.roads.edge_names[edge]
        industry_code, sector, ending = INDUSTRIES[trade][:3]
        made.append(
            Site(
                code=credit,
                name=f"安澜{firm}{ending}" if ending.endswith("公司") else f"{road}{firm}{ending}",
                industry_code=industry_code,
                sector=sector,
                address=f"{prefixes[grid_code]}{road}{number}号",
                position=Position(degrees[0], degrees[1]),
                area_code=grid_code,
                responsible_post=posts[grid_code],
                staff_count=people,
                floor_area_m2=size_m2,
                contact_name=who,
                phone=fictional_phone(serial),
                generated=True,
            )
        )
    return tuple(made)
