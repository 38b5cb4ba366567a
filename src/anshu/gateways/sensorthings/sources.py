"""Where entities come from: rows of a register, the quantities measured, readings of a channel or of all channels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
from django.db.models import QuerySet

from anshu.access.policy import Person
from anshu.domains.devices.models import Channel
from anshu.gateways.sensorthings.conditions import among, in_register, matches, span, unknown, uuid_of
from anshu.gateways.sensorthings.entities import (
    KINDS,
    OBSERVATION_LINKS,
    PROPERTY_LINK,
    Kind,
    Link,
    Property,
    Told,
    channels,
    observed_property,
    properties,
)
from anshu.gateways.sensorthings.options import Options
from anshu.gateways.sensorthings.refusals import NotOffered
from anshu.telemetry import Store
from anshu.telemetry.readings import Integers, Numbers, iso_of

HOUR_MS = 3_600_000
MOST_POINTS = 1 << 40
LOOKED_THROUGH = 10_000
# So many readings are looked at for one answer; that takes some seconds.
MOST_LOOKED_AT = 2_000_000


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity: its set, its id, its attributes, and where its links lead; `many` says whether to a list."""

    kind: str
    id: str
    told: Told
    links: "Mapping[str, tuple[bool, Callable[[], Source]]]"


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list. `more`: others follow; `token`: where they begin, for lists that are not counted off."""

    entities: list[Entity]
    count: int | None = None
    more: bool = False
    token: int | None = None


class Source(Protocol):
    """A list of entities."""

    def page(self, asked: Options) -> Page: ...

    def one(self, key: str) -> Entity | None: ...


@dataclass
class House:
    """What the sources of one answer draw on: who asks, and the memory of readings."""

    person: Person
    store: Store
    now_ms: int
    looked_at: int = 0

    def look(self, readings: int) -> None:
        """Count readings that were looked at; NotOffered when one answer takes too many."""
        self.looked_at += readings
        if self.looked_at > MOST_LOOKED_AT:
            raise NotOffered(
                "this answer needs more than %(most)s readings: narrow it with $filter=phenomenonTime ge …, or ask for"
                " the newest with $orderby=phenomenonTime desc",
                most=MOST_LOOKED_AT,
            )

    def all_of(self, name: str) -> Source:
        """A whole entity set."""
        match name:
            case "ObservedProperties":
                return Properties(self, properties(self.person))
            case "Observations":
                return AllReadings(self)
            case _:
                return Rows(self, KINDS[name], KINDS[name].rows(self.person))

    def follow(self, link: Link, row: Any) -> Source:
        """What a link leads to from a row."""
        match link.kind:
            case "Observations":
                return Readings(self, row)
            case "ObservedProperties":
                return Properties(self, [Property(row.quantity)])
            case _:
                kind = KINDS[link.kind]
                wanted = {column: getattr(row, ours) for column, ours in link.columns.items()}
                return Rows(self, kind, kind.rows(self.person).filter(**wanted))

    def links(self, links: Mapping[str, Link], row: Any) -> Mapping[str, tuple[bool, Callable[[], Source]]]:
        """The links of an entity, to be followed when asked for."""
        return {name: (link.many, partial(self.follow, link, row)) for name, link in links.items()}

    def entity(self, kind: Kind, row: Any) -> Entity:
        """A row of a register as an entity."""
        return Entity(kind.name, str(row.pk), kind.tell(row), self.links(kind.links, row))


@dataclass(frozen=True)
class Rows:
    """Rows of a register."""

    house: House
    kind: Kind
    rows: "QuerySet[Any]"

    def page(self, asked: Options) -> Page:
        rows = self.rows if asked.filter is None else self.rows.filter(in_register(asked.filter, self.kind.columns))
        order = [f"{'-' if falling else ''}{self._column(path)}" for path, falling in asked.order]
        rows = rows.order_by(*order, "number", "pk")
        found = list(rows[asked.skip : asked.skip + asked.top + 1])
        entities = [self.house.entity(self.kind, row) for row in found[: asked.top]]
        return Page(entities, rows.count() if asked.count else None, len(found) > asked.top)

    def one(self, key: str) -> Entity | None:
        found = uuid_of(key)
        row = None if found is None else self.rows.filter(pk=found).first()
        return None if row is None else self.house.entity(self.kind, row)

    def _column(self, path: str) -> str:
        if path not in self.kind.columns:
            raise unknown(path, self.kind.columns)
        return self.kind.columns[path]


@dataclass(frozen=True)
class Properties:
    """Quantities, of which there are at most some dozens."""

    house: House
    found: list[Property]

    def page(self, asked: Options) -> Page:
        chosen = [self._entity(each) for each in self.found]
        if asked.filter is not None:
            chosen = [each for each in chosen if matches(asked.filter, {"id": each.id, **each.told})]
        for path, falling in reversed(asked.order):
            if path not in ("id", "@iot.id", "name"):
                raise unknown(path, ("id", "name"))
            chosen.sort(key=_name if path == "name" else _key, reverse=falling)
        cut = chosen[asked.skip : asked.skip + asked.top]
        return Page(cut, len(chosen) if asked.count else None, asked.skip + asked.top < len(chosen))

    def one(self, key: str) -> Entity | None:
        return next((self._entity(each) for each in self.found if each.quantity == key), None)

    def _entity(self, found: Property) -> Entity:
        links = self.house.links({"Datastreams": PROPERTY_LINK}, found)
        return Entity("ObservedProperties", found.quantity, observed_property(found), links)


def _name(entity: Entity) -> str:
    return str(entity.told["name"])


def _key(entity: Entity) -> str:
    return entity.id


def observation(house: House, channel: Channel, at_ms: int, value: float) -> Entity:
    """A reading as an Observation; its id is made of the channel's slot and the instant."""
    at = iso_of(at_ms).replace("+00:00", "Z")
    told = {"phenomenonTime": at, "resultTime": at, "result": value}
    return Entity("Observations", f"{channel.slot}.{at_ms}", told, house.links(OBSERVATION_LINKS, channel))


