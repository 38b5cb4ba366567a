"""How kernels see the batch, a rule on its channel, and a move; floats in words; where moves are written down."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anshu.engines.compiled import kernel
from anshu.engines.sensing.layout import (
    AFTER,
    ARRIVAL,
    AT,
    AT_CHANNELS,
    BEFORE,
    CHANNEL_WORDS,
    FIRST_ROW,
    HEADER_AT,
    JUDGED,
    PROFILE,
    PROFILE_WORDS,
    RULE,
    SINCE,
    STEPS,
)
from anshu.engines.sensing.numbers import Whole


class World(NamedTuple):
    """What an entry is handed: the rules, the memory, and where to write moves and marks."""

    tape: Whole
    words: Whole
    found: Whole  # (1 + room, MOVE_COLUMNS)
    marks: NDArray[np.uint8]  # as in Readings


class Readings(NamedTuple):
    """A batch sorted by channel and, within one, by arrival. `lent` readings come from the channel's backup."""

    channel: Whole
    at_ms: Whole
    value: NDArray[np.float64]
    lent: NDArray[np.bool_]
    arrival: Whole  # place in the batch as it was given


class Reading(NamedTuple):
    """One reading, `arrival` its place in the batch (-1: none, time alone has passed)."""

    channel: int
    arrival: int
    at_ms: int
    value: float
    lent: bool
    now_ms: int


class Row(NamedTuple):
    """A rule on its channel: where its form stands on the tape, and in the memory the header of the channel, its near
    words, its far ones (`first`), and those of them that its quantity needs (`far`).
    """

    form: int
    base: int
    near: int
    first: int
    far: int
    place: int  # among the rules of the channel
    rule: int  # row of the table


class Move(NamedTuple):
    """What a judgement led to; equal rungs are none, or staleness."""

    before: int
    after: int
    since_ms: int
    at_ms: int
    value: float


@kernel
def real(words: Whole, at: int) -> float:
    """The float in a word."""
    return np.int64(words[at]).view(np.float64)


@kernel
def put_real(words: Whole, at: int, value: float) -> None:
    """Write a float into a word."""
    words[at] = np.float64(value).view(np.int64)


@kernel
def add(words: Whole, at: int, more: float) -> None:
    """Add to the float in a word."""
    words[at] = np.float64(np.int64(words[at]).view(np.float64) + more).view(np.int64)


@kernel
def channel_at(tape: Whole, channel: int) -> int:
    """Where a channel stands on the tape."""
    return int(tape[AT_CHANNELS] + channel * CHANNEL_WORDS)


@kernel
def row_of(tape: Whole, channel: int, place: int) -> Row:
    """The rule at `place` of a watched channel."""
    at = channel_at(tape, channel)
    member = tape[at + PROFILE] + place * PROFILE_WORDS
    form, base = tape[member], tape[at + HEADER_AT]
    near, first = base + tape[member + 1], base + tape[member + 2]
    return Row(form, base, near, first, first + 1 + tape[form + STEPS], place, tape[at + FIRST_ROW] + place)


@kernel
def note(found: Whole, reading: Reading, row: Row, move: Move) -> None:
    """Write down a move, behind those already there."""
    found[0, 0] += 1
    line = found[0, 0]
    found[line, ARRIVAL] = reading.arrival
    found[line, RULE] = row.rule
    found[line, BEFORE] = move.before
    found[line, AFTER] = move.after
    found[line, SINCE] = move.since_ms
    found[line, AT] = move.at_ms
    found[line, JUDGED] = np.float64(move.value).view(np.int64)


@kernel
def has_room(found: Whole, rules: int) -> bool:
    """Is there room for whatever one reading of a channel with so many rules may lead to?"""
    return bool(found[0, 0] + 2 * rules < len(found))
