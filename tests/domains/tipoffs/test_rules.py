"""Tracking codes and rewards, held against the statutory examples and against themselves."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.domains.tipoffs.models import AccidentGrade, Ground
from anshu.domains.tipoffs.rules.codes import GROUP, LENGTH, checks, grouped, make_code, read_code
from anshu.domains.tipoffs.rules.rewards import Facts, Reward, reward
from anshu.kernel.errors import Invalid
from anshu.kernel.rule_packs import Rule
from anshu.workflow import rules

digits = st.text("0123456789", min_size=18, max_size=18)


def rule(key: str) -> Rule:
    return rules.at(f"tip_offs/{key}")


def earned(ground: Ground, **facts: object) -> Reward:
    return reward(Facts(ground=ground, **facts), rule)  # type: ignore[arg-type]


@given(digits)
def test_a_code_is_read_however_it_is_written(random: str) -> None:
    code = random + checks(random)
    assert len(code) == LENGTH and int(code) % 97 == 1
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    written = (code, grouped(code), f"  {grouped(code)}\n", code.replace("", " "), full_width, f"{code[:8]}-{code[8:]}")
    for text in written:
        assert read_code(text) == code
    assert all(len(group) == GROUP for group in grouped(code).split())


@given(random=digits, place=st.integers(0, 19), digit=st.integers(1, 9))
def test_one_wrong_digit_is_found(random: str, place: int, digit: int) -> None:
    code = random + checks(random)
    wrong = str((int(code[place]) + digit) % 10)
    with pytest.raises(Invalid):
        read_code(code[:place] + wrong + code[place + 1 :])


@given(random=digits, place=st.integers(0, 18))
def test_two_neighbours_exchanged_are_found(random: str, place: int) -> None:
    code = random + checks(random)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        with pytest.raises(Invalid):
            read_code(swapped)


@pytest.mark.parametrize("text", ["", "12345", "abcd" * 5, "一二三四五六七八九十一二三四五六七八九十", "²" * 20])
def test_what_is_no_code_is_told(text: str) -> None:
    with pytest.raises(Invalid, check=lambda error: error.field == "code"):
        read_code(text)


def test_codes_do_not_repeat() -> None:
    assert len({make_code() for _ in range(500)}) == 500


"""安监总财〔2018〕19号 11: 15 % of the fine, at least 3,000, at most 300,000; and by grade for each hidden death."""
STATUTE = [
    (Ground.MAJOR_OR_UNLAWFUL, {"fine_yuan": Decimal(50_000)}, 7_500),
    (Ground.MAJOR_OR_UNLAWFUL, {"fine_yuan": Decimal(20_000)}, 3_000),
    (Ground.MAJOR_OR_UNLAWFUL, {"fine_yuan": Decimal(19_999)}, 3_000),
    (Ground.MAJOR_OR_UNLAWFUL, {"fine_yuan": Decimal(0)}, 3_000),
    (Ground.MAJOR_OR_UNLAWFUL, {"fine_yuan": Decimal(2_000_000)}, 300_000),
    (Ground.MAJOR_OR_UNLAWFUL, {"fine_yuan": Decimal(5_000_000)}, 300_000),
    (Ground.CONCEALED_ACCIDENT, {"deaths": 1, "grade": AccidentGrade.ORDINARY}, 30_000),
    (Ground.CONCEALED_ACCIDENT, {"deaths": 2, "grade": AccidentGrade.ORDINARY}, 60_000),
    (Ground.CONCEALED_ACCIDENT, {"deaths": 3, "grade": AccidentGrade.LARGER}, 120_000),
    (Ground.CONCEALED_ACCIDENT, {"deaths": 10, "grade": AccidentGrade.MAJOR}, 300_000),
    (Ground.CONCEALED_ACCIDENT, {"deaths": 30, "grade": AccidentGrade.EXTREME}, 300_000),
    (Ground.GENERAL_HAZARD, {}, 500),
]


@pytest.mark.parametrize(("ground", "facts", "yuan"), STATUTE)
def test_rewards_of_the_statute(ground: Ground, facts: dict[str, object], yuan: int) -> None:
    found = earned(ground, **facts)
    assert found.yuan == yuan and found.reckoning and found.basis


@given(one=st.integers(0, 10**8), more=st.integers(0, 10**7))
def test_a_greater_fine_never_earns_less_and_never_leaves_the_bounds(one: int, more: int) -> None:
    low = earned(Ground.MAJOR_OR_UNLAWFUL, fine_yuan=Decimal(one)).yuan
    high = earned(Ground.MAJOR_OR_UNLAWFUL, fine_yuan=Decimal(one + more)).yuan
    assert Decimal(3_000) <= low <= high <= Decimal(300_000)


@given(st.decimals(0, 10**7, places=2))
def test_a_reward_is_paid_to_the_cent(fine: Decimal) -> None:
    found = earned(Ground.MAJOR_OR_UNLAWFUL, fine_yuan=fine).yuan
    assert found == found.quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("ground", "facts", "field"),
    [
        (Ground.CONCEALED_ACCIDENT, {"grade": AccidentGrade.ORDINARY}, "deaths"),
        (Ground.CONCEALED_ACCIDENT, {"deaths": 1}, "grade"),
        (Ground.MAJOR_OR_UNLAWFUL, {"fine_yuan": Decimal(-1)}, "fine_yuan"),
        ("nothing", {}, "ground"),
    ],
)
def test_what_is_missing_is_named(ground: Ground, facts: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid, check=lambda error: error.field == field):
        earned(ground, **facts)
