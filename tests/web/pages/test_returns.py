"""The page of a return: figures that lead to their rows, files, and the receipt of each file."""

import csv
import io
from datetime import date
from types import SimpleNamespace

import openpyxl
import pytest
from django.test import Client
from regulated import DISTRICT, found, ordered, street, time

from anshu.domains.hazards.models import Hazard
from anshu.domains.places.models import Area
from anshu.workflow.models import Change

__all__ = ["found", "ordered", "street", "time"]
pytestmark = pytest.mark.django_db
SPAN = {"first": "2026-11-01", "last": "2026-11-30"}
ASKED = "first=2026-11-01&last=2026-11-30"


@pytest.fixture
def enter(street, ordered):
    """The commission's browser, over a street with two hazards found this month."""
    Area.objects.create(number=DISTRICT + "001", territory=DISTRICT + "001", name="龙城街道", level="street")
    ordered()
    ordered(major=True, summary="锅炉超期未检")

    def log_in(actor) -> Client:
        client = Client()
        client.force_login(actor.account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


def test_a_list_offers_its_returns_to_those_who_see_all_that_they_tell(street: SimpleNamespace, enter):
    assert "/returns/hazards_monthly" in enter(street.commission).get("/r/hazards/").content.decode()
    assert "/returns/" not in enter(street.section).get("/r/visits/").content.decode()  # the section sees no cases
    assert enter(street.section).get("/returns/enforcement_monthly").status_code == 403
    assert enter(street.owner).get("/returns/hazards_monthly").status_code == 403
    assert enter(street.commission).get("/returns/none").status_code == 404


def test_each_figure_leads_to_its_rows(street, enter):
    browser = enter(street.commission)
    page = browser.get(f"/returns/hazards_monthly?{ASKED}").content.decode()
    assert "龙城街道" in page and "column=3&amp;of=440307001" in page
    rows = browser.get(f"/returns/hazards_monthly/rows?{ASKED}&column=4&of=440307001").content.decode()
    assert "锅炉超期未检" in rows and "疏散通道堆放货物" not in rows
    assert "疏散通道堆放货物" in browser.get(f"/returns/hazards_monthly/rows?{ASKED}&column=3").content.decode()
    for column in ("0", "8", "99", "x", ""):
        assert browser.get(f"/returns/hazards_monthly/rows?{ASKED}&column={column}").status_code == 404, column
    assert browser.get("/returns/hazards_monthly?first=2026-12-01&last=2026-11-01").status_code == 422
    assert browser.get("/returns/hazards_monthly?first=2026-13-01").status_code == 422


def test_a_file_leaves_a_receipt_that_says_whether_it_still_holds(street, enter):
    browser = enter(street.commission)
    sent = browser.post("/returns/hazards_monthly.xlsx", {"territory": DISTRICT, **SPAN})
    book = openpyxl.load_workbook(io.BytesIO(sent.content))
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "隐患排查治理情况月报表" and "2026-11-01" in sheet["A2"].value
    assert [cell.value for cell in sheet[4]][:6] == ["龙城街道", 0, 0, 2, 1, 0]
    assert "重大" in "".join(str(row[1].value) for row in book.worksheets[1].iter_rows(min_row=2))
    receipt = Change.objects.get(details__filed="hazards_monthly")
    assert (receipt.verb, receipt.details["figures"][0][3]) == ("hazards.export", 2)
    asked = f"/returns/hazards_monthly?territory={DISTRICT}&{ASKED}"
    page = browser.get(asked).content.decode()
    assert receipt.seal[:12] in page and "与现在一致" in page
    Hazard.objects.filter(grade="major").update(found_at="2026-10-01T00:00:00Z")
    assert "数据已变化" in browser.get(asked).content.decode()


def test_a_list_goes_out_as_csv_and_only_by_those_who_may_export(street, enter):
    sent = enter(street.commission).post("/returns/major_hazards.csv", SPAN)
    lines = list(csv.reader(io.StringIO(sent.content.decode("utf-8-sig"))))
    assert (len(lines), lines[1][7], lines[1][-1]) == (2, "锅炉超期未检", "已下达")
    assert date.fromisoformat(lines[1][11]) == date(2026, 11, 24)
    assert enter(street.grid).post("/returns/major_hazards.csv", SPAN).status_code == 403
    assert enter(street.commission).post("/returns/major_hazards.pdf", SPAN).status_code == 404
    assert Change.objects.filter(details__filed="major_hazards").count() == 1
