"""Positions of a file: converted to WGS-84 all at once, and tried against the ground they should stand on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from shapely.errors import ShapelyError
from shapely.geometry import shape

from anshu.kernel.crs import Crs, transform
from anshu.kernel.geometry import CHINA
from anshu.ledger.exchange.converting import Wrong

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

DISTRICT_DIGITS = 6
"""Other readings of a point that does not fit, in the order in which they are tried."""
OTHERS = (Crs.WGS84, Crs.GCJ02, Crs.BD09)
"""From so many points outside their district on, and so few left after another reading, the whole file is in doubt."""
ENOUGH = 3


class Ground:
    """Outlines of districts by code; a row belongs to the longest code that its territory begins with."""

    def __init__(self, outlines: Mapping[str, Any]) -> None:
        self.shapes: dict[str, shapely.Geometry] = {}
        for code, outline in outlines.items():
            try:
                self.shapes[code] = shape(outline)
            except (ShapelyError, ValueError, TypeError, KeyError, AttributeError):
                continue  # an outline that cannot be read proves nothing about a point
        for geometry in self.shapes.values():
            shapely.prepare(geometry)

    def of(self, territory: str) -> str:
        """The code of the outline for a territory, or "" where there is none."""
        short = territory[:DISTRICT_DIGITS]
        return next((short[:n] for n in range(len(short), 0, -1) if short[:n] in self.shapes), "")


Test = Callable[[shapely.Geometry, Floats, Floats], Flags]


def _in_box(geometry: shapely.Geometry, lon: Floats, lat: Floats) -> Flags:
    west, south, east, north = shapely.bounds(geometry)
    return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north), dtype=np.bool_)


def _in_outline(geometry: shapely.Geometry, lon: Floats, lat: Floats) -> Flags:
    return np.asarray(shapely.intersects_xy(geometry, lon, lat), dtype=np.bool_)


@dataclass(frozen=True)
class Points:
    """Positions as the file gives them, read as `crs`, each with the code of the outline it should lie in (or "")."""

    lon: Floats
    lat: Floats
    codes: list[str]
    crs: Crs
    ground: Ground

    def swapped(self) -> Flags:
        """Which lie in China only with longitude and latitude exchanged."""
        west, south, east, north = CHINA
        return (self.lat >= west) & (self.lat <= east) & (self.lon >= south) & (self.lon <= north)

    def outside(self, crs: Crs, test: Test) -> Flags:
        """Which lie outside when read as `crs`; without an outline nothing is held against a point."""
        lon, lat = transform(self.lon, self.lat, crs, Crs.WGS84)
        codes, out = np.array(self.codes), np.zeros(len(self.codes), dtype=np.bool_)
        for code in set(self.codes) - {""}:
            mine = codes == code
            out[mine] = ~test(self.ground.shapes[code], lon[mine], lat[mine])
        return out

    @property
    def others(self) -> list[Crs]:
        """The other systems that the file may really be in."""
        own = Crs.WGS84 if self.crs is Crs.CGCS2000 else self.crs
        return [other for other in OTHERS if other is not own]

    def doubt(self) -> tuple[str, Crs | None]:
        """What to say, and the likely system, when far fewer points would lie outside their district in another."""
        count = int(self.outside(self.crs, _in_outline).sum())
        if count < ENOUGH:
            return "", None
        left = {other: int(self.outside(other, _in_outline).sum()) for other in self.others}
        best = min(left, key=lambda other: left[other])
        if left[best] * 2 > count:
            return "", None
        words = _(
            "%(count)d of %(all)d points lie outside their district when read as %(crs)s, and %(left)d when read as "
            "%(other)s. Are the coordinates %(other)s?"
        )
        told = {"count": count, "all": len(self.codes), "crs": self.crs.value, "other": best.value, "left": left[best]}
        return words % told, best

    def misread(self, likely: Crs | None) -> dict[int, Crs]:
        """Points that lie outside the box around their district, but inside in another system; where the whole file is
        likely in another, the outline itself is what they are held against."""
        found: dict[int, Crs] = {}
        outside = self.outside(self.crs, _in_box)
        for other in self.others if outside.any() else ():
            for i in np.flatnonzero(outside & ~self.outside(other, _in_box)):
                found.setdefault(int(i), other)
        if likely is not None:
            for i in np.flatnonzero(self.outside(self.crs, _in_outline) & ~self.outside(likely, _in_outline)):
                found.setdefault(int(i), likely)
        return found


def place(
    lon: list[Any], lat: list[Any], territories: list[str], crs: Crs, ground: Ground
) -> tuple[list[Any], list[Any], dict[int, Wrong], str]:
    """WGS-84 longitudes and latitudes (None where one is missing), the rows whose position cannot be right, and a doubt
    about the whole file ("" when there is none). Rows with only one of the two come back as wrong."""
    wrong = {
        i: Wrong(_("only one of longitude and latitude is given"), _("give both or neither"))
        for i, (x, y) in enumerate(zip(lon, lat, strict=True))
        if (x is None) != (y is None)
    }
    rows = [i for i, (x, y) in enumerate(zip(lon, lat, strict=True)) if x is not None and y is not None]
    if not rows:
        return lon, lat, wrong, ""
    points = Points(
        np.array([lon[i] for i in rows]),
        np.array([lat[i] for i in rows]),
        [ground.of(territories[i]) for i in rows],
        crs,
        ground,
    )
    for i in np.flatnonzero(points.swapped()).tolist():
        found = f"{points.lat[i]:g}, {points.lon[i]:g}"
        wrong[rows[i]] = Wrong(_("longitude and latitude are exchanged"), _("exchange the two"), found)
    doubt, likely = points.doubt()
    for i, other in points.misread(likely).items():
        what = _("the point lies outside its area as %(crs)s, but inside as %(other)s")
        mend = _("choose the right coordinate system for the file")
        wrong.setdefault(rows[i], Wrong(what % {"crs": crs.value, "other": other.value}, mend, other.value))
    out_lon, out_lat = list(lon), list(lat)
    for i, x, y in zip(
        rows, *(axis.tolist() for axis in transform(points.lon, points.lat, crs, Crs.WGS84)), strict=True
    ):
        out_lon[i], out_lat[i] = x, y
    return out_lon, out_lat, wrong, doubt
