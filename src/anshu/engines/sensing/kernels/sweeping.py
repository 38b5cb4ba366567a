"""What the passing of time alone does: silent channels make their rules stale, and rules on silence climb."""

from collections.abc import Callable

from anshu.engines.compiled import entry, fingerprint, kernel
from anshu.engines.sensing import layout, numbers, rules
from anshu.engines.sensing.kernels import ladders, words
from anshu.engines.sensing.kernels.ladders import is_busy, judge, mark_busy
from anshu.engines.sensing.kernels.words import Move, Reading, Row, World, channel_at, has_room, note, real, row_of
from anshu.engines.sensing.layout import (
    CHANNELS,
    FOREVER,
    HEADER_AT,
    NEVER,
    NEWEST,
    PROFILE,
    RAISE_AT,
    RULES,
    RUNG_BITS,
    SIGNAL,
    STALE_AFTER_MS,
    STALE_BIT,
    WATCHED,
)
from anshu.engines.sensing.numbers import Whole
from anshu.engines.sensing.rules import Signal

SILENCE = int(Signal.SILENCE)


@kernel
def look_at(tape: Whole, words: Whole, found: Whole, channel: int, now_ms: int) -> None:
    """Every rule of one channel; notes when the channel must next be looked at."""
    at = channel_at(tape, channel)
    base, due_ms = tape[at + HEADER_AT], FOREVER
    silent_ms = words[base + NEWEST] if words[base + NEWEST] != NEVER else words[base + WATCHED]
    nothing = Reading(channel, -1, now_ms, 0.0, False, now_ms)
    for place in range(tape[at + RULES]):
        row = row_of(tape, channel, place)
        stale_after_ms = tape[row.form + STALE_AFTER_MS]
        if not words[row.first] & STALE_BIT and stale_after_ms != FOREVER:
            if now_ms - silent_ms > stale_after_ms:
                rung = words[row.first] & RUNG_BITS
                words[row.first] |= STALE_BIT
                mark_busy(tape, words, row)
                note(found, nothing, row, Move(rung, rung, silent_ms, now_ms, 0.0))
            else:
                due_ms = min(due_ms, silent_ms + stale_after_ms)
        if tape[row.form + SIGNAL] == SILENCE:
            move = judge(tape, words, row, max(now_ms - silent_ms, 0) / 1000.0, now_ms)
            if move.before != move.after:
                note(found, nothing, row, move)
            due_ms = min(due_ms, next_silence_ms(tape, words, row, silent_ms))
    words[channel] = due_ms


@kernel
def next_silence_ms(tape: Whole, words: Whole, row: Row, silent_ms: int) -> int:
    """After which now a rule on silence may move; NEVER for any, while it is raised, stale or has a hold running."""
    if is_busy(words, row):
        return NEVER
    # Two milliseconds early: the sweep asks what is later than this, and a product of floats may fall short.
    return int(silent_ms + int(real(tape, row.form + RAISE_AT) * 1000.0) - 2)


def _make_sweep(source: int) -> Callable[[World, int, int, int], int]:
    @entry
    def sweep(world: World, start: int, end: int, now_ms: int) -> int:
        """Look at the channels start to end that are due, as long as there is room for moves. How far it came."""
        _ = source
        tape, words, found, _marks = world
        for channel in range(start, end):
            if now_ms > words[channel]:
                if not has_room(found, tape[channel_at(tape, channel) + RULES]):
                    return channel
                look_at(tape, words, found, channel, now_ms)
        return end

    return sweep


def _make_begin(source: int) -> Callable[[World, int], None]:
    @entry
    def begin(world: World, now_ms: int) -> None:
        """Count the silence of channels not watched before from `now_ms`, and look at every channel soon."""
        _ = source
        tape, words, _found, _marks = world
        for channel in range(tape[CHANNELS]):
            at = channel_at(tape, channel)
            watched = tape[at + PROFILE] != NEVER
            words[channel] = NEVER if watched else FOREVER
            if watched and words[tape[at + HEADER_AT] + WATCHED] == NEVER:
                words[tape[at + HEADER_AT] + WATCHED] = now_ms

    return begin


_SOURCE = fingerprint(layout, rules, numbers, ladders, words)
sweep, begin = _make_sweep(_SOURCE), _make_begin(_SOURCE)
