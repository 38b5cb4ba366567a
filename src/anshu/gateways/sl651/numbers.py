"""Numbers and instants as SL651 writes them: packed decimal digits, FF in front of a negative number (SL 651-2014)."""

from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def number(data: bytes, decimals: int) -> float | None:
    """The value of packed digits; None where the station had none (all bits set). ValueError for what is no number."""
    if not data or data.count(0xFF) == len(data):
        return None
    digits = data[1:] if data[0] == 0xFF else data
    text = digits.hex()
    if not text.isdecimal():
        raise ValueError(f"{data.hex().upper()} holds something other than digits")
    value = int(text) / float(10**decimals)
    return -value if data[0] == 0xFF else value


def packed(value: float, size: int, decimals: int) -> bytes:
    """A value as `size` bytes of packed digits, with FF before them (one byte more) when it is negative.

    ValueError when it has more digits than fit.
    """
    text = str(round(abs(value) * 10**decimals)).zfill(2 * size)
    if len(text) > 2 * size:
        raise ValueError(f"{value} does not fit into {2 * size} digits with {decimals} decimals")
    return (b"\xff" if value < 0 else b"") + bytes.fromhex(text)


def instant(digits: str) -> datetime | None:
    """The instant of YYMMDDHHmm or YYMMDDHHmmSS in Beijing time, of the years 2000 to 2099; None where it is none."""
    if len(digits) not in (10, 12) or not digits.isdecimal():
        return None
    year, month, day, hour, minute, second = (int(digits.ljust(12, "0")[at : at + 2]) for at in range(0, 12, 2))
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=BEIJING)
    except ValueError:
        return None


def step(data: bytes) -> timedelta | None:
    """The time step of element 04: days, hours, minutes, one byte of digits each; None where it is none or nothing."""
    text = data.hex()
    if len(text) != 6 or not text.isdecimal():
        return None
    found = timedelta(days=int(text[:2]), hours=int(text[2:4]), minutes=int(text[4:]))
    return found or None
