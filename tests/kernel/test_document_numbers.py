"""Numbers of documents: written one way, read as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.kernel.document_numbers import DocumentNumber
from anshu.kernel.errors import Invalid

signs = st.text("深龙应急罚告责改安委办督函（）", min_size=1, max_size=12)
numbers = st.builds(DocumentNumber, signs, st.integers(1949, 2199), st.integers(1, 10**6))


@given(numbers)
def test_what_is_written_is_read(number: DocumentNumber) -> None:
    assert DocumentNumber.parse(str(number)) == number


@given(numbers, st.sampled_from(["[]", "【】", "（）", "()", "［］"]), st.integers(0, 4), st.booleans())
def test_what_people_type_is_put_right(number: DocumentNumber, brackets: str, zeros: int, ordinal: bool) -> None:
    typed = f" {number.sign}{brackets[0]}{number.year}{brackets[1]}{'第' * ordinal}{'0' * zeros}{number.serial}号"
    assert DocumentNumber.parse(typed) == number


@given(numbers, numbers)
def test_numbers_of_one_sign_stand_in_order(one: DocumentNumber, other: DocumentNumber) -> None:
    same = DocumentNumber(one.sign, other.year, other.serial)
    assert (one < same) == ((one.year, one.serial) < (same.year, same.serial))


def test_an_example() -> None:
    number = DocumentNumber.parse("（深龙）应急罚〔2026〕15号")
    assert (number.sign, number.year, number.serial) == ("（深龙）应急罚", 2026, 15)
    assert str(DocumentNumber("深龙应急函", 2026, 7)) == "深龙应急函〔2026〕7号"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "应急罚15号",
        "〔2026〕15号",
        "应急罚〔26〕15号",
        "应急罚〔2026〕0号",
        "应急罚〔2026〕15",
        "应急罚〔1900〕1号",
    ],
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(Invalid, match="not a document number"):
        DocumentNumber.parse(text)


@pytest.mark.parametrize(
    ("sign", "year", "serial"), [(" 应急", 2026, 1), ("应〔急", 2026, 1), ("应急", 2026, 0), ("应急", 99, 1)]
)
def test_what_is_no_number_when_it_is_made(sign: str, year: int, serial: int) -> None:
    with pytest.raises(Invalid):
        DocumentNumber(sign, year, serial)
