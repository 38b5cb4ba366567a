"""Sliding windows made of panes: what each remembers is in layout.py.

The readings within are those of the last `panes` panes, of which the newest is only begun: a window is between `over_s`
less a pane and `over_s` long.
"""

import numpy as np

from anshu.engines.compiled import kernel
from anshu.engines.sensing.kernels.words import Row, add, put_real, real
from anshu.engines.sensing.layout import (
    COUNT,
    END_MS,
    FIRST,
    FIRST_MS,
    HOUR_MS,
    MILLIONTHS,
    MOST,
    NEVER,
    PANE_MS,
    PANES,
    PRESENT,
    PRESENT_COUNT,
    PRESENT_FIRST_MS,
    SIGNAL,
    SLOT,
    TOTAL,
)
from anshu.engines.sensing.numbers import Whole
from anshu.engines.sensing.rules import Signal

SUM, MEAN, LOWEST, HIGHEST = int(Signal.SUM), int(Signal.MEAN), int(Signal.LOWEST), int(Signal.HIGHEST)
CHANGE = int(Signal.CHANGE)
NEWEST_PANE = -1  # instead of its place: what is known of it is near


@kernel
def enter(tape: Whole, words: Whole, row: Row, at_ms: int, value: float) -> bool:
    """Take a reading in, moving the window on if it is newer. False: it is too late for the window."""
    signal, pane_ms, end_ms = tape[row.form + SIGNAL], tape[row.form + PANE_MS], words[row.near + END_MS]
    if at_ms < end_ms - tape[row.form + PANES] * pane_ms:
        return False
    gone = panes_gone(tape, words, row, at_ms) if at_ms >= end_ms else 0
    slot = NEWEST_PANE if at_ms >= end_ms - pane_ms else slot_of(tape, words, row, at_ms)
    if signal in (SUM, MEAN):
        if gone:
            slide_sums(tape, words, row, gone)
        whole = np.rint(min(max(value, -MOST), MOST) * MILLIONTHS)
        put_sum(tape, words, row, slot, whole)
    elif signal in (LOWEST, HIGHEST):
        if gone:
            slide_extremes(tape, words, row, gone)
        put_extreme(words, row, slot, value if signal == HIGHEST else -value)
    elif slot != NEWEST_PANE or gone or at_ms < words[row.near + PRESENT_FIRST_MS]:
        if gone:
            slide_firsts(tape, words, row, gone)
        put_first(tape, words, row, (slot, at_ms), value)
    return True


@kernel
def look(tape: Whole, words: Whole, row: Row, newest_ms: int, newest: float) -> float:
    """What the window says, given the newest reading, which is in it; NaN: nothing yet."""
    signal = tape[row.form + SIGNAL]
    if signal == SUM:
        return real(words, row.near + TOTAL) / MILLIONTHS
    if signal == MEAN:
        return real(words, row.near + TOTAL) / real(words, row.near + COUNT) / MILLIONTHS
    if signal == HIGHEST:
        return real(words, row.near + TOTAL)
    if signal == LOWEST:
        return -real(words, row.near + TOTAL)
    change = newest - real(words, row.near + FIRST)
    if signal == CHANGE:
        return change
    first_ms = words[row.near + FIRST_MS]
    return change * HOUR_MS / (newest_ms - first_ms) if first_ms < newest_ms else np.nan


