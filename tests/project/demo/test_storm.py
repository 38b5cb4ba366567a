"""The storm: the same every time, through the doors, at its own pace, and back to real time whatever happens."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from anshu.access.policy import Robot
from anshu.domains.devices.models import Channel, Device
from anshu.domains.incidents.models import Incident, Report, Task
from anshu.domains.places.models import Area, Site
from anshu.domains.warnings.models import Alarm, Rule
from anshu.domains.warnings.transitions.alarms import raise_alarm, recover
from anshu.engines.district import District, generate, script
from anshu.gateways.cap.decode import decode
from anshu.kernel import clock
from anshu.kernel.clock import SharedTime
from anshu.kernel.errors import Invalid, Refused
from anshu.project.demo import accounts, loading, playing, staging
from anshu.project.demo.hands import Hands
from anshu.project.settings import settings
from anshu.workflow import clocks, outbox

SEED = 20230907
START = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def district() -> District:
    return generate(SEED, at=START - timedelta(days=7), sites=1)


@pytest.fixture(scope="module")
def requests(district: District) -> list[playing.Request]:
    return playing.requests(district, start=START, seed=SEED, channels=own(district))


def own(district: District) -> dict[str, str]:
    return {channel.code: channel.code for gauge in district.gauges for channel in gauge.channels}


def rows(requests: list[playing.Request]) -> Iterator[dict[str, object]]:
    for request in requests:
        if request.path == playing.READINGS:
            yield from (json.loads(line) for line in request.body.splitlines())


def test_equal_arguments_give_equal_requests(district: District, requests: list[playing.Request]) -> None:
    assert playing.requests(district, start=START, seed=SEED, channels=own(district)) == requests
    assert playing.requests(district, start=START, seed=SEED + 1, channels=own(district)) != requests


def test_requests_are_in_order_and_every_reading_says_it_is_invented(requests: list[playing.Request]) -> None:
    assert [request.due for request in requests] == sorted(request.due for request in requests)
    assert all(row["generated"] for row in rows(requests))
    assert all(datetime.fromisoformat(str(row["at"])).tzinfo for row in rows(requests))


def test_the_hour_of_rain_is_the_sum_of_its_fives(requests: list[playing.Request]) -> None:
    seen: dict[str, dict[datetime, float]] = {}
    for row in rows(requests):
        station, _, quantity = str(row["channel"]).rpartition("/")
        at, value = datetime.fromisoformat(str(row["at"])), float(str(row["value"]))
        if quantity == "rain_5min":
            seen.setdefault(station, {})[at] = value
        elif quantity == "rain_1h":
            known = [v for then, v in seen[station].items() if at - timedelta(hours=1) < then <= at]
            assert 0 <= value <= sum(known) + 0.05


def test_signals_can_be_read_back_and_follow_each_other(requests: list[playing.Request]) -> None:
    told = [decode(request.body) for request in requests if request.path == playing.SIGNALS]
    assert [signal.level for signal in told] == [3, 2, 1, 1]
    assert [signal.msg_type for signal in told] == ["Alert", "Update", "Update", "Cancel"]
    assert all(later.references[0].identifier == before.identifier for before, later in pairwise(told))
    assert all("生成" in signal.note and signal.is_real for signal in told)


def test_speed_is_three_hours_over_the_minutes_asked() -> None:
    assert playing.speed(10) == 18
    for wrong in (0, -1, 200):
        with pytest.raises(Invalid):
            playing.speed(wrong)


class Idle:
    """Nobody acts."""

    def __init__(self, shared: SharedTime) -> None:
        self.shared, self.paces = shared, []

    def step(self) -> int:
        self.paces.append(self.shared.pace())
        return 0

    def busy(self) -> bool:
        return False


def server(taken: list[bytes], status: int = 200) -> httpx.Client:
    def answer(request: httpx.Request) -> httpx.Response:
        if status == 200:
            taken.append(request.content)
        lines = request.content.count(b"\n") if request.url.path == playing.READINGS else 0
        return httpx.Response(status, json={"accepted": lines, "duplicate": 0, "quarantined": 0})

    return httpx.Client(base_url="http://storm", transport=httpx.MockTransport(answer))


def test_a_short_storm_sends_all_and_lets_the_clock_walk_on(tmp_path: Path, requests: list[playing.Request]) -> None:
    shared, taken, said = SharedTime(tmp_path / "clock.json"), [], []
    crew = Idle(shared)
    with server(taken) as client:
        player = playing.Player(client, shared, crew, said.append)
        player.play(requests[:120], start=START, speed=1200.0)
    assert taken == [request.body for request in requests[:120]]
    assert all(pace is not None and pace.speed == 1200.0 for pace in crew.paces) and crew.paces
    pace = shared.pace()
    assert pace is not None and pace.speed == 1
    assert player.reached >= requests[119].due
    assert player.counts["accepted"] == sum(r.body.count(b"\n") for r in requests[:120] if r.path == playing.READINGS)
    assert "real pace" in said[-1]


def test_interrupting_gives_the_clock_back(tmp_path: Path, requests: list[playing.Request]) -> None:
    class Hasty(Idle):
        def step(self) -> int:
            raise KeyboardInterrupt

    shared = SharedTime(tmp_path / "clock.json")
    with server([]) as client, pytest.raises(KeyboardInterrupt):
        playing.Player(client, shared, Hasty(shared), print).play(requests, start=START, speed=18.0)
    pace = shared.pace()
    assert pace is not None and pace.speed == 1


def test_a_refused_token_ends_the_storm(tmp_path: Path, requests: list[playing.Request]) -> None:
    shared = SharedTime(tmp_path / "clock.json")
    with server([], status=401) as client, pytest.raises(Refused, match="token"):
        playing.Player(client, shared, Idle(shared), print).play(requests, start=START, speed=5000.0)
    pace = shared.pace()
    assert pace is not None and pace.speed == 1


def test_a_killed_storm_lets_the_clock_walk_on(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    script_text = (
        "import os, pathlib, sys; from datetime import UTC, datetime\n"
        "from anshu.kernel.clock import SharedTime\n"
        "import django; django.setup()\n"
        "from anshu.project.demo.playing import storm_time\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "with storm_time(SharedTime(path), datetime.now(UTC), 18.0):\n"
        "    print(path.exists(), flush=True); os.kill(os.getpid(), 9)\n"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "anshu.project.django_settings",
        "ANSHU_STATE_DIR": str(tmp_path / "state"),
    }
    killed = subprocess.run(
        [sys.executable, "-c", script_text, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**environment, "PATH": "", "PYTHONPATH": ":".join(sys.path)},
        check=False,
    )
    assert killed.stdout.strip() == "True", killed.stderr
    left = SharedTime(path)
    until = time.monotonic() + 60
    while time.monotonic() < until and (pace := left.pace()) is not None and pace.speed != 1:
        time.sleep(0.05)
    assert pace is not None and pace.speed == 1, "the clock goes on, at the pace of real time"


@pytest.mark.django_db
def test_real_gauges_take_the_curves_by_rank(district: District) -> None:
    with pytest.raises(Refused):
        playing.channels(district, SEED)
    Area.objects.create(number="440303", territory="440303", name="罗湖区", level="district")
    for number, street, flags in (
        ("B", "440303001", []),
        ("A", "440303002", []),
        ("C", "440303001", ["position_rough"]),
    ):
        site = Site.objects.create(number=f"{number}-WL", territory=street, name=number, kind="waterlogging_point")
        device = Device.objects.create(number=number, territory=street, name=number, kind="gauge", site=site)
        Channel.objects.create(
            number=f"{number}/d",
            territory=street,
            name=number,
            device=device,
            quantity="road_water_depth",
            unit="m",
            flags=flags,
        )
    found = playing.channels(district, SEED)
    assert list(found.values()) == ["A/d", "B/d", "C/d"]
    floods = list(script(district, SEED).floods)[:3]
    curves = {gauge.channels[0].code: gauge.watches for gauge in district.gauges}
    assert [curves[curve] for curve in found] == floods
    told = playing.told_area(district, found)
    assert (told.areas[0].code, told.areas[0].name) == ("440303", "罗湖区")
    sent = list(rows(playing.requests(told, start=START, seed=SEED, channels=found)))
    assert {row["channel"] for row in sent} == {"A/d", "B/d", "C/d"}
    assert max(float(str(row["value"])) for row in sent) > 0.4


@pytest.fixture
def loaded(district: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> staging.Scene:
    monkeypatch.setattr(settings(), "state_dir", tmp_path)
    scene = staging.scene(district)
    with clock.frozen(START):
        list(loading.load(scene))
        list(accounts.open_all(scene))
    return scene


def test_the_invented_district_sends_for_itself(district: District, loaded: staging.Scene) -> None:
    assert playing.channels(district, SEED) == own(district)
    assert playing.told_area(district, own(district)) is district


def test_the_hands_bring_an_alarm_to_its_end(district: District, loaded: staging.Scene) -> None:
    """Red water at one point: judged, dispatched, answered, reached, cleared, checked, reported and closed."""
    code = next(iter(script(district, SEED).floods))
    channel = Channel.objects.get(device__site__number=code)
    hands, robot = Hands(SEED, hands_off=True), Robot("sense")
    with clock.frozen(START) as standing:
        alarm = raise_alarm(
            by=robot,
            rule=Rule.objects.get(number="GZ-road_water_depth"),
            channel=channel,
            level="1",
            value=0.45,
            sensed_at=START,
            why={"rule": "by hand"},
        )
        for minute in range(1, 121):
            standing.advance(minutes=1)
            if minute == 60:
                recover(Alarm.objects.get(pk=alarm.pk), by=robot, value=0.02, at=clock.now())
            hands.step()
            while outbox.step() or clocks.step():
                pass
    incident = Incident.objects.get()
    assert incident.state == Incident.State.CLOSED
    links = [incident.sensed_at, incident.warned_at, incident.answered_at, incident.departed_at, incident.arrived_at]
    assert links == sorted(links) and incident.cleared_at == START + timedelta(minutes=60)
    tasks = Task.objects.filter(incident=incident)
    assert {task.state for task in tasks} == {Task.State.VERIFIED}
    assert any(task.team for task in tasks) and any(task.team is None for task in tasks)
    assert Report.objects.get(incident=incident).state == Report.State.SENT
    assert Alarm.objects.get().state == Alarm.State.CLOSED
    assert not hands.busy()


def test_verdicts_are_left_to_the_watcher_unless_red_for_a_minute(
    district: District, loaded: staging.Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels = Channel.objects.filter(quantity="road_water_depth").order_by("number")[:2]
    rule, robot, hands = Rule.objects.get(number="GZ-road_water_depth"), Robot("sense"), Hands(SEED)
    wall = [1000.0]
    monkeypatch.setattr("anshu.project.demo.hands.time.monotonic", lambda: wall[0])
    with clock.frozen(START) as standing:
        for level, channel in zip(("1", "2"), channels, strict=True):
            raise_alarm(
                by=robot, rule=rule, channel=channel, level=level, value=0.5, sensed_at=START, why={"rule": "by hand"}
            )
        for _ in range(10):
            standing.advance(minutes=2)
            hands.step()
        assert set(Alarm.objects.values_list("state", flat=True)) == {"raised"}
        wall[0] += 61
        for _ in range(3):
            standing.advance(minutes=2)
            hands.step()
    assert dict(Alarm.objects.values_list("level", "state")) == {"1": "confirmed", "2": "raised"}
