"""What every register promises through the API, tried on each of them."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from filling import role_for

from anshu.ledger.declaration import LEDGERS, Ledger, field_of

pytestmark = pytest.mark.django_db

DISTRICT, STREET, OTHER = "440304", "440304001", "440304002"
PHONE = "13912345678"


@pytest.fixture
def keeper(caller: Callable[..., Any], ledger: Ledger) -> Any:
    """Somebody who may look at the whole register in the district, and change what can be changed."""
    return caller(role_for(*(f"{ledger.domain}.{verb}" for verb in ("view", "add", "change"))))


def problem(response: Any, status: int, code: str | None = None) -> dict[str, Any]:
    """The problem document of a refusal."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "code", "field"} == told.keys()
    assert told["status"] == status
    assert code in (None, told["code"])
    return told


@pytest.fixture
def street(caller: Callable[..., Any], ledger: Ledger) -> Any:
    """Somebody who may look at the register in one street."""
    return caller(role_for(f"{ledger.domain}.view"), STREET)


def test_a_list_holds_the_rows_of_the_district(ledger: Ledger, rows: tuple[Any, Any], keeper: Any) -> None:
    response = keeper.get(f"/{ledger.slug}")
    assert response.status_code == 200, response.content
    body = response.json()
    assert {str(row.pk) for row in rows} <= {item["id"] for item in body["items"]}
    assert body["count"] == len(body["items"]) == int(response["X-Total-Count"]) == ledger.model.objects.count()
    item = next(item for item in body["items"] if item["id"] == str(rows[0].pk))
    assert item["label"] == str(rows[0])
    assert set(ledger.shown) <= item.keys()


def test_a_street_never_sees_another_streets_rows(ledger: Ledger, rows: tuple[Any, Any], street: Any) -> None:
    mine, other = rows
    listed = street.get(f"/{ledger.slug}?size=1000").json()
    assert {item["territory"] for item in listed["items"]} == {STREET}
    assert listed["count"] == ledger.model.objects.filter(territory=STREET).count()
    assert street.get(f"/{ledger.slug}/{mine.pk}").status_code == 200
    for path in (f"/{ledger.slug}/{other.pk}", f"/{ledger.slug}/{other.pk}/history"):
        problem(street.get(path), 404, "not_found")
    assert street.get(f"/{ledger.slug}?territory={OTHER}").json()["count"] == 0


def test_points_are_those_of_the_area_and_the_box(ledger: Ledger, rows: tuple[Any, Any], street: Any) -> None:
    response = street.get(f"/{ledger.slug}.geojson")
    if ledger.layer is None:
        problem(response, 404)
        return
    assert response["Content-Type"] == "application/geo+json"
    features = response.json()["features"]
    assert str(rows[0].pk) in {feature["id"] for feature in features}
    assert str(rows[1].pk) not in response.content.decode()
    properties = features[0]["properties"]
    assert properties["url"] == f"/r/{ledger.slug}/{features[0]['id']}"
    assert {"name", "url", *filter(None, [ledger.layer.colour_by])} == properties.keys()
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [114.05, 22.53]}
    assert street.get(f"/{ledger.slug}.geojson?bbox=114,22,115,23").json()["features"]
    assert not street.get(f"/{ledger.slug}.geojson?bbox=113,22,114,23").json()["features"]
    assert not street.get(f"/{ledger.slug}.geojson?at=2020-01-01T00:00:00Z").json()["features"]
    for wrong in ("1,2,3", "a,b,c,d", "nan,1,2,3", "115,22,114,23", "-200,0,0,0"):
        assert problem(street.get(f"/{ledger.slug}.geojson?bbox={wrong}"), 422)["field"] == "bbox"


