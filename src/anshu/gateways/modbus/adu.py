"""Modbus on TCP (MODBUS Messaging on TCP/IP 1.0b §3.1.3): transaction, zero, length, unit, PDU; no checksum."""

import struct
from dataclasses import dataclass

from anshu.gateways.frames.codec import Piece, Undecodable
from anshu.gateways.modbus.pdu import MOST_BYTES
from anshu.kernel.errors import Invalid

HEAD = struct.Struct(">HHHB")
LENGTH_AT = 4
# What the length counts begins behind it: one byte of unit, then the PDU.
COUNTED_FROM = 6
FEWEST_COUNTED, MOST_COUNTED = 3, MOST_BYTES + 1


@dataclass(frozen=True, slots=True)
class Adu:
    """One message: the number that its answer repeats, the unit behind the address, and the PDU."""

    transaction: int
    unit: int
    pdu: bytes


def encode(adu: Adu) -> bytes:
    """The bytes of a message; Invalid where something does not fit."""
    if not FEWEST_COUNTED <= len(adu.pdu) + 1 <= MOST_COUNTED:
        raise Invalid("a PDU has 2 to %(most)s bytes", field="pdu", most=MOST_BYTES)
    try:
        return HEAD.pack(adu.transaction, 0, len(adu.pdu) + 1, adu.unit) + adu.pdu
    except struct.error as error:
        raise Invalid("a number does not fit: %(why)s", field="adu", why=error) from error


def decode(raw: bytes) -> Adu:
    """Read exactly one message; Undecodable says what is wrong."""
    buffer = bytearray(raw)
    found = take(buffer)
    if found is None:
        raise Undecodable("it ends too early")
    if buffer:
        raise Undecodable(f"{len(buffer)} bytes too many")
    return found


def take(buffer: bytearray) -> Adu | None:
    """Take one message off the front of a stream; None while it is not whole.

    Raises Undecodable when the stream cannot be Modbus: there is nothing in it by which to find the next message, so
    that the connection must be given up.
    """
    end = _measure(buffer)
    if end is None:
        return None
    transaction, _protocol, _counted, unit = HEAD.unpack_from(buffer)
    adu = Adu(transaction, unit, bytes(buffer[HEAD.size : end]))
    del buffer[:end]
    return adu


def split(buffer: bytearray, *, stale: bool = False) -> list[Piece]:
    """Take whole messages off the front of a recording; what cannot be one, and all behind it, is one piece at fault.

    `stale`: nothing more will come, so that what is not whole is at fault as well.
    """
    pieces: list[Piece] = []
    fault = ""
    while buffer:
        try:
            end = _measure(buffer)
        except Undecodable as error:
            fault = str(error)
            break
        if end is None:
            fault = "it ends too early" if stale else ""
            break
        pieces.append(Piece(bytes(buffer[:end])))
        del buffer[:end]
    if fault:
        pieces.append(Piece(bytes(buffer), fault))
        buffer.clear()
    return pieces


def _measure(buffer: bytearray) -> int | None:
    """Bytes of the message at the front, None while it is not whole; Undecodable where none can be."""
    if len(buffer) >= LENGTH_AT and buffer[2:LENGTH_AT] != b"\0\0":
        raise Undecodable(f"the protocol is {buffer[2:LENGTH_AT].hex()}, not 0000")
    if len(buffer) < COUNTED_FROM:
        return None
    counted = int.from_bytes(buffer[LENGTH_AT:COUNTED_FROM], "big")
    if not FEWEST_COUNTED <= counted <= MOST_COUNTED:
        raise Undecodable(f"the length is {counted}, {FEWEST_COUNTED} to {MOST_COUNTED} can be")
    end = COUNTED_FROM + counted
    return end if len(buffer) >= end else None
