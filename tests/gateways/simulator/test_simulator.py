"""The simulator over real HTTP: our process, its exchange, our callback, all through sockets of the loopback."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.test import Client
from django.urls import include, path
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from anshu.access.models import Account, Grant
from anshu.domains.warnings.models import Call, CallOut
from anshu.domains.warnings.transitions import calls
from anshu.gateways.simulator import tasks as simulator
from anshu.gateways.voice import tasks as voice
from anshu.kernel import clock
from anshu.kernel.clock import FrozenTime
from tests.domains.warnings.calling import NOON, WORK, District, district, latest, run_clocks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def time() -> Iterator[FrozenTime]:
    with clock.frozen(NOON) as standing:
        yield standing


@pytest.fixture
def here(time: FrozenTime, live_server: LiveServer, settings: Settings, tmp_path: Path) -> District:
    settings.ROOT_URLCONF = (
        path("gateways/voice/", include("anshu.gateways.voice.urls")),
        path("gateways/sms/", include("anshu.gateways.sms.urls")),
        path("gateways/simulator/", include("anshu.gateways.simulator.urls")),
    )
    own = urlsplit(live_server.url)
    settings.ANSHU = settings.ANSHU.model_copy(
        update={"host": own.hostname, "port": own.port, "state_dir": tmp_path, "voice_gateway": "", "sms_gateway": ""}
    )
    return district()


def turn() -> None:
    """Let both sides do all they can at this instant."""
    while simulator.step() or voice.step():
        pass


def test_rung_picked_up_heard_and_read_back_by_hand(here: District, time: FrozenTime) -> None:
    call_out = here.open()
    turn()
    call = latest(call_out)
    exchange = simulator.exchange()
    assert call.state == Call.State.RINGING and call.outside_id == f"sim-{call.pk}"
    assert [phone.state for phone in exchange.phones()] == ["ringing"]
    time.advance(seconds=4)
    exchange.answer(str(call.pk), time.now().timestamp())
    turn()
    call.refresh_from_db()
    assert call.state == Call.State.LISTENING
    for keys in ("000", call.read_back["expected"]):  # misunderstood first, and played once more
        time.advance(seconds=22)
        for key in keys:
            exchange.dial(str(call.pk), key, time.now().timestamp())
        turn()
    call_out.refresh_from_db()
    assert call_out.state == CallOut.State.ANSWERED
    assert [phone.outcome for phone in exchange.phones()] == ["understood"]
    call.refresh_from_db()
    assert (call.heard_s, call.held_at) == (44.0, None)


def test_pushed_away_ignored_and_taken_back(here: District, time: FrozenTime) -> None:
    call_out = here.open()
    turn()
    exchange = simulator.exchange()
    exchange.refuse(str(latest(call_out).pk), time.now().timestamp())
    turn()
    second = latest(call_out)
    assert second.attempt == 2
    time.at = second.rings_at
    turn()
    exchange.ignore(str(second.pk))
    time.advance(seconds=36)
    run_clocks()
    turn()
    assert {phone.outcome for phone in exchange.phones()} == {"refused", "taken back"}
    calls.stop_call_out(call_out, by=WORK, reason="over")


def test_people_who_act_by_themselves_end_every_call_out(here: District, time: FrozenTime) -> None:
    simulator.exchange().set_option("behaviour", "auto")
    opened = [here.open(words={"level": n, "place": f"点位{n}", "action": "转移"}) for n in "1234"]
    for _ in range(600):
        turn()
        run_clocks()
        if not CallOut.objects.filter(state="calling").exists():
            break
        time.advance(seconds=4)
    assert not CallOut.objects.filter(state="calling").exists()
    assert CallOut.objects.filter(state="answered").count() >= 3
    assert len(opened) == CallOut.objects.count()


def test_the_same_call_placed_twice_rings_once_and_strangers_place_none(here: District) -> None:
    here.open()
    turn()
    address = f"{client_address()}/calls"
    assert httpx.post(address, content=b"{}").status_code == 422
    request = simulator.exchange().phones()[0].request
    assert httpx.post(address, json=request).status_code == 403
    assert httpx.delete(f"{address}/{request['id']}").status_code == 403
    exchange = simulator.exchange()
    assert exchange.place(request, 0.0) == exchange.place(request, 1.0)
    assert len(exchange.phones()) == 1


def client_address() -> str:
    from_settings = simulator.settings.ANSHU
    return f"http://{from_settings.host}:{from_settings.port}/gateways/simulator"


def test_an_exercise_is_marked_and_stays_in_the_house(here: District) -> None:
    here.site.exercise = True
    here.site.save()
    here.open()
    turn()
    assert [phone.request["exercise"] for phone in simulator.exchange().phones()] == [True]


def logged_in(role: str) -> Client:
    account = Account.objects.open(role, name=role, password="Feng-gang-2026!")
    Grant.objects.create(account=account, role=role, territory="440399")
    browser = Client()
    browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def test_the_page_is_for_the_desk_alone(here: District) -> None:
    call = latest(here.open())
    turn()
    desk = logged_in("duty_officer")
    assert desk.post(f"/gateways/simulator/phones/{call.pk}/answer").status_code == 302
    page = desk.get("/gateways/simulator/").content.decode()
    assert "officer" in page and "199-0000-0000" not in page  # numbers are masked
    assert desk.post(f"/gateways/simulator/phones/{call.pk}/press", {"key": "x"}).status_code == 422
    assert desk.post(f"/gateways/simulator/phones/{call.pk}/shout").status_code == 422
    assert desk.post("/gateways/simulator/behaviour", {"behaviour": "auto"}).status_code == 302
    assert simulator.exchange().option("behaviour", "hand") == "auto"
    assert [phone.state for phone in simulator.exchange().phones()] == ["talking"]
    assert logged_in("street_officer").post(f"/gateways/simulator/phones/{call.pk}/answer").status_code == 403
