"""Values for every form: some that are easily found again on paper, and strategies that make others."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from hypothesis import strategies as st
from PIL import Image

from anshu.kernel.document_numbers import DocumentNumber
from anshu.reports.forms.declaration import Form, FormField, Kind
from anshu.reports.paper.document import Photo

DAY = date(2026, 3, 5)
WORDS = "深龙布吉坂田隐患整改督办排查企业复查执法街道社区危险作业粉尘涉爆有限空间泵站涵洞积水应急预案演练责任落实"
words = st.text(WORDS, min_size=2, max_size=12)


def photo(caption: str) -> Photo:
    """A small picture."""
    out = BytesIO()
    Image.new("RGB", (40, 30), (90, 120, 150)).save(out, "JPEG")
    return Photo(out.getvalue(), caption)


MAKERS: Mapping[Kind, Callable[[FormField], st.SearchStrategy[Any]]] = {
    Kind.TEXT: lambda field: words,
    Kind.LINES: lambda field: st.lists(words, min_size=1, max_size=4).map("\n".join),
    Kind.DATE: lambda field: st.dates(date(2024, 6, 1), date(2035, 12, 31)),
    Kind.MOMENT: lambda field: st.datetimes(datetime(2024, 6, 1), datetime(2035, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    Kind.MONEY: lambda field: st.decimals(0, 10**7, places=2),
    Kind.NUMBER: lambda field: st.integers(1, 999),
    Kind.DOCUMENT: lambda field: st.builds(DocumentNumber, words, st.integers(2000, 2100), st.integers(1, 999)),
    Kind.LIST: lambda field: st.lists(words, min_size=1, max_size=4).map(tuple),
    Kind.TABLE: lambda field: st.lists(st.tuples(*(words for _ in field.columns)), min_size=1, max_size=6),
    Kind.PHOTOS: lambda field: st.lists(words.map(photo), min_size=1, max_size=3),
    Kind.CHOICE: lambda field: st.sampled_from(field.choices),
}


def values(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    """Values for every mandatory field of a form and for some of those others that are printed beside them."""
    drawn = st.fixed_dictionaries(
        {field.name: MAKERS[field.kind](field) for field in form.fields.values() if not field.optional},
        optional={field.name: MAKERS[field.kind](field) for field in form.fields.values() if field.optional},
    )
    return drawn.map(lambda given: {name: value for name, value in given.items() if form.printed(name, given)})


def specimen(form: Form, *, optional: bool = True) -> dict[str, Any]:
    """One value for every field, each naming its own field, so that it can be found on paper."""
    fields = [field for field in form.fields.values() if optional or not field.optional]
    return {field.name: _value(field) for field in fields}


def _value(field: FormField) -> Any:
    mark = f"{field.label}之值"
    made: dict[Kind, Any] = {
        Kind.TEXT: mark,
        Kind.LINES: f"{mark}甲\n{mark}乙",
        Kind.DATE: DAY,
        Kind.MOMENT: datetime(2026, 3, 5, 1, 5, tzinfo=UTC),
        Kind.MONEY: Decimal("35000"),
        Kind.NUMBER: 7,
        Kind.DOCUMENT: DocumentNumber("（深龙）应急试", 2026, 15),
        Kind.LIST: (f"{mark}甲", f"{mark}乙"),
        Kind.TABLE: (tuple(f"{column.label}之值" for column in field.columns),),
        Kind.PHOTOS: (photo(f"{mark}甲"), photo(f"{mark}乙")),
        Kind.CHOICE: field.choices[-1] if field.choices else "",
    }
    return made[field.kind]
