"""The watch is handed over: not while an alarm has no verdict, and only to the next officer, who signs as well."""

from collections.abc import Callable

import httpx
import pytest
from living import PASSWORD
from playwright.sync_api import Page, expect

STREET = "990101001"
NEXT = "jiebanyuan"


@pytest.fixture
def next_officer(visitor, program: Callable[[str], httpx.Client]) -> str:
    """The security administrator opens the log-in of the officer who comes next, under the name in the roster."""
    shifts = program("zhiban").get(
        "/api/shifts", params={"state": "planned", "territory": "990101", "order": "starts_at", "size": 50}
    )
    following = next(row for row in shifts.json()["items"] if row["territory"] == "990101")
    person = program("zhiban").get(f"/api/people/{following['officer']['id']}").json()
    keeper = visitor("secadmin")
    page = keeper.go("/admin/accounts")
    page.locator("[data-opens='#open']").click()
    form = page.locator("#open[open]")
    form.locator("[name='username']").fill(NEXT)
    form.locator("[name='name']").fill(person["name"])
    form.locator("[name='password']").fill(PASSWORD)
    form.locator("footer button").last.click()
    row = page.locator("tr", has_text=NEXT)
    row.locator("[name='role']").select_option("duty_officer")
    row.locator("[name='territory']").fill("990101")
    row.locator("form", has=page.locator("[name='role']")).locator("button").click()
    expect(page.locator("tr", has_text=NEXT)).to_contain_text("990101")
    return NEXT


def press(page: Page, act: str) -> None:
    page.locator(f"button[name='act'][value='{act}']").click()


def test_the_watch_is_handed_over_only_with_nothing_left_unjudged(visitor, gauges, next_officer: str) -> None:
    leaving, coming = visitor("zhiban"), visitor(next_officer)
    leaving.allowed = {409}
    page = leaving.go("/desk")
    leaving.live()
    water = gauges(STREET)
    water.flood(water.channels[0])
    expect(page.locator("#alarms [data-unanswered='red']").first).to_be_visible()
    leaving.go("/handover")
    press(page, "prepare")
    press(page, "sign_out")
    expect(page.get_by_role("alert")).to_be_visible()
    leaving.go("/desk")
    page.locator("#alarms [data-unanswered]").first.click()
    while page.locator("#alarms [data-unanswered]").count():
        judge_the_first(page)
    sign_out(leaving.go("/handover"))
    there = coming.go("/handover")
    numbers = there.locator("article .sub")
    before = numbers.inner_text()
    press(there, "sign_in")
    expect(there.locator("button[value='prepare']")).to_be_visible()
    expect(numbers).not_to_have_text(before)


def judge_the_first(page: Page) -> None:
    """False alarm, with the reason that a person types."""
    row = page.locator("#alarms [data-unanswered]").first
    key = row.get_attribute("data-id")
    row.click()
    expect(page.locator(f"#standing [hx-post='/do/alarm-groups/{key}/confirm_group']")).to_be_visible()
    page.keyboard.press("f")
    page.locator("#reject[open] input").fill("设备故障")
    page.locator("#reject[open] footer button").last.click()
    expect(page.locator(f"#alarms [data-id='{key}'][data-unanswered]")).to_have_count(0)


def sign_out(page: Page) -> None:
    """Draw the sheet up again, answer for everything that is open, and sign."""
    press(page, "prepare")
    for item in page.locator("input[name^='answer:']").all():
        item.fill("移交")
    press(page, "sign_out")
    expect(page.locator(".signs button[value='sign_out']")).to_have_count(0)
