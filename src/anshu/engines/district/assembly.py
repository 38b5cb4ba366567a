"""Put a whole district together from one seed."""

from datetime import datetime

import numpy as np
from numpy.random import Generator

from anshu.engines.district.crews import teams
from anshu.engines.district.enterprises import sites as place_sites
from anshu.engines.district.gauges import gauges
from anshu.engines.district.objects import Ground, risk_objects
from anshu.engines.district.people import roster, staff
from anshu.engines.district.shapes import District
from anshu.engines.district.streets import build_roads
from anshu.engines.district.terrain import lay_out

DEFAULT_SITES = 3000


def stream(seed: int, stage: int) -> Generator:
    """Random numbers of one stage of the work: asking one stage for more leaves the others as they were."""
    return np.random.default_rng([seed, stage])


def generate(seed: int, *, at: datetime, sites: int = DEFAULT_SITES) -> District:
    """The district of this seed, its roster from the local day of `at` (aware) on; equal arguments, equal records."""
    terrain = lay_out(stream(seed, 1))
    roads = build_roads(stream(seed, 2), terrain)
    staffing = staff(stream(seed, 3), terrain.areas)
    ground = Ground.of(terrain, roads, staffing.posts)
    objects = risk_objects(stream(seed, 4), ground)
    return District(
        seed=seed,
        at=at,
        areas=terrain.areas,
        waters=terrain.waters,
        roads=roads,
        risk_objects=objects,
        sites=place_sites(stream(seed, 5), ground, sites),
        gauges=gauges(stream(seed, 6), ground, objects),
        teams=teams(stream(seed, 7), ground),
        organisations=staffing.organisations,
        posts=staffing.posts,
        people=staffing.people,
        roster=roster(staffing, at),
    )
