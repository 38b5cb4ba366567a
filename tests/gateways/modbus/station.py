"""A Modbus device that answers over a real socket, and that can be made to misbehave."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from anshu.gateways.frames.codec import Undecodable
from anshu.gateways.modbus import adu, pdu
from anshu.gateways.modbus.adu import Adu
from anshu.gateways.modbus.pdu import Bits, Function, Read, Refusal, Registers, Response


@dataclass
class Station:
    """`registers` and `bits` by address; what is not there is refused. `twist` may change the bytes of an answer."""

    registers: dict[int, int] = field(default_factory=dict)
    bits: dict[int, bool] = field(default_factory=dict)
    units: tuple[int, ...] = (1,)
    twist: Callable[[Adu, bytes], bytes] = lambda _adu, raw: raw
    asked: list[Read] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    async def __aenter__(self) -> "Station":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        self._open: set[asyncio.StreamWriter] = set()
        return self

    async def __aexit__(self, *_how: object) -> None:
        self._server.close()
        for writer in list(self._open):
            writer.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        buffer = bytearray()
        with suppress(OSError, Undecodable):
            while came := await reader.read(1000):
                buffer += came
                while (found := adu.take(buffer)) is not None:
                    if found.unit in self.units:
                        answer = pdu.encode_response(self._answer(found.pdu))
                        writer.write(self.twist(found, adu.encode(Adu(found.transaction, found.unit, answer))))
        self._open.discard(writer)
        writer.close()

    def _answer(self, raw: bytes) -> Response:
        request = pdu.decode_request(raw)
        if not isinstance(request, Read):
            return Refusal(raw[0], 1)
        self.asked.append(request)
        places = range(request.start, request.start + request.count)
        if request.function in pdu.BIT_READS:
            if not all(place in self.bits for place in places):
                return Refusal(raw[0], 2)
            return Bits(request.function, tuple(self.bits[place] for place in places))
        if not all(place in self.registers for place in places):
            return Refusal(raw[0], 2)
        return Registers(Function(request.function), tuple(self.registers[place] for place in places))
