"""The whole desk without a mouse."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

STREET = "990101004"


def test_the_keys_are_listed_and_work(visitor, say: Callable[[str], str]) -> None:
    officer = visitor("zhiban")
    page = officer.go("/today")
    officer.live()
    page.keyboard.press("?")
    listed = page.locator("dialog[open] .keys-list")
    for key in ("/", "g", "m", "p"):
        expect(listed.locator("kbd", has_text=re.compile(f"^{re.escape(key)}$")).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(listed).to_have_count(0)
    page.keyboard.press("/")
    expect(page.locator("input[name='q'][data-key='/']")).to_be_focused()
    page.keyboard.type("g m")
    expect(page).to_have_url(re.compile("/today$"))  # while one types, letters are letters
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page).to_have_url(re.compile("/map$"))
    expect(page.locator("canvas.maplibregl-canvas")).to_be_visible()


def test_j_and_k_walk_through_a_list_and_enter_opens(visitor) -> None:
    page = visitor("zhiban").go("/r/sites/")
    rows = page.locator("tr[data-row]")
    expect(rows.nth(2)).to_be_visible()
    for key, row in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(rows.nth(row)).to_have_attribute("aria-selected", "true")
        expect(page.locator("tr[aria-selected='true']")).to_have_count(1)
    number = rows.nth(1).locator("a").first.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".crumbs .mono")).to_have_text(number)
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/r/sites/$"))


def test_j_and_k_walk_through_the_alarms(visitor, gauges) -> None:
    officer = visitor("zhiban")
    page = officer.go("/desk")
    officer.live()
    rows = page.locator("#alarms [data-row]:visible")
    before = rows.count()
    water = gauges(STREET)
    for channel in water.channels[:2]:
        water.flood(channel)
    expect(rows).to_have_count(before + 2)
    for _key in range(before + 2):
        page.keyboard.press("k")
    expect(rows.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#standing h2").first).to_have_text(re.compile("."))


def test_a_verdict_is_never_given_on_the_alarm_before(visitor, gauges) -> None:
    """While the next alarm is still on its way to the screen, `t` judges nothing at all."""
    officer = visitor("zhiban")
    page = officer.go("/desk")
    officer.live()
    rows = page.locator("#alarms [data-unanswered]:visible")
    water = gauges(STREET)
    before = rows.count()
    for channel in water.channels[:2]:
        water.flood(channel)
    expect(rows).to_have_count(before + 2)
    first, second = (rows.nth(n).get_attribute("data-id") for n in (0, 1))
    page.locator(f"#alarms [data-id='{first}']").click()
    expect(page.locator(f"#standing [hx-get$='{first}']")).to_be_visible()
    held = []
    page.route(f"**/desk/group/{second}", lambda route: held.append(route))
    page.locator(f"#alarms [data-id='{second}']").click()
    page.keyboard.press("t")
    expect(page.locator(f"#standing [hx-get$='{first}']")).to_be_visible()  # the old panel is still there
    held[0].continue_()
    page.unroute(f"**/desk/group/{second}")  # which lets go of whatever a live refresh asked for meanwhile
    expect(page.locator(f"#standing [hx-get$='{second}']")).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator(f"#alarms [data-id='{second}'][data-unanswered]")).to_have_count(0)
    expect(page.locator(f"#alarms [data-id='{first}'][data-unanswered]")).to_have_count(1)
