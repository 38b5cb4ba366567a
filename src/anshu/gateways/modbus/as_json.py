"""Modbus messages as JSON values that a person can read, and questions back from them."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from anshu.gateways.frames.codec import Undecodable
from anshu.gateways.modbus import adu, pdu
from anshu.gateways.modbus.adu import Adu
from anshu.gateways.modbus.pdu import Function, Refusal
from anshu.kernel.errors import Invalid


def to_json(message: Adu) -> dict[str, Any]:
    """A message as JSON values. Its bytes do not say whether it asks or answers: both readings are told."""
    return {
        "transaction": message.transaction,
        "unit": message.unit,
        "pdu": message.pdu.hex(),
        "as_request": _told(pdu.decode_request, message.pdu),
        "as_response": _told(pdu.decode_response, message.pdu),
    }


def _told(read: Callable[[bytes], Any], raw: bytes) -> dict[str, Any]:
    try:
        found = read(raw)
    except Undecodable as error:
        return {"not": str(error)}
    told = {"is": type(found).__name__, **asdict(found)}
    return told | {"reason": found.reason} if isinstance(found, Refusal) else told


def from_json(told: Any) -> Adu:
    """The message in JSON values that have `transaction`, `unit`, and `pdu` in hexadecimal, or a question
    {function, start, count}. Invalid otherwise."""
    try:
        if "pdu" in told:
            body = bytes.fromhex(told["pdu"])
        else:
            body = pdu.encode_request(pdu.Read(Function(told["function"]), told["start"], told["count"]))
        message = Adu(int(told.get("transaction", 0)), int(told.get("unit", 1)), body)
    except KeyError as error:
        raise Invalid("%(name)s is missing", field=str(error.args[0]), name=error.args[0]) from error
    except (AttributeError, TypeError, ValueError) as error:
        raise Invalid("this is no message: %(why)s", field="message", why=error) from error
    adu.encode(message)
    return message
