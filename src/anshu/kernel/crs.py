"""Coordinate systems of Chinese maps, and conversion of whole arrays between them.

GCJ-02 and BD-09 are obfuscated copies of WGS-84 without an official formula; the one used here is the published
approximation that map vendors agree with to about a metre. It is undone by iteration, so there and back is exact.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from anshu.kernel.errors import Invalid

FloatArray = NDArray[np.float64]
Conversion = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]

# Krasovsky 1940 ellipsoid, on which the obfuscation is defined.
_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
# The obfuscation is applied inside this rectangle only (degrees west, south, east, north).
_OBFUSCATED = (72.004, 0.8293, 137.8347, 55.8271)
_BAIDU_LON, _BAIDU_LAT = 0.0065, 0.006
_BAIDU_PERIOD = np.pi * 3000.0 / 180.0
# The offset changes by less than 1 % of a step, so each round gains two digits and few are needed.
_ROUNDS = 8
_CLOSE_ENOUGH_DEG = 1e-10
_ZONE_PREFIX_M = 1_000_000.0


class Crs(StrEnum):
    """Systems in which a position may arrive. Stored positions are WGS-84.

    CGCS2000 (EPSG:4490) is taken as equal to WGS-84: the two differ by well under a metre.
    """

    WGS84 = "WGS-84"
    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"

    @classmethod
    def parse(cls, text: str) -> "Crs":
        """Read a system from its usual spellings (gcj02, EPSG:4490, ...); Invalid (field crs) when unknown."""
        plain = "".join(letter for letter in text.upper() if letter.isalnum())
        found = _SPELLINGS.get(plain)
        if found is None:
            raise Invalid("unknown coordinate system %(text)r", field="crs", code="crs_unknown", text=text)
        return found


_SPELLINGS = {
    "WGS84": Crs.WGS84,
    "EPSG4326": Crs.WGS84,
    "CRS84": Crs.WGS84,
    "URNOGCDEFCRSOGC13CRS84": Crs.WGS84,
    "URNOGCDEFCRSEPSG4326": Crs.WGS84,
    "GPS": Crs.WGS84,
    "CGCS2000": Crs.CGCS2000,
    "EPSG4490": Crs.CGCS2000,
    "URNOGCDEFCRSEPSG4490": Crs.CGCS2000,
    "GCJ02": Crs.GCJ02,
    "BD09": Crs.BD09,
    "BD09LL": Crs.BD09,
}


def transform(lon: FloatArray, lat: FloatArray, source: Crs, target: Crs) -> tuple[FloatArray, FloatArray]:
    """Convert degrees from one system to another; arrays of one shape in, new arrays of that shape out."""
    lon, lat = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    if _plain(source) is _plain(target):
        return lon, lat
    if source is Crs.BD09:
        lon, lat = _undo(_baidu, lon, lat)
    if target in (Crs.GCJ02, Crs.BD09):
        if source not in (Crs.GCJ02, Crs.BD09):
            lon, lat = _obfuscate(lon, lat)
    else:
        lon, lat = _undo(_obfuscate, lon, lat)
    return _baidu(lon, lat) if target is Crs.BD09 else (lon, lat)


def project(lon: FloatArray, lat: FloatArray, central_meridian_deg: int) -> tuple[FloatArray, FloatArray]:
    """CGCS2000 degrees to (easting, northing) in metres of a 3-degree Gauss-Kruger belt, without zone prefix."""
    easting, northing = _belt(central_meridian_deg).transform(lon, lat)
    return np.asarray(easting, dtype=np.float64), np.asarray(northing, dtype=np.float64)


def unproject(
    easting: FloatArray, northing: FloatArray, central_meridian_deg: int | None = None
) -> tuple[FloatArray, FloatArray]:
    """CGCS2000 3-degree Gauss-Kruger metres to degrees (longitude, latitude).

    Eastings with a zone prefix (38 500 000 m) tell their belt; without one the central meridian is required.
    """
    easting, northing = np.array(easting, dtype=np.float64), np.asarray(northing, dtype=np.float64)
    if easting.size == 0:
        return easting, northing
    zones = np.unique(easting // _ZONE_PREFIX_M)
    if zones.size > 1:
        raise Invalid("the eastings lie in more than one zone", field="easting", code="zones_mixed")
    if zones[0] > 0:
        central_meridian_deg = int(zones[0]) * 3
    if central_meridian_deg is None:
        raise Invalid(
            "eastings without a zone prefix need a central meridian", field="central_meridian_deg", code="zone_missing"
        )
    lon, lat = _belt(central_meridian_deg).transform(easting % _ZONE_PREFIX_M, northing, direction="INVERSE")
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _plain(crs: Crs) -> Crs:
    return Crs.WGS84 if crs is Crs.CGCS2000 else crs


@cache
def _belt(central_meridian_deg: int) -> Transformer:
    if central_meridian_deg % 3 or not 75 <= central_meridian_deg <= 135:
        raise Invalid(
            "%(degrees)s is not the central meridian of a 3-degree belt of China (75, 78, ... 135)",
            field="central_meridian_deg",
            code="central_meridian_wrong",
            degrees=central_meridian_deg,
        )
    # EPSG:4534 to 4554 are the belts 75E to 135E without zone prefix.
    return Transformer.from_crs(4490, 4534 + (central_meridian_deg - 75) // 3, always_xy=True)


def _undo(forward: Conversion, lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Find what `forward` turns into the given degrees."""
    found_lon, found_lat = lon, lat
    for _ in range(_ROUNDS):
        there_lon, there_lat = forward(found_lon, found_lat)
        miss_lon, miss_lat = lon - there_lon, lat - there_lat
        found_lon, found_lat = found_lon + miss_lon, found_lat + miss_lat
        if not (np.hypot(miss_lon, miss_lat) > _CLOSE_ENOUGH_DEG).any():
            break
    return found_lon, found_lat


def _obfuscate(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """WGS-84 to GCJ-02; unchanged outside the rectangle in which the obfuscation is applied."""
    west_edge, south_edge, east_edge, north_edge = _OBFUSCATED
    inside = (lon >= west_edge) & (lon <= east_edge) & (lat >= south_edge) & (lat <= north_edge)
    east_deg, north_deg = _offset(np.where(inside, lon, 105.0), np.where(inside, lat, 35.0))
    return lon + np.where(inside, east_deg, 0.0), lat + np.where(inside, north_deg, 0.0)


def _offset(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How far GCJ-02 moves a WGS-84 point, in degrees east and north."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += 2.0 / 3.0 * (ripple + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y))
    north += 2.0 / 3.0 * (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += 2.0 / 3.0 * (ripple + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x))
    east += 2.0 / 3.0 * (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x))
    radians = np.radians(lat)
    squeeze = 1.0 - _ECCENTRICITY_SQUARED * np.sin(radians) ** 2
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / squeeze**1.5
    parallel_m = _SEMI_MAJOR_M / np.sqrt(squeeze) * np.cos(radians)
    return np.degrees(east / parallel_m), np.degrees(north / meridian_m)


def _baidu(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """GCJ-02 to BD-09."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_PERIOD)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_PERIOD)
    return radius * np.cos(angle) + _BAIDU_LON, radius * np.sin(angle) + _BAIDU_LAT
