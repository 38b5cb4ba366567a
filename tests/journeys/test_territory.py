"""A street sees its own and nothing of another: in lists, at addresses, on the map, in the stream of changes."""

import json
from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import expect

OURS, THEIRS = "990101007", "990101001"  # jiedao1's street and jiedao2's


def test_a_street_cannot_see_another(visitor, gauges, program: Callable[[str], httpx.Client]) -> None:
    own, other = gauges(OURS), gauges(THEIRS)
    desk = visitor("zhiban")
    page = desk.go("/desk")
    desk.live()
    before = page.locator("#alarms [data-row]").count()
    own.flood(own.channels[0])
    expect(page.locator("#alarms [data-row]")).to_have_count(before + 1)
    other.flood(other.channels[0])
    expect(page.locator("#alarms [data-row]")).to_have_count(before + 2)
    rows = program("zhiban").get("/api/alarms", params={"size": 2}).json()["items"]
    ours, theirs = sorted(rows, key=lambda row: not row["territory"].startswith(OURS))
    for alarm in (ours, theirs):
        assert program("zhiban").post(f"/api/alarms/{alarm['id']}/confirm", json={}).status_code == 200
    the_pages_keep_apart(visitor, ours, theirs)
    the_stream_keeps_apart(program("jiedao2"), ours["id"], theirs["id"])


def the_pages_keep_apart(visitor, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    street = visitor("jiedao2")
    street.allowed = {404}
    page = street.go("/r/alarms/")
    expect(page.get_by_text(theirs["number"])).to_be_visible()
    assert ours["number"] not in page.content()
    for address in (f"/r/alarms/{ours['id']}", f"/desk/alarm/{ours['id']}"):
        assert page.request.get(f"{street.address}{address}").status == 404
        assert page.request.get(f"{street.address}{address.replace(ours['id'], theirs['id'])}").status == 200
    layer = json.dumps(page.request.get(f"{street.address}/map/data/alarms.json").json())
    assert theirs["id"] in layer and ours["id"] not in layer
    page.locator("input[name='q'][data-key='/']").fill(ours["number"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    assert f"/r/alarms/{ours['id']}" not in page.content()


def the_stream_keeps_apart(client: httpx.Client, ours: str, theirs: str) -> None:
    """From the first row of the log on: theirs comes, and ours, which stands before it, has not come."""
    with client.stream("GET", "/api/events", params={"last_event_id": "0"}) as stream:
        for line in stream.iter_lines():
            assert ours not in line
            if theirs in line:
                return
    raise AssertionError("the stream ended")
