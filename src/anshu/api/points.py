"""A register as GeoJSON points for the map: every row at once, or those inside a box, as bytes made in one pass."""

import gzip
import math
from collections.abc import Mapping
from typing import Any

import orjson
from django.db.models import CharField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Person
from anshu.api.answers import keep
from anshu.kernel.errors import Invalid
from anshu.ledger import query
from anshu.ledger.declaration import Ledger, field_of

MEDIA_TYPE = "application/geo+json"
NAMES = ("name", "title", "headline", "number")
WORTH_PACKING = 64 * 1024

"""The part of the OpenAPI document that ninja cannot derive: another media type than JSON."""
GEOJSON: dict[str, Any] = {
    "responses": {
        200: {
            "description": "points (RFC 7946); properties: name, url, and what it is coloured by",
            "content": {
                MEDIA_TYPE: {
                    "schema": {
                        "type": "object",
                        "required": ["type", "features"],
                        "properties": {
                            "type": {"const": "FeatureCollection"},
                            "features": {"type": "array", "items": {"type": "object"}},
                        },
                    }
                }
            },
        }
    }
}


def points(request: HttpRequest, ledger: Ledger, person: Person, asked: Mapping[str, str], etag: str) -> HttpResponse:
    """Every row asked for that has a position. `bbox` west,south,east,north in degrees; `at`: made until then."""
    narrow = {name: value for name, value in asked.items() if name not in ("bbox", "at")}
    rows = query.rows(ledger, person, narrow).exclude(lon=None).exclude(lat=None).select_related(None).order_by()
    if box := asked.get("bbox"):
        west, south, east, north = box_of(box)
        rows = rows.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    if at := asked.get("at"):
        rows = rows.filter(created_at__lte=parse_datetime(at))
    body = collection(ledger, rows)
    response = HttpResponse(body, content_type=MEDIA_TYPE)
    if len(body) > WORTH_PACKING and "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(gzip.compress(body, 1), content_type=MEDIA_TYPE)
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    return keep(response, etag)


def collection(ledger: Ledger, rows: Any) -> bytes:
    """The feature collection. Each feature's id is that of its record, and its url the page of the record.

    Written out by hand, because 85,000 features as objects take seconds; coordinates to a tenth of a metre.
    """
    name = next(name for name in NAMES if field_of(ledger.model, name) is not None)
    color = ledger.layer.colour_by if ledger.layer else ""
    named = rows.annotate(id_text=Cast("id", CharField())).values_list(
        "id_text", "lon", "lat", name, color or "id_text"
    )
    before, page = f',"properties":{{"url":"/r/{ledger.slug}/', f'","{color}":' if color else ""
    features = []
    for key, lon, lat, title, grade in named.iterator(chunk_size=5000):
        if len(key) == 32:  # as SQLite keeps it
            key = f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"
        coloured = page + orjson.dumps(grade).decode() if page else '"'
        features.append(
            f'{{"type":"Feature","id":"{key}","geometry":{{"type":"Point","coordinates":[{lon:.6f},{lat:.6f}]}}'
            f'{before}{key}{coloured},"name":{orjson.dumps(title).decode()}}}}}'
        )
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'.encode()


def box_of(text: str) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees WGS-84; Invalid (field bbox) otherwise."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise Invalid(_("bbox is west,south,east,north in degrees"), field="bbox") from error
    sound = all(map(math.isfinite, (west, south, east, north))) and west <= east and south <= north
    if not sound or west < -180 or east > 180 or south < -90 or north > 90:
        raise Invalid(_("bbox is west,south,east,north in degrees"), field="bbox")
    return west, south, east, north
