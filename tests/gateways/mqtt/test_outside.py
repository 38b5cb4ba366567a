"""A broker outside: a real mosquitto between devices and us."""

import asyncio
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from anshu.gateways.mqtt.outside import Broker, Outside
from tests.gateways.mqtt.peers import Running, until

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/sbin")

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed on this machine"),
]
AT = 1_700_000_000_000


class Mosquitto:
    """A broker on a free port that keeps its sessions on disk, so that it can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.config = folder / "mosquitto.conf"
        # autosave: what it has acknowledged is kept although it is killed
        self.config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {folder}/\nautosave_on_changes true\nautosave_interval 1\n"
            f"user {'root' if sys.platform == 'linux' else ''}\n"
        )

    def start(self) -> None:
        self.process = subprocess.Popen([str(MOSQUITTO), "-c", str(self.config)], stderr=subprocess.DEVNULL)
        until(self._answers, 10)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    folder = tmp_path / "broker"
    folder.mkdir()
    made = Mosquitto(folder)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def publish(broker: Mosquitto) -> Iterator[Callable[[str, str], None]]:
    client = paho.Client(CallbackAPIVersion.VERSION2, "sender")
    client.connect("127.0.0.1", broker.port)
    client.loop_start()

    def send(topic: str, body: str) -> None:
        client.publish(topic, body, qos=1).wait_for_publish(5)

    yield send
    client.disconnect()
    client.loop_stop()


class Away:
    """A client of the broker inside the loop of the door."""

    def __init__(self, door: Running, port: int) -> None:
        self.door = door

        async def begin() -> tuple[Outside, asyncio.Task[None]]:
            made = Outside(Broker("127.0.0.1", port), door.journal)
            return made, asyncio.get_running_loop().create_task(made.keep())

        self.outside, self.task = door.do(begin())

    def connected(self) -> bool:
        return self.outside.connected.is_set()

    def leave(self) -> None:
        async def end() -> None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

        self.door.do(end())


@pytest.fixture
def away(door: Running, broker: Mosquitto) -> Iterator[Away]:
    made = Away(door, broker.port)
    until(made.connected, 10)
    yield made
    made.leave()


def test_what_devices_send_to_the_broker_is_stored(
    away: Away, door: Running, publish: Callable[[str, str], None]
) -> None:
    publish("emp/v1/440306/water/G1/telemetry", json.dumps({"msg_id": "1", "ts": AT, "values": {"level": 1.5}}))
    publish("emp/v1/440305/water/F1/event", json.dumps({"msg_id": "2", "ts": AT, "values": {"level": True}}))
    publish("v1/gateway/telemetry", json.dumps({"G2": [{"ts": AT, "values": {"level": 3}}]}))
    publish("emp/v1/440306/water/G1/status", "offline")
    publish("emp/v1/440306/water/G9/telemetry", json.dumps({"msg_id": "3", "ts": AT, "values": {"level": 1}}))
    until(lambda: len(door.readings()) == 3 and door.notes and door.store.quarantine().rows)
    assert sorted(door.readings()) == [(1, AT, 1.5), (3, AT, 3.0), (4, AT, 1.0)]
    assert [row.channel for row in door.store.quarantine().rows] == ["G9/level"]


def test_what_is_sent_while_we_are_away_waits_at_the_broker(
    away: Away, door: Running, publish: Callable[[str, str], None], broker: Mosquitto
) -> None:
    away.leave()
    for step in range(50):
        publish("emp/v1/440306/water/G1/telemetry", json.dumps({"ts": AT + step, "values": {"level": 1}}))
    assert door.readings() == []
    again = Away(door, broker.port)
    until(lambda: len(door.readings()) == 50, 10)
    again.leave()


@pytest.mark.slow
def test_a_broker_that_was_down_is_found_again(away: Away, door: Running, broker: Mosquitto) -> None:
    broker.stop()
    until(lambda: not away.connected(), 10)
    broker.start()
    until(away.connected, 30)
    client = paho.Client(CallbackAPIVersion.VERSION2, "sender")
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    client.publish("emp/v1/440306/water/G1/telemetry", json.dumps({"ts": AT, "values": {"level": 2}}), qos=1)
    until(lambda: door.readings() == [(1, AT, 2.0)], 10)
    client.disconnect()
    client.loop_stop()
