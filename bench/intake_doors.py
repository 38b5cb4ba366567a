"""Readings per second through the doors of a running installation, each answered when on disk.

Run: `python bench/intake_doors.py [--seconds 4] [--channels 5000] [--sizes 1 100 1000 10000]`. HTTP: NDJSON with so
many readings per request, plain and gzip, over 1 and over 8 connections, and the processor time of the web process
for each reading; peer: a bare uvicorn handler that only counts lines. MQTT: the topics of ThingsBoard, 1 and 100
readings per message (its peer is in bench/mqtt_intake.py).
"""

import argparse
import asyncio
import gzip
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice

import httpx
import orjson
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from stage import HERE, Stage, free_port, running, told
from stage.wire import Wire

Bodies = Iterator[bytes]
MOST_READINGS_S, MOST_REQUESTS_S = 2_000_000, 5_000


def moments() -> Iterator[datetime]:
    """Instants that are never the same twice, so that every reading is new; the oldest a day ago."""
    start = datetime.now(UTC) - timedelta(days=1)
    return (start + timedelta(milliseconds=step) for step in count())


def ndjson(size: int, channels: list[str], times: Iterator[datetime], *, packed: bool) -> Bodies:
    """Endless request bodies of so many lines."""
    place = 0
    while True:
        lines = []
        for _ in range(size):
            at = next(times).isoformat()
            lines.append(f'{{"channel":"{channels[place % len(channels)]}","at":"{at}","value":0.02}}\n')
            place += 1
        body = "".join(lines).encode()
        yield gzip.compress(body, 1) if packed else body


async def flood(
    port: int, headers: dict[str, str], bodies: tuple[Bodies, int], connections: int, seconds: float
) -> tuple[float, float]:
    """Readings and requests per second, accepted and answered; every connection has one request under way.

    Bodies are written beforehand: the sender shares the cores with those who receive.
    """
    made, size = bodies
    ready = list(islice(made, int(seconds * min(MOST_READINGS_S / size, MOST_REQUESTS_S)) + 1))[::-1]
    until = time.perf_counter() + seconds
    done = [0, 0]

    async def one() -> None:
        wire = await Wire.open(port, **headers)
        while time.perf_counter() < until and ready:
            receipt = await wire.post("/api/readings", ready.pop())
            done[0] += receipt["accepted"]
            done[1] += 1
        wire.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    spent = time.perf_counter() - began
    return done[0] / spent, done[1] / spent


def http_doors(stage: Stage, peer_port: int, channels: list[str], asked: argparse.Namespace) -> None:
    """Every size, plain and packed, ours and the peer by turns."""
    times, token = moments(), stage.token("wangguan", "telemetry.append")
    sizes, seconds = asked.sizes, asked.seconds
    print(f"{'HTTP':<34} {'ours':>14} {'req/s':>7} {'processor':>11} {'peer':>14} {'ours/peer':>10}")
    for connections, size, packed in (
        (1, 1, False), (8, 1, False), (8, 100, False), (8, 1000, False), (8, 10_000, False), (8, 1000, True),
    ):  # fmt: skip
        if size not in sizes:
            continue
        headers = {"Authorization": f"Bearer {token}", "Content_Type": "application/x-ndjson"}
        if packed:
            headers["Content_Encoding"] = "gzip"
        bodies = [(ndjson(size, channels, times, packed=packed), size) for _ in range(2)]
        used = stage.processor_s("web")
        ours, requests = asyncio.run(flood(stage.port, headers, bodies[0], connections, seconds))
        used = (stage.processor_s("web") - used) / max(ours * seconds, 1) * 1e6
        peer, _requests = asyncio.run(flood(peer_port, headers, bodies[1], connections, seconds))
        name = f"{size:,} per request{', gzip' if packed else ''}, {connections} connection{'s'[: connections - 1]}"
        rates = f"{ours:>10,.0f} r/s {requests:>7,.0f} {used:>8,.2f} us {peer:>10,.0f} r/s {ours / peer:>10.3f}"
        print(f"{name:<34} {rates}", flush=True)


def mqtt_door(stage: Stage, seconds: float) -> None:
    """One ThingsBoard device, then one gateway, with at most 200 messages unacknowledged (QoS 1)."""
    times, token = moments(), stage.token("wangguan", "telemetry.append")
    stamp = (int(at.timestamp() * 1000) for at in times)

    def single() -> bytes:
        return orjson.dumps({"ts": next(stamp), "values": {"k1": 0.02}})

    def hundred() -> bytes:
        return orjson.dumps([{"ts": next(stamp), "values": {f"k{key}": 0.02 for key in range(5)}} for _ in range(20)])

    def gateway() -> bytes:
        at = next(stamp)
        entry = [{"ts": at, "values": {f"k{key}": 0.02 for key in range(5)}}]
        return orjson.dumps({f"BN-{serial:04d}": entry for serial in range(2, 22)})

    for name, topic, make, size in (
        ("v1/devices/me/telemetry, 1", "v1/devices/me/telemetry", single, 1),
        ("v1/devices/me/telemetry, 100", "v1/devices/me/telemetry", hundred, 100),
        ("v1/gateway/telemetry, 100", "v1/gateway/telemetry", gateway, 100),
    ):
        messages = publish(stage, token, topic, make, seconds)
        print(f"MQTT {name:<34} {messages * size:>10,.0f} r/s {messages:>8,.0f} messages/s", flush=True)


def publish(stage: Stage, token: str, topic: str, make: Callable[[], bytes], seconds: float) -> float:
    """Messages per second that were acknowledged."""
    client = Client(CallbackAPIVersion.VERSION2, "BN-0001")
    client.username_pw_set(token)
    client.max_inflight_messages_set(200)
    client.connect("127.0.0.1", stage.mqtt_port)
    client.loop_start()
    while not client.is_connected():
        time.sleep(0.01)
    began, sent = time.perf_counter(), []
    while time.perf_counter() - began < seconds:
        sent.append(client.publish(topic, make(), qos=1))
        if len(sent) > 400:
            sent[-400].wait_for_publish(10)
    for message in sent[-400:]:
        message.wait_for_publish(10)
    spent = time.perf_counter() - began
    client.disconnect()
    client.loop_stop()
    return len(sent) / spent


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sizes", type=int, nargs="*", default=[1, 100, 1_000, 10_000])
    asked.add_argument("--seconds", type=float, default=4)
    asked.add_argument("--channels", type=int, default=5_000)
    options = asked.parse_args()
    told(f"{options.channels:,} channels, {options.seconds:g} s per line; the sender is one process")
    channels = [f"BN-{n:04d}/k{key}" for n in range(1, options.channels // 5 + 1) for key in range(5)]
    peer_port = free_port()
    server = [sys.executable, "-m", "uvicorn", "counter:application", "--app-dir", str(HERE), "--port", str(peer_port)]
    peer = subprocess.Popen([*server, "--log-level", "warning", "--no-access-log", "--ws", "none"])
    try:
        with running(channels=options.channels) as stage:
            httpx.get(f"http://127.0.0.1:{peer_port}/")
            http_doors(stage, peer_port, channels, options)
            mqtt_door(stage, options.seconds)
    finally:
        peer.terminate()
        peer.wait()


if __name__ == "__main__":
    main()
