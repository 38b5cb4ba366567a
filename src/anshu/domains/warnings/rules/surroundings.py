"""Which channels each condition of a compound rule looks at, as seen from the place at which the rule stands."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.db.models import Q, QuerySet

from anshu.domains.devices.models import Channel
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.models.conditions import Condition, Where
from anshu.kernel.crs import FloatArray
from anshu.kernel.division import DivisionLevel
from anshu.kernel.geometry import distances_m

"""A degree of latitude is nowhere shorter: a box of it holds the circle, whose distances are then measured."""
LEAST_DEGREE_M = 110_000.0


@dataclass(frozen=True)
class Sight:
    """The channels of one condition at one place. Places with the same `scope` see the same channels."""

    scope: str
    channels: tuple[Channel, ...]


@dataclass
class Surroundings:
    """The channels on which some conditions may look, found by site, street and distance."""

    channels: list[Channel]
    _trees: dict[str, "Placed"] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Iterable[Rule], among: "QuerySet[Channel]") -> "Surroundings":
        """Those of `among` on which conditions of the rules may look."""
        terms = [term for rule in rules for term in rule.terms()]
        if not terms:
            return cls([])
        wanted = Q(quantity__in={term.quantity for term in terms if term.quantity})
        wanted |= Q(number__in={term.channel for term in terms if term.channel})
        return cls(list(among.filter(wanted).select_related("device").order_by("number", "pk")))

    def sight(self, term: Condition, place: Channel) -> Sight:
        """What a condition looks at from the channel of its rule; nothing, where there is no such channel."""
        if term.where == Where.HERE:
            return Sight(str(place.slot), (place,))
        if term.where == Where.CHANNEL:
            return Sight("", tuple(self._by_number.get(term.channel, ())))
        if term.where == Where.NEAR:
            return Sight(str(place.slot), tuple(self._near(term, place)))
        key = _site(place) if term.where == Where.SITE else _street(place)
        return Sight(key, tuple(self._by_key.get((term.quantity, key), ()) if key else ()))

    @cached_property
    def _by_number(self) -> dict[str, list[Channel]]:
        return {channel.number: [channel] for channel in self.channels}

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], list[Channel]]:
        """By quantity and site, and by quantity and street."""
        found: dict[tuple[str, str], list[Channel]] = {}
        for channel in self.channels:
            for key in filter(None, (_site(channel), _street(channel))):
                found.setdefault((channel.quantity, key), []).append(channel)
        return found

    def _near(self, term: Condition, place: Channel) -> Iterator[Channel]:
        if place.lon is None or place.lat is None or term.near_m is None:
            return
        if term.quantity not in self._trees:
            self._trees[term.quantity] = Placed.of(one for one in self.channels if one.quantity == term.quantity)
        yield from self._trees[term.quantity].within(place.lon, place.lat, term.near_m)


@dataclass(frozen=True)
class Placed:
    """Channels that have a position, and a tree of their degrees."""

    channels: list[Channel]
    lon: FloatArray
    lat: FloatArray
    tree: shapely.STRtree

    @classmethod
    def of(cls, channels: Iterable[Channel]) -> "Placed":
        """Those of the channels whose position is known."""
        kept = [(one, one.lon, one.lat) for one in channels if one.lon is not None and one.lat is not None]
        degrees = np.array([row[1:] for row in kept], dtype=np.float64).reshape(-1, 2)
        lon, lat = degrees[:, 0], degrees[:, 1]
        points: Any = shapely.points(degrees)  # an array, where given one
        return cls([row[0] for row in kept], lon, lat, shapely.STRtree(points))

    def within(self, lon: float, lat: float, near_m: float) -> list[Channel]:
        """Those no further away than so many metres, by number."""
        high = near_m / LEAST_DEGREE_M
        wide = high / max(math.cos(math.radians(lat)), 0.01)
        found = np.sort(self.tree.query(shapely.box(lon - wide, lat - high, lon + wide, lat + high)))
        here = np.full(len(found), lon), np.full(len(found), lat)
        far_m = distances_m(self.lon[found], self.lat[found], *here)
        return [self.channels[at] for at in found[far_m <= near_m].tolist()]


def _site(channel: Channel) -> str:
    """What stands together: the site, or without one the device."""
    return f"s{channel.device.site_id}" if channel.device.site_id else f"d{channel.device_id}"


def _street(channel: Channel) -> str:
    """The code of the street; nothing for what belongs to no single one."""
    return channel.territory[: DivisionLevel.STREET] if len(channel.territory) >= DivisionLevel.STREET else ""
