"""The hazard table is sound and found by code, name and text."""

import pytest

from anshu.gateways.cap.hazards import BY_CODE, BY_NAME, KINDS, find_kind
from anshu.gateways.cap.signal import CATEGORIES


def test_the_table_has_no_doubles_and_only_known_categories() -> None:
    assert len({kind.hazard for kind in KINDS}) == len(KINDS) >= 40
    assert len(BY_NAME) == sum(2 + len(kind.aliases) for kind in KINDS)
    assert len(BY_CODE) == sum(bool(kind.code) + bool(kind.public_code) for kind in KINDS) == 32
    assert {kind.category for kind in KINDS} <= set(CATEGORIES)


def test_national_and_public_codes_keep_the_same_order() -> None:
    for kind in KINDS:
        if kind.code:
            assert int(kind.code.removeprefix("11B")) + 1000 == int(kind.public_code)


@pytest.mark.parametrize(
    ("codes", "names", "hazard"),
    [
        (["11B06"], ["whatever"], "gale"),
        (["1020"], [], "thunderstorm_gale"),
        (["SVR"], ["Flood Warning"], "flood"),
        ([], ["雷雨大风"], "thunderstorm_gale"),
        ([], ["发布海上大风黄色预警"], "sea_gale"),
        ([], ["", "某市发布雷雨大风橙色预警"], "thunderstorm_gale"),
    ],
)
def test_a_kind_is_found(codes: list[str], names: list[str], hazard: str) -> None:
    kind = find_kind(codes, *names)
    assert kind is not None
    assert kind.hazard == hazard


def test_the_unknown_stays_unknown() -> None:
    assert find_kind(["11B99"], "Child Abduction", "") is None
