"""Observations that are posted: each becomes a reading of the channel behind its Datastream, on disk when told."""

from dataclasses import dataclass
from typing import Any

import orjson

from anshu.access.policy import require
from anshu.domains.devices.models import Channel
from anshu.domains.devices.queries.rights import APPEND, Directory
from anshu.gateways.sensorthings.conditions import uuid_of
from anshu.gateways.sensorthings.refusals import NotTaken, NotThere, NotUnderstood
from anshu.gateways.sensorthings.sources import Entity, House, Readings, observation
from anshu.kernel.errors import Invalid
from anshu.telemetry import Limits, Quality, Reject
from anshu.telemetry.intake import BadTime, Draft, instant_ms, judge
from anshu.telemetry.readings import iso_of

DOOR = "sensorthings"
MOST_ROWS = 5_000


@dataclass(frozen=True)
class Taking:
    """Takes observations in for a person."""

    house: House
    directory: Directory
    limits: Limits

    def take(self, body: object, datastream: str | None) -> Entity:
        """Take one in. `datastream` is its id where the address says it, else the body does.

        Raises NotUnderstood, NotThere, Invalid for a value that cannot be, NotTaken when another value stands there.
        """
        require(self.house.person, APPEND)
        if not isinstance(body, dict):
            raise NotUnderstood("an Observation is an object")
        channel = self._channel(datastream if datastream is not None else _named(body))
        row = self._row(channel, body)
        rejects, set_aside = self._append([row])
        if rejects:
            why = rejects[0]
            raise Invalid("this value is not taken: %(why)s", field="result", code=str(why.reason), why=why.detail)
        if set_aside:
            raise NotTaken("another value stands there at this instant; this one was set aside")
        return observation(self.house, channel, row.at_ms, row.value)

    def take_many(self, body: object) -> list[Entity | None]:
        """Take in the data arrays of CreateObservations: the observations in order, None for each that was not taken.

        Raises NotUnderstood for a body that is none; a row that cannot be read costs no other.
        """
        require(self.house.person, APPEND)
        rows = [row for part in _parts(body) for row in self._rows(part)]
        self._append([row for row in rows if row is not None])
        return [None if row is None else self._stored(row) for row in rows]

    def _rows(self, part: "Part") -> "list[Row | None]":
        try:
            channel = self._channel(part.datastream)
        except NotThere:
            return [None] * len(part.rows)
        return [self._row_of(channel, part.components, row) for row in part.rows]

    def _row_of(self, channel: Channel, components: list[Any], row: Any) -> "Row | None":
        try:
            return self._row(channel, dict(zip(components, row, strict=True)))
        except (NotUnderstood, TypeError, ValueError):
            return None

    def _row(self, channel: Channel, body: dict[str, Any]) -> "Row":
        return Row(channel, *self._at(body.get("phenomenonTime")), _result(body.get("result")))

    def _stored(self, row: "Row") -> Entity | None:
        found = Readings(self.house, row.channel).one(f"{row.channel.slot}.{row.at_ms}")
        return found if found is not None and found.told["result"] == row.value else None

    def _channel(self, key: str) -> Channel:
        found = uuid_of(key)
        channel = None if found is None else Channel.objects.filter(pk=found).select_related("device").first()
        rights = self.directory.rights(self.house.person)
        if channel is None or channel.number not in rights.facts:
            raise NotThere("no Datastream %(key)s that this token may write to", key=key[:60])
        return channel

    def _at(self, text: object) -> tuple[int, Quality]:
        """When it was; of an interval its end, as sums and means are dated here. Without a time: now."""
        if text is None:
            return self.house.now_ms, Quality.ARRIVAL_TIME
        try:
            if not isinstance(text, str):
                raise NotUnderstood("phenomenonTime is a text", field="phenomenonTime")
            return instant_ms(text.rpartition("/")[2]), Quality(0)
        except (BadTime, OverflowError) as error:
            raise NotUnderstood("phenomenonTime: %(why)s", field="phenomenonTime", why=error) from error

    def _append(self, rows: "list[Row]") -> tuple[list[Reject], int]:
        """Write rows down; what was rejected, and how many were set aside because another value stands there."""
        draft = Draft()
        for row in rows:
            at = iso_of(row.at_ms) if row.at_ms >= 0 else str(row.at_ms)
            draft.code.append(row.channel.number)
            draft.at_ms.append(row.at_ms)
            draft.value.append(row.value)
            draft.quality.append(int(row.quality))
            draft.raw.append(orjson.dumps({"channel": row.channel.number, "at": at, "value": row.value}))
        facts = self.directory.rights(self.house.person).facts
        taken = judge(draft, facts, self.house.now_ms, self.limits)
        receipt = self.house.store.append(taken.batch, taken.rejects, door=DOOR, received_ms=self.house.now_ms)
        return taken.rejects, receipt.quarantined - len(taken.rejects)


@dataclass(frozen=True, slots=True)
class Row:
    """An observation on its way to the disk."""

    channel: Channel
    at_ms: int
    quality: Quality
    value: float


@dataclass(frozen=True, slots=True)
class Part:
    """One data array: the id of its Datastream, what stands in each column, and the rows."""

    datastream: str
    components: list[Any]
    rows: list[Any]


def _parts(body: object) -> list[Part]:
    parts = []
    for each in body if isinstance(body, list) else [None]:
        told = each if isinstance(each, dict) else {}
        rows, components = told.get("dataArray"), told.get("components")
        if not isinstance(rows, list) or not isinstance(components, list) or "result" not in components:
            raise NotUnderstood("a list of {Datastream, components, dataArray} is expected, with result a component")
        parts.append(Part(_named(told), components, rows))
    if sum(len(part.rows) for part in parts) > MOST_ROWS:
        raise NotUnderstood("at most %(most)s Observations are taken at once", most=MOST_ROWS)
    return parts


def _named(body: dict[str, Any]) -> str:
    found = body.get("Datastream")
    key = found.get("@iot.id", found.get("id")) if isinstance(found, dict) else None
    if not isinstance(key, str):
        raise NotUnderstood('say which: {"Datastream": {"@iot.id": "…"}}', field="Datastream")
    return key


def _result(found: object) -> float:
    if isinstance(found, bool):
        return float(found)
    if not isinstance(found, int | float) or abs(found) > 1e300:
        raise NotUnderstood("result is a number, or true or false", field="result")
    return float(found)
