"""What is asked, owed, found and scored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.domains.inspections.rules import answers as sheets
from anshu.domains.inspections.rules import content, joining
from anshu.domains.inspections.rules.content import Form, Item
from anshu.kernel.errors import Invalid
from tests.domains.inspections.conftest import CONTENT

FORM = content.read(CONTENT)


def given_answers(**values: object) -> dict[str, dict[str, object]]:
    return {path.replace("__", "/"): {"value": value} for path, value in values.items()}


def test_a_condition_decides_what_is_asked() -> None:
    assert [path for path, _i, _r in sheets.asked(FORM, {})] == ["exit_clear", "storeys"]
    assert "window" in [path for path, _i, _r in sheets.asked(FORM, given_answers(exit_clear="fail"))]
    assert "window" in [path for path, _i, _r in sheets.asked(FORM, given_answers(exit_clear="pass", storeys=3))]


def test_what_is_not_needed_is_not_owed_and_rounds_are_asked_each() -> None:
    assert [path for path, _item in sheets.owed(FORM, {})] == ["exit_clear"]
    begun = given_answers(exit_clear="pass", rooms__1__lives_in="no", rooms__2__lives_in=None)
    assert [path for path, _item in sheets.owed(FORM, begun)] == ["rooms/2/lives_in"]


def test_findings_are_what_failed_with_their_round() -> None:
    found = sheets.findings(FORM, given_answers(exit_clear="fail", window="pass", rooms__2__lives_in="yes"))
    assert [(each.path, each.round) for each in found] == [("exit_clear", ""), ("rooms/2/lives_in", "2")]


def test_out_of_scope_counts_neither_for_nor_against() -> None:
    result = sheets.result(FORM, given_answers(exit_clear="out", storeys=3, window="pass"))
    assert (result.points, result.possible, result.out, result.percent) == (1, 1, 1, 100.0)
    assert sheets.result(FORM, given_answers(exit_clear="out")).percent is None


def test_points_weigh_items() -> None:
    result = sheets.result(FORM, given_answers(exit_clear="fail", window="pass"))
    assert (result.points, result.possible, result.percent) == (1, 4, 25.0)


PATHS = st.sampled_from(("exit_clear", "window", "rooms/1/lives_in"))
VALUES = st.sampled_from(("pass", "fail", "out", "no", "yes"))


@given(st.dictionaries(PATHS, VALUES))
def test_a_score_lies_between_nought_and_hundred_and_counts_each_item_once(values: dict[str, str]) -> None:
    sheet = {path: {"value": value} for path, value in values.items()}
    result = sheets.result(FORM, sheet)
    assert 0 <= result.points <= result.possible
    judged = [path for path, item, _r in sheets.asked(FORM, sheet) if sheets.verdict(item, sheet.get(path, {}))]
    assert result.passed + result.failed + result.out == len(judged)
    assert result.failed == len(sheets.findings(FORM, sheet))


def test_a_number_fails_outside_its_bounds() -> None:
    item = Item("depth", "深度", answer="number", least=1.0, most=2.0, clause="x")
    assert [sheets.failed(item, {"value": value}) for value in (0.9, 1.0, 2.0, 2.1)] == [True, False, False, True]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"key": "Bad", "text": "x", "clause": "c"}, "small letter"),
        ({"key": "a", "text": "", "clause": "c"}, "say what is looked at"),
        ({"key": "a", "text": "x"}, "name the clause"),
        ({"key": "a", "text": "x", "clause": "c", "group": "nowhere"}, "no such group"),
        ({"key": "a", "text": "x", "clause": "c", "relevant": "${b} = 1"}, "does not come before"),
        ({"key": "a", "text": "x", "answer": "choice", "choices": [{"key": "one"}]}, "two answers"),
        ({"key": "a", "text": "x", "clause": "c", "colour": "red"}, "colour is not known"),
    ],
)
def test_a_list_that_does_not_hold_together_is_refused_by_row(row: dict[str, object], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        content.read({"items": [row]})


def test_content_survives_storing_and_its_digest_follows_it() -> None:
    again = content.read(content.as_data(FORM))
    assert again == FORM
    assert content.digest(again) == content.digest(FORM)
    shorter = Form(FORM.items[:-1], FORM.groups)
    assert content.digest(shorter) != content.digest(FORM)


def test_joined_lists_ask_once_what_several_ask_alike() -> None:
    same = Item("exit", "出口", clause="c")
    one, other = Form((same, Item("gas", "燃气", clause="g"))), Form((same, Item("lift", "电梯", clause="l")))
    form = joining.joined([("消防", one), ("市监", other)])
    assert [(item.key, item.departments) for item in form.items] == [
        ("exit", ("消防", "市监")), ("gas", ("消防",)), ("lift", ("市监",)),
    ]  # fmt: skip
    with pytest.raises(Invalid, match="different things"):
        joining.joined([("消防", one), ("市监", Form((Item("exit", "安全出口", clause="c"),)))])
