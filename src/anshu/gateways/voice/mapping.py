"""Between our calls and the gateway's messages. Pure: values in, values out.

Placed: `{id, to, channel, exercise, text, spoken, questions, ring_s, hear_s, callback}`; `text` is read out (or sent),
then each question is asked and one key taken for it. Back come events `{id, event, digits, heard_s, at}`; the answer to
`pressed` is `{next: repeat | thank | hang_up}`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from anshu.domains.warnings.models import Call, Level
from anshu.domains.warnings.rules.calls import AGREE, DECLINE, Verdict
from anshu.kernel.errors import Invalid

Kind = Literal["ringing", "answered", "pressed", "hung_up", "failed"]
NEXT = {
    Verdict.HEARD: "thank", Verdict.AGAIN: "repeat", Verdict.NOT_UNDERSTOOD: "hang_up", Verdict.DECLINED: "hang_up",
}


class Event(msgspec.Struct, frozen=True):
    """What happened to a call. `id` is ours; `heard_s` seconds of the message heard so far; `at` must know its zone."""

    id: UUID
    event: Kind
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    digits: Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]{0,12}$")] = ""
    heard_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] | None = None
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


@dataclass(frozen=True)
class Wording:
    """The words around a message, in the language of the installation, and how long to ring and play, in seconds."""

    level: str
    place: str
    action: str
    can: str
    cannot: str
    ring_s: float
    hear_s: float


def decode(body: bytes) -> Event:
    """Read an event; Invalid (field `body`) when it is not one."""
    try:
        return msgspec.json.decode(body, type=Event)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid("not an event of a call: %(why)s", field="body", code="event", why=str(error)) from error


def encode(call: Call, number: str, wording: Wording, callback: str) -> dict[str, Any]:
    """A call as the gateway takes it."""
    call_out = call.call_out
    places = {str(key): name for key, name in enumerate(call.read_back["choices"], start=1)}
    levels = {str(level.value): str(level.label) for level in Level}
    return {
        "id": str(call.pk), "to": number, "channel": call.channel, "exercise": call.exercise,
        "text": call_out.message,
        "spoken": {"level": levels[call_out.level], "place": call_out.place, "action": call_out.action},
        "questions": [
            {"prompt": wording.level, "keys": levels},
            {"prompt": wording.place, "keys": places},
            {"prompt": wording.action, "keys": {AGREE: wording.can, DECLINE: wording.cannot}},
        ],
        "ring_s": wording.ring_s, "hear_s": wording.hear_s, "callback": callback,
    }
