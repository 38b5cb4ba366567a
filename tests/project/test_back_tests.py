"""`anshu backtest` and `anshu rules`: rules by number or from a file, on our readings or a recording."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from anshu.domains.devices.models import Channel, Device
from anshu.domains.warnings.models import Alarm, Rule
from anshu.domains.warnings.queries import backtest
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.project import back_tests, labels, rule_files
from anshu.project.command import parser
from anshu.telemetry import Store, batch_of
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 6, 11, 0, 0, tzinfo=SHANGHAI)
MAP = "time=at,value=v,channel=@c"
TWO = """rules:
- number: LOW
  name: 低
  quantity: road_water_depth
  steps: [{level: orange, raise: 0.2, clear: 0.1}]
- number: HIGH
  name: 高
  quantity: road_water_depth
  steps: [{level: red, raise: 0.4, clear: 0.3}]
"""


def run(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    asked = parser().parse_args(["backtest", *map(str, words)])
    assert back_tests.run(asked) == 0
    return capsys.readouterr().out


def figures(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(run(capsys, *words, "--json"))
    return found


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    rows = [f"{BEGIN + timedelta(hours=hour):%Y-%m-%d %H:%M},{value},G1" for hour, value in enumerate(
        [0.0, 0.25, 0.45, 0.25, 0.05, 0.25, 0.05, 0.0]
    )]  # fmt: skip
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["at,v,c", *rows, "never,1,G1"]) + "\n")
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "two.yaml"
    path.write_text(TWO)
    return path


def test_two_rules_of_a_file_on_a_recording(capsys: pytest.CaptureFixture[str], file: Path, recording: Path) -> None:
    words = (f"{file}:LOW", "--compare", f"{file}:HIGH", "--on", recording, "--map", MAP, "--event", 0.4)
    found = figures(capsys, *words)
    low, high = found["rules"]  # type: ignore[misc]
    assert (low["alarms"], low["false"], low["hits"], low["lead_median_s"]) == (2, 1, 1, 3600)
    assert (high["alarms"], high["false"], high["hits"], high["false_alarm_ratio"]) == (1, 0, 1, 0.0)
    assert (low["readings"], low["channels"], low["truth"]) == (8, 1, "event")
    assert sum(low["by_hour"]) == 2 and low["by_hour"][1] == low["by_hour"][5] == 1
    difference = found["difference"]
    assert (difference["spared"], difference["spared_false"], difference["lost"]) == (1, 1, 0)  # type: ignore[index]
    text = run(capsys, *words)
    assert "spares 1 alarms (0 true, 1 false)" in text
    assert "G1: 2 alarms, 1 false, 0 of 1 events missed" in text


def test_labels_say_what_was_true(
    capsys: pytest.CaptureFixture[str], file: Path, recording: Path, tmp_path: Path
) -> None:
    told = tmp_path / "labels.csv"
    told.write_text("channel,from,to,happened\nG1,2026-06-11 05:00,2026-06-11 06:00,yes\nG1,2026-06-11,2026-06-11,no\n")
    words = (f"{file}:LOW", "--on", recording, "--map", MAP, "--labels", told, "--ahead", "1h")
    (low,) = figures(capsys, *words)["rules"]  # type: ignore[misc]
    assert (low["truth"], low["true"], low["false"], low["events"]) == ("labels", 2, 0, 1)
    benchmark = tmp_path / "windows.json"
    benchmark.write_text('{"a.csv": [["2026-06-11 05:00:00.000000", "2026-06-11 06:00:00.000000"]], "b.csv": []}')
    (same,) = figures(capsys, *words[:-3], benchmark, *words[-2:])["rules"]  # type: ignore[misc]
    assert same == low


def test_a_saved_rule_on_our_own_readings(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    device = Device.objects.create(number="D1", name="d", kind="k")
    channel = Channel.objects.create(number="D1/depth", name="c", device=device, quantity="road_water_depth", unit="m")
    steps = [{"level": "1", "raise": 0.4, "clear": 0.3}]
    Rule.objects.create(number="GZ-1", name="积水", quantity="road_water_depth", steps=steps)
    with Store.open(tmp_path / "telemetry") as store, clock.frozen(BEGIN.astimezone(UTC) + timedelta(days=2)):
        monkeypatch.setattr(backtest, "store", lambda: store)
        at_ms = [round(BEGIN.timestamp() * 1000) + 3_600_000 * hour for hour in range(3)]
        rows = [(channel.slot, at, value) for at, value in zip(at_ms, (0.1, 0.5, 0.1), strict=True)]
        store.append(batch_of(rows), (), door="t", received_ms=0)
        (told,) = figures(capsys, "GZ-1")["rules"]  # type: ignore[misc]
        assert (told["alarms"], told["unjudged"], told["incidents"], told["call_outs"]) == (1, 1, 1, 1)
        (later,) = figures(capsys, "GZ-1", "--from", "2026-06-12")["rules"]  # type: ignore[misc]
        assert (later["alarms"], later["readings"]) == (0, 0)
        draft, saved = figures(capsys, f"{file}:LOW", "--compare", "GZ-1")["rules"]  # type: ignore[misc]
        assert (draft["alarms"], saved["alarms"]) == (1, 1)
    assert not Alarm.objects.exists()
    assert not Change.objects.exists()


def test_a_channel_of_a_recording_that_is_in_the_register_says_whom_it_would_call(
    capsys: pytest.CaptureFixture[str], file: Path, recording: Path
) -> None:
    words = (f"{file}:LOW", "--on", recording, "--map", MAP)
    device = Device.objects.create(number="D1", name="d", kind="k")
    Channel.objects.create(number="other", name="c", device=device, quantity="q", unit="m")
    (strange,) = figures(capsys, *words)["rules"]  # type: ignore[misc]
    assert strange["incidents"] == 0
    Channel.objects.create(number="G1", name="c", device=device, quantity="q", unit="m")
    (known,) = figures(capsys, *words)["rules"]  # type: ignore[misc]
    assert known["incidents"] == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nothing",), "there is no rule nothing"),
        (("absent.yaml",), "absent.yaml"),
        (("FILE",), "holds the rules LOW, HIGH: say which"),
        (("FILE:MIDDLE",), "holds the rules LOW, HIGH: say which"),
        (("FILE:LOW",), "watches no channel"),
        (("FILE:LOW", "--from", "yesterday"), "--from yesterday is neither a day nor an instant"),
        (("FILE:LOW", "--on", "RECORDING"), "a file needs --map"),
        (("FILE:LOW", "--on", "RECORDING", "--map", MAP, "--to", "2020-01-01"), "no reading of this period"),
        (("FILE:LOW", "--on", "RECORDING", "--map", MAP, "--ahead", "2wd"), "--ahead is counted in s, min or h"),
        (("FILE:LOW", "--on", "RECORDING", "--map", MAP, "--zone", "Mars"), "Mars is not a time zone"),
    ],
)
def test_what_cannot_be_used_is_named(file: Path, recording: Path, words: tuple[str, ...], told: str) -> None:
    given = [word.replace("FILE", str(file)).replace("RECORDING", str(recording)) for word in words]
    with pytest.raises(Invalid, match=told):
        back_tests.run(parser().parse_args(["backtest", *given]))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("channel,from\nG1,2026-06-11\n", "has no column to"),
        ("channel,from,to\nG9,2026-06-11,2026-06-12\n", "l.csv:2: no channel G9"),
        ("channel,from,to\nG1,now,2026-06-12\n", "l.csv:2: .*now"),
        ("channel,from,to\nG1,2026-06-11,\n", "l.csv:2"),
        ("channel,from,to\nG1,2026-06-12,2026-06-11\n", "l.csv:2: the window ends before it begins"),
        ("channel,from,to,happened\nG1,2026-06-11,2026-06-12,perhaps\n", "l.csv:2: happened is yes or no"),
    ],
)
def test_labels_that_cannot_be_read_are_named_by_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "l.csv"
    path.write_text(text)
    with pytest.raises(Invalid, match=told):
        labels.read(path, {"G1": 1}, None, SHANGHAI)


@pytest.mark.parametrize("text", ["no json", '{"other.csv": []}', '{"a.csv": 3}'])
def test_a_benchmark_file_without_windows_of_the_recording_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "l.json"
    path.write_text(text)
    with pytest.raises(Invalid, match=r"l\.json"):
        labels.read(path, {"G1": 1}, tmp_path / "a.csv", SHANGHAI)


def test_rules_are_written_looked_over_and_brought_in(
    tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def do(what: str, path: Path) -> int:
        return rule_files.run(parser().parse_args(["rules", what, str(path)]))

    assert do("check", file) == 0
    assert Rule.objects.count() == 0
    assert do("import", file) == 0
    assert "2 added, 0 changed, 0 same" in capsys.readouterr().out
    written = tmp_path / "out.yaml"
    assert do("export", written) == 0
    assert do("import", written) == 0
    assert "0 added, 0 changed, 2 same" in capsys.readouterr().out
    file.write_text(TWO.replace("raise: 0.4", "raise: much"))
    assert do("import", file) == 1
    assert f"{file}: line 9, rule HIGH, field steps.0.raise: is not a number" in capsys.readouterr().err
    with pytest.raises(Invalid, match="absent"):
        do("check", tmp_path / "absent.yaml")
