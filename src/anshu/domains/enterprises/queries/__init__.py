"""Questions about enterprises."""

from anshu.domains.enterprises.queries.around import (
    enterprise_at,
    grid_team,
    major_source,
    policy_of,
    quote,
    self_check_items,
    standardisation,
)
from anshu.domains.enterprises.queries.grades import grade_of, override_of
from anshu.domains.enterprises.queries.packs import must_insure

__all__ = [
    "enterprise_at",
    "grade_of",
    "grid_team",
    "major_source",
    "must_insure",
    "override_of",
    "policy_of",
    "quote",
    "self_check_items",
    "standardisation",
]
