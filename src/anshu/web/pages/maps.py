"""One map: every register with a place, live, and as it was at a past hour; who and what is inside an area."""

import gzip
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import orjson
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from anshu.access.policy import Person, actor_of, may, require
from anshu.domains.places.models import BaseLayer, Site
from anshu.kernel.crs import Crs
from anshu.kernel.errors import Invalid
from anshu.kernel.geometry import Area, BoundingBox, parse_geojson
from anshu.ledger.declaration import LEDGERS, Ledger
from anshu.web.map_points import Sight, View, seen
from anshu.web.pages.registers import ledger_named
from anshu.workflow.models import Change

BASE = ("districts", "streets", "roads", "water")
WORTH_PACKING = 200_000
EMPTY = {"type": "FeatureCollection", "features": []}
GROUPS = {
    "warnings": gettext_lazy("Warnings"),
    "incidents": gettext_lazy("Incidents"),
    "places": gettext_lazy("Places"),
    "devices": gettext_lazy("Devices"),
    "teams": gettext_lazy("Resources"),
    "people": gettext_lazy("People"),
    "enterprises": gettext_lazy("Enterprises"),
    "hazards": gettext_lazy("Hazards"),
    "inspections": gettext_lazy("Inspections"),
    "tipoffs": gettext_lazy("Tip-offs"),
}
# Layers of things that end: the map shows those that have not, unless asked for a past hour.
OPEN = {
    "alarms": Q(state__in=("raised", "confirmed")),
    "incidents": ~Q(state__in=("closed", "merged")),
    "tasks": ~Q(state__in=("verified", "returned", "stood_down")),
}


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The full-screen map."""
    require(actor_of(request), "situation.view")
    return render(request, "map.html")


def shown(actor: Person) -> list[Ledger]:
    """Registers with a map layer that the person may look at."""
    return [ledger for ledger in LEDGERS.values() if ledger.layer and may(actor, f"{ledger.domain}.view")]


@require_GET
def layers(request: HttpRequest) -> JsonResponse:
    """The layer tree; sites are one layer per kind."""
    actor = actor_of(request)
    rows: list[dict[str, Any]] = []
    for ledger in shown(actor):
        common = {
            "group": str(GROUPS.get(ledger.group, ledger.group)),
            "kind": "point",
            "refresh_on": f"{ledger.model._meta.label_lower}.",
            "colour_by": "level" if ledger.layer and ledger.layer.colour_by else None,
        }
        if ledger.slug == "sites":
            kinds = set(Site.objects.visible_to(actor).order_by().values_list("kind", flat=True).distinct())
            for kind, label in Site.Kind.choices:
                if kind in kinds:
                    rows.append(
                        {
                            **common,
                            "key": f"sites-{kind}",
                            "label": str(label),
                            "url": f"/map/data/sites.json?kind={kind}",
                            "visible": kind == "waterlogging_point",
                        }
                    )
        else:
            rows.append(
                {
                    **common,
                    "key": ledger.slug,
                    "label": ledger.title,
                    "url": f"/map/data/{ledger.slug}.json",
                    "visible": bool(ledger.layer and ledger.layer.visible),
                }
            )
    return JsonResponse(rows, safe=False)


@require_GET
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """One layer as GeoJSON (WGS-84). With `at`, as it was at that instant according to the log; with `bbox` and `zoom`,
    what a view of the map shows of it, and how many points the whole has."""
    actor = actor_of(request)
    ledger = ledger_named(slug, actor)
    if ledger.layer is None:
        raise Http404(slug)
    found = ledger.model.objects.visible_to(actor).exclude(lon=None).exclude(lat=None)
    if kind := request.GET.get("kind"):
        found = found.filter(**{"kind": kind})
    at = request.GET.get("at", "")
    if at and slug in OPEN:
        return geojson(request, past(found, slug, at))
    if slug in OPEN:
        found = found.filter(OPEN[slug])
    level = ledger.layer.colour_by or "number"
    view = View.asked(request.GET.get("bbox", ""), request.GET.get("zoom", ""))
    # Without a colour all are of one level; its field only fills the place.
    sight = seen(found, view, ledger.layer.colour_by or "exercise") if view else None
    rows = (sight.rows if sight else found).values_list("pk", "lon", "lat", level, *label_fields(ledger))
    told = ((pk, lon, lat, value, name, f"/r/{slug}/{pk}") for pk, lon, lat, value, name in rows)
    return geojson(request, told, sight)


def label_fields(ledger: Ledger) -> tuple[str, ...]:
    """The field whose words stand beside a mark."""
    names = {field.name for field in ledger.model._meta.get_fields()}
    return (next((name for name in ("name", "title") if name in names), "number"),)


def past(found: Any, slug: str, text: str) -> list[tuple[Any, ...]]:
    """Records that were open at an instant, with the level they had then: what we knew at 02:14."""
    at = parse_datetime(text)
    if at is None or at.tzinfo is None:
        raise Invalid(_("an instant is written like 2026-09-07T02:14:00+08:00"), field="at")
    subject = LEDGERS[slug].model._meta.label_lower
    states: dict[Any, tuple[str, str]] = {}
    for change in (
        Change.objects.filter(subject=subject, at__lte=at).order_by("id").only("subject_id", "to_state", "details")
    ):
        before = states.get(change.subject_id, ("", ""))[1]
        changed = (change.details.get("changed") or {}).get("level")
        level = change.details.get("level")
        now = changed[1] if changed else level[1] if isinstance(level, list) else str(level) if level else before
        states[change.subject_id] = (change.to_state, now)
    ended = {"alarms": {"false", "test", "duplicate", "closed"}, "incidents": {"closed", "merged"}}.get(
        slug, {"verified", "returned", "stood_down"}
    )
    alive = {pk: level for pk, (state, level) in states.items() if state and state not in ended}
    rows = found.filter(pk__in=list(alive)).values_list("pk", "lon", "lat", *label_fields(LEDGERS[slug]))
    return [(pk, lon, lat, alive[pk], name, f"/r/{slug}/{pk}") for pk, lon, lat, name in rows]


def geojson(request: HttpRequest, rows: Iterable[tuple[Any, ...]], sight: Sight | None = None) -> HttpResponse:
    """Rows of (id, lon, lat, level, name, address) as a FeatureCollection, packed when there are many of them; of a
    view also what stands together, how many points the layer has, and whether these are all."""
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "id": str(pk),
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {"level": level, "name": name, "url": address},
        }
        for pk, lon, lat, level, name, address in rows
    ]
    features += [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [cluster.lon, cluster.lat]},
            "properties": {"count": cluster.count, "levels": cluster.levels},
        }
        for cluster in (sight.clusters if sight else ())
    ]
    told = {"count": sight.count, "whole": sight.whole} if sight else {}
    body = orjson.dumps({"type": "FeatureCollection", **told, "features": features})
    headers = {"Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Cookie"}
    if len(body) >= WORTH_PACKING and "gzip" in request.headers.get("Accept-Encoding", ""):
        # Nothing in it is both secret and repeated from the request, so its length gives nothing away.
        body, headers["Content-Encoding"] = gzip.compress(body, 1), "gzip"
    return HttpResponse(body, content_type="application/geo+json", headers=headers)


@require_GET
def base(request: HttpRequest, key: str) -> HttpResponse:
    """A layer of our own base map; empty when none was loaded, so that the map still opens."""
    require(actor_of(request), "situation.view")
    if key not in BASE:
        raise Http404(key)
    return base_layer(key)


def base_layer(key: str) -> HttpResponse:
    """A layer of the base map as GeoJSON, kept by browsers for an hour."""
    names = (f"{key}_lines", key) if key == "roads" else (key,)
    layer = next((found for name in names if (found := BaseLayer.objects.filter(key=name).first())), None)
    content = layer.content if layer and "features" in layer.content else EMPTY
    return HttpResponse(
        orjson.dumps(content), content_type="application/geo+json", headers={"Cache-Control": "private, max-age=3600"}
    )


@require_GET
def inside(request: HttpRequest) -> HttpResponse:
    """Who and what is inside an area drawn on the map."""
    actor = actor_of(request)
    try:
        shape = parse_geojson(json.loads(request.GET.get("geometry", "")), Crs.WGS84)
    except ValueError as error:
        raise Invalid(_("the area is not a GeoJSON geometry"), field="geometry") from error
    box, area = BoundingBox.of(shape), Area(shape)
    found = []
    for ledger in shown(actor):
        rows = ledger.model.objects.visible_to(actor).filter(
            lon__range=(box.west, box.east), lat__range=(box.south, box.north)
        )
        if ledger.slug in OPEN:
            rows = rows.filter(OPEN[ledger.slug])
        near = list(rows.only("id", "lon", "lat", *label_fields(ledger)))
        if near:
            held = area.holds_points(np.array([row.lon for row in near]), np.array([row.lat for row in near]))
            kept = [row for row, is_in in zip(near, held, strict=True) if is_in]
            if kept:
                people = sum(getattr(row, "people_count", 0) or 0 for row in kept) if ledger.slug == "sites" else None
                found.append({"ledger": ledger, "rows": kept[:30], "count": len(kept), "people": people})
    return render(request, "map_inside.html", {"found": found})
