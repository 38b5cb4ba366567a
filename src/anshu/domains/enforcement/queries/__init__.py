"""Questions about penalty cases."""

from anshu.domains.enforcement.queries.cases import (
    FILED,
    amount_for_hearing,
    band,
    limitation_ends_on,
    limitation_rule,
    may_be_heard,
    owed_on,
    papers_missing,
    range_of,
    window_ends,
    window_rule,
)
from anshu.domains.enforcement.queries.procedure import Stand, stands

__all__ = [
    "FILED",
    "Stand",
    "amount_for_hearing",
    "band",
    "limitation_ends_on",
    "limitation_rule",
    "may_be_heard",
    "owed_on",
    "papers_missing",
    "range_of",
    "stands",
    "window_ends",
    "window_rule",
]
