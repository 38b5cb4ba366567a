"""From what somebody saw to the clauses that may forbid it: found among texts that are given, never made up.

    index = Index.of(passages)                 # articles of statutes, items of checklists
    hits = index.search("疏散通道堆放货物")      # best first, each the passage itself, word for word

Chinese has no blanks between words, so texts are compared by pairs of neighbouring signs: rare pairs that both texts
hold weigh most (BM25). `share` says how much of what was described the passage speaks of, by weight; below a least
share nothing is answered, because a clause that does not fit is worse than none: whoever signs an order answers for it.
"""

from anshu.engines.citation.search import Hit, Index, Passage
from anshu.engines.citation.statutes import articles

__all__ = ["Hit", "Index", "Passage", "articles"]
