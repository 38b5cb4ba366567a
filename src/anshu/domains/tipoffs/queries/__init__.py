"""Questions about tip-offs and in-house rewards."""

from anshu.domains.tipoffs.queries.codes import digest, ticket_for, tip_off_for
from anshu.domains.tipoffs.queries.likeness import others_told

__all__ = [
    "digest",
    "others_told",
    "ticket_for",
    "tip_off_for",
]
