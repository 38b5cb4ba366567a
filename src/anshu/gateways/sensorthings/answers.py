"""Entities as JSON: ids, links to themselves and to others, what was selected, what was expanded, the next page."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from anshu.gateways.sensorthings.entities import SETS
from anshu.gateways.sensorthings.options import Expand, Options
from anshu.gateways.sensorthings.refusals import NotOffered, NotUnderstood
from anshu.gateways.sensorthings.sources import Entity, Page, Source

MOST_ENTITIES = 20_000
CONFORMANCE = tuple(
    f"http://www.opengis.net/spec/iot_sensing/1.1/req/{name}"
    for name in (
        "datamodel",
        "resource-path/resource-path-to-entities",
        "request-data/expand",
        "request-data/select",
        "request-data/orderby",
        "request-data/skip",
        "request-data/top",
        "request-data/count",
        "request-data/pagination",
    )
)


@dataclass
class Teller:
    """Makes answers; `root` is the address of the service. Told is at most a bounded number of entities."""

    root: str
    left: int = MOST_ENTITIES

    def index(self) -> dict[str, Any]:
        """What stands at the root: the entity sets, and what of the standard is kept."""
        return {
            "value": [{"name": name, "url": f"{self.root}/{name}"} for name in SETS],
            "serverSettings": {"conformance": list(CONFORMANCE)},
        }

    def many(self, source: Source, asked: Options, address: str) -> dict[str, Any]:
        """A list, as it stands at an address."""
        page = source.page(asked)
        told: dict[str, Any] = {} if page.count is None else {"@iot.count": page.count}
        if page.more and asked.top:
            told["@iot.nextLink"] = next_link(address, asked, page)
        return told | {"value": [self.one(entity, asked) for entity in page.entities]}

    def one(self, entity: Entity, asked: Options) -> dict[str, Any]:
        """An entity."""
        self.left -= 1
        if self.left < 0:
            raise NotOffered("more than %(most)s entities in one answer are not offered", most=MOST_ENTITIES)
        address = self.address_of(entity)
        whole = {"@iot.id": entity.id, "@iot.selfLink": address, **entity.told}
        told = _selected(whole, entity, asked.select)
        for name in entity.links:
            if not asked.select or name in asked.select:
                told[f"{name}@iot.navigationLink"] = f"{address}/{name}"
        for expand in asked.expand:
            told |= self._expanded(entity, expand, address)
            told.pop(f"{expand.name}@iot.navigationLink", None)
        return told

    def address_of(self, entity: Entity) -> str:
        """Where an entity stands."""
        key = quote(entity.id.replace("'", "''"), safe="")
        return f"{self.root}/{entity.kind}('{key}')"

    def _expanded(self, entity: Entity, expand: Expand, address: str) -> dict[str, Any]:
        if expand.name not in entity.links:
            raise NotUnderstood(
                "$expand: %(kind)s have no %(name)s, only %(names)s",
                field="$expand",
                kind=entity.kind,
                name=expand.name[:40],
                names=", ".join(entity.links),
            )
        many, follow = entity.links[expand.name]
        if not many:
            found = follow().page(replace(expand.options, top=1)).entities
            return {expand.name: self.one(found[0], expand.options) if found else None}
        told = self.many(follow(), expand.options, f"{address}/{expand.name}")
        beside = {f"{expand.name}{name}": value for name, value in told.items() if name != "value"}
        return {expand.name: told["value"], **beside}


def _selected(whole: dict[str, Any], entity: Entity, names: tuple[str, ...]) -> dict[str, Any]:
    if not names:
        return whole
    chosen = {"@iot.id" if name == "id" else name for name in names}
    if strange := sorted(chosen - whole.keys() - entity.links.keys()):
        raise NotUnderstood("$select: %(name)s is no attribute here", field="$select", name=strange[0][:40])
    return {name: value for name, value in whole.items() if name in chosen}


def next_link(address: str, asked: Options, page: Page) -> str:
    """Where the list goes on: the same question, further on."""
    kept = {name: text for name, text in asked.said if name not in ("$skip", "$skiptoken")}
    kept.setdefault("$top", str(asked.top))
    step = {"$skip": asked.skip + asked.top} if page.token is None else {"$skiptoken": page.token}
    return f"{address}?{urlencode(kept | step, safe='$', quote_via=quote)}"
