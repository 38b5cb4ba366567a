"""Connections of devices that send frames, over TCP and UDP. A frame is answered once what it says is on disk."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, cast

from anshu.gateways.frames.codec import Codec, Piece
from anshu.gateways.frames.receiving import Delivery

MOST_LINKS = 5_000
# Beyond these a link is not read until some of what it sent is on disk.
MOST_IN_FLIGHT, MOST_BYTES_IN_FLIGHT = 200, 1 << 18
MOST_DATAGRAMS = 2_000
# A peer that sends and never reads its answers is not kept.
MOST_UNREAD_BYTES = 64 << 10
# So long a frame may take from its first byte to its last; then what has come of it is given up.
WHOLE_S = 30.0
# So long a link may be silent before a known device has spoken on it, and after; and so long it lives without one.
SILENCE_S, IDLE_S, INTRODUCTION_S = 120.0, 4_000.0, 900.0
# So many faults in a row end a link; what a modem repeats by itself on the link of a known device counts once.
MOST_FAULTS, BYTES_OF_A_FAULT = 20, 4_096
KEEP_ALIVE = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 15), (socket.TCP_KEEPCNT, 4))


class Desk(Protocol):
    """Where links hand in what came, and are told when it is on disk."""

    codec: Codec

    def hand_in(self, delivery: Delivery, done: Callable[[bool], None]) -> None: ...

    def is_crowded(self) -> bool: ...


@dataclass(eq=False)
class Link(asyncio.Protocol):
    """One connection over TCP."""

    desk: Desk
    links: "set[Link]"
    peer: str = ""
    transport: asyncio.Transport = field(init=False)
    _buffer: bytearray = field(default_factory=bytearray)
    _opened_at: float = 0.0
    _begun_at: float = 0.0
    _heard_at: float = 0.0
    _believed: bool = False
    _faults: int = 0
    _in_flight: int = 0
    _bytes: int = 0
    _paused: bool = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._heard_at = self._begun_at = self._opened_at = self._now()
        self.peer = _named(transport.get_extra_info("peername"))
        if len(self.links) >= MOST_LINKS:
            self.transport.abort()
            return
        self.links.add(self)
        open_socket = transport.get_extra_info("socket")
        open_socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in KEEP_ALIVE:
            open_socket.setsockopt(socket.IPPROTO_TCP, option, value)

    def connection_lost(self, error: Exception | None) -> None:
        self.links.discard(self)

    def data_received(self, data: bytes) -> None:
        if not self._buffer:
            self._begun_at = self._now()
        self._heard_at = self._now()
        self._buffer += data
        self._cut(stale=False)

    def sweep(self) -> None:
        """Give up a frame that does not become whole, and a link on which nothing is said; called now and then."""
        now = self._now()
        if self._buffer and now - self._begun_at > WHOLE_S:
            self._cut(stale=True)
        silent = not self._paused and now - self._heard_at > (IDLE_S if self._believed else SILENCE_S)
        if silent or (not self._believed and now - self._opened_at > INTRODUCTION_S):
            self.transport.abort()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _cut(self, *, stale: bool) -> None:
        pieces = self.desk.codec.split(self._buffer, stale=stale)
        if pieces:
            self._begun_at = self._now()
        for piece in pieces:
            self._in_flight, self._bytes = self._in_flight + 1, self._bytes + len(piece.raw)
            delivery = Delivery(piece, self.peer)
            self.desk.hand_in(delivery, partial(self._stored, delivery))
        full = self._in_flight >= MOST_IN_FLIGHT or self._bytes >= MOST_BYTES_IN_FLIGHT
        if (full or (self._in_flight and self.desk.is_crowded())) and not self._paused:
            self._paused = True
            self.transport.pause_reading()

    def _stored(self, delivery: Delivery, on_disk: bool) -> None:
        """A piece is on disk, or could not be put there: then nothing is answered and the device sends again."""
        self._in_flight, self._bytes = self._in_flight - 1, self._bytes - len(delivery.piece.raw)
        if self.transport.is_closing():
            return
        if not on_disk:
            self.transport.abort()
            return
        self._believed = self._believed or delivery.believed
        if delivery.believed:
            self._faults = 0
        elif delivery.is_new or not self._believed:
            self._faults += 1 + len(delivery.piece.raw) // BYTES_OF_A_FAULT
        for answer in delivery.answers:
            self.transport.write(answer)
        if self._faults >= MOST_FAULTS or self.transport.get_write_buffer_size() > MOST_UNREAD_BYTES:
            self.transport.abort()
        elif self._paused and self._in_flight <= MOST_IN_FLIGHT // 2 and self._bytes <= MOST_BYTES_IN_FLIGHT // 2:
            self._paused, self._heard_at = False, self._now()
            self.transport.resume_reading()


@dataclass(eq=False)
class Datagrams(asyncio.DatagramProtocol):
    """All that comes over UDP: a datagram holds whole frames, and the answer goes where it came from."""

    desk: Desk
    transport: asyncio.DatagramTransport = field(init=False)
    _in_flight: int = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: Any) -> None:
        """Beyond what is waiting for the disk nothing is taken: the device has no answer and sends again."""
        pieces: list[Piece] = self.desk.codec.split(bytearray(data), stale=True)
        for piece in pieces:
            if self._in_flight >= MOST_DATAGRAMS:
                return
            self._in_flight += 1
            delivery = Delivery(piece, _named(address))
            self.desk.hand_in(delivery, partial(self._stored, delivery, address))

    def _stored(self, delivery: Delivery, address: Any, on_disk: bool) -> None:
        self._in_flight -= 1
        if on_disk and not self.transport.is_closing():
            for answer in delivery.answers:
                self.transport.sendto(answer, address)


def _named(address: Any) -> str:
    """An address as people write it."""
    return f"{address[0]}:{address[1]}" if isinstance(address, tuple) and len(address) >= 2 else "unknown"
