"""Passages that speak of what a description says, by pairs of neighbouring signs (BM25)."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

"""Robertson's saturation of repeated pairs, and how much a long passage is held against it."""
SATURATION, LENGTH_WEIGHT = 1.2, 0.75
"""Words that stand in nearly every description of a defect and in nearly every article, and tell nothing."""
IDLE = re.compile(r"(未按(照)?(规定|要求)?|应当|不符合(要求|规定)?|进行|以及|或者|的|等|其他|有关|相关|存在)")
"""What is left of a sentence when all but Chinese signs, letters and digits has become a break."""
BREAKS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that may be cited: of what (a statute with its date, a standard), which article, and the words."""

    source: str
    article: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, its score, and the weighted share of the description that it speaks of (0 to 1)."""

    passage: Passage
    score: float
    share: float


def pairs(text: str) -> list[str]:
    """Every two neighbouring signs of a text, without what tells nothing."""
    runs = BREAKS.split(IDLE.sub(" ", text))
    return [run[n : n + 2] for run in runs for n in range(len(run) - 1)]


@dataclass(frozen=True)
class Index:
    """Passages made ready to be searched. A thousand articles take a second to index and a millisecond to search."""

    passages: tuple[Passage, ...]
    postings: dict[str, tuple[np.ndarray, np.ndarray]]
    lengths: np.ndarray

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> "Index":
        """An index of the passages, in their order."""
        kept = tuple(passages)
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = np.zeros(len(kept))
        for place, passage in enumerate(kept):
            counted = Counter(pairs(passage.text))
            lengths[place] = counted.total()
            for pair, count in counted.items():
                found[pair].append((place, count))
        postings = {
            pair: (np.array([place for place, _n in rows]), np.array([n for _place, n in rows], float))
            for pair, rows in found.items()
        }
        return cls(kept, postings, lengths)

    def search(self, description: str, *, limit: int = 5, least_share: float = 0.35) -> list[Hit]:
        """The passages that speak of at least the least share of the description, best first; often none."""
        wanted = set(pairs(description))
        if not wanted or not self.passages:
            return []
        scores, shares = np.zeros(len(self.passages)), np.zeros(len(self.passages))
        weights = {pair: self._weight(pair) for pair in wanted}
        long = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * self.lengths / max(self.lengths.mean(), 1)
        for pair, weight in weights.items():
            if pair in self.postings:
                places, counts = self.postings[pair]
                scores[places] += weight * counts * (SATURATION + 1) / (counts + SATURATION * long[places])
                shares[places] += weight
        shares /= sum(weights.values())
        best = np.lexsort((np.arange(len(scores)), -scores))[: limit * 4]
        hits = [Hit(self.passages[n], float(scores[n]), float(shares[n])) for n in best]
        return [hit for hit in hits if hit.share >= least_share][:limit]

    def _weight(self, pair: str) -> float:
        """How much a pair tells: the rarer among the passages, the more. One that no passage holds tells most."""
        holding = len(self.postings[pair][0]) if pair in self.postings else 0
        return float(np.log(1 + (len(self.passages) - holding + 0.5) / (holding + 0.5)))
