"""The draw itself: sites by weight, pairs of officers by chance, and the record of it."""

from dataclasses import asdict, dataclass
from fractions import Fraction

from anshu.engines.sampling.chance import Chance, Plain, digest
from anshu.engines.sampling.frame import Frame, Site, Terms, frame_hash
from anshu.engines.sampling.pairing import pair
from anshu.kernel.errors import Invalid

# Said in every commitment: a change of the method must not pass for the same draw.
METHOD = "anshu double random 1"
SEED_DIGITS = 64


@dataclass(frozen=True, slots=True)
class Assignment:
    """One drawn site: its chance of being drawn, as a fraction in lowest terms; who goes there.

    `officers` are empty when no two may go. `repeats` says that the two have gone together before, or go together twice
    in this draw, as the pool left no other way.
    """

    site: str
    stratum: str
    chance: str
    officers: tuple[str, ...]
    repeats: bool


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of a draw, and published; enough to repeat it with the frame."""

    seed: str
    frame_hash: str
    terms: Terms
    commitment: str
    result: tuple[Assignment, ...]
    result_hash: str


def commitment(seed: str, frame: Frame, terms: Terms) -> str:
    """What is published before the draw: SHA-256 of method, seed (64 hexadecimal digits), frame hash and terms."""
    _check_seed(seed)
    return digest(_promise(seed, frame_hash(frame), terms))


def draw(seed: str, frame: Frame, terms: Terms) -> Record:
    """Draw sites and officers, in the order of strata and, within one, in the order in which sites were come upon.

    Invalid for a seed that is not 64 hexadecimal digits, a stratum that the frame does not have, or a size greater
    than the stratum.
    """
    _check_seed(seed)
    framed = frame_hash(frame)
    promised = digest(_promise(seed, framed, terms))
    drawn: list[tuple[Site, Fraction]] = []
    for stratum in sorted(terms.sizes):
        sites = sorted((site for site in frame.sites if site.stratum == stratum), key=lambda site: site.key)
        _check_size(stratum, terms.sizes[stratum], sites)
        drawn += draw_sites(_chance(seed, promised, f"sites of {stratum}"), sites, terms.sizes[stratum])
    pairs = pair(_chance(seed, promised, "officers"), frame, [site for site, _ in drawn])
    result = tuple(
        Assignment(site.key, site.stratum, f"{chance.numerator}/{chance.denominator}", officers, repeats)
        for (site, chance), (officers, repeats) in zip(drawn, pairs, strict=True)
    )
    return Record(seed, framed, terms, promised, result, result_hash(promised, result))


def draw_sites(chance: Chance, sites: list[Site], size: int) -> list[tuple[Site, Fraction]]:
    """`size` of the sites with their chances, each chance exactly proportional to weight where that is below one.

    Sites lie in random order on a line, each as long as its weight; marks an equal distance apart, the first at a
    random place, fall on those drawn. None is longer than the distance, so none is hit twice.
    """
    certain, others = _certain(sites, size)
    left, total = size - len(certain), sum(site.weight for site in others)
    drawn = [(site, Fraction(1)) for site in certain]
    if not left:
        return drawn
    mark, end = chance.below(total), 0
    for site in chance.shuffled(others):
        end += left * site.weight
        if mark < end:
            drawn.append((site, Fraction(left * site.weight, total)))
            mark += total
    return drawn


def result_hash(promised: str, result: tuple[Assignment, ...]) -> str:
    """SHA-256 of the result, bound to its commitment."""
    rows: list[Plain] = [{**asdict(one), "officers": list(one.officers), "repeats": int(one.repeats)} for one in result]
    return digest({"commitment": promised, "result": rows})


def _certain(sites: list[Site], size: int) -> tuple[list[Site], list[Site]]:
    """Sites that are drawn for certain as their share of the weight is a whole draw or more; and the others."""
    certain: list[Site] = []
    others = sorted(sites, key=lambda site: -site.weight)
    total = sum(site.weight for site in sites)
    while others and len(certain) < size and (size - len(certain)) * others[0].weight >= total:
        total -= others[0].weight
        certain.append(others.pop(0))
    return certain, sorted(others, key=lambda site: site.key)


def _promise(seed: str, framed: str, terms: Terms) -> Plain:
    return {"frame": framed, "method": METHOD, "seed": seed, "terms": terms.plain()}


def _chance(seed: str, promised: str, what: str) -> Chance:
    """Chance of one part of a draw: what one part uses up does not move another."""
    return Chance(digest({"commitment": promised, "part": what, "seed": seed}))


def _check_seed(seed: str) -> None:
    if len(seed) != SEED_DIGITS or not set(seed) <= set("0123456789abcdef"):
        raise Invalid("the seed must be 64 hexadecimal digits, in small letters", field="seed", code="draw_seed")


def _check_size(stratum: str, size: int, sites: list[Site]) -> None:
    if size > len(sites):
        message = "%(size)d are to be drawn of %(stratum)s, which has %(count)d"
        raise Invalid(message, field="sizes", code="draw_size", size=size, stratum=stratum, count=len(sites))
