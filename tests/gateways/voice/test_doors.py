"""Reports of a gateway: repeated, late, reordered, forged."""

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import include, path
from pytest_django import Settings

from anshu.domains.warnings.models import Call, CallOut
from anshu.gateways.voice.signature import HEADER, sign
from anshu.kernel import clock
from anshu.kernel.clock import FrozenTime
from anshu.workflow.models import Change
from tests.domains.warnings.calling import NOON, District, district, latest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = (
        path("gateways/voice/", include("anshu.gateways.voice.urls")),
        path("gateways/sms/", include("anshu.gateways.sms.urls")),
    )


@pytest.fixture
def time() -> Iterator[FrozenTime]:
    with clock.frozen(NOON) as standing:
        yield standing


@pytest.fixture
def here(time: FrozenTime) -> District:
    return district()


def body_of(call: Call, event: str, seconds: float, **more: Any) -> bytes:
    at = (NOON + timedelta(seconds=seconds)).isoformat()
    return json.dumps({"id": str(call.pk), "event": event, "at": at, **more}).encode()


def post(body: bytes, channel: str = "voice", signature: str | None = None) -> Any:
    headers = {HEADER: sign(body, channel) if signature is None else signature}
    return Client().post(f"/gateways/{channel}/callback", body, content_type="application/json", headers=headers)


def story(call: Call) -> list[bytes]:
    return [
        body_of(call, "ringing", 1),
        body_of(call, "answered", 5),
        body_of(call, "pressed", 27, digits=call.read_back["expected"], heard_s=22.0),
        body_of(call, "hung_up", 30, heard_s=22.0),
    ]


def test_a_call_as_it_should_be(here: District) -> None:
    call = latest(call_out := here.open())
    answers = [post(body).json()["next"] for body in story(call)]
    assert answers == ["go_on", "go_on", "thank", "hang_up"]
    call_out.refresh_from_db()
    assert call_out.state == CallOut.State.ANSWERED


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_in_any_order_and_everything_twice_the_one_outcome_is_answered(here: District, order: tuple[int, ...]) -> None:
    call = latest(call_out := here.open())
    told = story(call)
    for n in order:
        assert post(told[n]).status_code == 200
        assert post(told[n]).status_code == 200
    call_out.refresh_from_db()
    call.refresh_from_db()
    assert (call_out.state, call.state) in {
        (CallOut.State.ANSWERED, Call.State.HEARD),
    }
    assert Change.objects.filter(verb="warnings.answer_call").count() == 1
    assert not Call.objects.filter(state__in=("waiting", "ringing", "listening")).exists()
    for body in told * 2:  # and long after
        assert post(body).status_code == 200
    assert Change.objects.filter(verb="warnings.answer_call").count() == 1


def test_wrong_keys_are_answered_with_a_repetition_also_when_reported_twice(here: District) -> None:
    call = latest(here.open())
    first, second = (body_of(call, "pressed", s, digits="000", heard_s=22) for s in (27, 60))
    post(body_of(call, "answered", 5))
    assert [post(b).json()["next"] for b in (first, first, second, second, first)] == [
        "repeat", "repeat", "hang_up", "hang_up", "repeat",
    ]
    call.refresh_from_db()
    assert call.state == Call.State.CUT_SHORT


def test_hung_up_before_the_end_and_pushed_away_and_failed(here: District) -> None:
    call_out = here.open()
    first = latest(call_out)
    post(body_of(first, "answered", 5))
    post(body_of(first, "hung_up", 12, heard_s=7))
    second = latest(call_out)
    post(body_of(second, "ringing", 101))
    post(body_of(second, "hung_up", 104))
    third = latest(call_out)
    post(body_of(third, "failed", 201, reason="486 busy"))
    assert [(c.state, c.remark, c.heard_s) for c in Call.objects.order_by("step", "attempt")[:3]] == [
        ("cut_short", "", 7.0), ("refused", "the ring was pushed away", None), ("failed", "486 busy", None),
    ]
    assert latest(call_out).person == here.people["deputy"]


def test_what_is_not_signed_not_readable_or_not_ours_changes_nothing(here: District) -> None:
    call = latest(here.open())
    good = body_of(call, "answered", 5)
    assert post(good, signature="").status_code == 403
    assert post(good, signature=sign(good, "sms")).status_code == 403
    assert post(b"{}").status_code == 422
    assert post(good.replace(str(call.pk).encode(), b"0197a1c0-0000-7000-8000-000000000001")).status_code == 404
    assert post(good, "sms").status_code == 404  # this call went over the other channel
    assert Client().get("/gateways/voice/callback").status_code == 405
    call.refresh_from_db()
    assert call.state == Call.State.WAITING
