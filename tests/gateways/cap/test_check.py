"""Each finding appears when its fault is planted, and not otherwise."""

from collections.abc import Callable
from pathlib import Path

import pytest

from anshu.gateways.cap.check import MAX_FINDINGS, check
from anshu.gateways.cap.decode import decode, decode_all

Build = Callable[..., bytes]


def found(raw: bytes, severity: str) -> dict[str, str]:
    return {finding.code: finding.path for finding in check(decode(raw)) if finding.severity == severity}


def test_a_well_made_message_has_no_finding(message: Build) -> None:
    assert check(decode(message())) == []


def test_the_samples_with_errors_and_those_without(samples: Path) -> None:
    canada = (samples / "google-canada_errors.cap").read_bytes()
    assert found(canada, "error") == {"references_missing": "alert/references"}
    empty = [finding.path for finding in check(decode(canada)) if finding.code == "empty_element"]
    assert empty == ["alert/restriction", "alert/addresses", "alert/references"]
    noaa = (samples / "google-noaa_errors.cap").read_bytes()
    assert found(noaa, "error") == {
        "polygon_stray_comma": "alert/info/area/polygon[1]",
        "urgency_empty": "alert/info/urgency",
        "severity_empty": "alert/info/severity",
        "certainty_empty": "alert/info/certainty",
    }
    assert {"empty_element", "pair_incomplete"} <= found(noaa, "warning").keys()
    for path in samples.iterdir():
        if "_errors" not in path.name and path.suffix != ".rss":
            for signal in decode_all(path.read_bytes()):
                assert [each for each in check(signal) if each.severity == "error"] == [], path.name


IDENTIFIER = "44030641600000_20240521134500_1"
SENDER_LINE = "<sender>44030641600000</sender>"
REFERENCE = "<references>{}</references>\n  <info>"


@pytest.mark.parametrize(
    ("code", "path", "before", "after"),
    [
        ("identifier_characters", "alert/identifier", IDENTIFIER, "a b"),
        ("sender_characters", "alert/sender", SENDER_LINE, "<sender>a,b</sender>"),
        ("identifier_time", "alert/identifier", "20240521134500_1", "20241321134500_1"),
        ("status_unknown", "alert/status", "<status>Actual", "<status>Real"),
        ("msgType_unknown", "alert/msgType", "<msgType>Alert", "<msgType>Hello"),
        ("scope_empty", "alert/scope", "<scope>Public</scope>", ""),
        ("restriction_missing", "alert/restriction", "<scope>Public", "<scope>Restricted"),
        ("addresses_missing", "alert/addresses", "<scope>Public", "<scope>Private"),
        ("references_missing", "alert/references", "<msgType>Alert", "<msgType>Cancel"),
        (
            "references_itself",
            "alert/references",
            "<info>",
            REFERENCE.format(f"44030641600000,{IDENTIFIER},2024-05-21T13:45:00+08:00"),
        ),
        ("references_later", "alert/references", "<info>", REFERENCE.format("a,b,2030-01-01T00:00:00+08:00")),
        ("event_empty", "alert/info/event", "<event>暴雨</event>", "<event/>"),
        ("urgency_empty", "alert/info/urgency", "<urgency>Immediate</urgency>", "<urgency/>"),
        ("severity_unknown", "alert/info/severity", "<severity>Moderate", "<severity>Bad"),
        ("severity_is_colour", "alert/info/severity", "<severity>Moderate", "<severity>Yellow"),
        ("certainty_unknown", "alert/info/certainty", "<certainty>Likely", "<certainty>Very Likely"),
        ("category_empty", "alert/info/category", "<category>Met</category>", ""),
        ("category_unknown", "alert/info/category", "<category>Met", "<category>Weather"),
        ("language_form", "alert/info/language", "zh-CN", "中文"),
        ("time_without_zone", "alert/info/expires", "19:45:00+08:00", "19:45:00"),
        ("unreadable_time", "alert/info/expires", "2024-05-21T19:45:00+08:00", "2024-02-30T19:45:00+08:00"),
        ("expires_before_sent", "alert/info/expires", "2024-05-21T19", "2024-05-20T19"),
        ("expires_before_effective", "alert/info/expires", "2024-05-21T19", "2024-05-20T19"),
        ("area_description_empty", "alert/info/area/areaDesc", "<areaDesc>宝安区</areaDesc>", "<areaDesc/>"),
        ("polygon_not_closed", "alert/info/area/polygon", "22.70,113.95 22.55,113.80", "22.70,113.95 22.70,113.80"),
        ("position_out_of_range", "alert/info/area/polygon", "22.70,113.95", "113.95,22.70"),
        ("position_out_of_range", "alert/info/area/circle", "22.60,113.90", "22.60,190"),
        ("radius_negative", "alert/info/area/circle", "113.90 2.5", "113.90 -2.5"),
        ("unreadable_circle", "alert/info/area/circle", "113.90 2.5", "113.90"),
    ],
)
def test_planted_errors(message: Build, code: str, path: str, before: str, after: str) -> None:
    assert found(message((before, after)), "error").get(code) == path


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("identifier_not_national", "20240521134500_1", "20240521134500"),
        ("time_form", "19:45:00+08:00", "19:45:00Z"),
        ("restriction_unused", "<scope>Public</scope>", "<scope>Public</scope><restriction>x</restriction>"),
        ("references_bare", "<info>", REFERENCE.format("A1")),
        ("polygon_crosses_itself", "22.55,113.95 22.70,113.95", "22.55,113.95 22.70,113.80 22.70,113.95"),
        ("area_missing", "area>", "place>"),
    ],
)
def test_planted_warnings(message: Build, code: str, before: str, after: str) -> None:
    assert code in found(message((before, after)), "warning")


def test_swapped_coordinates_are_named_as_such(message: Build) -> None:
    (finding,) = (
        finding
        for finding in check(decode(message(("22.70,113.95", "113.95,22.70"))))
        if finding.code == "position_out_of_range"
    )
    assert "swapped" in finding.mend


def test_every_finding_says_how_to_mend_it(samples: Path) -> None:
    for path in samples.iterdir():
        if path.suffix != ".rss":
            for signal in decode_all(path.read_bytes()):
                assert all(finding.message and finding.mend and finding.path for finding in check(signal))


def test_the_number_of_findings_is_bounded(message: Build) -> None:
    raw = message(("<circle>", "<polygon>1,1</polygon>" * 1_000 + "<circle>"))
    assert len(check(decode(raw))) == MAX_FINDINGS
