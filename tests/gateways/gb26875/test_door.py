"""What the door makes of frames: points, instants that can be believed, answers that units accept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.frames.codec import Known, Reading, Told, Undecodable
from anshu.gateways.gb26875 import FireUnits, Frame, decode, encode
from anshu.gateways.gb26875.codes import Command, Did, Status, Type, UnitDid, UnitStatus
from anshu.gateways.gb26875.door import MOST_REMEMBERED
from anshu.gateways.gb26875.objects import (
    Body,
    ComponentState,
    ComponentValue,
    Instant,
    Operation,
    SystemSetup,
    SystemState,
    SystemVersion,
    UnitOperation,
    UnitSetup,
    UnitState,
    UnitVersion,
    Word,
)
from tests.gateways.gb26875.frames import frames
from tests.gateways.gb26875.vectors import SAMPLES, A, B, F

NOW = datetime(2026, 8, 5, 6, 30, 7, tzinfo=UTC)


def told(frame: Frame, now: datetime = NOW, door: FireUnits | None = None) -> Told:
    return (door or FireUnits()).read(encode(frame), Known(now))


def said(*objects: object, kind: int, sent_at: datetime | None = NOW, command: int = Command.SEND) -> Frame:
    return Frame(command, 9, 0x440307, 1, sent_at, (1, 1), Body(kind, objects))


def values(found: Told) -> dict[str, float]:
    return {reading.point: reading.value for reading in found.readings}


def test_a_fire_is_a_reading_and_is_confirmed() -> None:
    door = FireUnits()
    sender = door.sender(bytes.fromhex(B))
    assert (sender.address, sender.shorter, sender.passcode) == ("000000440307", "440307", None)
    found = door.read(bytes.fromhex(B), Known(NOW))
    assert values(found)["any_fire:unit"] == values(found)["any_fire_or_test:unit"] == 1
    found = replace(found, readings=found.readings[:-2])
    assert found.readings[2] == Reading(
        "fire:1/1/18.3", datetime(2026, 8, 5, 6, 30, 5, 3000, tzinfo=UTC), 1.0, "龙城街道A座3层东走廊"
    )
    assert values(found) == {
        "test:1/1/18.3": 0,
        "fire_or_test:1/1/18.3": 1,
        "fire:1/1/18.3": 1,
        "fault:1/1/18.3": 0,
        "shielded:1/1/18.3": 0,
        "supervised:1/1/18.3": 0,
        "started:1/1/18.3": 0,
        "feedback:1/1/18.3": 0,
        "delayed:1/1/18.3": 0,
        "power_fault:1/1/18.3": 0,
    }
    (answer,) = found.answers
    confirmation = decode(answer)
    assert (confirmation.command, confirmation.serial) == (Command.CONFIRM, 1)
    assert (confirmation.source, confirmation.target, confirmation.body) == (1, 0x440307, None)


@pytest.mark.parametrize("text", [A, SAMPLES["smoke"]], ids=["recorded", "sample"])
def test_a_fire_in_test_mode_reaches_no_point_of_alarms(text: str) -> None:
    found = values(FireUnits().read(bytes.fromhex(text), Known(NOW)))
    assert {point.partition(":")[0]: value for point, value in found.items()} == {
        "test": 1,
        "fire_or_test": 1,
        "any_fire_or_test": 1,
    }


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFF))
def test_without_bit_0_nothing_but_the_test_points_is_told(word: int, low: int) -> None:
    system = SystemState(1, 0, Status(word & ~1), NOW)
    component = ComponentState(1, 0, 40, 7, Status(word & ~1), "", NOW)
    unit = UnitState(UnitStatus(low & ~1), NOW)
    for kind, thing in ((1, system), (2, component), (21, unit)):
        words = {point.partition(":")[0] for point in values(told(said(thing, kind=kind)))}
        assert words - {"any_fire_or_test"} == {"test", "fire_or_test"}


def test_systems_and_the_unit_itself() -> None:
    found = values(told(said(SystemState(12, 3, Status(0b11_1111_0000_0001), NOW), kind=1)))
    assert found.pop("any_fire:unit") == found.pop("any_fire_or_test:unit") == 0
    assert {point for point, value in found.items() if value} == {
        f"{word}:12/3" for word in ("power_fault", "backup_fault", "bus_fault", "manual", "changed", "reset")
    }
    found = values(told(said(UnitState(UnitStatus.NORMAL | UnitStatus.POWER_FAULT, NOW), kind=21)))
    assert found["power_fault:unit"] == 1
    assert found["fire:unit"] == found["link_fault:unit"] == found["test:unit"] == 0


def test_measured_values() -> None:
    found = FireUnits().read(bytes.fromhex(F), Known(NOW))
    assert values(found) == {"pressure_kpa:0/1/5.0": 352.0}
    own = ComponentValue(1, 0, 91, 5, 130, -7, NOW)
    assert values(told(said(own, kind=3))) == {"kind_130:1/0/5.0": -7.0}


def test_deeds() -> None:
    alarm = values(told(said(Operation(1, 0, Did.MANUAL_ALARM, 4, NOW), kind=4)))
    assert alarm == {"manual_alarm:1/0": 1, "any_fire:unit": 1, "any_fire_or_test:unit": 1}
    reset = values(told(said(Operation(1, 0, Did.RESET | Did(128), 4, NOW), kind=4)))
    assert reset == {"reset:1/0": 1, "manual_alarm:1/0": 0, "any_fire:unit": 0, "any_fire_or_test:unit": 0}
    assert values(told(said(UnitOperation(UnitDid.DUTY_ANSWER, 1, NOW), kind=24))) == {"duty_answer:unit": 1}
    assert values(told(said(UnitOperation(UnitDid.TEST, 1, NOW), kind=24))) == {"test_key:unit": 1}


def test_the_lamp_for_all_of_a_building() -> None:
    """Lit by any fire, put out by a reset or the unit itself; what says nothing of the whole leaves it alone."""
    quiet = ComponentState(1, 1, 42, 8, Status.NORMAL, "", NOW)
    burning = replace(quiet, status=Status.NORMAL | Status.FIRE)
    lamp = "any_fire:unit"
    assert values(told(said(quiet, burning, quiet, kind=2)))[lamp] == 1
    assert lamp not in values(told(said(quiet, kind=2)))
    tested = values(told(said(replace(burning, status=Status.FIRE), kind=2)))
    assert lamp not in tested and tested["any_fire_or_test:unit"] == 1
    assert values(told(said(SystemState(1, 1, Status(3), NOW), kind=1)))[lamp] == 1
    assert lamp not in values(told(said(SystemState(1, 1, Status.NORMAL, NOW), kind=1)))
    assert values(told(said(UnitState(UnitStatus.NORMAL, NOW), kind=21)))[lamp] == 0
    assert values(told(said(UnitOperation(UnitDid.ALL_CLEAR, 1, NOW), kind=24)))[lamp] == 0


def test_what_a_unit_says_of_itself() -> None:
    things = {25: UnitVersion(1, 2), 26: UnitSetup("三号楼"), 28: Instant(NOW), 5: SystemVersion(1, 0, 3, 4)}
    notes = {}
    for kind, thing in things.items():
        notes |= told(said(thing, kind=kind)).notes
    notes |= told(said(SystemSetup(1, 0, "烟感"), kind=6)).notes
    assert notes == {
        "version": "1.2",
        "setup": "三号楼",
        "clock": "2026-08-05T14:30:07+08:00",
        "version 1/0": "3.4",
        "setup 1/0": "烟感",
    }


@pytest.mark.parametrize("command", [0, 7, 127, 128, 255])
def test_an_unknown_command_is_denied_and_kept(command: int) -> None:
    found = told(Frame(command, 5, 2, 1, NOW))
    assert [decode(answer).command for answer in found.answers] == [Command.DENY]
    assert str(command) in found.odd


def test_a_body_that_cannot_be_read_is_denied_and_kept() -> None:
    raw = encode(Frame(Command.SEND, 5, 2, 1, NOW, body=Body(200, rest=b"\1", count=9)))
    inner = bytearray(raw)
    inner[27] = Type.UNIT_STATE
    inner[-3] = sum(inner[2:-3]) & 0xFF
    found = FireUnits().read(bytes(inner), Known(NOW))
    assert decode(found.answers[0]).command == Command.DENY
    assert found.odd.startswith("object 1 of 9 of type 21")


def test_a_type_without_a_layout_is_confirmed_and_kept() -> None:
    found = told(Frame(Command.SEND, 5, 2, 1, NOW, body=Body(200, rest=b"\1\2", count=1)))
    assert decode(found.answers[0]).command == Command.CONFIRM
    assert "200" in found.odd


@pytest.mark.parametrize("command", [Command.CONFIRM, Command.DENY])
def test_an_answer_to_us_is_not_answered(command: Command) -> None:
    assert told(Frame(command, 5, 2, 1, None)) == Told()


def test_an_answer_to_a_question_is_read_and_not_confirmed() -> None:
    found = told(said(UnitState(UnitStatus.NORMAL, NOW), kind=21, command=Command.ANSWER))
    assert found.answers == () and found.readings


def test_a_sign_of_life_is_confirmed() -> None:
    found = told(Frame(Command.SEND, 0, 2, 1, NOW))
    assert [decode(answer).command for answer in found.answers] == [Command.CONFIRM]
    assert not found.readings and not found.odd


def test_a_unit_that_asks_for_the_time_is_told_and_one_that_orders_is_denied() -> None:
    (answer,) = told(Frame(Command.REQUEST, 3, 2, 1, NOW, body=Body(Type.READ_UNIT_CLOCK, (Word(),)))).answers
    assert decode(answer).body == Body(Type.SET_UNIT_CLOCK, (Instant(NOW),))
    ordered = told(Frame(Command.CONTROL, 3, 2, 1, NOW, body=Body(Type.INITIALISE_UNIT, (Word(),))))
    assert decode(ordered.answers[0]).command == Command.DENY


def test_a_wrong_clock_is_told_the_time_but_not_with_every_frame() -> None:
    door = FireUnits()
    late = Frame(Command.SEND, 0, 2, 1, NOW - timedelta(minutes=2))
    confirmation, clock = told(late, door=door).answers
    assert decode(confirmation).command == Command.CONFIRM
    assert decode(clock).body == Body(Type.SET_UNIT_CLOCK, (Instant(NOW),))
    assert len(told(replace(late, serial=1), NOW + timedelta(minutes=1), door).answers) == 1
    assert len(told(replace(late, serial=2), NOW + timedelta(minutes=11), door).answers) == 2


def test_in_a_demonstration_nobody_is_told_the_time() -> None:
    door = FireUnits(tells_time=lambda: False)
    assert len(told(Frame(Command.SEND, 0, 2, 1, None), door=door).answers) == 1
    asked = Frame(Command.REQUEST, 3, 2, 1, NOW, body=Body(Type.READ_UNIT_CLOCK, (Word(),)))
    assert decode(told(asked, door=door).answers[0]).command == Command.DENY


FIRE = ComponentState(1, 1, 42, 7, Status.NORMAL | Status.FIRE, "", None)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("sent", "happened", "expected", "doubtful"),
    [
        (NOW, NOW - 2 * MINUTE, NOW - 2 * MINUTE, False),
        (NOW - 30 * MINUTE, NOW - 32 * MINUTE, NOW - 32 * MINUTE, False),  # delayed on its way
        (NOW + 3 * MINUTE, NOW + 2 * MINUTE, NOW + 2 * MINUTE, False),
        (NOW + 9 * DAY, NOW + 9 * DAY - MINUTE, NOW - MINUTE, True),  # the clock is ahead
        (NOW - 900 * DAY, NOW - 900 * DAY - MINUTE, NOW - MINUTE, True),  # the clock began anew
        (NOW, NOW - 3 * DAY, NOW - 3 * DAY, False),  # kept while the line was down
        (NOW, NOW - 900 * DAY, NOW, True),  # the panel's clock is wrong, the unit's is right
        (NOW, NOW + DAY, NOW, True),
        (NOW, None, NOW, True),
        (None, NOW - MINUTE, NOW - MINUTE, False),
        (None, NOW - DAY, NOW, True),
        (None, None, NOW, True),
    ],
)
def test_a_fire_is_dated_so_that_it_is_news(
    sent: datetime | None, happened: datetime | None, expected: datetime, doubtful: bool
) -> None:
    fire = told(said(replace(FIRE, at=happened), kind=2, sent_at=sent)).readings[2]
    assert (fire.at.replace(microsecond=0), fire.value, fire.doubtful) == (expected, 1.0, doubtful)


@pytest.mark.parametrize("serials", [(7, 8), (499, 499), (0, 0)])
def test_a_fire_in_the_second_of_its_calm_is_another_instant(serials: tuple[int, int]) -> None:
    calm = replace(FIRE, status=Status.NORMAL, at=NOW)
    before, after = (
        told(replace(said(thing, kind=2), serial=serial)).readings[2]
        for thing, serial in zip((calm, replace(FIRE, at=NOW)), serials, strict=True)
    )
    assert (before.value, after.value) == (0.0, 1.0)
    assert before.at < after.at < NOW + timedelta(seconds=1)


def test_states_of_one_second_follow_their_serial_numbers() -> None:
    burning, calm = replace(FIRE, at=NOW), replace(FIRE, status=Status.NORMAL, at=NOW)
    rows = [told(replace(said(thing, kind=2), serial=serial)) for serial, thing in enumerate((burning, calm, burning))]
    at = [found.readings[2].at for found in rows]
    assert at == sorted(set(at))


def test_a_frame_sent_again_gives_the_same_readings_though_its_time_is_mended() -> None:
    door, frame = FireUnits(), said(FIRE, kind=2, sent_at=None)
    once = told(frame, NOW, door).readings
    assert told(frame, NOW + timedelta(seconds=10), door).readings == once
    later = NOW + timedelta(hours=1)
    assert told(frame, later, door).readings[0].at.replace(microsecond=0) == later


def test_memory_is_bounded() -> None:
    door = FireUnits()
    for number in range(MOST_REMEMBERED + 50):
        told(Frame(Command.SEND, 0, number, 1, None), door=door)
    assert len(door._told_time) == len(door._first_seen) == MOST_REMEMBERED


@given(frames.filter(lambda frame: frame.body is None or not frame.body.rest))
def test_every_sound_frame_is_read_and_its_answers_are_frames(frame: Frame) -> None:
    found = told(frame)
    for answer in found.answers:
        assert decode(answer).target == frame.source
    for reading in found.readings:
        assert len(reading.point) <= 60
        assert reading.at <= NOW + timedelta(minutes=4)


def test_a_bad_sum_has_no_sender() -> None:
    raw = bytearray.fromhex(B)
    raw[-3] ^= 1
    with pytest.raises(Undecodable, match="sum"):
        FireUnits().sender(bytes(raw))


@given(st.integers(0, 255), st.binary(max_size=120), st.binary(min_size=20, max_size=20))
def test_any_bytes_between_a_sound_head_and_sum_are_read(command: int, body: bytes, control: bytes) -> None:
    """What a hostile or broken unit can send past the checksum: an answer that is a frame, or none; never a crash."""
    inner = control + b"\0\0" + len(body).to_bytes(2, "little") + bytes((command,)) + body
    raw = b"@@" + inner + bytes((sum(inner) & 0xFF,)) + b"##"
    found = FireUnits().read(raw, Known(NOW))
    for answer in found.answers:
        assert decode(answer).source == int.from_bytes(control[16:] + b"\0\0", "little")
