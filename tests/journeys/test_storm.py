"""One storm at one underpass: from the first reading to the closed incident, with everybody at their own screen."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

STREET = "990101007"


@pytest.fixture
def flooded(gauges) -> Any:
    return gauges(STREET)


def deed(page: Page | Locator, verb: str) -> Locator:
    """The button that takes an arrow at once, or the one that opens what it asks."""
    return page.locator(
        f"form[action$='/{verb}'] > button, button[data-opens^='#do-{verb}-'], button[data-opens='#begin-{verb}']"
    ).first


def answer(page: Page, **asked: str) -> None:
    """Fill in the dialog that is open, and agree to it."""
    dialog = page.locator("dialog[open]")
    for name, value in asked.items():
        dialog.locator(f"[name='{name}']").fill(value)
    dialog.locator("footer button").last.click()
    expect(dialog).to_have_count(0)


def ids(rows: Locator) -> set[str]:
    return set(rows.evaluate_all("rows => rows.map(row => row.dataset.id)"))


def links_done(page: Page) -> Locator:
    return page.locator("#head .links li[data-done]")


def test_from_the_gauge_to_the_closed_incident(visitor, flooded: Any, say: Callable[[str], str]) -> None:
    officer, leader, street = visitor("zhiban"), visitor("daiban"), visitor("jiedao1")
    channel = flooded.channels[0]
    incident = the_alarm_comes_and_is_judged(officer, flooded, channel)
    the_unit_is_sent_and_called(officer, leader, say)
    the_street_goes_there(street, incident)
    leader.go(incident)
    deed(leader.page, "verify").click()
    expect(leader.page.locator("#tasks .state[data-done]").first).to_be_visible()
    the_first_report_goes_up(officer, leader)
    flooded.recede(channel)
    expect(links_done(officer.page)).to_have_count(6)
    the_incident_is_closed(officer, incident)


def the_alarm_comes_and_is_judged(officer: Any, flooded: Any, channel: str) -> str:
    """The desk stands open and nobody touches it: the alarm comes by itself. `t`, Enter."""
    page = officer.go("/desk")
    officer.live()
    rows = page.locator("#alarms [data-row]:not([data-member])")
    known = ids(rows)
    page.evaluate("window.notReloaded = true")
    flooded.flood(channel)
    expect(rows).to_have_count(len(known) + 1)
    (new,) = ids(rows) - known
    page.locator(f"#alarms [data-id='{new}'][data-unanswered='red']").click()
    expect(page.locator(f"#standing [hx-get$='{new}']")).to_be_visible()
    expect(page.locator("#standing .verdicts [data-key='t']")).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator("#standing .verdicts a[data-key='Enter']")).to_be_visible()
    assert page.evaluate("window.notReloaded"), "the desk is never loaded again while somebody works on it"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/incidents/"))
    return page.url.removeprefix(officer.address)


def the_unit_is_sent_and_called(officer: Any, leader: Any, say: Callable[[str], str]) -> None:
    """`d` and Enter send whom the rules choose; a red order rings until somebody has read it back."""
    page = officer.page
    officer.live()
    page.keyboard.press("d")
    expect(page.locator("#dispatch[open] input[name='organisation']:checked")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#tasks .task").first).to_be_visible()
    phones = leader.go("/gateways/simulator/")
    unit = page.locator("#tasks .unit-tasks header b").first.inner_text()
    card = phones.locator(".phone[data-state='ringing']", has_text=unit)
    card.get_by_role("button", name=say("Answer")).click()
    expect(phones.locator(".phone[data-state='talking']")).to_be_visible()
    read_back(phones, say)
    expect(links_done(page)).to_have_count(3)  # sensed, warned, answered


def read_back(phones: Page, say: Callable[[str], str]) -> None:
    """Listen for as long as must be, then press the keys of what was said, and the one that agrees."""
    card = phones.locator(".phone[data-state='talking']")
    expect(card).to_contain_text(re.compile(r"(2[1-9]|[3-9]\d) s"), timeout=60_000)
    said = card.locator("p").nth(2).inner_text()
    for _question in range(3):
        keys = card.locator("button[name='key']")
        labels = [label.split(" ", 1) for label in keys.all_inner_texts()]
        key = next((key for key, label in labels if label in said), "1")
        card.locator(f"button[name='key'][value='{key}']").click()
        expect(phones.locator("h1")).to_be_visible()
    expect(phones.locator(".phone[data-state='talking']")).to_have_count(0)


def the_street_goes_there(street: Any, incident: str) -> None:
    """Signs, sets out, arrives where it is, reports what was done."""
    page = street.go(incident)
    deed(page, "sign_for").click()
    deed(page, "depart").click()
    expect(deed(page, "arrive")).to_be_visible()
    lon, lat = re.search(r'"center": \[([\d.]+), ([\d.]+)\]', page.content().replace("&quot;", '"')).groups()  # type: ignore[union-attr]
    deed(page, "arrive").click()
    answer(page, lon=lon, lat=lat)
    deed(page, "finish").click()
    answer(page, result="抽排完毕，道路恢复通行")
    expect(page.locator("#tasks .task").first).to_contain_text("抽排完毕")


def the_first_report_goes_up(officer: Any, leader: Any) -> None:
    """The officer drafts it from the record, the leader signs it, the officer sends it."""
    officer.page.keyboard.press("r")
    expect(deed(officer.page, "draft_first")).to_be_visible()
    entry = leader.page.locator("form.entry [name='text']")
    entry.fill("水泵已到位")
    entry.press("Enter")
    expect(officer.page.locator("#timeline")).to_contain_text("水泵已到位")
    expect(deed(officer.page, "draft_first")).to_be_visible()  # what others do closes nobody's menu
    deed(officer.page, "draft_first").click()
    answer(officer.page)
    report = officer.page.locator("#scene .unit-tasks").first
    expect(report).to_be_visible()
    leader.page.reload()
    deed(leader.page, "sign_report").click()
    answer(leader.page)
    deed(report, "send_report").click()
    answer(officer.page)
    expect(report.locator(".state[data-done]")).to_be_visible()


def the_incident_is_closed(officer: Any, incident: str) -> None:
    page = officer.page
    page.locator("summary[data-key='x']").click()
    deed(page.locator("#head"), "close").click()
    answer(page)
    expect(page.locator("#head .meta .state[data-done]")).to_be_visible()
    officer.go("/desk")
    expect(page.locator("#strip")).to_be_visible()
    expect(page.locator(f"#strip a[href='{incident}']")).to_have_count(0)