@dataclass(frozen=True)
class Readings:
    """The readings of one channel, in order of time, rising unless asked otherwise."""

    house: House
    channel: Channel

    def page(self, asked: Options) -> Page:
        falling = self._falling(asked)
        at_ms, value = self._found(asked, falling)
        count = len(at_ms) if asked.count else None
        if asked.token is not None:
            behind = at_ms < asked.token if falling else at_ms > asked.token
            at_ms, value = at_ms[behind], value[behind]
        rows = range(asked.skip, min(asked.skip + asked.top, len(at_ms)))
        entities = [observation(self.house, self.channel, int(at_ms[row]), float(value[row])) for row in rows]
        more = asked.skip + asked.top < len(at_ms)
        return Page(entities, count, more, int(at_ms[rows[-1]]) if more and len(rows) else None)

    def one(self, key: str) -> Entity | None:
        slot, dot, at = key.partition(".")
        if not (dot and slot == str(self.channel.slot) and at.isascii() and at.isdigit() and len(at) <= 15):
            return None
        found = self.house.store.series(self.channel.slot, int(at), int(at) + 1, 3)
        return observation(self.house, self.channel, int(at), float(found.value[0])) if len(found.at_ms) else None

    def _falling(self, asked: Options) -> bool:
        for path, _falling in asked.order:
            if path not in ("phenomenonTime", "resultTime", "id", "@iot.id"):
                raise unknown(path, ("phenomenonTime", "resultTime", "id"))
        return bool(asked.order) and asked.order[0][1]

    def _found(self, asked: Options, falling: bool) -> tuple[Integers, Numbers]:
        """Readings in the order asked for: as many as are needed, looking ever further from where they begin.

        All of them where they are to be counted, or where it is not known how far back the first lies.
        """
        low, high = span(asked.filter, (0, self._end_ms()))
        if asked.token is not None and not asked.count:
            low, high = (low, min(high, asked.token)) if falling else (max(low, asked.token + 1), high)
        width = high - low if asked.count or not (falling or low) else HOUR_MS
        while True:
            begin, end = (max(low, high - width), high) if falling else (low, min(high, low + width))
            found = self.house.store.series(self.channel.slot, begin, max(end, begin + 1), MOST_POINTS)
            self.house.look(found.of)
            at_ms, value = found.at_ms, found.value
            if asked.filter is not None:
                kept = among(asked.filter, at_ms, value)
                at_ms, value = at_ms[kept], value[kept]
            if width >= high - low or len(at_ms) > asked.skip + asked.top:
                return (at_ms[::-1], value[::-1]) if falling else (at_ms, value)
            width *= 4

    def _end_ms(self) -> int:
        """Behind the newest reading."""
        last = self.house.store.last([self.channel.slot])
        return int(last.at_ms[0]) + 1 if len(last.at_ms) else 0


@dataclass(frozen=True)
class AllReadings:
    """The readings of all channels that a person may see, in the order in which they came in, as far back as the log
    of readings goes (rule `reading_retention/log`); older ones are asked of their Datastream."""

    house: House

    def page(self, asked: Options) -> Page:
        if asked.order or asked.count or asked.skip:
            what = "$orderby" if asked.order else "$count" if asked.count else "$skip"
            raise NotOffered(
                "%(what)s over the Observations of all is not offered: ask those of one Datastream", what=what
            )
        known = {channel.slot: channel for channel in channels(self.house.person)}
        slots = np.fromiter(known, np.int64, len(known))
        after = asked.token or 0
        entities: list[Entity] = []
        while True:
            # Never an empty page with more behind it: clients stop at those, or go round for ever.
            rows = self.house.store.tail(after, LOOKED_THROUGH)
            chosen = np.isin(rows.channel, slots)
            if asked.filter is not None:
                chosen &= among(asked.filter, rows.at_ms, rows.value)
            for row in np.flatnonzero(chosen).tolist():
                if len(entities) == asked.top:
                    return Page(entities, more=True, token=after)
                after = int(rows.seq[row])
                channel = known[int(rows.channel[row])]
                entities.append(observation(self.house, channel, int(rows.at_ms[row]), float(rows.value[row])))
            if len(rows) < LOOKED_THROUGH:
                return Page(entities)
            after = int(rows.seq[-1])
            self.house.look(len(rows))

    def one(self, key: str) -> Entity | None:
        slot, dot, _at = key.partition(".")
        if not (dot and slot.isascii() and slot.isdigit() and len(slot) <= 9):
            return None
        channel = channels(self.house.person).filter(slot=int(slot)).first()
        return None if channel is None else Readings(self.house, channel).one(key)
