"""What becomes of a message: readings for the store, rejects for quarantine, notes on devices. Decoding only."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from anshu.access.policy import Person, Robot
from anshu.domains.devices.queries.rights import Directory, Rights
from anshu.gateways.mqtt.topics import Address, Meaning, read_topic
from anshu.kernel.errors import Invalid
from anshu.telemetry import Batch, Intake, Limits, Reason, Reject, batch_of
from anshu.telemetry.bodies import read_envelope, read_gateway, read_thingsboard
from anshu.telemetry.intake import Unreadable, parse
from anshu.telemetry.readings import iso_of

NO_READINGS = batch_of(())
MOST_ATTRIBUTES = 200
STATES = frozenset({"online", "offline"})


class Message(NamedTuple):
    """A message, who sent it, and the client id of the connection it came by."""

    sender: Person | Robot
    client_id: str
    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """What a device says of itself, to be laid over what it said before."""

    device: str
    attributes: dict[str, Any]


@dataclass(slots=True)
class Outcome:
    """What came out of one message."""

    batch: Batch = NO_READINGS
    rejects: list[Reject] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Moment:
    """When and by which measure messages are judged."""

    directory: Directory
    now_ms: int
    limits: Limits


def receive(message: Message, moment: Moment) -> Outcome:
    """Read one message; never raises. What cannot be read is a reject with the message as it came."""
    try:
        return _receive(message, moment)
    except Unreadable as error:
        return _refused(message, moment, error.reason, error.detail)
    except Invalid as error:
        return _refused(message, moment, Reason.FIELD, str(error))
    except Exception as error:  # a fault of ours in one message must not hold up those that came with it
        return _refused(message, moment, Reason.MALFORMED, f"it could not be read ({type(error).__name__}: {error})")


def _receive(message: Message, moment: Moment) -> Outcome:
    address = read_topic(message.topic)
    rights = moment.directory.rights(message.sender, message.client_id)
    match address.meaning:
        case Meaning.TELEMETRY:
            device = _own(rights)
            return _readings(moment, read_thingsboard(message.payload, device, rights.of(device), *_when(moment)))
        case Meaning.GATEWAY_TELEMETRY:
            sender = rights.own or message.client_id
            return _readings(moment, read_gateway(message.payload, sender, rights.facts, *_when(moment)))
        case Meaning.ENVELOPE:
            device = _placed(address, rights)
            return _readings(moment, read_envelope(message.payload, device, rights.of(device), *_when(moment)))
        case Meaning.UNKNOWN | Meaning.ATTRIBUTES_REQUEST | Meaning.RPC_REQUEST:
            raise Invalid("no topic of ours", field="topic")
        case _:
            return Outcome(notes=_notes(address, message.payload, rights, moment.now_ms))


def _when(moment: Moment) -> tuple[int, Limits]:
    return moment.now_ms, moment.limits


def _readings(moment: Moment, intake: Intake) -> Outcome:
    explained = moment.directory.explain(intake) if intake.rejects else intake
    return Outcome(explained.batch, explained.rejects)


def _refused(message: Message, moment: Moment, reason: Reason, detail: str) -> Outcome:
    raw = message.payload[: moment.limits.raw_bytes]
    return Outcome(rejects=[Reject(reason, f"{message.topic[:200]}: {detail}", raw, message.client_id[:200])])


def _own(rights: Rights) -> str:
    if not rights.own:
        raise Invalid("which device this is cannot be told: give it the account of the token", field="device")
    return rights.own


def _placed(address: Address, rights: Rights) -> str:
    """The device of a topic of our own scheme; Invalid when the topic puts it into another district."""
    entry = rights.devices.get(address.device)
    if entry is not None and not entry.territory.startswith(address.district):
        raise Invalid(
            "the topic says %(said)s, the device lies in %(real)s",
            field="topic", said=address.district[:20], real=entry.territory or "?",
        )
    return address.device


def _notes(address: Address, payload: bytes, rights: Rights, now_ms: int) -> list[Note]:
    """Notes of the messages that say something about devices instead of measuring."""
    if address.meaning is Meaning.STATUS:
        device = _placed(address, rights)
        return [_note(rights, device, _status(_state_in(payload), now_ms))]
    found = parse(payload)
    if not isinstance(found, dict):
        raise Invalid("an object is expected", field="body")
    if address.meaning is Meaning.ATTRIBUTES:
        return [_note(rights, _own(rights), found)]
    if address.meaning is Meaning.GATEWAY_ATTRIBUTES:
        return [_note(rights, device, said) for device, said in found.items()]
    state = "online" if address.meaning is Meaning.GATEWAY_CONNECT else "offline"
    return [_note(rights, str(found.get("device", "")), _status(state, now_ms))]


def _note(rights: Rights, device: str, said: object) -> Note:
    if device not in rights.devices:
        raise Invalid("no device %(device)s that this sender may write for", field="device", device=device[:60])
    if not isinstance(said, dict) or len(said) > MOST_ATTRIBUTES:
        raise Invalid("at most %(most)s attributes in one object are taken", field="body", most=MOST_ATTRIBUTES)
    return Note(device, said)


def _state_in(payload: bytes) -> str:
    """`online` or `offline`, as plain text (what a last will carries) or under `status` or `values.status`."""
    text = payload.strip().decode("utf-8", "replace")
    if text in STATES:
        return text
    found = parse(payload)
    if isinstance(found, str):
        said: object = found
    else:
        inner = found.get("values", found) if isinstance(found, dict) else {}
        said = inner.get("status") if isinstance(inner, dict) else None
    if said not in STATES:
        raise Invalid("a status is online or offline", field="body")
    return str(said)


def _status(state: str, now_ms: int) -> dict[str, Any]:
    return {"status": state, "status_at": iso_of(now_ms)}
