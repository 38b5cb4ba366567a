"""The web process dies under an open desk: the page comes back by itself and shows what happened meanwhile."""

import os
import signal

import pytest
from living import Installation
from playwright.sync_api import expect

STREET = "990101002"


@pytest.fixture
def drowsy_sense(installation: Installation):
    """The sense process holds its breath, so that what it finds is found while no web server is there to tell it."""
    pid = installation.pid_of("sense")
    os.kill(pid, signal.SIGSTOP)
    yield pid
    os.kill(pid, signal.SIGCONT)


def test_a_killed_web_process_loses_nothing(visitor, gauges, installation: Installation, drowsy_sense: int) -> None:
    officer = visitor("zhiban")
    officer.cut_off = True
    page = officer.go("/desk")
    officer.live()
    page.evaluate("window.notReloaded = true")
    rows = page.locator("#alarms [data-row]")
    before = rows.count()
    water = gauges(STREET)
    for channel in water.channels[:2]:
        water.flood(channel)
    os.kill(installation.pid_of("web"), signal.SIGKILL)
    expect(page.locator("html")).not_to_have_attribute("data-live", "open")
    os.kill(drowsy_sense, signal.SIGCONT)
    officer.live()
    expect(rows).to_have_count(before + 2)
    assert page.evaluate("window.notReloaded"), "the page came back without being loaded again"
