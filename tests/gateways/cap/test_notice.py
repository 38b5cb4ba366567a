"""Plain notices, scored against the fields written by hand in cn_warnings.json."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.cap.notice import Notice, read_notice
from anshu.gateways.cap.written import CHINA

# What the texts themselves do not say (a year, an issuer named elsewhere, "this morning at six") cannot be hit.
EXPECTED_HITS = {"agency": 13, "issued_at": 12, "hazard": 15, "colour": 14, "action": 15, "areas": 14}


def fields_of(notice: Notice) -> dict[str, object]:
    return {
        "agency": notice.agency,
        "issued_at": notice.issued_at.isoformat(timespec="minutes").replace(":00+", ":00+") if notice.issued_at else "",
        "hazard": ";".join(notice.hazards),
        "colour": notice.colour,
        "action": notice.action,
        "areas": list(notice.areas),
    }


def test_hit_rate_on_real_notices(data_dir: Path) -> None:
    cases = json.loads((data_dir / "cap" / "cn_warnings.json").read_text(encoding="utf-8"))
    assert len(cases) == 15
    hits = dict.fromkeys(EXPECTED_HITS, 0)
    for case in cases:
        for name, value in fields_of(read_notice(case["text"])).items():
            hits[name] += value == case[name]
    assert hits == EXPECTED_HITS
    assert sum(hits.values()) == 83


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "惠州市气象台2025年9月17日16时26分将惠城区暴雨橙色预警信号降级为黄色，请注意防御。",
            Notice(
                "惠州市气象台", datetime(2025, 9, 17, 16, 26, tzinfo=CHINA), ("暴雨",), "黄色", 3, "降级", ("惠城区",)
            ),
        ),
        (
            "龙岗区气象台２０２４年０５月２１日１３时发布全区雷雨大风红色预警信号。",
            Notice(
                "龙岗区气象台",
                datetime(2024, 5, 21, 13, 0, tzinfo=CHINA),
                ("雷雨大风",),
                "红色",
                1,
                "发布",
                ("龙岗区",),
            ),
        ),
        (
            "贵阳市自然资源局2024年6月1日8时0分解除地质灾害气象风险黄色预警。",
            Notice(
                "贵阳市自然资源局",
                datetime(2024, 6, 1, 8, 0, tzinfo=CHINA),
                ("地质灾害气象风险",),
                "黄色",
                3,
                "解除",
                ("贵阳市",),
            ),
        ),
    ],
)
def test_notices_written_for_this_test(text: str, expected: Notice) -> None:
    assert read_notice(text) == expected


@pytest.mark.parametrize(
    ("written", "received_on", "expected"),
    [
        ("06月20日08时54分", date(2017, 6, 20), datetime(2017, 6, 20, 8, 54, tzinfo=CHINA)),
        ("12月31日23时50分", date(2025, 1, 1), datetime(2024, 12, 31, 23, 50, tzinfo=CHINA)),
        ("31日23时50分", date(2025, 1, 1), datetime(2024, 12, 31, 23, 50, tzinfo=CHINA)),
        ("26日10时20分", date(2025, 3, 26), datetime(2025, 3, 26, 10, 20, tzinfo=CHINA)),
        ("26日10时20分", None, None),
        ("2月30日10时20分", date(2025, 3, 26), None),
    ],
)
def test_a_missing_year_or_month_comes_from_the_day_of_receipt(
    written: str, received_on: date | None, expected: datetime | None
) -> None:
    assert read_notice(f"深圳市气象局于{written}发布雷电黄色预警信号", received_on=received_on).issued_at == expected


@given(
    text=st.text(max_size=200)
    | st.lists(
        st.sampled_from(list("深圳市气象台年月日时分发布解除暴雨黄色预警信号、和（）【】，。：我全大部及0129")),
        max_size=200,
    ).map("".join)
)
def test_any_text_gives_a_notice(text: str) -> None:
    notice = read_notice(text, received_on=date(2024, 5, 21))
    assert notice.action
    assert (notice.level is None) == (notice.colour in ("", "白色"))


def test_long_text_is_read_quickly() -> None:
    for piece in ("深圳市", "预计", "和", "（", "发布", "暴雨黄色", "1"):
        assert read_notice(piece * 100_000).action
