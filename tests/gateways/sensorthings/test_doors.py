"""The service over real views, tokens, registers and store: read, follow links, narrow, expand; by area."""

import json

import pytest
from django.test import Client

from anshu.access.models import Account
from anshu.domains.devices.models import Channel, Device
from anshu.gateways.sensorthings import answers, sources
from anshu.telemetry import Store, batch_of
from tests.gateways.sensorthings.program import HERE, MINUTE_MS, NOW_MS, Reader

pytestmark = [pytest.mark.django_db, pytest.mark.urls("anshu.gateways.sensorthings.urls")]


def test_the_root_names_the_sets_and_each_is_there(reader: Reader) -> None:
    sets = {row["name"]: row["url"] for row in reader.get("")["value"]}
    assert len(sets) == 7
    for name, url in sets.items():
        assert url == f"http://testserver/sta/v1.1/{name}"
        assert reader.get(url)["value"], name


def test_a_thing_and_its_links(reader: Reader, near: Channel) -> None:
    thing = reader.get(f"Things('{near.device_id}')")
    assert thing["@iot.id"] == str(near.device_id)
    assert thing["properties"] == {"number": "G1", "kind": "gauge", "territory": HERE}
    assert reader.get(thing["@iot.selfLink"]) == thing
    (place,) = reader.get(thing["Locations@iot.navigationLink"])["value"]
    assert place["location"] == {"type": "Point", "coordinates": [113.9, 22.6]}
    assert [row["name"] for row in reader.get(place["Things@iot.navigationLink"])["value"]] == ["gauge G1"]
    assert reader.names(thing["Datastreams@iot.navigationLink"]) == ["level G1", "rain"]
    assert "secret" not in json.dumps(thing)


def test_every_link_of_a_datastream_leads_somewhere(reader: Reader, near: Channel) -> None:
    stream = reader.get(f"Datastreams({near.pk})")
    assert stream["unitOfMeasurement"]["symbol"] == "m"
    links = {name.partition("@")[0]: url for name, url in stream.items() if name.endswith("@iot.navigationLink")}
    assert set(links) == {"Thing", "Sensor", "ObservedProperty", "Observations"}
    assert reader.get(links["Thing"])["name"] == "gauge G1"
    assert reader.get(links["Sensor"])["encodingType"] == "text/plain"
    quantity = reader.get(links["ObservedProperty"])
    assert (quantity["@iot.id"], quantity["name"]) == ("road_water_depth", "water depth on the road")
    assert reader.names(quantity["Datastreams@iot.navigationLink"]) == ["level G1", "level G2"]
    seen = reader.get(links["Observations"])["value"][0]
    assert reader.get(seen["@iot.selfLink"]) == seen
    assert reader.get(seen["Datastream@iot.navigationLink"])["@iot.id"] == stream["@iot.id"]
    feature = reader.get(seen["FeatureOfInterest@iot.navigationLink"])
    assert feature["feature"]["coordinates"] == [113.9, 22.6]
    assert len(reader.get(feature["Observations@iot.navigationLink"])["value"]) == 10


def test_only_the_area_and_nothing_of_exercises(reader: Reader) -> None:
    assert reader.names("Things") == ["gauge G1", "gauge G2"]
    assert reader.names("Locations") == ["gauge G1"]
    assert reader.names("Datastreams") == ["level G1", "rain", "level G2"]
    assert len(reader.names("FeaturesOfInterest")) == 3
    assert sorted(set(reader.results("Observations"))) == [*map(float, range(10))]
    for hidden in (Device.objects.get(number="G3"), Device.objects.get(number="G4")):
        assert reader.refused(f"Things('{hidden.pk}')")[0] == 404
        channel = Channel.objects.get(device=hidden)
        assert reader.refused(f"Datastreams('{channel.pk}')/Observations")[0] == 404
        assert reader.refused(f"Observations('{channel.slot}.{NOW_MS}')")[0] == 404


