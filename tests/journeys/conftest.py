"""A browser before a running installation, as people use it. Whatever the page complains about fails the test."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import translation
from living import PASSWORD, Installation
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 30_000
"""Some five hundred metres: alarms of water nearer than three hundred are one group."""
APART_DEG = 0.006


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(300))


def words(text: str) -> str:
    """A phrase as the pages say it to most people, in Chinese."""
    with translation.override("zh-hans"):
        return translation.gettext(text)


@pytest.fixture
def say() -> Callable[[str], str]:
    return words


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium. Closed after the last journey, because its event loop keeps Django from the database in this thread."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed, and where everything is proved no journey may be left out")
        pytest.skip("chromium is not installed")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        running.close()


@dataclass
class Visitor:
    """Somebody at a browser of their own; `allowed` are answers of 400 and above that this journey wants to see."""

    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)
    allowed: set[int] = field(default_factory=set)
    cut_off: bool = False

    def __post_init__(self) -> None:
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.complaints.append(f"page error: {error.error}"))
        self.context.on("response", self._answered)
        self.page: Page = self.context.new_page()

    def _heard(self, message: ConsoleMessage) -> None:
        told_by_its_answer = "the server responded with a status of" in message.text
        lost_line = self.cut_off and "net::ERR_" in message.text
        if message.type == "error" and not told_by_its_answer and not lost_line:
            self.complaints.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.allowed:
            self.complaints.append(f"{response.status} {response.request.method} {response.url}")

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.address}{path}")
        return self.page

    def log_in(self, user: str, password: str = PASSWORD) -> Page:
        """Fill in the log-in page and press the button; where that leads is the journey's business."""
        if not self.page.url.startswith(f"{self.address}/login"):
            self.go("/login")
        self.page.locator("#username").fill(user)
        self.page.locator("#password").fill(password)
        self.page.locator("form[action='/login'] button").click()
        return self.page

    def live(self) -> None:
        """Wait until the page is told of changes."""
        expect(self.page.locator("html")).to_have_attribute("data-live", "open")


def press(page: Page, verb: str, **asked: str) -> None:
    """Press the button of a deed, fill in what its dialog asks, confirm, and wait for the page that comes then."""
    page.evaluate("document.documentElement.dataset.before = ''")
    button = page.locator(f"[data-opens^='#do-{verb}-'], [data-opens='#begin-{verb}']")
    if button.count():
        button.first.click()
        dialog = page.locator(f"dialog[open][id^='do-{verb}-'], dialog[open][id='begin-{verb}']")
        for name, value in asked.items():
            field = dialog.locator(f"[name='{name}']")
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        dialog.locator("footer button").last.click()
    else:
        page.locator(f"form[action$='/{verb}'] button").click()
    expect(page.locator("html:not([data-before])")).to_be_attached()
    page.wait_for_load_state()


@pytest.fixture
def deed() -> Callable[..., None]:
    """`deed(page, verb, **what its dialog asks)`."""
    return press


Enter = Callable[..., Visitor]


@pytest.fixture
def visitor(browser: Browser, installation: Installation) -> Iterator[Enter]:
    """Opens a browser window of its own for whoever comes; a named user is logged in."""
    made: list[Visitor] = []

    def enter(user: str = "", width: int = 1440, height: int = 900, **more: Any) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **more)
        one = Visitor(context, installation.address)
        made.append(one)
        if user:
            one.log_in(user)
            one.page.wait_for_url(lambda url: "/login" not in url)
        return one

    yield enter
    for one in made:
        one.context.close()
    assert [text for one in made for text in one.complaints] == []


@dataclass
class Gauges:
    """What a gauge under the road sends, through the door of readings."""

    client: httpx.Client
    channels: list[str]

    def send(self, channel: str, *values: float, minutes_ago: float) -> None:
        """One value a minute, the first that many minutes ago."""
        first = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        lines = [
            f'{{"channel":"{channel}","at":"{(first + timedelta(minutes=n)).isoformat()}","value":{value}}}'
            for n, value in enumerate(values)
        ]
        answer = self.client.post(
            "/api/readings", content="\n".join(lines), headers={"Content-Type": "application/x-ndjson"}
        )
        assert answer.json()["accepted"] == len(values), answer.text

    def flood(self, channel: str) -> None:
        """The water climbs past the red mark within ten minutes and stands there."""
        self.send(channel, 0.02, 0.1, 0.2, 0.2, 0.3, 0.3, 0.42, 0.45, 0.46, 0.46, minutes_ago=40)

    def recede(self, channel: str) -> None:
        """The water is gone, for long enough."""
        self.send(channel, 0.2, 0.05, *[0.01] * 16, minutes_ago=20)


@pytest.fixture(scope="session")
def program(installation: Installation) -> Iterator[Callable[[str], httpx.Client]]:
    """An API client of an account; each is made once."""
    clients: list[httpx.Client] = []

    @cache
    def client(user: str) -> httpx.Client:
        clients.append(installation.client(user))
        return clients[-1]

    yield client
    for one in clients:
        one.close()


def apart(rows: list[dict[str, Any]]) -> list[str]:
    """The numbers of gauges so far from one another that what they tell is never taken for one event."""
    kept: list[dict[str, Any]] = []
    for row in rows:
        if all(abs(row["lon"] - other["lon"]) + abs(row["lat"] - other["lat"]) > APART_DEG for other in kept):
            kept.append(row)
    return [row["number"] for row in kept]


@pytest.fixture
def gauges(installation: Installation, program: Callable[[str], httpx.Client]) -> Iterator[Callable[[str], Gauges]]:
    """The gauges of a street that have never sent anything: `gauges(street)`."""
    token = (installation.folder / "demo-token").read_text().strip()
    with httpx.Client(
        base_url=installation.address, headers={"Authorization": f"Bearer {token}"}, timeout=30
    ) as client:

        def of(street: str) -> Gauges:
            asked = {"quantity": "road_water_depth", "territory": street, "size": 200, "order": "number"}
            rows = program("zhiban").get("/api/channels", params=asked).json()["items"]
            return Gauges(client, apart([row for row in rows if row["last_at"] is None]))

        yield of
