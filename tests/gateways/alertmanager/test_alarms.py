"""From Prometheus to the desk: an alert raises an alarm of the level that its rank stands for, its end ends it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anshu.domains.devices.models import Channel, Device
from anshu.domains.devices.queries.rights import Directory, Rights, read_directory
from anshu.domains.warnings.models import Alarm, Rule
from anshu.domains.warnings.tasks.sense import Sense
from anshu.gateways.alertmanager.alerts import Alert
from anshu.gateways.alertmanager.receiving import Desk, Reception
from anshu.kernel import clock
from anshu.telemetry import Limits, Store

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
RANKS = [{"level": 5 - rank, "raise": rank, "clear": rank - 0.5} for rank in (1, 2, 3, 4)]


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def post(store: Store, directory: Directory, severity: str, ends_at: datetime) -> None:
    now_ms = ms(clock.now())
    alert = Alert({"alertname": "DiskFull", "severity": severity}, "", ms(NOW), ms(ends_at), ms(ends_at) <= now_ms)
    Reception().take([alert], Rights("", directory.devices, directory.facts), directory, Desk(store, Limits(), now_ms))


def test_an_alert_is_an_alarm_and_its_end_a_recovery(tmp_path: Path) -> None:
    target = Device.objects.create(
        number="P", name="all targets", kind="server", protocol="prometheus", address="*", territory="440306"
    )
    channel = Channel.objects.create(
        number="P/all",
        name="alerts",
        device=target,
        quantity="alert",
        point="*",
        unit="",
        stale_after_s=0,
        territory="440306",
    )
    Rule.objects.create(number="R", name="ranks of alerts", channel=channel, steps=RANKS)
    with Store.open(tmp_path, synchronous="NORMAL") as store, clock.frozen(NOW) as at:
        sense, directory = Sense(store), read_directory()
        post(store, directory, "critical", NOW + timedelta(minutes=4))
        sense.turn()
        alarm = Alarm.objects.get()
        assert (alarm.level, alarm.state, alarm.value, alarm.recovered_at) == ("1", Alarm.State.RAISED, 4.0, None)
        at.advance(minutes=1)
        post(store, directory, "critical", clock.now() - timedelta(seconds=1))
        at.advance(seconds=1)
        sense.turn()
        alarm.refresh_from_db()
        assert alarm.recovered_at == NOW + timedelta(seconds=59)
        assert Alarm.objects.count() == 1
