"""A rule table as a tape: bare words, in the order in which the kernels read them (see layout.py)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing.layout import (
    CHANNEL_WORDS,
    CHECK_WORDS,
    COUNTS,
    FOREVER,
    FORM_WORDS,
    HEADER,
    NEVER,
    PROFILE_WORDS,
    TAPE_HEAD,
    as_words,
    first_words,
)
from anshu.engines.sensing.rules import ALWAYS, MAX_STEPS, WINDOWED, Checks, Direction, Form

Whole = NDArray[np.int64]


class Numbers(NamedTuple):
    """The tape, and what else is asked of a table: by channel and by row, places as they are in the memory."""

    tape: Whole
    watched: NDArray[np.bool_]  # (channels,)
    header: Whole  # (channels,)
    words: int  # of the whole memory
    first_row: Whole  # (channels + 1,)
    near: Whole  # (rows,): first near word of each row
    far: Whole  # (rows,): first far word of each row
    first_words: tuple[tuple[Whole, Whole], ...]  # by form: near, far
    profile: Whole  # (channels,)
    members: tuple[tuple[int, ...], ...]  # by profile: its forms
    check: Whole  # (channels,)
    ahead_limit_ms: int
    utc_offset_ms: int
    most_rows: int  # on one channel


class Placed(NamedTuple):
    """Which form stands where: rows sorted by channel, and the checks of each channel."""

    channel: Whole  # (rows,)
    form: Whole  # (rows,)
    channels: int
    check: Whole  # (channels,)


def number(forms: Sequence[Form], checks: Sequence[Checks], placed: Placed, spans_ms: tuple[int, int]) -> Numbers:
    """The table in numbers; `spans_ms` are the ahead limit and the offset of local time from UTC."""
    first_row = np.searchsorted(placed.channel, np.arange(placed.channels + 1)).astype(np.int64)
    count = np.diff(first_row)
    initial = tuple(first_words(form) for form in forms)
    header, near, far, words = _places(placed, count, initial)
    profile, members = _profiles(placed.form, first_row)

    forms_at = TAPE_HEAD + placed.channels * CHANNEL_WORDS
    checks_at = forms_at + len(forms) * FORM_WORDS
    profiles_at = checks_at + len(checks) * CHECK_WORDS
    member_first = np.cumsum([0, *map(len, members)])
    channels = np.empty((placed.channels, CHANNEL_WORDS), dtype=np.int64)
    channels[:, 0] = np.where(count > 0, profiles_at + member_first[profile] * PROFILE_WORDS, NEVER)
    channels[:, 1], channels[:, 2], channels[:, 3] = count, header, first_row[:-1]
    channels[:, 4] = checks_at + placed.check * CHECK_WORDS
    rows_of_profiles = np.empty((int(member_first[-1]), PROFILE_WORDS), dtype=np.int64)
    of_all = np.array([form for row in members for form in row], dtype=np.int64)
    rows_of_profiles[:, 0] = forms_at + of_all * FORM_WORDS
    rows_of_profiles[:, 1:] = _offsets(members, initial)
    tape = np.concatenate(
        [
            np.array([placed.channels, TAPE_HEAD, *spans_ms], dtype=np.int64),
            channels.ravel(),
            *(_form_words(form) for form in forms),
            *(_check_words(one) for one in checks),
            rows_of_profiles.ravel(),
        ]
    )
    most_rows = int(count.max(initial=0))
    places = header, words, first_row, near, far
    return Numbers(tape, count > 0, *places, initial, profile, tuple(members), placed.check, *spans_ms, most_rows)


def _places(placed: Placed, count: Whole, initial: Sequence[tuple[Whole, Whole]]) -> tuple[Whole, Whole, Whole, int]:
    """The header of each channel, the first near and far word of each row, and the number of all words."""
    near, far = (np.array([len(pair[which]) for pair in initial], dtype=np.int64)[placed.form] for which in (0, 1))
    near_of, far_of = (np.bincount(placed.channel, size, placed.channels).astype(np.int64) for size in (near, far))
    head = np.where(count > 0, COUNTS + HEADER, 0)
    end = placed.channels + np.cumsum(head + near_of + far_of)
    start = end - head - near_of - far_of
    near_at = (start + head - (np.cumsum(near_of) - near_of))[placed.channel] + np.cumsum(near) - near
    far_at = (start + head + near_of - (np.cumsum(far_of) - far_of))[placed.channel] + np.cumsum(far) - far
    return start + COUNTS, near_at, far_at, int(end[-1]) if len(end) else 0


def _offsets(members: Sequence[tuple[int, ...]], initial: Sequence[tuple[Whole, Whole]]) -> Whole:
    """Where near and far words of each row of each profile begin, from the header of the channel."""
    offsets: list[tuple[int, int]] = []
    for row in members:
        near = HEADER
        far = HEADER + sum(len(initial[form][0]) for form in row)
        for form in row:
            offsets.append((near, far))
            near, far = near + len(initial[form][0]), far + len(initial[form][1])
    return np.array(offsets, dtype=np.int64).reshape(-1, 2)


def _profiles(form: Whole, first_row: Whole) -> tuple[Whole, list[tuple[int, ...]]]:
    """The profile of each channel, and the forms of each profile in order; profile 0 has none.

    Sequences of forms are told apart by their first members, then the second, and so on: equal ones stay together.
    """
    count = np.diff(first_row)
    sequence = np.zeros(len(count), dtype=np.int64)
    known: list[tuple[int, ...]] = [()]
    forms = int(form.max(initial=0)) + 1
    for place in range(int(count.max(initial=0))):
        longer = np.flatnonzero(count > place)
        pair = sequence[longer] * forms + form[first_row[longer] + place]
        distinct, which = _distinct(pair)
        sequence[longer] = len(known) + which
        known += [(*known[one // forms], one % forms) for one in distinct.tolist()]
    used, profile = _distinct(np.append(0, sequence))
    return profile[1:].astype(np.int64), [known[one] for one in used.tolist()]


def _distinct(numbers: Whole) -> tuple[Whole, Whole]:
    """Which numbers there are, and where each stands among them; without sorting where they are small."""
    most = int(numbers.max(initial=0))
    if most > 4 * len(numbers) + 1000:
        distinct, which = np.unique(numbers, return_inverse=True)
        return distinct, which
    occurs = np.zeros(most + 1, dtype=np.bool_)
    occurs[numbers] = True
    distinct = np.flatnonzero(occurs)
    return distinct, (np.cumsum(occurs) - 1)[numbers]


def _form_words(form: Form) -> Whole:
    """As layout.py says."""
    sign = -1.0 if form.direction is Direction.BELOW else 1.0
    pad = [0.0] * (MAX_STEPS - len(form.steps))
    when = form.when
    pane_ms = round(form.of.over_s * 1000) // form.of.panes if form.of.signal in WINDOWED else 1
    words: list[float | int] = [int(form.of.signal), sign, len(form.steps), _span(form.stale_after_s), pane_ms]
    words += [form.of.panes, int(when != ALWAYS)]
    words += [100 * month + day for month, day in (when.first_day, when.last_day)]
    words += [sum(1 << (day - 1) for day in set(when.weekdays)), when.from_minute * 60_000, when.to_minute * 60_000]
    words += [*(sign * float(step.raise_at) for step in form.steps), *pad]
    words += [*(sign * float(step.clear_at) for step in form.steps), *pad]
    words += [*(round(step.hold_up_s * 1000) for step in form.steps), *map(int, pad)]
    words += [*(round(step.hold_down_s * 1000) for step in form.steps), *map(int, pad)]
    return as_words(words)


def _check_words(one: Checks) -> Whole:
    bounds = [float(one.low), float(one.high), float(one.jump)]
    return as_words([*bounds, _span(one.stuck_after_s), _span(one.gap_after_s)])


def _span(seconds: float | None) -> int:
    return FOREVER if seconds is None else round(seconds * 1000)
