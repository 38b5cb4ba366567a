"""In the rain without network: a visit begun, broken off by a killed page, ended, and brought back, and what it found
put right, rechecked and closed; and two people on one visit, whose answers are both shown."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from anshu.kernel.identifiers import uuid7
from tests.regulated import picture

PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True, "permissions": ["geolocation"]}
Program = Callable[[str], httpx.Client]


@pytest.fixture
def premises(program: Program) -> dict[str, Any]:
    """Premises in the community of the grid officer, of an enterprise with a log-in."""
    firm = program("qiye1").get("/api/enterprises").json()["items"][0]
    found: dict[str, Any] = program("wangge1").get(f"/api/sites/{firm['site']['id']}").json()
    return found


def field(visitor: Any, premises: dict[str, Any]) -> Any:
    """The grid officer at the premises, with the app kept on the telephone."""
    here = {"longitude": premises["lon"], "latitude": premises["lat"], "accuracy": 8}
    officer = visitor("wangge1", geolocation=here, **PHONE)
    page = officer.go("/field/")
    expect(page.locator(".field-start")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    expect(page.locator(".field-line")).to_have_attribute("data-line", "open")
    return officer


def begin(page: Page, premises: dict[str, Any]) -> None:
    """Begin a patrol of the premises by the list of three-small premises."""
    page.locator(".field-start").tap()
    page.locator("input[type=search]").fill(premises["name"])
    page.locator(".field-card").first.tap()
    page.locator("select").nth(1).select_option(label="三小场所消防安全检查表")
    page.locator(".field-box .button.primary").tap()


def answer(page: Page, item: str, value: str) -> None:
    page.locator(f"[id='item-{item}'] [data-value={value}]").tap()
    expect(page.locator(f"[id='item-{item}'] [data-value={value}]")).to_have_attribute("aria-pressed", "true")


def offline(officer: Any, cut: bool) -> None:
    officer.cut_off = True  # what the browser says of a line that is cut is meant here
    officer.context.set_offline(cut)


def test_what_is_found_without_network_is_put_right_and_closed(
    visitor: Any, program: Program, premises: dict[str, Any], deed: Callable[..., None]
) -> None:
    officer = field(visitor, premises)
    offline(officer, True)
    page = officer.page
    page.reload()
    begin(page, premises)
    answer(page, "exit_clear", "fail")
    page.locator("[id='item-exit_clear'] textarea").fill("堆放旧轮胎七只")
    page.locator("[id='item-exit_clear'] input[type=file]").set_input_files(
        {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": picture(7)}
    )
    expect(page.locator("[id='item-exit_clear'] .field-photo")).to_contain_text("1")
    answer(page, "window_bars", "pass")
    page.close()  # killed, as a telephone kills what it has no room for

    page = officer.page = officer.context.new_page()
    officer.go("/field/")
    page.locator(".field-card", has_text=premises["name"]).first.tap()
    expect(page.locator("[id='item-exit_clear'] textarea")).to_have_value("堆放旧轮胎七只")
    answer(page, "lives_in", "no")
    page.locator("[id='item-extinguishers'] input").fill("4")
    for item in ("extinguisher_good", "ebike"):
        answer(page, item, "pass")
    answer(page, "gas_used", "no")
    page.locator(".field-foot .button.primary").tap()
    expect(page.locator("canvas.finger")).to_be_visible()
    page.locator(".field-main input[type=text]").first.fill("店主")
    page.locator(".field-main .button.primary").tap()
    expect(page.locator(".field-line")).to_contain_text("无网络")

    offline(officer, False)
    expect(page.locator(".field-line")).to_have_text("全部已上传")
    page.locator(".field-line").tap()
    expect(page.locator(".field-queue li")).to_have_count(6)
    assert page.locator(".field-queue .level").count() == 0, page.locator(".field-queue").inner_text()
    made = program("zhifa").get("/api/visits", params={"state": "signed", "q": "", "size": 200}).json()["items"]
    mine = [visit for visit in made if visit["signer"] == "店主"]
    assert [(visit["found_count"], visit["site"]["id"]) for visit in mine] == [(1, premises["id"])]
    hazard = program("zhifa").get("/api/hazards", params={"q": "堆放旧轮胎七只"}).json()["items"]
    assert [each["origin"] for each in hazard] == [mine[0]["number"]]

    address = f"/r/hazards/{hazard[0]['id']}"
    due_on = (datetime.now(UTC) + timedelta(days=10)).date().isoformat()
    street = visitor("jiedao1")
    deed(street.go(address), "judge", grade="general")
    deed(street.page, "order", due_on=due_on, responsible="店主")
    rectified(visitor("qiye1", **PHONE), deed, hazard[0]["id"])
    deed(street.go(address), "pass_recheck", note="看过照片")  # neither finder nor fixer
    expect(street.page.locator(".page-head .state")).to_have_text("复查通过，待销号")
    deed(visitor("keshi").go(address), "close_out")
    street.go(f"/r/hazards/?state=closed&q={hazard[0]['number']}")
    expect(street.page.locator("tr[data-row]")).to_have_count(1)


def rectified(owner: Any, deed: Callable[..., None], key: str) -> None:
    """The enterprise finds it behind its own door, shows it put right, and hands it in."""
    page = owner.go("/firm")
    page.locator(f"a[href='/firm/hazards/{key}']").first.click()
    page.locator("form[action$='/picture'] input[type=file]").set_input_files(
        {"name": "2.jpg", "mimeType": "image/jpeg", "buffer": picture(8)}
    )
    page.locator("form[action$='/picture'] button").last.click()
    expect(page.locator(".photos figure")).to_have_count(2)
    deed(page, "submit", rectification="轮胎已清走，通道划线", cause="没人巡查")
    expect(page.locator(".page-head .state")).to_have_text("已整改，待复查")


def test_two_people_on_one_visit_are_both_shown(visitor: Any, program: Program, premises: dict[str, Any]) -> None:
    officer = field(visitor, premises)
    page = officer.page
    begin(page, premises)
    expect(page.locator(".field-item").first).to_be_visible()
    expect(page.locator(".field-line")).to_have_text("全部已上传")
    visit = page.url.rsplit("/", 1)[1]
    offline(officer, True)
    answer(page, "exit_clear", "pass")
    other = {
        "id": str(uuid7()),
        "kind": "answer",
        "subject": str(uuid.UUID(visit)),
        "at": datetime.now(UTC).isoformat(),
        "payload": {"answers": {"exit_clear": {"value": "fail", "note": "后门上锁"}}},
    }
    batch = {"device": "another", "clock_now": datetime.now(UTC).isoformat(), "operations": [other]}
    told = program("jiedao1").post("/api/field/sync", json=batch).json()
    assert told["answers"][0]["outcome"] == "kept", told
    offline(officer, False)
    expect(page.locator(".field-line")).to_have_text("全部已上传")
    page.locator(".field-line").tap()
    expect(page.locator(".field-queue [data-level=orange]")).to_contain_text("有冲突")

    chief = visitor("jiedao1")
    page = chief.go("/r/field-conflicts/?state=open")
    page.locator("tr[data-row] a").first.click()
    expect(page.locator("#main")).to_contain_text("后门上锁")
    page.locator("[data-opens^='#do-settle_conflict']").click()
    page.locator("dialog[open] select[name=kept]").select_option("standing")
    page.locator("dialog[open] footer .button.primary").click()
    expect(page.locator(".page-head .state")).to_contain_text("已裁定")
