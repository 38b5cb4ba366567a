"""Recorded messages against their index, and the readings that dialects need."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from anshu.gateways.cap.decode import decode, decode_all
from anshu.gateways.cap.signal import Area, Named, Reference, Signal, cut_division
from anshu.kernel.errors import Invalid

Build = Callable[..., bytes]
DIALECT = {"1.0": "cap10", "1.1": "cap11", "1.2": "cap12"}


def joined(values: list[str]) -> str:
    return "|".join(values) if any(values) else ""


def indexed(signal: Signal) -> dict[str, str]:
    areas = [area for info in signal.infos for area in info.areas]
    return {
        "identifier": signal.identifier,
        "msgType": signal.msg_type,
        "status": signal.status,
        "n_info": str(len(signal.infos)),
        "languages": joined([info.language for info in signal.infos]),
        "event": joined([info.event for info in signal.infos]),
        "severity": joined([info.severity for info in signal.infos]),
        "urgency": joined([info.urgency for info in signal.infos]),
        "certainty": joined([info.certainty for info in signal.infos]),
        "n_area": str(len(areas)),
        "n_polygon": str(sum(len(area.polygons) for area in areas)),
        "n_circle": str(sum(len(area.circles) for area in areas)),
        "n_geocode": str(sum(len(area.geocodes) for area in areas)),
    }


def test_every_recorded_message_reads_as_its_index_says(samples: Path) -> None:
    with (samples.parent / "index.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["identifier"]]
    assert len(rows) == 17
    for row in rows:
        signal = decode_all((samples / row["file"]).read_bytes())[0]
        expected = indexed(signal)
        assert expected == {name: row[name] for name in expected}, row["file"]
        if row["root"] == "alert":
            assert signal.dialect == DIALECT[row["namespace"][-3:]]
            assert signal.original == (samples / row["file"]).read_bytes().decode("utf-8")
        if row["references"]:
            first = signal.references[0]
            assert row["references"].startswith(f"{first.sender},{first.identifier},")
        assert str(signal.signed) == row["signed"]


def test_an_envelope_with_several_messages_gives_each(samples: Path) -> None:
    raw = (samples / "google-bushfire_valid.edxlde").read_bytes()
    signals = decode_all(raw)
    assert len(signals) == len({signal.identifier for signal in signals}) == raw.count(b"<cap:alert ")
    assert all(signal.original.startswith("<cap:alert") for signal in signals)
    with pytest.raises(Invalid, match="Send them one by one"):
        decode(raw)


def test_a_feed_without_messages_is_sent_to_the_feed_reader(samples: Path) -> None:
    with pytest.raises(Invalid, match="read_feed") as refused:
        decode((samples / "google-ny_index.rss").read_bytes())
    assert refused.value.code == "no_alert"


def test_the_national_dialect(samples: Path) -> None:
    signal = decode((samples / "cn-nwp-henan-wind-blue-20200205.xml").read_bytes())
    assert (signal.dialect, signal.sender, signal.sender_name) == ("12379", "41000041600000", "河南省气象局")
    assert signal.sent_at == datetime(2020, 2, 5, 2, 45, tzinfo=UTC)
    assert signal.references == (Reference("41000041600000_20200204121842"),)
    assert [channel.name for channel in signal.channels] == ["SPEAKER", "SMS", "WEB"]
    (info,) = signal.infos
    assert (info.event, info.hazard, info.level, info.colour, info.severity) == ("大风", "gale", 4, "blue", "Minor")
    assert info.event_codes == (Named("eventType", "11B06"),)
    assert info.areas == (Area("河南省", geocodes=(Named("GB/T2260", "410000000000"),)),)
    assert info.areas[0].divisions == ("41",)
    assert info.effective_at == datetime(2020, 2, 5, 2, 57, 42, tzinfo=UTC)
    assert info.expires_at is None
    assert signal.problems == ()
    assert signal.is_real


def test_cap_10_pairs_written_as_text(samples: Path) -> None:
    (info,) = decode((samples / "oasiscap-v1dot0_appendix_adot3.xml").read_bytes()).infos
    assert Named("Magnitude", "3.4 Ml") in info.parameters
    assert info.areas[0].circles[0].lon == -115.5527


def test_rings_are_longitude_first(message: Build) -> None:
    (area,) = decode(message()).infos[0].areas
    assert area.polygons[0][0] == (113.80, 22.55)
    assert (area.circles[0].lon, area.circles[0].lat, area.circles[0].radius_km) == (113.90, 22.60, 2.5)
    assert area.divisions == ("440306",)


@pytest.mark.parametrize("status", ["Exercise", "System", "Test", "Draft", "actual", "实际"])
def test_only_actual_is_real(message: Build, status: str) -> None:
    assert decode(message()).is_real
    assert not decode(message(("<status>Actual", f"<status>{status}"))).is_real


@pytest.mark.parametrize("name", ["identifier", "sender", "sent", "status", "msgType"])
def test_without_these_there_is_no_message(message: Build, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode(message((f"<{name}>", f"<{name}x>"), (f"</{name}>", f"</{name}x>")))
    assert refused.value.field == name
    assert f"alert/{name} (line 2)" in str(refused.value)


@pytest.mark.parametrize(
    ("colour", "level"), [("Red", 1), ("橙色", 2), ("yellow", 3), ("蓝", 4), ("White", None), ("mauve", 3)]
)
def test_level_by_colour_then_by_severity(message: Build, colour: str, level: int | None) -> None:
    assert decode(message(("<value>yellow<", f"<value>{colour}<"))).level == level


def test_an_unknown_code_falls_back_to_the_name_and_an_unknown_name_stays_raw(message: Build) -> None:
    assert decode(message(("11B03", "11Z99"))).hazard == "rainstorm"
    unknown = decode(message(("11B03", "11Z99"), ("<event>暴雨<", "<event>外星人<"), ("发布暴雨黄色", "发布黄色")))
    assert (unknown.hazard, unknown.infos[0].event) == ("", "外星人")


def test_a_flaw_does_not_hide_the_warning(message: Build) -> None:
    signal = decode(message(("22.55,113.95 ", "22.55;113.95 "), ("2024-05-21T19:45:00+08:00", "tonight")))
    assert signal.level == 3
    assert signal.infos[0].areas[0].polygons == ()
    assert signal.infos[0].expires_at is None
    problems = {problem.code: problem for problem in signal.problems}
    assert problems["unreadable_polygon"].path == "alert/info/area/polygon"
    assert problems["unreadable_polygon"].line == 24
    assert problems["unreadable_time"].line == 18


def test_division_codes_are_cut_to_their_length() -> None:
    codes = ["440000", "440300000000", "440306", "440306001", "440306001000", "440306001003", "440306001003007"]
    expected = ["44", "4403", "440306", "440306001", "440306001", "440306001003", "440306001003007"]
    assert [cut_division(code) for code in codes] == expected
