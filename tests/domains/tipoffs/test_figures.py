"""Figures of tip-offs, counted by hand beside them."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from anshu.domains.enterprises.models import Enterprise, WorkerReward
from anshu.domains.tipoffs import queries, transitions
from anshu.domains.tipoffs.models import Ground, InternalReward, TipOff
from anshu.indicators.book import tipoffs
from anshu.indicators.figures import Scope
from anshu.kernel.geometry import Position

from .conftest import COMMUNITY, NOW, PUBLIC

Make = Callable[..., TipOff]
DAYS = {"first": (NOW - timedelta(days=1)).date(), "last": (NOW + timedelta(days=30)).date()}


def test_nothing_told_is_no_rate(district: SimpleNamespace) -> None:
    assert tipoffs.public_reports_received(Scope(district.office, **DAYS)) == 0
    assert tipoffs.public_report_verification_rate(Scope(district.office, **DAYS)) is None
    assert (
        tipoffs.tip_off_accuracy(Scope(district.office, **DAYS)) is None
        and tipoffs.tip_off_verification_days(Scope(district.office, **DAYS)) is None
    )
    assert tipoffs.rewards_paid_cny(Scope(district.office, **DAYS)) == 0


def test_what_is_turned_away_counts_against_the_rate(district: SimpleNamespace, told: Make, verifying: Make) -> None:
    true, false, rejected, joined = verifying(), verifying(), told(), told()
    TipOff.objects.filter(pk=told().pk).update(exercise=True)
    transitions.reject(rejected, by=district.office, reason="地点不明")
    transitions.join_earlier(joined, by=district.office, into=true)
    district.time.advance(days=4)
    transitions.substantiate(true, by=district.officer, finding="属实")
    district.time.advance(days=2)
    transitions.refute(false, by=district.officer, finding="未见")
    assert tipoffs.public_reports_received(Scope(district.office, **DAYS)) == 4
    assert tipoffs.public_report_verification_rate(Scope(district.office, **DAYS)) == 75.0
    assert tipoffs.tip_off_accuracy(Scope(district.office, **DAYS)) == 50.0
    assert tipoffs.tip_off_verification_days(Scope(district.office, **DAYS)) == 5.0
    assert tipoffs.public_reports_received(Scope(district.office, first=DAYS["last"])) == 0


def test_rewards_are_summed_when_paid(district: SimpleNamespace, verifying: Make) -> None:
    for paid in (True, False):
        tip_off = verifying()
        transitions.substantiate(tip_off, by=district.officer, finding="属实")
        transitions.reply(tip_off, by=district.office, answer="谢谢")
        transitions.propose_reward(tip_off, by=district.office, ground=Ground.GENERAL_HAZARD)
        transitions.approve_reward(tip_off, by=district.section)
        if paid:
            pin = transitions.claim_with(tip_off.code, by=PUBLIC)  # type: ignore[attr-defined]
            transitions.prove(tip_off, tip_off.code, pin, by=district.cashier)  # type: ignore[attr-defined]
            transitions.pay(tip_off, by=district.cashier, receipt="JL1")
    assert tipoffs.rewards_paid_cny(Scope(district.office, **DAYS)) == Decimal(500)


def test_in_house_rewards_by_enterprise_and_share(district: SimpleNamespace) -> None:
    key = [Enterprise.objects.create(number=f"K{n}", name="x", key=True, territory=COMMUNITY) for n in range(4)]
    rows = (
        (key[0], date(2026, 5, 1)),
        (key[0], date(2026, 6, 1)),
        (key[1], date(2026, 6, 1)),
        (key[2], date(2025, 1, 1)),
    )
    for n, (enterprise, month) in enumerate(rows):
        InternalReward.objects.create(
            number=f"N{n}",
            enterprise=enterprise,
            month=month,
            reports=3,
            rewarded=2,
            paid_yuan=400,
            territory=COMMUNITY,
        )
    span = (date(2026, 1, 1), date(2026, 6, 30))
    assert tipoffs.internal_reward_enterprises(Scope(district.section, "", *span)) == 2
    assert tipoffs.internal_reward_coverage_rate(Scope(district.section, "", *span)) == 50.0
    for firm, day in ((key[0], date(2026, 6, 9)), (key[3], date(2026, 6, 30)), (key[3], date(2026, 7, 1))):
        row = {"worker": "W-1", "found": "x", "paid_yuan": 50, "territory": COMMUNITY}
        WorkerReward.objects.create(enterprise=firm, paid_on=day, **row)
    assert tipoffs.internal_reward_enterprises(Scope(district.section, "", *span)) == 3
    assert tipoffs.internal_reward_coverage_rate(Scope(district.section, "", *span)) == 75.0
    assert tipoffs.worker_rewards_cny(Scope(district.section, "", *span)) == 100
    assert tipoffs.worker_rewards_cny(Scope(district.section, "440399", *span)) == 0


def test_an_in_house_entry_adds_up(district: SimpleNamespace) -> None:
    entry = InternalReward(enterprise=district.firm, month=date(2026, 6, 17), reports=2, rewarded=3, paid_yuan=1)
    with pytest.raises(ValidationError):
        entry.clean()
    entry.rewarded = 2
    entry.clean()
    assert entry.month == date(2026, 6, 1)


def test_the_hint_speaks_only_of_what_everybody_sees(district: SimpleNamespace, told: Make) -> None:
    here = Position(114.12, 22.55)
    for kind in (TipOff.Kind.EBIKE, TipOff.Kind.CHEMICAL):
        assert not queries.others_told(kind, here)
        told(kind=kind, lon=here.lon, lat=here.lat)
    assert queries.others_told(TipOff.Kind.EBIKE, here)
    assert not queries.others_told(TipOff.Kind.CHEMICAL, here), "an enterprise must not learn that somebody told"
    assert not queries.others_told(TipOff.Kind.EBIKE, Position(114.12, 22.56))
    assert not queries.others_told("no kind", here)
    district.time.advance(days=8)
    assert not queries.others_told(TipOff.Kind.EBIKE, here)
