"""Kill any process at any moment of a storm, fifty times: nothing acknowledged is missing, nothing is doubled."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from living import Installation

from anshu.telemetry import Store

KILLS = int(os.environ.get("TORTURE_KILLS", "50"))
GAUGES = 12


@pytest.fixture
def storm(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path)
    made.make()
    made.start()
    yield made
    made.stop()


class Feeder(threading.Thread):
    """Sends readings again and again until each is acknowledged, and remembers what was."""

    def __init__(self, client: httpx.Client, channels: list[str]) -> None:
        super().__init__(daemon=True)
        self.client, self.channels = client, channels
        self.done = threading.Event()
        self.acknowledged: dict[tuple[str, str], float] = {}
        self.start_at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)

    def lines(self, step: int) -> list[tuple[str, str, float]]:
        """Every gauge rises to 0.5 m in the first third of 240 steps, stands, and falls to nothing in the last."""
        at = (self.start_at + timedelta(seconds=step * 40)).isoformat()
        level = min(step / 80, 1.0, (240 - step) / 80) * 0.5
        return [
            (channel, at, round(max(level, 0.0) + 0.001 * number, 4)) for number, channel in enumerate(self.channels)
        ]

    def run(self) -> None:
        for step in range(241):
            rows = self.lines(step)
            body = "\n".join(f'{{"channel":"{c}","at":"{at}","value":{value}}}' for c, at, value in rows)
            self.send(body, rows)
        self.done.set()

    def send(self, body: str, rows: list[tuple[str, str, float]]) -> None:
        while True:
            try:
                answer = self.client.post(
                    "/api/readings", content=body, headers={"Content-Type": "application/x-ndjson"}
                )
                if answer.status_code == 200:
                    told = answer.json()
                    assert told["accepted"] + told["duplicate"] == len(rows), told
                    self.acknowledged |= {(c, at): value for c, at, value in rows}
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)


class Judge(threading.Thread):
    """Confirms alarms as they come and remembers which verdicts were acknowledged."""

    def __init__(self, client: httpx.Client) -> None:
        super().__init__(daemon=True)
        self.client = client
        self.stopped = threading.Event()
        self.confirmed: set[str] = set()

    def run(self) -> None:
        while not self.stopped.wait(0.3):
            try:
                for alarm in self.client.get("/api/alarms", params={"state": "raised"}).json().get("items", []):
                    if self.client.post(f"/api/alarms/{alarm['id']}/confirm", json={}).status_code == 200:
                        self.confirmed.add(alarm["id"])
            except (httpx.HTTPError, ValueError):
                pass


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_nothing_acknowledged_is_lost_or_doubled(storm: Installation) -> None:
    with storm.client("wangguan") as gateway, storm.client("zhiban") as officer:
        torture(storm, Feeder(gateway, gauges(storm)), Judge(officer))


def torture(storm: Installation, feeder: Feeder, judge: Judge) -> None:
    chance = random.Random(20230907)
    feeder.start()
    judge.start()
    killed = 0
    while killed < KILLS:
        time.sleep(chance.uniform(0.2, 1.5))
        killed += kill(storm, chance.choice(["web", "sense", "work", "mqtt", "archive"]))
    storm.wait_ready()
    assert feeder.done.wait(300)
    settle(storm)
    judge.stopped.set()
    judge.join(60)
    settle(storm)
    readings_are_there_once(storm, feeder.acknowledged)
    the_chain_holds(storm, judge.confirmed)
    assert faults_of_the_log(storm) == "[]"


def gauges(storm: Installation) -> list[str]:
    rows = rows_of(
        storm, "select number from devices_channel where quantity='road_water_depth' order by number limit ?", GAUGES
    )
    return [number for (number,) in rows]


def kill(storm: Installation, name: str) -> int:
    try:
        os.kill(storm.pid_of(name), signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return 0
    return 1


def rows_of(storm: Installation, query: str, *values: Any, database: str = "anshu.db") -> list[Any]:
    with closing(sqlite3.connect(f"file:{storm.folder / database}?mode=ro", uri=True, timeout=30)) as connection:
        return connection.execute(query, values).fetchall()


def settle(storm: Installation) -> None:
    """Wait until the sense step has read everything and every reaction has run."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        top = rows_of(storm, "select number from mark where name='stored'", database=telemetry(storm))[0][0]
        read = rows_of(storm, "select position from workflow_bookmark where name='sense'")
        waiting = rows_of(storm, "select count(*) from workflow_delivery where done_at is null")[0][0]
        if read and read[0][0] == top and waiting == 0:
            return
        time.sleep(0.5)
    raise AssertionError(
        (
            top,
            read,
            waiting,
            rows_of(storm, "select listener, attempts, error from workflow_delivery where done_at is null limit 5"),
        )
    )


