"""Two officers to each drawn site, no two together twice for as many sites as that is possible."""

from collections import Counter
from itertools import combinations

from anshu.engines.sampling.chance import Chance
from anshu.engines.sampling.frame import Frame, Site

Pair = tuple[str, str]


def pair(chance: Chance, frame: Frame, sites: list[Site]) -> list[tuple[tuple[str, ...], bool]]:
    """(officers, repeats) of each site in the order given; no officers where no two may go.

    Which pair is taken is chance: pairs lie shuffled in a circle, each site begins at a random one. A site that finds
    only pairs that are taken asks another site to move on (augmenting paths), so the number of sites with a pair of
    their own is the greatest possible. What is left over gets the pair that has been sent least.
    """
    names = sorted(officer.key for officer in frame.officers)
    circle: list[Pair] = chance.shuffled(combinations(names, 2))
    held = {officer.key: officer.holds for officer in frame.officers}
    allowed = []
    for site in sites:
        first = chance.below(max(1, len(circle)))
        around = circle[first:] + circle[:first]
        allowed.append([two for two in around if _may_go(frame, held, site, two)])
    past = {tuple(sorted(two)) for two in frame.past_pairs}
    own = _match([[two for two in pairs if two not in past] for pairs in allowed])
    sent = Counter(own.values())
    found: list[tuple[tuple[str, ...], bool]] = []
    for place, pairs in enumerate(allowed):
        two = own.get(place)
        if two is None and pairs:
            two = min(pairs, key=lambda one: sent[one] + (one in past))
            sent[two] += 1
        found.append((two or (), two is not None and place not in own))
    return found


def _may_go(frame: Frame, held: dict[str, frozenset[str]], site: Site, two: Pair) -> bool:
    if any((officer, site.key) in frame.recused for officer in two):
        return False
    return site.needs <= held[two[0]] | held[two[1]]


def _match(wanted: list[list[Pair]]) -> dict[int, Pair]:
    """A pair of its own for as many places as possible, by augmenting paths (Kuhn 1955).

    Pairs met in a search that failed lead nowhere in any later one either, and are not looked at again.
    """
    taken: dict[Pair, int] = {}
    hopeless: set[Pair] = set()
    for place in range(len(wanted)):
        came_from: dict[Pair, int] = {}
        queue, free = [place], None
        for asking in queue:
            for two in wanted[asking]:
                if two in came_from or two in hopeless:
                    continue
                came_from[two] = asking
                if two not in taken:
                    free = two
                    break
                queue.append(taken[two])
            if free:
                break
        if free is None:
            hopeless |= came_from.keys()
            continue
        _hand_over(taken, came_from, free, place)
    return {place: two for two, place in taken.items()}


def _hand_over(taken: dict[Pair, int], came_from: dict[Pair, int], free: Pair, place: int) -> None:
    """Give the free pair to whoever asked for it, his own to whoever asked him, back to the place that began."""
    own = {holder: two for two, holder in taken.items()}
    two = free
    while True:
        asking = came_from[two]
        taken[two] = asking
        if asking == place:
            return
        two = own[asking]
