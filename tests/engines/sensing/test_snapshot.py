"""Snapshots: complete, reproducible, and never read when damaged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.engines.sensing import LadderRule, Level, Step, compile_rules, dump, load, new_state, step
from anshu.engines.sensing.snapshot import MAGIC
from anshu.kernel.errors import Invalid
from tests.engines.sensing.streams import EPOCH_MS, batch

RULES = compile_rules([LadderRule("积水/沙井\n一号", 3, (Step(Level.RED, 0.4, 0.3, 60, 60),), stale_after_s=90.5)])
STATE, _ = step(RULES, new_state(RULES), batch([(3, EPOCH_MS, 0.5), (3, 1, 0.0), (4, 1, 0.0)]), EPOCH_MS)
BLOB = dump(RULES, STATE)


def test_rules_and_state_come_back_whole() -> None:
    rules, state = load(BLOB)
    assert rules.keys == RULES.keys
    assert (state.unwatched, state.swept_ms, rules.ahead_limit_ms) == (1, EPOCH_MS, 300_000)
    assert dump(rules, state) == BLOB
    readings = batch([(3, EPOCH_MS + 60_000, 0.5)])
    assert step(rules, state, readings, EPOCH_MS + 1)[1] == step(RULES, STATE, readings, EPOCH_MS + 1)[1] != []


def test_an_empty_table_comes_back_too() -> None:
    rules = compile_rules([])
    again, state = load(dump(rules, new_state(rules)))
    assert (again.rows, again.channels, len(state.rung)) == (0, 0, 0)


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
    newer = MAGIC + (2).to_bytes(2, "big") + BLOB[len(MAGIC) + 2 :]
    with pytest.raises(Invalid, match="version 2; this engine reads version 1"):
        load(newer)