@kernel
def panes_gone(tape: Whole, words: Whole, row: Row, at_ms: int) -> int:
    """Move the end on past this instant; how many panes are entered and, at most as many as there are, left."""
    pane_ms, panes, end_ms = tape[row.form + PANE_MS], tape[row.form + PANES], words[row.near + END_MS]
    if end_ms == NEVER:
        words[row.near + END_MS] = (at_ms // pane_ms + 1) * pane_ms
        words[row.near + SLOT] = at_ms // pane_ms % panes
        return int(panes)
    if at_ms < end_ms + pane_ms:  # the next pane, as nearly always: no need to divide
        words[row.near + END_MS] = end_ms + pane_ms
        slot = words[row.near + SLOT] + 1
        words[row.near + SLOT] = slot if slot < panes else 0
        return 1
    gone = (at_ms - end_ms) // pane_ms + 1
    words[row.near + END_MS] = end_ms + gone * pane_ms
    words[row.near + SLOT] = (words[row.near + SLOT] + gone) % panes
    return int(min(gone, panes))


@kernel
def slot_of(tape: Whole, words: Whole, row: Row, at_ms: int) -> int:
    """Where the pane of a late reading is among the far words."""
    back = (words[row.near + END_MS] - 1 - at_ms) // tape[row.form + PANE_MS]
    return int(before(words[row.near + SLOT], back, tape[row.form + PANES]))


@kernel
def before(slot: int, steps: int, panes: int) -> int:
    """The place so many panes earlier, of fewer than there are."""
    return slot - steps if slot >= steps else slot - steps + panes


@kernel
def slide_sums(tape: Whole, words: Whole, row: Row, gone: int) -> None:
    """Move a SUM or MEAN on: the newest pane joins the others, those that leave are taken off the total."""
    panes, newest = tape[row.form + PANES], words[row.near + SLOT]
    parts = 2 if tape[row.form + SIGNAL] == MEAN else 1
    for part in range(parts):
        far, total, present = row.far + part * panes, row.near + TOTAL + 2 * part, row.near + PRESENT + 2 * part
        if gone < panes:
            words[far + before(newest, gone, panes)] = words[present]
        slot = newest
        for _ in range(gone):
            add(words, total, -real(words, far + slot))
            put_real(words, far + slot, 0.0)
            slot = slot - 1 if slot > 0 else panes - 1
        if gone == panes:
            put_real(words, total, 0.0)
        put_real(words, present, 0.0)


@kernel
def put_sum(tape: Whole, words: Whole, row: Row, slot: int, whole: float) -> None:
    """Add to a pane within the window."""
    add(words, row.near + TOTAL, whole)
    add(words, row.near + PRESENT if slot == NEWEST_PANE else row.far + slot, whole)
    if tape[row.form + SIGNAL] == MEAN:
        add(words, row.near + COUNT, 1.0)
        far = row.far + tape[row.form + PANES]
        add(words, row.near + PRESENT_COUNT if slot == NEWEST_PANE else far + slot, 1.0)


@kernel
def slide_extremes(tape: Whole, words: Whole, row: Row, gone: int) -> None:
    """Move a LOWEST or HIGHEST on; where the extreme leaves, look for it among the panes that stay."""
    panes, newest = tape[row.form + PANES], words[row.near + SLOT]
    if gone < panes:
        words[row.far + before(newest, gone, panes)] = words[row.near + PRESENT]
    slot, leaves = newest, gone == panes
    for _ in range(gone):
        leaves = leaves or real(words, row.far + slot) == real(words, row.near + TOTAL)
        put_real(words, row.far + slot, -np.inf)
        slot = slot - 1 if slot > 0 else panes - 1
    if leaves:
        extreme = -np.inf
        for slot in range(panes):
            extreme = max(extreme, real(words, row.far + slot))
        put_real(words, row.near + TOTAL, extreme)
    put_real(words, row.near + PRESENT, -np.inf)


@kernel
def put_extreme(words: Whole, row: Row, slot: int, high: float) -> None:
    """Raise the extreme of a pane within the window."""
    put_real(words, row.near + TOTAL, max(real(words, row.near + TOTAL), high))
    at = row.near + PRESENT if slot == NEWEST_PANE else row.far + slot
    put_real(words, at, max(real(words, at), high))


@kernel
def slide_firsts(tape: Whole, words: Whole, row: Row, gone: int) -> None:
    """Move a CHANGE or TREND on, and look for the first reading of the oldest pane that stays and has one."""
    panes, newest = tape[row.form + PANES], words[row.near + SLOT]
    slot = newest
    for _ in range(gone):
        words[row.far + slot] = NEVER
        slot = slot - 1 if slot > 0 else panes - 1
    words[row.near + FIRST_MS] = NEVER
    slot = newest
    for _ in range(panes - 1):
        slot = slot + 1 if slot + 1 < panes else 0
        if words[row.far + slot] != NEVER:
            words[row.near + FIRST_MS] = words[row.far + slot]
            words[row.near + FIRST] = words[row.far + panes + slot]
            return


@kernel
def put_first(tape: Whole, words: Whole, row: Row, where: tuple[int, int], value: float) -> None:
    """Enter a reading that may be the first of its pane, and of the window; `where` is the pane and the instant."""
    slot, at_ms = where
    far = row.far + (words[row.near + SLOT] if slot == NEWEST_PANE else slot)
    if words[far] == NEVER or at_ms < words[far]:
        words[far] = at_ms
        put_real(words, far + tape[row.form + PANES], value)
        if slot == NEWEST_PANE:
            words[row.near + PRESENT_FIRST_MS] = at_ms
    if words[row.near + FIRST_MS] == NEVER or at_ms < words[row.near + FIRST_MS]:
        words[row.near + FIRST_MS] = at_ms
        put_real(words, row.near + FIRST, value)
