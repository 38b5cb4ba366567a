"""Messages of HJ 212 as plain JSON values, and back."""

from collections.abc import Iterable
from typing import Any

from anshu.gateways.frames.codec import Reading, Undecodable
from anshu.gateways.hj212.codes import COMMANDS, SYSTEMS
from anshu.gateways.hj212.frame import Habit
from anshu.gateways.hj212.message import Group, Message, groups, written
from anshu.gateways.hj212.sealing import looks_plain, unseal
from anshu.gateways.hj212.values import readings_of


def to_json(message: Message, key: bytes | None = None) -> dict[str, Any]:
    """Everything that `from_json` needs, and beside it what it means; `key` opens encrypted data."""
    shown: dict[str, Any] = {
        "protocol": "hj212",
        "fields": _mapping(message.fields),
        "checksum": message.habit.value,
        "edition": message.edition,
        "wants_answer": message.wants_answer,
        "system": SYSTEMS.get(message.field("ST"), ""),
        "command": COMMANDS.get(message.field("CN"), ""),
        "data": [],
    }
    plain = message.data
    if not looks_plain(plain):
        shown["encrypted"] = True
        plain = (unseal(plain, key) or b"") if key else b""
    try:
        found = groups(plain)
        shown["data"] = [_mapping(group) for group in found]
        shown["readings"] = [_reading(each) for each in readings_of(message, found)]
    except Undecodable as error:
        shown["fault"] = str(error)
    if written(_groups(shown["data"])) != message.data:
        shown["data_hex"] = message.data.hex().upper()
    if message.tail:
        shown["tail"] = message.tail
    return shown


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "point": reading.point,
        "at": reading.at.isoformat(),
        "value": reading.value,
        "doubtful": reading.doubtful,
        "words": reading.words,
    }


def from_json(shown: dict[str, Any]) -> Message:
    """The message that `to_json` shows; ValueError where it is none. `data_hex` goes before `data`."""
    try:
        data = bytes.fromhex(shown["data_hex"]) if "data_hex" in shown else written(_groups(shown.get("data", ())))
        return Message(
            _pairs(shown["fields"]), data, Habit(shown.get("checksum", "standard")), str(shown.get("tail", ""))
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no message of HJ 212: {type(error).__name__} {error}") from None


def _mapping(pairs: Group) -> dict[str, str] | list[list[str]]:
    """Pairs as an object, or as they are where a name stands twice."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else [list(pair) for pair in pairs]


def _groups(shown: Iterable[Any]) -> list[Group]:
    return [_pairs(group) for group in shown]


def _pairs(shown: Any) -> Group:
    return tuple((str(name), str(value)) for name, value in (shown.items() if isinstance(shown, dict) else shown))
