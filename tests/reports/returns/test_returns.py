"""Returns for superiors: what a declaration may not say, and that each figure is the number of the rows behind it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from regulated import COMMUNITY, DISTRICT, street, time

from anshu.domains.hazards.models import Hazard
from anshu.domains.places.models import Area
from anshu.indicators.book import hazards, inspections
from anshu.indicators.figures import Scope
from anshu.reports.checks import returns_can_be_filled
from anshu.reports.returns.declaration import FOLDER, Column, Return, Selection, load, returns
from anshu.reports.returns.files import digest, table
from anshu.reports.returns.reckoning import behind, fill

__all__ = ["street", "time"]
NEXT = "440307002"
MONTH = {"first": date(2026, 10, 1), "last": date(2026, 10, 31)}
GOOD = Selection("hazards", when="found_at")


def monthly() -> Return:
    return returns()["hazards_monthly"]


@pytest.mark.once
def test_those_we_ship_can_be_filled_and_say_that_nobody_checked_them() -> None:
    assert returns_can_be_filled(None) == []
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {"hazards_monthly", "major_hazards", "enforcement_monthly"}
    assert not any(form.verified for form in returns().values())


@pytest.mark.once
@pytest.mark.parametrize(
    ("column", "told"),
    [
        (Column("x", selection=replace(GOOD, of="nothing")), "no register nothing"),
        (Column("x", selection=replace(GOOD, when="lost_at")), "lost_at is no field"),
        (Column("x", selection=replace(GOOD, where={"grade": "awful"})), "awful is no value"),
        (Column("x", selection=GOOD, distinct="nobody"), "nobody is no field"),
        (Column("x", share=("y", "z")), "share of two other columns"),
        (Column("x", value="number"), "a value of a record"),
        (Column("x"), "says one of"),
    ],
)
def test_what_is_wrong_with_a_column_is_said(column: Column, told: str) -> None:
    assert any(told in fault for fault in replace(monthly(), columns=(column,)).faults())


@pytest.mark.once
def test_every_stored_value_has_a_word_and_nothing_personal_leaves_the_house() -> None:
    listed = returns()["major_hazards"]
    coded = Column("状态", value="state", codes={"closed": "已销号", "gone": "x"})
    faults = list(replace(listed, columns=(coded,)).faults())
    assert any("no word for void" in fault for fault in faults) and any("gone is no value" in fault for fault in faults)
    personal = replace(listed, rows=Selection("cases"), columns=(Column("x", value="party_code"),))
    assert any("personal data" in fault for fault in personal.faults())


@pytest.mark.once
def test_a_file_with_a_name_that_means_nothing_is_refused(tmp_path: Any) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("title: 表\nsuperior: 市局\nbasis: x\nverified: true\nbeside: [hazards]\nby: street\ncolums: []\n")
    with pytest.raises(ValueError, match=r"own\.yaml"):
        load(path)


@pytest.fixture
def rows(street: SimpleNamespace) -> SimpleNamespace:
    """Hazards of two streets around the ends of October (local time is eight hours ahead of UTC)."""
    for code, name in ((DISTRICT + "001", "甲街道"), (NEXT, "乙街道")):
        Area.objects.create(number=code, territory=code, name=name, level="street")
    inside, before = datetime(2026, 9, 30, 16, 0, tzinfo=UTC), datetime(2026, 9, 30, 15, 59, tzinfo=UTC)
    last, after = datetime(2026, 10, 31, 15, 59, tzinfo=UTC), datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
    made = (
        ("A1", COMMUNITY, "general", "closed", inside, last, {}),
        ("A2", COMMUNITY, "major", "rectifying", last, None, {"due_on": date(2026, 10, 30)}),
        ("A3", COMMUNITY, "general", "closed", before, after, {}),  # found before, closed after: open at the end
        ("A4", COMMUNITY, "general", "found", after, None, {}),
        ("A5", COMMUNITY, "general", "void", inside, None, {}),
        ("A6", COMMUNITY, "general", "closed", inside, inside, {"exercise": True}),
        ("B1", NEXT + "001", "major", "closed", inside, inside, {"cost_yuan": 1200, "enterprise": street.firm}),
        ("C1", DISTRICT, "general", "ordered", inside, None, {"due_on": date(2026, 10, 31)}),
    )
    for number, territory, grade, state, found_at, closed_at, more in made:
        Hazard.objects.create(
            number=number,
            site=street.site,
            summary=f"隐患{number}",
            kind="fire",
            source="patrol",
            territory=territory,
            grade=grade,
            state=state,
            found_at=found_at,
            closed_at=closed_at,
            **more,
        )
    return street


@pytest.mark.django_db
def test_a_month_counts_what_lies_in_it_by_local_days(rows: SimpleNamespace) -> None:
    filled = fill(monthly(), Scope(rows.commission, DISTRICT, **MONTH))
    titles = [column.title for column in monthly().columns]
    wanted = (
        "街道",
        "发现隐患（处）",
        "其中重大（处）",
        "销号（处）",
        "整改率（%）",
        "期末未销号（处）",
        "其中逾期（处）",
    )
    told = [[line.values[titles.index(title)] for title in wanted] for line in (*filled.lines, filled.whole) if line]
    assert told == [
        ["440307", 1, 0, 0, Decimal("0.0"), 1, 0],
        ["甲街道", 2, 1, 1, Decimal("50.0"), 2, 1],
        ["乙街道", 1, 1, 1, Decimal("100.0"), 0, 0],
        ["合计", 4, 2, 2, Decimal("50.0"), 3, 1],
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["hazards_monthly", "enforcement_monthly"])
def test_every_figure_is_the_number_of_the_rows_behind_it(rows: SimpleNamespace, key: str) -> None:
    form, scope = returns()[key], Scope(rows.commission, DISTRICT, **MONTH)
    filled = fill(form, scope)
    assert filled.whole is not None
    for place, column in enumerate(form.columns):
        if column.selection is None or column.distinct or column.total:
            continue
        for line in filled.lines:
            assert behind(column, scope, line.key).count() == line.values[place], column.title
        assert behind(column, scope, None).count() == filled.whole.values[place]


@pytest.mark.django_db
def test_a_return_and_the_book_of_figures_say_the_same(rows: SimpleNamespace) -> None:
    """Their rows are declared twice, in the superior's terms and in ours: they must not part."""
    scope = Scope(rows.commission, DISTRICT, **MONTH)
    same = {
        "检查（家次）": inspections.inspection_visits,
        "检查企业（家）": inspections.enterprises_inspected,
        "发现隐患（处）": hazards.hazards_found,
        "其中重大（处）": hazards.major_hazards_found,
        "销号（处）": hazards.hazards_rectified,
        "其中重大销号（处）": hazards.major_hazards_rectified,
        "整改率（%）": hazards.hazard_rectification_rate,
    }
    filled = fill(monthly(), scope)
    assert filled.whole is not None
    told = dict(zip((column.title for column in monthly().columns), filled.whole.values, strict=True))
    assert {title: told[title] for title in same} == {title: figure(scope) for title, figure in same.items()}


