"""A house of devices, the door they knock at, and clients of both versions."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateways.mqtt.peers import Device, House, Running


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def door(house: House, tmp_path: Path) -> Iterator[Running]:
    running = Running(house, tmp_path / "telemetry")
    yield running
    running.close()


@pytest.fixture(params=[4, 5], ids=["3.1.1", "5"])
def device(request: pytest.FixtureRequest, door: Running) -> Iterator[Callable[..., Device]]:
    """Makes connected devices of either version."""
    made: list[Device] = []

    def make(token: str, **how: Any) -> Device:
        made.append(Device(door.port, token, request.param, **how))
        return made[-1].connect()

    yield make
    for each in made:
        each.close()
