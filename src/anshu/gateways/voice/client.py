"""Placing and cancelling calls at a gateway over HTTP. What belongs to an exercise never leaves the house."""

import httpx
import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from anshu.domains.warnings.models import Call
from anshu.gateways.voice.mapping import Wording, encode
from anshu.gateways.voice.signature import HEADER, sign
from anshu.kernel.errors import Refused
from anshu.workflow import rules

TIMEOUT_S = 5.0


class Rejected(Exception):
    """The gateway will never take this call, such as one to a number that cannot exist."""


def own_address() -> str:
    """Where this installation answers to programs on the same machine."""
    host = "127.0.0.1" if settings.ANSHU.host in ("", "0.0.0.0", "::") else settings.ANSHU.host  # noqa: S104 (compared, not bound)
    return f"http://{host}:{settings.ANSHU.port}"


def simulator_address() -> str:
    """The built-in simulator."""
    return f"{own_address()}/gateways/simulator"


def address_of(channel: str, *, exercise: bool) -> str:
    """The gateway of the channel: the one of the settings, or the simulator, which alone takes calls of an exercise."""
    outside = settings.ANSHU.sms_gateway if channel == "sms" else settings.ANSHU.voice_gateway
    return simulator_address() if exercise or not outside else str(outside).rstrip("/")


def place(call: Call, address: str = "") -> str:
    """Hand a call over and return the gateway's number for it. The same call may be placed again without harm.

    Refused for a call of an exercise to anything but the simulator; `Rejected` when it will never be taken;
    `httpx.HTTPError` when trying again may help.
    """
    address = address or address_of(call.channel, exercise=call.exercise)
    if call.exercise and address != simulator_address():
        raise Refused(_("this is an exercise: nothing of it goes out"), code="exercise")
    callback = f"{own_address()}/gateways/{call.channel}/callback"
    body = orjson.dumps(encode(call, call.person.phone, _wording(call), callback))
    headers = {
        "Content-Type": "application/json", "Idempotency-Key": str(call.pk), HEADER: sign(body, call.channel),
    }
    response = httpx.post(f"{address}/calls", content=body, headers=headers, timeout=TIMEOUT_S)
    if response.is_client_error and response.status_code not in (408, 425, 429):
        raise Rejected(f"{response.status_code} {response.text[:120]}")
    response.raise_for_status()
    try:
        return str(orjson.loads(response.content)["id"])[:80]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise Rejected(f"no number for the call in the answer: {response.text[:80]}") from error


def cancel(call: Call) -> None:
    """Let a telephone fall silent; `httpx.HTTPError` when trying again may help. A call unknown there has ended."""
    address = address_of(call.channel, exercise=call.exercise)
    headers = {HEADER: sign(str(call.pk).encode(), call.channel)}
    response = httpx.delete(f"{address}/calls/{call.pk}", headers=headers, timeout=TIMEOUT_S)
    if not response.is_client_error:
        response.raise_for_status()


def _wording(call: Call) -> Wording:
    ring = rules.at("call_outs/ring")
    return Wording(
        level=_("Which level?"),
        place=_("Which place?"),
        action=_("Can you do it?"),
        can=_("yes, at once"),
        cannot=_("no, I cannot"),
        ring_s=_seconds(ring.limit("sms" if call.channel == "sms" else "default").elapsed),
        hear_s=_seconds(rules.at("call_outs/message_heard").limit().elapsed),
    )


def _seconds(span: object) -> float:
    return float(span.total_seconds()) if hasattr(span, "total_seconds") else 0.0
