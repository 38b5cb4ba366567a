"""What a topic says: whose message it is and of what kind. ThingsBoard's device and gateway topics, and our own.

Own scheme: emp/v1/{district}/{source}/{device}/{telemetry|event|status}.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

ROOT = "emp/v1"
# What a client of an outside broker listens to; a broker does not say who sent a message, so no `me` topics.
SHARED_TOPICS = (
    *(f"{ROOT}/+/+/+/{leaf}" for leaf in ("telemetry", "event", "status")),
    *(f"v1/gateway/{leaf}" for leaf in ("telemetry", "attributes", "connect", "disconnect")),
)
# What a device may subscribe to here: answers to its own requests, and commands to itself.
OFFERED = re.compile(
    r"v1/devices/me/(attributes(/response/(\+|\d+))?|rpc/(request|response)/(\+|\d+))"
    r"|v1/gateway/(attributes(/response)?|rpc)"
    rf"|{ROOT}/[^/+#]+/[^/+#]+/(?P<device>[^/+#]+)/cmd"
)
_REQUEST = re.compile(r"v1/devices/me/(?P<leaf>attributes|rpc)/request/(?P<number>\d{1,10})")


class Meaning(StrEnum):
    """What a message is."""

    TELEMETRY = "telemetry"
    GATEWAY_TELEMETRY = "gateway telemetry"
    ENVELOPE = "envelope"
    ATTRIBUTES = "attributes"
    GATEWAY_ATTRIBUTES = "gateway attributes"
    GATEWAY_CONNECT = "gateway connect"
    GATEWAY_DISCONNECT = "gateway disconnect"
    STATUS = "status"
    ATTRIBUTES_REQUEST = "attributes request"
    RPC_REQUEST = "rpc request"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Address:
    """What a topic says. `device` is empty where it is the sender itself or stands in the body; `district` only in
    our own scheme; `request` is the number that an answer repeats."""

    meaning: Meaning
    device: str = ""
    district: str = ""
    request: str = ""


"""Of what a message is that asks for an answer."""
REQUESTS = (Meaning.ATTRIBUTES_REQUEST, Meaning.RPC_REQUEST)

PLAIN = {
    "v1/devices/me/telemetry": Address(Meaning.TELEMETRY),
    "v1/devices/me/attributes": Address(Meaning.ATTRIBUTES),
    "v1/gateway/telemetry": Address(Meaning.GATEWAY_TELEMETRY),
    "v1/gateway/attributes": Address(Meaning.GATEWAY_ATTRIBUTES),
    "v1/gateway/connect": Address(Meaning.GATEWAY_CONNECT),
    "v1/gateway/disconnect": Address(Meaning.GATEWAY_DISCONNECT),
}
"""No topic of ours is longer, and longer ones would fill the memory of those that were read."""
LONGEST, MOST_REMEMBERED = 200, 50_000
LEAVES = {"telemetry": Meaning.ENVELOPE, "event": Meaning.ENVELOPE, "status": Meaning.STATUS}


def read_topic(topic: str) -> Address:
    """The address in a topic; UNKNOWN for any other."""
    return _read(topic) if len(topic) <= LONGEST else Address(Meaning.UNKNOWN)


@lru_cache(MOST_REMEMBERED)
def _read(topic: str) -> Address:
    if plain := PLAIN.get(topic):
        return plain
    parts = topic.split("/")
    if len(parts) == 6 and "/".join(parts[:2]) == ROOT and all(parts) and parts[5] in LEAVES:
        return Address(LEAVES[parts[5]], device=parts[4], district=parts[2])
    if request := _REQUEST.fullmatch(topic):
        leaf = Meaning.ATTRIBUTES_REQUEST if request["leaf"] == "attributes" else Meaning.RPC_REQUEST
        return Address(leaf, request=request["number"])
    return Address(Meaning.UNKNOWN)


def matches(topic_filter: str, topic: str) -> bool:
    """Whether a topic filter with + and # takes in a topic (3.1.1 §4.7; topics that begin with $ are not ours)."""
    wanted, given = topic_filter.split("/"), topic.split("/")
    for place, part in enumerate(wanted):
        if part == "#":
            return True
        if place >= len(given) or part not in ("+", given[place]):
            return False
    return len(wanted) == len(given)
