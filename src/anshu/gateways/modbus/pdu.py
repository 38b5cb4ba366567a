"""What Modbus devices are asked and answer (MODBUS Application Protocol 1.1b3 §6): 01 to 06, 0F, 10, and refusals.

Each class is one PDU. On the wire the function code comes first, numbers are big-endian, and a byte of bits begins with
its lowest bit.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

from anshu.gateways.frames.codec import Undecodable
from anshu.kernel.errors import Invalid

MOST_BYTES = 253
MOST_BITS_READ, MOST_BITS_WRITTEN = 2000, 1968
MOST_REGISTERS_READ, MOST_REGISTERS_WRITTEN = 125, 123
REFUSED = 0x80
ON, OFF = 0xFF00, 0x0000


class Function(IntEnum):
    """The functions that are spoken here."""

    READ_COILS = 1
    READ_DISCRETE = 2
    READ_HOLDING = 3
    READ_INPUT = 4
    WRITE_COIL = 5
    WRITE_REGISTER = 6
    WRITE_COILS = 15
    WRITE_REGISTERS = 16


BIT_READS = (Function.READ_COILS, Function.READ_DISCRETE)
REGISTER_READS = (Function.READ_HOLDING, Function.READ_INPUT)

REASONS = {
    1: "it does not know this function",
    2: "it has no such address",
    3: "it takes no such value or count",
    4: "it failed",
    5: "it is still at work",
    6: "it is busy",
    8: "its memory is faulty",
    10: "the gateway has no way to the unit",
    11: "the unit behind the gateway does not answer",
}


@dataclass(frozen=True, slots=True)
class Read:
    """Ask for bits (01, 02: up to 2000) or registers (03, 04: up to 125) from `start` on."""

    function: Function
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class Bits:
    """The answer to 01 and 02: bits in order, filled up to a whole byte with zeros."""

    function: Function
    values: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Registers:
    """The answer to 03 and 04: 16-bit numbers in order."""

    function: Function
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WriteCoil:
    """Set one coil (05); the answer is the same."""

    address: int
    value: bool


@dataclass(frozen=True, slots=True)
class WriteRegister:
    """Set one register (06); the answer is the same."""

    address: int
    value: int


@dataclass(frozen=True, slots=True)
class WriteCoils:
    """Set up to 1968 coils (0F)."""

    start: int
    values: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class WriteRegisters:
    """Set up to 123 registers (10)."""

    start: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The answer to 0F and 10: what was set."""

    function: Function
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A device says no: to which function, and why (§7)."""

    function: int
    code: int

    @property
    def reason(self) -> str:
        """In words."""
        return REASONS.get(self.code, f"it gives no known reason ({self.code})")


Request = Read | WriteCoil | WriteRegister | WriteCoils | WriteRegisters
Response = Bits | Registers | WriteCoil | WriteRegister | Written | Refusal


def encode_request(request: Request) -> bytes:
    """The bytes of a question; Invalid where a number does not fit."""
    match request:
        case Read(function, start, count):
            most = MOST_BITS_READ if function in BIT_READS else MOST_REGISTERS_READ
            if function not in (*BIT_READS, *REGISTER_READS) or not 1 <= count <= most:
                raise Invalid("one question reads 1 to %(most)s", field="count", most=most)
            return _packed(">BHH", function, start, count)
        case WriteCoils(start, bits):
            _check_count(len(bits), MOST_BITS_WRITTEN)
            body = pack_bits(bits)
            return _packed(">BHHB", Function.WRITE_COILS, start, len(bits), len(body)) + body
        case WriteRegisters(start, numbers):
            _check_count(len(numbers), MOST_REGISTERS_WRITTEN)
            body = _packed(f">{len(numbers)}H", *numbers)
            return _packed(">BHHB", Function.WRITE_REGISTERS, start, len(numbers), len(body)) + body
        case _:
            return encode_response(request)


def encode_response(response: Response) -> bytes:
    """The bytes of an answer; Invalid where a number does not fit."""
    match response:
        case Bits(function, bits):
            body = pack_bits(bits)
            return _packed(">BB", function, len(body)) + body
        case Registers(function, numbers):
            return _packed(f">BB{len(numbers)}H", function, 2 * len(numbers), *numbers)
        case WriteCoil(address, on):
            return _packed(">BHH", Function.WRITE_COIL, address, ON if on else OFF)
        case WriteRegister(address, number):
            return _packed(">BHH", Function.WRITE_REGISTER, address, number)
        case Written(function, start, count):
            return _packed(">BHH", function, start, count)
        case Refusal(function, code):
            return _packed(">BB", function | REFUSED, code)


def decode_request(raw: bytes) -> Request:
    """Read a question; Undecodable says what is wrong."""
    function, numbers = _opened(raw)
    if function in (*BIT_READS, *REGISTER_READS):
        start, count = _unpacked(">HH", numbers)
        most = MOST_BITS_READ if function in BIT_READS else MOST_REGISTERS_READ
        if not 1 <= count <= most:
            raise Undecodable(f"it asks for {count} values, 1 to {most} can be")
        return Read(function, start, count)
    if function not in (Function.WRITE_COILS, Function.WRITE_REGISTERS):
        return _decode_echo(function, numbers)
    start, count, size = _unpacked(">HHB", numbers[:5])
    body = numbers[5:]
    bits = function == Function.WRITE_COILS
    expected = (count + 7) // 8 if bits else 2 * count
    if not 1 <= count <= (MOST_BITS_WRITTEN if bits else MOST_REGISTERS_WRITTEN) or not size == len(body) == expected:
        raise Undecodable(f"{count} values in {size} bytes, of which {len(body)} are there")
    if bits:
        return WriteCoils(start, unpack_bits(body)[:count])
    return WriteRegisters(start, struct.unpack(f">{count}H", body))


def decode_response(raw: bytes) -> Response:
    """Read an answer; Undecodable says what is wrong."""
    if len(raw) == 2 and raw[0] & REFUSED:
        return Refusal(raw[0] & ~REFUSED, raw[1])
    function, numbers = _opened(raw)
    if function in (Function.WRITE_COILS, Function.WRITE_REGISTERS):
        return Written(function, *_unpacked(">HH", numbers))
    if function not in (*BIT_READS, *REGISTER_READS):
        return _decode_echo(function, numbers)
    size, body = numbers[0] if numbers else 0, numbers[1:]
    if size != len(body) or not size:
        raise Undecodable(f"it says {size} bytes follow, {len(body)} do")
    if function in BIT_READS:
        return Bits(function, unpack_bits(body))
    if size % 2:
        raise Undecodable("registers have two bytes each")
    return Registers(function, struct.unpack(f">{size // 2}H", body))


def pack_bits(values: tuple[bool, ...]) -> bytes:
    """Bits as bytes, the lowest bit first."""
    number = sum(1 << place for place, value in enumerate(values) if value)
    return number.to_bytes((len(values) + 7) // 8, "little")


def unpack_bits(raw: bytes) -> tuple[bool, ...]:
    """The bits in bytes, the lowest of each first."""
    return tuple(bool(byte >> place & 1) for byte in raw for place in range(8))


def _opened(raw: bytes) -> tuple[Function, bytes]:
    if not 2 <= len(raw) <= MOST_BYTES:
        raise Undecodable(f"{len(raw)} bytes, 2 to {MOST_BYTES} can be")
    try:
        return Function(raw[0]), raw[1:]
    except ValueError:
        raise Undecodable(f"function {raw[0]:02x} is not known") from None


def _decode_echo(function: Function, numbers: bytes) -> WriteCoil | WriteRegister:
    """Functions 05 and 06, which are answered by the question."""
    address, number = _unpacked(">HH", numbers)
    if function == Function.WRITE_REGISTER:
        return WriteRegister(address, number)
    if number not in (ON, OFF):
        raise Undecodable(f"a coil is set to ff00 or 0000, not to {number:04x}")
    return WriteCoil(address, number == ON)


def _unpacked(layout: str, raw: bytes) -> tuple[int, ...]:
    if struct.calcsize(layout) != len(raw):
        raise Undecodable(f"{len(raw)} bytes follow the function, {struct.calcsize(layout)} should")
    return struct.unpack(layout, raw)


def _packed(layout: str, *numbers: int) -> bytes:
    try:
        return struct.pack(layout, *numbers)
    except struct.error as error:
        raise Invalid("a number does not fit: %(why)s", field="pdu", why=error) from error


def _check_count(count: int, most: int) -> None:
    if not 1 <= count <= most:
        raise Invalid("one request writes 1 to %(most)s", field="count", most=most)
