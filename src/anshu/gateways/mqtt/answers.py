"""Answers to what devices ask over ThingsBoard topics: their attributes, and the time of day."""

from typing import Any

import orjson

from anshu.domains.devices.queries.rights import Entry, Rights
from anshu.gateways.mqtt.topics import Address, Meaning
from anshu.telemetry.intake import Unreadable, parse


def answer(address: Address, payload: bytes, rights: Rights, now_ms: int) -> tuple[str, bytes]:
    """(topic, body) of the answer to a request; what cannot be answered is told as {"error": …}."""
    try:
        asked = parse(payload)
    except Unreadable as error:
        asked, problem = None, error.detail
    else:
        problem = "an object is expected"
    leaf = "attributes" if address.meaning is Meaning.ATTRIBUTES_REQUEST else "rpc"
    entry = rights.devices.get(rights.own)
    body: dict[str, Any]
    if not isinstance(asked, dict):
        body = {"error": problem}
    elif leaf == "attributes":
        body = attributes(entry, asked)
    elif asked.get("method") in ("getCurrentTime", "getTime"):
        body = {"time": now_ms}
    else:
        body = {"error": "getCurrentTime is the only method that is answered"}
    return f"v1/devices/me/{leaf}/response/{address.request}", orjson.dumps(body)


def attributes(entry: Entry | None, asked: dict[str, Any]) -> dict[str, Any]:
    """`client` (what the device said of itself) and `shared` (what the register says of it), narrowed to the keys
    asked for as `clientKeys` and `sharedKeys`, texts parted by commas; all of both when none are named."""
    if entry is None:
        return {"client": {}, "shared": {}}
    shared = {"name": entry.name, "kind": entry.kind, "territory": entry.territory, "channels": sorted(entry.facts)}
    if not asked.get("clientKeys") and not asked.get("sharedKeys"):
        return {"client": dict(entry.attributes), "shared": shared}
    return {
        "client": _chosen(entry.attributes, asked.get("clientKeys")),
        "shared": _chosen(shared, asked.get("sharedKeys")),
    }


def _chosen(values: dict[str, Any], keys: object) -> dict[str, Any]:
    wanted = keys.split(",") if isinstance(keys, str) else []
    return {key: values[key] for key in wanted if key in values}
