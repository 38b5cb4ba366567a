"""One frame: known ones, every one there and back, and bytes that are none."""

import json
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.frames.codec import Undecodable
from anshu.gateways.gb26875 import Frame, Line, decode, encode, from_json, reply, to_json
from anshu.gateways.gb26875.as_json import address_text, place_text
from anshu.gateways.gb26875.codes import Command, Did, Status, Type, UnitDid, UnitStatus
from anshu.gateways.gb26875.fields import BEIJING, text_bytes
from anshu.gateways.gb26875.objects import (
    LAYOUTS,
    Body,
    ComponentState,
    ComponentValue,
    Instant,
    Operation,
    SystemState,
    SystemVersion,
    UnitOperation,
    UnitState,
    UnitVersion,
    Word,
    read_body,
    write_body,
)
from anshu.kernel.errors import Invalid
from tests.gateways.gb26875.frames import bodies, frames
from tests.gateways.gb26875.vectors import KNOWN, SAMPLES, A, B, C, D, E, F

CENTRE, UNIT = 1, 0x440307


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BEIJING)  # type: ignore[arg-type,misc]


def first(text: str) -> Any:
    body = decode(bytes.fromhex(text)).body
    assert body is not None
    return body.objects[0]


def test_a_fire_in_test_mode_as_somebody_recorded_it() -> None:
    frame = decode(bytes.fromhex(A))
    assert (frame.command, frame.serial, frame.version) == (Command.SEND, 0, (1, 1))
    assert frame.sent_at == at(2020, 10, 22, 17, 13, 24)
    assert (frame.source, address_text(frame.target)) == (0, "010203040506")
    state = first(A)
    assert (state.system, state.address, state.component, state.place) == (1, 3, 0, 0x000600D9)
    assert place_text(state.place) == "217.6"
    assert state.status == Status.FIRE
    assert (state.text, state.at) == ("Ａ区１层呷哺走廊", at(2020, 8, 1, 19, 18, 48))


def test_a_smoke_detector_that_sees_fire() -> None:
    frame = decode(bytes.fromhex(B))
    assert address_text(frame.source) == "000000440307"
    assert first(B) == ComponentState(
        1, 1, 42, 0x00030012, Status.NORMAL | Status.FIRE, "龙城街道A座3层东走廊", at(2026, 8, 5, 14, 30, 5)
    )


def test_the_pressure_of_a_pump() -> None:
    assert first(F) == ComponentValue(0, 1, 91, 5, 5, 3520, at(2026, 8, 5, 14, 31, 0))
    assert first(F).value == 352.0


def test_what_a_centre_sends() -> None:
    confirmed = reply(decode(bytes.fromhex(B)), at(2026, 8, 5, 14, 30, 7))
    assert encode(confirmed).hex().upper() == C
    line = Line(CENTRE, UNIT)
    assert encode(line.set_clock(2, at(2026, 8, 5, 15, 0, 0))).hex().upper() == D
    assert encode(line.check_duty(3, at(2026, 8, 5, 2, 0, 0), 10)).hex().upper() == E
    assert decode(encode(line.read(4, at(2026, 8, 5, 2, 0, 0), Type.READ_UNIT_STATE))).body == Body(81, (Word(),))
    assert decode(encode(line.initialise(5, at(2026, 8, 5, 2, 0, 0)))).command == Command.CONTROL


def test_samples_of_a_maker() -> None:
    then = at(2012, 9, 26, 9, 58, 2)
    assert first(SAMPLES["smoke"]) == ComponentState(1, 1, 40, 0x0002000A, Status.FIRE, "", then)
    assert first(SAMPLES["mains"]) == UnitState(UnitStatus.POWER_FAULT, then)
    assert first(SAMPLES["duty answer"]) == UnitOperation(UnitDid.DUTY_ANSWER, 1, then)
    assert first(SAMPLES["version"]) == UnitVersion(1, 1)
    assert first(SAMPLES["clock"]) == Instant(then)


@pytest.mark.parametrize("text", KNOWN.values(), ids=KNOWN)
def test_known_frames_come_back_to_the_byte(text: str) -> None:
    raw = bytes.fromhex(text)
    assert encode(decode(raw)) == raw
    assert encode(from_json(json.loads(json.dumps(to_json(decode(raw)))))) == raw


def test_recorded_frames(data_dir: Path) -> None:
    path = data_dir / "device_protocols" / "gb26875_frames.json"
    if not path.exists():
        pytest.skip("no recorded frames here")
    recorded = json.loads(path.read_text())
    for told in recorded["valid_frames"]:
        frame = decode(bytes.fromhex(told["frame_hex"]))
        assert (frame.serial, frame.command, frame.source, frame.target) == (
            told["serial"],
            told["command"],
            told["source_addr"],
            told["target_addr"],
        )
        assert frame.sent_at is not None
        assert f"{frame.sent_at:%Y-%m-%d %H:%M:%S}" == told["time"]
    for told in recorded["invalid_frames"]:
        with pytest.raises(Undecodable):
            decode(bytes.fromhex(told["frame_hex"]))
    expected = [
        SystemState(1, 2, Status(516), at(2021, 7, 2, 9, 0, 4)),
        ComponentState(1, 2, 121, 67305985, Status(516), "这是一个转码测试", at(2021, 7, 2, 9, 0, 4)),
        ComponentValue(1, 2, 40, 67305985, 3, 800, at(2021, 7, 2, 9, 0, 4)),
        Operation(1, 2, Did(132), 250, at(2021, 7, 2, 9, 0, 4)),
        SystemVersion(1, 2, 3, 4),
    ]
    bodies_told = [read_body(bytes.fromhex(told["app_hex"])) for told in recorded["app_data_units"]]
    assert [body.objects[0] for body in bodies_told] == expected


