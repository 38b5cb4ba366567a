"""The small notations, read and written."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.cap.signal import Reference
from anshu.gateways.cap.written import (
    read_instant,
    read_number,
    read_references,
    read_ring,
    write_instant,
    write_number,
)


@pytest.mark.parametrize(
    ("text", "expected", "zone"),
    [
        ("2024-05-21T13:45:00+08:00", datetime(2024, 5, 21, 5, 45, tzinfo=UTC), "+08:00"),
        ("2024-05-21 13:45:00+08:00", datetime(2024, 5, 21, 5, 45, tzinfo=UTC), "+08:00"),
        ("2013-01-05T10:58:23-00:00", datetime(2013, 1, 5, 10, 58, 23, tzinfo=UTC), "-00:00"),
        ("2013-01-05T10:58:23.5Z", datetime(2013, 1, 5, 10, 58, 23, tzinfo=UTC), "Z"),
        ("2024-05-21 13:45:00", datetime(2024, 5, 21, 5, 45, tzinfo=UTC), ""),
        ("2003-06-11T20:56:00-07:00", datetime(2003, 6, 12, 3, 56, tzinfo=UTC), "-07:00"),
    ],
)
def test_instants(text: str, expected: datetime, zone: str) -> None:
    assert read_instant(text) == (expected, zone)


@pytest.mark.parametrize(
    "text",
    ["", "now", "2024-05-21", "2024-13-01T00:00:00Z", "2024-05-21T13:45:00+15:00", "0001-01-01T00:00:00+08:00", "٢٠٢٤"],
)
def test_unreadable_instants(text: str) -> None:
    with pytest.raises(ValueError):
        read_instant(text)


@given(st.datetimes(datetime(1900, 1, 2), datetime(2200, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
def test_instants_round_trip_to_the_second(instant: datetime) -> None:
    assert read_instant(write_instant(instant))[0] == instant.replace(microsecond=0)


@given(st.floats(-1e9, 1e9))
def test_numbers_round_trip_to_nine_places(number: float) -> None:
    assert read_number(write_number(number)) == round(number, 9)


@pytest.mark.parametrize("text", ["", "nan", "inf", "1_000", "1e99", "0x1", "１", "1,2", "1 2", "9" * 400])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError):
        read_number(text)


def test_rings_name_the_pair_that_is_wrong() -> None:
    with pytest.raises(ValueError, match="3;4"):
        read_ring("1,2 3;4 5,6")


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("a@b,1,2024-05-21T13:45:00+08:00", "cap12", [("1", "a@b")]),
        ("A_1,B_2", "12379", [("A_1", ""), ("B_2", "")]),
        ("A_1,B_2,C_3 A_1", "12379", [("A_1", ""), ("B_2", ""), ("C_3", "")]),
        ("id/sender@x", "cap10", [("id", "sender@x")]),
        ("http://x/1", "cap12", [("http://x/1", "")]),
        (" , ,, ", "cap12", []),
    ],
)
def test_references_in_every_usage(text: str, dialect: str, expected: list[tuple[str, str]]) -> None:
    found = read_references(text, dialect)
    assert [(reference.identifier, reference.sender) for reference in found] == expected
    assert all(isinstance(reference, Reference) for reference in found)
