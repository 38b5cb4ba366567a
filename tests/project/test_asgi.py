"""What the web server does when it starts."""

import asyncio
import gc
from typing import Any

from anshu.project import asgi


def test_what_was_loaded_at_start_is_not_walked_over_again() -> None:
    asked = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    answered: list[Any] = []

    async def receive() -> Any:
        return asked.pop(0)

    async def send(message: Any) -> None:
        answered.append(message["type"])

    try:
        asyncio.run(asgi.lifespan(receive, send))
        assert answered == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
        assert gc.get_freeze_count() > 100_000
    finally:
        gc.unfreeze()
