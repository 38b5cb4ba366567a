"""The lines of the desk: red is never folded, nothing is lost between what is shown and what is folded."""

from collections.abc import Iterator

import pytest
from domains.warnings.raising import begin as storm
from domains.warnings.raising import gauge, officer, rise
from hypothesis import given
from hypothesis import strategies as st

from anshu.access.policy import Person
from anshu.domains.warnings.models import AlarmGroup, Level
from anshu.domains.warnings.queries.lines import MEMBERS, desk, line, waiting_levels, within
from anshu.domains.warnings.transitions import groups, verdicts
from anshu.kernel import clock


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenTime]:
    with storm() as standing:
        yield standing


@pytest.fixture
def by(db: None) -> Person:
    return officer()


@given(st.lists(st.sampled_from("1234"), max_size=40), st.integers(1, 12))
def test_what_is_beyond_the_budget_is_the_mildest_and_never_red(levels: list[str], budget: int) -> None:
    waiting = [AlarmGroup(level=level) for level in sorted(levels)]
    shown, folded = within(waiting, budget)
    assert shown + folded == waiting
    red = sum(level == "1" for level in levels)
    assert len(shown) == min(len(levels), max(budget, red))
    assert all(group.level != Level.RED for group in folded)


@pytest.mark.django_db
def test_a_flood_is_told_folded_and_its_worst_offenders_named(by: Person) -> None:
    for n in range(9):
        rise(gauge(f"Y{n}", n * 1000), Level.YELLOW)
    for n in range(4):
        rise(gauge(f"B{n}", n * 1000, 5000), Level.BLUE, judged="rate")
    rise(gauge("R", 500, 9000), Level.RED)
    found = desk(by)
    assert [each.group.level for each in found.waiting] == ["1", *"3" * 9]
    assert found.fold is not None and (found.fold.lines, found.fold.alarms) == (4, 4)
    assert [(each.name, each.alarms) for each in found.fold.offenders] == [("rate road_water_depth", 4)]
    assert found.load.flooded and (found.load.came, found.load.budget, found.load.minutes) == (14, 10, 10)
    everything = desk(by, unfolded=True)
    assert everything.fold is None and len(everything.waiting) == 14 == len(waiting_levels(by))


@pytest.mark.django_db
def test_a_line_knows_its_worst_few_and_how_many_more_there_are(by: Person) -> None:
    alarms = [rise(gauge(f"G{n}", n * 20), Level.ORANGE if n == 7 else Level.BLUE) for n in range(MEMBERS + 3)]
    (only,) = desk(by).waiting
    assert only.group.head == alarms[7] == only.members[0]
    assert (len(only.members), only.more, only.waits) == (MEMBERS, 3, MEMBERS + 3)
    alone = rise(gauge("alone", 9000))
    assert line(AlarmGroup.objects.get(pk=alone.group_id)).members == ()


@pytest.mark.django_db
def test_what_was_acknowledged_or_judged_stands_below_what_waits(by: Person) -> None:
    held, judged = rise(gauge("A")), rise(gauge("B", 3000))
    groups.acknowledge_group(AlarmGroup.objects.get(pk=held.group_id), by=by)
    verdicts.confirm_group(AlarmGroup.objects.get(pk=judged.group_id), by=by)
    found = desk(by)
    assert [[each.group.head for each in part] for part in (found.waiting, found.held, found.settled)] == [
        [],
        [held],
        [judged],
    ]
    assert found.first == found.held[0].group and desk(officer("440304")).first is None
