"""Snapshots of version 1, of the time when a rule was a ladder on values and nothing else."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing.layout import AHEAD, BUSY, FOREVER, LAST, LATE, NEVER, NEWEST, OWN, SAME, STALE_BIT, WATCHED
from anshu.engines.sensing.rules import Direction, LadderRule, Level, Step
from anshu.engines.sensing.state import State, new_state
from anshu.engines.sensing.table import RuleTable, compile_rules


def read_first(keys: list[str], columns: Mapping[str, NDArray[Any]]) -> tuple[RuleTable, State]:
    """Rules and state from the columns of a version 1 snapshot: what was raised, held or silent goes on being so.

    The value of the newest reading was not kept then; signals that need it, which it had not, start from zero.
    """
    rules = compile_rules(
        [_rule(key, row, columns) for row, key in enumerate(keys)],
        ahead_limit_s=int(columns["rules_ahead_limit_ms"]) / 1000,
    )
    state = new_state(rules)
    header = rules.numbers.header[rules.numbers.watched]
    watched = np.flatnonzero(rules.numbers.watched)
    for word, name in ((NEWEST, "newest_ms"), (WATCHED, "watched_from_ms"), (LATE, "late"), (AHEAD, "ahead")):
        state.words[header + word] = columns[f"state_{name}"][watched]
    state.words[header + OWN] = state.words[header + SAME] = state.words[header + NEWEST]
    state.words[header + LAST] = 0
    state.words[header + BUSY] = NEVER  # all bits: every rule is looked at once, and then knows whether it rests
    far = rules.numbers.far
    state.words[far] = columns["state_rung"] + np.where(columns["state_stale"], STALE_BIT, 0)
    for row in range(len(far)):
        steps = len(rules.steps(row))
        state.words[far[row] + 1 : far[row] + 1 + steps] = columns["state_since_ms"][row, :steps]
    state.unwatched, state.swept_ms = int(columns["state_unwatched"]), int(columns["state_swept_ms"])
    return rules, state


def _rule(key: str, row: int, columns: Mapping[str, NDArray[Any]]) -> LadderRule:
    sign, levels = float(columns["rules_sign"][row]), columns["rules_level"][row, 1:].tolist()
    steps = tuple(
        Step(
            Level(level),
            sign * float(columns["rules_raise_at"][row, column]),
            sign * float(columns["rules_clear_at"][row, column]),
            int(columns["rules_hold_up_ms"][row, column]) / 1000,
            int(columns["rules_hold_down_ms"][row, column]) / 1000,
        )
        for column, level in enumerate(levels)
        if level
    )
    stale_after_ms = int(columns["rules_stale_after_ms"][row])
    stale_after_s = None if stale_after_ms == FOREVER else stale_after_ms / 1000
    direction = Direction.ABOVE if sign > 0 else Direction.BELOW
    return LadderRule(key, int(columns["rules_channel"][row]), steps, direction, stale_after_s)
