"""From what somebody told to money in their hand, and every guard on the way."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from anshu.access.models import Grant
from anshu.domains.hazards.models import Hazard
from anshu.domains.situation.queries import changes, in_hand
from anshu.domains.tipoffs import transitions
from anshu.domains.tipoffs.models import Ground, TipOff
from anshu.domains.vault import transitions as vault
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.ledger.declaration import confidential
from anshu.workflow import clocks
from anshu.workflow.models import Change, Delivery, Webhook

from .conftest import PASSPHRASE, PUBLIC, actor

State = TipOff.State
Make = Callable[..., TipOff]


def refused(code: str) -> "pytest.RaisesExc[Refused]":
    return pytest.raises(Refused, check=lambda error: error.code == code)


def run_out(district: SimpleNamespace, tip_off: TipOff) -> None:
    """Let the limit of the present state pass."""
    clock = clocks.running(tip_off)
    assert clock is not None
    district.time.at = clock.due_at + timedelta(seconds=1)
    while clocks.step():
        pass
    tip_off.refresh_from_db()


def test_from_telling_to_paying(district: SimpleNamespace, verifying: Make) -> None:
    tip_off = verifying()
    transitions.substantiate(tip_off, by=district.officer, finding="通道被堵，门上锁，属实", site=district.site)
    hazard = Hazard.objects.get(origin_id=tip_off.pk)
    assert (hazard.source, hazard.kind, hazard.enterprise) == ("enforcement", "fire", district.firm)
    assert tip_off.hazard == hazard
    assert (hazard.source, hazard.origin) == ("enforcement", "")  # its enterprise must not learn that somebody told
    transitions.reply(tip_off, by=district.office, answer="已责令清理")
    assert tip_off.state == State.REWARD_DUE
    transitions.propose_reward(tip_off, by=district.office, ground=Ground.MAJOR_OR_UNLAWFUL, fine_yuan=50_000)
    assert tip_off.reward_yuan == Decimal(7500)
    with refused("own_work"):
        transitions.approve_reward(tip_off, by=_also(district.office, "section_officer"))
    with refused("own_work"):
        transitions.approve_reward(tip_off, by=_also(district.officer, "section_officer"))
    transitions.approve_reward(tip_off, by=district.section)
    pin = transitions.claim_with(tip_off.code, by=PUBLIC)  # type: ignore[attr-defined]
    tip_off.refresh_from_db()
    assert tip_off.state == State.CLAIMED
    with refused("not_proved"):
        transitions.pay(tip_off, by=district.cashier, receipt="JL1")
    with refused("not_proved"):
        transitions.prove(tip_off, tip_off.code, "000000" if pin != "000000" else "1", by=district.cashier)  # type: ignore[attr-defined]
    transitions.prove(tip_off, tip_off.code, pin, by=district.cashier)  # type: ignore[attr-defined]
    with refused("own_work"):
        transitions.pay(tip_off, by=_also(district.section, "cashier"), receipt="JL1")
    transitions.pay(tip_off, by=district.cashier, receipt="JL1")
    transitions.archive(tip_off, by=district.office)
    assert tip_off.state == State.ARCHIVED and tip_off.paid_at is not None


def _also(who, role):  # type: ignore[no-untyped-def]
    """The same person with one more role."""
    Grant.objects.get_or_create(account=who.account, role=role, territory="440303")
    return type(who)(type(who.account).objects.get(pk=who.account.pk))


def test_code_and_pin_of_another_do_not_pay(district: SimpleNamespace, verifying: Make) -> None:
    one, other = (_approved(district, verifying()) for _ in range(2))
    pin = transitions.claim_with(one.code, by=PUBLIC)  # type: ignore[attr-defined]
    again = transitions.claim_with(one.code, by=PUBLIC)  # type: ignore[attr-defined]
    transitions.claim_with(other.code, by=PUBLIC)  # type: ignore[attr-defined]
    if pin != again:
        with refused("not_proved"):
            transitions.prove(one, one.code, pin, by=district.cashier)  # type: ignore[attr-defined]
    with refused("not_proved"):
        transitions.prove(other, one.code, again, by=district.cashier)  # type: ignore[attr-defined]
    assert Change.objects.filter(verb="tipoffs.fail_to_prove").count() >= 1
    transitions.prove(one, one.code, again, by=district.cashier)  # type: ignore[attr-defined]
    district.time.advance(minutes=11)
    one.refresh_from_db()
    with refused("not_proved"):
        transitions.pay(one, by=district.cashier, receipt="x")


def _approved(district: SimpleNamespace, tip_off: TipOff) -> TipOff:
    transitions.substantiate(tip_off, by=district.officer, finding="属实")
    transitions.reply(tip_off, by=district.office, answer="谢谢")
    transitions.propose_reward(tip_off, by=district.office, ground=Ground.GENERAL_HAZARD)
    transitions.approve_reward(tip_off, by=district.section)
    return tip_off


def test_what_is_not_claimed_in_time_is_archived(district: SimpleNamespace, verifying: Make) -> None:
    tip_off = _approved(district, verifying())
    run_out(district, tip_off)
    assert tip_off.state == State.ARCHIVED and tip_off.paid_at is None
    with pytest.raises(Refused):
        transitions.claim_with(tip_off.code, by=PUBLIC)  # type: ignore[attr-defined]


def test_without_a_name_there_is_no_reward_by_the_rules_in_force(district: SimpleNamespace, verifying: Make) -> None:
    tip_off = verifying(named=False)
    transitions.substantiate(tip_off, by=district.officer, finding="属实")
    transitions.reply(tip_off, by=district.office, answer="谢谢")
    assert tip_off.state == State.REPLIED
    run_out(district, tip_off)
    assert tip_off.state == State.ARCHIVED


def test_who_belongs_to_those_it_is_about_neither_verifies_nor_sees_it(district: SimpleNamespace, told: Make) -> None:
    tip_off = told()
    transitions.accept(tip_off, by=district.office, reported_unit=district.street)
    with refused("own_unit"):
        transitions.assign(tip_off, by=district.office, unit=district.street)
    transitions.assign(tip_off, by=district.office, unit=district.bureau)
    assert not TipOff.objects.visible_to(district.local).exists()
    assert TipOff.objects.visible_to(district.officer).get() == tip_off
    with refused("own_unit"):
        transitions.substantiate(tip_off, by=district.local, finding="x")


def test_verifiers_see_what_their_unit_was_given(district: SimpleNamespace, told: Make) -> None:
    tip_off = told()
    assert not TipOff.objects.visible_to(district.officer).exists()
    assert not TipOff.objects.visible_to(district.local).exists()
    transitions.accept(tip_off, by=district.office)
    transitions.assign(tip_off, by=district.office, unit=district.street)
    assert TipOff.objects.visible_to(district.local).get() == tip_off
    assert not TipOff.objects.visible_to(district.officer).exists()
    with refused("other_unit"):
        transitions.substantiate(tip_off, by=district.officer, finding="x")
    assert [hand.record for hand in in_hand(district.local)] == [tip_off]
    assert in_hand(district.officer) == []


def test_who_has_read_the_identity_does_not_verify(district: SimpleNamespace, verifying: Make) -> None:
    tip_off = verifying()
    opening = vault.ask_to_open(
        by=district.first_key,
        subject="tipoffs.tipoff",
        subject_id=tip_off.pk,
        about=tip_off.number,
        why="保护举报人",
        territory=tip_off.territory,
    )
    vault.countersign_with(opening, PASSPHRASE, by=district.second_key)
    vault.read_identity(opening, PASSPHRASE, by=district.first_key)
    type(opening).objects.filter(pk=opening.pk).update(second=district.officer.account)
    with refused("knows_identity"):
        transitions.refute(tip_off, by=district.officer, finding="x")
    transitions.refute(tip_off, by=district.colleague, finding="未见")


def test_alleged_deaths_are_the_governments_to_verify(district: SimpleNamespace, told: Make) -> None:
    tip_off = told(kind=TipOff.Kind.CONCEALED)
    assert tip_off.deaths_alleged
    transitions.accept(tip_off, by=district.office)
    with refused("government"):
        transitions.assign(tip_off, by=district.office, unit=district.bureau)
    with pytest.raises(Forbidden):
        transitions.order_government_check(tip_off, by=district.office, unit=district.bureau)
    transitions.order_government_check(tip_off, by=district.leader, unit=district.bureau)
    assert tip_off.state == State.VERIFYING
    plain = told()
    transitions.accept(plain, by=district.office)
    with refused("not_government"):
        transitions.order_government_check(plain, by=district.leader, unit=district.bureau)


def test_dissatisfaction_opens_it_again_for_somebody_else_and_not_for_ever(
    district: SimpleNamespace, verifying: Make
) -> None:
    tip_off = verifying(named=False)
    transitions.refute(tip_off, by=district.officer, finding="未见")
    transitions.reply(tip_off, by=district.office, answer="没有看到")
    for round_ in (1, 2):
        with pytest.raises(Invalid):
            transitions.reopen(tip_off, by=PUBLIC, complaint=" ")
        transitions.reopen(tip_off, by=PUBLIC, complaint="周末又看到了")
        assert (tip_off.state, tip_off.reopened, tip_off.satisfied) == (State.ACCEPTED, round_, False)
        transitions.assign(tip_off, by=district.office, unit=district.bureau)
        with refused("own_work"):
            transitions.refute(tip_off, by=district.officer, finding="还是没有")
        verifier = district.colleague if round_ == 1 else actor("third", "enforcement_officer", district.bureau)
        transitions.refute(tip_off, by=verifier, finding="还是没有")
        transitions.reply(tip_off, by=district.office, answer="还是没有看到")
    with pytest.raises(Refused):
        transitions.reopen(tip_off, by=PUBLIC, complaint="再来")
    assert tip_off.complaint.count("周末又看到了") == 2
    assert not any("周末" in str((row.details, row.reason)) for row in Change.objects.all())


def test_what_was_not_accepted_can_be_asked_for_again(district: SimpleNamespace, told: Make) -> None:
    tip_off = told()
    with pytest.raises(Invalid):
        transitions.reject(tip_off, by=district.office, reason="")
    transitions.reject(tip_off, by=district.office, reason="没有写明地点")
    assert tip_off.answer == "没有写明地点"
    transitions.reopen(tip_off, by=PUBLIC, complaint="地点是红桂路2号")
    assert tip_off.state == State.RECEIVED


def test_joined_ones_are_answered_with_the_first_and_only_the_first_is_rewarded(
    district: SimpleNamespace, told: Make
) -> None:
    first = told()
    district.time.advance(minutes=5)
    second = told()
    with pytest.raises(Invalid):
        transitions.join_earlier(first, by=district.office, into=second)
    transitions.join_earlier(second, by=district.office, into=first)
    with refused("not_answered"):
        transitions.answer_joined(second, by=district.office)
    transitions.accept(first, by=district.office)
    transitions.assign(first, by=district.office, unit=district.bureau)
    transitions.substantiate(first, by=district.officer, finding="属实")
    transitions.reply(first, by=district.office, answer="已处理")
    second.refresh_from_db()
    assert (second.state, second.answer, second.outcome) == (State.REPLIED, "已处理", "true")
    assert first.state == State.REWARD_DUE


def test_a_transferred_one_comes_back_with_an_answer(district: SimpleNamespace, told: Make) -> None:
    tip_off = told()
    transitions.transfer(tip_off, by=district.office, transferred_to="市场监管局", answer="已转市场监管局")
    transitions.answer_transferred(tip_off, by=district.office, answer="市场监管局已查处")
    assert tip_off.state == State.REPLIED


def test_the_term_is_extended_once_and_runs_from_acceptance(district: SimpleNamespace, verifying: Make) -> None:
    tip_off = verifying()
    before = clocks.running(tip_off)
    district.time.advance(days=20)
    transitions.extend_verification(tip_off, by=district.office, reason="须检测鉴定")
    after = clocks.running(tip_off)
    assert before is not None and after is not None
    assert before.started_at == after.started_at and after.due_at - before.due_at == timedelta(days=30)
    with refused("extended"):
        transitions.extend_verification(tip_off, by=district.office, reason="再等等")


def test_retaliation_is_marked_and_its_words_stay_out_of_the_log(district: SimpleNamespace, verifying: Make) -> None:
    tip_off = verifying()
    transitions.flag_retaliation(tip_off, by=PUBLIC, complaint="厂长把我调去守大门")
    assert tip_off.retaliation and "守大门" in tip_off.complaint
    assert not any("守大门" in str((row.details, row.reason, row.label)) for row in Change.objects.all())


def test_nothing_of_it_leaves_the_house_or_is_listed_by_area(district: SimpleNamespace, told: Make) -> None:
    hook = Webhook.objects.create(address="https://example.org/", verbs="*", secret="s")
    tip_off = told()
    row = Change.objects.get(subject_id=tip_off.pk)
    assert not Delivery.objects.filter(change=row, listener=f"webhook:{hook.pk}").exists()
    assert all(group.subject != "tipoffs.tipoff" for group in changes(district.office, 0))
    assert "tipoffs.tipoff" in confidential() and "vault.opening" in confidential()
