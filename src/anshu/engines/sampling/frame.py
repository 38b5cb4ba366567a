"""What is drawn from, and on what terms; each with one way of being written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from anshu.engines.sampling.chance import Plain, digest
from anshu.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Site:
    """One that may be drawn: a key, its stratum, its weight as a whole number above 0, the licences it needs."""

    key: str
    stratum: str
    weight: int
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Officer:
    """One who may be sent: holds a certificate valid on the day, and these licences besides."""

    key: str
    holds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Frame:
    """All sites and officers of a draw (名录库); who is recused where; which two have gone together before.

    Order means nothing. Invalid for a key given twice or unknown, a weight that is no whole number above 0, or a pair
    that is not two.
    """

    sites: tuple[Site, ...]
    officers: tuple[Officer, ...]
    recused: frozenset[tuple[str, str]] = frozenset()  # (officer, site)
    past_pairs: frozenset[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        sites, officers = {site.key for site in self.sites}, {officer.key for officer in self.officers}
        for name, keys, given in (("sites", sites, self.sites), ("officers", officers, self.officers)):
            if len(keys) != len(given):
                raise Invalid("a key is given twice in %(name)s", field=name, code="frame_twice", name=name)
        for site in self.sites:
            if type(site.weight) is not int or site.weight < 1:
                message = "the weight of %(key)s must be a whole number above 0"
                raise Invalid(message, field="sites", code="frame_weight", key=site.key)
        for officer, at in self.recused:
            if officer not in officers or at not in sites:
                message = "%(officer)s is recused at %(site)s, but not both are in the frame"
                raise Invalid(message, field="recused", code="frame_unknown", officer=officer, site=at)
        if any(len(pair) != 2 for pair in self.past_pairs):
            raise Invalid("a past pair must be two officers", field="past_pairs", code="frame_pair")


@dataclass(frozen=True, slots=True)
class Terms:
    """How many sites of each stratum are drawn, for what; and, when drawn again, which result it replaces and why.

    Invalid for a size below 0, or when only one of `replaces` and `reason` is given.
    """

    sizes: Mapping[str, int]
    purpose: str
    replaces: str = field(default="")
    reason: str = field(default="")

    def __post_init__(self) -> None:
        for stratum, size in self.sizes.items():
            if type(size) is not int or size < 0:
                message = "the size of %(stratum)s must be a whole number, not negative"
                raise Invalid(message, field="sizes", code="terms_size", stratum=stratum)
        if bool(self.replaces) != bool(self.reason):
            message = "a draw that replaces another says which and why; one that does not says neither"
            raise Invalid(message, field="reason", code="terms_reason")

    def plain(self) -> Plain:
        """As they are written down."""
        return {
            "purpose": self.purpose,
            "reason": self.reason,
            "replaces": self.replaces,
            "sizes": dict(self.sizes),
        }


def frame_hash(frame: Frame) -> str:
    """SHA-256 of the frame as it is written down: equal for equal frames in any order, different for any other."""
    return digest(
        {
            "officers": [[one.key, sorted(one.holds)] for one in sorted(frame.officers, key=lambda one: one.key)],
            "past_pairs": sorted(sorted(pair) for pair in frame.past_pairs),
            "recused": [list(one) for one in sorted(frame.recused)],
            "sites": [
                [one.key, one.stratum, one.weight, sorted(one.needs)]
                for one in sorted(frame.sites, key=lambda one: one.key)
            ],
        }
    )
