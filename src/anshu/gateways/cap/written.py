"""The small notations inside CAP text: instants, rings, circles, references; read and written."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from anshu.gateways.cap.signal import Circle, Reference, Ring

CHINA = timezone(timedelta(hours=8))
_INSTANT = re.compile(r"(\d{4})-(\d\d)-(\d\d)(T| )(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?\s?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{0,18})?(?:[eE][+-]?\d{1,2})?", re.ASCII)


def read_instant(text: str) -> tuple[datetime, str]:
    """The instant in UTC and its zone as written (empty: read as +08:00). ValueError when unreadable."""
    found = _INSTANT.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    year, month, day, _, hour, minute, second, zone = found.groups()
    offset = CHINA
    if zone == "Z":
        offset = timezone(timedelta(0))
    elif zone:
        minutes = int(zone[1:3]) * 60 + int(zone[-2:])
        if minutes > 14 * 60:
            raise ValueError(text)
        offset = timezone(timedelta(minutes=minutes if zone[0] == "+" else -minutes))
    if not 1900 <= int(year) <= 2200:
        raise ValueError(text)
    local = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=offset)
    return local.astimezone(UTC), zone or ""


def write_instant(instant: datetime, separator: str = "T") -> str:
    """China standard time with its zone in digits, as CAP 1.2 demands (never Z)."""
    return instant.astimezone(CHINA).isoformat(separator, timespec="seconds")


def read_number(text: str) -> float:
    """A decimal number of a billion at most; ValueError for anything else, so no `nan`, `inf` or `1_000`."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    number = float(text)
    if abs(number) > 1e9:
        raise ValueError(text)
    return number


def write_number(number: float) -> str:
    """A decimal of at most nine places (a tenth of a millimetre, in degrees), never with an exponent."""
    written = format(Decimal(repr(round(float(number), 9))), "f")
    return written.removesuffix(".0") if "." in written else written


def read_ring(text: str) -> Ring:
    """(longitude, latitude) pairs from `lat,lon lat,lon …`; ValueError naming the pair that cannot be read."""
    ring = []
    for pair in text.split():
        latitude, comma, longitude = pair.partition(",")
        try:
            ring.append((read_number(longitude), read_number(latitude)))
        except ValueError:
            raise ValueError(pair[:60]) from None
        if not comma:
            raise ValueError(pair[:60])
    return tuple(ring)


def write_ring(ring: Ring) -> str:
    """`lat,lon lat,lon …`"""
    return " ".join(f"{write_number(latitude)},{write_number(longitude)}" for longitude, latitude in ring)


def read_circle(text: str) -> Circle:
    """A circle from `lat,lon radius`, the radius in kilometres; ValueError when unreadable."""
    centre, radius = text.split()
    latitude, longitude = centre.split(",")
    return Circle(lon=read_number(longitude), lat=read_number(latitude), radius_km=read_number(radius))


def write_circle(circle: Circle) -> str:
    """`lat,lon radius`"""
    return f"{write_number(circle.lat)},{write_number(circle.lon)} {write_number(circle.radius_km)}"


def read_references(text: str, dialect: str) -> tuple[Reference, ...]:
    """References in any usage: `sender,identifier,sent` triples, `identifier/sender` (CAP 1.0), bare identifiers."""
    found: list[Reference] = []
    for token in text.split():
        parts = [part for part in token.split(",") if part]
        if len(parts) == 3:
            try:
                sent_at, _ = read_instant(parts[2])
            except ValueError:
                pass
            else:
                found.append(Reference(identifier=parts[1], sender=parts[0], sent_at=sent_at))
                continue
        if dialect == "cap10" and len(parts) == 1 and "/" in parts[0]:
            identifier, _, sender = parts[0].rpartition("/")
            found.append(Reference(identifier=identifier, sender=sender))
            continue
        found.extend(Reference(identifier=part) for part in parts)
    return tuple(dict.fromkeys(found))


def write_references(references: tuple[Reference, ...]) -> str:
    """Triples where all three parts are known, else the bare identifier."""
    return " ".join(
        f"{reference.sender},{reference.identifier},{write_instant(reference.sent_at)}"
        if reference.sender and reference.sent_at
        else reference.identifier
        for reference in references
    )
