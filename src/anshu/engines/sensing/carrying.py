"""State carried over from one rule table to the next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing.compounds import catch_up
from anshu.engines.sensing.layout import BUSY, COUNTS, HEADER, NEVER, RUNG_BITS, SHARED_BIT, STALE_BIT
from anshu.engines.sensing.numbers import Whole
from anshu.engines.sensing.rules import Level
from anshu.engines.sensing.state import State, compound_rungs, level_at, new_state, rungs
from anshu.engines.sensing.table import Keys, RuleTable


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A rule whose open level or staleness was given up when the rules changed."""

    key: str
    channel: int
    level: Level
    stale: bool


def recompile(old_state: State, old_rules: RuleTable, new_rules: RuleTable) -> tuple[State, list[Abandoned]]:
    """Carry the state over to new rules: rules with the same key and content keep theirs, all others start anew.

    What belongs to a channel (newest instant, counts) stays as long as some rule watches it before and after; a
    compound keeps its own when all the rules that it looks at do. The list names, by old row, the rules that were
    raised or stale and were not carried.
    """
    state = new_state(new_rules)
    state.unwatched, state.swept_ms = old_state.unwatched, old_state.swept_ms
    both = min(old_rules.channels, new_rules.channels)
    channel = np.flatnonzero(old_rules.numbers.watched[:both] & new_rules.numbers.watched[:both])
    carry_channels((old_state.words, old_rules, channel), (state.words, new_rules, channel))
    old_row, new_row = _same_rules(old_rules, new_rules)
    carry_rows((old_state.words, old_rules, old_row), (state.words, new_rules, new_row))
    kept = np.zeros(old_rules.rows, dtype=np.bool_)
    kept[old_row] = True
    _carry_compounds((old_state, old_rules), (state, new_rules), kept, set(new_row.tolist()))
    words = np.concatenate([old_state.words[old_rules.numbers.far], compound_rungs(old_rules, old_state)])
    lost = np.flatnonzero((words != 0) & ~kept)
    return state, [_abandoned(old_rules, row, int(words[row])) for row in lost.tolist()]


def carry_channels(source: tuple[Whole, RuleTable, Whole], target: tuple[Whole, RuleTable, Whole]) -> None:
    """Copy what belongs to channels that are watched on both sides, pairwise: memory, its table, channels."""
    (old_words, old, old_channel), (words, new, new_channel) = source, target
    header = np.arange(-COUNTS, HEADER)
    found = old_words[old.numbers.header[old_channel][:, None] + header]
    found[:, COUNTS + BUSY] = 0
    words[new.numbers.header[new_channel][:, None] + header] = found


def _same_rules(old: RuleTable, new: RuleTable) -> tuple[Whole, Whole]:
    """Ladder rows of old and of new, pairwise, that hold the same rule."""
    old_rows, new_rows = len(old.form), len(new.form)
    place = {named: at for at, named in enumerate(_named(new.keys))}
    name = np.array([place.get(named, -1) for named in _named(old.keys)], dtype=np.int64)[old.keys.name[:old_rows]]
    wide = len(new.keys.names) + 1
    sought = np.where(name >= 0, old.channel[:old_rows] * wide + name, NEVER)
    known = new.channel[:new_rows] * wide + new.keys.name[:new_rows]  # ascending, as rows are sorted
    at = np.minimum(np.searchsorted(known, sought), max(new_rows - 1, 0))
    old_row = np.flatnonzero(known[at] == sought) if new_rows else np.zeros(0, dtype=np.int64)
    new_row = at[old_row]
    form_place = {form: at for at, form in enumerate(new.forms)}
    form = np.array([form_place.get(form, -1) for form in old.forms], dtype=np.int64)
    same = form[old.form[old_row]] == new.form[new_row]
    return old_row[same], new_row[same]


def _named(keys: Keys) -> list[tuple[str, bool]]:
    return list(zip(keys.names, keys.numbered, strict=True))


def carry_rows(source: tuple[Whole, RuleTable, Whole], target: tuple[Whole, RuleTable, Whole]) -> None:
    """Copy what belongs to ladder rows of one form, pairwise, after that of their channels: memory, its table, rows."""
    (old_words, old, old_row), (words, new, new_row) = source, target
    sizes = np.array([[len(run) for run in pair] for pair in new.numbers.first_words], dtype=np.int64).reshape(-1, 2)
    for part, places in enumerate(((old.numbers.near, new.numbers.near), (old.numbers.far, new.numbers.far))):
        lengths = sizes[new.form[new_row], part]
        for length in np.unique(lengths).tolist():
            some, reach = np.flatnonzero(lengths == length), np.arange(length)
            words[places[1][new_row[some]][:, None] + reach] = old_words[places[0][old_row[some]][:, None] + reach]
    _mark_busy(new, words, new_row)


def _mark_busy(rules: RuleTable, words: Whole, rows: Whole) -> None:
    """Note on their channels which of the carried rows are not at rest."""
    first = rules.numbers.far[rows]
    steps = np.array([len(form.steps) for form in rules.forms], dtype=np.int64)[rules.form[rows]]
    busy: NDArray[np.bool_] = words[first] & (RUNG_BITS | STALE_BIT) != 0
    for column in range(int(steps.max(initial=0))):
        some = steps > column
        busy[some] |= words[first[some] + 1 + column] != NEVER
    channel = rules.channel[rows[busy]]
    place = rows[busy] - rules.numbers.first_row[channel]
    bits = np.left_shift(np.int64(1), np.minimum(place, SHARED_BIT))
    np.bitwise_or.at(words, rules.numbers.header[channel] + BUSY, bits)


def _carry_compounds(
    before: tuple[State, RuleTable], after: tuple[State, RuleTable], kept: NDArray[np.bool_], carried: set[int]
) -> None:
    """Compounds in the order of the new table; adds the old rows of those that are the same to `kept`."""
    (old_state, old), (state, new) = before, after
    if not new.compounds:
        return
    place = {rule.key: index for index, rule in enumerate(old.compounds)}
    standing = rungs(new, state).tolist()
    for index, rule in enumerate(new.compounds):
        was = place.get(rule.key)
        row = len(new.form) + index
        if was is not None and old.compounds[was] == rule and set(new.inputs[index]) <= carried:
            carry_compound((old_state, old, was), (state, new, index))
            kept[len(old.form) + was] = True
            carried.add(row)
            standing[row] = int(state.compounds[new.compound_start[index]])
        else:
            catch_up(new, state, index, standing)


def carry_compound(source: tuple[State, RuleTable, int], target: tuple[State, RuleTable, int]) -> None:
    """Copy what belongs to one compound."""
    (old_state, old, was), (state, new, index) = source, target
    state.compounds[_run(new, index)] = old_state.compounds[_run(old, was)]
    state.restless[index] = old_state.restless[was]


def _run(rules: RuleTable, index: int) -> slice:
    return slice(int(rules.compound_start[index]), int(rules.compound_start[index + 1]))


def _abandoned(rules: RuleTable, row: int, word: int) -> Abandoned:
    level = level_at(rules, row, word & RUNG_BITS)
    return Abandoned(rules.keys[row], int(rules.channel[row]), level, bool(word & STALE_BIT))
