"""Whether others have told of the same lately: asked by the public page, which learns yes or no and nothing else."""

from datetime import timedelta

from anshu.domains.tipoffs.models import TipOff
from anshu.kernel import clock
from anshu.kernel.geometry import Position
from anshu.workflow import rules

"""One degree of latitude is never shorter than this (metres)."""
DEGREE_M = 110_574
LOOKED_AT = 200


def others_told(kind: str, here: Position) -> bool:
    """Whether something of this kind was told of near here in the last days, for kinds that everybody sees from the
    street. Of what lies inside an enterprise the answer is always no: else the enterprise learns that somebody told."""
    if kind not in rules.at("tip_offs/page.same_kinds").items():
        return False
    within_m = rules.at("tip_offs/page.same_m").number()
    since = clock.now() - timedelta(days=rules.at("tip_offs/page.same_d").number())
    wide = within_m / DEGREE_M
    near = TipOff.objects.real().filter(
        kind=kind,
        received_at__gte=since,
        lat__range=(here.lat - wide, here.lat + wide),
        lon__range=(here.lon - 2 * wide, here.lon + 2 * wide),
    )
    found = near.values_list("lon", "lat")[:LOOKED_AT]
    places = [Position(lon, lat) for lon, lat in found if lon is not None and lat is not None]
    return any(here.distance_m(place) <= within_m for place in places)
