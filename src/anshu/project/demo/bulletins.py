"""The invented weather office's messages as signals, so that they leave in the form of the national system."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from anshu.gateways.cap.signal import (
    NATIONAL_DIALECT,
    NATIONAL_DIVISION,
    NATIONAL_EVENT,
    SEVERITY_BY_COLOUR,
    Area,
    Info,
    Named,
    Reference,
    Signal,
)


def as_signal(message: Mapping[str, Any]) -> Signal:
    """A message of `engines.district.signals` as a Signal of the 12379 dialect; its note says that it is invented."""
    return Signal(
        identifier=message["identifier"],
        sender=message["senderCode"],
        sent_at=datetime.fromisoformat(message["sendTime"]),
        status=message["status"],
        msg_type=message["msgType"],
        scope=message["scope"],
        note=message["note"],
        references=(Reference(message["references"]),) if message["references"] else (),
        infos=(_info(message["info"]),),
        dialect=NATIONAL_DIALECT,
    )


def _info(told: Mapping[str, Any]) -> Info:
    area = told["area"]
    return Info(
        event=told["eventType"],
        language=told["language"],
        urgency=told["urgency"],
        severity=SEVERITY_BY_COLOUR[told["severity"].lower()],
        certainty=told["certainty"],
        event_codes=(Named(NATIONAL_EVENT, told["eventType"]),),
        effective_at=datetime.fromisoformat(told["effective"]),
        sender_name=told["senderName"],
        contact=told["senderName"],
        headline=told["headline"],
        description=told["description"],
        instruction=told["instruction"],
        parameters=(Named("color", told["severity"]),),
        areas=(Area(area["areaDesc"], geocodes=(Named(NATIONAL_DIVISION, area["geocode"]),)),),
    )
