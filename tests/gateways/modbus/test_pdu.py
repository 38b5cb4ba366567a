"""Questions and answers: known ones, every one there and back, and bytes that are none."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.frames.codec import Undecodable
from anshu.gateways.modbus import adu, from_json, to_json
from anshu.gateways.modbus.adu import Adu
from anshu.gateways.modbus.pdu import (
    BIT_READS,
    REGISTER_READS,
    Bits,
    Function,
    Read,
    Refusal,
    Registers,
    Request,
    Response,
    WriteCoil,
    WriteCoils,
    WriteRegister,
    WriteRegisters,
    Written,
    decode_request,
    decode_response,
    encode_request,
    encode_response,
)
from anshu.kernel.errors import Invalid

word, bit = st.integers(0, 0xFFFF), st.booleans()
echoes = st.builds(WriteCoil, word, bit) | st.builds(WriteRegister, word, word)
requests: st.SearchStrategy[Request] = (
    echoes
    | st.builds(Read, st.sampled_from(BIT_READS), word, st.integers(1, 2000))
    | st.builds(Read, st.sampled_from(REGISTER_READS), word, st.integers(1, 125))
    | st.builds(WriteCoils, word, st.lists(bit, min_size=1, max_size=1968).map(tuple))
    | st.builds(WriteRegisters, word, st.lists(word, min_size=1, max_size=123).map(tuple))
)
whole_bytes = st.binary(min_size=1, max_size=250).map(
    lambda raw: tuple(bool(byte >> place & 1) for byte in raw for place in range(8))
)
responses: st.SearchStrategy[Response] = (
    echoes
    | st.builds(Bits, st.sampled_from(BIT_READS), whole_bytes)
    | st.builds(Registers, st.sampled_from(REGISTER_READS), st.lists(word, min_size=1, max_size=125).map(tuple))
    | st.builds(Written, st.sampled_from([Function.WRITE_COILS, Function.WRITE_REGISTERS]), word, word)
    | st.builds(Refusal, st.integers(0, 127), st.integers(0, 255))
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("000100000006010300000002", Read(Function.READ_HOLDING, 0, 2)),
        ("00030000000601050010FF00", WriteCoil(16, True)),
    ],
)
def test_known_questions(text: str, expected: Request) -> None:
    message = adu.decode(bytes.fromhex(text))
    assert (message.unit, decode_request(message.pdu)) == (1, expected)
    assert adu.encode(Adu(message.transaction, 1, encode_request(expected))).hex().upper() == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00010000000701030441A33333", Registers(Function.READ_HOLDING, (0x41A3, 0x3333))),
        ("000200000003018302", Refusal(3, 2)),
    ],
)
def test_known_answers(text: str, expected: Response) -> None:
    message = adu.decode(bytes.fromhex(text))
    assert decode_response(message.pdu) == expected
    assert adu.encode(Adu(message.transaction, 1, encode_response(expected))).hex().upper() == text


def test_recorded_pairs(data_dir: Path) -> None:
    path = data_dir / "device_protocols" / "modbus_frames.json"
    if not path.exists():
        pytest.skip("no recorded frames here")
    recorded = json.loads(path.read_text())
    for pair in recorded["pairs"]:
        request = decode_request(bytes.fromhex(pair["request_pdu"]))
        response = decode_response(bytes.fromhex(pair["response_pdu"]))
        assert encode_request(request).hex().upper() == pair["request_pdu"]
        assert encode_response(response).hex().upper() == pair["response_pdu"]
        expected: dict[str, Any] = pair["expected"]
        match response:
            case Bits(_, values):
                assert [int(value) for value in values[: expected["count"]]] == expected["coils"]
            case Registers(_, numbers):
                assert list(numbers) == expected["registers"]
            case Refusal(_, code):
                assert code == expected["exception_code"]
            case WriteCoil(address, value):
                assert (address, value) == (expected["address"], expected["value"])
    told = recorded["mbap"][0]
    assert adu.decode(bytes.fromhex(told["tcp_adu"])) == Adu(1, 17, bytes.fromhex(told["pdu"]))


@given(requests)
def test_every_question_comes_back(request: Request) -> None:
    assert decode_request(encode_request(request)) == request


@given(responses)
def test_every_answer_comes_back(response: Response) -> None:
    assert decode_response(encode_response(response)) == response


@given(st.binary(max_size=260))
def test_any_bytes_are_read_or_undecodable(raw: bytes) -> None:
    for read in (decode_request, decode_response, adu.decode):
        with suppress(Undecodable):
            read(raw)


@given(st.sampled_from(sorted(Function)), st.binary(max_size=252))
def test_any_body_is_read_or_undecodable(function: int, body: bytes) -> None:
    with suppress(Undecodable):
        request = decode_request(bytes((function,)) + body)
        assert decode_request(encode_request(request)) == request
    with suppress(Undecodable):
        response = decode_response(bytes((function,)) + body)
        assert decode_response(encode_response(response)) == response


@given(st.lists(st.builds(Adu, word, st.integers(0, 255), st.binary(min_size=2, max_size=253)), max_size=5), st.data())
def test_messages_are_found_however_they_are_split(sent: list[Adu], data: st.DataObject) -> None:
    stream, buffer, found = b"".join(adu.encode(each) for each in sent), bytearray(), []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        buffer += stream[:cut]
        stream = stream[cut:]
        while (message := adu.take(buffer)) is not None:
            found.append(message)
    assert (found, bytes(buffer)) == (sent, b"")


@given(st.lists(st.builds(Adu, word, st.integers(0, 255), st.binary(min_size=2, max_size=9)), max_size=4), st.binary())
def test_a_recording_is_split_and_nothing_is_lost(sent: list[Adu], noise: bytes) -> None:
    whole = b"".join(adu.encode(each) for each in sent) + noise
    buffer = bytearray(whole)
    pieces = adu.split(buffer, stale=True)
    assert b"".join(piece.raw for piece in pieces) == whole and not buffer
    assert [adu.decode(piece.raw) for piece in pieces[: len(sent)]] == sent
    assert adu.split(bytearray(b"\0\1"), stale=False) == []


@pytest.mark.parametrize("text", ["0001000100060103", "000100000002 0103", "0001000000FF 0103", "00010000FFFF"])
def test_what_is_no_modbus_is_given_up_at_once(text: str) -> None:
    with pytest.raises(Undecodable):
        adu.take(bytearray.fromhex(text))


@pytest.mark.parametrize(
    "request_",
    [
        Read(Function.READ_HOLDING, 0, 126),
        Read(Function.READ_COILS, 0, 2001),
        Read(Function.READ_HOLDING, 0, 0),
        Read(Function.READ_HOLDING, 65536, 1),
        Read(Function.WRITE_COIL, 0, 1),
        WriteRegister(0, 65536),
        WriteCoils(0, ()),
        WriteRegisters(0, (1,) * 124),
        WriteRegisters(0, (-1,)),
    ],
)
def test_what_fits_no_question_is_refused(request_: Request) -> None:
    with pytest.raises(Invalid):
        encode_request(request_)


def test_json_for_people() -> None:
    told = to_json(adu.decode(bytes.fromhex("000200000003018302")))
    assert told["as_response"] == {"is": "Refusal", "function": 3, "code": 2, "reason": "it has no such address"}
    assert "not" in told["as_request"]
    again = from_json({"transaction": 1, "unit": 1, "function": 3, "start": 0, "count": 2})
    assert adu.encode(again).hex() == "000100000006010300000002"
    assert from_json(json.loads(json.dumps(to_json(again)))) == again


@pytest.mark.parametrize(
    "told", [None, [], {}, {"pdu": "zz"}, {"pdu": "01"}, {"pdu": "0102", "unit": 256}, {"function": 9, "start": 0}]
)
def test_what_is_no_message_in_json_is_refused(told: Any) -> None:
    with pytest.raises(Invalid):
        from_json(told)
