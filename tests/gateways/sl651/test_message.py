"""SL 651-2014 bytes: published and computed frames decode to what they say, and go back to the same bytes."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.sl651 import Body, Frame, Item, Message, Undecodable, data_of, decode, encode, from_json, to_json
from anshu.gateways.sl651.body import parse_text, write_text
from anshu.gateways.sl651.elements import BY_ASCII, ELEMENTS, STEP, WITH_CLASS
from anshu.gateways.sl651.frame import ACK, ENDS, EOT, ETB, ETX, NAK
from anshu.gateways.sl651.numbers import instant, number, packed
from anshu.kernel.units import quantity_kind, unit

# Frames A (published), B to E (computed), F (published with a wrong checksum) of the district's protocol notes, §1.
A = (
    "7E7E010010100001A00032002B02000C200724172349F1F1001010000148F0F02007241723201900013022190000403923000005503812126803"
    "8397"
)
B = "7E7E0100812003561234330026020101260805143005F1F100812003564BF0F0260805143022190001853B23000273503812123503315E"
C = (
    "7E7E010081200356123434002E020102260805150002F1F1008120035650F0F02608051405F460000002050C1F2C3C260F040026190018733812123103"
    "FC26"
)
D = "7E7E008120035601123433800802010126080514300604A691"
E = "7E7E01008120035612342F0008020102260805150042035B88"
F = (
    "7E7E010000000032000032002B0201C6220513113404F1F1000000003248F0F02205131133392300014997201900000026190000003812240003"
    "2730"
)


def values(text: str) -> list[tuple[str, str, float | None]]:
    shown = to_json(decode(bytes.fromhex(text)))
    return [(each["point"], each["at"][:16], each["value"]) for each in shown["data"]]


def test_the_published_timed_report() -> None:
    at = "2020-07-24T17:23"
    assert values(A) == [("20", at, 13.0), ("22", at, 4.0), ("39", at, 0.55), ("38", at, 12.68)]
    message = decode(bytes.fromhex(A))
    assert message.frame == Frame(1, "0010100001", "A000", 0x32, message.frame.text)
    assert message.body is not None
    assert (message.body.serial, message.body.kind, message.body.station) == (12, 0x48, "0010100001")


def test_the_triggered_report_of_a_reservoir() -> None:
    at = "2026-08-05T14:30"
    assert values(B) == [("22", at, 18.5), ("3B", at, 27.35), ("38", at, 12.35)]


def test_the_hourly_report_gives_each_five_minutes_and_the_hour() -> None:
    found = values(C)
    rain = [value for point, _, value in found if point == "F4"]
    assert rain == [0, 0, 0.2, 0.5, 1.2, 3.1, 4.4, 6.0, 3.8, 1.5, 0.4, 0]
    assert found[0][1], found[11][1] == ("2026-08-05T14:05", "2026-08-05T15:00")
    assert found[12:] == [("26", "2026-08-05T15:00", 187.3), ("38", "2026-08-05T15:00", 12.31)]


def test_a_confirmation_downward_and_a_keep_alive() -> None:
    down = decode(bytes.fromhex(D))
    assert down.frame.downward
    assert (down.frame.end, down.frame.station, down.frame.centre) == (EOT, "0081200356", 1)
    alive = decode(bytes.fromhex(E))
    assert alive.body == Body(0x0102, "260805150042")


def test_a_wrong_checksum_is_refused() -> None:
    with pytest.raises(Undecodable, match="2730, computed EAFC"):
        decode(bytes.fromhex(F))


@pytest.mark.parametrize("text", [A, B, C, D, E])
def test_the_same_bytes_come_back(text: str) -> None:
    raw = bytes.fromhex(text)
    message = decode(raw)
    assert encode(message) == raw
    assert from_json(json.loads(json.dumps(to_json(message)))) == message
    for at in range(len(raw)):
        with pytest.raises(Undecodable):
            decode(raw[:at])
        with pytest.raises(Undecodable):
            decode(raw[:at] + bytes([raw[at] ^ 0x40]) + raw[at + 1 :])


def test_every_recorded_frame_reads_as_was_written_down(data_dir: Path) -> None:
    told = json.loads((data_dir / "device_protocols" / "sl651_frames.json").read_text(encoding="utf-8"))
    assert len(told) == 18
    for each in told:
        raw = bytes.fromhex(each["frame_hex"])
        if not each["crc_ok"]:
            with pytest.raises(Undecodable, match="checksum"):
                decode(raw)
            continue
        shown = to_json(decode(raw))
        assert encode(decode(raw)) == raw
        assert (shown["station"], shown["password"], shown["function"]) == (
            each["station_addr"], each["password"], each["function"],
        )
        assert shown["serial"] == each["serial"]
        assert shown["sent_at"][:19] == each["send_time"].replace(" ", "T")
        assert shown.get("rest", "") == each.get("body_tail_hex", "").upper()
        assert shown.get("class", "") == each.get("station_type", "")
        compare_elements(shown, each.get("elements", []))


def compare_elements(shown: dict[str, Any], told: list[dict[str, Any]]) -> None:
    elements = [each for each in told if each["id"] != "F0"]
    items = [each for each in shown["items"] if each["id"] != "F0"]
    assert [(each["id"], each["data"]) for each in items] == [(each["id"], each["raw"]) for each in elements]
    expected = [
        (each["id"], value)
        for each in elements
        if each["id"] != "04"
        for value in each.get("values", [each.get("value")])
    ]
    assert [(each["point"], each["value"]) for each in shown["data"]] == expected


def test_negative_missing_and_broken_numbers() -> None:
    assert number(bytes.fromhex("FF00001234"), 3) == -1.234
    assert number(bytes.fromhex("FF0123"), 1) == -12.3
    assert number(bytes.fromhex("FFFFFF"), 1) is None
    assert number(b"", 0) is None
    with pytest.raises(ValueError, match="00A0"):
        number(bytes.fromhex("00A0"), 1)


@given(st.integers(-99_999_999, 99_999_999), st.integers(0, 7))
def test_numbers_go_back_and_forth(digits: int, decimals: int) -> None:
    assert number(packed(digits / 10**decimals, 4, decimals), decimals) == digits / 10**decimals


@given(st.datetimes(), st.text(max_size=13))
def test_instants_are_read_or_are_none(at: Any, text: str) -> None:
    if 2000 <= at.year < 2100:
        found = instant(f"{at:%y%m%d%H%M%S}")
        assert found is not None
        assert found.replace(tzinfo=None) == at.replace(microsecond=0)
    assert instant(text) is None or len(text) in (10, 12)


def report(function: int, items: bytes) -> list[tuple[str, str | None, float | None, str]]:
    text = bytes.fromhex("0101260805150000F1F1008120035648F0F02608051405") + items
    found = data_of(parse_text(text, function), function)
    return [(each.point, each.at and each.at.strftime("%H:%M"), each.value, each.fault) for each in found]


def test_status_bits_say_what_holds() -> None:
    found = {point: value for point, _, value, _ in report(0x32, bytes.fromhex("452000000402"))}
    assert found["45.1"] == 1
    assert found["45.0"] == 0
    assert found["45.7"] == 1, "a door is open when its bit is 0"
    assert found["45.10"] == 0, "a pump stands when its bit is 1"


def test_one_bad_element_does_not_hide_the_others() -> None:
    found = report(0x32, bytes.fromhex("3923000A0000" "38121231"))
    assert found[0][2:] == (None, "000A0000 holds something other than digits")
    assert found[1][2] == 12.31


def test_extension_elements() -> None:
    assert report(0x32, bytes.fromhex("FF0719000123"))[0] == ("FF07", "14:05", 12.3, "")


def test_a_uniform_series_goes_on_in_its_step() -> None:
    items = bytes.fromhex("0418000010" "3923" "00001000" "00002000" "00003000")
    assert report(0x31, items) == [
        ("39", "14:05", 1.0, ""), ("39", "14:15", 2.0, ""), ("39", "14:25", 3.0, ""),
    ]
    text = bytes.fromhex("0101260805150000F1F1008120035648F0F02608051405") + items
    assert write_text(parse_text(text, 0x31)) == text


def test_steps_in_ascii() -> None:
    for name, expected in (("DRH01", "15:05"), ("DRN10", "14:15"), ("DRD01", "14:05"), ("DRD" + "9" * 200, "14:05")):
        text = f"0101260805143005ST 0081200356 K TT 2608051405 {name} 0 Z 1.0 Z 2.0 "
        frame = Frame(1, "0081200356", "1234", 0x31, text.encode(), ascii=True)
        body = decode(encode(Message(frame, None))).body or Body(0, "")
        second = list(data_of(body, 0x31))[1]
        assert second.at is not None
        assert (f"{second.at:%H:%M}", second.value) == (expected, 2.0)


def test_a_series_of_levels() -> None:
    levels = bytes.fromhex("F5C0" + "000C" * 11 + "FFFF")
    found = report(0x34, levels)
    assert [value for _, _, value, _ in found] == [0.12] * 11 + [None]
    assert found[-1][1] == "15:00"


ASCII_TEXT = "0101260805143005ST 0081200356 K TT 2608051430 PN05 18.5 ZU 27.350 VT 12.35 PT M DRP 000205FF "


def test_the_ascii_coding_says_the_same() -> None:
    frame = Frame(1, "0081200356", "1234", 0x33, ASCII_TEXT.encode(), ascii=True)
    raw = encode(Message(frame, None))
    assert raw.startswith(b"\x01" + b"01" + b"0081200356" + b"1234" + b"33" + b"00")
    message = decode(raw)
    assert encode(message) == raw
    assert from_json(to_json(message)) == message
    found = [(each.point, each.value) for each in data_of(message.body or Body(0, ""), 0x33)]
    assert found[:4] == [("22", 18.5), ("3B", 27.35), ("38", 12.35), ("26", None)]
    assert found[4:] == [("F4", 0.0), ("F4", 0.2), ("F4", 0.5), ("F4", None)]


def test_a_value_may_be_given_to_json_as_a_number() -> None:
    shown = to_json(decode(bytes.fromhex(B)))
    shown["items"] = [each if each["id"] == "F0" else {"id": each["id"], "value": value} for each, value in zip(
        shown["items"], (0, 18.5, 27.35, 12.35), strict=True)]
    assert encode(from_json(shown)).hex().upper() == B


@pytest.mark.parametrize(
    "shown", [{}, {"centre": 1}, [], {"centre": "x"}, {**to_json(decode(bytes.fromhex(B))), "items": 3}]
)
def test_json_that_is_no_message(shown: Any) -> None:
    with pytest.raises(ValueError):
        encode(from_json(shown))


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    digits = st.text("0123456789ABCDEF", min_size=10, max_size=10)
    downward = draw(st.booleans())
    return Frame(
        centre=draw(st.integers(0, 255)),
        station=draw(digits),
        password=draw(digits)[:4],
        function=draw(st.integers(0, 255)),
        text=draw(st.binary(max_size=300)),
        end=draw(st.sampled_from(sorted(ENDS))),
        downward=downward,
        packet=draw(st.none() | st.tuples(st.integers(0, 4_095), st.integers(0, 4_095))),
        ascii=draw(st.booleans()),
    )


@given(frames())
def test_every_frame_comes_back(frame: Frame) -> None:
    raw = encode(Message(frame, None))
    if frame.packet is not None or len(frame.text) >= 16:
        message = decode(raw)
        assert message.frame == frame
        if message.body is None or not frame.ascii:
            assert encode(message) == raw


PARTS = ("0418000005", "392300001000", "3923", "38121231", "F0F02608051405", "00001000", "FF")
ELEMENTARY = st.sampled_from([bytes.fromhex(each) for each in PARTS])


@given(
    st.sampled_from(sorted(WITH_CLASS)),
    st.binary(min_size=8, max_size=200)
    | st.lists(ELEMENTARY).map(lambda parts: bytes.fromhex("0101260805150000F1F1008120035648") + b"".join(parts)),
)
def test_every_text_comes_back(function: int, text: bytes) -> None:
    body = parse_text(text, function)
    assert write_text(body) == text
    for datum in data_of(body, function):
        assert datum.value is None or datum.value == datum.value


@given(st.binary(max_size=200))
def test_noise_is_undecodable_and_nothing_else(noise: bytes) -> None:
    for raw in (noise, b"\x7e\x7e" + noise, b"\x01" + noise):
        with pytest.raises(Undecodable):
            decode(raw)


@given(st.text(st.characters(codec="ascii"), max_size=120))
def test_any_ascii_text_is_read(text: str) -> None:
    frame = Frame(1, "0081200356", "1234", 0x32, ("0101260805143005" + text).encode(), ascii=True)
    body = decode(encode(Message(frame, None))).body
    assert body is not None
    list(data_of(body, 0x32))
    to_json(Message(frame, body))


def test_the_table_of_elements_is_sound() -> None:
    assert len(BY_ASCII) == len(ELEMENTS)
    for element in ELEMENTS.values():
        if element.unit:
            unit(element.unit)
        if element.quantity:
            assert quantity_kind(element.quantity).unit.dimension == unit(element.unit).dimension
    known = {0x1A: "P1", 0x20: "PJ", 0x39: "Z", 0x3B: "ZU", 0x38: "VT", 0xF4: "DRP"}
    assert {number_: ELEMENTS[number_].ascii for number_ in known} == known
    assert STEP in ELEMENTS
    assert {ACK, NAK, ETB, ETX, EOT} <= ENDS
    assert Item(0x107, 0x19, b"").point == "FF07"
