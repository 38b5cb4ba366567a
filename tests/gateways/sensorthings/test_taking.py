"""Observations that are posted: on disk when told, refused with the reason, only where one may write."""

from typing import Any

import pytest

from anshu.domains.devices.models import Channel
from anshu.gateways.sensorthings import doors
from anshu.telemetry import Store
from tests.gateways.sensorthings.program import NOW_MS, Reader

pytestmark = [pytest.mark.django_db, pytest.mark.urls("anshu.gateways.sensorthings.urls")]


def post(reader: Reader, address: str, **body: Any) -> Any:
    return reader.ask("POST", address, body)


def test_an_observation_is_on_disk_when_it_is_told(reader: Reader, near: Channel, store: Store) -> None:
    made = post(
        reader, f"Datastreams('{near.pk}')/Observations", result=1.5, phenomenonTime="2026-08-05T14:29:30+08:00"
    )
    assert made.status_code == 201
    assert store.last([1]).value.tolist() == [1.5]
    assert made["Location"] == f"http://testserver/sta/v1.1/Observations('1.{NOW_MS - 30_000}')"
    assert reader.get(made["Location"])["result"] == 1.5
    again = post(
        reader, "Observations", result=1.5, phenomenonTime="2026-08-05T06:29:30Z", Datastream={"@iot.id": str(near.pk)}
    )
    assert (again.status_code, again["Location"]) == (201, made["Location"])
    other = post(
        reader, "Observations", result=2, phenomenonTime="2026-08-05T06:29:30Z", Datastream={"@iot.id": str(near.pk)}
    )
    assert other.status_code == 409
    assert len(reader.results(f"Datastreams('{near.pk}')/Observations")) == 11


def test_an_interval_ends_and_no_time_is_now(reader: Reader, near: Channel) -> None:
    here = f"Datastreams('{near.pk}')/Observations"
    hour = post(reader, here, result=1, phenomenonTime="2026-08-05T05:00:00Z/2026-08-05T06:00:00Z")
    assert hour.json()["phenomenonTime"] == "2026-08-05T06:00:00.000Z"
    assert post(reader, here, result=True).json()["phenomenonTime"] == "2026-08-05T06:30:00.000Z"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{", 400, None),
        ([], 400, None),
        ({"result": "x"}, 400, "result"),
        ({"result": None}, 400, "result"),
        ({}, 400, "result"),
        ({"result": 10**400}, 400, None),
        ({"result": 500}, 422, "result"),
        ({"result": 1, "phenomenonTime": "yesterday"}, 400, "phenomenonTime"),
        ({"result": 1, "phenomenonTime": 5}, 400, "phenomenonTime"),
        ({"result": 1, "phenomenonTime": "2026-08-05T06:00:00"}, 400, "phenomenonTime"),
        ({"result": 1, "phenomenonTime": "2030-01-01T00:00:00Z"}, 422, "result"),
        ({"result": 1, "phenomenonTime": "1900-01-01T00:00:00Z"}, 422, "result"),
    ],
)
def test_what_is_no_observation(
    reader: Reader, near: Channel, store: Store, body: Any, status: int, field: str | None
) -> None:
    told = reader.ask("POST", f"Datastreams('{near.pk}')/Observations", body)
    assert (told.status_code, told.json().get("field")) == (status, field)
    assert store.quarantine().total == (1 if status == 422 else 0)


def test_many_at_once(reader: Reader, near: Channel, store: Store) -> None:
    far = Channel.objects.get(number="G3/level")
    rows = [
        ["2026-08-05T06:00:01Z", 1.5],
        ["2026-08-05T06:00:02Z", 500],
        ["yesterday", 1],
        ["2026-08-05T06:00:03Z"],
        7,
        ["2026-08-05T06:29:00Z", 9],
        ["2026-08-05T06:29:00Z", 8],
    ]
    told = reader.ask("POST", "CreateObservations", [
        {"Datastream": {"@iot.id": str(near.pk)}, "components": ["phenomenonTime", "result"], "dataArray": rows},
        {"Datastream": {"@iot.id": str(far.pk)}, "components": ["result"], "dataArray": [[1], [2]]},
    ])  # fmt: skip
    assert told.status_code == 201
    first, *others = told.json()
    assert reader.get(first)["result"] == 1.5
    assert [each == "error" for each in others] == [True, True, True, True, False, True, True, True]
    assert {str(row.reason) for row in store.quarantine().rows} == {"impossible", "conflict"}
    assert store.last([3]).value.tolist() == [3.0]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [1],
        [{}],
        [{"Datastream": {"@iot.id": "x"}, "components": ["a"], "dataArray": []}],
        [{"components": ["result"], "dataArray": []}],
        [{"Datastream": {"@iot.id": "x"}, "components": ["result"], "dataArray": [[1]] * 5001}],
    ],
)
def test_what_is_no_data_array(reader: Reader, body: Any) -> None:
    assert reader.ask("POST", "CreateObservations", body).status_code == 400


def test_data_arrays_are_for_those_who_may_append(near: Channel) -> None:
    assert Reader("registrar").ask("POST", "CreateObservations", []).status_code == 403
    assert Reader("device").ask("POST", "CreateObservations", []).json() == []
    assert Reader("device").ask("GET", "CreateObservations").status_code == 405


def test_who_may_post_where(reader: Reader, near: Channel) -> None:
    far = Channel.objects.get(number="G3/level")
    for channel in (far.pk, "x", "01890000-0000-7000-8000-000000000000"):
        assert post(reader, f"Datastreams('{channel}')/Observations", result=1).status_code == 404
    assert post(Reader("registrar"), f"Datastreams('{near.pk}')/Observations", result=1).status_code == 403
    assert post(reader, "Observations", result=1).status_code == 400
    assert post(reader, f"Things('{near.device_id}')/Datastreams", name="x").status_code == 405
    assert reader.ask("DELETE", f"Things('{near.device_id}')").status_code == 405
    assert reader.ask("PATCH", "Observations", {}).status_code == 405
    assert reader.ask("POST", "Observations", b" " * (doors.MOST_BYTES + 1)).status_code == 413
