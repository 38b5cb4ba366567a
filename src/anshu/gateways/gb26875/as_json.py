"""Frames of GB/T 26875.3 as JSON values that a person can read, and back from them."""

from dataclasses import fields
from datetime import datetime
from enum import IntFlag
from typing import Any

from anshu.gateways.gb26875.codes import COMPONENTS, KINDS, SYSTEMS, Command, Type
from anshu.gateways.gb26875.frame import Frame
from anshu.gateways.gb26875.objects import LAYOUTS, Body, ComponentValue
from anshu.kernel.errors import Invalid

NAMES = {"system": SYSTEMS, "component": COMPONENTS}
ADDRESS_DIGITS = 12


def address_text(address: int) -> str:
    """An address as the register of devices has it: twelve hexadecimal digits, the highest byte first."""
    return f"{address:0{ADDRESS_DIGITS}X}"


def place_text(place: int) -> str:
    """The address of a component as `zone.number`, both decimal."""
    return f"{place & 0xFFFF}.{place >> 16}"


def name_of(number: int, kind: type[Command] | type[Type]) -> str:
    """What a command or a type is called, in small letters; the number where it has no name."""
    return kind(number).name.lower() if number in set(kind) else str(number)


def to_json(frame: Frame) -> dict[str, Any]:
    """A frame as JSON values; what is known by name has its name beside the number."""
    told: dict[str, Any] = {
        "command": frame.command,
        "command_name": name_of(frame.command, Command),
        "serial": frame.serial,
        "version": list(frame.version),
        "sent_at": _plain(frame.sent_at),
        "source": address_text(frame.source),
        "target": address_text(frame.target),
        "body": None,
    }
    if frame.body is not None:
        told["body"] = {
            "type": frame.body.type,
            "type_name": name_of(frame.body.type, Type),
            "count": frame.body.count,
            "objects": [_object(thing) for thing in frame.body.objects],
            "rest": frame.body.rest.hex(),
        }
    return told


def _object(thing: Any) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for each in fields(thing):
        value = getattr(thing, each.name)
        told[each.name] = _plain(value)
        if each.name in NAMES and value in NAMES[each.name]:
            told[f"{each.name}_name"] = NAMES[each.name][value]
        if isinstance(value, IntFlag):
            told[f"{each.name}_flags"] = [flag.name.lower() for flag in type(value) if flag in value and flag.name]
    if isinstance(thing, ComponentValue):
        kind = KINDS.get(thing.kind)
        told |= {"value": thing.value, "kind_name": kind.name if kind else None}
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return int(value) if isinstance(value, IntFlag) else value


def from_json(told: Any) -> Frame:
    """The frame in JSON values such as `to_json` makes; names beside numbers are not looked at. Invalid otherwise."""
    try:
        body = told.get("body")
        return Frame(
            command=int(told["command"]),
            serial=int(told["serial"]),
            source=int(told["source"], 16),
            target=int(told["target"], 16),
            sent_at=_instant(told.get("sent_at")),
            version=tuple(int(part) for part in told.get("version", (1, 0))),  # type: ignore[arg-type]
            body=None if body is None else _body(body),
        )
    except KeyError as error:
        raise Invalid("%(name)s is missing", field=str(error.args[0]), name=error.args[0]) from error
    except (AttributeError, TypeError, ValueError) as error:
        raise Invalid("this is no frame: %(why)s", field="frame", why=error) from error


def _body(told: dict[str, Any]) -> Body:
    number = int(told["type"])
    layout = LAYOUTS.get(number)
    objects = [] if layout is None else [_from_object(layout.kind, each) for each in told.get("objects", [])]
    return Body(number, tuple(objects), bytes.fromhex(told.get("rest", "")), int(told.get("count", 0)))


def _from_object(kind: type[Any], told: dict[str, Any]) -> Any:
    values = {each.name: told[each.name] for each in fields(kind)}
    for name in values.keys() & {"at", "since"}:
        values[name] = _instant(values[name])
    return kind(**values)


def _instant(text: str | None) -> datetime | None:
    at = None if text is None else datetime.fromisoformat(text)
    if at is not None and at.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return at
