"""Who may write readings of what."""

from typing import Any

import pytest

from anshu.access.models import Account, Grant, Token
from anshu.access.policy import Person, Robot, bearer
from anshu.domains.devices.models import Channel, Device
from anshu.domains.devices.queries.rights import Directory, read_directory
from anshu.telemetry import Limits
from anshu.telemetry.bodies import read_gateway

pytestmark = pytest.mark.django_db


def sender(name: str, area: str = "440306", scopes: tuple[str, ...] = ("telemetry.append",)) -> Person:
    account = Account.objects.create(username=name, name=name)
    Grant.objects.create(account=account, role="device", territory=area)
    person = bearer(Token.issue(account, list(scopes)))
    assert person is not None
    return person


def device(number: str, territory: str, **fields: Any) -> Device:
    made = Device.objects.create(number=number, name=number, territory=territory, **{"kind": "gauge", **fields})
    Channel.objects.create(
        number=f"{number}/level", name=number, device=made, quantity="water_level", unit="m", territory=territory
    )
    return made


@pytest.fixture
def gauge() -> Person:
    return sender("gauge")


@pytest.fixture
def directory(gauge: Person) -> Directory:
    device("G1", "440306001", account=gauge.account)
    device("G2", "440306002")
    device("F1", "440305001")
    return read_directory()


def test_a_device_writes_its_own(directory: Directory, gauge: Person) -> None:
    rights = directory.rights(gauge, "G2")
    assert (rights.own, list(rights.devices), list(rights.facts)) == ("G1", ["G1"], ["G1/level"])
    assert list(rights.of("G2")) == []


def test_a_gateway_and_a_program_write_for_their_territory(directory: Directory) -> None:
    gateway, program = sender("gateway"), sender("program")
    device("GW", "440306", kind="gateway", account=gateway.account)
    directory = read_directory()
    assert directory.rights(gateway).own == "GW"
    assert set(directory.rights(gateway).facts) == {"G1/level", "G2/level", "GW/level"}
    assert directory.rights(program, "G2").own == "G2"
    assert directory.rights(program, "F1").own == ""
    assert set(directory.rights(program).devices) == {"G1", "G2", "GW"}


def test_a_token_without_the_scope_and_an_account_without_a_grant_write_nothing(directory: Directory) -> None:
    narrow = sender("narrow", scopes=("warnings.relay",))
    bare = Person(Account.objects.create(username="bare", name="bare"))
    for person in (narrow, bare):
        assert directory.rights(person, "G1").facts == {}
        assert directory.rights(person, "G1").own == ""


def test_our_own_robot_writes_everywhere(directory: Directory) -> None:
    assert set(directory.rights(Robot("mqtt")).facts) == {"G1/level", "G2/level", "F1/level"}


def test_a_channel_of_another_is_told_apart_from_one_that_does_not_exist(directory: Directory, gauge: Person) -> None:
    body = b'{"G2": [{"level": 1}], "G1": [{"level": 1, "lvel": 2}]}'
    found = directory.explain(read_gateway(body, "G1", directory.rights(gauge).facts, 1_700_000_000_000, Limits()))
    assert len(found.batch) == 1
    assert ["may not write" in reject.detail for reject in found.rejects] == [True, False]
    assert [reject.channel for reject in found.rejects] == ["G2/level", "G1/lvel"]


def test_a_slash_in_a_key_does_not_reach_into_another_device(gauge: Person) -> None:
    device("A", "440306001", account=gauge.account)
    device("A/B", "440306001")
    directory = read_directory()
    assert "A/B/level" in directory.facts
    assert "A/B/level" not in directory.rights(gauge).of("A")
