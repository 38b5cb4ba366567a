"""Score cards: reckoned from the rows, published, appealed against."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.domains.supervision import queries, transitions
from anshu.domains.supervision.models import ScoreCard, SupervisedTask
from anshu.domains.supervision.models.letters import SCORED
from anshu.domains.supervision.rules.scores import reckon
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks, rules

Make = Callable[..., SupervisedTask]
keys = st.sampled_from([key for key, _words in SCORED])
counts = st.dictionaries(keys, st.integers(0, 60))
weights = st.dictionaries(keys, st.floats(0, 20).map(lambda value: round(value, 1)))


@given(counts=counts, each=weights, more=keys)
def test_more_of_a_thing_never_scores_higher_and_nothing_scores_below_nought(
    counts: dict[str, int], each: dict[str, float], more: str
) -> None:
    card = reckon(counts, each, 100)
    worse = reckon(counts | {more: counts.get(more, 0) + 1}, each, 100)
    assert Decimal(0) <= worse.total <= card.total <= Decimal(100)
    taken = sum((row.points for row in card.deductions), Decimal(0))
    assert card.total == max(100 - taken, Decimal(0)).quantize(Decimal("0.1"))


def test_every_weight_of_the_rule_pack_is_counted() -> None:
    assert set(dict(rules.at("supervision/score.each").value)) == {key for key, _words in SCORED}  # type: ignore[call-overload]


def test_what_is_counted(district: SimpleNamespace, task: Make) -> None:
    late = task(district.housing, "executing", due_on=date(2026, 6, 15))
    task(district.housing, "reported", due_on=date(2026, 6, 15))
    task(district.water, "executing", due_on=date(2026, 6, 15))
    SupervisedTask.objects.filter(pk=task(district.housing, "executing", due_on=date(2026, 6, 15)).pk).update(
        exercise=True
    )
    letter = transitions.draft_letter(
        by=district.office, unit=district.housing, about="x", demand="y", task=late, answer_due_on=date(2026, 6, 12)
    )
    transitions.sign_letter(letter, by=district.office)
    transitions.serve_letter(letter, by=district.office, received_by="z")
    district.time.advance(days=10)
    back = task(district.housing, "reported", due_on=date(2026, 6, 25))
    transitions.return_report(back, by=district.office, reason="缺件")
    district.time.advance(days=25)
    transitions.conclude_unfinished(late, by=district.office, reason="未完成")
    assert queries.counted(district.housing, date(2026, 6, 1), date(2026, 7, 31)) == {
        "overdue_tasks": 2,
        "unfinished_tasks": 1,
        "returned_reports": 1,
        "unanswered_letters": 1,
        "overdue_listings": 0,
    }


def published(district: SimpleNamespace) -> ScoreCard:
    return transitions.publish_score(
        by=district.office, unit=district.housing, first_on=date(2026, 5, 1), last_on=date(2026, 5, 31)
    )


def test_a_card_stands_when_nobody_appeals(district: SimpleNamespace) -> None:
    card = published(district)
    assert (card.total, card.items) == (Decimal("100.0"), [])
    running = clocks.running(card)
    assert running is not None
    district.time.at = running.due_at + timedelta(seconds=1)
    while clocks.step():
        pass
    card.refresh_from_db()
    assert card.state == ScoreCard.State.SETTLED and card.corrected is None


def test_an_appeal_is_the_units_own_and_settled_by_another(district: SimpleNamespace) -> None:
    card = published(district)
    with pytest.raises(Refused, check=lambda error: error.code == "other_unit"):
        transitions.appeal_score(card, by=district.water_officer, appeal="x")
    transitions.appeal_score(card, by=district.housing_officer, appeal="有一件已按期报告")
    with pytest.raises(Refused, check=lambda error: error.code == "own_work"):
        transitions.settle_score(card, by=district.office, answer="x")
    with pytest.raises(Invalid, check=lambda error: error.field == "corrected"):
        transitions.settle_score(card, by=district.second, answer="x", corrected=101)
    transitions.settle_score(card, by=district.second, answer="属实", corrected=99.5)
    assert card.corrected == Decimal("99.5")


def test_a_span_is_scored_once_and_only_when_it_is_over(district: SimpleNamespace) -> None:
    published(district)
    with pytest.raises(Refused, check=lambda error: error.code == "scored"):
        published(district)
    for first, last in ((date(2026, 6, 1), date(2026, 6, 10)), (date(2026, 5, 2), date(2026, 5, 1))):
        with pytest.raises(Invalid, check=lambda error: error.field == "last_on"):
            transitions.publish_score(by=district.office, unit=district.housing, first_on=first, last_on=last)