def test_observations_of_a_datastream(reader: Reader, near: Channel) -> None:
    here = f"Datastreams('{near.pk}')/Observations"
    assert reader.results(here) == [*map(float, range(10))]
    assert reader.results(f"{here}?$orderby=phenomenonTime desc&$top=3") == [9.0, 8.0, 7.0]
    assert reader.results(f"{here}?$orderby=phenomenonTime desc&$top=2&$skip=2") == [7.0, 6.0]
    assert reader.results(f"{here}?$filter=result gt 2 and result le 4") == [3.0, 4.0]
    since = "2026-08-05T14:27:00%2B08:00"
    assert reader.results(f"{here}?$filter=phenomenonTime ge {since}") == [7.0, 8.0, 9.0]
    counted = reader.get(f"{here}?$count=true&$top=1&$filter=result ge 5")
    assert counted["@iot.count"] == 5
    assert counted["value"][0]["phenomenonTime"] == "2026-08-05T06:25:00.000Z"
    empty = Channel.objects.get(number="G1/rain")
    for way in ("", "?$orderby=resultTime desc"):
        assert reader.results(f"Datastreams('{empty.pk}')/Observations{way}") == []


@pytest.mark.parametrize("address", ["Things", "Datastreams", "Observations", "ObservedProperties"])
def test_pages_follow_each_other_without_gap_or_repeat(reader: Reader, address: str) -> None:
    whole = [row["@iot.id"] for row in reader.get(address)["value"]]
    found, link = [], f"{address}?$top=1&$count={'false' if address == 'Observations' else 'true'}"
    while link:
        page = reader.get(link)
        found += [row["@iot.id"] for row in page["value"]]
        link = page.get("@iot.nextLink", "")
        assert page["value"]
    assert found == whole


@pytest.mark.parametrize("counted", ["", "&$count=true"])
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("$filter=result ge 5&$orderby=phenomenonTime desc", [9.0, 8.0, 7.0, 6.0, 5.0]),
        ("$filter=result le 4", [0.0, 1.0, 2.0, 3.0, 4.0]),
        ("$skip=7", [7.0, 8.0, 9.0]),
        ("$skip=7&$orderby=resultTime desc", [2.0, 1.0, 0.0]),
        ("$filter=phenomenonTime gt 2026-08-05T06:25:30Z", [6.0, 7.0, 8.0, 9.0]),
    ],
)
def test_pages_of_a_datastream_keep_filter_and_order(
    reader: Reader, near: Channel, asked: str, expected: list[float], counted: str
) -> None:
    link = f"Datastreams('{near.pk}')/Observations?$top=2&{asked}{counted}"
    found, counts = [], set()
    while link:
        page = reader.get(link)
        found += [row["result"] for row in page["value"]]
        counts.add(page.get("@iot.count"))
        link = page.get("@iot.nextLink", "")
    assert found == expected
    assert len(counts) == 1


def test_readings_far_apart_are_found(reader: Reader, near: Channel, store: Store) -> None:
    year_ms = 365 * 86_400_000
    store.append(
        batch_of([(1, NOW_MS - year_ms, 50.0), (1, NOW_MS - 2 * year_ms, 60.0)]), door="test", received_ms=NOW_MS
    )
    here = f"Datastreams('{near.pk}')/Observations"
    assert reader.results(f"{here}?$filter=result ge 50&$orderby=phenomenonTime desc") == [50.0, 60.0]
    page = reader.get(f"{here}?$top=1")
    assert [row["result"] for row in page["value"]] == [60.0]
    assert reader.results(page["@iot.nextLink"]) == [50.0]
    assert reader.results(f"{here}?$filter=phenomenonTime ge 2001-01-01T00:00:00Z&$top=3") == [60.0, 50.0, 0.0]


def test_expansion(reader: Reader, near: Channel) -> None:
    newest = "Datastreams($expand=Observations($top=1;$orderby=phenomenonTime desc);$filter=name eq 'level G1')"
    thing = reader.get(f"Things('{near.device_id}')?$expand=Locations,{newest}")
    assert len(thing["Locations"]) == 1
    assert "Locations@iot.navigationLink" not in thing
    (stream,) = thing["Datastreams"]
    assert [seen["result"] for seen in stream["Observations"]] == [9.0]
    more = reader.get(stream["Observations@iot.nextLink"])
    assert [seen["result"] for seen in more["value"]] == [8.0]
    listed = reader.get("Datastreams?$expand=Thing($select=name),ObservedProperty&$select=name")
    assert listed["value"][0]["Thing"] == {"name": "gauge G1"}
    assert set(listed["value"][0]) == {"name", "Thing", "ObservedProperty"}
    seen = reader.get(f"Observations('1.{NOW_MS - MINUTE_MS}')?$expand=Datastream/Thing")
    assert seen["Datastream"]["Thing"]["name"] == "gauge G1"


