"""Gauges that raise alarms, in a few words, and where each alarm is then."""

from datetime import UTC, datetime, timedelta
from typing import Any

from anshu.access.models import Account, Grant
from anshu.access.policy import Person, Robot
from anshu.domains.devices.models import Channel, Device
from anshu.domains.places.models import Site
from anshu.domains.warnings.models import Alarm, Level, Rule
from anshu.domains.warnings.transitions.alarms import raise_alarm
from anshu.kernel import clock

SENSE = Robot("sense")
STORM = datetime(2026, 6, 11, 16, 0, tzinfo=UTC)
DISTRICT, STREET = "440303", "440303001"
LON, LAT = 114.1, 22.55
DEG_M = 111_000.0


def officer(territory: str = DISTRICT) -> Person:
    account = Account.objects.create(username=f"officer{territory}", name="周航")
    Grant.objects.create(account=account, role="duty_officer", territory=territory)
    return Person(account)


def rule(judged: str = "value", quantity: str = "road_water_depth") -> Rule:
    found: Rule = Rule.objects.get_or_create(
        number=f"R-{judged}-{quantity}",
        defaults={"name": f"{judged} {quantity}", "judged": judged, "quantity": quantity, "window_min": 60,
                  "steps": [{"level": 3, "raise": 0.15, "clear": 0.12}]},
    )[0]  # fmt: skip
    return found


def gauge(name: str, north_m: float = 0.0, east_m: float = 0.0, **more: Any) -> Channel:
    """A channel so many metres from the corner, of a device and, if `site` is a word, at a site of its own."""
    territory, quantity = more.pop("territory", STREET), more.pop("quantity", "road_water_depth")
    where = {"lon": LON + east_m / (DEG_M * 0.9236), "lat": LAT + north_m / DEG_M} if more.pop("placed", True) else {}
    site = more.pop("site", None)
    if isinstance(site, str):
        site = Site.objects.get_or_create(number=site, defaults={"name": site, "territory": territory, **where})[0]
    device = Device.objects.create(
        number=name, name=name, kind=more.pop("kind", "gauge"), territory=territory, site=site,
        account=more.pop("account", None),
    )  # fmt: skip
    return Channel.objects.create(
        number=f"{name}/{quantity}", name=name, device=device, quantity=quantity, unit="m", territory=territory,
        **where, **more,
    )  # fmt: skip


def rise(channel: Channel, level: str = Level.YELLOW, *, judged: str = "value", after_min: float = 0) -> Alarm:
    """An alarm of the channel, measured so many minutes after the storm began."""
    at = STORM + timedelta(minutes=after_min)
    return raise_alarm(
        by=SENSE, rule=rule(judged, channel.quantity), channel=channel, level=Level(level), value=0.2, sensed_at=at,
        why={"threshold": 0.15},
    )  # fmt: skip


def now_is(alarm: Alarm) -> Alarm:
    """The alarm as it stands in the database."""
    return Alarm.objects.get(pk=alarm.pk)


def begin() -> Any:
    """Time stands still at the beginning of the storm."""
    return clock.frozen(STORM)
