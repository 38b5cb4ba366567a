"""What an address asks for is understood, told, or left: never a fault of ours."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.kernel.errors import Invalid
from anshu.web.asked import day, whole


@given(st.text(max_size=40) | st.from_regex(r"\d{1,40}", fullmatch=True))
def test_any_text_is_a_whole_number_or_none(text: str) -> None:
    found = whole(text)
    assert found is None or (0 <= found < 10**18 and text.isascii() and text.isdigit())


@given(st.text(max_size=12) | st.dates().map(str))
def test_any_text_is_a_day_of_records_nothing_or_refused(text: str) -> None:
    try:
        found = day(text, "from")
    except Invalid as error:
        assert error.field == "from"
    else:
        assert found is None if not text else found is not None and 1970 <= found.year < 2200


def test_what_is_meant_is_understood() -> None:
    assert (whole("0"), whole("42"), whole("²"), whole("9" * 5000)) == (0, 42, None, None)
    assert day("2026-11-26", "to") == date(2026, 11, 26)
    for wrong in ("2026-02-30", "0001-01-01", "9999-12-31"):
        with pytest.raises(Invalid):
            day(wrong, "to")