@pytest.mark.django_db
def test_whoever_sees_one_street_files_one_street(rows: SimpleNamespace) -> None:
    filled = fill(monthly(), Scope(rows.street, DISTRICT + "001", **MONTH))
    assert [line.values[0] for line in filled.lines] == ["甲街道"]
    assert filled.whole is not None and filled.whole.values[3] == 2


@pytest.mark.django_db
def test_a_list_says_what_stands_in_the_record_in_the_words_of_the_superior(rows: SimpleNamespace) -> None:
    filled = fill(returns()["major_hazards"], Scope(rows.commission, DISTRICT, **MONTH))
    titles = [column.title for column in filled.form.columns]
    told = [dict(zip(titles, values, strict=True)) for values in table(filled)]
    assert [(row["序号"], row["隐患编号"], row["状态"]) for row in told] == [(1, "B1", "已销号"), (2, "A2", "整改中")]
    first = {
        "单位名称": "宏达五金",
        "所在街道": "乙街道",
        "隐患类别": "消防",
        "发现日期": "2026-10-01",
        "停产停业": "否",
    }
    assert told[0] | first == told[0] and told[0]["整改资金（元）"] == 1200
    assert told[1]["单位名称"] == "" and told[1]["整改期限"] == "2026-10-30"


@pytest.mark.django_db
def test_the_digest_is_that_of_the_figures(rows: SimpleNamespace) -> None:
    scope = Scope(rows.commission, DISTRICT, **MONTH)
    before = digest(fill(monthly(), scope))
    assert digest(fill(monthly(), scope)) == before
    Hazard.objects.filter(number="A2").update(grade="general")
    assert digest(fill(monthly(), scope)) != before
