"""The points of a map layer for what a screen shows of it: all of a small layer; of a large one those in sight, and
where these are too many, how many stand together and how grave they are."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from django.db.models import Avg, CharField, Count, F, IntegerField, Min, QuerySet
from django.db.models.functions import Cast

from anshu.kernel.errors import Invalid
from anshu.kernel.geometry import BoundingBox

"""A layer of so many points is sent whole, and a view of so many point by point; from this zoom on every view is."""
FEW, NEAR_ZOOM = 2_000, 16
"""What stands together within so many pixels is told as one; a tile has this many, and a map this many zooms."""
TOGETHER_PX, TILE_PX, FARTHEST_ZOOM = 48, 512, 24


@dataclass(frozen=True)
class View:
    """What a screen shows: the edges, and the zoom of the map (0: the whole world on one tile)."""

    box: BoundingBox
    zoom: float

    @classmethod
    def asked(cls, bbox: str, zoom: str) -> "View | None":
        """Read `west,south,east,north` and a zoom; None when no edges are given, Invalid when they are not readable."""
        if not bbox:
            return None
        try:
            read = float(zoom)
        except ValueError as error:
            raise Invalid("a zoom is a number", field="zoom", code="zoom_wrong") from error
        return cls(BoundingBox.parse(bbox), min(max(read, 0.0), FARTHEST_ZOOM))

    @property
    def cell_deg(self) -> tuple[float, float]:
        """Width and height of what is told as one, in degrees."""
        wide = TOGETHER_PX * 360 / (TILE_PX * 2**self.zoom)
        return wide, wide * max(cos(radians((self.box.south + self.box.north) / 2)), 0.01)


@dataclass(frozen=True)
class Cluster:
    """So many points near a place (degrees), and the different levels they have."""

    lon: float
    lat: float
    count: int
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Sight:
    """What is shown of a layer: points one by one, as keys (None: every one of `rows`), and those that stand together.
    `count` is of the whole layer; `whole`: nothing of it lies out of sight, and another view needs no other answer."""

    rows: "QuerySet[Any]"
    clusters: tuple[Cluster, ...]
    count: int
    whole: bool


def seen(found: "QuerySet[Any]", view: View, level: str) -> Sight:
    """What a view shows of rows that have a position; `level` is the field they are coloured by."""
    found = found.order_by()
    count = _at_most(found)
    if count <= FEW:
        return Sight(found, (), count, whole=True)
    box, count = view.box, found.count()
    inside = found.filter(lon__gte=box.west, lon__lte=box.east, lat__gte=box.south, lat__lte=box.north)
    if view.zoom >= NEAR_ZOOM or _at_most(inside) <= FEW:
        return Sight(inside, (), count, whole=False)
    single, clusters = _together(inside, view, level)
    return Sight(found.filter(pk__in=single), tuple(clusters), count, whole=False)


def _at_most(rows: "QuerySet[Any]") -> int:
    """How many rows there are, counted no further than is needed to know that they are many."""
    return rows.values("pk")[: FEW + 1].count()


def _together(inside: "QuerySet[Any]", view: View, level: str) -> tuple[list[uuid.UUID], Iterator[Cluster]]:
    """The keys of points that stand alone in their cell, and the others cell by cell."""
    wide, high = view.cell_deg
    cells = inside.annotate(x=Cast(F("lon") / wide, IntegerField()), y=Cast(F("lat") / high, IntegerField()))
    told = cells.values_list("x", "y", level).annotate(
        count=Count("*"), at_lon=Avg("lon"), at_lat=Avg("lat"), one=Min(Cast("pk", CharField()))
    )
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for x, y, *rest in told:
        found[x, y].append(rest)
    single = [uuid.UUID(rest[0][-1]) for rest in found.values() if len(rest) == 1 and rest[0][1] == 1]
    return single, (_cluster(rest) for rest in found.values() if len(rest) > 1 or rest[0][1] > 1)


def _cluster(parts: Iterable[list[Any]]) -> Cluster:
    """One cell out of what is known of each of its levels."""
    levels: Counter[str] = Counter()
    lon = lat = 0.0
    for level, count, at_lon, at_lat, _one in parts:
        levels[str(level)] += count
        lon, lat = lon + at_lon * count, lat + at_lat * count
    count = levels.total()
    return Cluster(lon / count, lat / count, count, tuple(sorted(levels)))
