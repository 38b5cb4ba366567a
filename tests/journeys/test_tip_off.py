"""A resident tells without an account, follows it by the code, and is paid by people who never learn the name."""

import re

import httpx
from playwright.sync_api import Page, expect

NAME, PHONE = "钱多多", "13900001111"
TOLD = "一楼楼道里每天晚上有七八辆电动车充电，从窗户拉线下来"


def tell(page: Page) -> str:
    """Fill in the public form with a name for the vault, point on the map, send it; returns the code that is shown."""
    page.locator("label.chip", has=page.locator("input[value='ebike']")).click()
    page.locator("#text").fill(TOLD)
    page.locator("[data-toggle='#point']").click()
    canvas = page.locator(".point-map canvas")
    expect(canvas).to_be_visible()
    canvas.click(position={"x": 120, "y": 120})
    expect(page.locator("input[name='lon']")).to_have_value(re.compile(r"^\d+\.\d{6}$"))
    page.locator("label.choice", has=page.locator("input[value='named']")).click()
    page.locator("#name").fill(NAME)
    page.locator("#phone").fill(PHONE)
    expect(page.locator("input[name='proof']")).to_have_value(re.compile(r"^\d+$"))
    page.locator(".send button").click()
    return "".join(page.locator(".ticket .code").inner_text().split())


def nameless(page: Page) -> None:
    """Nothing on the page says who told."""
    shown = page.content()
    assert NAME not in shown and PHONE not in shown


def test_from_a_resident_to_the_counter(visitor, program, deed) -> None:  # type: ignore[no-untyped-def]
    resident = visitor("")
    code = tell(resident.go("/tell"))
    assert len(code) == 20
    row = newest(program("jubao"))
    office, bureau = visitor("jubao"), unit_of(program("zhifa"))
    page = office.go(f"/tipoffs/{row['id']}")
    expect(page.locator("main")).to_contain_text(TOLD)
    nameless(page)
    deed(page, "accept")
    deed(page, "assign", unit=bureau)
    officer = visitor("zhifa")
    there = officer.go(f"/tipoffs/{row['id']}")
    nameless(there)
    deed(there, "substantiate", finding="夜查时见六辆，属实")
    deed(office.go(f"/tipoffs/{row['id']}"), "reply", answer="已清走，一周内装充电棚")
    deed(office.page, "propose_reward", ground="general")
    section = visitor("keshi")
    deed(section.go(f"/tipoffs/{row['id']}"), "approve_reward")
    nameless(section.page)
    pin = claim(resident.go("/tell/status"), code)
    cashier = visitor("chuna")
    counter = cashier.go(f"/tipoffs/{row['id']}")
    nameless(counter)
    counter.locator("#code").fill(code)
    counter.locator("#pin").fill(pin)
    counter.locator("#receipt").fill("JL90001")
    counter.locator(".counter button").click()
    expect(counter.locator("main")).to_contain_text("JL90001")
    nameless(counter)
    found = program("jubao").get(f"/api/tip-offs/{row['id']}")
    assert found.json()["state"] == "paid" and NAME not in found.text


def claim(page: Page, code: str) -> str:
    """Read the answer under the code, claim the reward, and return the PIN."""
    page.locator("#code").fill(code)
    page.locator("form[action='/tell/status'] button.primary").click()
    expect(page.locator("main")).to_contain_text("已清走，一周内装充电棚")
    nameless(page)
    page.locator("form[action='/tell/do/claim'] button").click()
    pin: str = page.locator(".ticket .code").inner_text().strip()
    assert re.fullmatch(r"\d{6}", pin)
    return pin


def newest(client: httpx.Client) -> dict[str, str]:
    rows: list[dict[str, str]] = client.get("/api/tip-offs", params={"size": 1}).json()["items"]
    return rows[0]


def unit_of(client: httpx.Client) -> str:
    """The number of the bureau."""
    rows = client.get("/api/organisations", params={"kind": "bureau"}).json()["items"]
    return str(rows[0]["number"])
