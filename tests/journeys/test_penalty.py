"""A penalty case in its room, from the opening to the archive, each step by whoever may take it; every document is made
with one key or filled in, and downloaded as Word and as PDF."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
from playwright.sync_api import Page, expect


def paper(page: Page, room: str, kind: str, **asked: str) -> None:
    """Make a document out: with one press where nothing is missing, else in its form."""
    button = page.locator(f"form[action$='/paper/{kind}/now'] button")
    if button.count():
        button.click()
    else:
        page.goto(f"{page.url.split('/cases/')[0]}/r{room}/paper/{kind}")
        for name, value in asked.items():
            page.locator(f"[name='{name}']").fill(value)
        page.locator("form.card button.primary").click()
    page.wait_for_url(f"**{room}")


def reported(page: Page, deed: Callable[..., None], case: dict[str, Any]) -> str:
    """Report the breach from the page of a hazard with the officers of a case that is there; returns its room."""
    today = datetime.now(UTC).date().isoformat()
    officers = {each: case[each]["id"] for each in ("lead", "second")}
    deed(page, "report_case", matter="exits_blocked", facts="通道堆货，责令后未清", occurred_on=today, **officers)
    page.locator(".page-head a.button.primary").click()
    page.wait_for_url("**/cases/*")
    return "/cases/" + page.url.rsplit("/", 1)[1]


def test_from_the_opening_to_the_archive(
    visitor: Any, program: Callable[[str], httpx.Client], deed: Callable[..., None]
) -> None:
    officer, head = visitor("zhifa"), visitor("juzhang")
    case = program("zhifa").get("/api/cases", params={"size": 1}).json()["items"][0]
    hazard = program("zhifa").get("/api/hazards", params={"state": "rectifying", "size": 1}).json()["items"][0]
    page = officer.go(f"/r/hazards/{hazard['id']}")
    room = reported(page, deed, case)
    paper(page, room, "case_opening_approval")
    deed(head.go(room), "open_case")
    deed(officer.go(room), "add_evidence", text="现场检查记录1份")
    page.locator("[data-opens='#propose-conclude']").click()
    for factor in ("first", "corrected"):
        page.locator(f"dialog[open] input[value='{factor}']").check()
    page.locator("dialog[open] [name='fine_yuan']").fill("9000")
    page.locator("dialog[open] footer .primary").click()
    expect(page.locator("#steps")).to_contain_text("从轻：0 元 – 15,000 元")
    deed(visitor("fazhi").go(room), "pass_review")
    officer.go(room)
    paper(page, room, "penalty_notice")
    deed(page, "serve_notice", receiver="老板")
    paper(page, room, "delivery_receipt")
    expect(head.go(room).locator("#steps")).to_contain_text("期满或者当事人书面放弃后方可决定")
    deed(page, "waive", note="书面声明1份")
    deed(head.go(room), "decide")
    officer.go(room)
    paper(page, room, "penalty_decision")
    deed(page, "deliver", receiver="老板")
    deed(page, "publish", published_in="区政府网站")
    deed(page, "record_payment", amount_yuan="9000", receipt="A1")
    paper(page, room, "case_closing_approval")
    deed(head.go(room), "close_case")
    officer.go(room)
    expect(page.locator("#steps")).to_contain_text("案卷封面、案卷目录")
    paper(page, room, "file_cover", pages="46", kept="30年")
    paper(page, room, "file_contents")
    deed(page, "archive")
    expect(page.locator("#head .state")).to_have_text("已归档")
    links = page.locator("#papers a[download]").evaluate_all("links => links.map(link => link.href)")
    kept = [page.context.request.get(link).body()[:4] for link in links]
    assert (len(links), set(kept[::2]), set(kept[1::2])) == (14, {b"PK\x03\x04"}, {b"%PDF"})
