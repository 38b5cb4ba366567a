"""The file of an enterprise: a code that proves itself, an industry that exists, and whole files of them at once."""

import csv
import io

import pytest

from anshu.domains.enterprises.models import Certificate, Enterprise
from anshu.domains.enterprises.models.files import division_of, industries
from anshu.domains.places.models import Area
from anshu.kernel.credit_codes import check_sign
from anshu.kernel.errors import Invalid
from anshu.ledger import edit
from anshu.ledger.declaration import LEDGERS
from anshu.ledger.exchange import checking, matching, running
from anshu.ledger.exchange.checking import once_only, plain_register

pytestmark = pytest.mark.django_db
ENTERPRISES = LEDGERS["enterprises"]
CODES = tuple(first + check_sign(first) for first in ("91440300MA5DQ2RX0", "91440300708461136"))


@pytest.fixture(autouse=True)
def areas(street):
    for number, level in (("440307", "district"), ("440307001", "street"), ("440307001001", "community")):
        Area.objects.create(number=number, name=number, level=level, territory=number)


def add(street, **values):
    return edit.add(
        ENTERPRISES, by=street.section, values={"number": "QY-2", "name": "乙", "territory": "440307001"} | values
    )


@pytest.mark.parametrize(
    "code", ["9144030071526726XF", "9144030071526726X", "9144030071526726XI", "914403007152672X6G"]
)
def test_a_mistyped_credit_code_is_refused(street, code):
    with pytest.raises(Invalid, check=lambda error: error.field == "credit_code"):
        add(street, credit_code=code)


def test_a_credit_code_is_kept_in_one_form_and_once(street):
    made = add(street, credit_code=CODES[0].lower())
    assert made.credit_code == CODES[0]
    with pytest.raises(Invalid):
        add(street, number="QY-3", credit_code=CODES[0])
    for number in ("QY-4", "QY-5"):
        assert add(street, number=number, credit_code="").credit_code is None


@pytest.mark.parametrize(
    ("code", "division"), [("C2641", "26"), ("2641", "26"), ("26", "26"), ("C", ""), ("", ""), ("C2", "")]
)
def test_the_division_of_an_industry(code, division):
    assert division_of(code) == division


@pytest.mark.parametrize("industry", ["C2641", "2641", "c26", "C", "T97"])
def test_an_industry_exists(street, industry):
    assert add(street, industry=industry).industry == industry.upper()


@pytest.mark.parametrize("industry", ["C9941", "X", "2", "化工"])
def test_an_industry_that_does_not_exist_is_refused(street, industry):
    with pytest.raises(Invalid, check=lambda error: error.field == "industry"):
        add(street, industry=industry)


def test_the_table_of_industries_is_whole():
    table = industries()
    assert len(table.children()) == 20
    assert [code for code in table.codes if code.isdigit()] == [f"{n:02}" for n in range(1, 98)]
    assert not table.verified


def test_a_colour_is_not_set_by_hand_in_the_file(street):
    with pytest.raises(Invalid, check=lambda error: error.field == "risk_color"):
        add(street, risk_color="1")


def brought_in(street, slug, rows):
    ledger, text = LEDGERS[slug], io.StringIO()
    writer = csv.writer(text)
    writer.writerows(rows)
    source = running.receive(ledger, street.section, "file.csv", text.getvalue().encode())
    table = running.table_of(source)
    columns = {found.heading: found.field for found in matching.match(ledger, table, {}) if found.field}
    plan = running.Plan(columns, good_only=True)
    checked = running.dry_run(source, street.section, table, plan)
    running.begin(source, plan)
    running.run(source.pk)
    return checked


HEAD = ("number", "name", "unified credit code", "industry", "area")


def test_files_of_enterprises_are_checked_by_column(street):
    assert plain_register(ENTERPRISES)
    assert [field.name for field in once_only(ENTERPRISES)] == ["credit_code"]
    rows = [HEAD, ("A", "甲", CODES[0].lower(), "c2641", "440307001"), ("B", "乙", "", "", "440307001")]
    checked = brought_in(street, "enterprises", rows)
    assert checked.fates == ["add", "add"]
    found = {firm.number: (firm.credit_code, firm.industry) for firm in Enterprise.objects.exclude(number="QY-1")}
    assert found == {"A": (CODES[0], "C2641"), "B": (None, "")}


def test_what_is_wrong_in_a_file_is_told_by_cell(street):
    rows = [
        HEAD,
        ("A", "甲", CODES[0][:-1] + "0", "", "440307001"),
        ("B", "乙", CODES[1], "Z99", "440307001"),
        ("C", "丙", CODES[1], "", "440307001"),
        ("D", "丁", CODES[1], "", "440307001"),
        ("E", "戊", street.firm.credit_code, "", "440307001"),
    ]
    checked = brought_in(street, "enterprises", rows)
    assert checked.fates == ["wrong", "wrong", "add", "wrong", "wrong"]
    assert [(error.cell, error.heading) for error in checked.errors] == [
        ("C2", "unified credit code"),
        ("D3", "industry"),
        ("C5", "unified credit code"),
        ("C6", "unified credit code"),
    ]
    assert set(Enterprise.objects.values_list("number", flat=True)) == {"QY-1", "C"}


def test_its_own_code_is_nobody_elses(street):
    rows = [HEAD, ("QY-1", "宏达五金（更名）", street.firm.credit_code, "C3351", "440307001001")]
    assert brought_in(street, "enterprises", rows).fates == ["change"]
    assert Enterprise.objects.get().name == "宏达五金（更名）"


def test_what_belongs_to_an_enterprise_lies_where_it_lies(street):
    rows = [("number", "enterprise", "certificate kind", "valid until"), ("Z-1", "QY-1", "other", "2027-05-01")]
    head = (*rows[0][:2], "kind", rows[0][3])
    checked = brought_in(street, "certificates", [head, rows[1]])
    assert (checked.fates, checked.errors) == (["add"], [])
    assert Certificate.objects.get().territory == "440307001001"


def test_a_certificate_added_by_hand_needs_no_area(street):
    values = {"number": "Z-2", "enterprise": "QY-1", "kind": "other", "expires_on": "2027-01-01"}
    assert edit.add(LEDGERS["certificates"], by=street.section, values=values).territory == "440307001001"


def test_checking_knows_registers_with_rules_of_their_own():
    assert not checking.plain_register(LEDGERS["chemicals"])
    assert plain_register(LEDGERS["sites"])
