"""The info, area and resource elements of a message."""

from dataclasses import replace

from anshu.gateways.cap.element import Element
from anshu.gateways.cap.signal import (
    NATIONAL_DIALECT,
    NATIONAL_DIVISION,
    NATIONAL_EVENT,
    SEVERITY_BY_COLOUR,
    Area,
    Circle,
    Info,
    Named,
    Resource,
    Ring,
    colour_of,
)
from anshu.gateways.cap.written import read_circle, read_number, read_ring


def read_info(info: Element, dialect: str) -> Info:
    """One telling; what cannot be read is left out and noted, so that a flaw never hides a warning."""
    national = dialect == NATIONAL_DIALECT
    if not national:
        info.note_empty_children()
    severity, parameters = info.text("severity"), _named(info, "parameter")
    colour = colour_of(severity)
    if colour:
        if not national:
            mend = "Write Extreme, Severe, Moderate or Minor, and the colour as a parameter named color."
            info.note("error", "severity_is_colour", "severity", f"'{severity}' is a colour, not a severity.", mend)
        parameters = (*parameters, Named("color", colour))
        severity = SEVERITY_BY_COLOUR[colour]
    event_codes = _named(info, "eventCode")
    if info.text("eventType"):
        event_codes = (Named(NATIONAL_EVENT, info.text("eventType")), *event_codes)
    return Info(
        event=info.text("event"),
        language=info.text("language"),
        categories=tuple(text for text in info.texts("category") if text),
        response_types=tuple(text for text in info.texts("responseType") if text),
        urgency=info.text("urgency"),
        severity=severity,
        certainty=info.text("certainty"),
        audience=info.text("audience"),
        event_codes=event_codes,
        effective_at=info.instant("effective", national),
        onset_at=info.instant("onset", national),
        expires_at=info.instant("expires", national),
        sender_name=info.text("senderName"),
        headline=info.text("headline"),
        description=info.text("description"),
        instruction=info.text("instruction"),
        web=info.text("web"),
        contact=info.text("contact"),
        parameters=parameters,
        resources=tuple(_resource(resource) for resource in info.children("resource")),
        areas=_areas(info, national),
    )


def _named(parent: Element, name: str) -> tuple[Named, ...]:
    """Pairs as valueName and value (1.1, 1.2) or as `name=value` text (1.0); a pair without a value is dropped."""
    found = []
    for child in parent.children(name):
        key, value = child.text("valueName"), child.text("value")
        if not child.has("valueName") and "=" in child.value:
            key, _, value = (part.strip() for part in child.value.partition("="))
        if key and value:
            found.append(Named(key, value))
        elif child.has("valueName") or child.value:
            shown = key or child.value[:40]
            child.note("warning", "pair_incomplete", "", f"{name} '{shown}' has no name or no value.", "Give both.")
    return tuple(found)


def _areas(info: Element, national: bool) -> tuple[Area, ...]:
    areas = [_area(area, national) for area in info.children("area")]
    if not national:
        return tuple(areas)
    return tuple(dict.fromkeys(part for area in areas for part in _split_area(area)))


def _split_area(area: Area) -> tuple[Area, ...]:
    """The 12379 dialect lists several places in one area, names and codes both separated by commas: pair them up."""
    names = [name.strip() for name in area.description.replace("，", ",").split(",") if name.strip()]
    if len(names) < 2 or len(names) != len(area.geocodes) or area.polygons or area.circles:
        return (replace(area, geocodes=tuple(dict.fromkeys(area.geocodes))),)
    return tuple(Area(name, geocodes=(code,)) for name, code in zip(names, area.geocodes, strict=True))


def _area(area: Element, national: bool) -> Area:
    if not national:
        area.note_empty_children()
    if not national:
        geocodes = _named(area, "geocode")
    else:
        values = (value.strip() for text in area.texts("geocode") for value in text.replace("，", ",").split(","))
        geocodes = tuple(Named(NATIONAL_DIVISION, value) for value in values if value)
    return Area(
        description=area.text("areaDesc"),
        polygons=tuple(ring for child in area.children("polygon") if (ring := _ring(child))),
        circles=tuple(circle for child in area.children("circle") if (circle := _circle(child))),
        geocodes=geocodes,
        altitude_ft=_number(area, "altitude"),
        ceiling_ft=_number(area, "ceiling"),
    )


def _ring(polygon: Element) -> Ring | None:
    mend = "Write pairs as latitude,longitude with one space between pairs."
    text = polygon.value
    if any(pair.endswith(",") for pair in text.split()):
        polygon.note("error", "polygon_stray_comma", "", "A pair ends with a comma; the comma was ignored.", mend)
        text = " ".join(pair.rstrip(",") for pair in text.split())
    try:
        return read_ring(text)
    except ValueError as error:
        message = f"The pair '{error}' cannot be read; this polygon was left out."
        polygon.note("error", "unreadable_polygon", "", message, mend)
        return None


def _circle(circle: Element) -> Circle | None:
    if not circle.value:
        return None
    try:
        return read_circle(circle.value)
    except ValueError:
        message = f"'{circle.value[:40]}' cannot be read; this circle was left out."
        circle.note("error", "unreadable_circle", "", message, "Write latitude,longitude radius, the radius in km.")
        return None


def _number(area: Element, name: str) -> float | None:
    text = area.text(name)
    if not text:
        return None
    try:
        return read_number(text)
    except ValueError:
        area.note("error", "unreadable_number", name, f"'{text[:40]}' is not a number.", "Write feet above sea level.")
        return None


def _resource(resource: Element) -> Resource:
    size = resource.text("size")
    if size and not (size.isascii() and size.isdigit() and len(size) <= 15):
        resource.note("error", "unreadable_number", "size", f"'{size[:40]}' is not a size.", "Write whole bytes.")
        size = ""
    return Resource(
        description=resource.text("resourceDesc"),
        mime_type=resource.text("mimeType"),
        size_bytes=int(size) if size else None,
        uri=resource.text("uri"),
        content=resource.text("derefUri"),
        digest=resource.text("digest"),
    )
