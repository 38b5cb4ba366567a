"""The storm as requests to the running server, and the player that sends them at the storm's pace."""

import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Protocol

import httpx

from anshu.domains.devices.models import Channel
from anshu.domains.places.models import Area
from anshu.engines.district import District, Reading, script, signals, storm
from anshu.engines.district.storm import MINUTES
from anshu.gateways.cap.encode import encode_national
from anshu.kernel import clock
from anshu.kernel.clock import SharedTime
from anshu.kernel.errors import Invalid, Refused
from anshu.project.demo.bulletins import as_signal
from anshu.project.demo.feed import lines
from anshu.project.demo.rows import RAIN_1H

"""Readings delivered within so many seconds of the storm's time are sent together."""
SLOT_S = 15
LOOK_EVERY_S = 0.2
ACT_EVERY_S = 0.5
"""For so long (wall seconds) is a server that does not answer asked again."""
PATIENCE_S = 30.0
"""After the last reading the crews may finish, for this share of the storm's length at most."""
AFTERMATH = 0.2
QUANTITY = "road_water_depth"
READINGS, SIGNALS = "/api/readings", "/api/signals"

Say = Callable[[str], None]


class Crew(Protocol):
    """Whoever acts while the storm lasts; `step` does what is due, `busy` says that something is still under way."""

    def step(self) -> int: ...

    def busy(self) -> bool: ...


@dataclass(frozen=True)
class Request:
    """A body to be posted when the storm has come to `due`."""

    due: datetime
    path: str
    media_type: str
    body: bytes


def headers(token_path: Path) -> dict[str, str]:
    """What lets the storm through the door; raises Refused when no demonstration district was loaded."""
    if not token_path.exists():
        raise Refused("there is no %(path)s: load the district first, with `anshu demo district`", path=token_path)
    return {"Authorization": f"Bearer {token_path.read_text().strip()}"}


def speed(minutes: float) -> float:
    """How fast the storm runs when it shall last so many minutes of the wall clock."""
    if not 0 < minutes <= MINUTES:
        raise Invalid("a storm lasts more than 0 and at most %(most)d minutes", field="minutes", most=MINUTES)
    return MINUTES / minutes


def channels(invented: District, seed: int) -> dict[str, str]:
    """Channel of the invented storm → channel of the loaded district that sends in its stead.

    Where the invented district is loaded, each sends for itself. Else the real gauges that stand at a point take, in
    their order, the curves of the points the storm floods, the gravest first, then those of points that stay dry.
    """
    depth = {g.watches: g.channels[0].code for g in invented.gauges if g.channels[0].quantity == QUANTITY}
    if Channel.objects.filter(number__in=depth.values()).exists():
        return {channel.code: channel.code for gauge in invented.gauges for channel in gauge.channels}
    flooded = list(script(invented, seed).floods)
    curves = [depth[code] for code in (*flooded, *(code for code in depth if code not in flooded))]
    return dict(zip(curves, real_channels(), strict=False))


def told_area(district: District, channels: Mapping[str, str]) -> District:
    """The district as its signals shall name it: where real gauges send, the district in which they stand."""
    some = Channel.objects.filter(number__in=list(channels.values())).values_list("territory", flat=True).first() or ""
    area = Area.objects.filter(number=some[:6]).first()
    if area is None or area.number == district.areas[0].code:
        return district
    return replace(district, areas=(replace(district.areas[0], code=area.number, name=area.name), *district.areas[1:]))


def real_channels() -> list[str]:
    """Depth channels of real gauges that stand at a point of the district with most of them, undoubted ones first."""
    rows = list(
        Channel.objects.filter(quantity=QUANTITY, generated=False)
        .exclude(device__site=None)
        .values_list("territory", "number", "flags")
    )
    count: dict[str, int] = {}
    for territory, _number, _flags in rows:
        count[territory[:6]] = count.get(territory[:6], 0) + 1
    most = max(count, key=lambda code: (count[code], code), default="")
    mine = sorted((bool(flags), number) for territory, number, flags in rows if territory.startswith(most))
    if not mine:
        raise Refused("no gauge to send for: load the district first, with `anshu demo district`")
    return [number for _doubtful, number in mine]


def requests(district: District, *, start: datetime, seed: int, channels: Mapping[str, str]) -> list[Request]:
    """Everything the storm sends, in order; equal arguments, equal bodies."""
    made: list[Request] = []
    readings = with_hours(renamed(storm(district, start=start, seed=seed), channels))
    for slot, batch in groupby(readings, key=lambda reading: _slot(reading, start)):
        due = start + timedelta(seconds=(slot + 1) * SLOT_S)
        made.append(Request(due, READINGS, "application/x-ndjson", lines(batch)))
    for message in signals(district, start=start):
        signal = as_signal(message)
        made.append(Request(signal.sent_at, SIGNALS, "application/xml", encode_national(signal)))
    return sorted(made, key=lambda request: (request.due, request.path))


