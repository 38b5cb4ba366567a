"""One rule table parted into buckets of channels that can be stepped apart, each on another machine if need be.

Channels that lend to one another or on which one compound looks stay together. A bucket is an ordinary table and
state: channels and rows numbered anew, without gaps, and rules named by numbers, so that it costs no more than what
it holds. Parted, stepped with the same nows, and put together again, the moves are those of the whole, in its order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from anshu.engines.sensing.carrying import carry_channels, carry_compound, carry_rows
from anshu.engines.sensing.layout import NEVER
from anshu.engines.sensing.numbers import Whole
from anshu.engines.sensing.rules import CompoundRule
from anshu.engines.sensing.state import State, new_state
from anshu.engines.sensing.table import Keys, RuleTable, Source, assemble


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One bucket: its table, and for each of its channels and rows the number of the same in the whole, ascending."""

    rules: RuleTable
    channels: Whole
    rows: Whole


def bucket_of(rules: RuleTable, buckets: int) -> Whole:
    """By channel number: its bucket, NEVER for a channel that no rule needs. Beyond the end no channel is needed."""
    size = max([rules.channels, *(backup + 1 for backup in rules.backups.values())])
    needed = np.zeros(size, dtype=np.bool_)
    needed[: rules.channels] = rules.numbers.watched
    home = np.arange(size, dtype=np.int64)
    for together in _bound(rules):
        needed[together] = True
        ends = [_end(home, channel) for channel in together.tolist()]
        home[ends] = min(ends)
    for channel in np.flatnonzero(home != np.arange(size)).tolist():
        home[channel] = _end(home, channel)
    return np.where(needed, home % buckets, NEVER)


def route(place: Whole, channel: Whole) -> Whole:
    """The bucket of each reading by its channel, NEVER where no rule needs it; `place` is what `bucket_of` has said."""
    return np.append(place, NEVER)[np.minimum(channel, len(place))]


def _end(home: Whole, channel: int) -> int:
    """The channel at which a chain of homes ends."""
    while home[channel] != channel:
        channel = int(home[channel])
    return channel


def _bound(rules: RuleTable) -> list[Whole]:
    """Groups of channels that must be in one bucket; groups may share channels."""
    found = [np.array(pair, dtype=np.int64) for pair in rules.backups.items() if rules.numbers.watched[pair[0]]]
    ladders = len(rules.form)
    below: list[Whole] = []  # by compound: the channels of all ladders under it
    for rows in rules.inputs:
        under = [rules.channel[[row]] if row < ladders else below[row - ladders] for row in rows]
        below.append(np.unique(np.concatenate(under)))
    return found + below


def part(rules: RuleTable, place: Whole, bucket: int) -> Part:
    """The rules of one bucket; `place` is what `bucket_of` has said."""
    channels = np.flatnonzero(place == bucket)
    ladders = len(rules.form)
    inside = np.flatnonzero(place[rules.channel[:ladders]] == bucket)
    used, name = np.unique(rules.keys.name[inside], return_inverse=True)
    keys = Keys(
        tuple(str(one) for one in range(len(used))),
        tuple(rules.keys.numbered[one] for one in used.tolist()),
        name.astype(np.int64),
        np.searchsorted(channels, rules.channel[inside]).astype(np.int64),
    )
    compounds = [index for index in range(len(rules.compounds)) if place[_first_channel(rules, index)] == bucket]
    rows = np.concatenate([inside, np.array(compounds, dtype=np.int64) + ladders])
    known = dict(zip(rows.tolist(), [*keys, *(_name(index) for index in compounds)], strict=True))
    check = rules.numbers.check
    within = channels[channels < rules.channels]
    source = Source(
        keys,
        rules.form[inside],
        rules.forms,
        tuple(_renamed(rules, index, known) for index in compounds),
        rules.checks,
        dict(enumerate(check[within].tolist())),
        {
            int(np.searchsorted(channels, one)): int(np.searchsorted(channels, backup))
            for one, backup in rules.backups.items()
            if place[one] == bucket and rules.numbers.watched[one]
        },
        (rules.numbers.ahead_limit_ms, rules.numbers.utc_offset_ms),
    )
    return Part(assemble(source), channels, rows)


def _first_channel(rules: RuleTable, index: int) -> int:
    """The channel of one of the ladders under a compound."""
    row = rules.inputs[index][0]
    return int(rules.channel[row]) if row < len(rules.form) else _first_channel(rules, row - len(rules.form))


def _name(index: int) -> str:
    """The name of a compound in a part: sorts as the compounds of the whole stand, and is no ladder's."""
    return f"c{index:09}"


def _renamed(rules: RuleTable, index: int, known: dict[int, str]) -> CompoundRule:
    rule = rules.compounds[index]
    conditions = (
        replace(condition, rule=known[row]) for condition, row in zip(rule.conditions, rules.inputs[index], strict=True)
    )
    return replace(rule, key=_name(index), conditions=tuple(conditions))


def split(rules: RuleTable, state: State, parts: Sequence[Part]) -> list[State]:
    """The state of each part."""
    found = []
    for place, one in enumerate(parts):
        made = new_state(one.rules)
        _carry((rules, state), (one.rules, made), one, inward=True)
        made.unwatched = 0 if place else state.unwatched
        found.append(made)
    return found


def join(rules: RuleTable, parts: Sequence[Part], states: Sequence[State]) -> State:
    """The state of the whole, out of the states of all its parts, which have seen the same nows."""
    whole = new_state(rules)
    for one, state in zip(parts, states, strict=True):
        _carry((one.rules, state), (rules, whole), one, inward=False)
    whole.unwatched = sum(state.unwatched for state in states)
    return whole


def _carry(source: tuple[RuleTable, State], target: tuple[RuleTable, State], one: Part, *, inward: bool) -> None:
    """Copy all that a part holds, out of the whole or into it."""
    (old, old_state), (new, state) = source, target
    own = np.flatnonzero(one.rules.numbers.watched)
    ladders = len(one.rules.form)
    row = np.arange(ladders)
    pairs = ((one.channels[own], own), (one.rows[:ladders], row))
    (old_channel, channel), (old_row, new_row) = pairs if inward else tuple((inner, outer) for outer, inner in pairs)
    carry_channels((old_state.words, old, old_channel), (state.words, new, channel))
    carry_rows((old_state.words, old, old_row), (state.words, new, new_row))
    whole = (old if inward else new).form
    for index, there in enumerate((one.rows[ladders:] - len(whole)).tolist()):
        was, now = (there, index) if inward else (index, there)
        carry_compound((old_state, old, was), (state, new, now))
    state.swept_ms, state.begun = old_state.swept_ms, old_state.begun
