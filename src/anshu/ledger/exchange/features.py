"""Reading GeoJSON: every property is a column, and the point becomes longitude and latitude."""

from typing import Any

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anshu.kernel.errors import Invalid
from anshu.ledger.exchange.table import Table

LON, LAT = "lon", "lat"


class NoPoint(str):
    """A geometry that is not a point, by its type."""


def read_features(content: bytes) -> Table:
    """A FeatureCollection of points; Invalid when it is not one."""
    try:
        document = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise Invalid(
            gettext_lazy("The GeoJSON cannot be read: %(reason)s"), field="file", code="json_damaged", reason=str(error)
        ) from error
    features = (
        document.get("features") if isinstance(document, dict) and document.get("type") == "FeatureCollection" else None
    )
    if not isinstance(features, list):
        raise Invalid(
            gettext_lazy("The file is JSON, but not a GeoJSON FeatureCollection."), field="file", code="geojson_type"
        )
    if not features:
        raise Invalid(gettext_lazy("The file is empty."), field="file", code="file_empty")
    rows = [_properties(feature) for feature in features]
    names = list(dict.fromkeys(name for row in rows for name in row if name not in (LON, LAT)))
    points = [_point(feature) for feature in features]
    columns = [[row.get(name) for row in rows] for name in names]
    return Table(
        "geojson",
        "",
        (*map(str, names), LON, LAT),
        (*columns, [lon for lon, _lat in points], [lat for _lon, lat in points]),
        range(1, len(rows) + 1),
        crs=_named_crs(document),
        notes=(_("Longitude and latitude are taken from the geometry."),),
    )


def _properties(feature: Any) -> dict[str, Any]:
    found = feature.get("properties") if isinstance(feature, dict) else None
    return found if isinstance(found, dict) else {}


def _point(feature: Any) -> tuple[Any, Any]:
    """Longitude and latitude as given; another geometry is told by its type, so that its row can be refused."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if geometry is None:
        return None, None
    kind = str(geometry.get("type")) if isinstance(geometry, dict) else "?"
    place = geometry.get("coordinates") if kind == "Point" else None
    if not isinstance(place, list) or len(place) < 2:
        return NoPoint(kind), NoPoint(kind)
    return place[0], place[1]


def _named_crs(document: dict[str, Any]) -> str:
    member = document.get("crs")
    properties = member.get("properties") if isinstance(member, dict) else None
    return (
        str(properties.get("name") or "")
        if isinstance(properties, dict)
        else str(member)
        if isinstance(member, str)
        else ""
    )
