"""The whole process over a real database: tokens, territory, shutting down, and a new device while it runs."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from migrated import put_tables

from anshu.access.models import Account, Grant, Token
from anshu.gateways.mqtt.server import judge, powers
from anshu.kernel import clock
from anshu.telemetry import Store
from tests.gateways.mqtt.peers import Device, until

AT = 1_700_000_000_000
PREPARE = """
import django, sys
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from anshu.access.models import Account, Grant, Token
from anshu.domains.devices.models import Channel, Device
account = Account.objects.create(username="gauge", name="gauge")
Grant.objects.create(account=account, role="device", territory="440306")
device = Device.objects.create(number="G1", name="G1", kind="gauge", account=account, territory="440306")
Channel.objects.create(number="G1/level", name="l", device=device, quantity="water_level", unit="m", territory="440306")
sys.stdout.write(Token.issue(account, ["telemetry.append"]))
"""
ADD = """
import django
django.setup()
from anshu.domains.devices.models import Channel, Device
device = Device.objects.get()
Channel.objects.create(number="G1/rain", name="r", device=device, quantity="rain", unit="mm", territory="440306")
"""
RUN = """
import django, pathlib, sys
django.setup()
from anshu.gateways.mqtt import server
beats = pathlib.Path(sys.argv[1])
server.run(lambda: beats.write_text(str(int(beats.read_text() or 0) + 1)))
"""


class Process:
    """The process on a fresh installation in a folder."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.folder, self.beats = folder, folder / "beats"
        self.beats.write_text("")
        self.environment = {
            **os.environ, "ANSHU_STATE_DIR": str(folder), "ANSHU_MQTT_PORT": str(self.port),
            "ANSHU_FILE": str(folder / "none.toml"), "DJANGO_SETTINGS_MODULE": "anshu.project.django_settings",
        }
        put_tables(folder)
        self.token = self.python(PREPARE).strip()
        self.running = subprocess.Popen(
            [sys.executable, "-c", RUN, str(self.beats)], env=self.environment, stderr=subprocess.PIPE
        )
        until(self._answers, 30)

    def python(self, script: str) -> str:
        done = subprocess.run([sys.executable, "-c", script], env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> int:
        self.running.send_signal(signal.SIGTERM)
        self.running.communicate(timeout=20)
        return self.running.returncode


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    made = Process(tmp_path)
    yield made
    if made.running.poll() is None:
        made.running.kill()
        made.running.communicate()


@pytest.mark.slow
def test_a_process_takes_in_beats_follows_the_register_and_ends_when_told(process: Process) -> None:
    gauge = Device(process.port, process.token, 5).connect()
    gauge.publish("v1/devices/me/telemetry", json.dumps({"ts": AT, "values": {"level": 1, "rain": 2}}))
    gauge.publish("v1/devices/me/attributes", json.dumps({"firmware": "3"}))
    with Store.open(process.folder / "telemetry") as store:
        assert store.tail(0, 10).value.tolist() == [1.0]
        assert [row.channel for row in store.quarantine().rows] == ["G1/rain"]
        process.python(ADD)

        def stored() -> bool:
            gauge.publish("v1/devices/me/telemetry", json.dumps({"ts": AT, "values": {"rain": 2}}))
            return len(store.tail(0, 10)) == 2

        until(stored, 10)
    assert int(process.beats.read_text()) >= 2
    asked = process.python(
        "import django; django.setup()\n"
        "from anshu.domains.devices.models import Device; print(Device.objects.get().attributes)"
    )
    assert "firmware" in asked
    gauge.client.reconnect_delay_set(60, 60)
    assert process.stop() == 0
    until(lambda: gauge.gone)
    assert gauge.gone[-1] == 0x8B
    gauge.close()


@pytest.mark.django_db(transaction=True)
def test_who_is_behind_a_token() -> None:
    account = Account.objects.create(username="gauge", name="gauge")
    token = Token.issue(account, ["telemetry.append"])
    assert judge("guess", b"\xff") is None
    assert judge("", b"") is None
    for person in (judge(token, b""), judge("anything", token.encode())):
        assert person is not None
        assert person.account == account


@pytest.mark.django_db(transaction=True)
def test_powers_change_with_tokens_and_grants() -> None:
    account = Account.objects.create(username="gauge", name="gauge")
    Token.issue(account, ["telemetry.append"])
    seen = [powers()]
    grant = Grant.objects.create(account=account, role="device", territory="440306")
    seen.append(powers())
    grant.delete()
    Token.issue(account, [])
    seen.append(powers())
    Token.objects.update(revoked_at=clock.now())
    seen.append(powers())
    assert account.pk in seen[0]
    assert account.pk not in seen[-1]
    assert len({str(each) for each in seen}) == 4
