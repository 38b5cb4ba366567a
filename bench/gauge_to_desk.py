"""From a reading that crosses a threshold to the desk: while readings stream in, how long after the POST of a crossing
reading a listener of the event stream is told of the alarm.

Run: `python bench/gauge_to_desk.py [--crossings 220] [--rate 2000] [--channels 5000]`. Each crossing takes a channel
that has no open alarm. The way is told in three parts: the door (POST to its answer, on disk), sensing (to the instant
written in the alarm), and telling (commit, event stream, client). Peer: the same POST of readings that cross nothing.
"""

import argparse
import asyncio
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stage import Stage, quantiles, running, told
from stage.wire import Wire

EVERY_S = 0.2
HOLD_S = 61
PATIENCE_S = 120
CROSSINGS_PER_S = 4.0
DRY_M, WET_M = 0.02, 0.18
SPARK = 'sense_engine = "spark"\ncluster_dir = "shared"\ncluster_master = "local[2]"\ncluster_python = "{python}"\n'
NDJSON = "application/x-ndjson"


def line(channel: str, at: datetime, value: float) -> str:
    return f'{{"channel":"{channel}","at":"{at.isoformat()}","value":{value}}}\n'


@dataclass
class Ways:
    """Seconds of each part of the way, one entry per crossing, and what the background got."""

    whole: list[float] = field(default_factory=list)
    door: list[float] = field(default_factory=list)
    sensing: list[float] = field(default_factory=list)
    telling: list[float] = field(default_factory=list)
    background: list[float] = field(default_factory=list)
    sent: int = 0

    def forget(self) -> None:
        """Begin anew."""
        for part in (self.whole, self.door, self.sensing, self.telling, self.background):
            part.clear()


@dataclass
class Round:
    """The load and the crossings of one installation."""

    stage: Stage
    token: str
    ways: Ways
    waiting: dict[str, "asyncio.Future[tuple[float, float]]"] = field(default_factory=dict)

    async def listen(self, watcher: str, begun: asyncio.Event) -> None:
        """Note when an alarm is told, and when it was raised."""
        wire = await Wire.open(self.stage.port, Authorization=f"Bearer {watcher}")
        async for event in wire.events():
            begun.set()
            if event.get("verb") == "warnings.raise_alarm":
                told_at = time.time()
                place = event["label"].partition(" ")[0]
                if place in self.waiting:
                    raised_at = datetime.fromisoformat(event["at"]).timestamp()
                    self.waiting.pop(place).set_result((raised_at, told_at))

    async def stream(self, rate: int, channels: Callable[[int], Iterator[str]], done: asyncio.Event) -> None:
        """Readings that cross nothing, a batch every 200 ms, at the pace of the wall clock."""
        wire = await self._wire()
        size, due = int(rate * EVERY_S), time.time()
        while not done.is_set():
            at = datetime.now(UTC)
            body = "".join(line(channel, at, DRY_M) for channel in channels(size)).encode()
            began = time.time()
            receipt = await wire.post("/api/readings", body)
            self.ways.sent += receipt["accepted"]
            self.ways.background.append(time.time() - began)
            due += EVERY_S
            await asyncio.sleep(max(0.0, due - time.time()))

    async def cross(self, devices: list[str]) -> None:
        """Each gauge has stood in water for as long as its rule wants, one after the other at random moments."""
        crossings = []
        for serial in devices:
            await asyncio.sleep(random.expovariate(CROSSINGS_PER_S))
            crossings.append(asyncio.create_task(self._cross(serial)))
        await asyncio.gather(*crossings)

    async def _cross(self, serial: str) -> None:
        wire = await self._wire()
        heard = self.waiting[f"积水监测站{serial}号"] = asyncio.get_running_loop().create_future()
        now = datetime.now(UTC)
        channel = f"BN-{serial}/k0"
        body = line(channel, now - timedelta(seconds=HOLD_S), WET_M) + line(channel, now, WET_M)
        began = time.time()
        receipt = await wire.post("/api/readings", body.encode())
        answered = time.time()
        wire.close()
        assert receipt["accepted"] == 2, receipt
        raised_at, told_at = await asyncio.wait_for(heard, PATIENCE_S)
        self.ways.whole.append(told_at - began)
        self.ways.door.append(answered - began)
        self.ways.sensing.append(raised_at - answered)
        self.ways.telling.append(told_at - raised_at)

    async def _wire(self) -> Wire:
        return await Wire.open(self.stage.port, Authorization=f"Bearer {self.token}", Content_Type=NDJSON)


def endless(codes: list[str]) -> Callable[[int], Iterator[str]]:
    """Channels in turn, so many at a time."""
    place = 0

    def next_ones(count: int) -> Iterator[str]:
        nonlocal place
        for _ in range(count):
            yield codes[place % len(codes)]
            place += 1

    return next_ones


async def measure(stage: Stage, devices: list[str], rate: int, channels: int) -> Ways:
    """One round: so many crossings beside so many readings per second."""
    ways = Ways()
    sender, watcher = stage.token("wangguan", "telemetry.append"), stage.token("zhiban", "*")
    this, begun, done = Round(stage, sender, ways), asyncio.Event(), asyncio.Event()
    listening = asyncio.create_task(this.listen(watcher, begun))
    await begun.wait()
    quiet = [f"BN-{serial:04d}/k{key}" for serial in range(1, channels // 5 + 1) for key in (1, 2, 3, 4)]
    load = asyncio.create_task(this.stream(rate, endless(quiet), done)) if rate else None
    await this.cross(devices[:5])  # not counted: the sense step may still be taking in the channels
    ways.forget()
    began, before = time.time(), ways.sent
    await this.cross(devices[5:])
    spent, sent = time.time() - began, ways.sent - before
    done.set()
    if load:
        await load
    listening.cancel()
    print(f"\n{len(ways.whole)} crossings beside {sent / spent:,.0f} readings/s (asked for {rate:,}), {spent:.0f} s")
    return ways


def tell(ways: Ways) -> None:
    print(f"  POST of the crossing reading → event at the client   {quantiles(ways.whole)}")
    print(f"    the door: POST → answer, on disk                   {quantiles(ways.door)}")
    print(f"    sensing: answer → instant written in the alarm     {quantiles(ways.sensing)}")
    print(f"    telling: that instant → commit → client            {quantiles(ways.telling)}")
    if ways.background:
        print(f"  peer: POST of a batch that crosses nothing           {quantiles(ways.background)}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--crossings", type=int, default=220)
    asked.add_argument("--rate", type=int, default=2_000)
    asked.add_argument("--channels", type=int, default=5_000)
    asked.add_argument(
        "--cluster", type=Path, metavar="PYTHON", help="sense by Spark on this machine, with this Python"
    )
    options = asked.parse_args()
    settings = SPARK.format(python=options.cluster) if options.cluster else ""
    told(f"{options.channels:,} channels, {options.rate:,} readings/s every 200 ms, {options.crossings} crossings")
    serials = [f"{serial:04d}" for serial in range(1, options.channels // 5 + 1)]
    loaded, idle = serials[: options.crossings + 5], serials[options.crossings + 5 : options.crossings + 60]
    with running(channels=options.channels, settings=settings) as stage:
        tell(asyncio.run(measure(stage, loaded, options.rate, options.channels)))
        tell(asyncio.run(measure(stage, idle, 0, options.channels)))


if __name__ == "__main__":
    main()
