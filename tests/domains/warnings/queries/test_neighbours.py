"""Groups kept as rows are the groups that the engine makes of the same alarms, in whatever order these come."""

from collections.abc import Iterator

import numpy as np
import pytest
from django.db import transaction
from domains.warnings.raising import LON, STORM, begin, gauge, rise
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from anshu.domains.warnings.models import Alarm, AlarmGroup
from anshu.domains.warnings.rules.linking import family_of
from anshu.engines import grouping
from anshu.kernel.crs import project

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def time() -> Iterator[object]:
    with begin() as standing:
        yield standing


places = st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 90), st.booleans())


@hypothesis_settings(max_examples=25)
@given(st.lists(places, min_size=1, max_size=14))
def test_rows_group_as_the_engine_does(alarms: list[tuple[int, int, int, bool]]) -> None:
    with transaction.atomic():
        raised = []
        for n, (north, east, minute, faulty) in enumerate(alarms):
            channel = gauge(f"G{n}", north * 110, east * 110)
            raised.append(rise(channel, judged="silence" if faulty else "value", after_min=minute))
        assert by_rows(raised) == by_engine(raised)
        transaction.set_rollback(True)


def by_rows(raised: list[Alarm]) -> set[frozenset[str]]:
    groups: dict[object, set[str]] = {}
    for alarm in Alarm.objects.filter(pk__in=[each.pk for each in raised]):
        groups.setdefault(alarm.group_id, set()).add(alarm.number)
    counts = dict(AlarmGroup.objects.exclude(state="merged").values_list("pk", "count"))
    assert {pk: len(members) for pk, members in groups.items()} == counts
    return {frozenset(members) for members in groups.values()}


def by_engine(raised: list[Alarm]) -> set[frozenset[str]]:
    found: set[frozenset[str]] = set()
    for cause in ("road_water_depth", "silence"):
        linking = family_of(cause).linking
        of_family = [alarm for alarm in raised if (alarm.rule.judged == "silence") == (cause == "silence")]
        state = grouping.Groups()
        plain = grouping.Linking(linking.near_m, linking.within_s, late_s=1e8)
        for alarm in of_family:
            east, north = project(np.array([alarm.lon]), np.array([alarm.lat]), round(LON / 3) * 3)
            at_ms = int(alarm.sensed_at.timestamp() * 1000)
            one = grouping.Alarm(alarm.number, at_ms, float(east[0]), float(north[0]), cause)
            state, _changes = grouping.group(state, plain, [one])
        found |= {frozenset(members) for members in state.members.values()}
    return found


def test_an_alarm_without_a_place_is_of_one_event_with_its_own_channel_alone() -> None:
    lost, other = gauge("A", placed=False), gauge("B", placed=False)
    one = rise(lost)
    assert one.group != rise(other).group
    assert rise(lost, judged="rate").group == one.group


def test_what_shows_itself_counts_from_then_and_not_from_when_it_was_measured() -> None:
    alarm = rise(gauge("A"), after_min=3)
    assert (alarm.shown_at, alarm.group.first_at) == (alarm.sensed_at, alarm.sensed_at)
    assert alarm.shown_at > STORM
