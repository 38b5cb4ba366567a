"""A small district in which things are told: an office, those who verify, reward and pay, two vault officers."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from anshu.access.models import Account, Grant
from anshu.access.policy import Person as Actor
from anshu.access.policy import Robot
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.people.models import Organisation, Person
from anshu.domains.places.models import Site
from anshu.domains.tipoffs import transitions
from anshu.domains.tipoffs.models import TipOff
from anshu.domains.vault import transitions as vault
from anshu.domains.vault.rules import envelopes
from anshu.kernel import clock

DISTRICT, STREET, COMMUNITY = "440303", "440303001", "440303001001"
NOW = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)  # a Wednesday, ten o'clock in Shenzhen
PASSPHRASE = "correct horse battery"
PUBLIC = Robot("public")
NAME, PHONE = "钱多多", "13900001111"


def actor(username: str, role: str, unit: Organisation | None = None, territory: str = DISTRICT) -> Actor:
    account = Account.objects.create(username=username, name=username, post=role)
    Grant.objects.create(account=account, role=role, territory=territory)
    if unit is not None:
        Person.objects.create(
            number=f"P-{username}", name=username, organisation=unit, account=account, territory=territory
        )
    return Actor(account)


@pytest.fixture
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(NOW) as standing:
        yield standing


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guess at a passphrase costs next to nothing here."""
    monkeypatch.setattr(envelopes, "SCRYPT_N", 2)


@pytest.fixture
def district(db: None, time: clock.FrozenTime, quick: None) -> SimpleNamespace:
    place = SimpleNamespace(time=time)
    place.bureau = Organisation.objects.create(number="B", name="bureau", kind="bureau", territory=DISTRICT)
    place.street = Organisation.objects.create(number="S", name="street office", kind="street", territory=STREET)
    place.site = Site.objects.create(
        number="E-1", name="某某家具厂", kind=Site.Kind.ENTERPRISE, territory=COMMUNITY, lon=114.12, lat=22.55
    )
    place.firm = Enterprise.objects.create(number="Q-1", name="某某家具厂", site=place.site, territory=COMMUNITY)
    place.office = actor("office", "tip_off_officer")
    place.second_office = actor("second office", "tip_off_officer")
    place.officer = actor("officer", "enforcement_officer", place.bureau)
    place.colleague = actor("colleague", "enforcement_officer", place.bureau)
    place.local = actor("local", "street_officer", place.street, STREET)
    place.section = actor("section", "section_officer", place.bureau)
    place.leader = actor("leader", "district_leader")
    place.cashier = actor("cashier", "cashier")
    place.first_key, place.second_key = actor("first key", "vault_officer"), actor("second key", "vault_officer")
    place.auditor = actor("auditor", "audit_administrator")
    for keyholder in (place.first_key, place.second_key):
        vault.enrol(PASSPHRASE, by=keyholder)
    vault.found(by=place.first_key)
    return place


@pytest.fixture
def told(district: SimpleNamespace) -> Callable[..., TipOff]:
    """Makes a tip-off from the public page, with a name in the vault unless told otherwise; its code is `code`."""

    def make(*, named: bool = True, **fields: object) -> TipOff:
        known = {
            "text": "消防通道被货物堵死，门晚上从外面锁上",
            "kind": TipOff.Kind.FIRE,
            "channel": TipOff.Way.WEB,
            "place": "红桂路2号",
            "territory": COMMUNITY,
            "named": named,
        }
        tip_off = transitions.tell(by=PUBLIC, **(known | fields))  # type: ignore[arg-type]
        if named:
            vault.keep_identity(tip_off, {"name": NAME, "phone": PHONE})
        tip_off.code = transitions.issue_ticket(tip_off)  # type: ignore[attr-defined]
        return tip_off

    return make


@pytest.fixture
def verifying(district: SimpleNamespace, told: Callable[..., TipOff]) -> Callable[..., TipOff]:
    """Makes a tip-off that the bureau is verifying."""

    def make(**fields: object) -> TipOff:
        tip_off = told(**fields)
        transitions.accept(tip_off, by=district.office, enterprise=district.firm)
        transitions.assign(tip_off, by=district.office, unit=district.bureau)
        return tip_off

    return make
