"""Chinese first, English complete: the switch works, stays, and leaves no word of the other language in the rail."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

LATIN, HAN = re.compile(r"[A-Za-z]{2,}"), re.compile(r"[\u4e00-\u9fff]")


def rail(page: Page) -> str:
    return " ".join(page.locator("#rail .place").all_inner_texts())


def switch(page: Page, to: str) -> None:
    page.locator(f".top button[name='language'][value='{to}']").click()
    expect(page.locator("html")).to_have_attribute("lang", "en" if to == "en" else "zh-Hans")


def test_the_language_is_switched_and_stays(visitor, say: Callable[[str], str]) -> None:
    first = visitor("quzhang")
    page = first.page
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert LATIN.search(rail(page)) is None, rail(page)
    first.go("/r/sites/?kind=slope")
    switch(page, "en")
    expect(page).to_have_url(re.compile(r"/r/sites/\?kind=slope$"))
    assert HAN.search(rail(page)) is None, rail(page)
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    elsewhere = visitor("quzhang")
    expect(elsewhere.page.locator("html")).to_have_attribute("lang", "en")
    switch(elsewhere.page, "zh-hans")
    first.go("/today")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.get_by_role("heading", name=say("Today"), exact=True)).to_be_visible()


def test_the_door_speaks_both_languages(visitor) -> None:
    guest = visitor()
    page = guest.go("/login")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.locator("button[name='language'][value='en']").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
