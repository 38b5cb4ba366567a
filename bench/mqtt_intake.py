"""Messages per second through our own MQTT door, each acknowledged when on disk, beside mosquitto with a paho
subscriber that only counts. Same sender, same bodies, one run.

    python bench/mqtt_intake.py [--messages 20000] [--devices 20]
"""

import argparse
import asyncio
import multiprocessing
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

import django
import orjson

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anshu.project.django_settings")
django.setup()

import paho.mqtt.client as paho  # noqa: E402  # what follows needs Django set up
import uvloop  # noqa: E402
from paho.mqtt.enums import CallbackAPIVersion  # noqa: E402

from anshu.access.models import Account  # noqa: E402
from anshu.access.policy import Person  # noqa: E402
from anshu.domains.devices.queries.rights import APPEND, Directory, Entry  # noqa: E402
from anshu.gateways.mqtt.journal import Journal  # noqa: E402
from anshu.gateways.mqtt.listener import Listener  # noqa: E402
from anshu.gateways.mqtt.packets import V311, Connect, Publish, encode  # noqa: E402
from anshu.kernel.identifiers import uuid7  # noqa: E402
from anshu.telemetry import ChannelFacts, Limits, Store  # noqa: E402

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
KEYS = 100
BEGAN_MS = 1_700_000_000_000
SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Load:
    """So many devices send so many messages of so many readings, each with so many unacknowledged at a time."""

    devices: int
    messages: int
    readings: int
    window: int

    def bodies(self, device: int) -> list[tuple[str, bytes]]:
        """Topic and body of each message of one device."""
        topic = f"emp/v1/440306/bench/D{device}/telemetry"
        each = self.messages // self.devices
        values = {f"k{key}": key * 0.1 for key in range(self.readings)}
        return [
            (topic, orjson.dumps({"msg_id": str(step), "ts": BEGAN_MS + step, "values": values}))
            for step in range(each)
        ]


def directory(devices: int) -> Directory:
    entries, facts = {}, {}
    for device in range(devices):
        own = {f"D{device}/k{key}": ChannelFacts(device * KEYS + key + 1, -1e6, 1e6) for key in range(KEYS)}
        entries[f"D{device}"] = Entry(uuid7(), f"D{device}", "", "gauge", "440306", None, "", "", "", {}, own)
        facts |= own
    return Directory(entries, facts)


def serve(folder: str, port: int, devices: int, ready: Event, over: Event) -> None:
    """Our door, until told that it is over."""
    known = directory(devices)
    person = Person(Account(username="bench"), ("*",), {APPEND: [""]})

    async def judge(_user_name: str, _password: bytes) -> Person:
        return person

    async def main() -> None:
        with Store.open(Path(folder)) as store:
            journal = Journal(store, lambda: known, Limits(), lambda _notes: None)
            journal.start(asyncio.get_running_loop())
            listener = Listener(journal, judge, lambda: known)
            await listener.open("127.0.0.1", port)
            ready.set()
            await asyncio.to_thread(over.wait)
            await listener.close()
            await asyncio.to_thread(journal.close)

    uvloop.run(main())


def count(port: int, messages: int, ready: Event, over: Event) -> None:
    """A paho subscriber that counts messages and does nothing with them."""
    seen = 0

    def received(_client: paho.Client, _user: object, _message: paho.MQTTMessage) -> None:
        nonlocal seen
        seen += 1
        if seen == messages:
            over.set()

    client = paho.Client(CallbackAPIVersion.VERSION2, "counter")
    client.on_message = received
    client.on_connect = lambda *_: client.subscribe("emp/v1/+/+/+/telemetry", qos=1)
    client.on_subscribe = lambda *_: ready.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    over.wait(300)
    client.loop_stop()


