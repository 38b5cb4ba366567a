"""Many browsers at once: how soon the last of so many listeners of the event stream hears of a change, what the web
process needs for them, and what a page takes meanwhile.

Run: `python bench/browsers.py [--listeners 500] [--changes 60]`. A change is a site changed through the API. Peer: the
same changes and pages with a single listener, in the same run.
"""

import argparse
import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
from stage import Stage, quantiles, running, told
from stage.wire import Wire

PAUSE_S = 0.3
PATIENCE_S = 20


@dataclass
class Hall:
    """The listeners, and when each of them heard of each reason."""

    heard: dict[str, list[float]] = field(default_factory=dict)
    ready: int = 0

    async def listen(self, port: int, token: str) -> None:
        wire = await Wire.open(port, Authorization=f"Bearer {token}")
        async for event in wire.events():
            if not event:
                self.ready += 1
            elif event.get("verb") == "places.change":
                self.heard.setdefault(event["reason"], []).append(time.perf_counter())


async def measure(stage: Stage, listeners: int, changes: int, tokens: tuple[str, str]) -> None:
    """One round with so many listeners."""
    hall = Hall()
    tasks = [asyncio.create_task(hall.listen(stage.port, tokens[0])) for _ in range(listeners)]
    began = time.perf_counter()
    while hall.ready < listeners:
        await asyncio.sleep(0.02)
    joined = time.perf_counter() - began
    headers = {"Authorization": f"Bearer {tokens[1]}"}
    first, last, page, lost = [], [], [], 0
    session = await asyncio.to_thread(stage.session, "zhiban")
    async with httpx.AsyncClient(base_url=stage.address, headers=headers, timeout=30) as editor:
        sites = (await editor.get("/api/sites", params={"size": "1"})).json()["items"]
        viewing = asyncio.create_task(view(session, page, changes))
        for serial in range(changes):
            reason = f"round {listeners}.{serial}"
            change = {"people_count": serial + listeners, "reason": reason}
            changed = await editor.patch(f"/api/sites/{sites[0]['id']}", json=change)
            answered = time.perf_counter()
            assert changed.status_code == 200, changed.text
            while len(hall.heard.get(reason, ())) < listeners and time.perf_counter() - answered < PATIENCE_S:
                await asyncio.sleep(0.005)
            times = hall.heard.get(reason, [])
            lost += listeners - len(times)
            if times:
                first.append(max(0.0, min(times) - answered))
                last.append(max(0.0, max(times) - answered))
            await asyncio.sleep(PAUSE_S)
        await viewing
    memory = stage.resident_mb("web")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    session.close()
    print(f"\n{listeners} listeners, {changes} changes; all joined after {joined:.1f} s; deliveries lost: {lost}")
    print(f"  answer to the change → first listener   {quantiles(first)}")
    print(f"  answer to the change → last listener    {quantiles(last)}")
    print(f"  GET /desk meanwhile                     {quantiles(page)}")
    print(f"  memory of the web process               {memory:.0f} MB", flush=True)


async def view(session: httpx.Client, spent: list[float], times: int) -> None:
    """Look at the desk again and again."""
    for _ in range(times):
        began = time.perf_counter()
        answer: Any = await asyncio.to_thread(session.get, "/desk")
        assert answer.status_code == 200
        spent.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE_S)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--listeners", type=int, default=500)
    asked.add_argument("--changes", type=int, default=60)
    options = asked.parse_args()
    told(f"{options.listeners} listeners in one process, {options.changes} changes, the generated district")
    with running() as stage:
        tokens = stage.token("zhiban", "*"), stage.token("dengji", "*")
        for listeners in (1, options.listeners):
            asyncio.run(measure(stage, listeners, options.changes, tokens))


if __name__ == "__main__":
    main()
