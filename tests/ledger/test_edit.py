"""Records changed by hand: what cannot be used is named by its field, and nobody reaches over their own border."""

from typing import Any

import pytest

from anshu.access.models import Account, Grant
from anshu.access.policy import Person
from anshu.domains.devices.ledger import DEVICES
from anshu.domains.devices.models import Device
from anshu.domains.places.ledger import AREAS, SITES
from anshu.domains.places.models import Area, Site
from anshu.kernel.errors import Forbidden, Invalid
from anshu.ledger.edit import add, change
from anshu.workflow.models import Change

DISTRICT = "440303"
STREETS = (f"{DISTRICT}001", f"{DISTRICT}002")

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(db: None) -> None:
    for number, level in ((DISTRICT, "district"), *((street, "street") for street in STREETS)):
        Area.objects.create(number=number, name=number, level=level, territory=number)


def registrar(territory: str) -> Person:
    account, _new = Account.objects.get_or_create(username=f"r{territory}", name="registrar")
    Grant.objects.get_or_create(account=account, role="registrar", territory=territory)
    return Person(account)


def site(**given: Any) -> dict[str, Any]:
    return {"number": "S1", "name": "滨河小学", "kind": "school", "territory": STREETS[0], **given}


def refused(keeper: Person, field: str, **given: Any) -> None:
    with pytest.raises(Invalid) as caught:
        add(SITES, by=keeper, values=site(**given))
    assert caught.value.field == field
    assert not Site.objects.exists() and not Change.objects.filter(verb="places.add").exists()


@pytest.mark.parametrize("code", ["440399", "440303009", "4403030019", "x"])
def test_an_area_that_does_not_exist_is_refused_by_name(tree: None, code: str) -> None:
    refused(registrar(""), "territory", territory=code)


@pytest.mark.parametrize("code", [DISTRICT, STREETS[0], f"{STREETS[0]}007", f"{STREETS[0]}007001"])
def test_an_area_of_the_tree_or_deeper_than_it_goes_is_good(tree: None, code: str) -> None:
    assert add(SITES, by=registrar(DISTRICT), values=site(territory=code)).territory == code


def test_an_installation_without_a_tree_holds_nothing_against_a_code() -> None:
    assert add(SITES, by=registrar(DISTRICT), values=site()).territory == STREETS[0]


def test_a_new_area_needs_no_area_before_it(tree: None) -> None:
    values = {"number": "440303003", "name": "南湖街道", "level": "street", "territory": "440303003"}
    given = {name: value for name, value in values.items() if name in AREAS.edit}
    assert add(AREAS, by=registrar(DISTRICT), values=given).number == "440303003"


def test_a_blank_area_is_a_field_to_fill_in_and_not_a_closed_door(tree: None) -> None:
    refused(registrar(STREETS[0]), "territory", territory="")


def test_without_the_right_a_blank_area_stays_a_closed_door(tree: None) -> None:
    nobody = Person(Account.objects.create(username="nobody", name="nobody"))
    with pytest.raises(Forbidden):
        add(SITES, by=nobody, values=site(territory=""))


@pytest.mark.parametrize(
    ("field", "lon", "lat"),
    [("lat", 114.1, None), ("lon", None, 22.5), ("lon", 180.1, 22.5), ("lon", -181, 22.5), ("lat", 114.1, 90.5)],
)
def test_a_position_is_whole_and_on_the_globe(tree: None, field: str, lon: float | None, lat: float | None) -> None:
    refused(registrar(DISTRICT), field, lon=lon, lat=lat)


def test_what_lies_in_another_street_cannot_be_referred_to(tree: None) -> None:
    theirs = Site.objects.create(number="T1", name="邻街小学", kind="school", territory=STREETS[1])
    values = {"number": "D1", "name": "水位计", "kind": "gauge", "site": "T1", "territory": STREETS[0]}
    with pytest.raises(Invalid) as hidden:
        add(DEVICES, by=registrar(STREETS[0]), values=values)
    with pytest.raises(Invalid) as absent:
        add(DEVICES, by=registrar(STREETS[0]), values=values | {"site": "T9"})
    assert (hidden.value.field, str(hidden.value).replace("T1", "T9")) == ("site", str(absent.value))
    assert add(DEVICES, by=registrar(DISTRICT), values=values).site == theirs


def test_what_stood_there_already_may_stay(tree: None) -> None:
    theirs = Site.objects.create(number="T1", name="邻街小学", kind="school", territory=STREETS[1])
    device = Device.objects.create(number="D1", name="水位计", kind="gauge", site=theirs, territory=STREETS[0])
    changed = change(DEVICES, device, by=registrar(STREETS[0]), values={"name": "电子水尺", "site": str(theirs.pk)})
    assert (changed.name, changed.site) == ("电子水尺", theirs)
