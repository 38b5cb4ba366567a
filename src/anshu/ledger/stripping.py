"""Pictures from people who must not be known: drawn anew without what the camera wrote into them."""

import io
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from anshu.kernel.errors import Invalid
from anshu.ledger.attachments import LARGEST, MOST_PX

LONGEST_PX, QUALITY = 2560, 85
GPS_IFD = 0x8825
"""Entries of the GPS block (EXIF 2.3, 4.6.6): hemisphere and degrees, minutes, seconds of latitude and longitude."""
LAT_REF, LAT, LON_REF, LON = 1, 2, 3, 4
SEXAGESIMAL = (1, 60, 3600)


@dataclass(frozen=True)
class Stripped:
    """A picture as JPEG without any metadata, and where the camera had been (degrees, WGS-84), if it had said so."""

    content: bytes
    lon: float | None
    lat: float | None


def stripped(content: bytes) -> Stripped:
    """The picture turned upright and drawn anew, at most 2560 points long. Invalid (field `pictures`) when it is none,
    or too large."""
    if len(content) > LARGEST:
        raise Invalid(_("A picture is a JPEG, PNG or WebP of at most 12 MB."), field="pictures")
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PX:
                raise Invalid(_("The picture has too many points."), field="pictures")
            lon, lat = _place(picture)
            drawn = ImageOps.exif_transpose(picture).convert("RGB")
            drawn.thumbnail((LONGEST_PX, LONGEST_PX))
            plain = Image.new("RGB", drawn.size)  # nothing but points comes along: no EXIF, XMP, comment or profile
            plain.paste(drawn)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Invalid(_("The picture cannot be read; take it again."), field="pictures", code="unreadable") from error
    kept = io.BytesIO()
    plain.save(kept, "JPEG", quality=QUALITY)
    return Stripped(kept.getvalue(), lon, lat)


def _place(picture: Image.Image) -> tuple[float | None, float | None]:
    """Longitude and latitude that the camera wrote, or twice None."""
    block = picture.getexif().get_ifd(GPS_IFD)
    try:
        lon = _degrees(block[LON], block[LON_REF])
        lat = _degrees(block[LAT], block[LAT_REF])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None, None
    return (round(lon, 6), round(lat, 6)) if abs(lon) <= 180 and abs(lat) <= 90 else (None, None)


def _degrees(parts: tuple[float, float, float], hemisphere: str) -> float:
    value = sum(float(part) / size for part, size in zip(parts, SEXAGESIMAL, strict=True))
    return -value if str(hemisphere).upper() in ("S", "W") else value
