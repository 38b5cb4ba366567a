"""Loading a district: complete, true to its files, and the second time without effect."""

import argparse
import stat
from pathlib import Path

import pytest

from anshu.access.models import Account, Token
from anshu.domains.devices.models import Channel, Device
from anshu.domains.devices.queries import channel_facts, store
from anshu.domains.duty.models import Shift
from anshu.domains.people.models import Organisation, Person, Responsibility
from anshu.domains.places.models import Area, BaseLayer, Site
from anshu.domains.teams.models import Team
from anshu.domains.warnings.models import Rule
from anshu.gateways.district_files import read_gauges, read_waterlogging_points
from anshu.project import demo
from anshu.project.demo import accounts, layers
from anshu.project.settings import settings
from anshu.workflow import log
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db

REGISTERS = (Area, Site, Organisation, Person, Responsibility, Device, Channel, Rule, Team, Shift)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A state folder of this test alone."""
    monkeypatch.setattr(settings(), "state_dir", tmp_path)
    store.cache_clear()
    yield tmp_path
    if store.cache_info().currsize:
        store().close()
        store.cache_clear()


def asked(*, generated: bool = True, sites: int = 50) -> argparse.Namespace:
    return argparse.Namespace(what="district", generated=generated, seed=20230907, sites=sites)


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in REGISTERS}


def test_the_invented_district_is_loaded_once(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.run(asked()) == 0
    first, rows = counts(), Change.objects.count()
    assert accounts.PASSWORD in capsys.readouterr().out
    assert demo.run(asked()) == 0
    assert counts() == first
    assert Change.objects.count() == rows
    told = capsys.readouterr().out
    assert "added" not in told
    assert accounts.PASSWORD not in told
    assert first["Area"] == 369 and first["Device"] == 172 and first["Channel"] == 197 and first["Team"] == 32
    assert list(log.faults()) == []
    assert all(row.generated for model in (Site, Person, Device, Team) for row in model.objects.all())


def test_the_token_opens_the_door_and_is_its_owners_alone(state: Path) -> None:
    demo.run(asked())
    path = state / "demo-token"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    token = Token.objects.get(digest=Token.digest_of(path.read_text()))
    assert token.scopes == ["telemetry.append", "warnings.relay"]
    path.unlink()
    demo.run(asked())
    assert Token.objects.filter(digest=Token.digest_of(path.read_text())).exists()


def test_no_log_in_is_made_beside_real_ones(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Account.objects.create(username="somebody", name="某人")
    demo.run(asked())
    assert Account.objects.count() == 1
    assert not (state / "demo-token").exists()
    assert "none made" in capsys.readouterr().out


def test_shenzhen_is_as_its_files_say(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings(), "data_dir", data_dir)
    demo.run(asked(generated=False, sites=0))
    assert Site.objects.filter(kind="waterlogging_point", generated=False).count() == 206
    assert Site.objects.filter(kind="shelter", generated=False).count() == 462
    assert Device.objects.filter(generated=False).count() == Device.objects.count() == 148
    for gauge in read_gauges(data_dir).content:
        device = Device.objects.get(number=gauge.code)
        assert (device.lon, device.lat, device.flags) == (gauge.position.lon, gauge.position.lat, list(gauge.flags))
    for point in read_waterlogging_points(data_dir).content:
        assert Site.objects.get(number=point.code).flags == list(point.flags)
    assert Area.objects.order_by("number").first().number == "4403"
    assert all(person.generated for person in Person.objects.all()[:50])
    assert len(channel_facts()) == 148
    assert "122 accepted" in capsys.readouterr().out
    for layer in BaseLayer.objects.exclude(key="roads"):
        assert len(str(layer.content)) < layers.LARGEST * 1.1, layer.key
    demo.run(asked(generated=False, sites=0))
    assert "added" not in capsys.readouterr().out