def test_filters_on_registers(reader: Reader, near: Channel) -> None:
    assert reader.names("Things?$filter=properties/number eq 'G2'") == ["gauge G2"]
    assert reader.names(f"Datastreams?$filter=Thing/id eq '{near.device_id}' and not startswith(name,'rain')") == [
        "level G1"
    ]
    assert reader.names("Datastreams?$filter=ObservedProperty/@iot.id eq 'rain_5min'") == ["rain"]
    assert reader.names("Things?$filter=id eq 'nonsense' or name eq 'gauge G1%00'") == []
    assert reader.names("Things?$orderby=name desc") == ["gauge G2", "gauge G1"]
    assert reader.names("ObservedProperties?$filter=substringof('rain',name)&$orderby=name desc") == [
        "rainfall in 5 minutes"
    ]
    assert reader.get("Things?$count=true&$top=0") == {"@iot.count": 2, "value": []}


def test_attributes_alone(reader: Reader, near: Channel) -> None:
    assert reader.get(f"Things('{near.device_id}')/name") == {"name": "gauge G1"}
    bare = reader.ask("GET", f"Observations('1.{NOW_MS - MINUTE_MS}')/result/$value")
    assert (bare.status_code, bare.content) == (200, b"9.0")
    assert reader.refused(f"Things('{near.device_id}')/passcode")[0] == 404


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("Nothings", 404, "no entity set"),
        ("Things('x')", 404, "no such entity"),
        ("Things(1)/Datastreams", 404, "no such entity"),
        ("Things/Datastreams", 400, "say which"),
        ("Things/name", 400, "a list has no attribute"),
        ("Things?$top=x", 400, "$top"),
        ("Things?$strange=1", 400, "$strange"),
        ("Things?$resultFormat=dataArray", 501, "$resultFormat"),
        ("Things?$filter=weight gt 5", 501, "weight cannot be asked for here, only id, name, description"),
        ("Things?$filter=name eq 5.5", 400, "name is a text"),
        ("Things?$filter=id gt 'a'", 400, "equal or not"),
        ("Things?$orderby=weight", 501, "weight"),
        ("Things?$select=weight", 400, "weight"),
        ("Things?$expand=Weights", 400, "only Locations, Datastreams"),
        ("Observations?$orderby=phenomenonTime", 501, "one Datastream"),
        ("Observations?$count=true", 501, "$count"),
        ("Observations?$filter=weight gt 5", 501, "result"),
        ("Observations?$filter=result eq 'x'", 400, "result is a number"),
        ("Observations('x')", 404, "no such entity"),
        ("Observations('1.x')", 404, "no such entity"),
        ("Observations('99999999999.1')", 404, "no such entity"),
        ("Things?" + "&".join(["a=1"] * 60), 400, "50 parts"),
        ("Things?a=" + "a" * 9000, 400, "signs"),
    ],
)
def test_what_is_not_answered_is_named(reader: Reader, address: str, status: int, words: str) -> None:
    told = reader.refused(address)
    assert told[0] == status and words in told[1]


def test_an_answer_does_not_grow_without_bound(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers.Teller, "left", 5)
    monkeypatch.setattr(answers.Teller.__init__, "__defaults__", (5,))
    assert reader.refused("Datastreams?$expand=Observations")[0] == 501


def test_an_answer_does_not_look_at_readings_without_bound(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_LOOKED_AT", 9)
    status, words = reader.refused("Datastreams?$expand=Observations")
    assert status == 501 and "narrow it" in words
    monkeypatch.setattr(sources, "LOOKED_THROUGH", 2)
    assert reader.refused("Observations?$filter=result gt 100")[0] == 501


def test_who_may_look(near: Channel) -> None:
    assert Client().get("/sta/v1.1/Things").status_code == 401
    assert Client().get("/sta/v1.1/", headers={"Authorization": "Basic eA=="}).status_code == 401
    assert Reader("device").ask("GET", "Things").status_code == 403
    assert Reader("registrar", "devices.view").ask("GET", "Things").status_code == 200
    assert Reader("registrar", "telemetry.append").ask("GET", "").status_code == 403


def test_a_session_may_look_but_not_post(reader: Reader, near: Channel) -> None:
    client = Client()
    client.force_login(Account.objects.filter(grants__role="registrar").first())  # type: ignore[arg-type]
    assert client.get("/sta/v1.1/Things").status_code == 200
    raw = json.dumps({"result": 1})
    told = client.post(f"/sta/v1.1/Datastreams('{near.pk}')/Observations", raw, content_type="application/json")
    assert told.status_code == 401
