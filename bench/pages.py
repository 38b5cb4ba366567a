"""What a person waits for: first contentful paint of log-in, desk, today and map in Chromium at 1440 × 900.

Run: `python bench/pages.py [--visits 7]`. Needs Chromium. The server is warm; each visit is a new browser context that
has nothing in its cache. Figures come from the browser's own performance API.
"""

import argparse
import shutil
import statistics

from playwright.sync_api import Browser, sync_playwright
from stage import PASSWORD, Stage, running, told

PATHS = ("/login", "/desk", "/today", "/map", "/r/sites/")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
MEASURE = """() => new Promise(done => {
  const told = () => {
    const page = performance.getEntriesByType('navigation')[0]
    const paint = performance.getEntriesByName('first-contentful-paint')[0]
    const parts = performance.getEntriesByType('resource')
    done({
      answer: page.responseEnd, paint: paint ? paint.startTime : -1, loaded: page.loadEventEnd,
      kilobytes: (page.transferSize + parts.reduce((sum, part) => sum + part.transferSize, 0)) / 1000,
      requests: 1 + parts.length,
    })
  }
  setTimeout(told, 1500)
})"""


def visit(browser: Browser, stage: Stage, state: object, path: str) -> dict[str, float]:
    """One visit with an empty cache; milliseconds since the address was asked for."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", storage_state=state)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{stage.address}{path}", wait_until="load")
    found: dict[str, float] = page.evaluate(MEASURE)
    context.close()
    return found


def log_in(browser: Browser, stage: Stage) -> object:
    """The cookies of the duty officer's session."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{stage.address}/login")
    page.fill("#username", "zhiban")
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(lambda url: "/login" not in url)
    state = context.storage_state()
    context.close()
    return state


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--visits", type=int, default=7)
    visits = asked.parse_args().visits
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("Chromium is needed; on Debian: apt-get install chromium fonts-noto-cjk")
    told(f"the generated district, {visits} visits per page with an empty cache, 1440 × 900")
    with running() as stage, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        print(f"Chromium {browser.version}")
        state = log_in(browser, stage)
        print(f"{'page':<12} {'first paint':>16} {'worst':>9} {'answered':>9} {'loaded':>9} {'requests':>9} {'kB':>7}")
        for path in PATHS:
            visit(browser, stage, None if path == "/login" else state, path)
            found = [visit(browser, stage, None if path == "/login" else state, path) for _ in range(visits)]
            middle = {name: statistics.median(each[name] for each in found) for name in found[0]}
            worst = max(each["paint"] for each in found)
            line = f"{path:<12} {middle['paint']:>10.0f} ms p50 {worst:>6.0f} ms {middle['answer']:>6.0f} ms"
            rest = f"{middle['loaded']:>6.0f} ms {middle['requests']:>9.0f} {middle['kilobytes']:>7.0f}"
            print(line, rest, flush=True)
        browser.close()


if __name__ == "__main__":
    main()
