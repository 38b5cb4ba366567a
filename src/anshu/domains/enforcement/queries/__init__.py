"""Questions about penalty cases."""

from anshu.domains.enforcement.queries.cases import (
    amount_for_hearing,
    band,
    may_be_heard,
    owed_on,
    papers_missing,
    range_of,
    window_ends,
)

__all__ = [
    "amount_for_hearing",
    "band",
    "may_be_heard",
    "owed_on",
    "papers_missing",
    "range_of",
    "window_ends",
]
