"""The exchange by itself, and what its people do."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from anshu.gateways.simulator.behaviour import acts, right_keys, wrong_keys
from anshu.gateways.simulator.exchange import RETRY_S, Exchange


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    return Exchange(tmp_path / "simulator.db")


def call(own_id: str = "a", **more: Any) -> dict[str, Any]:
    return {
        "id": own_id, "to": "199-0000-0001", "channel": "voice", "exercise": False, "text": "…", "ring_s": 35.0,
        "hear_s": 20.0, "callback": "http://127.0.0.1/callback",
        "spoken": {"level": "橙色", "place": "凤岗街道", "action": "转移"},
        "questions": [
            {"prompt": "?", "keys": {"1": "红色", "2": "橙色"}},
            {"prompt": "?", "keys": {"1": "南岭街道", "2": "坪山街道", "3": "凤岗街道"}},
            {"prompt": "?", "keys": {"1": "可以", "9": "不能"}},
        ],
        **more,
    }


def events(exchange: Exchange, now: float) -> list[dict[str, Any]]:
    told = []
    while (report := exchange.next_report(now)) is not None:
        told.append(json.loads(report.body))
        exchange.reported(report, "go_on", now)
    return told


def test_it_reports_each_step_in_order_with_the_seconds_heard(exchange: Exchange) -> None:
    exchange.place(call(), 0.0)
    exchange.answer("a", 4.0)
    exchange.answer("a", 5.0)  # picking up twice is picking up once
    for key in "231":
        exchange.dial("a", key, 26.0)
    exchange.hang_up("a", 30.0)
    exchange.refuse("a", 31.0)  # too late
    told = [(event["event"], event.get("digits"), event.get("heard_s")) for event in events(exchange, 40.0)]
    assert told == [
        ("ringing", None, None), ("answered", None, None), ("pressed", "231", 22.0), ("hung_up", None, 26.0),
    ]


def test_a_report_that_does_not_arrive_holds_back_the_later_ones_and_is_dropped_in_the_end(exchange: Exchange) -> None:
    exchange.place(call(), 0.0)
    exchange.answer("a", 0.0)
    now, tries = 0.0, 0
    while (report := exchange.next_report(now)) is not None and b"ringing" in report.body:
        exchange.not_reported(report, now)
        tries += 1
        assert tries > len(RETRY_S) or exchange.next_report(now) is None
        now += 61
    assert tries == len(RETRY_S) + 1
    assert [event["event"] for event in events(exchange, now)] == ["answered"]


def test_a_silent_telephone_and_a_sent_message(exchange: Exchange) -> None:
    exchange.place(call(), 0.0)
    exchange.dial("a", "1", 1.0)
    exchange.cancel("a", 3.0)
    exchange.place(call("b", channel="sms"), 4.0)
    for key in "231":
        exchange.dial("b", key, 9.0)
    told = [(event["id"], event["event"]) for event in events(exchange, 10.0)]
    assert told == [("a", "ringing"), ("b", "ringing"), ("b", "pressed")]
    assert [(phone.id, phone.state) for phone in exchange.phones()] == [("b", "ringing"), ("a", "ended")]


def test_it_remembers_after_a_restart(exchange: Exchange) -> None:
    exchange.set_option("behaviour", "auto")
    exchange.place(call(), 0.0)
    again = Exchange(exchange.path)
    again.tick(1000.0)
    assert len(again.phones()) == 1
    assert again.option("behaviour", "hand") == "auto"


def test_ended_calls_are_forgotten_after_a_week(exchange: Exchange) -> None:
    exchange.place(call(), 0.0)
    exchange.refuse("a", 1.0)
    exchange.place(call("b"), 8 * 86_400.0)
    assert [phone.id for phone in exchange.phones()] == ["b"]


def test_who_has_listened_presses_what_was_said() -> None:
    request = call()
    assert right_keys(request["spoken"], request["questions"]) == "231"
    assert wrong_keys(request["spoken"], request["questions"]) == "131"


def test_people_are_seeded_and_of_all_kinds() -> None:
    first = [tuple(acts(call(to=f"199-0000-{n:04d}"), 1, "x")) for n in range(400)]
    assert first == [tuple(acts(call(to=f"199-0000-{n:04d}"), 1, "x")) for n in range(400)]
    assert first != [tuple(acts(call(to=f"199-0000-{n:04d}"), 2, "x")) for n in range(400)]
    kinds = Counter("-".join(act.act for act in each) for each in first)
    assert kinds.keys() == {"answer-press", "answer-press-press", "refuse", "answer-hang_up", ""}
    assert kinds["answer-press"] > 200
    assert all(each[1].after_s - each[0].after_s >= 20 for each in first if len(each) > 1 and each[1].act == "press")