@given(frames.filter(lambda frame: frame.body is None or len(write_body(frame.body)) <= 1024))
def test_every_frame_comes_back(frame: Frame) -> None:
    assert decode(encode(frame)) == frame
    assert from_json(json.loads(json.dumps(to_json(frame)))) == frame


@given(bodies)
def test_every_body_comes_back(body: Body) -> None:
    assert read_body(write_body(body)) == body


@given(st.binary(max_size=1100))
def test_any_bytes_are_a_frame_or_undecodable(raw: bytes) -> None:
    with suppress(Undecodable):
        decode(raw)


@given(st.sampled_from(sorted(LAYOUTS)), st.binary(max_size=1022))
def test_any_body_is_read_or_undecodable(kind: int, raw: bytes) -> None:
    try:
        body = read_body(bytes((kind,)) + raw)
    except Undecodable:
        return
    assert read_body(write_body(body)) == body


@given(st.sampled_from([*KNOWN.values(), *SAMPLES.values()]), st.data())
def test_a_changed_byte_is_noticed(text: str, data: st.DataObject) -> None:
    raw = bytearray.fromhex(text)
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Undecodable):
        decode(bytes(raw))


@pytest.mark.parametrize(
    ("bytes_of_time", "expected"),
    [
        ("000000000000", None),
        ("3B3B171F0C63", at(2099, 12, 31, 23, 59, 59)),
        ("00000001021A", at(2026, 2, 1)),
        ("0000001E021A", None),
        ("3C000001011A", None),
        ("000000010164", None),
        ("FFFFFFFFFFFF", None),
    ],
)
def test_a_time_that_cannot_be_is_none(bytes_of_time: str, expected: datetime | None) -> None:
    body = read_body(bytes.fromhex("1C01" + bytes_of_time))
    assert body.objects == (Instant(expected),)


def test_too_few_objects_are_told_with_their_place() -> None:
    with pytest.raises(Undecodable, match="object 2 of 2 of type 21: 3 bytes are missing"):
        read_body(bytes.fromhex("1502") + bytes(7) + bytes(4))


@given(st.text(), st.integers(0, 40))
def test_a_text_is_cut_between_signs(text: str, most: int) -> None:
    raw = text_bytes(text, most)
    assert len(raw) <= most
    assert text.encode("gb18030", "replace").startswith(raw)
    raw.decode("gb18030")


@pytest.mark.parametrize(
    "frame",
    [
        Frame(300, 0, 1, 2),
        Frame(2, 70_000, 1, 2),
        Frame(2, 0, -1, 2),
        Frame(2, 0, 1, 1 << 48),
        Frame(2, 0, 1, 2, version=(1, 2, 3)),  # type: ignore[arg-type]
        Frame(2, 0, 1, 2, sent_at=datetime(1999, 1, 1, tzinfo=BEIJING)),
        Frame(2, 0, 1, 2, body=Body(200, rest=bytes(1100))),
        Frame(2, 0, 1, 2, body=Body(21, (Word(),))),
        Frame(2, 0, 1, 2, body=Body(91, (Word(256),))),
        Frame(2, 0, 1, 2, body=Body(91, (Word("ten"),))),  # type: ignore[arg-type]
    ],
)
def test_what_fits_no_frame_is_refused(frame: Frame) -> None:
    with pytest.raises(Invalid):
        encode(frame)


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        {"command": 2},
        {"command": 2, "serial": 0, "source": "zz", "target": "0"},
        {"command": 2, "serial": 0, "source": "1", "target": "2", "sent_at": "2026-01-01T00:00:00"},
        {"command": 2, "serial": 0, "source": "1", "target": "2", "body": {"type": 21, "objects": [{}]}},
    ],
)
def test_what_is_no_frame_in_json_is_refused(told: Any) -> None:
    with pytest.raises(Invalid):
        from_json(told)


def test_json_for_people() -> None:
    told = to_json(decode(bytes.fromhex(B)))
    assert (told["command_name"], told["source"]) == ("send", "000000440307")
    assert told["sent_at"] == "2026-08-05T14:30:06+08:00"
    thing = told["body"]["objects"][0]
    assert thing["status_flags"] == ["normal", "fire"]
    assert (thing["system_name"], thing["component_name"]) == ("fire alarm", "photoelectric smoke detector")
    measured = to_json(decode(bytes.fromhex(F)))["body"]["objects"][0]
    assert (measured["value"], measured["kind_name"]) == (352.0, "pressure_kpa")
    assert timedelta(hours=8) == BEIJING.utcoffset(None)
