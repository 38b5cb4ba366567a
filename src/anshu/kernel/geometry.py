"""Positions, distances, boxes and areas. Whatever arrives, it is kept and compared as WGS-84 longitude and latitude."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from anshu.kernel.crs import Crs, FloatArray, transform
from anshu.kernel.errors import Invalid

# Degrees west, south, east, north around the land and seas of China; also used to notice swapped coordinates.
CHINA = (73.0, 3.0, 136.0, 54.0)

_ELLIPSOID = Geod(ellps="WGS84")
_GEOMETRY_TYPES = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"})


@dataclass(frozen=True, slots=True)
class Position:
    """A point in degrees. Invalid (field lon or lat) when out of range or when the two look swapped."""

    lon: float
    lat: float
    crs: Crs = Crs.WGS84

    def __post_init__(self) -> None:
        if looks_swapped(self.lon, self.lat):
            raise Invalid(
                "longitude %(lon)s and latitude %(lat)s look swapped: the other way round they lie in China",
                field="lat",
                code="position_swapped",
                lon=self.lon,
                lat=self.lat,
            )
        for name, value, limit in (("lon", self.lon, 180.0), ("lat", self.lat, 90.0)):
            if not -limit <= value <= limit:  # also refuses NaN
                raise Invalid(
                    "%(name)s %(value)s is not between -%(limit)g and %(limit)g degrees",
                    field=name,
                    code="position_out_of_range",
                    name=name,
                    value=value,
                    limit=limit,
                )

    def to(self, crs: Crs) -> "Position":
        """The same place in another system."""
        if crs is self.crs:
            return self
        lon, lat = transform(np.array(self.lon), np.array(self.lat), self.crs, crs)
        return Position(float(lon), float(lat), crs)

    def distance_m(self, other: "Position") -> float:
        """Shortest way over the WGS-84 ellipsoid in metres; the systems of the two may differ."""
        here, there = self.to(Crs.WGS84), other.to(Crs.WGS84)
        return float(_ELLIPSOID.inv(here.lon, here.lat, there.lon, there.lat)[2])


def looks_swapped(lon: float, lat: float) -> bool:
    """Whether the pair is outside China as given but inside when exchanged (latitudes there never reach 73)."""
    west, south, east, north = CHINA
    return west <= lat <= east and south <= lon <= north


def distances_m(lon: FloatArray, lat: FloatArray, other_lon: FloatArray, other_lat: FloatArray) -> FloatArray:
    """Pairwise geodesic distances in metres between WGS-84 arrays of one shape."""
    return np.asarray(_ELLIPSOID.inv(lon, lat, other_lon, other_lat)[2], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """West, south, east and north edges in WGS-84 degrees; edges belong to it. It does not cross the 180th meridian."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        if not (-180 <= self.west <= self.east <= 180 and -90 <= self.south <= self.north <= 90):
            raise Invalid(
                "a bounding box is west, south, east, north in degrees, west and south first",
                field="bbox",
                code="bbox_wrong",
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `west,south,east,north`; Invalid (field bbox) otherwise."""
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError as error:
            raise Invalid("a bounding box is four numbers with commas", field="bbox", code="bbox_wrong") from error
        return cls(west, south, east, north)

    @classmethod
    def around(cls, centre: Position, radius_m: float) -> Self:
        """Smallest box, to within a metre, that holds the circle."""
        return cls(*(float(edge) for edge in circle(centre, radius_m, corners=256).bounds))

    @classmethod
    def of(cls, geometry: BaseGeometry) -> Self:
        """Box of a WGS-84 geometry."""
        if geometry.is_empty:
            raise Invalid("an empty geometry has no bounding box", field="geometry", code="geometry_empty")
        return cls(*(float(edge) for edge in geometry.bounds))

    def contains(self, position: Position) -> bool:
        """Whether the position lies in the box or on its edge."""
        at = position.to(Crs.WGS84)
        return self.west <= at.lon <= self.east and self.south <= at.lat <= self.north

    @property
    def polygon(self) -> shapely.Polygon:
        """The box as a WGS-84 polygon."""
        return shapely.box(self.west, self.south, self.east, self.north)


@dataclass(frozen=True, slots=True)
class Area:
    """A WGS-84 geometry prepared for many questions of what lies in it; its edge belongs to it."""

    geometry: BaseGeometry

    def __post_init__(self) -> None:
        _refuse_unsound(self.geometry)
        shapely.prepare(self.geometry)

    def holds(self, position: Position) -> bool:
        """Whether the position, in whatever system, lies in the area."""
        at = position.to(Crs.WGS84)
        return bool(shapely.intersects_xy(self.geometry, at.lon, at.lat))

    def holds_points(self, lon: FloatArray, lat: FloatArray) -> NDArray[np.bool_]:
        """`holds` for WGS-84 arrays of one shape."""
        return np.asarray(shapely.intersects_xy(self.geometry, lon, lat), dtype=np.bool_)

    @property
    def area_m2(self) -> float:
        """Surface on the WGS-84 ellipsoid in square metres."""
        return abs(float(_ELLIPSOID.geometry_area_perimeter(shapely.orient_polygons(self.geometry))[0]))


def point_in_area(position: Position, area: Area) -> bool:
    """Whether the position lies in the area or on its edge."""
    return area.holds(position)


def circle(centre: Position, radius_m: float, corners: int = 64) -> shapely.Polygon:
    """WGS-84 polygon whose corners lie at the geodesic radius around the centre, counter-clockwise."""
    if not (0 < radius_m < math.inf) or corners < 8:
        raise Invalid("a circle needs a radius above zero and 8 corners", field="radius_m", code="circle_wrong")
    at = centre.to(Crs.WGS84)
    azimuths = np.linspace(360.0, 0.0, corners, endpoint=False)
    lon, lat, _ = _ELLIPSOID.fwd(
        np.full(corners, at.lon), np.full(corners, at.lat), azimuths, np.full(corners, radius_m)
    )
    return shapely.Polygon(np.column_stack((lon, lat)))


def convert_geometry(geometry: BaseGeometry, source: Crs, target: Crs) -> BaseGeometry:
    """The same geometry in another system; heights are dropped."""

    def moved(points: FloatArray) -> FloatArray:
        return np.column_stack(transform(points[:, 0], points[:, 1], source, target))

    return shapely.transform(geometry, moved)


def parse_geojson(document: Mapping[str, Any], crs: Crs) -> BaseGeometry:
    """WGS-84 geometry from a GeoJSON geometry or feature whose coordinates are in `crs`.

    Invalid (field geometry) when it is malformed, empty, self-crossing, out of range, or names another system.
    """
    body = document.get("geometry") if document.get("type") == "Feature" else document
    if not isinstance(body, Mapping) or body.get("type") not in _GEOMETRY_TYPES:
        kinds = ", ".join(sorted(_GEOMETRY_TYPES))
        raise Invalid(
            "the GeoJSON has no geometry of type %(kinds)s", field="geometry", code="geojson_type", kinds=kinds
        )
    _refuse_other_crs(document, crs)
    try:
        geometry = shapely.force_2d(shape(dict(body)))
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise Invalid(
            "the coordinates of the GeoJSON cannot be read: %(reason)s",
            field="geometry",
            code="geojson_coordinates",
            reason=str(error),
        ) from error
    _refuse_unsound(geometry)
    return geometry if crs is Crs.WGS84 else convert_geometry(geometry, crs, Crs.WGS84)


def format_geojson(geometry: BaseGeometry, crs: Crs = Crs.WGS84) -> dict[str, Any]:
    """GeoJSON geometry of a WGS-84 geometry, rings as RFC 7946 wants them.

    RFC 7946 knows WGS-84 only, so any other system is named in a `crs` member.
    """
    body: dict[str, Any] = dict(mapping(shapely.orient_polygons(convert_geometry(geometry, Crs.WGS84, crs))))
    if crs is not Crs.WGS84:
        body["crs"] = {"type": "name", "properties": {"name": crs.value}}
    return body


def _refuse_other_crs(document: Mapping[str, Any], crs: Crs) -> None:
    member = document.get("crs")
    if member is None:
        return
    properties = member.get("properties") if isinstance(member, Mapping) else None
    named = Crs.parse(str(properties.get("name") if isinstance(properties, Mapping) else member))
    same = {Crs.WGS84, Crs.CGCS2000}
    if named is not crs and not {named, crs} <= same:
        raise Invalid(
            "the GeoJSON says it is in %(named)s, not in %(expected)s",
            field="crs",
            code="geojson_crs",
            named=named.value,
            expected=crs.value,
        )


def _refuse_unsound(geometry: BaseGeometry) -> None:
    if geometry.is_empty:
        raise Invalid("the geometry is empty", field="geometry", code="geometry_empty")
    points = shapely.get_coordinates(geometry)
    if looks_swapped(float(points[0, 0]), float(points[0, 1])):
        raise Invalid(
            "longitude and latitude of the geometry look swapped; longitude comes first",
            field="geometry",
            code="geometry_swapped",
        )
    if not (np.abs(points) <= (180.0, 90.0)).all():
        raise Invalid("the geometry has coordinates out of range", field="geometry", code="geometry_out_of_range")
    if not shapely.is_valid(geometry):
        raise Invalid(
            "the geometry is not valid: %(reason)s",
            field="geometry",
            code="geometry_invalid",
            reason=shapely.is_valid_reason(geometry),
        )
