"""Questions about hazards."""

from anshu.domains.hazards.queries.around import (
    away_m,
    earlier_like,
    enterprise_at,
    open_listing,
    photo_m,
)

__all__ = ["away_m", "earlier_like", "enterprise_at", "open_listing", "photo_m"]
