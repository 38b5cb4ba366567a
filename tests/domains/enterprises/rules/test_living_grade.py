"""The living grade as arithmetic: reasons add up, points fade, limits hold, and worse is never better."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.domains.enterprises.rules.living_grade import Event, Table, Weight, color_of, faded, living_grade

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TABLE = Table(
    base={"red": 60, "orange": 40, "yellow": 20, "blue": 0},
    ladder={"red": 60, "orange": 40, "yellow": 20},
    weights={
        "alarm": Weight(8, 14, 16),
        "hazard": Weight(25, 60, 50),
        "passed": Weight(-4, 90, 8),
        "praise": Weight(-6, 90, 12),
    },
    credit_at_most=10,
    least=0.1,
)
ORDER = ("blue", "yellow", "orange", "red")

ages = st.floats(min_value=0, max_value=400, allow_nan=False)
events = st.lists(
    st.builds(
        lambda kind, age, lasts, over, weight: Event(
            kind,
            NOW - timedelta(days=age),
            NOW - timedelta(days=age * over) if over is not None else None,
            lasts=lasts,
            weight=weight,
        ),
        st.sampled_from(sorted(TABLE.weights)),
        ages,
        st.booleans(),
        st.one_of(st.none(), st.floats(min_value=0, max_value=1)),
        st.floats(min_value=0.2, max_value=3),
    ),
    max_size=12,
)
bases = st.sampled_from([*ORDER, ""])


@given(bases, events)
def test_the_reasons_add_up_to_the_points(base, happened):
    grade = living_grade(base, happened, TABLE, NOW)
    assert sum(reason.points for reason in grade.reasons) == grade.points
    assert grade.points >= 0
    assert grade.color == color_of(grade.points, TABLE.ladder)


@given(bases, events)
def test_no_kind_counts_more_than_its_limit(base, happened):
    grade = living_grade(base, happened, TABLE, NOW)
    for kind, weight in TABLE.weights.items():
        counted = sum(abs(reason.points) for reason in grade.reasons if reason.kind == kind)
        assert counted <= Decimal(str(weight.at_most))


@given(bases, events)
def test_no_more_is_taken_off_than_the_limit_for_all(base, happened):
    grade = living_grade(base, happened, TABLE, NOW)
    start = Decimal(TABLE.base.get(base, 0))
    added = sum(reason.points for reason in grade.reasons if reason.kind in ("alarm", "hazard"))
    assert grade.points >= max(Decimal(0), start + added - Decimal(str(TABLE.credit_at_most)))


@given(bases, events, ages, st.sampled_from(["alarm", "hazard"]))
def test_something_bad_more_is_never_better(base, happened, age, kind):
    more = [*happened, Event(kind, NOW - timedelta(days=age))]
    before, after = (living_grade(base, some, TABLE, NOW) for some in (happened, more))
    # A small newer event may take the place of a larger older one under the limit of its kind, never more than that.
    assert after.points >= before.points - Decimal(str(TABLE.weights[kind].at_most))
    assert ORDER.index(living_grade(base, [more[-1]], TABLE, NOW).color) >= ORDER.index(base or "blue")


@given(events, st.floats(min_value=0, max_value=3000))
def test_what_is_over_fades_to_the_base(happened, days):
    over = [Event(e.kind, e.began_at, e.ended_at or NOW, e.lasts, e.weight) for e in happened]
    later = living_grade("yellow", over, TABLE, NOW + timedelta(days=days))
    assert abs(later.points - 20) <= sum(w.at_most for w in TABLE.weights.values())
    assert living_grade("yellow", over, TABLE, NOW + timedelta(days=9000)).points == 20


def test_half_is_left_after_a_half_life():
    weight = TABLE.weights["alarm"]
    assert faded(Event("alarm", NOW - timedelta(days=14)), weight, NOW) == pytest.approx(4)
    assert faded(Event("alarm", NOW - timedelta(days=28), weight=2), weight, NOW) == pytest.approx(4)


def test_what_lasts_counts_in_full_until_it_is_over():
    weight = TABLE.weights["hazard"]
    began = NOW - timedelta(days=120)
    assert faded(Event("hazard", began, lasts=True), weight, NOW) == 25
    assert faded(Event("hazard", began, NOW - timedelta(days=60), lasts=True), weight, NOW) == pytest.approx(12.5)
    assert faded(Event("hazard", NOW + timedelta(days=1), lasts=True), weight, NOW) == 0


def test_a_colour_begins_at_its_first_point():
    for points, color in ((0, "blue"), (19.9, "blue"), (20, "yellow"), (39.9, "yellow"), (40, "orange"), (60, "red")):
        assert color_of(Decimal(str(points)), TABLE.ladder) == color


def test_a_major_hazard_turns_a_blue_enterprise_yellow_and_says_so():
    grade = living_grade("blue", [Event("hazard", NOW, lasts=True, words="通道堵塞")], TABLE, NOW)
    assert (grade.points, grade.color) == (Decimal("25.0"), "yellow")
    assert [(reason.kind, reason.words) for reason in grade.reasons] == [("base", "blue"), ("hazard", "通道堵塞")]


def test_the_newest_counts_first_and_the_limit_cuts_the_oldest():
    happened = [Event("alarm", NOW - timedelta(days=age), words=str(age)) for age in (0, 0.01, 14)]
    counted = [reason for reason in living_grade("blue", happened, TABLE, NOW).reasons if reason.kind == "alarm"]
    assert [reason.words for reason in counted] == ["0", "0.01"]
    assert sum(reason.points for reason in counted) == 16


def test_an_unknown_kind_counts_nothing():
    assert living_grade("blue", [Event("comet", NOW)], TABLE, NOW).points == 0
