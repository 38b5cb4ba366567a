"""The text of an ASCII frame: serial number, time, then names and values in turn (SL 651-2014 §6.4)."""

from anshu.gateways.sl651.body import MOST_ITEMS, Body, Item
from anshu.gateways.sl651.elements import BY_ASCII, STEP, TIME

SERIAL, FIXED = 4, 16


def parse_ascii(text: bytes) -> Body:
    """Read the text of an ASCII frame to the centre; never raises: what cannot be told apart is `rest`."""
    serial, sent = text[:SERIAL].decode("ascii", "replace"), text[SERIAL:FIXED].decode("ascii", "replace")
    rest = text[FIXED:]
    if not _is_hex(serial) or not (sent.isascii() and sent.isdecimal()) or not rest.isascii():
        return Body(0, "", rest=text)
    words = rest.decode("ascii").split(maxsplit=2 * MOST_ITEMS)
    station, kind, items, at = "", None, [], 0
    if words[:1] == ["ST"] and len(words) > 1:
        station, at = words[1], 2
        if at < len(words) and len(words[at]) == 1:
            kind, at = ord(words[at]), at + 1
    while at + 1 < len(words):
        items.append(_item(words[at], words[at + 1]))
        at += 2
    return Body(int(serial, 16), sent, station, kind, tuple(items), " ".join(words[at:]).encode())


def _item(name: str, value: str) -> Item:
    upper = name.upper()
    if upper == "TT":
        return Item(TIME, -1, value.encode(), name)
    if upper[:2] == "DR" and upper[2:3] in ("H", "D", "N") and upper[3:].isdecimal():
        return Item(STEP, -1, value.encode(), upper)
    element = BY_ASCII.get(upper)
    return Item(-1 if element is None else element.id, -1, value.encode(), name)


def _is_hex(text: str) -> bool:
    return len(text) == SERIAL and all(each in "0123456789abcdefABCDEF" for each in text)


def write_ascii(body: Body) -> bytes:
    """The text of an ASCII frame. ValueError where a field does not fit."""
    if not body.sent and body.rest:
        return body.rest
    words = ["ST", body.station] if body.station else []
    if body.kind is not None:
        words.append(chr(body.kind))
    for item in body.items:
        words += [item.name or ("TT" if item.id == TIME else ""), item.data.decode("ascii")]
    if body.rest:
        words.append(body.rest.decode("ascii"))
    return (f"{body.serial:04X}{body.sent}" + "".join(f"{word} " for word in words)).encode("ascii")
