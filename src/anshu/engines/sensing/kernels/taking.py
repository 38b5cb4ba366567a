"""Readings of some channels, one after the other, through checks and rules."""

from collections.abc import Callable

import numpy as np

from anshu.engines.compiled import entry, fingerprint, kernel
from anshu.engines.sensing import layout, numbers, rules
from anshu.engines.sensing.kernels import detectors, ladders, windows, words
from anshu.engines.sensing.kernels.detectors import surprise, turn_to_hour
from anshu.engines.sensing.kernels.ladders import forget_holds, is_busy, judge, mark_busy
from anshu.engines.sensing.kernels.windows import enter, look
from anshu.engines.sensing.kernels.words import (
    Move,
    Reading,
    Readings,
    Row,
    World,
    channel_at,
    has_room,
    note,
    put_real,
    real,
    row_of,
)
from anshu.engines.sensing.layout import (
    AHEAD,
    AHEAD_LIMIT_MS,
    BAD,
    CHANNELS,
    CHECKS,
    END_MS,
    GAP,
    GAP_MS,
    HEADER_AT,
    HIGH,
    HOUR_MS,
    IS_AHEAD,
    IS_LATE,
    JUMP,
    LAST,
    LATE,
    LENT,
    LOW,
    NEVER,
    NEWEST,
    OUT_OF_RANGE,
    OWN,
    PROFILE,
    RAISE_AT,
    RULES,
    RUNG_BITS,
    SAME,
    SIGN,
    SIGNAL,
    SPIKE,
    STALE_AFTER_MS,
    STALE_BIT,
    STUCK,
    STUCK_MS,
    SUSPECT,
    SUSPECT_AT,
    UNWATCHED,
    UTC_OFFSET_MS,
    WATCHED,
)
from anshu.engines.sensing.numbers import Whole
from anshu.engines.sensing.rules import Signal

VALUE, RATE, SUM, TREND = int(Signal.VALUE), int(Signal.RATE), int(Signal.SUM), int(Signal.TREND)
UNSEASONABLE, UNCHANGED, SILENCE = int(Signal.UNSEASONABLE), int(Signal.UNCHANGED), int(Signal.SILENCE)

NOT_NEEDED = 256  # a mark that is never kept: the backup spoke, but the channel speaks for itself
WITHOUT_EFFECT = IS_AHEAD | OUT_OF_RANGE | SPIKE | NOT_NEEDED


@kernel
def sift(tape: Whole, words: Whole, base: int, reading: Reading) -> int:
    """The marks of a reading on a watched channel; counts what has no effect."""
    checks = tape[channel_at(tape, reading.channel) + CHECKS]
    if reading.at_ms - reading.now_ms > tape[AHEAD_LIMIT_MS]:
        words[base + AHEAD] += 1
        return IS_AHEAD
    if not real(tape, checks + LOW) <= reading.value <= real(tape, checks + HIGH):
        words[base + BAD] += 1
        return OUT_OF_RANGE
    if reading.lent:
        own_ms = words[base + OWN] if words[base + OWN] != NEVER else words[base + WATCHED]
        if reading.at_ms - own_ms <= tape[checks + GAP_MS]:
            return NOT_NEEDED
    if reading.at_ms < words[base + NEWEST]:
        words[base + LATE] += 1
        return IS_LATE
    return compare(tape, words, base, checks, reading)


@kernel
def compare(tape: Whole, words: Whole, base: int, checks: int, reading: Reading) -> int:
    """Marks by what came before. A jump is a SPIKE, unless the reading before had jumped to the same place."""
    newest_ms, last, jump = words[base + NEWEST], real(words, base + LAST), real(tape, checks + JUMP)
    gap = newest_ms != NEVER and reading.at_ms - newest_ms > tape[checks + GAP_MS]
    jumps = newest_ms != NEVER and not gap and abs(reading.value - last) > jump
    if jumps and (words[base + SUSPECT_AT] == NEVER or abs(reading.value - real(words, base + SUSPECT)) > jump):
        words[base + SUSPECT_AT] = reading.at_ms
        put_real(words, base + SUSPECT, reading.value)
        words[base + BAD] += 1
        return SPIKE
    words[base + SUSPECT_AT] = NEVER
    if newest_ms == NEVER or reading.value != last:
        words[base + SAME] = reading.at_ms
    stuck = reading.at_ms - words[base + SAME] > tape[checks + STUCK_MS]
    return (GAP if gap else 0) | (STUCK if stuck else 0)


