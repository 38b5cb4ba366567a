"""A major hazard under listed supervision: named, published, planned, put right, accepted and delisted, and not before
that off the ledger."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from playwright.sync_api import expect

from tests.regulated import picture

CLAUSE = "工贸企业重大事故隐患判定标准"
PLAN = ("plan_measures", "plan_responsibility", "plan_money", "plan_deadline", "plan_emergency")


def day(ahead: int) -> str:
    return (datetime.now(UTC) + timedelta(days=ahead)).date().isoformat()


def ordered(program: Callable[[str], httpx.Client]) -> str:
    """The id of a major hazard at the enterprise of `qiye2`, as far as its order; programs take it there."""
    firm = program("qiye2").get("/api/enterprises").json()["items"][0]
    told = {"site": firm["site"]["id"], "summary": "液氨储罐未设紧急切断装置", "kind": "chemical"}
    made = program("zhifa").post("/api/hazards/actions/report", json={**told, "source": "enforcement"}).json()
    steps = (("judge", {"grade": "major", "judging_clause": CLAUSE}),)
    steps += (("order", {"due_on": day(20), "responsible": "老板", "measures": "停用并看守", "suspended": True}),)
    for verb, asked in steps:
        answer = program("zhifa").post(f"/api/hazards/{made['id']}/{verb}", json=asked)
        assert answer.status_code == 200, answer.text
    return str(made["id"])


def test_a_major_hazard_is_listed_and_delisted(
    visitor: Any, program: Callable[[str], httpx.Client], deed: Callable[..., None]
) -> None:
    address = f"/r/hazards/{ordered(program)}"
    bureau = program("zhifa").get("/api/organisations", params={"kind": "bureau"}).json()["items"][0]["number"]
    officer, office, owner = visitor("zhifa"), visitor("anwei"), visitor("qiye2")
    named = {"subject": "液氨储罐未设紧急切断装置", "clause": CLAUSE, "leader": "分管副区长"}
    deed(officer.go(address), "propose_listing", **named, supervisor=bureau, due_on=day(60))
    listing = officer.page.url.removeprefix(officer.address)
    deed(visitor("quzhang").go(listing), "approve_listing")
    deed(office.go(listing), "serve_notice", receiver="老板")
    deed(office.page, "publish_listing", published_in="区政府网站")

    page = owner.go(f"/firm/hazards/{address.rsplit('/', 1)[1]}")
    deed(page, "take_up", **dict.fromkeys(PLAN, "已落实"))
    page.locator("form[action$='/picture'] input[type=file]").set_input_files(
        {"name": "3.jpg", "mimeType": "image/jpeg", "buffer": picture(9)}
    )
    page.locator("form[action$='/picture'] button").last.click()
    expect(page.locator(".photos figure")).to_have_count(1)
    deed(page, "submit", rectification="已装紧急切断阀并联动", cost_yuan="80000", cause="设计遗漏")
    deed(owner.go(listing), "file_plan", plan="加装切断阀，月底完成")
    deed(owner.page, "start_work")
    deed(visitor("zhifa2").go(address), "pass_recheck", reason="储罐区禁带手机，持测距仪现场核查")
    section = visitor("keshi")
    section.allowed.add(409)
    deed(section.go(address), "close_out")
    expect(section.page.locator(".trouble")).to_contain_text("请先摘牌")
    deed(owner.go(listing), "request_acceptance", note="整改完成")
    deed(section.go(listing), "accept")
    deed(office.go(listing), "delist")
    deed(office.page, "publish_delisting", published_in="区政府网站")
    expect(office.page.locator(".page-head .state")).to_have_text("摘牌已公告")
    deed(section.go(address), "close_out")
    expect(visitor("jiedao1").go(address).locator(".page-head .state")).to_have_text("已销号")
