"""`anshu replay`: a recorded series through the doors of real devices, as fast as wanted.

anshu replay 01022500.csv --map "time=date,value=discharge_cfs*0.0283168,channel=river-1/flow"
anshu replay machine_temperature.csv --map time=timestamp,value=value,channel=press-1/fire_temperature
anshu replay waterlevel_feed_sample.csv --map time=time,value=level_m,channel=@station_code/road_water_depth
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx
import orjson
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from anshu.access.policy import bearer, require
from anshu.domains.devices.models import Channel, Device
from anshu.domains.places.models import Area
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.kernel.units import quantity_kind
from anshu.project.demo.insertion import insert, keys
from anshu.project.recordings import Bad, Mapped, Recorded, read
from anshu.project.settings import settings, state_path

BATCH = 1000
"""Readings due within so many wall seconds go out together."""
TOGETHER_S = 0.2
TAKEN_S = 30
GATEWAY_TOPIC = "v1/gateway/telemetry"


class Door(Protocol):
    """A way in for readings; `send` returns how many became of what."""

    def send(self, batch: Sequence[Recorded]) -> dict[str, int]: ...

    def close(self) -> None: ...


def run(asked: argparse.Namespace) -> int:
    """Play the file; 0 all taken in, 1 some rows or readings were rejected. Raises when nothing can be played."""
    readings, bad = read(asked.file, Mapped.parse(asked.map), zone_named(asked.zone))
    if bad:
        _report(asked.file, bad)
    if not readings:
        raise Invalid("%(file)s holds no reading", field="file", file=asked.file)
    played = timed(readings, asked.shift, asked.speed)
    token = asked.token or _demo_token()
    if not asked.to:
        _require_channels(sorted({reading.channel for reading in readings}), token, make=asked.make_channels)
    door: Door = Mqtt.open(asked.to, token) if asked.by == "mqtt" else Http.open(asked.to, token)
    try:
        counts = play(played, door)
    finally:
        door.close()
    return 1 if bad or counts["quarantined"] else 0


def zone_named(name: str) -> ZoneInfo:
    """A time zone by its name; Invalid when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Invalid("%(zone)s is not a time zone, try Asia/Shanghai", field="zone", zone=name) from error


def _demo_token() -> str:
    path = state_path("demo-token")
    if not path.exists():
        raise Invalid("give --token; `anshu token create` makes one", field="token")
    return path.read_text().strip()


def _report(file: Path, bad: Sequence[Bad]) -> None:
    """The first bad rows on standard error, all of them in FILE.rejected in the present folder."""
    target = Path(f"{file.name}.rejected")
    with target.open("wb") as out:
        for fault in bad:
            out.write(orjson.dumps({"line": fault.line, "why": fault.why, "row": fault.row}) + b"\n")
    for fault in bad[:10]:
        sys.stderr.write(f"{file.name}:{fault.line}: {fault.why}\n")
    sys.stderr.write(f"{len(bad)} rows left out, all of them in {target}\n")


@dataclass(frozen=True)
class Played:
    """A reading and when it goes out, in wall seconds after the first."""

    due_s: float
    reading: Recorded


def timed(readings: Sequence[Recorded], shift: str, speed: float) -> list[Played]:
    """When each reading goes out, `speed` times as fast as it was recorded (0: at once), and the time it bears.

    With the shift `now` it bears the time at which it is sent, so that none is ever ahead of the clock; that needs a
    speed.
    """
    if speed < 0:
        raise Invalid("the speed is 0 (as fast as possible) or more", field="speed")
    if shift == "now" and not speed:
        raise Invalid("--shift now needs a --speed, or all but the first reading would lie ahead", field="speed")
    now, first = clock.now(), readings[0].at
    played = []
    for reading in readings:
        due_s = (reading.at - first).total_seconds() / speed if speed else 0.0
        at = now + timedelta(seconds=due_s) if shift == "now" else reading.at
        played.append(Played(due_s, Recorded(reading.channel, at, reading.value)))
    return played


def _require_channels(codes: Sequence[str], token: str, *, make: bool) -> None:
    """Every channel must be in the register; with `make`, the missing ones are added by the token's owner."""
    there = set(Channel.objects.filter(number__in=codes).values_list("number", flat=True))
    missing = [code for code in codes if code not in there]
    if not missing:
        return
    if not make:
        raise Refused(
            "%(count)s channels are not in the register: %(codes)s; add them, or say --make-channels",
            count=len(missing),
            codes=", ".join(missing[:10]),
            code="unknown_channel",
        )
    actor = bearer(token)
    if actor is None:
        raise Forbidden("the token opens nothing", permission="devices.add")
    root = Area.objects.order_by("number").values_list("number", flat=True).first() or ""
    require(actor, "devices.add", root)
    made = [_device(code, root) for code in missing]
    insert(list({device.number: device for device in made}.values()), "replay", root)
    known = keys(Device)
    insert([_channel(code, root, known[code.rpartition("/")[0]]) for code in missing], "replay", root)