def telemetry(storm: Installation) -> str:
    return "telemetry/readings.sqlite3"


def readings_are_there_once(storm: Installation, acknowledged: dict[tuple[str, str], float]) -> None:
    slots = dict(rows_of(storm, "select slot, number from devices_channel"))
    with Store.open(storm.folder / "telemetry") as store:
        tail = store.tail(0, 1 << 31)
    stored = list(zip(tail.channel.tolist(), tail.at_ms.tolist(), tail.value.tolist(), strict=True))
    keys = [(slots[slot], at_ms) for slot, at_ms, _value in stored if slot in slots]
    assert len(keys) == len(set(keys)), "a reading is stored twice"
    known = {(slots[slot], at_ms): value for slot, at_ms, value in stored if slot in slots}
    for (channel, at), value in acknowledged.items():
        assert known[channel, round(datetime.fromisoformat(at).timestamp() * 1000)] == value


def the_chain_holds(storm: Installation, confirmed: set[str]) -> None:
    alarms = rows_of(storm, "select id, channel_id, state, incident_id, recovered_at, highest from warnings_alarm")
    assert len({channel for _id, channel, *_rest in alarms}) == GAUGES, "every gauge that flooded has an alarm"
    assert len(alarms) == GAUGES, "one rise and one fall of a gauge is one alarm"
    for key, _channel, state, incident, recovered, highest in alarms:
        assert state in ("confirmed", "closed"), (key, state)
        assert incident is not None, "a true alarm belongs to an incident"
        assert recovered is not None, "the water has fallen"
        assert highest == "1"
    assert confirmed <= {dashed(key) for key, *_rest in alarms}
    changes = rows_of(
        storm,
        "select verb, subject_id from workflow_change "
        "where verb in ('warnings.raise_alarm', 'warnings.confirm', 'warnings.recover')",
    )
    assert len(changes) == len(set(changes)) == 3 * GAUGES, "each step is in the log once"
    doubled = rows_of(
        storm,
        "select cause_id, organisation_id, level, place from warnings_callout group by 1, 2, 3, 4 having count(*) > 1",
    )
    assert doubled == []
    unclocked = rows_of(
        storm,
        "select id, state from incidents_task t "
        "where state in ('assigned', 'signed', 'moving', 'on_scene', 'finished') and not exists "
        "(select 1 from workflow_clock c where c.subject_id = t.id and c.stopped_at is null)",
    )
    assert unclocked == [], "a task without a clock could lie still unnoticed"
    silent = rows_of(
        storm,
        "select id from warnings_callout o where state = 'calling' and not exists "
        "(select 1 from workflow_clock c where c.subject_id = o.id and c.stopped_at is null)",
    )
    assert silent == []


def dashed(key: str) -> str:
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def faults_of_the_log(storm: Installation) -> str:
    """The whole log, walked while the district goes on: every row altered, missing or out of place."""
    walk = (
        "import django; django.setup(); "
        "from anshu.workflow.log import faults; from anshu.workflow.models import Change; "
        "assert Change.objects.exists(); print(list(faults()))"
    )
    environment = storm.environment | {"DJANGO_SETTINGS_MODULE": "anshu.project.django_settings"}
    return subprocess.run(
        [sys.executable, "-c", walk], env=environment, cwd=storm.folder, check=True, capture_output=True, text=True
    ).stdout.strip()
