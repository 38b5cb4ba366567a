"""A gauge that has risen, somebody at the desk, and time that stands still."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from anshu.access.models import Account, Grant
from anshu.access.policy import Person
from anshu.domains.devices.models import Channel, Device
from anshu.domains.warnings.models import Alarm, Rule
from anshu.kernel import clock
from anshu.workflow import clocks

DISTRICT, STREET = "440303", "440303001"
STORM = datetime(2026, 6, 11, 16, 40, tzinfo=UTC)


@pytest.fixture
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(STORM) as standing:
        yield standing


@pytest.fixture
def person(db: None) -> Callable[..., Person]:
    """Somebody with a role in an area."""

    def make(role: str, territory: str = DISTRICT) -> Person:
        account = Account.objects.create(username=f"{role}{territory}", name=f"{role}{territory}", post="值班员")
        Grant.objects.create(account=account, role=role, territory=territory)
        return Person(account)

    return make


@pytest.fixture
def alarm(db: None, time: clock.FrozenTime) -> Alarm:
    """A red alarm nobody has judged, its clock wound."""
    rule = Rule.objects.create(number="R1", name="depth", quantity="road_water_depth", steps=[])
    device = Device.objects.create(number="D1", name="gauge", kind="water_gauge", territory=STREET)
    channel = Channel.objects.create(
        number="D1.depth", name="depth", device=device, quantity="road_water_depth", unit="m", territory=STREET
    )
    known: dict[str, Any] = {
        "level": "1",
        "highest": "1",
        "value": 0.46,
        "peak": 0.46,
        "why": {"threshold": 0.4},
        "title": "积水 0.46 m",
    }
    made: Alarm = Alarm.objects.create(
        rule=rule, channel=channel, sensed_at=STORM, raised_at=STORM, territory=STREET, **known
    )
    clocks.wind(made)
    return made
