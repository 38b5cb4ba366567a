"""Exports: exactly the rows, personal data masked, nothing that a spreadsheet would run, and back in unchanged."""

import csv
import io
from typing import Any

import openpyxl
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.access.policy import Person
from anshu.domains.people.ledger import PEOPLE
from anshu.domains.people.models import Organisation
from anshu.domains.people.models import Person as Contact
from anshu.domains.places.ledger import SITES
from anshu.domains.places.models import Site
from anshu.domains.teams.ledger import TEAMS
from anshu.domains.teams.models import Team
from anshu.ledger import query
from anshu.ledger.declaration import LEDGERS
from anshu.ledger.exchange import running, writing
from anshu.ledger.exchange.delimited import read_delimited
from anshu.ledger.exchange.matching import match

STREET, OTHER = "440303001", "440303002"
BAD = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx")


@pytest.fixture
def sites(district: Any) -> None:
    for i, name in enumerate(("Hong Yun", "=HYPERLINK(1)", "-2+3")):
        Site.objects.create(
            number=f"S{i}",
            name=name,
            kind="slope",
            territory=STREET,
            lon=114.123456789,
            lat=22.5,
            people_count=i,
            risk_color="1",
        )
    Site.objects.create(number="S9", name="elsewhere", kind="slope", territory=OTHER)


def whole(ledger: Any, rows: Any, form: str, opened: writing.Open = writing.nobody) -> bytes:
    return b"".join(writing.export(ledger, rows, form, opened))


@pytest.mark.parametrize("form", ["xlsx", "csv", "geojson"])
def test_what_went_out_comes_in_as_it_is(form: str, sites: None, street_keeper: Person) -> None:
    rows = query.rows(SITES, street_keeper, {})
    content = whole(SITES, rows, form)
    source = running.receive(SITES, street_keeper, f"a.{form}", content)
    table = running.table_of(source)
    columns = {m.heading: m.field for m in match(SITES, table, {}) if m.sure and m.field}
    checked = running.dry_run(source, street_keeper, table, running.Plan(columns))
    assert set(columns.values()) == set(SITES.edit)
    assert (checked.fates, checked.errors) == (["same"] * 3, [])


def test_csv_has_the_mark_the_labels_and_nothing_that_runs(sites: None) -> None:
    content = whole(SITES, Site.objects.order_by("number"), "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["number", "name", "kind", "area"]
    assert [row[1] for row in rows[1:]] == ["Hong Yun", "'=HYPERLINK(1)", "'-2+3", "elsewhere"]
    assert rows[1][2] == "dangerous slope"


def test_a_workbook_holds_text_numbers_and_no_formula(sites: None) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(whole(SITES, Site.objects.order_by("number"), "xlsx"))).active
    rows = list(sheet.iter_rows())
    assert [cell.data_type for row in rows for cell in row if cell.data_type == "f"] == []
    assert rows[2][1].value == "=HYPERLINK(1)" and rows[2][1].quotePrefix
    assert 114.123456789 in [cell.value for cell in rows[1]]


def test_geojson_says_its_system(sites: None) -> None:
    document = orjson.loads(whole(SITES, Site.objects.order_by("number"), "geojson"))
    assert document["coordinates"] == "WGS-84" and document["crs"]["properties"]["name"].endswith("CRS84")
    assert document["features"][0]["geometry"] == {"type": "Point", "coordinates": [114.123456789, 22.5]}
    assert document["features"][3]["geometry"] is None
    assert document["features"][0]["properties"]["kind"] == "dangerous slope" and document["labels"]["kind"] == "kind"


def test_personal_data_is_masked_unless_opened(district: Any) -> None:
    unit = Organisation.objects.create(number="O", name="unit", kind="street", territory=STREET)
    for number, territory in (("P1", STREET), ("P2", OTHER)):
        Contact.objects.create(number=number, name="王", organisation=unit, phone="13800001234", territory=territory)
    rows = Contact.objects.order_by("number")
    assert b"13800001234" not in whole(PEOPLE, rows, "csv") and b"138****1234" in whole(PEOPLE, rows, "csv")
    told = whole(PEOPLE, rows, "csv", lambda record: record.territory == STREET)
    assert told.count(b"13800001234") == 1 and told.count(b"138****1234") == 1


def test_lists_and_yes_or_no_are_words(district: Any) -> None:
    Team.objects.create(number="T1", name="crew", kind="social", skills=["pump", "rescue"], territory=STREET)
    row = list(csv.reader(io.StringIO(whole(TEAMS, Team.objects.all(), "csv").decode("utf-8-sig"))))[1]
    assert "pump、rescue" in row and "yes" in row


@pytest.mark.django_db
@pytest.mark.parametrize("slug", sorted(LEDGERS))
def test_every_register_goes_out_in_every_form_and_has_a_template(slug: str) -> None:
    ledger = LEDGERS[slug]
    for form in writing.FORMS:
        assert whole(ledger, ledger.model._default_manager.select_related(*ledger.related), form)
    if ledger.edit:
        book = openpyxl.load_workbook(io.BytesIO(writing.template(ledger)))
        assert len(book.sheetnames) == 2 and book.worksheets[0].max_column == len(ledger.edit)


@given(st.text(max_size=20) | st.sampled_from(BAD))
def test_a_guarded_text_never_begins_like_a_formula_and_reads_back(text: str) -> None:
    said = writing.guarded(text)
    assert not said.startswith(("=", "+", "-", "@", "\t", "\r"))
    if text.strip() and not text.startswith("'") and "\0" not in text:
        buffer = io.StringIO()
        csv.writer(buffer).writerows([["number", "x"], ["1", said]])
        table = read_delimited(buffer.getvalue().encode("utf-8", "surrogatepass"), lambda heading: heading == "number")
        assert table.columns[1] == [text]
