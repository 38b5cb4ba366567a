"""One connection to a Modbus device, or to a gateway with several units behind it: one question at a time."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from anshu.gateways.frames.codec import Undecodable
from anshu.gateways.modbus import adu, pdu
from anshu.gateways.modbus.pdu import Bits, Read, Refusal, Registers

CONNECT_S = 5.0
ANSWER_S = 3.0
# Between two questions: small controllers lose what comes faster.
REST_S = 0.01
READ_BYTES = 4096


class Silent(Exception):
    """No answer came in time."""


class Lost(Exception):
    """There is no connection, or what comes over it is not Modbus."""


# Codes by which a gateway says that the unit behind it cannot be reached.
BEHIND_GATEWAY = (10, 11)


class Refused(Exception):
    """The device says no; `code` is why (MODBUS Application Protocol §7)."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.code = refusal.code


@dataclass
class Connection:
    """Asks over one socket, which is opened when it is needed and again after it was lost."""

    host: str
    port: int
    answer_s: float = ANSWER_S
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None
    _buffer: bytearray = field(default_factory=bytearray)
    _transaction: int = 0

    async def ask(self, unit: int, question: Read) -> tuple[int, ...]:
        """The values asked for, as many as were asked for. Raises Silent, Lost or Refused."""
        reader, writer = await self._open()
        self._transaction = (self._transaction + 1) & 0xFFFF
        try:
            async with asyncio.timeout(self.answer_s):
                writer.write(adu.encode(adu.Adu(self._transaction, unit, pdu.encode_request(question))))
                await writer.drain()
                answer = await self._answer(reader, unit)
        except TimeoutError:
            await self.close()  # the line may be dead without our knowing, and a late answer must not come over it
            raise Silent(f"unit {unit} did not answer within {self.answer_s:g} s") from None
        except (OSError, Undecodable) as error:
            await self.close()
            raise Lost(str(error) or type(error).__name__) from error
        await asyncio.sleep(REST_S)
        return self._values(answer, question)

    async def close(self) -> None:
        """Let go of the socket."""
        writer, self._reader, self._writer = self._writer, None, None
        self._buffer.clear()
        if writer is not None:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._reader is None or self._writer is None or self._reader.at_eof():
            await self.close()
            try:
                async with asyncio.timeout(CONNECT_S):
                    opened = await asyncio.open_connection(self.host, self.port, limit=READ_BYTES)
            except (OSError, TimeoutError, UnicodeError) as error:
                raise Lost(str(error) or "it cannot be reached") from error
            self._reader, self._writer = opened
        return self._reader, self._writer

    async def _answer(self, reader: asyncio.StreamReader, unit: int) -> bytes:
        """The answer to the last question; what answers an earlier one, or is of another unit, is passed over."""
        while True:
            found = adu.take(self._buffer)
            if found is None:
                came = await reader.read(READ_BYTES)
                if not came:
                    raise ConnectionResetError("it closed the connection")
                self._buffer += came
            elif (found.transaction, found.unit) == (self._transaction, unit):
                return found.pdu

    def _values(self, raw: bytes, question: Read) -> tuple[int, ...]:
        try:
            answer = pdu.decode_response(raw)
        except Undecodable as error:
            raise Lost(f"an answer that cannot be read: {error}") from error
        match answer:
            case Refusal(function, code) if function == question.function:
                raise Silent(answer.reason) if code in BEHIND_GATEWAY else Refused(answer)
            case Bits(function, values) if function == question.function and len(values) - question.count in range(8):
                return values[: question.count]
            case Registers(function, values) if function == question.function and len(values) == question.count:
                return values
        raise Lost("an answer that does not fit its question")
