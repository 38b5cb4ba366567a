"""Cells to values, and what is said of those that cannot be."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

import pytest
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from anshu.access.secrets import PersonalField
from anshu.domains.places.models import Site
from anshu.ledger.exchange.converting import Wrong, converter
from anshu.ledger.exchange.table import ErrorValue


class NoDivisions:
    """An installation without areas."""

    def code(self, text: str) -> str | None:
        return {"桂园街道": "440303001"}.get(text)

    def known(self, code: str) -> bool:
        return True

    def near(self, text: str) -> str:
        return "桂园街道"


FIELDS: dict[str, Any] = {
    "words": models.CharField(max_length=5, blank=True),
    "needed": models.CharField(max_length=5),
    "kind": Site._meta.get_field("kind"),
    "count": models.PositiveSmallIntegerField(null=True, blank=True),
    "depth": models.FloatField(null=True, blank=True),
    "lat": Site._meta.get_field("lat"),
    "ready": models.BooleanField(default=True),
    "on": models.DateField(null=True, blank=True),
    "at": models.DateTimeField(null=True, blank=True),
    "skills": models.JSONField(default=list),
    "phone": PersonalField(blank=True),
    "territory": Site._meta.get_field("territory"),
}
for _name, _field in FIELDS.items():
    if not _field.name:
        _field.name = _field.attname = _name


def convert(name: str, value: Any) -> Any:
    return converter(FIELDS[name], {}, NoDivisions())(value)  # type: ignore[arg-type]


class TestGood:
    """What is understood."""

    cases: ClassVar[list[tuple[str, Any, Any]]] = [
        ("words", "  甲\u3000", "甲"), ("words", 440.0, "440"), ("words", None, ""),
        ("words", "\ufeff \u200b", ""),
        ("kind", "slope", "slope"), ("kind", "Dangerous  Slope", "slope"),
        ("count", 12.0, 12), ("count", "1,204", 1204), ("count", "", None),
        ("depth", "-0.5", -0.5), ("lat", 22.5, 22.5),
        ("ready", "是", True), ("ready", "×", False), ("ready", 1.0, True), ("ready", None, True),
        ("on", "2026年6月1日", date(2026, 6, 1)), ("on", "2026/6/1", date(2026, 6, 1)),
        ("on", 46174.0, date(2026, 6, 1)),
        ("on", date(2026, 6, 1), date(2026, 6, 1)), ("on", "20260601", date(2026, 6, 1)),
        ("at", "2026-06-01 08:30", datetime(2026, 6, 1, 0, 30, tzinfo=UTC)),
        ("at", "2026-06-01T08:30:00Z", datetime(2026, 6, 1, 8, 30, tzinfo=UTC)),
        ("skills", "pump、rescue", ["pump", "rescue"]), ("skills", '["pump"]', ["pump"]),
        ("phone", 13800001234.0, "13800001234"),
        ("territory", 440303001.0, "440303001"),
        ("territory", "440303001000", "440303001"), ("territory", "桂园街道", "440303001"),
    ]  # fmt: skip

    @pytest.mark.parametrize(("name", "value", "expected"), cases)
    def test_is_understood(self, name: str, value: Any, expected: Any) -> None:
        assert convert(name, value) == expected


class TestWrong:
    """What is refused, and what is said."""

    cases: ClassVar[list[tuple[str, Any, str, str]]] = [
        ("needed", " ", "is needed and is empty", ""),
        ("words", "一二三四五六", "is longer than 5 signs (6)", "一二三四五"),
        ("words", "a\0b", "holds a sign that cannot be stored", ""),
        ("words", 4.4030300100100012e17, "a long number that the spreadsheet has rounded", ""),
        ("words", ErrorValue("#REF!"), "the formula gives an error (#REF!)", ""),
        ("kind", "dangerous slop", "is not one of the choices", "dangerous slope"),
        ("count", "12人", "is not a whole number", "12"), ("count", 1.5, "is not a whole number", "2"),
        ("count", True, "is not a whole number", ""), ("count", float("nan"), "is not a whole number", ""),
        ("count", -3, "Ensure this value is greater than or equal to 0", ""),
        ("depth", "inf", "is not a number", ""), ("lat", 114.1, "is not between -90 and 90 degrees", ""),
        ("ready", "maybe", "is neither yes nor no", ""),
        ("on", "2026/13/02", "is not a date", "2026-02-13"), ("on", "soon", "is not a date", ""),
        ("on", 0, "is not a date", ""),
        ("at", "2026-06-01 25:00", "is not a time of day", ""),
        ("phone", "138****1234", "is a masked value, not the real one", ""),
        ("territory", "桂圆街道", "there is no area of this name, or more than one", "桂园街道"),
    ]  # fmt: skip

    @pytest.mark.parametrize(("name", "value", "what", "suggestion"), cases)
    def test_is_told(self, name: str, value: Any, what: str, suggestion: str) -> None:
        with pytest.raises(Wrong) as caught:
            convert(name, value)
        assert (caught.value.what, caught.value.suggestion) == (what, suggestion)


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.dates(), st.datetimes(), st.times(),
    st.lists(st.integers(), max_size=3), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.from_regex(r"\d{4}[-/年]\d{1,2}[-/月]\d{1,2}( \d\d:\d\d(Z|\+\d\d:\d\d)?)?", fullmatch=True),
    st.from_regex(r"[-+]?\d{1,400}(\.\d*)?(e\d{1,4})?", fullmatch=True),
)  # fmt: skip


@given(st.sampled_from(sorted(FIELDS)), CELLS)
def test_no_cell_raises_anything_but_wrong(name: str, cell: Any) -> None:
    try:
        made = convert(name, cell)
    except Wrong as wrong:
        assert wrong.what
        return
    if made is not None and not isinstance(FIELDS[name], PersonalField):
        assert FIELDS[name].to_python(made) == made
