"""The door for environmental monitoring: readings with their quality, packets, encryption, and the answers."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.frames.codec import Known, Told, Undecodable
from anshu.gateways.hj212 import Habit, Hj212, Message, decode, encode, groups, seal
from tests.gateways.hj212.test_message import KEY, A, C, D, E

NOW = datetime(2026, 8, 5, 6, 30, 6, 250_000, tzinfo=UTC)
AT = datetime(2026, 8, 5, 6, 30, tzinfo=UTC)


def message(data: str | bytes, **fields: str) -> Message:
    """A message with real-time data unless fields say otherwise; empty ones are left out."""
    usual = {
        "QN": "20260805143000123", "ST": "39", "CN": "2011", "PW": "123456", "MN": "440307A8900016F000169DC0",
        "Flag": "5",
    }
    chosen = tuple((name, value) for name, value in (usual | fields).items() if value)
    return Message(chosen, data.encode() if isinstance(data, str) else data)


def told(raw: bytes | Message, codec: Hj212 | None = None, secret: str = "") -> Told:
    raw = encode(raw).rstrip() if isinstance(raw, Message) else raw
    codec = codec or Hj212()
    codec.sender(raw)
    return codec.read(raw, Known(NOW, secret))


def test_who_sends() -> None:
    sender = Hj212().sender(C.encode())
    assert (sender.address, sender.passcode) == ("440307A8900016F000169DC0", "123456")
    with pytest.raises(Undecodable, match="MN"):
        Hj212().sender(encode(message("", MN="")).rstrip())


def test_real_time_data_are_readings_and_answered_as_the_notes_have_it() -> None:
    found = told(C.encode())
    assert [(each.point, each.value, each.at, each.doubtful) for each in found.readings] == [
        ("a34001-Rtd", 0.186, AT, False), ("LA-Rtd", 68.2, AT, False),
    ]
    assert found.readings[1].words == "noise, real-time, db_a"
    assert found.answers == (D.encode() + b"\r\n",)
    assert found.notes == {}


@pytest.mark.parametrize("flag", "FMSDCTB?")
def test_what_the_device_does_not_vouch_for_is_doubtful(flag: str) -> None:
    (reading,) = told(message(f"DataTime=20260805143000;LA-Rtd=68.2,LA-Flag={flag}")).readings
    assert reading.doubtful


def test_statistics_own_times_and_what_is_no_number() -> None:
    data = (
        "DataTime=20260805140000;w01018-SampleTime=20260805134000,w01018-Avg=12.5,w01018-Max=-3,w01018-Flag=n;"
        "p99101-Rtd=St;LA-Rtd=nan;a-Rtd=1e5;SB1-RS=1"
    )
    found = told(message(data, CN="2061"))
    assert [(each.point, each.value, f"{each.at:%H%M}") for each in found.readings] == [
        ("w01018-Avg", 12.5, "1340"), ("w01018-Max", -3.0, "1340"), ("SB1-RS", 1.0, "1400"),
    ]
    assert not found.readings[0].doubtful


def test_without_a_time_of_data_that_of_the_message_holds() -> None:
    (reading,) = told(message("LA-Rtd=68.2")).readings
    assert reading.at == AT.replace(microsecond=123_000)
    assert told(message("LA-Rtd=68.2", QN="")).readings == ()
    assert told(message("DataTime=20261305000000;LA-Rtd=68.2")).odd == "20261305000000 is no time"


@pytest.mark.parametrize(("flag", "answer_flag"), [("5", "4"), ("9", "8"), ("7", "4")])
def test_an_answer_is_of_the_edition_of_the_question(flag: str, answer_flag: str) -> None:
    (raw,) = told(message("DataTime=20260805143000", Flag=flag)).answers
    answer = decode(raw)
    assert (answer.field("CN"), answer.field("Flag"), answer.field("QN")) == ("9014", answer_flag, "20260805143000123")


@pytest.mark.parametrize("flag", ["4", "8", "0", "", "x", "-1"])
def test_no_answer_where_none_is_wanted(flag: str) -> None:
    assert told(message("DataTime=20260805143000", Flag=flag)).answers == ()


def test_the_edition_of_2005_is_answered_in_its_way() -> None:
    (raw,) = told(message("DataTime=20260805143000;B01-Rtd=3.5", Flag="1")).answers
    answer = decode(raw)
    assert [name for name, _ in answer.fields] == ["ST", "CN", "PW", "MN", "Flag"]
    assert groups(answer.data) == [(("QN", "20260805143000123"),)]


def test_the_other_checksum_is_answered_in_kind() -> None:
    (raw,) = told(replace(message("DataTime=20260805143000"), habit=Habit.MODBUS)).answers
    assert decode(raw).habit is Habit.MODBUS


def test_a_wish_for_the_time_gets_it() -> None:
    found = told(message("PolId=w01018", CN="1013"))
    notice, order = (decode(raw) for raw in found.answers)
    assert notice.field("CN") == "9013"
    assert (order.field("CN"), order.field("Flag")) == ("1012", "5")
    assert groups(order.data) == [(("PolId", "w01018"),), (("SystemTime", "20260805143006"),)]


def test_a_heartbeat_is_answered_and_replies_are_not() -> None:
    assert decode(told(E.encode()).answers[0]).field("Flag") == "8"
    for command in ("9011", "9012", "9013", "9014"):
        assert told(message("QnRtn=1", CN=command)) == Told()


def test_settings_are_notes_and_what_is_unknown_is_odd() -> None:
    assert told(A.encode()).notes == {"1062 RtdInterval": "30"}
    assert "command 7777" in told(message("a=1", CN="7777")).odd
    assert told(replace(message("a-Rtd=1"), tail="x")).odd


def packets(parts: list[str]) -> list[Message]:
    return [
        message(part, Flag="7", PNUM=str(len(parts)), PNO=str(number)) for number, part in enumerate(parts, 1)
    ]


@pytest.mark.parametrize(
    "parts",
    [
        ["DataTime=20260805143000;a-Rtd=1", "b-Rtd=2;c-Rtd=34"],
        ["DataTime=20260805143000;a-Rtd=1;", "b-Rtd=2;c-Rtd=34"],
        ["DataTime=20260805143000;a-Rtd=1;b-Rtd=2;c-Rtd=3", "4"],
        ["DataTime=20260805143000;a-Rtd=1", ";b-Rt", "d=2;c-Rtd=34"],
    ],
)
def test_packets_are_read_when_all_have_come(parts: list[str]) -> None:
    codec = Hj212()
    found = [told(each, codec) for each in packets(parts)]
    assert [each.readings for each in found[:-1]] == [()] * (len(parts) - 1)
    assert [each.answers for each in found[:-1]] == [()] * (len(parts) - 1)
    assert {each.point: each.value for each in found[-1].readings} == {"a-Rtd": 1, "b-Rtd": 2, "c-Rtd": 34}
    assert found[-1].answers


def test_a_device_that_waits_for_each_answer_gets_it_when_it_sends_again() -> None:
    codec = Hj212()
    first, second = packets(["DataTime=20260805143000;a-Rtd=1", "b-Rtd=2"])
    assert told(first, codec) == Told()
    again = told(first, codec)
    assert [each.point for each in again.readings] == ["a-Rtd"]
    assert again.answers
    assert [each.point for each in told(second, codec).readings] == ["a-Rtd", "b-Rtd"]


def test_packets_that_cannot_be() -> None:
    with pytest.raises(Undecodable, match="packet"):
        told(message("a=1", Flag="7", PNUM="2", PNO="3"))
    with pytest.raises(Undecodable, match="packet"):
        told(message("a=1", Flag="7", PNUM="2", PNO="x"))


def test_encrypted_data_are_opened_with_the_key_in_the_register() -> None:
    sealed = message(seal(b"DataTime=20260805143000;LA-Rtd=68.2,LA-Flag=N", KEY), Flag="9")
    found = told(sealed, secret=KEY.hex())
    assert [(each.point, each.value) for each in found.readings] == [("LA-Rtd", 68.2)]
    assert found.answers
    for secret, why in (("", "no key stands"), (bytes(16).hex(), "does not open")):
        refused = told(sealed, secret=secret)
        assert why in refused.odd
        assert refused.answers == ()


@given(st.binary(max_size=200), st.sampled_from(["2011", "1013", "9014", "9015", "3020", "x"]), st.integers(0, 11))
def test_any_data_are_told_or_undecodable(data: bytes, command: str, flag: int) -> None:
    try:
        found = told(message(data, CN=command, Flag=str(flag)), secret=KEY.hex())
    except Undecodable:
        return
    for reading in found.readings:
        assert reading.value == reading.value
    for answer in found.answers:
        decode(answer)
