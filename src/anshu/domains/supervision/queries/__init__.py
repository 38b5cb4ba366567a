"""Questions about supervision."""

from anshu.domains.supervision.queries.answering import last_letter, unit_answering_for, unit_for
from anshu.domains.supervision.queries.campaigns import Branch, counts_of, tree
from anshu.domains.supervision.queries.scoring import counted
from anshu.domains.supervision.queries.weekly import Department, red_items

__all__ = [
    "Branch",
    "Department",
    "counted",
    "counts_of",
    "last_letter",
    "red_items",
    "tree",
    "unit_answering_for",
    "unit_for",
]
