"""A door that runs in a thread of its own over a real store, and devices that knock at it."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from anshu.access.models import Account
from anshu.access.policy import Person
from anshu.domains.devices.queries.rights import APPEND, Directory, Entry
from anshu.gateways.mqtt.journal import Journal
from anshu.gateways.mqtt.listener import Listener
from anshu.gateways.mqtt.messages import Note
from anshu.kernel.identifiers import uuid7
from anshu.telemetry import ChannelFacts, Limits, Store

NOW_MS = 1_800_000_000_000


def until(holds: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until something holds; a failure when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def program(area: str) -> Person:
    """A program whose account may append under an area."""
    return Person(Account(username=f"p-{uuid7().hex}", name="program"), ("*",), {APPEND: [area] if area else []})


def entry(number: str, kind: str, territory: str, account: UUID | None, slots: dict[str, int]) -> Entry:
    facts = {f"{number}/{key}": ChannelFacts(slot, -10.0, 100.0) for key, slot in slots.items()}
    return Entry(
        id=uuid7(),
        number=number,
        name=f"name of {number}",
        kind=kind,
        territory=territory,
        account_id=account,
        protocol="",
        address="",
        passcode="",
        attributes={"firmware": "1.2"},
        facts=facts,
    )


class House:
    """Devices G1 and G2 of one district, each with its own token, F1 of another; a gateway; two programs."""

    def __init__(self) -> None:
        self.people = {
            "token-1": program("440306"),
            "token-2": program("440306"),
            "token-gateway": program("440306"),
            "token-program": program("440306"),
            "token-none": program(""),
        }
        account = {name: person.account.pk for name, person in self.people.items()}
        entries = (
            entry("G1", "gauge", "440306001", account["token-1"], {"level": 1, "rain": 2}),
            entry("G2", "gauge", "440306002", account["token-2"], {"level": 3}),
            entry("F1", "gauge", "440305001", None, {"level": 4}),
            entry("GW", "gateway", "440306", account["token-gateway"], {}),
        )
        facts = {code: each for one in entries for code, each in one.facts.items()}
        self.directory = Directory({one.number: one for one in entries}, facts)


class Running:
    """The listener and its journal, in a loop in another thread."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.notes = house, list[Note]()
        self.store = Store.open(folder)
        self.journal = Journal(self.store, lambda: house.directory, Limits(), self._keep)
        self.listener = Listener(self.journal, self._judge, lambda: house.directory)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.loop.call_soon_threadsafe(self.journal.start, self.loop)
        self.port = int(self.do(self.listener.open("127.0.0.1", 0)).sockets[0].getsockname()[1])

    async def _judge(self, user_name: str, password: bytes) -> Person | None:
        return self.house.people.get(user_name) or self.house.people.get(password.decode())

    def _keep(self, notes: Sequence[Note]) -> None:
        self.notes.extend(notes)

    def do(self, coroutine: Any) -> Any:
        """Run something in the loop and wait for what comes of it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def close(self) -> None:
        self.do(self.listener.close())
        self.journal.close()
        self.do(asyncio.sleep(0))
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
        self.store.close()

    def readings(self) -> list[tuple[int, int, float]]:
        found = self.store.tail(0, 100_000)
        return list(zip(found.channel.tolist(), found.at_ms.tolist(), found.value.tolist(), strict=True))


class Device:
    """A paho client, version 3.1.1 or 5, that keeps what it is told."""

    def __init__(self, port: int, token: str, version: int, *, client_id: str = "device", clean: bool = True) -> None:
        self.version = MQTTProtocolVersion(version)
        five = version == MQTTProtocolVersion.MQTTv5
        self.client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id, protocol=self.version, **({} if five else {"clean_session": clean})
        )
        self.client.username_pw_set(token)
        self.client.max_inflight_messages_set(1_000)
        self.told: list[tuple[str, bytes]] = []
        self.codes: list[int] = []
        self.present: list[bool] = []
        self.granted: list[list[int]] = []
        self.gone: list[int] = []
        self.client.on_connect = self._connected
        self.client.on_message = lambda _client, _user, message: self.told.append((message.topic, message.payload))
        self.client.on_subscribe = lambda _c, _u, _m, codes, _p: self.granted.append([code.value for code in codes])
        self.client.on_disconnect = lambda _c, _u, _f, code, _p: self.gone.append(code.value)
        self.port, self.five, self.clean = port, five, clean

    def _connected(self, _client: Any, _user: Any, flags: Any, code: Any, _properties: Any) -> None:
        self.present.append(flags.session_present)
        self.codes.append(code.value)

    def connect(self) -> "Device":
        kind: dict[str, Any] = {}
        if self.five:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = 0 if self.clean else 600
            kind = {"clean_start": self.clean, "properties": properties}
        self.client.connect("127.0.0.1", self.port, keepalive=30, **kind)
        self.client.loop_start()
        until(lambda: self.codes)
        return self

    def publish(self, topic: str, body: bytes | str, qos: int = 1) -> None:
        """Send and wait for the acknowledgement."""
        sent = self.client.publish(topic, body, qos=qos)
        sent.wait_for_publish(5)
        assert sent.is_published()

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def break_off(self) -> None:
        """Vanish without a word."""
        link = self.client.socket()
        assert link is not None
        self.client.loop_stop()
        link.shutdown(socket.SHUT_RDWR)
        link.close()
