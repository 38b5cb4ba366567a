"""A client of a broker outside: the same messages, taken from our own topics and ThingsBoard's gateway topics.

A plain broker does not tell who sent a message. It is trusted to let each device write under its own topics alone.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gmqtt import Client, Subscription
from gmqtt.mqtt.constants import MQTTv50, MQTTv311

from anshu.access.policy import Robot
from anshu.gateways.mqtt.journal import Arrival, Journal
from anshu.gateways.mqtt.messages import Message
from anshu.gateways.mqtt.topics import SHARED_TOPICS

RELAY = Robot("mqtt")
CLIENT_ID = "anshu-intake"
SESSION_EXPIRY_S = 7 * 86_400
REST_S = 5.0

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Broker:
    """Where the broker is and as whom to log in; an empty user name means without.

    `tls`: it shows a certificate that an authority known to this machine has signed for this host.
    """

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False


@dataclass(eq=False)
class Outside:
    """Keeps a session at the broker (QoS 1, remembered for a week), so that nothing is lost while we are away."""

    broker: Broker
    journal: Journal
    client_id: str = CLIENT_ID
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    _client: Any = None
    _broken: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep(self) -> None:
        """Connect, and connect again after every loss, until cancelled."""
        version = MQTTv50
        try:
            while True:
                self._broken.clear()
                try:
                    await asyncio.wait_for(self._connect(version), REST_S * 2)
                    await self._broken.wait()
                except Exception as error:  # whatever a broker or the network does, we try again
                    _logger.warning("broker %s:%d: %r", self.broker.host, self.broker.port, error)
                    version = MQTTv311 if version == MQTTv50 else MQTTv50
                self.connected.clear()
                await self._drop()
                await asyncio.sleep(REST_S)
        finally:
            await self._drop()

    async def _connect(self, version: int) -> None:
        properties = {"session_expiry_interval": SESSION_EXPIRY_S} if version == MQTTv50 else {}
        # Not "optimistic": gmqtt then acknowledges when `_take` returns, which is when the message is on disk.
        client = Client(self.client_id, clean_session=False, optimistic_acknowledgement=False, **properties)
        client.set_config({"reconnect_retries": 0, "reconnect_delay": REST_S})
        client.on_message, client.on_disconnect = self._take, self._lost
        self._client = client
        if self.broker.user:
            client.set_auth_credentials(self.broker.user, self.broker.password)
        await client.connect(self.broker.host, self.broker.port, self.broker.tls, version=version, keepalive=30)
        client.subscribe([Subscription(topic, qos=1) for topic in SHARED_TOPICS])
        self.connected.set()

    async def _take(self, _client: Any, topic: str, payload: bytes, _qos: int, _properties: Any) -> int:
        """Hand a message over and come back when it is on disk; if it cannot be written, break off and get it again."""
        stored = asyncio.get_running_loop().create_future()
        self.journal.put(Arrival((Message(RELAY, "", topic, payload),), partial(_settle, stored)))
        if not await stored:
            self._broken.set()
            await asyncio.Event().wait()
        return 0

    def _lost(self, _client: Any, _packet: Any, _error: Any = None) -> None:
        self._broken.set()

    async def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.stop_reconnect()
            try:
                await client.disconnect()
            except Exception as error:  # it is being dropped: how it ends is no matter
                _logger.debug("while leaving the broker: %s", error)


def _settle(waiting: "asyncio.Future[bool]", stored: bool) -> None:
    if not waiting.done():
        waiting.set_result(stored)
