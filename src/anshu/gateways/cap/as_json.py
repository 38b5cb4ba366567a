"""A Signal as plain JSON values, for the command line and the API."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from anshu.gateways.cap.check import check
from anshu.gateways.cap.signal import Signal

_LEFT_OUT = frozenset({"original", "problems"})


def to_json(signal: Signal) -> dict[str, Any]:
    """Every field but the original text, instants as ISO 8601 in UTC, with what follows from them and all findings."""
    value: dict[str, Any] = _plain(signal)
    value["is_real"] = signal.is_real
    value["sender_name"] = signal.sender_name
    value["level"] = signal.level
    value["hazard"] = signal.hazard
    for info, shown in zip(signal.infos, value["infos"], strict=True):
        shown["level"], shown["colour"], shown["hazard"] = info.level, info.colour, info.hazard
        for area, place in zip(info.areas, shown["areas"], strict=True):
            place["divisions"] = list(area.divisions)
    value["findings"] = [_plain(finding) for finding in check(signal)]
    return value


def _plain(value: object) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value) if each.name not in _LEFT_OUT}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value
