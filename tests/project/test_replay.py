"""Recorded series: columns, zones, units, bad rows, pace."""

import argparse
import csv
import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.access.models import Account, Grant, Token
from anshu.domains.devices.models import Channel, Device
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.project import replay
from anshu.project.recordings import Mapped, Recorded, read
from anshu.project.settings import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_discharge_in_cubic_feet_becomes_cubic_metres(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "date,discharge_cfs,qc_flag", "2000-01-01,255.0,A:e", "2000-01-02,272.0,A")
    good, bad = read(file, Mapped.parse("time=date,value=discharge_cfs*0.0283168,channel=river/flow"), SHANGHAI)
    assert not bad
    assert good[0] == Recorded("river/flow", datetime(2000, 1, 1, tzinfo=SHANGHAI), pytest.approx(7.220784))
    assert good[1].at - good[0].at == timedelta(days=1)


def test_bad_rows_are_named_by_line_and_the_others_kept(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.csv",
        "timestamp,value",
        "2013-12-02 21:15:00,73.9",
        "yesterday,1",
        "2013-12-02 21:25:00,",
        "x",
        "2013-12-02 21:20:00,nan",
        "2013-12-02 21:10:00,74.5",
        "2013-12-02 21:30:00,1,2",
    )
    good, bad = read(file, Mapped.parse("time=timestamp,value=value,channel=press"), UTC)
    assert [row.value for row in good] == [74.5, 73.9]
    assert [fault.line for fault in bad] == [3, 4, 5, 6, 8]
    assert "not a time" in bad[0].why and "not a number" in bad[1].why and "fewer" in bad[2].why


def test_gzip_and_json_lines_are_read(tmp_path: Path) -> None:
    text = "station,t,v\nG1,2026-01-01T00:00:00+00:00,1.5\n"
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    lines = write(tmp_path / "a.ndjson", '{"station":"G1","t":"2026-01-01T00:00:00Z","v":1.5}', "[1]", "{", "")
    mapped = Mapped.parse("time=t,value=v,channel=@station/road_water_depth")
    good, bad = read(packed, mapped, SHANGHAI)
    again, faults = read(lines, mapped, SHANGHAI)
    assert good == again == [Recorded("G1/road_water_depth", datetime(2026, 1, 1, tzinfo=UTC), 1.5)]
    assert not bad and [fault.line for fault in faults] == [2, 3]


@pytest.mark.parametrize(
    "text",
    ["", "time=a,value=b", "time=a,value=b,channel=", "time=a,value=b*x,channel=c", "time=a,value=b,channel=c,d=e"],
)
def test_a_map_that_says_too_little_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        Mapped.parse(text)


def test_what_cannot_be_read_at_all_is_said(tmp_path: Path) -> None:
    mapped = Mapped.parse("time=t,value=v,channel=c")
    with pytest.raises(Invalid, match="absent"):
        read(tmp_path / "absent.csv", mapped, UTC)
    with pytest.raises(Invalid, match="no column t"):
        read(write(tmp_path / "a.csv", "time,v", "2026-01-01,1"), mapped, UTC)
    gb = tmp_path / "gb.csv"
    gb.write_bytes("t,v\n2026-01-01,积水\n".encode("gb18030"))
    with pytest.raises(Invalid, match="UTF-8"):
        read(gb, mapped, UTC)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.floats(-1e9, 1e9)), min_size=1, max_size=30))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, float]]) -> None:
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("t", "v"))
        table.writerows(((NOW + timedelta(seconds=s)).isoformat(), repr(v)) for s, v in rows)
    good, bad = read(path, Mapped.parse("time=t,value=v,channel=c"), UTC)
    assert not bad
    expected = [Recorded("c", NOW + timedelta(seconds=s), v) for s, v in sorted(rows, key=lambda row: row[0])]
    assert good == expected


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(0.5, 1e5))
def test_shifted_readings_are_never_ahead_of_their_sending(ages: list[float], speed: float) -> None:
    readings = [Recorded("c", NOW - timedelta(days=9) + timedelta(seconds=age), 1.0) for age in sorted(ages)]
    with clock.frozen(NOW):
        played = replay.timed(readings, "now", speed)
    assert played[0].reading.at == NOW and played[0].due_s == 0
    assert all(row.reading.at == NOW + timedelta(seconds=row.due_s) for row in played)
    for batch in replay.batches(played):
        assert batch[-1].due_s - batch[0].due_s <= replay.TOGETHER_S
    assert [row for batch in replay.batches(played) for row in batch] == played


