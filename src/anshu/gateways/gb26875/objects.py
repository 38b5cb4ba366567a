"""What frames of GB/T 26875.3 carry, object by object (8.2.1, 8.3): a class for each, its fields in wire order."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any

from anshu.gateways.frames.codec import Undecodable
from anshu.gateways.gb26875.codes import KINDS, Did, Status, Type, UnitDid, UnitStatus
from anshu.gateways.gb26875.fields import (
    BYTE,
    COUNTED_TEXT,
    PLACE,
    SIGNED,
    TEXT,
    TIME,
    Field,
    Reader,
    flags,
)
from anshu.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class SystemState:
    """How a system is (type 1)."""

    system: int
    address: int
    status: Status
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ComponentState:
    """How a component is (type 2). `place` is the component's address: zone in its low word, number in its high."""

    system: int
    address: int
    component: int
    place: int
    status: Status
    text: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ComponentValue:
    """What a component measures (type 3); `raw` in the steps of its kind."""

    system: int
    address: int
    component: int
    place: int
    kind: int
    raw: int
    at: datetime | None

    @property
    def value(self) -> float:
        """In the unit of its kind; as it came where the kind is not known."""
        kind = KINDS.get(self.kind)
        return self.raw / kind.per_unit if kind else float(self.raw)


@dataclass(frozen=True, slots=True)
class Operation:
    """What somebody did at a system's panel (type 4)."""

    system: int
    address: int
    did: Did
    operator: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class SystemVersion:
    """The software of a system (type 5)."""

    system: int
    address: int
    major: int
    minor: int


@dataclass(frozen=True, slots=True)
class SystemSetup:
    """How a system is set up, in words (type 6)."""

    system: int
    address: int
    text: str


@dataclass(frozen=True, slots=True)
class ComponentSetup:
    """How a component is set up, in words (type 7)."""

    system: int
    address: int
    component: int
    place: int
    text: str


@dataclass(frozen=True, slots=True)
class SystemClock:
    """What a system's clock says (type 8)."""

    system: int
    address: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class UnitState:
    """How the transmission unit is (type 21)."""

    status: UnitStatus
    at: datetime | None


@dataclass(frozen=True, slots=True)
class UnitOperation:
    """What somebody did at the transmission unit (type 24), such as answering a duty check."""

    did: UnitDid
    operator: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class UnitVersion:
    """The software of the transmission unit (type 25)."""

    major: int
    minor: int


@dataclass(frozen=True, slots=True)
class UnitSetup:
    """How the transmission unit is set up, in words (type 26)."""

    text: str


