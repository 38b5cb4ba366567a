"""No request may fill the disk: bodies are counted as they come, before Django has read any of them."""

from collections.abc import Awaitable, Callable
from typing import Any

from anshu.api.problems import problem

Message = Any
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]

"""The largest body that any address takes: a spreadsheet or photographs. The API itself takes less."""
LARGEST = 64 * 1024 * 1024


async def weighed(application: Application, scope: Any, receive: Receive, send: Send) -> None:
    """Pass a request on; one whose body is larger than `LARGEST` is answered with 413 and read no further."""
    told = dict(scope["headers"]).get(b"content-length", b"0")
    if told.isdigit() and int(told) > LARGEST:
        return await _refuse(send)
    weight, begun = 0, False

    async def counted() -> Message:
        nonlocal weight
        message = await receive()
        weight += len(message.get("body", b""))
        return message if weight <= LARGEST else {"type": "http.disconnect"}  # Django drops what it had and stops

    async def noted(message: Message) -> None:
        nonlocal begun
        begun = True
        await send(message)

    await application(scope, counted, noted)
    if weight > LARGEST and not begun:
        await _refuse(send)
    return None


async def _refuse(send: Send) -> None:
    response = problem(413, "too_large", "the body is larger than is taken in; send it in parts")
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.items()]
    await send({"type": "http.response.start", "status": 413, "headers": [*headers, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": response.content})
