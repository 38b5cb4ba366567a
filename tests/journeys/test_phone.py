"""With one hand, on a telephone 390 points wide: nothing sticks out, and what matters is large enough for a thumb."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

THUMB_PX = 44


@pytest.fixture
def incident(program: Callable[[str], httpx.Client]) -> str:
    """The address of the room of an incident that somebody has telephoned in, with a team on its way."""
    officer = program("zhiban")
    told = {
        "title": "小区围墙倒塌，一人受伤，需要救护车和挖掘机，通往现场的道路积水",
        "level": "3",
        "lon": 114.96,
        "lat": 20.47,
        "different": True,
    }
    made = officer.post("/api/incidents/actions/report_incident", json=told).json()
    sent = officer.post(f"/api/incidents/{made['id']}/dispatch", json={})
    assert sent.status_code == 200, sent.text
    return f"/incidents/{made['id']}"


def fits(page: Page) -> None:
    wide, room = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= room, f"{page.url} is {wide} px wide in a window of {room} px"


def thumbs(page: Page) -> None:
    """Every button that is the main one of its place, and every entry of the rail that is to be seen."""
    for target in page.locator(".button.primary:visible, #rail .place:visible").all():
        box = target.bounding_box()
        assert box is not None and round(box["height"]) >= THUMB_PX and round(box["width"]) >= THUMB_PX, (
            page.url,
            target.inner_text(),
            box,
        )


@pytest.mark.parametrize("width", [360, 390])
def test_desk_today_and_incident_room_fit_a_telephone(visitor, incident: str, width: int) -> None:
    officer = visitor("zhiban", width=width, height=844, has_touch=True, is_mobile=True, device_scale_factor=2)
    for path in ("/desk", "/today", incident, "/handover", "/intake", "/r/alarms/", "/r/sites/"):
        page = officer.go(path)
        expect(page.locator("#main")).to_be_visible()
        fits(page)
        thumbs(page)


def test_a_street_does_its_task_on_a_telephone(visitor, incident: str) -> None:
    """Sign, set out, arrive without a position but with a reason."""
    officer = visitor("zhiban", width=390, height=844, has_touch=True, is_mobile=True)
    page = officer.go(incident)
    page.locator("form[action$='/sign_for'] button").first.tap()
    page.locator("form[action$='/depart'] button").first.tap()
    page.locator("button[data-opens^='#do-arrive-']").first.tap()
    dialog = page.locator("dialog[open]")
    fits(page)
    dialog.locator("[name='reason']").fill("隧道内无信号")
    dialog.locator("footer button").last.tap()
    expect(page.locator("button[data-opens^='#do-finish-']").first).to_be_visible()
