"""What a channel has measured: its last value in the list, and its curve with the ladder that watches it."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import NinjaAPI, Query, Schema
from pydantic import AwareDatetime, Field

from anshu.api.answers import Extra, as_json, record_of
from anshu.api.registers import READ, only, viewer
from anshu.domains.devices import queries
from anshu.domains.devices.ledger import CHANNELS
from anshu.domains.devices.models import Channel
from anshu.domains.warnings.rules.ladders import ladder_of
from anshu.kernel import clock

STATE_S = 30
HOUR_MS = 3_600_000


def last_values(rows: list[Channel]) -> list[dict[str, Any]]:
    """The newest reading of each channel, in one look-up; stale when the channel has been silent for too long."""
    last = queries.store().last([row.slot for row in rows])
    found = {
        slot: (at_ms, value)
        for slot, at_ms, value in zip(last.channel.tolist(), last.at_ms.tolist(), last.value.tolist(), strict=True)
    }
    now_ms = clock.now().timestamp() * 1000
    told = []
    for row in rows:
        at_ms, value = found.get(row.slot, (None, None))
        told.append(
            {
                "last_value": value,
                "last_at": None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC),
                "stale": at_ms is None or now_ms - at_ms > row.stale_after_s * 1000,
            }
        )
    return told


"""Added to the records of the register of channels. Silence shows in its tag within half a minute."""
LAST = Extra(
    fields={
        "last_value": (float | None, Field(description="newest reading, in the unit of the channel")),
        "last_at": (datetime | None, Field(description="when that was measured")),
        "stale": (bool, Field(description="silent for longer than it should be")),
    },
    fill=last_values,
    state=lambda: (queries.store().watermark(), int(clock.now().timestamp()) // STATE_S),
)


class Rung(Schema):
    """One step of a ladder, in the unit of the channel; level 1 is the gravest."""

    level: str
    raise_at: float = Field(alias="raise")
    clear: float


class Curve(Schema):
    """Readings in order of time as [ms since 1970 UTC, value], thinned so that lows and highs stay."""

    name: str
    unit: str
    points: list[tuple[int, float]]
    of: int = Field(description="how many readings the points stand for")
    ladder: list[Rung]


class Span(Schema):
    """Which part of the past."""

    hours: float = Field(6, gt=0, le=24 * 366)
    points: int = Field(600, ge=3, le=5000)
    until: AwareDatetime | None = Field(None, description="end of the span; now, if not given")


def mount_series(api: NinjaAPI) -> None:
    """The address of a channel's curve."""

    @api.get(
        "/channels/{uuid:key}/series", response={200: Curve, **READ}, tags=["channels"], by_alias=True,
        operation_id="channels_series", summary="Readings of one channel over time",
    )
    def series(request: HttpRequest, key: uuid.UUID, asked: Query[Span]) -> HttpResponseBase:
        only(request, asked)
        channel = record_of(CHANNELS, viewer(request, CHANNELS), key)
        assert isinstance(channel, Channel)  # noqa: S101  # the register of channels holds channels
        until_ms = int((asked.until or clock.now()).timestamp() * 1000) + 1
        since_ms = until_ms - int(asked.hours * HOUR_MS)
        found = queries.store().series(channel.slot, since_ms, until_ms, asked.points)
        body = {
            "name": channel.name,
            "unit": channel.unit,
            "points": list(zip(found.at_ms.tolist(), found.value.tolist(), strict=True)),
            "of": found.of,
            "ladder": ladder_of(channel),
        }
        return as_json(body)