@dataclass(frozen=True, slots=True)
class Instant:
    """What the unit's clock says (type 28), or is to say (type 90)."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class OfSystem:
    """Which system is asked about (types 61, 65, 66, 68)."""

    system: int
    address: int


@dataclass(frozen=True, slots=True)
class OfComponent:
    """Which component is asked about (types 62, 63, 67)."""

    system: int
    address: int
    place: int


@dataclass(frozen=True, slots=True)
class OfOperations:
    """How many records of operations are asked for, and from when on (type 64)."""

    system: int
    address: int
    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class OfUnitOperations:
    """The same, of the transmission unit (type 84)."""

    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Word:
    """One byte: nothing where the unit itself is asked (81, 85, 86, 88, 89), minutes to answer in a duty check (91)."""

    value: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """How objects of one class stand on the wire."""

    kind: type[Any]
    fields: tuple[Field, ...]

    def read(self, reader: Reader) -> Any:
        return self.kind(*(field.read(reader) for field in self.fields))

    def write(self, thing: Any) -> bytes:
        if type(thing) is not self.kind:
            raise Invalid("this type carries %(wanted)s", field="objects", wanted=self.kind.__name__)
        values = (getattr(thing, each.name) for each in fields(thing))
        return b"".join(field.write(value) for field, value in zip(self.fields, values, strict=True))


STATUS = flags("<H", Status)
_SYSTEM = (BYTE, BYTE)
_COMPONENT = (BYTE, BYTE, BYTE, PLACE)
_OF_SYSTEM = Layout(OfSystem, _SYSTEM)
_OF_COMPONENT = Layout(OfComponent, (*_SYSTEM, PLACE))
_WORD = Layout(Word, (BYTE,))

LAYOUTS: Mapping[int, Layout] = MappingProxyType(
    {
        Type.SYSTEM_STATE: Layout(SystemState, (*_SYSTEM, STATUS, TIME)),
        Type.COMPONENT_STATE: Layout(ComponentState, (*_COMPONENT, STATUS, TEXT, TIME)),
        Type.COMPONENT_VALUE: Layout(ComponentValue, (*_COMPONENT, BYTE, SIGNED, TIME)),
        Type.OPERATION: Layout(Operation, (*_SYSTEM, flags("<B", Did), BYTE, TIME)),
        Type.SYSTEM_VERSION: Layout(SystemVersion, (*_SYSTEM, BYTE, BYTE)),
        Type.SYSTEM_SETUP: Layout(SystemSetup, (*_SYSTEM, COUNTED_TEXT)),
        Type.COMPONENT_SETUP: Layout(ComponentSetup, (*_COMPONENT, TEXT)),
        Type.SYSTEM_CLOCK: Layout(SystemClock, (*_SYSTEM, TIME)),
        Type.UNIT_STATE: Layout(UnitState, (flags("<B", UnitStatus), TIME)),
        Type.UNIT_OPERATION: Layout(UnitOperation, (flags("<B", UnitDid), BYTE, TIME)),
        Type.UNIT_VERSION: Layout(UnitVersion, (BYTE, BYTE)),
        Type.UNIT_SETUP: Layout(UnitSetup, (COUNTED_TEXT,)),
        Type.UNIT_CLOCK: Layout(Instant, (TIME,)),
        Type.READ_SYSTEM_STATE: _OF_SYSTEM,
        Type.READ_COMPONENT_STATE: _OF_COMPONENT,
        Type.READ_COMPONENT_VALUE: _OF_COMPONENT,
        Type.READ_OPERATIONS: Layout(OfOperations, (*_SYSTEM, BYTE, TIME)),
        Type.READ_SYSTEM_VERSION: _OF_SYSTEM,
        Type.READ_SYSTEM_SETUP: _OF_SYSTEM,
        Type.READ_COMPONENT_SETUP: _OF_COMPONENT,
        Type.READ_SYSTEM_CLOCK: _OF_SYSTEM,
        Type.READ_UNIT_STATE: _WORD,
        Type.READ_UNIT_OPERATIONS: Layout(OfUnitOperations, (BYTE, TIME)),
        Type.READ_UNIT_VERSION: _WORD,
        Type.READ_UNIT_SETUP: _WORD,
        Type.READ_UNIT_CLOCK: _WORD,
        Type.INITIALISE_UNIT: _WORD,
        Type.SET_UNIT_CLOCK: Layout(Instant, (TIME,)),
        Type.DUTY_CHECK: _WORD,
    }
)


@dataclass(frozen=True, slots=True)
class Body:
    """What a frame carries: objects of one type. `rest` holds what follows them, and all of a type without a layout;
    there `count` is what the sender says.
    """

    type: int
    objects: tuple[Any, ...] = ()
    rest: bytes = b""
    count: int = 0

    def __post_init__(self) -> None:
        if self.type in LAYOUTS:
            object.__setattr__(self, "count", len(self.objects))


def read_body(raw: bytes) -> Body:
    """The body in the bytes of an application data unit (at least two); Undecodable where objects are missing."""
    reader = Reader(raw)
    number, count = reader.take(2)
    layout = LAYOUTS.get(number)
    if layout is None:
        return Body(number, rest=reader.rest(), count=count)
    objects = []
    for index in range(count):
        try:
            objects.append(layout.read(reader))
        except Undecodable as error:
            raise Undecodable(f"object {index + 1} of {count} of type {number}: {error}") from None
    return Body(number, tuple(objects), reader.rest())


def write_body(body: Body) -> bytes:
    """The bytes of a body; Invalid when an object is not of its type."""
    layout = LAYOUTS.get(body.type)
    objects = [] if layout is None else [layout.write(thing) for thing in body.objects]
    return BYTE.write(body.type) + BYTE.write(body.count) + b"".join(objects) + body.rest
