"""Groups are what hangs together, whatever the order in which alarms come."""

from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.engines.grouping import Alarm, Change, Groups, Linking, What, group
from anshu.kernel.errors import Invalid

NEAR = Linking(near_m=200, within_s=1800, family={"depth": "flood", "rain": "flood"})
START_MS = 1_700_000_000_000


def alarm(key: str, minute: float, x_m: float, y_m: float = 0.0, cause: str = "depth") -> Alarm:
    return Alarm(key, START_MS + round(minute * 60_000), x_m, y_m, cause)


alarms = st.lists(
    st.builds(
        alarm,
        key=st.uuids().map(str),
        minute=st.integers(0, 240),
        x_m=st.integers(-6, 6).map(lambda one: 90.0 * one),
        y_m=st.integers(-6, 6).map(lambda one: 90.0 * one),
        cause=st.sampled_from(["depth", "rain", "gas"]),
    ),
    max_size=25,
    unique_by=lambda one: one.key,
)


def parts_of(groups: Groups) -> set[frozenset[str]]:
    return {frozenset(keys) for keys in groups.members.values()}


def what_hangs_together(said: list[Alarm]) -> set[frozenset[str]]:
    parts = [{one.key} for one in said]
    for one, other in combinations(said, 2):
        if NEAR.links(one, other):
            mine = next(part for part in parts if one.key in part)
            theirs = next(part for part in parts if other.key in part)
            if mine is not theirs:
                parts.remove(theirs)
                mine |= theirs
    return {frozenset(part) for part in parts}


@given(alarms, st.randoms(use_true_random=False), st.integers(1, 5))
def test_groups_are_what_hangs_together_in_any_order_and_any_batches(
    said: list[Alarm], random: Random, size: int
) -> None:
    long = Linking(NEAR.near_m, NEAR.within_s, late_s=1_000_000, family=NEAR.family)
    shuffled = random.sample(said, len(said))
    groups = Groups()
    for start in range(0, len(shuffled), size):
        groups, _ = group(groups, long, shuffled[start : start + size])
    assert parts_of(groups) == what_hangs_together(said)


@given(alarms)
def test_changes_tell_the_whole_story_and_nothing_is_kept_for_ever(said: list[Alarm]) -> None:
    ordered = sorted(said, key=lambda one: one.at_ms)
    told: dict[int, set[str]] = {}
    groups, largest = Groups(), 0
    for one in ordered:
        groups, changes = group(groups, NEAR, [one])
        for change in changes:
            follow(told, change)
        assert set(told) == set(groups.members)
        assert all(set(groups.members[number]) <= keys for number, keys in told.items())
        largest = max(largest, len(groups.alarms))
        assert all(one.at_ms - other.at_ms <= 1_800_000 for other in groups.alarms.values())
        assert sum(map(len, groups.cells.values())) == len(groups.alarms)


def follow(told: dict[int, set[str]], change: Change) -> None:
    if change.what is What.CLOSED:
        del told[change.group]
    elif change.what is What.MERGED:
        assert change.other is not None
        told[change.group] |= told.pop(change.other)
    else:
        assert (change.what is What.OPENED) == (change.group not in told)
        told.setdefault(change.group, set()).add(str(change.alarm))


def test_a_street_that_floods_sensor_by_sensor_is_one_group_and_a_gas_leak_in_it_another() -> None:
    said = [alarm("a", 0, 0), alarm("b", 5, 150), alarm("c", 9, 300, cause="rain"), alarm("d", 9, 150, cause="gas")]
    groups, changes = group(Groups(), NEAR, said)
    assert [(one.what.value, one.group) for one in changes] == [
        ("opened", 0), ("joined", 0), ("joined", 0), ("opened", 1),
    ]  # fmt: skip
    assert groups.members == {0: ("a", "b", "c"), 1: ("d",)}


def test_an_alarm_between_two_groups_makes_one_of_them() -> None:
    groups, changes = group(Groups(), NEAR, [alarm("a", 0, 0), alarm("b", 0, 400), alarm("c", 1, 200)])
    assert changes[2:] == [Change(What.JOINED, 0, "c"), Change(What.MERGED, 0, other=1)]
    assert sorted(groups.members[0]) == ["a", "b", "c"]


def test_an_alarm_told_twice_changes_nothing_and_the_given_groups_stay() -> None:
    before, _ = group(Groups(), NEAR, [alarm("a", 0, 0)])
    after, changes = group(before, NEAR, [alarm("a", 0, 0), alarm("b", 1, 0)])
    assert [one.what for one in changes] == [What.JOINED]
    assert (list(before.alarms), list(after.alarms)) == (["a"], ["a", "b"])


@pytest.mark.parametrize("spans", [(0.0, 60.0, 0.0), (float("nan"), 60.0, 0.0), (10.0, -1.0, 0.0), (10.0, 60.0, -1.0)])
def test_links_that_cannot_be_meant_are_refused(spans: tuple[float, float, float]) -> None:
    with pytest.raises(Invalid):
        Linking(*spans)


def test_an_alarm_without_a_position_is_refused() -> None:
    with pytest.raises(Invalid, match="no position"):
        group(Groups(), NEAR, [alarm("a", 0, float("inf"))])
