"""Pictures of the demonstration: a passage with things standing in it, and the same passage cleared. Each says on its
face that it is generated, and is like no other."""

import io

from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 360, 270
MARK = "GENERATED PICTURE"


def passage(rng: Generator) -> tuple[bytes, bytes]:
    """One passage before and after, as two JPEG files."""
    empty = _empty(rng)
    full = empty.copy()
    drawing = ImageDraw.Draw(full)
    for _ in range(int(rng.integers(4, 9))):
        left, top = int(rng.integers(20, WIDTH - 140)), int(rng.integers(HEIGHT // 3, HEIGHT - 90))
        wide, high = int(rng.integers(40, 130)), int(rng.integers(30, 85))
        drawing.rectangle((left, top, left + wide, top + high), fill=_tone(rng, 90, 190), outline=(40, 30, 20))
        drawing.line((left, top + high // 2, left + wide, top + high // 2), fill=(60, 45, 30), width=3)
    return _kept(full), _kept(empty)


def _empty(rng: Generator) -> Image.Image:
    """A passage: two walls, a floor, a door at its end, lamps; soft, as a telephone sees it."""
    coarse = Image.fromarray(rng.uniform(120, 235, (6, 8)).astype("uint8"))
    picture = coarse.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC).convert("RGB")
    drawing = ImageDraw.Draw(picture)
    across, down = int(rng.integers(110, 250)), int(rng.integers(80, 150))
    drawing.polygon(
        ((0, HEIGHT), (across - 50, down + 50), (across + 50, down + 50), (WIDTH, HEIGHT)), _tone(rng, 70, 140)
    )
    drawing.rectangle((across - 45, down - 60, across + 45, down + 50), fill=_tone(rng, 60, 160))
    for _ in range(int(rng.integers(2, 6))):
        left, top = int(rng.integers(0, WIDTH - 60)), int(rng.integers(0, 90))
        drawing.ellipse((left, top, left + int(rng.integers(20, 60)), top + 16), fill=_tone(rng, 200, 255))
    return picture.filter(ImageFilter.GaussianBlur(1.2))


def _tone(rng: Generator, low: int, high: int) -> tuple[int, int, int]:
    red, green, blue = (int(each) for each in rng.integers(low, high, 3))
    return red, green, blue


def _kept(picture: Image.Image) -> bytes:
    ImageDraw.Draw(picture).text((12, HEIGHT - 22), MARK, fill=(255, 255, 255))
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=80)
    return held.getvalue()
