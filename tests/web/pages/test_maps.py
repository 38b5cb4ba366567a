"""A layer of many points travels packed to whoever can unpack it, and is the same either way."""

import gzip
import json

import pytest
from django.test import Client

from anshu.access.models import Account, Grant
from anshu.domains.places.models import Site

pytestmark = pytest.mark.django_db
SITES = 1_200


@pytest.fixture
def client(db: None) -> Client:
    account = Account.objects.create(username="officer", name="officer")
    Grant.objects.create(account=account, role="duty_officer", territory="440303")
    made = Client()
    made.force_login(account)
    return made


def fill(count: int) -> None:
    kind = Site.Kind.ENTERPRISE
    Site.objects.bulk_create(
        Site(number=f"S{n}", name=f"第{n}厂", kind=kind, territory="440303001", lon=114.1 + n / 1e5, lat=22.5)
        for n in range(count)
    )


def test_many_points_are_packed_for_those_who_can_unpack_them(client: Client) -> None:
    fill(SITES)
    packed = client.get("/map/data/sites.json", headers={"Accept-Encoding": "br, gzip"})
    plain = client.get("/map/data/sites.json")
    assert packed["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain
    assert gzip.decompress(packed.content) == plain.content
    assert len(json.loads(plain.content)["features"]) == SITES
    assert len(packed.content) < len(plain.content) / 3


def test_a_few_points_are_not(client: Client) -> None:
    fill(10)
    assert "Content-Encoding" not in client.get("/map/data/sites.json", headers={"Accept-Encoding": "gzip"})
