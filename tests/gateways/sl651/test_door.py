"""The door for hydrological stations: what each function becomes, and what a station is answered."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.frames.codec import Known, Told, Undecodable
from anshu.gateways.sl651 import Frame, Message, Sl651, decode, encode
from anshu.gateways.sl651.elements import CONFIRMED, FUNCTIONS
from anshu.gateways.sl651.frame import ACK, EOT, ESC, ETB, ETX, NAK
from tests.gateways.sl651.test_message import ASCII_TEXT, B, D, E

NOW = datetime(2026, 8, 5, 6, 30, 6, tzinfo=UTC)
HEAD = bytes.fromhex("0101260805143005F1F10081200356")
PICTURE = b"\xff\xd8" + bytes(range(256)) * 5 + b"\xff\xd9"


def told(raw: bytes, codec: Sl651 | None = None) -> Told:
    codec = codec or Sl651()
    codec.sender(raw)
    return codec.read(raw, Known(NOW))


def raw_of(function: int, text: bytes, **how: object) -> bytes:
    return encode(Message(replace(Frame(1, "0081200356", "1234", function, text), **how), None))  # type: ignore[arg-type]


def test_who_sends() -> None:
    sender = Sl651().sender(bytes.fromhex(B))
    assert (sender.address, sender.shorter, sender.passcode) == ("0081200356", "81200356", "1234")
    with pytest.raises(Undecodable, match="from a centre"):
        Sl651().sender(bytes.fromhex(D))


def test_a_report_becomes_readings_and_is_confirmed_as_the_notes_have_it() -> None:
    found = told(bytes.fromhex(B))
    assert [(each.point, each.value, each.words) for each in found.readings] == [
        ("22", 18.5, "rain in 5 minutes, mm"),
        ("3B", 27.35, "level above the gate or of the reservoir, m"),
        ("38", 12.35, "supply voltage, v"),
    ]
    assert found.readings[0].at == datetime(2026, 8, 5, 6, 30, tzinfo=UTC)
    assert found.notes == {"class": "reservoir"}
    assert [each.hex().upper() for each in found.answers] == [D]
    assert not (found.odd or found.test)


def test_which_functions_are_confirmed() -> None:
    for function in range(256):
        answers = told(raw_of(function, HEAD)).answers
        expected = function in CONFIRMED or function not in FUNCTIONS
        assert bool(answers) == expected, f"{function:02X}"
        for answer in answers:
            down = decode(answer).frame
            assert (down.downward, down.function, down.end) == (True, function, EOT)


def test_more_to_come_is_acknowledged_otherwise_than_the_end() -> None:
    assert decode(told(raw_of(0x34, HEAD, end=ETB)).answers[0]).frame.end == ACK
    assert decode(told(raw_of(0x34, HEAD, end=ETX), Sl651(done_mark=ESC)).answers[0]).frame.end == ESC


def test_a_keep_alive_says_and_wants_nothing() -> None:
    assert told(bytes.fromhex(E)) == Told()


def test_a_test_never_becomes_a_reading() -> None:
    found = told(raw_of(0x30, HEAD + bytes.fromhex("48F0F02608051430" "3923000273502019000130")))
    assert found.test
    assert found.readings == ()
    assert found.notes["test"] == {"39": 27.35, "20": 13.0}
    assert found.answers


def test_ascii_is_answered_in_ascii() -> None:
    (answer,) = told(raw_of(0x33, ASCII_TEXT.encode(), ascii=True)).answers
    assert answer.startswith(b"\x01" + b"0081200356" + b"01" + b"1234" + b"33" + b"8010\x020101260805143006\x04")


def test_words_versions_and_settings_are_notes() -> None:
    by_hand = raw_of(0x35, bytes.fromhex("0004591011155145") + b"\xf2\xf2" + "水位已过警戒".encode("gb18030"))
    assert told(by_hand).notes == {"written by hand": "水位已过警戒"}
    assert told(raw_of(0x45, HEAD + b"\x05RTU-1")).notes == {"software version": "RTU-1"}
    assert told(raw_of(0x41, HEAD + bytes.fromhex("0120050000"))).notes == {"basic settings": "0120050000"}


def test_what_is_odd_is_said() -> None:
    assert "private" in told(raw_of(0xE5, HEAD)).odd
    assert told(raw_of(0x32, HEAD + bytes.fromhex("48F0F02613051430" "38121231"))).odd == "a time that is none"
    assert "element 39" in told(raw_of(0x32, HEAD + bytes.fromhex("48F0F02608051430" "39230A000000"))).odd
    assert "3 bytes at the end" in told(raw_of(0x32, HEAD + bytes.fromhex("48F0F02608051430" "392300"))).odd
    with pytest.raises(Undecodable, match="serial"):
        told(raw_of(0x32, b"\x01\x02"))


def packets(size: int = 400) -> list[bytes]:
    """A picture report in packets, as stations send it: all text together cut into parts."""
    text = HEAD + bytes.fromhex("48F0F02608051430") + b"\xf3\xf3" + PICTURE
    parts = [text[at : at + size] for at in range(0, len(text), size)]
    return [
        raw_of(0x36, part, packet=(number, len(parts)), end=ETX if number == len(parts) else ETB)
        for number, part in enumerate(parts, 1)
    ]


def test_a_picture_in_packets_is_put_together_and_confirmed_once() -> None:
    codec = Sl651()
    found = [told(each, codec) for each in packets()]
    assert [len(each.answers) for each in found] == [0] * (len(found) - 1) + [1]
    (picture,) = found[-1].pictures
    assert picture.content == PICTURE
    assert picture.at == datetime(2026, 8, 5, 6, 30, tzinfo=UTC)
    assert decode(found[-1].answers[0]).frame.end == EOT
    assert len(codec.packets) == 0


def test_a_missing_packet_is_asked_for_again() -> None:
    codec, sent = Sl651(), packets()
    found = [told(each, codec) for at, each in enumerate(sent) if at != 1]
    nak = decode(found[-1].answers[0]).frame
    assert (nak.end, nak.packet) == (NAK, (2, len(sent)))
    assert nak.text == bytes.fromhex("0101260805143006")
    assert told(sent[1], codec).pictures[0].content == PICTURE


def test_a_packet_that_cannot_be() -> None:
    with pytest.raises(Undecodable, match="packet 3 of 2"):
        told(raw_of(0x36, HEAD, packet=(3, 2)))


@given(st.integers(0, 255), st.binary(max_size=120), st.booleans())
def test_any_text_is_told_or_undecodable(function: int, text: bytes, as_ascii: bool) -> None:
    try:
        found = told(raw_of(function, text, ascii=as_ascii))
    except Undecodable:
        return
    for reading in found.readings:
        assert reading.at.tzinfo is not None
        assert reading.value == reading.value
    for answer in found.answers:
        assert decode(answer).frame.downward