def test_shifting_without_a_speed_is_refused() -> None:
    with pytest.raises(Invalid, match="speed"):
        replay.timed([Recorded("c", NOW, 1.0)], "now", 0)


class Taking:
    """A door that keeps what it is given."""

    def __init__(self) -> None:
        self.taken: list[Recorded] = []

    def send(self, batch: list[Recorded]) -> dict[str, int]:
        self.taken += batch
        return {"accepted": len(batch)}

    def close(self) -> None:
        """Nothing to close."""


def asked(file: Path, **given: object) -> argparse.Namespace:
    usual = {
        "map": "time=t,value=v,channel=G1/road_water_depth",
        "speed": 0.0,
        "by": "http",
        "to": "",
        "token": "x",
        "zone": "UTC",
        "shift": "none",
        "make_channels": False,
    }
    return argparse.Namespace(file=file, **{**usual, **given})


@pytest.mark.django_db
def test_a_missing_channel_is_named_and_only_a_registrar_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "state_dir", tmp_path)
    monkeypatch.chdir(tmp_path)
    door = Taking()
    monkeypatch.setattr(replay.Http, "open", classmethod(lambda _cls, _to, _token: door))
    file = write(tmp_path / "a.csv", "t,v", "2026-01-01,0.1", "2026-01-02,bad", "2026-01-03,0.3")
    with pytest.raises(Refused, match="G1/road_water_depth"):
        replay.run(asked(file))
    assert not door.taken
    account = Account.objects.create(username="dengji", name="登记")
    grant = Grant.objects.create(account=account, role="device", territory="")
    token = Token.issue(account, ["*"])
    with pytest.raises(Forbidden):
        replay.run(asked(file, token=token, make_channels=True))
    grant.role = "registrar"
    grant.save()
    assert replay.run(asked(file, token=token, make_channels=True)) == 1
    assert [row.value for row in door.taken] == [0.1, 0.3]
    channel = Channel.objects.get(number="G1/road_water_depth")
    assert (channel.unit, channel.maximum, channel.slot) == ("m", 20.0, 1) and Device.objects.get().number == "G1"
    rejected = [json.loads(line) for line in (tmp_path / "a.csv.rejected").read_text().splitlines()]
    assert [row["line"] for row in rejected] == [3]


def test_lines_posted_are_what_intake_reads() -> None:
    bodies: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(200, json={"accepted": 1, "duplicate": 0, "quarantined": 0})

    door = replay.Http(httpx.Client(base_url="http://x", transport=httpx.MockTransport(answer)))
    assert door.send([Recorded("c", NOW, 1.5)]) == {"accepted": 1, "duplicate": 0, "quarantined": 0}
    door.close()
    assert json.loads(bodies[0]) == {"channel": "c", "at": "2026-06-01T02:00:00+00:00", "value": 1.5}


def test_a_door_that_stays_shut_is_said() -> None:
    for status, error in ((401, Forbidden), (500, Refused)):
        transport = httpx.MockTransport(lambda _request, status=status: httpx.Response(status))
        client = httpx.Client(base_url="http://x", transport=transport)
        with pytest.raises(error), client:
            replay.Http(client).send([Recorded("c", NOW, 1.5)])


def test_real_recordings_are_read_whole(data_dir: Path) -> None:
    series = data_dir / "sensor_series"
    feed, bad = read(
        data_dir / "flood_points" / "waterlevel_feed_sample.csv",
        Mapped.parse("time=time,value=level_m,channel=@station_code/road_water_depth"),
        SHANGHAI,
    )
    assert (len(feed), bad) == (122, [])
    flow = Mapped.parse("time=date,value=discharge_cfs*0.0283168,channel=river/flow")
    good, missing = read(series / "rain_runoff_camels_us" / "01022500.csv", flow, UTC)
    assert (len(good), len(missing)) == (1096, 365)
    nab = next((series / "nab").rglob("machine_temperature*.csv"))
    temperatures, bad = read(nab, Mapped.parse("time=timestamp,value=value,channel=press"), UTC)
    assert len(temperatures) > 20_000 and not bad
