"""The grammar of points and places, the order of words, and how points are gathered into questions."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.modbus import Place, read_place, read_point
from anshu.gateways.modbus.pdu import Function, Read
from anshu.gateways.modbus.plan import questions
from anshu.gateways.modbus.points import ORDERS, TYPES, Point, Table
from anshu.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("text", "registers", "expected"),
    [
        ("holding:0:float32", [0x41A3, 0x3333], 20.4),
        ("holding:0:float32:ABCD", [0x41A3, 0x3333], 20.4),
        ("holding:0:float32:CDAB", [0x3333, 0x41A3], 20.4),
        ("holding:0:float32:BADC", [0xA341, 0x3333], 20.4),
        ("holding:0:float32:DCBA", [0x3333, 0xA341], 20.4),
        ("holding:0:float32:CDAB*0.1", [0x3333, 0x41A3], 2.04),
        ("holding:107", [555], 555.0),
        ("input:8*0.1", [204], 20.4),
        ("input:8:uint16*0.1-40", [204], -19.6),
        ("input:8:int16*-2+1", [0xFFFF], 3.0),
        ("input:8:uint16-1", [0], -1.0),
        ("holding:5:int16:BADC", [0xFEFF], -2.0),
        ("holding:5:uint32", [1, 2], 65538.0),
        ("holding:5:int32:CDAB", [0xFFFE, 0xFFFF], -2.0),
        ("holding:5.3", [0b1000], 1.0),
        ("holding:5.3", [0b0111], 0.0),
        ("coil:7", [True], 1.0),
        ("discrete:7*2+1", [False], 1.0),
        (" input:65535 ", [7], 7.0),
    ],
)
def test_points_and_their_values(text: str, registers: list[int], expected: float) -> None:
    point = read_point(text)
    assert point.width == len(registers)
    assert point.value(registers) == pytest.approx(expected, abs=1e-12)


@given(st.sampled_from(sorted(TYPES)), st.sampled_from(ORDERS), st.data())
def test_every_number_comes_back_from_every_order(kind: str, order: str, data: st.DataObject) -> None:
    size = struct.calcsize(TYPES[kind])
    raw = data.draw(st.binary(min_size=size, max_size=size))
    words = [raw[at : at + 2] for at in range(0, size, 2)]
    words = words if order in ("ABCD", "BADC") else words[::-1]
    words = words if order in ("ABCD", "CDAB") else [word[::-1] for word in words]
    value = read_point(f"holding:0:{kind}:{order}").value([int.from_bytes(word, "big") for word in words])
    (expected,) = struct.unpack(TYPES[kind], raw)
    if kind == "float32" and math.isfinite(expected):
        assert struct.pack(">f", value) == raw
    else:
        assert value == float(expected) or (math.isnan(value) and math.isnan(expected))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "the whole"),
        ("holding", "the whole"),
        ("holding:1:int16:ABCD:x", "the whole"),
        ("registers:1", "the table"),
        ("holding:x", "the address"),
        ("holding:65536", "the address"),
        ("holding:-1", "the address"),
        ("holding:65535:float32", "the address"),
        ("holding:١", "the address"),
        ("holding:1.16", "the bit"),
        ("holding:1.", "the bit"),
        ("coil:1.1", "the bit"),
        ("holding:1.2:int16", "the bit"),
        ("coil:1:int16", "the type"),
        ("holding:1:float", "the type"),
        ("holding:1:float32:ACBD", "the order"),
        ("holding:1*0", "the scale"),
        ("holding:1*", "the scale"),
        ("holding:1*1e3", "the scale"),
        ("holding:1*nan", "the scale"),
        ("holding:1*2+", "the offset"),
        ("holding:1*2+3+4", "the offset"),
        ("holding:1*2*3", "the scale"),
    ],
)
def test_the_part_that_is_wrong_is_named(text: str, part: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_point(text)
    assert caught.value.params["part"] == part
    assert caught.value.field == "point"


@given(st.text(max_size=60) | st.from_regex(r"(coil|holding):[0-9.:*+\-a-zA-Z]{0,40}", fullmatch=True))
def test_any_text_is_a_point_or_invalid(text: str) -> None:
    try:
        point = read_point(text)
    except Invalid:
        return
    assert 0 <= point.address <= 0xFFFF and 1 <= point.width <= 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.7:1502/17", Place("10.0.0.7", 1502, 17, 10.0)),
        ("plc-3.example", Place("plc-3.example", 502, 1, 10.0)),
        ("10.0.0.7/2@0.5", Place("10.0.0.7", 502, 2, 0.5)),
        ("[fd00::7]:502/255", Place("fd00::7", 502, 255, 10.0)),
        ("10.0.0.7:502/0@60", Place("10.0.0.7", 502, 0, 60.0)),
    ],
)
def test_places(text: str, expected: Place) -> None:
    assert read_place(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "a b", "10.0.0.7:0", "10.0.0.7:65536", "10.0.0.7/256", "h@0", "h@99999", "h/1/2", "http://h", "h:502/x"],
)
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_place(text)
    assert caught.value.field == "address"


def read_all(*texts: str) -> list[Read]:
    return [question.read for question in questions(read_point(text) for text in texts)]


def test_neighbours_are_read_together() -> None:
    assert read_all("holding:2:float32", "holding:0:float32", "holding:4") == [Read(Function.READ_HOLDING, 0, 5)]
    assert read_all("holding:0", "holding:9") == [Read(Function.READ_HOLDING, 0, 10)]
    assert read_all("holding:0", "holding:10") == [
        Read(Function.READ_HOLDING, 0, 1),
        Read(Function.READ_HOLDING, 10, 1),
    ]
    assert read_all("holding:0", "input:1", "coil:0", "coil:64") == [
        Read(Function.READ_COILS, 0, 65),
        Read(Function.READ_HOLDING, 0, 1),
        Read(Function.READ_INPUT, 1, 1),
    ]
    assert read_all() == []


points = st.builds(
    lambda table, address, kind: read_point(f"{table}:{address}" if table.of_bits else f"{table}:{address}:{kind}"),
    st.sampled_from(Table),
    st.integers(0, 700) | st.integers(65_000, 65_532),
    st.sampled_from(sorted(TYPES)),
)


@given(st.lists(points, max_size=60, unique_by=lambda point: point.text))
def test_each_point_is_in_one_question_that_devices_take(chosen: list[Point]) -> None:
    asked = questions(chosen)
    assert sorted(point.text for question in asked for point in question.points) == sorted(p.text for p in chosen)
    for question in asked:
        assert 1 <= question.read.count <= (2000 if question.points[0].table.of_bits else 125)
        answer = tuple(range(question.read.start, question.read.start + question.read.count))
        for point in question.points:
            expected = range(point.address, point.address + point.width)
            assert question.values(point, answer) == tuple(expected)
