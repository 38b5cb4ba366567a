"""The recorded gauge feed, played through the real intake."""

from collections.abc import Iterable

import orjson

from anshu.domains.devices.queries import channel_facts, limits, store
from anshu.engines.district.shapes import Reading
from anshu.kernel import clock
from anshu.telemetry import read_ndjson

DOOR = "recorded feed"


def lines(readings: Iterable[Reading]) -> bytes:
    """Readings as lines of intake; an invented one says so."""
    return b"".join(
        orjson.dumps(
            {"channel": reading.channel_code, "at": reading.at.isoformat(), "value": reading.value}
            | ({"generated": True} if reading.generated else {})
        )
        + b"\n"
        for reading in readings
    )


def play(readings: Iterable[Reading]) -> str:
    """Take the readings in as if they had just come; told again, they are found to be there already."""
    now_ms = int(clock.now().timestamp() * 1000)
    taken = read_ndjson(lines(readings), channel_facts(), now_ms, limits())
    receipt = store().append(taken.batch, taken.rejects, door=DOOR, received_ms=now_ms)
    counts = f"{receipt.accepted} accepted, {receipt.duplicate} there already, {receipt.quarantined} set aside"
    return f"feed: {counts}"