@pytest.mark.once
def test_nobody_looks_without_a_key_or_without_the_permission(
    ledger: Ledger, rows: tuple[Any, Any], caller: Callable[..., Any]
) -> None:
    response = Client().get(f"/api/{ledger.slug}")
    problem(response, 401, "log_in")
    assert response["WWW-Authenticate"].startswith("Bearer")
    problem(Client().get(f"/api/{ledger.slug}", headers={"Authorization": "Bearer wrong"}), 401, "log_in")
    for path in (f"/{ledger.slug}", f"/{ledger.slug}/{rows[0].pk}", f"/{ledger.slug}/{rows[0].pk}/history"):
        problem(caller("device").get(path), 403)
        problem(caller("system_administrator", scopes=("telemetry.append",)).get(path), 403)


@pytest.mark.once
def test_personal_data_is_never_told_in_clear(ledger: Ledger, rows: tuple[Any, Any], keeper: Any) -> None:
    personal = [f.name for f in ledger.model._meta.concrete_fields if getattr(f, "personal", False)]
    for path in (f"/{ledger.slug}", f"/{ledger.slug}/{rows[0].pk}", f"/{ledger.slug}/{rows[0].pk}/history"):
        assert PHONE not in keeper.get(path).content.decode()
    record = keeper.get(f"/{ledger.slug}/{rows[0].pk}").json()
    for name in set(personal) & set(ledger.shown):
        assert record[name] == "139****5678"[: len(record[name])] or "*" in record[name]
        assert problem(keeper.get(f"/{ledger.slug}?{name}={PHONE}"), 422)["field"] == name


@pytest.mark.once
def test_names_that_nobody_knows_are_refused(ledger: Ledger, rows: tuple[Any, Any], keeper: Any) -> None:
    assert problem(keeper.get(f"/{ledger.slug}?colour=red"), 422)["field"] == "colour"
    for name, wrong in (
        ("order", "nothing"),
        ("page", "0"),
        ("page", "x"),
        ("page", "9" * 30),
        ("size", "0"),
        ("size", "1001"),
        ("since", "yesterday"),
        ("since", "2026-06-01T00:00:00"),
        ("territory", "44x"),
        ("flagged", "perhaps"),
    ):
        assert problem(keeper.get(f"/{ledger.slug}?{name}={wrong}"), 422)["field"] == name, name


def test_every_filter_finds_the_row_it_was_read_from(ledger: Ledger, rows: tuple[Any, Any], keeper: Any) -> None:
    row = rows[0]
    for name in ledger.filters:
        field = field_of(ledger.model, name)
        value = getattr(row, field.attname)
        if value not in (None, ""):
            items = keeper.get(f"/{ledger.slug}?size=1000&{name}={value}").json()["items"]
            assert str(row.pk) in {item["id"] for item in items}, name
    if ledger.model.searchable and row.number:
        assert keeper.get(f"/{ledger.slug}?q={row.number}").json()["count"] == 1
    assert keeper.get(f"/{ledger.slug}?since=2030-01-01T00:00:00Z").json()["count"] == 0


def test_every_stored_column_can_be_ordered_by(ledger: Ledger, rows: tuple[Any, Any], keeper: Any) -> None:
    for name in ledger.columns:
        if field_of(ledger.model, name) is not None:
            up = [item["id"] for item in keeper.get(f"/{ledger.slug}?order={name}&size=1000").json()["items"]]
            down = [item["id"] for item in keeper.get(f"/{ledger.slug}?order=-{name}&size=1000").json()["items"]]
            assert sorted(up) == sorted(down)


def test_pages_part_the_list(ledger: Ledger, rows: tuple[Any, Any], keeper: Any) -> None:
    whole = [item["id"] for item in keeper.get(f"/{ledger.slug}?size=1000").json()["items"]]
    parts = [keeper.get(f"/{ledger.slug}?size=1&page={number + 1}").json() for number in range(len(whole))]
    assert [part["items"][0]["id"] for part in parts] == whole
    assert {part["pages"] for part in parts} == {len(whole)}
    assert keeper.get(f"/{ledger.slug}?page=1000000").json()["items"] == []


