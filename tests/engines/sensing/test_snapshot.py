"""Snapshots: complete, reproducible, and never read when damaged."""

import hashlib
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.engines.sensing import (
    Counts,
    Direction,
    LadderRule,
    Level,
    Step,
    compile_rules,
    counts,
    dump,
    load,
    new_state,
    recompile,
    step,
)
from anshu.engines.sensing.snapshot import MAGIC
from anshu.kernel.errors import Invalid
from tests.engines.sensing.streams import EPOCH_MS, batch

RULES = compile_rules([LadderRule("积水/沙井\n一号", 3, (Step(Level.RED, 0.4, 0.3, 60, 60),), stale_after_s=90.5)])
STATE, _ = step(RULES, new_state(RULES), batch([(3, EPOCH_MS, 0.5), (3, 1, 0.0), (4, 1, 0.0)]), EPOCH_MS)
BLOB = dump(RULES, STATE)


def test_rules_and_state_come_back_whole() -> None:
    rules, state = load(BLOB)
    assert list(rules.keys) == list(RULES.keys)
    assert (state.unwatched, state.swept_ms, rules.numbers.ahead_limit_ms) == (1, EPOCH_MS, 300_000)
    assert dump(rules, state) == BLOB
    readings = batch([(3, EPOCH_MS + 60_000, 0.5)])
    assert step(rules, state, readings, EPOCH_MS + 1)[1] == step(RULES, STATE, readings, EPOCH_MS + 1)[1] != []


def test_an_empty_table_comes_back_too() -> None:
    rules = compile_rules([])
    again, state = load(dump(rules, new_state(rules)))
    assert (again.rows, again.channels, len(state.words)) == (0, 0, 0)


@settings(deadline=None)
@given(st.integers(0, len(BLOB) - 1), st.integers(1, 255))
def test_any_altered_byte_is_noticed(place: int, change: int) -> None:
    altered = bytearray(BLOB)
    altered[place] ^= change
    with pytest.raises(Invalid) as refusal:
        load(bytes(altered))
    assert refusal.value.code.startswith("snapshot_")


@settings(deadline=None)
@given(st.integers(0, len(BLOB) - 1))
def test_a_snapshot_cut_short_is_noticed(length: int) -> None:
    with pytest.raises(Invalid):
        load(BLOB[:length])


def test_another_version_is_named() -> None:
    newer = MAGIC + (3).to_bytes(2, "big") + BLOB[len(MAGIC) + 2 :]
    with pytest.raises(Invalid, match="version 3; this engine reads version 2"):
        load(newer)


def test_a_snapshot_of_the_first_version_is_still_read() -> None:
    """As that version wrote it: one column for each field of its table and its state."""
    never, four = np.iinfo(np.int64).max, np.zeros((1, 4))
    columns = {
        "rules_keys": np.frombuffer(json.dumps(["depth"]).encode(), dtype=np.uint8),
        "rules_channel": np.array([1]),
        "rules_sign": np.array([-1.0]),
        "rules_raise_at": np.array([[-19.5, -18.0, np.inf, np.inf]]),
        "rules_clear_at": np.array([[-20.0, -18.5, np.inf, np.inf]]),
        "rules_hold_up_ms": np.array([[30_000, 0, 0, 0]]),
        "rules_hold_down_ms": four.astype(np.int64),
        "rules_level": np.array([[0, 2, 1, 0, 0]]),
        "rules_stale_after_ms": np.array([never]),
        "rules_first_row": np.array([0, 0, 1]),
        "rules_ahead_limit_ms": np.array(300_000),
        "state_rung": np.array([0]),
        "state_since_ms": np.array([[EPOCH_MS, -1, -1, -1]]),
        "state_stale": np.array([False]),
        "state_newest_ms": np.array([-1, EPOCH_MS]),
        "state_watched_from_ms": np.array([-1, EPOCH_MS]),
        "state_late": np.array([0, 7]),
        "state_ahead": np.array([0, 1]),
        "state_unwatched": np.array(3),
        "state_swept_ms": np.array(EPOCH_MS),
    }
    buffer = io.BytesIO()
    np.savez(buffer, **columns)
    body = buffer.getvalue()
    rules, state = load(MAGIC + (1).to_bytes(2, "big") + hashlib.sha256(body).digest() + body)
    steps = (Step(Level.ORANGE, 19.5, 20.0, 30, 0), Step(Level.RED, 18.0, 18.5))
    today = compile_rules([LadderRule("depth", 1, steps, Direction.BELOW)])
    state, abandoned = recompile(state, rules, today)
    assert (abandoned, counts(today, state, 1), state.unwatched) == ([], Counts(7, 1, 0, EPOCH_MS), 3)
    _, decisions = step(today, state, batch([(1, EPOCH_MS + 30_000, 19.0)]), EPOCH_MS + 30_000)
    assert [(one.kind.value, one.level, one.reason.since_ms) for one in decisions] == [("raise", 2, EPOCH_MS)]