def _device(code: str, root: str) -> Device:
    number, slash, quantity = code.rpartition("/")
    if not slash:
        raise Invalid("a channel to be made is written DEVICE/QUANTITY: %(channel)s", field="channel", channel=code)
    quantity_kind(quantity)
    return Device(number=number, name=number, kind=quantity, protocol="replay", territory=root)


def _channel(code: str, root: str, device: UUID) -> Channel:
    kind = quantity_kind(code.rpartition("/")[2])
    return Channel(
        number=code,
        name=f"{code.rpartition('/')[0]} {kind.name_zh}",
        device_id=device,
        quantity=kind.key,
        unit=kind.unit.symbol,
        minimum=kind.low,
        maximum=kind.high,
        territory=root,
    )


def play(played: Sequence[Played], door: Door) -> Counter[str]:
    """Send each reading when it is due and tell how far it is; returns how many became of what."""
    counts: Counter[str] = Counter(accepted=0, duplicate=0, quarantined=0)
    sent, began = 0, time.monotonic()
    for batch in batches(played):
        time.sleep(max(0.0, began + batch[0].due_s - time.monotonic()))
        counts.update(door.send([row.reading for row in batch]))
        sent += len(batch)
        told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        sys.stderr.write(f"\r{sent}/{len(played)} sent: {told} ")
    sys.stderr.write("\n")
    return counts


def batches(played: Sequence[Played]) -> Iterator[list[Played]]:
    """Readings that go out together: at most so many, and due at about the same time."""
    batch: list[Played] = []
    for row in played:
        if batch and (len(batch) == BATCH or row.due_s - batch[0].due_s > TOGETHER_S):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


@dataclass
class Http:
    """The door of lines of JSON."""

    client: httpx.Client

    @classmethod
    def open(cls, to: str, token: str) -> "Http":
        address = to or f"http://{settings().host}:{settings().port}"
        return cls(httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30))

    def send(self, batch: Sequence[Recorded]) -> dict[str, int]:
        """Post a batch; raises Refused when nobody answers and Forbidden when the token opens nothing."""
        body = b"".join(
            orjson.dumps({"channel": row.channel, "at": row.at.isoformat(), "value": row.value}) + b"\n"
            for row in batch
        )
        headers = {"Content-Type": "application/x-ndjson"}
        try:
            answer = self.client.post("/api/readings", content=body, headers=headers)
        except httpx.TransportError as error:
            message = "no answer from %(where)s: is the server running?"
            raise Refused(message, where=self.client.base_url) from error
        if answer.status_code in (401, 403):
            raise Forbidden("the server refused the token", permission="telemetry.append")
        if answer.is_error:
            raise Refused("the server answered %(status)s: %(text)s", status=answer.status_code, text=answer.text[:200])
        return {name: int(count) for name, count in answer.json().items()}

    def close(self) -> None:
        self.client.close()


@dataclass
class Mqtt:
    """MQTT, QoS 1, as a gateway in ThingsBoard's form; `send` returns once the other side has taken the batch."""

    client: Client

    @classmethod
    def open(cls, to: str, token: str) -> "Mqtt":
        """Connect to `host:port` (this installation's, if not given), the token as user name."""
        host, _colon, port = to.removeprefix("mqtt://").partition(":")
        where = f"{host or settings().mqtt_host}:{port or settings().mqtt_port}"
        client = Client(CallbackAPIVersion.VERSION2)
        client.username_pw_set(token)
        refused: list[str] = []
        client.on_connect = lambda _c, _u, _f, reason, _p: refused.append(str(reason)) if reason.is_failure else None
        try:
            client.connect(host or settings().mqtt_host, int(port or settings().mqtt_port))
        except OSError as error:
            raise Refused("no MQTT broker lets us in at %(where)s: %(why)s", where=where, why=error) from error
        client.loop_start()
        until = time.monotonic() + TAKEN_S
        while not client.is_connected():
            if refused or time.monotonic() > until:
                client.loop_stop()
                raise Refused("no MQTT broker lets us in at %(where)s: %(why)s", where=where, why="".join(refused[:1]))
            time.sleep(0.05)
        return cls(client)

    def send(self, batch: Sequence[Recorded]) -> dict[str, int]:
        """Publish a batch; MQTT tells that it was taken, not what became of each reading."""
        devices: dict[str, list[dict[str, object]]] = {}
        for row in batch:
            device, slash, key = row.channel.rpartition("/")
            if not slash:
                message = "over MQTT a channel is written DEVICE/KEY: %(channel)s"
                raise Invalid(message, field="channel", channel=row.channel)
            ts = round(row.at.timestamp() * 1000)
            devices.setdefault(device, []).append({"ts": ts, "values": {key: row.value}})
        told = self.client.publish(GATEWAY_TOPIC, orjson.dumps(devices), qos=1)
        told.wait_for_publish(TAKEN_S)
        if not told.is_published():
            raise Refused("the broker did not take a batch within %(seconds)d s", seconds=TAKEN_S)
        return {"accepted": len(batch)}

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()