def _slot(reading: Reading, start: datetime) -> int:
    delivered = reading.delivered_at or reading.at
    return int((delivered - start).total_seconds() // SLOT_S)


def renamed(readings: Iterator[Reading], names: Mapping[str, str]) -> Iterator[Reading]:
    """Readings under the channels that send them here; those of no channel here are left out."""
    for reading in readings:
        if (name := names.get(reading.channel_code)) is not None:
            yield Reading(name, reading.at, reading.value, reading.delivered_at, reading.generated, reading.flags)


def with_hours(readings: Iterator[Reading]) -> Iterator[Reading]:
    """After each five-minute rain the sum of the past hour, as the station itself sends it; after late ones none."""
    past: dict[str, deque[tuple[datetime, float]]] = {}
    for reading in readings:
        yield reading
        station, _, quantity = reading.channel_code.rpartition("/")
        if quantity != "rain_5min":
            continue
        hour = past.setdefault(station, deque())
        if hour and reading.at <= hour[-1][0]:
            continue
        hour.append((reading.at, reading.value))
        while hour[0][0] <= reading.at - timedelta(hours=1):
            hour.popleft()
        total = round(sum(value for _at, value in hour), 1)
        yield Reading(f"{station}/{RAIN_1H}", reading.at, total, reading.delivered_at, reading.generated)


@dataclass
class Player:
    """Sends requests when they are due and lets the crews act in between; `reached` is how far the storm has come."""

    client: httpx.Client
    shared: SharedTime
    crew: Crew
    say: Say
    reached: datetime = field(default_factory=clock.now)
    counts: dict[str, int] = field(default_factory=dict)
    _acted: float = 0.0

    def play(self, requests: Sequence[Request], *, start: datetime, speed: float) -> None:
        """Play to the end, the installation's clock running from `start` at `speed`, and at a real pace after."""
        with storm_time(self.shared, start, speed):
            try:
                for n, request in enumerate(requests):
                    self._wait(request.due, speed)
                    self._send(request)
                    if n % max(1, len(requests) // 20) == 0:
                        self.say(self._told(start))
                last = requests[-1].due if requests else start
                self._aftermath(last + (last - start) * AFTERMATH, speed)
            finally:
                self.reached = self.shared.now()
                told = self._told(start)
        self.say(f"the storm is over; {told}; the clock goes on at a real pace")

    def _wait(self, until: datetime, speed: float) -> None:
        while True:
            self._act()
            left_s = (until - self.shared.now()).total_seconds() / speed
            if left_s <= 0:
                return
            time.sleep(min(LOOK_EVERY_S, left_s))

    def _act(self) -> None:
        if time.monotonic() - self._acted < ACT_EVERY_S:
            return
        self._acted = time.monotonic()
        self.counts["acts"] = self.counts.get("acts", 0) + self.crew.step()

    def _aftermath(self, until: datetime, speed: float) -> None:
        while self.crew.busy() and self.shared.now() < until:
            self._act()
            time.sleep(min(LOOK_EVERY_S, 60 / speed))

    def _send(self, request: Request) -> None:
        """Post until it is taken; a server that stays away ends the storm, an answer other than yes is told."""
        given_up = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = self.client.post(
                    request.path, content=request.body, headers={"Content-Type": request.media_type}
                )
            except httpx.TransportError as error:
                if time.monotonic() > given_up:
                    message = "no answer from %(where)s: is `anshu up` running?"
                    raise Refused(message, where=self.client.base_url) from error
                time.sleep(1)
                continue
            if answer.status_code in (502, 503, 429) and time.monotonic() < given_up:
                time.sleep(1)
                continue
            return self._note(request, answer)

    def _note(self, request: Request, answer: httpx.Response) -> None:
        if answer.status_code in (401, 403) and request.path == READINGS:
            raise Refused("the server refused the demonstration token: run `anshu demo district` again")
        if answer.is_error:
            self.say(f"{request.path} answered {answer.status_code} {answer.reason_phrase}")
            return
        told = answer.json() if request.path == READINGS else {"signals": 1}
        for name in ("accepted", "duplicate", "quarantined", "signals"):
            self.counts[name] = self.counts.get(name, 0) + int(told.get(name, 0))

    def _told(self, start: datetime) -> str:
        minutes = (self.shared.now() - start).total_seconds() / 60
        return f"minute {minutes:.0f}: " + ", ".join(f"{count} {name}" for name, count in self.counts.items() if count)


GUARD = (
    "import pathlib, sys; from anshu.kernel.clock import SharedTime; sys.stdin.read(); "
    "SharedTime(pathlib.Path(sys.argv[1])).walk()"
)


@contextmanager
def storm_time(shared: SharedTime, start: datetime, speed: float) -> Iterator[None]:
    """The installation's clock runs from `start` at `speed` inside the block, and at the pace of real time after it.

    It is not set back: what the storm left behind must not lie in the future. A guard process holds the other end of
    a pipe: should this process be killed, the pipe closes and the guard slows the clock down.
    """
    command = [sys.executable, "-c", GUARD, str(shared.path)]
    guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603  # all of it is ours
    try:
        shared.run(at=start, speed=speed)
        yield
    finally:
        shared.walk()
        guard.communicate(b"")
