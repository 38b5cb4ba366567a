"""A Signal as the fields of a relayed warning, in its issuer's words; colour and action in Chinese, as desks say."""

from collections.abc import Iterator
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from anshu.gateways.cap.check import check
from anshu.gateways.cap.notice import read_notice
from anshu.gateways.cap.signal import Info, Signal
from anshu.gateways.cap.written import write_instant
from anshu.kernel.crs import Crs
from anshu.kernel.errors import Invalid
from anshu.kernel.geometry import Position, circle, format_geojson

COLOURS = {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色", "white": "白色"}
ISSUED, RAISED, LOWERED, CHANGED, LIFTED = "发布", "升级", "降级", "变更", "解除"
SAID = frozenset({RAISED, LOWERED, CHANGED, LIFTED, "继续", "扩展"})
NOT_STATED = "—"
MOST_FLAGS = 20


def facts(signal: Signal) -> dict[str, Any]:
    """The fields that follow from the message alone. Raises Invalid when it is no warning."""
    if signal.msg_type not in ("Alert", "Update", "Cancel"):
        message = "A message of type %(kind)s is no warning. Send Alert, Update or Cancel."
        raise Invalid(message, field="msgType", code="not_a_warning", kind=signal.msg_type[:40])
    if len(signal.identifier) > 200:
        raise Invalid("The identifier is longer than 200 characters.", field="identifier", code="identifier_long")
    info = _told(signal)
    kind = next((each.kind for each in signal.infos if each.kind), None)
    code = info.event_codes[0].value if info.event_codes else kind.code if kind else ""
    headline = info.headline or info.event or signal.note or signal.identifier
    return {
        "identifier": signal.identifier,
        "issuer": issuer(signal),
        "hazard": (kind.zh if kind else info.event)[:60] or NOT_STATED,
        "event_code": code[:20],
        "level": str(signal.level or ""),
        "color": next((COLOURS[each.colour] for each in signal.infos if each.colour), ""),
        "headline": headline[:300],
        "text": _joined(signal, info, "description") or signal.note or headline,
        "instruction": _joined(signal, info, "instruction"),
        "outline": outline(signal),
        "sent_at": signal.sent_at,
        "starts_at": info.onset_at or info.effective_at,
        "expires_at": info.expires_at,
        "original": signal.original,
        "references": [
            {"identifier": each.identifier, "sender": each.sender, "sent": each.sent_at and write_instant(each.sent_at)}
            for each in signal.references
        ],
        "flags": flags(signal),
    }


def issuer(signal: Signal) -> str:
    """Whose warning it is, as people know them."""
    return (signal.sender_name or signal.sender)[:120]


def flags(signal: Signal) -> list[str]:
    """What a reader should doubt: a status other than Actual, and the errors found in the message."""
    found = [f"status_{signal.status.lower()}"] if not signal.is_real else []
    found += [finding.code for finding in check(signal) if finding.severity == "error"]
    return list(dict.fromkeys(found))[:MOST_FLAGS]


def action(signal: Signal, replaced_levels: list[int]) -> str:
    """What the message does: its own word where it has one, else told from its type and the levels it replaces."""
    if signal.msg_type == "Cancel" or _all_clear(signal):
        return LIFTED
    if signal.msg_type == "Alert":
        return ISSUED
    info = _told(signal)
    said = read_notice(f"【{info.headline}】{info.description}").action
    if said in SAID:
        return said
    if signal.level is None or not replaced_levels:
        return CHANGED
    before = min(replaced_levels)
    return RAISED if signal.level < before else LOWERED if signal.level > before else CHANGED


def _all_clear(signal: Signal) -> bool:
    return bool(signal.infos) and all("AllClear" in info.response_types for info in signal.infos)


def _told(signal: Signal) -> Info:
    """The telling that people here read: the first in Chinese, else the first."""
    chinese = (info for info in signal.infos if info.language.lower().startswith("zh"))
    return next(chinese, signal.infos[0] if signal.infos else Info(event=""))


def _joined(signal: Signal, told: Info, name: str) -> str:
    """A text of all tellings in the language that is read, each once."""
    texts = [getattr(info, name) for info in signal.infos if info.language == told.language]
    return "\n\n".join(dict.fromkeys(text for text in texts if text))


def outline(signal: Signal) -> dict[str, Any] | None:
    """All sound polygons and circles of the message as one GeoJSON geometry, or None."""
    pieces = list(_pieces(signal))
    return format_geojson(shapely.union_all(pieces)) if pieces else None


def _pieces(signal: Signal) -> Iterator[BaseGeometry]:
    for area in (area for info in signal.infos for area in info.areas):
        for ring in area.polygons:
            polygon = shapely.Polygon(ring) if len(ring) >= 4 else shapely.Polygon()
            if polygon.is_valid and not polygon.is_empty and _on_earth(polygon):
                yield polygon
        for each in area.circles:
            if 0 < each.radius_km < 10_000 and abs(each.lat) <= 90 and abs(each.lon) <= 180:
                yield circle(Position(each.lon, each.lat, Crs.WGS84), each.radius_km * 1000)


def _on_earth(polygon: shapely.Polygon) -> bool:
    west, south, east, north = polygon.bounds
    return west >= -180 and east <= 180 and south >= -90 and north <= 90
