"""One ladder, one judgement: which steps come on or go off; and whether a schedule lets the rule speak at all."""

import numpy as np

from anshu.engines.compiled import kernel
from anshu.engines.sensing.kernels.words import Move, Row, real
from anshu.engines.sensing.layout import (
    BUSY,
    CLEAR_AT,
    CLOSES_MS,
    DAY_MS,
    FIRST_DAY,
    GATED,
    HOLD_DOWN_MS,
    HOLD_UP_MS,
    LAST_DAY,
    NEVER,
    OPENS_MS,
    RAISE_AT,
    RUNG_BITS,
    SHARED_BIT,
    SIGN,
    STALE_BIT,
    STEPS,
    UTC_OFFSET_MS,
    WEEKDAYS,
)
from anshu.engines.sensing.numbers import Whole


@kernel
def judge(tape: Whole, words: Whole, row: Row, signal: float, at_ms: int) -> Move:
    """Judge one row; outside its schedule nothing reaches a step, and everything clears it."""
    badness = real(tape, row.form + SIGN) * signal
    if tape[row.form + GATED] and not is_open(tape, row.form, at_ms):
        badness = -np.inf
    before = words[row.first] & RUNG_BITS
    after = run_holds(tape, words, row, badness, at_ms)
    since_ms = NEVER
    if after != before:
        since_ms = words[row.first + (after if after > before else after + 1)]
        for column in range(min(before, after), max(before, after)):
            words[row.first + 1 + column] = NEVER
        words[row.first] = (words[row.first] & STALE_BIT) | after
    mark_busy(tape, words, row)
    return Move(before, after, since_ms, at_ms, signal)


@kernel
def run_holds(tape: Whole, words: Whole, row: Row, badness: float, at_ms: int) -> int:
    """Start, keep or end the hold of each step; the rung to which those that are over lead."""
    before, after = words[row.first] & RUNG_BITS, 0
    for column in range(tape[row.form + STEPS]):
        is_on = column < before
        if is_on:
            running = badness < real(tape, row.form + CLEAR_AT + column)
            hold_ms = tape[row.form + HOLD_DOWN_MS + column]
        else:
            running = badness >= real(tape, row.form + RAISE_AT + column)
            hold_ms = tape[row.form + HOLD_UP_MS + column]
        since_ms = words[row.first + 1 + column] if running else NEVER
        if running and since_ms == NEVER:
            since_ms = at_ms
        words[row.first + 1 + column] = since_ms
        # A step holds the ladder up when it is on and may not go off yet, or is off and may come on.
        if is_on != (running and at_ms - since_ms >= hold_ms):
            after = column + 1
    return after


@kernel
def forget_holds(tape: Whole, words: Whole, row: Row) -> None:
    """All holds start anew."""
    for column in range(tape[row.form + STEPS]):
        words[row.first + 1 + column] = NEVER


@kernel
def is_busy(words: Whole, row: Row) -> bool:
    """May the rule be neither passed over while its first step is not reached, nor left alone by the sweep?"""
    return bool((words[row.base + BUSY] >> min(row.place, SHARED_BIT)) & 1 == 1)


@kernel
def mark_busy(tape: Whole, words: Whole, row: Row) -> None:
    """Note on the channel whether the rule is raised, stale or has a hold running."""
    busy = words[row.first] != 0
    for column in range(tape[row.form + STEPS]):
        busy = busy or words[row.first + 1 + column] != NEVER
    bit = np.int64(1) << min(row.place, SHARED_BIT)
    if busy or row.place >= SHARED_BIT:
        words[row.base + BUSY] |= bit
    else:
        words[row.base + BUSY] &= ~bit


@kernel
def is_open(tape: Whole, form: int, at_ms: int) -> bool:
    """Does the form's schedule hold at this instant? Civil dates after Hinnant, "chrono-compatible date algorithms"."""
    local_ms = at_ms + tape[UTC_OFFSET_MS]
    days, in_day = local_ms // DAY_MS, local_ms % DAY_MS
    shifted = days + 719_468  # days since the first of March of the year 0
    of_era = shifted % 146_097
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    of_march = (5 * of_year + 2) // 153
    month = of_march + 3 if of_march < 10 else of_march - 9
    day = 100 * month + of_year - (153 * of_march + 2) // 5 + 1
    weekday = (days + 3) % 7  # the first of January 1970 was a Thursday; 0 is Monday
    first, last = tape[form + FIRST_DAY], tape[form + LAST_DAY]
    opens, closes = tape[form + OPENS_MS], tape[form + CLOSES_MS]
    in_season = first <= day <= last if first <= last else (day >= first or day <= last)
    in_hours = opens <= in_day < closes if opens < closes else (in_day >= opens or in_day < closes)
    return bool(((tape[form + WEEKDAYS] >> weekday) & 1) == 1 and in_season and in_hours)
