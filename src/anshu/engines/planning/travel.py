"""How long it takes from any point to any other, without a table of all pairs of points.

15,000 sites have 225 million pairs, but they stand beside a few thousand junctions. So the table holds junctions, and a
point is a junction and the time to it: seconds(a, b) = to the junction of a + table + from the junction of b.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anshu.engines.routing import Roads
from anshu.engines.routing.graph import Floats, Integers
from anshu.engines.routing.nearest import METRES_PER_MINUTE_AT_1_KMH, snap
from anshu.engines.routing.table import seconds_between
from anshu.kernel.errors import Invalid

LONGEST_S = 65_535  # what the table can say; farther apart than eighteen hours nothing is planned
METRES_PER_SECOND_AT_1_KMH = METRES_PER_MINUTE_AT_1_KMH / 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """Of each point: its place in the table, and the seconds to it; of each pair of places: seconds.

    Shapes (points,), (points,) and (places, places); the table need not be symmetric. Invalid when they do not fit.
    """

    place: Integers
    access_s: Integers
    seconds: NDArray[np.uint16]

    def __post_init__(self) -> None:
        places = len(self.seconds)
        fits = self.place.shape == self.access_s.shape == (len(self.place),) and self.seconds.shape == (places, places)
        if not fits or self.seconds.dtype != np.uint16 or (len(self.place) and self.access_s.min() < 0):
            message = "travel takes as many places as access times, none negative, and a square table of uint16 seconds"
            raise Invalid(message, field="travel", code="travel_shape")
        if len(self.place) and not 0 <= self.place.min() <= self.place.max() < places:
            raise Invalid("a point has a place that the table does not have", field="place", code="travel_place")

    def between(self, start: int, end: int) -> int:
        """Seconds from one point to another; none from a point to itself."""
        if start == end:
            return 0
        table = int(self.seconds[self.place[start], self.place[end]])
        return int(self.access_s[start]) + table + int(self.access_s[end])


def by_road(roads: Roads, lon: Floats, lat: Floats) -> Travel:
    """Travel between points (WGS-84 degrees) over a road network: exact between junctions, slow from junction to door.

    The way to the junction is a straight line at the speed of access, as `nearest` has it. Seconds are rounded up, so
    that no plan promises what the road does not hold. Invalid when there is no road.
    """
    if roads.tree is None:
        raise Invalid("there is no road network to travel on", field="roads", code="travel_roads")
    off_m, node = snap(roads, lon, lat)
    access_s = off_m / (roads.access.speed_kmh * METRES_PER_SECOND_AT_1_KMH)
    used, place = np.unique(node, return_inverse=True)
    table = np.minimum(np.ceil(seconds_between(roads, used)), LONGEST_S).astype(np.uint16)
    return Travel(place.astype(np.int64), np.ceil(access_s).astype(np.int64), table)


def in_a_straight_line(x_m: Floats, y_m: Floats, speed_kmh: float) -> Travel:
    """Travel between points of a metric projection at one speed, each point a place of its own: for a few thousand."""
    metres = np.hypot(x_m[:, None] - x_m, y_m[:, None] - y_m)
    seconds = np.minimum(np.ceil(metres / (speed_kmh * METRES_PER_SECOND_AT_1_KMH)), LONGEST_S).astype(np.uint16)
    return Travel(np.arange(len(x_m)), np.zeros(len(x_m), dtype=np.int64), seconds)
