"""Questions about hazards."""

from anshu.domains.enterprises.queries import enterprise_at
from anshu.domains.hazards.queries.around import (
    LATE_ENTRY,
    away_m,
    earlier_like,
    hands,
    open_listing,
    origin_began_at,
    photo_m,
)
from anshu.domains.hazards.queries.lots import districts_closed, lot, waiting, who_looks

__all__ = [
    "LATE_ENTRY",
    "away_m",
    "districts_closed",
    "earlier_like",
    "enterprise_at",
    "hands",
    "lot",
    "open_listing",
    "origin_began_at",
    "photo_m",
    "waiting",
    "who_looks",
]
