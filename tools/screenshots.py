"""`make screenshots`: plays the generated storm on an installation of its own and photographs it into docs/images.

Needs Chromium (Debian's will do) and fonts-noto-cjk. Nothing of the installation in this folder is touched.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
ANSHU = [sys.executable, "-m", "anshu.project.command"]
"""As `anshu demo district` makes and prints them."""
OFFICER, REGISTRAR, PASSWORD = "zhiban", "dengji", "Anshu-demo-2026"
"""A file as people make them: one good row, and one mistake of each kind."""
SPREADSHEET = """编号,名称,类别,人数,经度,纬度
QD-901,沙井河抢险队,专业队伍,24,,
QD-902,南山排涝队,抢险大队,12,,
QD-903,,专业队伍,十二,,
QD-904,海滨抽水队,专业队伍,8,22.54,114.05
"""
STORM_MINUTES = 6
"""When to look, in seconds since the storm began: alarms are standing, crews are out."""
LOOK_AT_S = 200
SETTLE_MS = 6000
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Shot:
    """One picture: its file, the page, and the size of the window."""

    name: str
    path: str
    width: int = 1440
    height: int = 900
    english: bool = False


SHOTS = (
    Shot("today", "/today"),
    Shot("desk", "/desk"),
    Shot("desk-en", "/desk", english=True),
    Shot("map", "/map"),
    Shot("incident", "an incident"),
    Shot("incident-en", "an incident", english=True),
    Shot("register", "/r/sites/"),
    Shot("wall", "/wall", 1920, 1080),
    Shot("phone-today", "/today", 390, 844),
    Shot("phone-desk", "/desk", 390, 844),
)


def main() -> None:
    """Take every picture."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("Chromium is needed; on Debian: apt-get install chromium fonts-noto-cjk")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with storm() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        with page_of(browser, english=False) as page:
            page.goto(f"{address}/login")
            page.screenshot(path=IMAGES / "login.png")
        for english in (False, True):
            with page_of(browser, english=english) as page:
                enter(page, address, OFFICER)
                for shot in (shot for shot in SHOTS if shot.english is english):
                    take(page, address, shot)
        with page_of(browser, english=False) as page:
            enter(page, address, REGISTRAR)
            dry_run(page, address)
        browser.close()


def dry_run(page: Page, address: str) -> None:
    """Drop a file with mistakes into a register, and photograph what is said of them."""
    page.goto(f"{address}/r/teams/import")
    with tempfile.NamedTemporaryFile("w", suffix=".csv", prefix="teams-") as file:
        file.write(SPREADSHEET)
        file.flush()
        page.set_input_files('input[name="upload"]', file.name)
        page.click("form.stack button.primary")
        page.wait_for_selector(".error-rows, .matching")
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=IMAGES / "import.png")
    print("import.png  1440×900  /r/teams/import", flush=True)


@contextmanager
def page_of(browser: Browser, *, english: bool) -> Iterator[Page]:
    """A window whose browser prefers one of the languages."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB" if english else "zh-CN")
    yield context.new_page()
    context.close()


def enter(page: Page, address: str, user: str) -> None:
    """Log in with a demonstration account."""
    page.goto(f"{address}/login")
    page.fill("#username", user)
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(lambda url: "/login" not in url)


def take(page: Page, address: str, shot: Shot) -> None:
    """Take one picture, once the page has come to rest."""
    page.set_viewport_size({"width": shot.width, "height": shot.height})
    path = first_incident(page, address) if shot.path == "an incident" else shot.path
    answer = page.goto(f"{address}{path}")
    if answer is None or not answer.ok:
        raise SystemExit(f"{path} answered {answer.status if answer else 'nothing'}")
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=IMAGES / f"{shot.name}.png")
    print(f"{shot.name}.png  {shot.width}×{shot.height}  {path}", flush=True)


def first_incident(page: Page, address: str) -> str:
    """The room of the incident on top of the register."""
    page.goto(f"{address}/r/incidents/")
    found = re.search(r"/(?:r/)?incidents/([0-9a-f-]{36})", page.content())
    if found is None:
        raise SystemExit("the storm has made no incident yet; look later (LOOK_AT_S)")
    return f"/incidents/{found[1]}"


@contextmanager
def storm() -> Iterator[str]:
    """An installation with the generated district, a storm half-way over it; gives its address."""
    with tempfile.TemporaryDirectory(prefix="anshu-shots-") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
        free.close()
        given = {
            "ANSHU_STATE_DIR": folder,
            "ANSHU_PORT": port,
            "ANSHU_MQTT_BROKER": "none",
            "ANSHU_FILE": f"{folder}/none.toml",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSHU_") and name != "PORT"}
        env = {**kept, **given}
        for command in (["init"], ["demo", "district", "--generated"]):
            subprocess.run([*ANSHU, *command], env=env, check=True, stdout=subprocess.DEVNULL)
        up = subprocess.Popen([*ANSHU, "up"], env=env)
        playing: subprocess.Popen[bytes] | None = None
        try:
            wait_until_well(f"http://127.0.0.1:{port}")
            playing = subprocess.Popen(
                [*ANSHU, "demo", "storm", "--minutes", str(STORM_MINUTES), "--hands-off"], env=env
            )
            time.sleep(LOOK_AT_S)
            yield f"http://127.0.0.1:{port}"
        finally:
            for process in (playing, up):
                if process is not None:
                    process.terminate()
                    process.wait(30)


def wait_until_well(address: str) -> None:
    """Return once /healthz answers 200; gives up after three minutes."""
    for _ in range(180):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
        except OSError:
            time.sleep(1)
        else:
            return
    raise SystemExit("the installation did not come up")


if __name__ == "__main__":
    main()
