"""A load generator that costs little: HTTP/1.1 and server-sent events over plain asyncio streams."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass
class Wire:
    """One kept-alive connection; `headers` go with every request."""

    port: int
    headers: dict[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def open(cls, port: int, **headers: str) -> "Wire":
        """A connection to a port of this machine; underscores in header names stand for hyphens."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(port, {"Host": f"127.0.0.1:{port}", **named}, reader, writer)

    def send(self, method: str, path: str, body: bytes = b"") -> None:
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers.items())]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)

    async def head(self) -> tuple[int, dict[str, str]]:
        """Status and headers of an answer; names in small letters."""
        status = int((await self.reader.readline()).split()[1])
        headers = {}
        while line := (await self.reader.readline()).decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return status, headers

    async def post(self, path: str, body: bytes) -> Any:
        """The JSON answer to a body; raises AssertionError unless it is 200."""
        self.send("POST", path, body)
        status, headers = await self.head()
        answer = await self.reader.readexactly(int(headers["content-length"]))
        assert status == 200, answer
        return orjson.loads(answer)

    async def events(self, path: str = "/api/events") -> AsyncIterator[dict[str, Any]]:
        """The events of a stream as they come; the first thing given is {} once the stream has begun."""
        self.send("GET", path)
        status, _headers = await self.head()
        assert status == 200, status
        yield {}
        while line := await self.reader.readline():
            if line.startswith(b"data: {") and len(line) > len(b"data: {}\n"):
                yield orjson.loads(line[len(b"data: ") :])

    def close(self) -> None:
        self.writer.close()
