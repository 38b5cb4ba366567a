"""A spreadsheet as people keep them: odd headings, a wrong kind, an area that is no area. The good rows come in."""

import io
import re
from pathlib import Path

import openpyxl
from playwright.sync_api import expect

COMMUNITY = "990101007001"
HEAD = ("编号", "名称", "kind", "area")
ROWS = (
    ("DR-0001", "红棉南路高边坡", "slope", COMMUNITY),
    ("DR-0002", "无此类别的场所", "slop", COMMUNITY),
    ("DR-0003", "别处的边坡", "slope", "440303001001"),
    ("DR-0004", "红棉北路高边坡", "slope", COMMUNITY),
)


def spreadsheet() -> bytes:
    book = openpyxl.Workbook()
    for row in (HEAD, *ROWS):
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_a_bad_spreadsheet_comes_in_as_far_as_it_is_good(visitor, tmp_path: Path) -> None:
    keeper = visitor("dengji")
    keeper.allowed = {422}
    page = keeper.go("/r/sites/")
    page.locator("a[href='/r/sites/import']").click()
    upload = page.locator("input[type='file']")
    upload.set_input_files({"name": "notes.docx", "mimeType": "application/msword", "buffer": b"not a table"})
    page.locator("main button.primary").click()
    expect(page.get_by_role("alert")).to_be_visible()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    upload.set_input_files({"name": "边坡.xlsx", "mimeType": kind, "buffer": spreadsheet()})
    page.locator("main button.primary").click()
    wrong = page.locator(".error-rows tbody tr")
    expect(wrong).to_have_count(2)
    expect(wrong.first.locator("td").first).to_have_text("C3")
    expect(wrong.nth(1).locator("td").first).to_have_text("D4")
    with page.expect_download() as coming:
        page.locator("a[href*='rejects']").click()
    path = tmp_path / "rejects.xlsx"
    coming.value.save_as(path)
    kept = openpyxl.load_workbook(path).active
    assert [row[0].value for row in kept.iter_rows(min_row=2)] == ["DR-0002", "DR-0003"]
    page.locator("button[name='go'][value='good']").click()
    expect(page.locator(".steps li[aria-current='step']")).to_have_count(1)
    expect(page.locator(".steps li").last).to_have_attribute("aria-current", "step")
    keeper.go("/r/sites/?q=DR-000")
    numbers = page.locator("tr[data-row] td.key")
    expect(numbers).to_have_count(2)
    expect(numbers.first).to_have_text(re.compile("DR-000[14]"))
