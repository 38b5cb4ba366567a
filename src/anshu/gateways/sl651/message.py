"""Whole messages of SL 651-2014: bytes to a Message and back, and both ways between a Message and JSON."""

from dataclasses import dataclass, replace
from typing import Any

from anshu.gateways.frames.codec import Undecodable
from anshu.gateways.sl651.ascii_text import parse_ascii, write_ascii
from anshu.gateways.sl651.body import Body, Datum, Item, data_of, parse_text, write_text
from anshu.gateways.sl651.elements import CLASSES, ELEMENTS, TIME, function_words
from anshu.gateways.sl651.frame import ETX, Frame, parse, write
from anshu.gateways.sl651.numbers import packed


@dataclass(frozen=True, slots=True)
class Message:
    """A frame and what its text says; `body` is None in a packet of several, whose text is but a part."""

    frame: Frame
    body: Body | None


def decode(raw: bytes) -> Message:
    """The message in exactly these bytes, binary or ASCII; raises Undecodable, also for a wrong checksum."""
    frame = parse(raw)
    return Message(frame, None if frame.packet is not None else body_of(frame))


def body_of(frame: Frame) -> Body:
    """What the text of a whole message says; raises Undecodable where it is too short for serial number and time."""
    if len(frame.text) < (16 if frame.ascii else 8):
        raise Undecodable(f"{len(frame.text)} bytes of text hold no serial number and time")
    return parse_ascii(frame.text) if frame.ascii else parse_text(frame.text, frame.function)


def encode(message: Message) -> bytes:
    """The bytes of a message. Its body, where there is one, takes the place of the frame's text; ValueError where
    something does not fit."""
    frame, body = message.frame, message.body
    if body is not None:
        frame = replace(frame, text=write_ascii(body) if frame.ascii else write_text(body))
    return write(frame)


def to_json(message: Message) -> dict[str, Any]:
    """Everything that `from_json` needs, and beside it what it means: names, units, values, instants."""
    frame, body = message.frame, message.body
    shown: dict[str, Any] = {
        "protocol": "sl651",
        "direction": "down" if frame.downward else "up",
        "coding": "ascii" if frame.ascii else "binary",
        "centre": frame.centre,
        "station": frame.station,
        "password": frame.password,
        "function": f"{frame.function:02X}",
        "function_words": function_words(frame.function),
        "end": f"{frame.end:02X}",
    }
    if frame.packet is not None:
        shown["packet"] = {"number": frame.packet[0], "total": frame.packet[1]}
    if body is None:
        return shown | {"text": frame.text.hex().upper()}
    shown |= {"serial": body.serial, "sent": body.sent, "sent_at": body.sent_at and body.sent_at.isoformat()}
    if body.station:
        shown["body_station"] = body.station
    if body.kind is not None:
        shown |= {"class": f"{body.kind:02X}", "class_words": CLASSES.get(body.kind, "unknown")}
    shown["items"] = [_item_json(item) for item in body.items]
    shown["data"] = [_datum_json(each) for each in data_of(body, frame.function)]
    if body.rest:
        shown["rest"] = body.rest.hex().upper()
    return shown


def _item_json(item: Item) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": item.point if item.id >= 0 else "", "data": item.data.hex().upper()}
    if item.definition >= 0:
        shown["definition"] = f"{item.definition:02X}"
    if item.name:
        shown["name"] = item.name
    if item.bare:
        shown["bare"] = True
    if item.definition < 0:
        shown["text"] = item.data.decode("ascii", "replace")
    if item.element is not None:
        shown |= {"words": item.element.words, "unit": item.element.unit, "quantity": item.element.quantity}
    return shown


def _datum_json(datum: Datum) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "point": datum.point, "at": datum.at and datum.at.isoformat(), "value": datum.value, "words": datum.words,
    }
    return shown | ({"fault": datum.fault} if datum.fault else {})


def from_json(shown: dict[str, Any]) -> Message:
    """The message that `to_json` shows; ValueError (KeyError and TypeError among them in kind) where it is none.

    What only explains is not read. An item may be given as {"id": "39", "value": 27.35} instead of as bytes.
    """
    try:
        return _from_json(shown)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no message of SL651: {type(error).__name__} {error}") from None


def _from_json(shown: dict[str, Any]) -> Message:
    place = shown.get("packet")
    frame = Frame(
        centre=int(shown["centre"]),
        station=str(shown["station"]).upper(),
        password=str(shown["password"]).upper(),
        function=int(shown["function"], 16),
        text=bytes.fromhex(shown.get("text", "")),
        end=int(shown.get("end", f"{ETX:02X}"), 16),
        downward=shown.get("direction") == "down",
        packet=None if place is None else (int(place["number"]), int(place["total"])),
        ascii=shown.get("coding") == "ascii",
    )
    if place is not None:
        return Message(frame, None)
    body = Body(
        serial=int(shown["serial"]),
        sent=str(shown["sent"]),
        station=str(shown.get("body_station", "")).upper(),
        kind=int(shown["class"], 16) if "class" in shown else None,
        items=tuple(_item(each, frame.ascii) for each in shown.get("items", ())),
        rest=bytes.fromhex(shown.get("rest", "")),
    )
    return Message(replace(frame, text=write_ascii(body) if frame.ascii else write_text(body)), body)


def _item(shown: dict[str, Any], ascii_: bool) -> Item:
    text = str(shown["id"])
    identity = (int(text[2:], 16) | 0x100) if text[:2] == "FF" and len(text) == 4 else int(text, 16) if text else -1
    element = ELEMENTS.get(identity)
    if "value" in shown and "data" not in shown:
        if element is None or identity == TIME:
            raise ValueError(f"what a value of {text} looks like is not known: give its definition and data")
        if ascii_:
            return Item(identity, -1, str(shown["value"]).encode(), element.ascii)
        data = packed(float(shown["value"]), element.size, element.decimals)
        return Item(identity, len(data) << 3 | element.decimals, data)
    definition = int(shown["definition"], 16) if "definition" in shown else -1
    data, name = bytes.fromhex(shown["data"]), str(shown.get("name", ""))
    return Item(identity, definition, data, name, bare=bool(shown.get("bare", False)))
