"""The pure rule of who is rung next, and of what the keys mean."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from anshu.domains.warnings.rules.calls import (
    Exhausted,
    Link,
    Pace,
    Past,
    Ring,
    Verdict,
    Wait,
    choices,
    judge,
    next_step,
)

NOON = datetime(2026, 6, 12, 4, 0, tzinfo=UTC)
PACE = Pace(3, timedelta(seconds=100))
CHAIN = [Link(0, "a"), Link(2, "b")]


def test_the_first_of_the_chain_is_rung_at_once() -> None:
    assert next_step(CHAIN, [], PACE, NOON) == Ring(0, "a", 1, "voice", NOON)


def test_nobody_is_rung_while_a_telephone_rings() -> None:
    assert next_step(CHAIN, [Past("a", "voice", NOON, active=True)], PACE, NOON) == Wait()


def test_the_second_try_waits_for_its_turn_and_the_fourth_is_the_superiors() -> None:
    made = [Past("a", "voice", NOON)]
    soon = NOON + timedelta(seconds=35)
    assert next_step(CHAIN, made, PACE, soon) == Ring(0, "a", 2, "voice", NOON + timedelta(seconds=100))
    late = NOON + timedelta(seconds=500)
    assert next_step(CHAIN, made * 2, PACE, late) == Ring(0, "a", 3, "voice", late)
    assert next_step(CHAIN, made * 3, PACE, late) == Ring(2, "b", 1, "voice", late)


def test_who_has_said_no_is_not_asked_again() -> None:
    assert next_step(CHAIN, [Past("a", "voice", NOON, decided=True)], PACE, NOON) == Ring(2, "b", 1, "voice", NOON)


def test_a_call_that_could_not_be_put_through_goes_over_the_other_channel() -> None:
    step = next_step(CHAIN, [Past("a", "voice", NOON, failed=True)], PACE, NOON)
    assert isinstance(step, Ring) and step.channel == "sms"
    step = next_step(CHAIN, [Past("a", "voice", NOON, failed=True), Past("a", "sms", NOON, failed=True)], PACE, NOON)
    assert isinstance(step, Ring) and step.channel == "voice"


def test_a_chain_without_anybody_is_exhausted() -> None:
    assert next_step([], [], PACE, NOON) == Exhausted()


@given(
    people=st.integers(0, 7), tries=st.integers(1, 4), spacing_s=st.integers(1, 200),
    endings=st.lists(st.tuples(st.integers(1, 200), st.booleans(), st.booleans()), min_size=28, max_size=28),
)
def test_every_chain_ends_in_time_and_rings_nobody_too_often(
    people: int, tries: int, spacing_s: int, endings: list[tuple[int, bool, bool]]
) -> None:
    pace, chain = Pace(tries, timedelta(seconds=spacing_s)), [Link(i, str(i)) for i in range(people)]
    made: list[Past] = []
    now, longest = NOON, timedelta(0)
    for lasts_s, failed, decided in endings:
        step = next_step(chain, made, pace, now)
        if isinstance(step, Exhausted):
            break
        assert isinstance(step, Ring) and step.at >= now
        assert step.attempt == 1 + sum(call.person == step.person for call in made) <= tries
        assert not made or int(step.person) >= int(made[-1].person)  # nobody is gone back to
        under_way = Past(step.person, step.channel, step.at, active=True)
        assert next_step(chain, [*made, under_way], pace, step.at) == Wait()
        made.append(Past(step.person, step.channel, step.at, failed=failed, decided=decided))
        now = step.at + timedelta(seconds=lasts_s)
        longest = max(longest, timedelta(seconds=lasts_s))
    else:
        assert len(made) == 28 == people * tries
    assert next_step(chain, made, pace, now) == Exhausted()
    assert now - NOON <= max(pace.spacing, longest) * people * tries
    for who in {call.person for call in made}:
        starts = [call.rings_at for call in made if call.person == who]
        assert all(later - starts[0] >= pace.spacing * n for n, later in enumerate(starts))


def test_only_what_was_heard_to_the_end_and_read_back_rightly_counts() -> None:
    assert judge("231", "231", whole=True, wrong_before=0) is Verdict.HEARD
    assert judge("231", "#231#", whole=True, wrong_before=1) is Verdict.HEARD
    assert judge("231", "131", whole=True, wrong_before=0) is Verdict.AGAIN
    assert judge("231", "231", whole=False, wrong_before=0) is Verdict.AGAIN
    assert judge("231", "131", whole=True, wrong_before=1) is Verdict.NOT_UNDERSTOOD
    assert judge("231", "", whole=True, wrong_before=1) is Verdict.NOT_UNDERSTOOD
    assert judge("231", "239", whole=True, wrong_before=0) is Verdict.DECLINED


@given(st.text(st.sampled_from("0123456789*#"), max_size=5), st.booleans(), st.integers(0, 1))
def test_no_other_keys_are_ever_taken_for_the_right_ones(keys: str, whole: bool, wrong_before: int) -> None:
    heard = judge("231", keys, whole=whole, wrong_before=wrong_before) is Verdict.HEARD
    assert heard == (whole and keys.strip("#*") == "231")


@given(st.lists(st.text(min_size=1, max_size=4), max_size=4), st.integers(min_value=0))
def test_the_place_stands_among_the_choices_once_at_the_position_told(others: list[str], seed: int) -> None:
    listed, position = choices("here", others, seed)
    assert listed[position - 1] == "here" and len(listed) == len(set(listed)) <= 3
    assert set(listed) <= {"here", *others}