async def send_one(port: int, bodies: list[tuple[str, bytes]], window: int, name: str) -> None:
    """One device: QoS 1, at most `window` messages unacknowledged."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(encode(Connect(name, V311, user_name="bench"), V311))
    await reader.readexactly(4)
    done = sent = 0
    while done < len(bodies):
        while sent < len(bodies) and sent - done < window:
            topic, body = bodies[sent]
            writer.write(encode(Publish(topic, body, 1, sent % 65_535 + 1), V311))
            sent += 1
        await writer.drain()
        done += len(await reader.readexactly(4)) // 4
        more = len(reader._buffer) // 4  # type: ignore[attr-defined]  # take all acknowledgements that have come
        done += len(await reader.readexactly(4 * more)) // 4 if more else 0
    writer.close()


def send(port: int, load: Load) -> float:
    """Seconds until every message was acknowledged."""
    bodies = [load.bodies(device) for device in range(load.devices)]

    async def main() -> float:
        began = time.perf_counter()
        await asyncio.gather(*(send_one(port, each, load.window, f"D{n}") for n, each in enumerate(bodies)))
        return time.perf_counter() - began

    return uvloop.run(main())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ours(load: Load, folder: Path) -> float:
    """Messages per second until acknowledged, which is until on disk."""
    port, ready, over = free_port(), SPAWN.Event(), SPAWN.Event()
    server = SPAWN.Process(target=serve, args=(str(folder), port, load.devices, ready, over))
    server.start()
    ready.wait(60)
    seconds = send(port, load)
    over.set()
    server.join()
    with Store.open(folder) as store:
        stored = store.watermark()
    assert stored == load.messages * load.readings, f"{stored} readings stored"
    return load.messages / seconds


def mosquitto(load: Load, folder: Path) -> float:
    """Messages per second until the subscriber has counted them all."""
    port, ready, over = free_port(), SPAWN.Event(), SPAWN.Event()
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 1000\nmax_queued_messages 0\n"
    )
    broker = subprocess.Popen([str(MOSQUITTO), "-c", str(config)], stderr=subprocess.DEVNULL)
    until_open(port)
    counter = SPAWN.Process(target=count, args=(port, load.messages, ready, over))
    counter.start()
    ready.wait(60)
    began = time.perf_counter()
    send(port, load)
    over.wait(300)
    seconds = time.perf_counter() - began
    counter.join()
    broker.terminate()
    broker.wait()
    return load.messages / seconds


def until_open(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("mosquitto does not answer")


def compare(name: str, load: Load, measures: dict[str, Callable[[Load, Path], float]]) -> None:
    rates = {}
    for who, measure in measures.items():
        with tempfile.TemporaryDirectory() as folder:
            rates[who] = measure(load, Path(folder))
    told = f"{name:<34} {load.messages:>7,} messages of {load.readings:>3}: ours {rates['ours']:>8,.0f} msg/s"
    told += f", {rates['ours'] * load.readings:>9,.0f} readings/s on disk"
    if "mosquitto" in rates:
        ratio = rates["ours"] / rates["mosquitto"]
        told += f"; mosquitto+paho {rates['mosquitto']:>8,.0f} msg/s counted; ratio {ratio:.2f}"
    print(told, flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--messages", type=int, default=20_000)
    arguments.add_argument("--devices", type=int, default=20)
    chosen = arguments.parse_args()
    measures: dict[str, Callable[[Load, Path], float]] = {"ours": ours}
    if MOSQUITTO is None:
        print("mosquitto is not installed: no comparison")
    else:
        measures["mosquitto"] = mosquitto
    compare("one device, one at a time", Load(1, max(chosen.messages // 20, 1), 1, 1), measures)
    compare("one device, 100 in flight", Load(1, chosen.messages, 1, 100), measures)
    many = f"{chosen.devices} devices, 20 in flight each"
    compare(many, Load(chosen.devices, chosen.messages, 1, 20), measures)
    compare(many, Load(chosen.devices, chosen.messages // 10, 100, 20), measures)


if __name__ == "__main__":
    main()
