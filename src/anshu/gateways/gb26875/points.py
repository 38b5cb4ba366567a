"""What frames of GB/T 26875.3 mean to channels: readings at named points.

A point is WORD:PLACE. PLACE is SYSTEM/ADDRESS of a system, SYSTEM/ADDRESS/ZONE.NUMBER of a component (all decimal, as
the frame has them), or `unit` for the transmission unit itself. Words of states are 1 or 0: fire, fault, shielded,
supervised, started, feedback, delayed, power_fault; for systems also backup_fault, bus_fault, manual, changed, reset;
for the unit fire, fault, power_fault, backup_fault, link_fault, line_fault. Measured values have their unit in the
word, such as `pressure_kpa:12/2/3.0`. Deeds: reset, silence, manual_alarm, all_clear, self_test, acknowledge,
duty_answer, test_key are 1 when done; manual_alarm is 0 again at a reset or an all-clear.

A building has thousands of components, and not each will stand in the register. `any_fire:unit` is the lamp that burns
for all of them: 1 with each fire of a component, a system or the unit and each manual alarm, 0 again when a panel or
the unit is reset or cleared, or the unit says that it has no fire. A rule on this one point misses nothing.

What is said in test mode (bit 0 clear) reaches no point of alarms, only `test` (1 or 0) and `fire_or_test`, the fire
bit in whichever mode, with `any_fire_or_test:unit` as its lamp. These are for panels known never to set bit 0, which
some makers' own samples do not: whoever registers such a point has decided that a test there may raise an alarm.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from enum import IntFlag
from typing import Any

from anshu.gateways.frames.codec import Reading
from anshu.gateways.gb26875.as_json import place_text
from anshu.gateways.gb26875.codes import KINDS, Did, Status, UnitDid, UnitStatus
from anshu.gateways.gb26875.objects import (
    ComponentState,
    ComponentValue,
    Operation,
    SystemState,
    UnitOperation,
    UnitState,
)

UNIT = "unit"
LAMPS = ("fire", "fire_or_test")
COMPONENT_FLAGS = tuple(Status)[1:9]
SYSTEM_FLAGS = tuple(Status)[1:]
UNIT_FLAGS = tuple(UnitStatus)[1:]
# A deed named as the state of being tested would take its point.
DEED_WORDS = {Did.TEST: "test_key", UnitDid.TEST: "test_key"}


def readings_of(thing: Any, at: datetime) -> Iterator[Reading]:
    """The readings in one object; `at` is when they hold, of which the object's own time is only a hint."""
    match thing:
        case SystemState():
            yield from _states(thing.status, SYSTEM_FLAGS, f"{thing.system}/{thing.address}", at)
        case ComponentState():
            yield from _states(thing.status, COMPONENT_FLAGS, place_of(thing), at, thing.text)
        case UnitState():
            yield from _states(thing.status, UNIT_FLAGS, UNIT, at)
        case ComponentValue():
            kind = KINDS.get(thing.kind)
            word = kind.name if kind else f"kind_{thing.kind}"
            yield Reading(f"{word}:{place_of(thing)}", at, thing.value, word)
        case Operation():
            yield from _deeds(thing.did, f"{thing.system}/{thing.address}", at)
        case UnitOperation():
            yield from _deeds(thing.did, UNIT, at)


def fire_anywhere(readings: Sequence[Reading]) -> list[Reading]:
    """The readings of the lamps for a whole building that follow from the readings in one frame."""
    return [lit for word in LAMPS if (lit := _lamp(word, readings)) is not None]


def _lamp(word: str, readings: Sequence[Reading]) -> Reading | None:
    point = f"any_{word}:{UNIT}"
    fires = [each for each in readings if each.value and each.point.startswith((f"{word}:", "manual_alarm:"))]
    if fires:
        return replace(fires[-1], point=point)
    for each in reversed(readings):
        ended = each.value and each.point.startswith(("reset:", "all_clear:"))
        if ended or each.point == f"{word}:{UNIT}":
            return replace(each, point=point, value=0.0)
    return None


def place_of(thing: ComponentState | ComponentValue) -> str:
    """Where a component stands: SYSTEM/ADDRESS/ZONE.NUMBER."""
    return f"{thing.system}/{thing.address}/{place_text(thing.place)}"


def _states(status: IntFlag, known: tuple[IntFlag, ...], place: str, at: datetime, text: str = "") -> Iterator[Reading]:
    testing = not status & 1
    yield Reading(f"test:{place}", at, float(testing), text)
    yield Reading(f"fire_or_test:{place}", at, float(bool(status & 2)), text)
    if testing:
        return
    for flag in known:
        yield Reading(f"{word_of(flag)}:{place}", at, float(flag in status), text)


def _deeds(did: IntFlag, place: str, at: datetime) -> Iterator[Reading]:
    for flag in did:
        if flag.name:
            yield Reading(f"{DEED_WORDS.get(flag) or word_of(flag)}:{place}", at, 1.0)
    over = did & (Did.RESET | Did.ALL_CLEAR)
    if over and not did & Did.MANUAL_ALARM:
        yield Reading(f"manual_alarm:{place}", at, 0.0)


def word_of(flag: IntFlag) -> str:
    """How a flag is called in a point."""
    return (flag.name or str(int(flag))).lower()
