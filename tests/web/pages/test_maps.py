"""A layer of many points travels packed to whoever can unpack it, and is the same either way; a view of it shows what
is in sight, every point where there is room, and counts truly where there is not."""

import gzip
import json
from typing import Any

import pytest
from django.test import Client

from anshu.access.models import Account, Grant
from anshu.domains.places.models import Site
from anshu.web import map_points

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


LEVELS = ("1", "2", "3", "")


@pytest.fixture
def crowd(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three knots of nine sites, one site alone, and nine in another district, where ten are already many."""
    monkeypatch.setattr(map_points, "FEW", 10)
    places = [(114.1 + knot / 10, 22.5, "440303001") for knot in range(3)] + [(114.1, 22.5, "440304001")]
    made = [
        Site(number=f"K{x}{step}", name="x", kind=Site.Kind.ENTERPRISE, territory=area, lon=lon + step / 1e5, lat=lat)
        for x, (lon, lat, area) in enumerate(places)
        for step in range(9)
    ]
    made.append(Site(number="A", name="alone", kind=Site.Kind.ENTERPRISE, territory="440303001", lon=114.15, lat=22.6))
    for number, site in enumerate(made):
        site.risk_color = LEVELS[number % 3]
    Site.objects.bulk_create(made)


def asked(client: Client, bbox: str, zoom: float) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    told = client.get("/map/data/sites.json", {"kind": "enterprise", "bbox": bbox, "zoom": zoom}).json()
    return told, [feature["properties"] for feature in told["features"]]


def test_a_small_layer_comes_whole_whatever_is_in_sight(client: Client) -> None:
    fill(10)
    told, found = asked(client, "0,0,1,1", 12)
    assert (told["count"], told["whole"], len(found)) == (10, True, 10)


def test_of_a_large_layer_what_stands_together_is_counted_and_what_stands_alone_is_itself(
    crowd: None, client: Client
) -> None:
    told, found = asked(client, "114.0,22.4,114.4,22.7", 11)
    assert (told["count"], told["whole"]) == (28, False)
    assert sorted(each.get("count", 1) for each in found) == [1, 9, 9, 9]
    assert all(each["levels"] == ["1", "2", "3"] for each in found if "count" in each)
    (alone,) = (each for each in found if "count" not in each)
    assert alone["name"] == "alone" and alone["url"].startswith("/r/sites/")
    centre = next(feature for feature in told["features"] if "count" in feature["properties"])["geometry"][
        "coordinates"
    ]
    assert min(abs(centre[0] - 114.1 - knot / 10 - 4e-5) for knot in range(3)) < 1e-9 and abs(centre[1] - 22.5) < 1e-9


def test_from_near_every_point_in_sight_is_shown_and_no_other(crowd: None, client: Client) -> None:
    told, found = asked(client, "114.05,22.4,114.15,22.55", 11)
    assert (told["count"], len(found)) == (28, 9) and all("count" not in each for each in found)
    told, found = asked(client, "114.05,22.4,114.35,22.7", map_points.NEAR_ZOOM)
    assert (told["count"], len(found)) == (28, 28) and all("count" not in each for each in found)


@pytest.mark.parametrize(("bbox", "zoom"), [("1,2,3", "5"), ("a,b,c,d", "5"), ("3,2,1,0", "5"), ("0,0,1,1", "near")])
def test_a_view_that_is_none_is_refused(client: Client, bbox: str, zoom: str) -> None:
    assert client.get("/map/data/sites.json", {"bbox": bbox, "zoom": zoom}).status_code == 422
