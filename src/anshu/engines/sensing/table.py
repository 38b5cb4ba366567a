"""Rules compiled: every rule a row of a table, and the table in numbers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing.numbers import Numbers, Placed, Whole, number
from anshu.engines.sensing.refusals import check_checks, check_compound, check_head, check_keys, check_rule
from anshu.engines.sensing.rules import (
    MAX_CHANNEL,
    MAX_SECONDS,
    MAX_STEPS,
    UNCHECKED,
    Checked,
    Checks,
    CompoundRule,
    Form,
    LadderRule,
    Spread,
    Step,
)
from anshu.kernel.errors import Invalid

CHINA_STANDARD_S = 8 * 3600
COMPOUND_HEADER = 1 + MAX_STEPS  # words of a compound before its conditions: rung, an instant for each step


@dataclass(frozen=True, slots=True, eq=False)
class Keys(Sequence[str]):
    """The key of each row: its name, with the channel behind it where one rule is spread over many."""

    names: tuple[str, ...]
    numbered: tuple[bool, ...]  # by name
    name: Whole  # (rows,)
    channel: Whole  # (rows,)

    def __len__(self) -> int:
        return len(self.name)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[str]: ...
    def __getitem__(self, row: int | slice) -> str | Sequence[str]:
        if isinstance(row, slice):
            return [self[one] for one in range(*row.indices(len(self)))]
        name = int(self.name[row])
        return f"{self.names[name]}/{self.channel[row]}" if self.numbered[name] else self.names[name]

    def __iter__(self) -> Iterator[str]:
        return (self[row] for row in range(len(self)))


@dataclass(frozen=True, slots=True, eq=False)
class RuleTable:
    """Compiled rules: one row per rule, ladders sorted by (channel, key), then compounds so that inputs come first.

    The rows of channel c are numbers.first_row[c] to numbers.first_row[c + 1] - 1.
    """

    keys: Keys
    forms: tuple[Form, ...]
    form: Whole  # (ladder rows,)
    checks: tuple[Checks, ...]
    backups: Mapping[int, int]
    compounds: tuple[CompoundRule, ...]
    inputs: tuple[tuple[int, ...], ...]  # rows that each compound looks at
    followers: Mapping[int, tuple[tuple[int, int], ...]]  # by row: compounds that look at it, and as which condition
    compound_start: Whole  # (compounds + 1,), where each begins in the memory of compounds
    numbers: Numbers

    @property
    def rows(self) -> int:
        """Number of rules, compounds included."""
        return len(self.keys)

    @property
    def channels(self) -> int:
        """Number of channel indexes covered, used or not."""
        return len(self.numbers.watched)

    @property
    def channel(self) -> Whole:
        """The channel of each row."""
        return self.keys.channel

    def ladder(self, row: int) -> Form | CompoundRule:
        """The steps of a row, and what else its rule says."""
        return self.forms[self.form[row]] if row < len(self.form) else self.compounds[row - len(self.form)]

    def steps(self, row: int) -> tuple[Step, ...]:
        """The steps of a row, mildest first."""
        return self.ladder(row).steps


@dataclass(slots=True)
class Rows:
    """Rules while they are collected."""

    names: list[str]
    numbered: list[bool]
    form: list[int]  # by name
    channels: list[NDArray[np.int64]]  # by name
    forms: dict[Form, int]

    def add(self, rule: LadderRule, channels: NDArray[np.int64] | None) -> None:
        form = rule.form
        if form in self.forms:
            check_head(rule)
        else:
            check_rule(rule)
        self.names.append(rule.key)
        self.numbered.append(channels is not None)
        self.form.append(self.forms.setdefault(form, len(self.forms)))
        self.channels.append(np.array([rule.channel], dtype=np.int64) if channels is None else channels)


def compile_rules(
    rules: Iterable[LadderRule | Spread | CompoundRule],
    *,
    ahead_limit_s: float = 300.0,
    utc_offset_s: float = CHINA_STANDARD_S,
    checked: Iterable[Checked] = (),
) -> RuleTable:
    """Check and compile; Invalid names the rule and the step. The order in which rules are given has no effect."""
    rows, compounds = Rows([], [], [], [], {}), []
    for rule in rules:
        if isinstance(rule, CompoundRule):
            check_compound(rule)
            compounds.append(rule)
        elif isinstance(rule, Spread):
            rows.add(rule.rule, _spread_channels(rule))
        else:
            rows.add(rule, None)
    if not 0 <= ahead_limit_s <= MAX_SECONDS:
        raise Invalid("ahead_limit_s must be from 0 to ten years", field="ahead_limit_s", code="rule_hold")
    if not abs(utc_offset_s) <= 86_400:
        raise Invalid("utc_offset_s must be within a day", field="utc_offset_s", code="rule_hold")
    keys, form = _sorted_rows(rows)
    _check_all_keys(rows, compounds)
    spans_ms = round(ahead_limit_s * 1000), round(utc_offset_s * 1000)
    source = Source(keys, form, tuple(rows.forms), tuple(compounds), *_collect_checks(checked), spans_ms)
    return assemble(source)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """All that a table is made from; ladder rows are sorted, compounds are not."""

    keys: Keys
    form: Whole
    forms: tuple[Form, ...]
    compounds: tuple[CompoundRule, ...]
    checks: tuple[Checks, ...]
    check: Mapping[int, int]  # by channel; absent ones have the first
    backups: Mapping[int, int]
    spans_ms: tuple[int, int]


def assemble(source: Source) -> RuleTable:
    """The table of a source. Invalid when compounds name what is not there, or each other in a ring."""
    ladders = source.keys
    channels = int(ladders.channel[-1]) + 1 if len(ladders) else 0
    check = np.zeros(channels, dtype=np.int64)
    for channel, which in source.check.items():
        if channel < channels:
            check[channel] = which
    placed = Placed(ladders.channel, source.form, channels, check)
    compounds, inputs = order_compounds(source.compounds, ladders)
    more = np.arange(len(compounds), dtype=np.int64) + len(ladders.names)
    keys = Keys(
        ladders.names + tuple(one.key for one in compounds),
        ladders.numbered + (False,) * len(compounds),
        np.concatenate([ladders.name, more]),
        np.concatenate([ladders.channel, np.array([one.channel for one in compounds], dtype=np.int64)]),
    )
    backups = {channel: backup for channel, backup in sorted(source.backups.items()) if channel < channels}
    numbers = number(source.forms, source.checks, placed, source.spans_ms)
    sizes = [COMPOUND_HEADER + len(one.conditions) for one in compounds]
    return RuleTable(
        keys, source.forms, source.form, source.checks, backups, compounds, inputs,
        _followers(inputs), np.cumsum([0, *sizes], dtype=np.int64), numbers,
    )  # fmt: skip


def _followers(inputs: Sequence[Sequence[int]]) -> dict[int, tuple[tuple[int, int], ...]]:
    followers: dict[int, list[tuple[int, int]]] = {}
    for index, rows in enumerate(inputs):
        for place, row in enumerate(rows):
            followers.setdefault(row, []).append((index, place))
    return {row: tuple(found) for row, found in followers.items()}


def order_compounds(
    compounds: Sequence[CompoundRule], ladders: Keys
) -> tuple[tuple[CompoundRule, ...], tuple[tuple[int, ...], ...]]:
    """Compounds so that those named by others come first, by key among equals; and the rows that each looks at."""
    wanted = {condition.rule for rule in compounds for condition in rule.conditions}
    row_of = {key: row for row, key in enumerate(ladders) if key in wanted} if wanted else {}
    waiting = sorted(compounds, key=lambda rule: rule.key)
    ordered: list[CompoundRule] = []
    while waiting:
        ready = [rule for rule in waiting if all(condition.rule in row_of for condition in rule.conditions)]
        if not ready:
            message = "rule %(rule)s: its conditions name a rule that does not exist, or go round in a ring"
            raise Invalid(message, field="conditions", code="rule_conditions", rule=waiting[0].key)
        for rule in ready:
            row_of[rule.key] = len(ladders) + len(ordered)
            ordered.append(rule)
        waiting = [rule for rule in waiting if rule.key not in row_of]
    return tuple(ordered), tuple(tuple(row_of[one.rule] for one in rule.conditions) for rule in ordered)


def _spread_channels(spread: Spread) -> NDArray[np.int64]:
    channels = np.sort(np.asarray(spread.channels, dtype=np.int64))
    if np.any(channels[1:] == channels[:-1]) or (len(channels) and not 0 <= channels[0] <= channels[-1] <= MAX_CHANNEL):
        message = "rule %(rule)s: channels must be from 0 to %(most)d, each once"
        raise Invalid(message, field="channel", code="rule_channel", rule=spread.rule.key, most=MAX_CHANNEL)
    return channels


def _sorted_rows(rows: Rows) -> tuple[Keys, Whole]:
    """Ladder rows by channel, then by name; and their forms."""
    order = sorted(range(len(rows.names)), key=lambda one: (rows.names[one], rows.numbered[one]))
    names = tuple(rows.names[one] for one in order)
    count = np.array([len(rows.channels[one]) for one in order], dtype=np.int64)
    channel = np.concatenate([np.zeros(0, np.int64), *(rows.channels[one] for one in order)])
    place = channel * (len(names) + 1) + np.repeat(np.arange(len(names)), count)
    place.sort()
    channel, name = np.divmod(place, len(names) + 1)
    form = np.array([rows.form[one] for one in order], dtype=np.int64)[name] if names else name
    return Keys(names, tuple(rows.numbered[one] for one in order), name, channel), form


def _check_all_keys(rows: Rows, compounds: Sequence[CompoundRule]) -> None:
    plain = [name for name, numbered in zip(rows.names, rows.numbered, strict=True) if not numbered]
    check_keys(plain + [rule.key for rule in compounds])
    spread = {name: at for at, name in enumerate(rows.names) if rows.numbered[at]}
    check_keys([name for name, numbered in zip(rows.names, rows.numbered, strict=True) if numbered])
    for key in plain + [rule.key for rule in compounds]:
        name, _, channel = key.rpartition("/")
        if name in spread and channel.isdecimal() and channel in rows.channels[spread[name]].astype(str):
            check_keys([key, key])


def _collect_checks(checked: Iterable[Checked]) -> tuple[tuple[Checks, ...], dict[int, int], dict[int, int]]:
    kinds: dict[Checks, int] = {UNCHECKED: 0}
    check: dict[int, int] = {}
    backups: dict[int, int] = {}
    for one in checked:
        check_checks(one.checks)
        which = kinds.setdefault(one.checks, len(kinds))
        channels: list[Any] = np.asarray(one.channels, dtype=np.int64).tolist()
        if channels and not 0 <= min(channels) <= max(channels) <= MAX_CHANNEL:
            raise Invalid(
                "checks: channels must be from 0 to %(most)d", field="channels", code="checks", most=MAX_CHANNEL
            )
        known = set(channels)
        strange = any(channel not in known or channel == backup for channel, backup in one.backups.items())
        if strange or (one.backups and one.checks.gap_after_s is None):
            message = "a backup is another channel, and needs checks with gap_after_s on the one that it stands in for"
            raise Invalid(message, field="backups", code="checks")
        check |= dict.fromkeys(channels, which)
        backups |= one.backups
    return tuple(kinds), check, backups
