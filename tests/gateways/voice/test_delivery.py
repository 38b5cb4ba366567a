"""Calls on their way to the gateway: crashes, dead gateways, busy lines, exercises."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from pytest_django import Settings

from anshu.domains.people.models import Organisation
from anshu.domains.warnings.models import Call, CallOut
from anshu.domains.warnings.transitions import calls
from anshu.gateways.sms import tasks as sms
from anshu.gateways.voice import client, delivery, tasks
from anshu.gateways.voice.signature import HEADER, genuine
from anshu.kernel import clock
from anshu.kernel.clock import FrozenTime
from anshu.kernel.errors import Refused
from tests.domains.warnings.calling import NOON, WORK, District, district, latest, person, run_clocks

pytestmark = pytest.mark.django_db


class Gateway:
    """Takes calls as httpx would carry them; `status` None means that nobody listens."""

    def __init__(self) -> None:
        self.status: int | None = 201
        self.placed: list[dict[str, Any]] = []
        self.ended: list[str] = []
        self.addresses: list[str] = []

    def post(self, url: str, *, content: bytes, headers: dict[str, str], timeout: float) -> httpx.Response:
        self.addresses.append(url)
        request = httpx.Request("POST", url)
        if self.status is None:
            raise httpx.ConnectError("nobody listens", request=request)
        body = orjson.loads(content)
        assert headers["Idempotency-Key"] == body["id"]
        assert genuine(content, headers[HEADER], body["channel"])
        if self.status < 300:
            self.placed.append(body)
        return httpx.Response(self.status, json={"id": f"g{len(self.placed)}"}, request=request)

    def delete(self, url: str, *, headers: dict[str, str], timeout: float) -> httpx.Response:
        request = httpx.Request("DELETE", url)
        if self.status is None:
            raise httpx.ConnectError("nobody listens", request=request)
        self.ended.append(url.rsplit("/", 1)[1])
        return httpx.Response(204, request=request)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    made = Gateway()
    monkeypatch.setattr(client.httpx, "post", made.post)
    monkeypatch.setattr(client.httpx, "delete", made.delete)
    return made


@pytest.fixture
def time() -> Iterator[FrozenTime]:
    with clock.frozen(NOON) as standing:
        yield standing


@pytest.fixture
def here(time: FrozenTime, gateway: Gateway) -> District:
    return district()


def test_a_call_whose_time_has_come_is_placed_once(here: District, gateway: Gateway) -> None:
    call = latest(here.open())
    assert tasks.step() is True
    assert tasks.step() is False
    call.refresh_from_db()
    assert (call.state, call.outside_id) == (Call.State.RINGING, "g1")
    sent = gateway.placed[0]
    assert (sent["id"], sent["to"], sent["ring_s"], sent["hear_s"]) == (str(call.pk), "199-0000-0000", 35.0, 20.0)
    assert sent["callback"].endswith("/gateways/voice/callback")
    keys = "".join(
        next(key for key, label in question["keys"].items() if label == sent["spoken"][name])
        for question, name in zip(sent["questions"], ("level", "place"), strict=False)
    )
    assert f"{keys}1" == call.read_back["expected"]
    assert sent["spoken"]["place"] in sent["text"] and sent["spoken"]["action"] in sent["text"]


def test_before_its_time_nothing_is_placed(here: District, gateway: Gateway, time: FrozenTime) -> None:
    call_out = here.open()
    tasks.step()
    time.advance(seconds=36)
    run_clocks()
    gateway.placed.clear()
    while tasks.step():
        pass
    assert gateway.placed == [] and latest(call_out).rings_at > time.now()
    time.at = latest(call_out).rings_at
    tasks.step()
    assert len(gateway.placed) == 1


def test_killed_between_sending_and_noting_it_is_sent_again_under_the_same_key(
    here: District, gateway: Gateway, time: FrozenTime
) -> None:
    call_out = here.open()
    claimed = delivery.claim("voice")
    assert claimed is not None
    client.place(claimed)  # and here the process dies
    assert tasks.step() is False  # somebody else still holds it, as far as anybody knows
    time.advance(seconds=16)
    assert tasks.step() is True
    assert {sent["id"] for sent in gateway.placed} == {str(claimed.pk)}
    assert latest(call_out).state == Call.State.RINGING


def test_a_gateway_that_stays_away_makes_the_call_fail_over_to_a_text_message(
    here: District, gateway: Gateway, time: FrozenTime
) -> None:
    gateway.status = None
    call = latest(call_out := here.open())
    for _ in range(3):
        while tasks.step():
            pass
        time.advance(seconds=16)
    call.refresh_from_db()
    assert call.state == Call.State.FAILED and "nobody listens" in call.remark
    message = latest(call_out)
    assert message.channel == "sms"
    gateway.status, time.at = 201, message.rings_at
    assert tasks.step() is True  # the end of the failed call is told to the gateway
    assert sms.step() is True
    assert gateway.placed[-1]["channel"] == "sms"
    assert gateway.placed[-1]["callback"].endswith("/gateways/sms/callback")


def test_a_short_fault_of_the_gateway_costs_no_try(here: District, gateway: Gateway, time: FrozenTime) -> None:
    call_out = here.open()
    gateway.status = 503
    tasks.step()
    gateway.status = 201
    time.advance(seconds=16)
    tasks.step()
    assert (latest(call_out).attempt, latest(call_out).state) == (1, Call.State.RINGING)


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_call_the_gateway_will_never_take_fails_at_once(here: District, gateway: Gateway, status: int) -> None:
    gateway.status = status
    call = latest(call_out := here.open())
    tasks.step()
    call.refresh_from_db()
    assert call.state == Call.State.FAILED and str(status) in call.remark
    assert latest(call_out).attempt == 2


def test_one_person_is_rung_by_one_call_at_a_time(here: District, gateway: Gateway, time: FrozenTime) -> None:
    first = here.open()
    second = here.open(words={"level": "1", "place": "石壁水库", "action": "撤离"})
    while tasks.step():
        pass
    assert len(gateway.placed) == 1
    calls.answer_call(first, by=WORK)
    assert tasks.step() is True  # the phone falls silent
    assert gateway.ended == [gateway.placed[0]["id"]]
    assert tasks.step() is True  # and is free for the other call
    assert latest(second).state == Call.State.RINGING and len(gateway.placed) == 2


def test_what_ended_while_it_was_being_sent_is_taken_back(here: District, gateway: Gateway) -> None:
    call_out = here.open()
    claimed = delivery.claim("voice")
    assert claimed is not None
    calls.stop_call_out(call_out, by=WORK, reason="over")
    tasks.step()
    delivery.send(claimed)
    assert tasks.step() is True and tasks.step() is False
    assert gateway.ended[-1] == str(claimed.pk)


def test_a_whole_wave_is_rung_within_three_minutes(here: District, gateway: Gateway, time: FrozenTime) -> None:
    for n in range(60):
        unit = Organisation.objects.create(number=f"U{n}", name=f"U{n}", kind="community", territory="440399001")
        person(f"U{n}-officer", unit, 3)
        here.open(organisation=unit)
    steps = 0
    while tasks.step():
        steps += 1
        time.advance(seconds=0.3)  # no faster than a slow gateway answers
        run_clocks()
    first = Call.objects.filter(attempt=1, step=0)
    assert first.count() == 60 and not first.filter(state=Call.State.WAITING).exists()
    assert len({sent["to"] + sent["id"] for sent in gateway.placed}) >= 60
    assert time.now() - NOON <= timedelta(minutes=3)


def test_nothing_of_an_exercise_leaves_the_house(here: District, gateway: Gateway, settings: Settings) -> None:
    settings.ANSHU = settings.ANSHU.model_copy(
        update={"voice_gateway": "https://voice.example/v1/", "sms_gateway": "https://sms.example"}
    )
    here.site.exercise = True
    here.site.save()
    call_out = here.open()
    call = latest(call_out)
    with pytest.raises(Refused) as refusal:
        client.place(call, "https://voice.example/v1")
    assert refusal.value.code == "exercise" and gateway.addresses == []
    tasks.step()
    calls.fail_call(latest(call_out), by=WORK)
    Call.objects.filter(call_out=call_out).update(rings_at=NOON)
    sms.step()
    assert len(gateway.addresses) == 2
    assert all(address.startswith(client.simulator_address()) for address in gateway.addresses)
    assert all(sent["exercise"] for sent in gateway.placed)


def test_real_calls_go_to_the_gateway_of_the_settings(here: District, gateway: Gateway, settings: Settings) -> None:
    settings.ANSHU = settings.ANSHU.model_copy(update={"voice_gateway": "https://voice.example/v1/"})
    here.open()
    tasks.step()
    assert gateway.addresses == ["https://voice.example/v1/calls"]


def test_a_call_out_that_is_over_is_not_rung_any_more(here: District, gateway: Gateway) -> None:
    call_out = here.open()
    CallOut.objects.filter(pk=call_out.pk).update(state="stopped")
    assert tasks.step() is False and gateway.placed == []
