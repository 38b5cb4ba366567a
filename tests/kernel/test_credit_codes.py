"""Credit codes: real ones pass, and no single slip of the hand does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.kernel.credit_codes import SIGNS, check_sign, credit_code
from anshu.kernel.errors import Invalid

# Published codes of large companies, as printed in their annual reports.
REAL = ("9144030071526726XG", "91440300192317458F", "914403001922038216")
BODIES = st.text(alphabet=SIGNS, min_size=17, max_size=17)


@pytest.mark.parametrize("code", REAL)
def test_real_codes_pass(code):
    assert credit_code(f" {code.lower()} ") == code


@given(BODIES, st.integers(0, 16), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_always_noticed(body, place, other):
    wrong = body[:place] + other + body[place + 1 :] + check_sign(body)
    if other == body[place]:
        assert credit_code(wrong) == wrong
    else:
        with pytest.raises(Invalid):
            credit_code(wrong)


@given(BODIES, st.integers(0, 15))
def test_two_exchanged_neighbours_are_noticed(body, place):
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :] + check_sign(body)
    if swapped[:17] != body:
        with pytest.raises(Invalid):
            credit_code(swapped)


@pytest.mark.parametrize(("text", "told"), [("123", "18"), ("9144030071526726XI", "18")])
def test_what_is_wrong_is_said(text, told):
    with pytest.raises(Invalid, match=told):
        credit_code(text)
