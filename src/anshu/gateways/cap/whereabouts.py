"""Where a warning holds: division codes from the message, names found in the area tree, and the territory they make."""

import re
from dataclasses import dataclass
from typing import Any

import shapely
from django.conf import settings
from django.db.models.functions import Length

from anshu.domains.places.models import Area
from anshu.gateways.cap.signal import Signal
from anshu.kernel.crs import Crs
from anshu.kernel.division import DivisionLevel
from anshu.kernel.errors import Invalid
from anshu.kernel.geometry import parse_geojson

ELSEWHERE = "elsewhere"
_PARTED = re.compile(r"[、，,;；\s]+")


@dataclass(frozen=True)
class Whereabouts:
    """`areas` as a warning keeps them (name and division codes of each), its territory, and whether it is elsewhere."""

    areas: list[dict[str, Any]]
    territory: str
    elsewhere: bool


def find(signal: Signal, outline: dict[str, Any] | None) -> Whereabouts:
    """Whereabouts of a message. One that names no place, or a place around the tenant, holds for the whole tenant."""
    tenant = tenant_area()
    division = tenant.number if tenant else settings.ANSHU.division
    areas: dict[str, list[str]] = {}
    for area in (area for info in signal.infos for area in info.areas):
        codes = areas.setdefault(area.description, [])
        codes += [code for code in area.divisions or _named(area.description, division) if code not in codes]
    codes = [code for found in areas.values() for code in found]
    inside = [code for code in codes if code.startswith(division)]
    around = any(division.startswith(code) for code in codes)
    territory = shared(inside, division) if inside and not around else division
    elsewhere = bool(codes and not inside and not around)
    if not codes and outline is not None and tenant is not None and tenant.outline:
        elsewhere = not _touches(outline, tenant.outline)
    told = [{"name": name, "divisions": found} for name, found in areas.items()]
    return Whereabouts(told, territory, elsewhere)


def tenant_area() -> Area | None:
    """The area whose bureau this is: the one in the settings, else the top of the area tree."""
    if settings.ANSHU.division:
        return Area.objects.filter(number=settings.ANSHU.division).first()
    own = Area.objects.filter(level=Area.Level.DISTRICT)
    return (own if own.count() == 1 else Area.objects.all()).order_by(Length("number"), "number").first()


def shared(codes: list[str], top: str) -> str:
    """The smallest area that holds all the codes, which lie under `top`."""
    lengths = sorted((level.value for level in DivisionLevel if level.value > len(top)), reverse=True)
    shortest = min(map(len, codes))
    held = (codes[0][:length] for length in lengths if length <= shortest)
    return next((code for code in held if all(each.startswith(code) for each in codes)), top)


def _named(description: str, division: str) -> list[str]:
    """Codes of the areas under the tenant, and of the tenant, that the text names."""
    names = [name for name in _PARTED.split(description) if name][:200]
    found = Area.objects.filter(name__in=names, number__startswith=division[:4])
    return list(found.order_by("number").values_list("number", flat=True))


def _touches(outline: dict[str, Any], own: dict[str, Any]) -> bool:
    """Whether the warning's outline meets the tenant's; an outline that cannot be read is taken to meet it."""
    try:
        return bool(shapely.intersects(parse_geojson(outline, Crs.WGS84), parse_geojson(own, Crs.WGS84)))
    except Invalid:
        return True
