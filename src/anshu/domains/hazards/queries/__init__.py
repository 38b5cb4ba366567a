"""Questions about hazards."""

from anshu.domains.enterprises.queries import enterprise_at
from anshu.domains.hazards.queries.around import (
    away_m,
    earlier_like,
    open_listing,
    photo_m,
)

__all__ = ["away_m", "earlier_like", "enterprise_at", "open_listing", "photo_m"]
