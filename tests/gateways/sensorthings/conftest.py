"""Gauges in two districts, one of an exercise, with some readings; a program that may look and append in one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from anshu.domains.devices.models import Channel, Device
from anshu.domains.devices.queries.rights import book
from anshu.gateways.sensorthings import doors
from anshu.kernel import clock
from anshu.telemetry import Store, batch_of
from anshu.web import middleware
from tests.gateways.sensorthings.program import HERE, MINUTE_MS, NOW, NOW_MS, THERE, Reader


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    with Store.open(tmp_path, synchronous="NORMAL") as opened, clock.frozen(NOW):
        monkeypatch.setattr(doors, "store", lambda: opened)
        # These addresses answer programs, who are not sent to the page for logging in.
        monkeypatch.setattr(middleware, "OPEN_TO_ALL", (*middleware.OPEN_TO_ALL, "/sta/"))
        book.cache_clear()
        yield opened
    book.cache_clear()


def device(number: str, territory: str, *, slot: int, **more: Any) -> Channel:
    made = Device.objects.create(
        number=number, name=f"gauge {number}", kind="gauge", territory=territory, passcode="secret", **more
    )
    return Channel.objects.create(
        number=f"{number}/level",
        name=f"level {number}",
        device=made,
        quantity="road_water_depth",
        unit="m",
        slot=slot,
        territory=territory,
        minimum=0,
        maximum=20,
        exercise=made.exercise,
    )


@pytest.fixture
def near(store: Store) -> Channel:
    """G1 and G2 here, G3 in another district, G4 of an exercise; ten readings of G1, one each of the others."""
    first = device("G1", HERE, slot=1, lon=113.9, lat=22.6)
    Channel.objects.create(
        number="G1/rain", name="rain", device=first.device, quantity="rain_5min", unit="mm", slot=5, territory=HERE
    )
    device("G2", HERE, slot=2)
    device("G3", THERE, slot=3, lon=114.0, lat=22.5)
    device("G4", HERE, slot=4, exercise=True)
    rows = [(1, NOW_MS - (10 - number) * MINUTE_MS, float(number)) for number in range(10)]
    store.append(
        batch_of([*rows, (2, NOW_MS - 5, 7.0), (3, NOW_MS, 3.0), (4, NOW_MS, 4.0)]), door="test", received_ms=NOW_MS
    )
    return first


@pytest.fixture
def reader(near: Channel) -> Reader:
    return Reader("registrar device")
