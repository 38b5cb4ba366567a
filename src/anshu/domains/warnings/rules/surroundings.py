"""Which channels each condition of a compound rule looks at, as seen from the place at which the rule stands."""

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
from anshu.kernel.crs import project
from anshu.kernel.division import DivisionLevel


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
    """Channels that have a position, in the metres of one belt, and a tree of them."""

    channels: list[Channel]
    tree: shapely.STRtree
    meridian: int

    @classmethod
    def of(cls, channels: Iterable[Channel]) -> "Placed":
        """Those of the channels whose position is known."""
        kept = [channel for channel in channels if channel.lon is not None and channel.lat is not None]
        lon, lat = (np.array([getattr(one, name) for one in kept], dtype=np.float64) for name in ("lon", "lat"))
        meridian = round(float(lon.mean()) / 3) * 3 if kept else 0
        return cls(kept, shapely.STRtree(_points(lon, lat, meridian)), meridian)

    def within(self, lon: float, lat: float, near_m: float) -> list[Channel]:
        """Those no further away than so many metres, by number."""
        here = _points(np.array([lon]), np.array([lat]), self.meridian)[0]
        return [self.channels[at] for at in sorted(self.tree.query(here, predicate="dwithin", distance=near_m))]


def _points(lon: Any, lat: Any, meridian: int) -> Any:
    east, north = project(lon, lat, meridian)
    return shapely.points(np.column_stack([east, north])) if len(east) else np.array([], dtype=object)


def _site(channel: Channel) -> str:
    """What stands together: the site, or without one the device."""
    return f"s{channel.device.site_id}" if channel.device.site_id else f"d{channel.device_id}"


def _street(channel: Channel) -> str:
    """The code of the street; nothing for what belongs to no single one."""
    return channel.territory[: DivisionLevel.STREET] if len(channel.territory) >= DivisionLevel.STREET else ""
