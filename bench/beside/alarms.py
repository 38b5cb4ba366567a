"""Alarms as moves, and how the moves of two engines are compared."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Move(NamedTuple):
    """A rule on a channel (or a site) was raised or cleared at an instant."""

    rule: str
    place: int
    at_ms: int
    raised: bool


@dataclass(frozen=True)
class Difference:
    """Of one rule: how many moves both have, and which only one has."""

    rule: str
    same: int
    only_ours: list[Move]
    only_theirs: list[Move]

    @property
    def words(self) -> str:
        """For the table."""
        if not self.only_ours and not self.only_theirs:
            return f"the same {self.same:,}"
        return f"{self.same:,} the same, {len(self.only_ours):,} only ours, {len(self.only_theirs):,} only theirs"


def net(moves: Iterable[Move]) -> list[Move]:
    """What is left at the end of each instant: an alarm that lasts no time is none. Ordered; moves come in order."""
    last: dict[tuple[str, int, int], list[Move]] = {}
    for move in moves:
        last.setdefault(move[:3], []).append(move)
    return sorted(group[-1] for group in last.values() if len(group) % 2)


def compare(ours: Iterable[Move], theirs: Iterable[Move], rules: Iterable[str]) -> list[Difference]:
    """Rule by rule, in the order asked for."""
    counted = Counter(net(ours)), Counter(net(theirs))
    found = []
    for rule in rules:
        mine, other = (Counter({move: many for move, many in side.items() if move.rule == rule}) for side in counted)
        found.append(
            Difference(
                rule, (mine & other).total(), sorted((mine - other).elements()), sorted((other - mine).elements())
            )
        )
    return found
