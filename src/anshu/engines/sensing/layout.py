"""Where things lie: two arrays of 64-bit words, the tape (rules, read only) and the memory (what was learnt).

Some words are integers, some floats with the same bits (marked f). Two flat arrays are what a compiler makes the best
code of, and keep together what is used together.

The memory begins with a word for each channel: when it must next be looked at for silence. Then, channel after
channel, come a few counts, a header, the *near* words of each rule, and the *far* words of each rule. Near is what
every reading touches: it fills a few neighbouring cache lines. Far is the rest: rung and staleness of the rule, an
instant for each of its steps (both are left alone while the rule is at rest), and panes of a window or hours of the day
that are not the present one. How long memory takes to come, not arithmetic, is what limits the engine.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing.rules import Form, Quantity, Signal

NEVER = -1  # no instant; real ones are >= 0
FOREVER = 2**63 - 1

# The tape: a head that says where each part begins, then channels, profiles, forms and checks.
CHANNELS, AT_CHANNELS, AHEAD_LIMIT_MS, UTC_OFFSET_MS = 0, 1, 2, 3
TAPE_HEAD = 4

# A channel on the tape: where its profile begins (NEVER: no rule watches it), the number of its rules, its header in
# the memory, its first row in the table, where its checks begin.
PROFILE, RULES, HEADER_AT, FIRST_ROW, CHECKS = 0, 1, 2, 3, 4
CHANNEL_WORDS = 5

# A profile is what channels with the same forms have in common: for each rule where its form begins on the tape, and
# where its near and its far words begin in the memory, counted from the header of the channel.
PROFILE_WORDS = 3

# A form on the tape; a gate is: is there one, first and last day as 100 month + day, a bit for each weekday from
# Monday, from and to in milliseconds of the day. Thresholds are multiplied by the sign, so that higher is worse.
SIGNAL, SIGN, STEPS, STALE_AFTER_MS, PANE_MS, PANES = 0, 1, 2, 3, 4, 5
GATED, FIRST_DAY, LAST_DAY, WEEKDAYS, OPENS_MS, CLOSES_MS = 6, 7, 8, 9, 10, 11
RAISE_AT, CLEAR_AT, HOLD_UP_MS, HOLD_DOWN_MS = 12, 16, 20, 24  # four words each, f: RAISE_AT, CLEAR_AT and SIGN
FORM_WORDS = 28

# Checks on the tape; f: the first three.
LOW, HIGH, JUMP, STUCK_MS, GAP_MS = 0, 1, 2, 3, 4
CHECK_WORDS = 5

# The header of a channel in the memory, and what stands before it.
NEWEST = 0  # newest accepted instant
LAST = 1  # f: value of the newest accepted reading
BUSY = 2  # a bit for each rule that is not at rest; the last bit stands for all beyond
SAME = 3  # since when the value has not changed
SUSPECT_AT = 4  # the reading that jumped
OWN = 5  # newest instant that is the channel's own, not its backup's
HEADER = 6
WATCHED = -1  # now_ms of the first call
LATE, AHEAD, BAD = -2, -3, -4  # counts
SUSPECT = -5  # f: value of the reading that jumped
COUNTS = 5
SHARED_BIT = 62

# The first far word of a row: the rung in its lowest three bits, then this one.
STALE_BIT = 8
RUNG_BITS = 7

# Windows have N panes, a slot for each among the far words. Near is where the newest pane ends (NEVER: there is none),
# its slot, and what is known of it and of the whole; far what is known of the others. By signal, near, then far:
# SUM total, newest; N sums. MEAN total, newest, count of all, count of newest; N sums, N counts.
# LOWEST, HIGHEST extreme, newest; N extremes. CHANGE, TREND first instant and value of all, first instant of newest;
# N first instants, N first values. Sums are whole millionths, kept in floats: exact, so that their order is no matter.
END_MS, SLOT = 0, 1
TOTAL, PRESENT, COUNT, PRESENT_COUNT = 2, 3, 4, 5
FIRST_MS, FIRST, PRESENT_FIRST_MS = 2, 3, 4
MILLIONTHS = 1e6
MOST = 1e9

# The two detectors. UNUSUAL: near grain, mean, spread, count. UNSEASONABLE: near the same, and which hour that is;
# far mean, spread and count by hour of the day.
GRAIN, USUAL, SPREAD, LEARNT, HOUR = 0, 1, 2, 3, 4
WARM_UP = 30.0
MEMORY = 288.0
CLIP = 3.0
SPREAD_TO_SIGMA = 1.25
RELATIVE_FLOOR = 1e-3

HOUR_MS, DAY_MS = 3_600_000, 86_400_000

# Marks on a reading, as bits; see Mark.
GAP, STUCK, OUT_OF_RANGE, SPIKE, IS_LATE, IS_AHEAD, UNWATCHED, LENT = 1, 2, 4, 8, 16, 32, 64, 128

# Moves as kernels write them; equal rungs are staleness. f: JUDGED, what was judged. The first line of the array
# counts the others.
ARRIVAL, RULE, BEFORE, AFTER, SINCE, AT, JUDGED = 0, 1, 2, 3, 4, 5, 6
MOVE_COLUMNS = 7


def first_words(form: Form) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The near and the far words of a row to which nothing has happened yet."""
    near, far = _words_of(form.of)
    return as_words(near), as_words([0, *(NEVER for _ in form.steps), *far])


def as_words(numbers: Sequence[float | int]) -> NDArray[np.int64]:
    """Integers as they are, floats by their bits."""
    row = np.zeros(len(numbers), dtype=np.int64)
    for place, word in enumerate(numbers):
        if isinstance(word, float):
            row[place : place + 1].view(np.float64)[0] = word
        else:
            row[place] = word
    return row


def _words_of(quantity: Quantity) -> tuple[list[float | int], list[float | int]]:
    signal, panes = quantity.signal, quantity.panes
    if signal is Signal.SUM:
        return [NEVER, 0, 0.0, 0.0], [0.0] * panes
    if signal is Signal.MEAN:
        return [NEVER, 0, 0.0, 0.0, 0.0, 0.0], [0.0] * (2 * panes)
    if signal in (Signal.LOWEST, Signal.HIGHEST):
        return [NEVER, 0, -np.inf, -np.inf], [-np.inf] * panes
    if signal in (Signal.CHANGE, Signal.TREND):
        return [NEVER, 0, NEVER, 0.0, NEVER], [*[NEVER] * panes, *[0.0] * panes]
    if signal is Signal.UNUSUAL:
        return [0.0] * 4, []
    if signal is Signal.UNSEASONABLE:
        return [0.0, 0.0, 0.0, 0.0, NEVER], [0.0] * (3 * 24)
    return [], []