@pytest.mark.once
def test_what_is_not_there_is_not_found(ledger: Ledger, keeper: Any) -> None:
    for tail in ("", "/history"):
        problem(keeper.get(f"/{ledger.slug}/{uuid.uuid4()}{tail}"), 404, "not_found")
    problem(keeper.get(f"/{ledger.slug}/not-an-id"), 404, "not_found")


@pytest.mark.once
def test_a_client_that_has_it_need_not_fetch_it_again(
    ledger: Ledger, rows: tuple[Any, Any], keeper: Any, more_of: Callable[..., Any]
) -> None:
    for path in (f"/{ledger.slug}", f"/{ledger.slug}/{rows[0].pk}"):
        first = keeper.get(path)
        again = keeper.get(path, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304 and again.content == b"" and again["ETag"] == first["ETag"]
        assert keeper.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    tag = keeper.get(f"/{ledger.slug}")["ETag"]
    more_of(ledger.model, OTHER)
    assert keeper.get(f"/{ledger.slug}")["ETag"] != tag


@pytest.mark.once
def test_the_tag_is_each_persons_own(ledger: Ledger, rows: tuple[Any, Any], caller: Callable[..., Any]) -> None:
    roles = role_for(f"{ledger.domain}.view")
    tags = {caller(roles, area).get(f"/{ledger.slug}")["ETag"] for area in (STREET, OTHER)}
    assert len(tags) == 2


@pytest.mark.once
def test_a_longer_list_asks_no_more_of_the_database(
    ledger: Ledger, rows: tuple[Any, Any], keeper: Any, more_of: Callable[..., Any]
) -> None:
    with CaptureQueriesContext(connection) as few:
        keeper.get(f"/{ledger.slug}")
    for _ in range(5):
        more_of(ledger.model, STREET)
    with CaptureQueriesContext(connection) as many:
        keeper.get(f"/{ledger.slug}")
    assert len(many) == len(few) <= 8, [query["sql"] for query in many]


@pytest.mark.once
def test_only_what_may_be_edited_can_be_changed(ledger: Ledger, rows: tuple[Any, Any], keeper: Any) -> None:
    path = f"/{ledger.slug}/{rows[0].pk}"
    if not ledger.edit:
        response = keeper.patch(path, {"number": "X"})
        problem(response, 405, "method")
        assert "GET" in response["Allow"]
        return
    for name in ("state", "id", "generated", "exercise", "nonsense"):
        if name not in ledger.edit:
            assert problem(keeper.patch(path, {name: "x"}), 422)["field"] == name
    assert keeper.patch(path, {}).status_code == 200
    assert keeper.get(f"{path}/history").json()["count"] == 0


"""Text fields in which not every word can stand."""
CODED = ("number", "territory", "credit_code", "industry", "protocol", "address")


def test_a_change_is_kept_and_told(ledger: Ledger, rows: tuple[Any, Any], keeper: Any) -> None:
    fields = [field_of(ledger.model, name) for name in ledger.edit if name not in CODED]
    worded = [f.name for f in fields if type(f) in (models.CharField, models.TextField) and not f.flatchoices]
    name = next((name for name in worded if name not in ledger.model.unlogged), None)
    if name is None:
        assert not ledger.edit
        return
    path = f"/{ledger.slug}/{rows[0].pk}"
    tag = keeper.get(path)["ETag"]
    assert keeper.patch(path, {name: "another", "reason": "it was wrong"}).json()[name] == "another"
    told = keeper.get(f"{path}/history").json()["items"]
    assert [row["verb"] for row in told] == [f"{ledger.domain}.change"]
    assert told[0]["reason"] == "it was wrong" and told[0]["details"]["changed"][name][1] == "another"
    assert keeper.get(path)["ETag"] != tag


def test_every_register_of_the_plan_is_there() -> None:
    assert {
        "alarms",
        "warnings",
        "call-outs",
        "calls",
        "incidents",
        "tasks",
        "reports",
        "instructions",
        "areas",
        "sites",
        "organisations",
        "people",
        "responsibilities",
        "devices",
        "channels",
        "teams",
        "shifts",
        "rules",
    } <= LEDGERS.keys()