@kernel
def derive(tape: Whole, words: Whole, row: Row, reading: Reading) -> float:
    """What the rule judges, brought up to date by an accepted reading; NaN when it gives nothing to judge.

    The header still holds the reading before, but for SAME.
    """
    signal = tape[row.form + SIGNAL]
    if signal == VALUE:
        return reading.value
    if signal == UNCHANGED:
        return float(reading.at_ms - words[row.base + SAME]) / 1000.0
    if signal == SILENCE:
        return max(reading.now_ms - reading.at_ms, 0) / 1000.0
    newest_ms = words[row.base + NEWEST]
    if reading.at_ms == newest_ms:
        return np.nan
    step = reading.value - real(words, row.base + LAST) if newest_ms != NEVER else 0.0
    if signal == RATE:
        return step * HOUR_MS / (reading.at_ms - newest_ms) if newest_ms != NEVER else np.nan
    if signal <= TREND:
        enter(tape, words, row, reading.at_ms, reading.value)
        return look(tape, words, row, reading.at_ms, reading.value)
    if signal == UNSEASONABLE:
        turn_to_hour(words, row, (reading.at_ms + tape[UTC_OFFSET_MS]) // HOUR_MS % 24)
    return surprise(words, row, reading.value, abs(step))


@kernel
def apply_rules(tape: Whole, words: Whole, found: Whole, reading: Reading) -> None:
    """One accepted reading through every rule of its channel.

    A rule at rest whose first step is not reached is passed over: in quiet times that is nearly all of them, and their
    words are not even looked at. This is most of the speed.
    """
    for place in range(tape[channel_at(tape, reading.channel) + RULES]):
        row = row_of(tape, reading.channel, place)
        signal = derive(tape, words, row, reading)
        if real(tape, row.form + SIGN) * signal >= real(tape, row.form + RAISE_AT) or is_busy(words, row):
            wake(tape, words, found, row, reading)
            at_ms = reading.at_ms
            if tape[row.form + SIGNAL] == SILENCE:
                at_ms = reading.now_ms
                words[reading.channel] = NEVER
            conclude(tape, words, found, row, Reading(reading.channel, reading.arrival, at_ms, signal, False, 0))


@kernel
def conclude(tape: Whole, words: Whole, found: Whole, row: Row, derived: Reading) -> None:
    """Judge what was derived from a reading, unless that is nothing."""
    if np.isnan(derived.value):
        mark_busy(tape, words, row)
        return
    move = judge(tape, words, row, derived.value, derived.at_ms)
    if move.before != move.after:
        note(found, derived, row, move)


@kernel
def wake(tape: Whole, words: Whole, found: Whole, row: Row, reading: Reading) -> None:
    """A stale rule becomes fresh; after a gap its holds start anew."""
    newest_ms, stale_after_ms = words[row.base + NEWEST], tape[row.form + STALE_AFTER_MS]
    if words[row.first] & STALE_BIT and reading.now_ms - reading.at_ms <= stale_after_ms:
        words[row.first] &= RUNG_BITS
        rung = words[row.first]
        silent_ms = newest_ms if newest_ms != NEVER else words[row.base + WATCHED]
        words[reading.channel] = min(words[reading.channel], reading.at_ms + stale_after_ms)
        note(found, reading, row, Move(rung, rung, silent_ms, reading.at_ms, reading.value))
    if newest_ms != NEVER and reading.at_ms - newest_ms > stale_after_ms:
        forget_holds(tape, words, row)


@kernel
def enter_late(tape: Whole, words: Whole, found: Whole, reading: Reading) -> None:
    """A late reading into the windows that still hold its pane, which are judged anew at the newest instant."""
    at = channel_at(tape, reading.channel)
    newest_ms, newest = words[tape[at + HEADER_AT] + NEWEST], real(words, tape[at + HEADER_AT] + LAST)
    for place in range(tape[at + RULES]):
        row = row_of(tape, reading.channel, place)
        if not SUM <= tape[row.form + SIGNAL] <= TREND:
            continue
        if words[row.near + END_MS] != NEVER and enter(tape, words, row, reading.at_ms, reading.value):
            signal = look(tape, words, row, newest_ms, newest)
            derived = Reading(reading.channel, reading.arrival, newest_ms, signal, False, 0)
            conclude(tape, words, found, row, derived)


@kernel
def take_one(tape: Whole, words: Whole, found: Whole, reading: Reading) -> int:
    """A reading of a watched channel through checks and rules; its marks."""
    base = tape[channel_at(tape, reading.channel) + HEADER_AT]
    mark = sift(tape, words, base, reading)
    if mark & WITHOUT_EFFECT:
        return mark & ~NOT_NEEDED
    if mark & IS_LATE:
        enter_late(tape, words, found, reading)
    else:
        apply_rules(tape, words, found, reading)
        if words[base + NEWEST] == NEVER:
            words[reading.channel] = NEVER  # a first reading may be older than the first call: look at its silence soon
        words[base + NEWEST] = reading.at_ms
        put_real(words, base + LAST, reading.value)
        if not reading.lent:
            words[base + OWN] = reading.at_ms
    return mark | (LENT if reading.lent else 0)


def _make(source: int) -> Callable[[World, Readings, int, int, int], int]:
    @entry
    def take(world: World, readings: Readings, start: int, end: int, now_ms: int) -> int:
        """Take readings start to end of the order, until done or until another might find no room for its moves.

        How far it came.
        """
        _ = source
        tape, words, found, marks = world
        channels, instants, values, lent, arrival = readings
        for at in range(start, end):
            channel = channels[at]
            if channel >= tape[CHANNELS] or tape[channel_at(tape, channel) + PROFILE] == NEVER:
                marks[at] = UNWATCHED
                continue
            if not has_room(found, tape[channel_at(tape, channel) + RULES]):
                return at
            reading = Reading(channel, arrival[at], instants[at], values[at], lent[at], now_ms)
            marks[at] = take_one(tape, words, found, reading)
        return end

    return take


take = _make(fingerprint(layout, rules, numbers, detectors, ladders, windows, words))
