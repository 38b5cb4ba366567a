"""What the schema does not see: our own reading of a Signal's sense, each finding with a way to mend it."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Literal

from shapely.geometry import Polygon

from anshu.gateways.cap.signal import (
    CATEGORIES,
    CERTAINTIES,
    MESSAGE_TYPES,
    NATIONAL_DIALECT,
    RESPONSE_TYPES,
    SCOPES,
    SEVERITIES,
    STATUSES,
    URGENCIES,
    Area,
    Circle,
    Finding,
    Info,
    Ring,
    Signal,
)

MAX_FINDINGS = 500
MAX_RING_POINTS_CHECKED = 5_000
_NATIONAL_IDENTIFIER = re.compile(r"(\d{6})(\d{3})(\d{3})(\d{2})_(\d{14})_(\d)", re.ASCII)
_NATIONAL_START = re.compile(r"\d{14}_", re.ASCII)
_FORBIDDEN = re.compile(r"[\s,<&]")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)


def check(signal: Signal) -> list[Finding]:
    """The first MAX_FINDINGS: what the reading had to forgive, then the sense, in document order."""
    findings = chain(
        signal.problems,
        _check_head(signal),
        _check_relations(signal),
        chain.from_iterable(
            _check_info(info, _numbered("alert/info", number, len(signal.infos)), signal)
            for number, info in enumerate(signal.infos, start=1)
        ),
    )
    return list(islice(findings, MAX_FINDINGS))


def _error(code: str, path: str, message: str, mend: str) -> Finding:
    return Finding("error", code, path, message, mend)


def _warning(code: str, path: str, message: str, mend: str) -> Finding:
    return Finding("warning", code, path, message, mend)


def _numbered(path: str, number: int, count: int) -> str:
    return f"{path}[{number}]" if count > 1 else path


def _check_head(signal: Signal) -> Iterator[Finding]:
    national = signal.dialect == NATIONAL_DIALECT
    for name, value in (("identifier", signal.identifier), ("sender", signal.sender)):
        if _FORBIDDEN.search(value):
            message = f"'{value[:60]}' holds a space, a comma, < or &."
            yield _error(f"{name}_characters", f"alert/{name}", message, "Use letters, digits and - _ . : only.")
    if national or _NATIONAL_START.match(signal.identifier):
        yield from _check_national_identifier(signal.identifier)
    yield from _one_of("status", signal.status, STATUSES, "alert")
    yield from _one_of("msgType", signal.msg_type, MESSAGE_TYPES, "alert")
    yield from _one_of("scope", signal.scope, SCOPES, "alert")
    if signal.scope == "Restricted" and not signal.restriction:
        message = "The scope is Restricted, but no restriction says to whom."
        yield _error("restriction_missing", "alert/restriction", message, "Say who may see it, or use another scope.")
    if signal.scope == "Private" and not signal.addresses:
        message = "The scope is Private, but there are no addresses."
        yield _error("addresses_missing", "alert/addresses", message, "List the addressees, or use another scope.")
    if signal.restriction and signal.scope != "Restricted":
        message = "There is a restriction, but the scope is not Restricted."
        yield _warning("restriction_unused", "alert/restriction", message, "Set the scope to Restricted, or remove it.")


def _check_national_identifier(identifier: str) -> Iterator[Finding]:
    path, mend = "alert/identifier", "Use ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N: 31 characters."
    found = _NATIONAL_IDENTIFIER.fullmatch(identifier)
    if not found:
        message = f"'{identifier[:60]}' is not the national form (it has {len(identifier)} characters)."
        yield _warning("identifier_not_national", path, message, mend)
        return
    try:
        datetime.strptime(f"{found.group(5)}+0800", "%Y%m%d%H%M%S%z")
    except ValueError:
        yield _error("identifier_time", path, f"'{found.group(5)}' in the identifier is not a time.", mend)


def _one_of(name: str, value: str, allowed: tuple[str, ...], parent: str) -> Iterator[Finding]:
    path, mend = f"{parent}/{name}", f"Use one of {', '.join(allowed)}."
    if not value:
        yield _error(f"{name}_empty", path, f"{name} is missing or empty.", mend)
    elif value not in allowed:
        yield _error(f"{name}_unknown", path, f"'{value[:40]}' is not a value of {name}.", mend)


def _check_relations(signal: Signal) -> Iterator[Finding]:
    path = "alert/references"
    if signal.msg_type in ("Update", "Cancel", "Ack", "Error") and not signal.references:
        message = f"The message is of type {signal.msg_type}, but refers to no earlier message."
        yield _error("references_missing", path, message, "Name it as sender,identifier,sent.")
    for reference in signal.references:
        if reference.identifier == signal.identifier and reference.sender in ("", signal.sender):
            yield _error("references_itself", path, "The message refers to itself.", "Refer to the earlier message.")
        if reference.sent_at and reference.sent_at > signal.sent_at:
            message = f"The message {reference.identifier[:60]} that it refers to was sent later than this one."
            yield _error("references_later", path, message, "Correct the time in the reference, or sent.")
        if not reference.sender and signal.dialect in ("cap11", "cap12"):
            message = f"'{reference.identifier[:60]}' is not a triple of sender, identifier and time."
            yield _warning("references_bare", path, message, "Write it as sender,identifier,sent.")
    if signal.msg_type in ("Alert", "Update") and not signal.infos:
        yield _warning("info_missing", "alert/info", "The message tells of no event.", "Add an info element.")


def _check_info(info: Info, path: str, signal: Signal) -> Iterator[Finding]:
    national = signal.dialect == NATIONAL_DIALECT
    if not info.event:
        yield _error("event_empty", f"{path}/event", "The event has no name.", "Name the event.")
    elif not info.hazard:
        message = f"'{info.event[:40]}' is not in the hazard table; it is shown as it came."
        yield _warning("hazard_unknown", f"{path}/event", message, "Add it to the table if it belongs there.")
    for name, value, allowed in (
        ("urgency", info.urgency, URGENCIES),
        ("severity", info.severity, SEVERITIES),
        ("certainty", info.certainty, (*CERTAINTIES, "Very Likely") if signal.dialect == "cap10" else CERTAINTIES),
    ):
        yield from _one_of(name, value, allowed, path)
    if not national and not info.categories:
        yield _error("category_empty", f"{path}/category", "There is no category.", "Give at least one, such as Met.")
    for category in info.categories:
        yield from _one_of("category", category, CATEGORIES, path)
    for response in info.response_types:
        yield from _one_of("responseType", response, RESPONSE_TYPES, path)
    if info.language and not _LANGUAGE.fullmatch(info.language):
        message = f"'{info.language[:40]}' is not a language tag."
        yield _error("language_form", f"{path}/language", message, "Use a tag such as zh-CN.")
    yield from _check_times(info, path, signal)
    if not info.areas:
        yield _warning("area_missing", f"{path}/area", "It says no place.", "Add an area with a code or a polygon.")
    for number, area in enumerate(info.areas, start=1):
        yield from _check_area(area, _numbered(f"{path}/area", number, len(info.areas)))


def _check_times(info: Info, path: str, signal: Signal) -> Iterator[Finding]:
    expires_at = info.expires_at
    if expires_at is None:
        return
    severity: Literal["error", "warning"] = "warning" if expires_at == signal.sent_at else "error"
    mend = "Correct the times; a message that ends a warning is of type Cancel."
    if expires_at <= signal.sent_at:
        message = "It expires no later than it was sent, so it was never in force."
        yield Finding(severity, "expires_before_sent", f"{path}/expires", message, mend)
    for name, start_at in (("effective", info.effective_at), ("onset", info.onset_at)):
        if start_at and expires_at < start_at:
            message = f"It expires before its {name} time."
            yield _error(f"expires_before_{name}", f"{path}/expires", message, mend)


def _check_area(area: Area, path: str) -> Iterator[Finding]:
    if not area.description:
        yield _error("area_description_empty", f"{path}/areaDesc", "The area has no name.", "Name the place.")
    if not (area.polygons or area.circles or area.geocodes):
        message = "The area has a name only; no map can show it and no division can be found for it."
        yield _warning("area_unplaced", path, message, "Add a geocode GB/T2260 or a polygon.")
    for number, ring in enumerate(area.polygons, start=1):
        yield from _check_ring(ring, _numbered(f"{path}/polygon", number, len(area.polygons)))
    for number, circle in enumerate(area.circles, start=1):
        yield from _check_circle(circle, _numbered(f"{path}/circle", number, len(area.circles)))


def _check_circle(circle: Circle, path: str) -> Iterator[Finding]:
    yield from _check_position(circle.lon, circle.lat, path)
    if circle.radius_km < 0:
        yield _error("radius_negative", path, "The radius is negative.", "Write kilometres, nought for a point.")


def _check_position(lon: float, lat: float, path: str) -> Iterator[Finding]:
    if abs(lat) <= 90 and abs(lon) <= 180:
        return
    swapped = abs(lat) <= 180 and abs(lon) <= 90
    mend = "Latitude comes first: the two look swapped." if swapped else "Write degrees, latitude first."
    yield _error("position_out_of_range", path, f"latitude {lat:g}, longitude {lon:g} is not on the globe.", mend)


def _check_ring(ring: Ring, path: str) -> Iterator[Finding]:
    if len(ring) < 4 or ring[0] != ring[-1]:
        message = f"The polygon of {len(ring)} points is not closed."
        yield _error("polygon_not_closed", path, message, "Give four points or more, the last equal to the first.")
        return
    outside = next((point for point in ring if abs(point[1]) > 90 or abs(point[0]) > 180), None)
    if outside:
        yield from _check_position(*outside, path)
    elif len(ring) <= MAX_RING_POINTS_CHECKED and not Polygon(ring).is_valid:
        mend = "List the points in order round the edge."
        yield _warning("polygon_crosses_itself", path, "The polygon crosses itself.", mend)
