"""HJ 212 bytes: the standard's sample and others decode to what they say, and go back to the same bytes."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.hj212 import (
    Habit,
    Message,
    Undecodable,
    checksum,
    decode,
    encode,
    from_json,
    groups,
    instant,
    key_of,
    seal,
    to_json,
    unseal,
    written,
)

# Frames A (the standard's sample), C to E (computed) of the district's protocol notes, §2.
A = "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80"
C = (
    "##0163QN=20260805143000123;ST=39;CN=2011;PW=123456;MN=440307A8900016F000169DC0;Flag=5;"
    "CP=&&DataTime=20260805143000;a34001-Rtd=0.186,a34001-Flag=N;LA-Rtd=68.2,LA-Flag=N&&0000"
)
D = "##0087QN=20260805143000123;ST=91;CN=9014;PW=123456;MN=440307A8900016F000169DC0;Flag=4;CP=&&&&65C0"
E = "##0087QN=20260805143500001;ST=91;CN=9015;PW=123456;MN=440307A8900016F000169DC0;Flag=9;CP=&&&&9301"
# GB/T 32907-2016, appendix A.
KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
CIPHER = "681edf34d206965e86b3e94f536e4246"


def test_the_sample_of_the_standard() -> None:
    message = decode(A.encode())
    assert (message.field("CN"), message.field("MN"), message.field("ST")) == ("1062", "010000A8900016F000169DC0", "32")
    assert (message.edition, message.wants_answer, message.packet) == ("2017", True, None)
    assert groups(message.data) == [(("RtdInterval", "30"),)]
    assert message.habit is Habit.STANDARD


def test_groups_and_fields() -> None:
    message = decode(C.encode())
    assert groups(message.data) == [
        (("DataTime", "20260805143000"),),
        (("a34001-Rtd", "0.186"), ("a34001-Flag", "N")),
        (("LA-Rtd", "68.2"), ("LA-Flag", "N")),
    ]
    changed = C.replace("0.186", "0.187")
    assert checksum(changed.encode()[6:-4], Habit.STANDARD) == b"03C0"
    with pytest.raises(Undecodable, match="0000, computed 03C0"):
        decode(changed.encode())


@pytest.mark.parametrize(("text", "edition", "wants"), [(A, "2017", True), (D, "2017", False), (E, "2025", True)])
def test_flags(text: str, edition: str, wants: bool) -> None:
    message = decode(text.encode())
    assert (message.edition, message.wants_answer) == (edition, wants)


@pytest.mark.parametrize("text", [A, C, D, E])
@pytest.mark.parametrize("end", ["", "\r\n", "\n"])
def test_the_same_bytes_come_back(text: str, end: str) -> None:
    message = decode((text + end).encode())
    assert encode(message).decode() == text + "\r\n"
    assert from_json(json.loads(json.dumps(to_json(message)))) == message
    raw = text.encode()
    for at in range(len(raw)):
        with pytest.raises(Undecodable):
            decode(raw[:at])


def test_every_recorded_message_reads_as_was_written_down(data_dir: Path) -> None:
    for each in json.loads((data_dir / "device_protocols" / "hj212_frames.json").read_text(encoding="utf-8")):
        message = decode(each["frame"].encode())
        assert dict(message.fields) == each["header"]
        assert [dict(group) for group in groups(message.data)] == each["cp"]
        assert message.wants_answer == each["flag_bits"]["needs_response"]
        assert message.flag >> 2 == each["flag_bits"]["version_code"]
        assert encode(message).upper() == each["frame"].encode().upper()


def test_the_other_checksum_is_known_for_what_it_is() -> None:
    other = C[:-4].encode() + checksum(C[6:-4].encode(), Habit.MODBUS)
    message = decode(other)
    assert message.habit is Habit.MODBUS
    assert to_json(message)["checksum"] == "modbus"
    assert encode(message) == other + b"\r\n"


@given(st.binary(max_size=60))
def test_the_checksum_is_the_one_written_bit_by_bit(segment: bytes) -> None:
    crc = 0xFFFF
    for byte in segment:
        crc = (crc >> 8) ^ byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    assert checksum(segment, Habit.STANDARD) == b"%04X" % crc


def test_old_devices_write_gb18030_and_lower_case() -> None:
    segment = "QN=20260805143000123;ST=32;CN=3020;PW=1;MN=M;Flag=4;CP=&&InfoId=氨氮仪&&".encode("gb18030")
    raw = b"##%04d" % len(segment) + segment + checksum(segment, Habit.STANDARD).lower()
    assert groups(decode(raw).data) == [(("InfoId", "氨氮仪"),)]


@pytest.mark.parametrize(
    ("segment", "problem"),
    [
        (b"", "no fields"),
        (b"ST;CP=&&&&", "'ST' is no field"),
        (b"ST=1;CP=&&x=1", "byte 11"),
        (b"ST=\xff\xff;CP=&&&&", "neither UTF-8"),
    ],
)
def test_what_is_wrong_is_said(segment: bytes, problem: str) -> None:
    raw = b"##%04d" % len(segment) + segment + checksum(segment, Habit.STANDARD)
    with pytest.raises(Undecodable, match=problem):
        decode(raw)


def test_data_that_are_no_fields() -> None:
    with pytest.raises(Undecodable, match="no field"):
        groups(b"a=1;b")
    with pytest.raises(Undecodable, match="more than"):
        groups(b"a=1;" * 3_000)


NAMES = st.text("abcXYZ0129-", min_size=1, max_size=8)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters=";,=&\0", min_codepoint=32), max_size=12).map(str.strip)
GROUPS = st.lists(st.lists(st.tuples(NAMES, TEXTS), min_size=1, max_size=3).map(tuple), max_size=6)


@given(st.lists(st.tuples(NAMES, TEXTS), min_size=1, max_size=8), GROUPS, st.sampled_from(Habit))
def test_every_message_comes_back(fields: list[tuple[str, str]], found: Any, habit: Habit) -> None:
    message = Message(tuple(fields), written(found), habit)
    raw = encode(message)
    back = decode(raw)
    assert (back.fields, back.data) == (message.fields, message.data)
    assert encode(back) == raw
    assert groups(back.data) == found
    assert from_json(json.loads(json.dumps(to_json(back)))) == back
    assert isinstance(back.flag, int)


@given(st.binary(max_size=300))
def test_any_segment_is_a_message_or_undecodable(segment: bytes) -> None:
    raw = b"##%04d" % len(segment) + segment + checksum(segment, Habit.STANDARD)
    try:
        message = decode(raw)
    except Undecodable:
        return
    shown = to_json(message, KEY)
    assert from_json(json.loads(json.dumps(shown))) == message


@given(st.binary(max_size=200))
def test_noise_is_undecodable_and_nothing_else(noise: bytes) -> None:
    for raw in (noise, b"##" + noise, b"##0010" + noise):
        with pytest.raises(Undecodable):
            decode(raw)


def test_the_vector_of_sm4() -> None:
    assert seal(KEY, KEY).decode() == CIPHER.upper()
    assert key_of(KEY.hex()) == KEY
    assert key_of("sixteen letters!") == b"sixteen letters!"
    assert key_of("short") is None


@given(GROUPS.map(written).filter(lambda data: b"=" in data.rstrip(b"=") and not data.endswith(b" ")))
def test_what_is_sealed_can_be_opened_with_the_key(plain: bytes) -> None:
    sealed = seal(plain, KEY)
    assert unseal(sealed, KEY) == plain
    assert unseal(bytes.fromhex(sealed.decode()), KEY) == plain


def test_other_ways_of_writing_and_filling() -> None:
    plain = b"DataTime=20260805143000;LA-Rtd=68.2"
    filled = plain + bytes([48 - len(plain)]) * (48 - len(plain))
    sealed = bytes.fromhex(seal(filled, KEY).decode())
    assert unseal(sealed, KEY) == plain
    assert unseal(base64.b64encode(sealed), KEY) == plain
    assert unseal(sealed, bytes(16)) is None
    assert unseal(b"no blocks", KEY) is None


def test_json_shows_sealed_data_with_the_key_alone() -> None:
    message = Message((("CN", "2011"), ("Flag", "9")), seal(b"DataTime=20260805143000", KEY))
    assert to_json(message)["data"] == []
    shown = to_json(message, KEY)
    assert shown["data"] == [{"DataTime": "20260805143000"}]
    assert shown["encrypted"]
    assert from_json(shown) == message


@pytest.mark.parametrize(
    "shown", [{}, [], {"fields": 3}, {"fields": {}, "data": [3]}, {"fields": [], "checksum": "odd"}]
)
def test_json_that_is_no_message(shown: Any) -> None:
    with pytest.raises(ValueError):
        from_json(shown)


def test_instants() -> None:
    assert instant("20260805143000123") == datetime(2026, 8, 5, 6, 30, 0, 123_000, tzinfo=UTC)
    for bad in ("20261305143000", "2026080514300", "", "２０２６０８０５１４３０００", "00000805143000"):
        assert instant(bad) is None
