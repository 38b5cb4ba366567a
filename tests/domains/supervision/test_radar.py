"""The radar from rows to cards: planted cheats come onto cards, honest people do not, and nothing comes twice; who may
look, who may judge, and what a card leads to."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from filling import filled
from planted import DISTRICT, NOW, START, STREETS, Planted, at

from anshu.access.models import Account, Grant
from anshu.access.policy import Person as Actor
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards.models import Hazard
from anshu.domains.people.models import Organisation
from anshu.domains.people.models import Person as Member
from anshu.domains.situation.queries import in_hand
from anshu.domains.supervision import transitions
from anshu.domains.supervision.models import BypassCard, BypassRow, Letter, SupervisedTask
from anshu.domains.supervision.queries.radar import findings
from anshu.domains.supervision.rules.bypass import common_territory
from anshu.domains.supervision.tasks import draft_for_overdue, look_nightly, put_on_cards
from anshu.engines.bypass import Sign
from anshu.engines.district.regulation import year
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow.models import Change, Clock
from anshu.workflow.transitions import arrows_of

State = BypassCard.State


@pytest.fixture
def planted(db: None) -> Iterator[Planted]:
    with clock.frozen(at(NOW)):
        yield Planted(year(7, cases=2400, visits=3000, people=60, firms=500, start=START))


def test_a_planted_year_comes_onto_cards_once(planted: Planted) -> None:
    assert not look_nightly()
    cards = list(BypassCard.objects.select_related("account", "enterprise", "unit"))
    told = {(card.sign, planted.name(card)) for card in cards}
    truth = {(sign.value, who) for sign, guilty in planted.made.truth.items() for who in guilty}
    assert told >= truth, truth - told
    assert len(told - truth) <= 1, told - truth  # of nine signs among sixty people and five hundred firms
    for card in cards:
        rows = list(card.rows.order_by("at"))
        assert rows and card.state == State.NEW and card.seen <= max(card.of, len(rows)), card.sign
        assert (card.expected is None or card.expected < card.seen) and card.figure and card.innocent
        assert Clock.objects.filter(subject_id=card.pk, stopped_at=None, asks="look_into_card").exists()
    pictured = BypassCard.objects.filter(sign=Sign.REUSED_PICTURE.value).order_by("number")[0]
    assert set(pictured.rows.values_list("subject", flat=True)) == {"hazards.hazard", "ledger.attachment"}
    rows, changes = BypassRow.objects.count(), Change.objects.count()
    assert put_on_cards(findings(clock.now())) == 0
    assert not look_nightly()
    assert (BypassRow.objects.count(), Change.objects.count()) == (rows, changes)


def hazard_of(street: str, days_ago: int = 10, **values: Any) -> Hazard:
    moment = at(NOW) - timedelta(days=days_ago)
    known = {"ordered_at": moment - timedelta(days=9), "submitted_at": moment - timedelta(days=1)}
    return filled(Hazard, territory=street, rechecked_at=moment, state=Hazard.State.CLOSED, **known | values)


def actor(username: str, role: str, territory: str = DISTRICT, unit: Organisation | None = None) -> Actor:
    account = Account.objects.create(username=username, name=username)
    Grant.objects.create(account=account, role=role, territory=territory)
    if unit is not None:
        Member.objects.create(number=username, name=username, organisation=unit, account=account)
    return Actor(account)


@pytest.fixture
def one(db: None) -> Iterator[SimpleNamespace]:
    """A card about somebody who rechecked what they had found, in one street; and people who may look."""
    with clock.frozen(at(NOW)):
        place = SimpleNamespace()
        place.unit = Organisation.objects.create(number="J", name="街道", kind="street", territory=STREETS[0])
        place.pointed = actor("pointed", "discipline_officer", unit=place.unit)
        place.hazard = hazard_of(STREETS[0] + "001", finder=place.pointed.account, verifier=place.pointed.account)
        place.judge, place.office = actor("judge", "discipline_officer"), actor("office", "safety_commission")
        place.elsewhere = actor("elsewhere", "discipline_officer", STREETS[1])
        place.officer = actor("officer", "street_officer", STREETS[0])
        place.look = lambda: put_on_cards(findings(clock.now()))
        assert place.look() == 1
        place.card = BypassCard.objects.get()
        yield place


def test_who_sees_a_card(one: SimpleNamespace) -> None:
    seen = {
        who: BypassCard.objects.visible_to(getattr(one, who)).exists()
        for who in vars(one)
        if who != "card" and isinstance(getattr(one, who), Actor)
    }
    assert seen == {"pointed": False, "judge": True, "office": True, "elsewhere": False, "officer": False}
    assert one.card.territory == STREETS[0] + "001" and "pointed" not in str(one.card)
    assert [hand.record for hand in in_hand(one.judge)] == [one.card] and not in_hand(one.pointed)


@pytest.mark.parametrize(
    ("verb", "told"), [("look_into_card", ""), ("explain_card", "explanation"), ("confirm_card", "deed")]
)
def test_who_judges_a_card(one: SimpleNamespace, verb: str, told: str) -> None:
    move, words = getattr(transitions, verb), {told: "夜班"} if told else {}
    for who in (one.elsewhere, one.officer):
        with pytest.raises(Forbidden):
            move(one.card, by=who, **words)
    with pytest.raises(Refused, check=lambda error: error.code == "own_work"):
        move(one.card, by=one.pointed, **words)
    if told:
        with pytest.raises(Invalid, check=lambda error: error.field == told):
            move(one.card, by=one.judge, **{told: "  "})
    move(one.card, by=one.judge, **words)
    assert one.card.state == arrows_of(BypassCard)[verb].to
    assert one.card.judge == (one.judge.account if told else None)


@pytest.mark.parametrize("about", ["unit", "enterprise"])
def test_nobody_judges_a_card_about_their_own_unit_or_enterprise(one: SimpleNamespace, about: str) -> None:
    firm = Enterprise.objects.create(number="E", name="E", credit_code="9144030071526726XG")
    Grant.objects.create(account=one.judge.account, role="enterprise", holder=firm.credit_code)
    one.judge.account = Account.objects.get(pk=one.judge.account.pk)
    Member.objects.create(number="m", name="m", organisation=one.unit, account=one.judge.account)
    BypassCard.objects.filter(pk=one.card.pk).update(
        account=None, **{about: firm if about == "enterprise" else one.unit}
    )
    assert not BypassCard.objects.visible_to(one.judge).exists() and BypassCard.objects.visible_to(one.office).exists()
    with pytest.raises(Refused, check=lambda error: error.code == "own_work"):
        transitions.explain_card(one.card, by=one.judge, explanation="x")


def test_a_judged_card_is_asked_anew_by_new_rows_alone(one: SimpleNamespace) -> None:
    transitions.explain_card(one.card, by=one.judge, explanation="旧系统导入，经办人统一填写")
    assert one.look() == 0
    hazard_of(STREETS[1], finder=one.pointed.account, verifier=one.pointed.account, number="another")
    assert one.look() == 1
    one.card.refresh_from_db()
    assert (one.card.state, one.card.seen, one.card.rows.count()) == (State.NEW, 2, 2)
    assert one.card.territory == DISTRICT and one.card.explanation, "what was said before stays"
    transitions.confirm_card(one.card, by=one.office, deed="重新复查两处")
    assert one.look() == 0 and one.card.explanation == ""


def test_what_was_opened_again_what_was_practised_and_what_is_long_past_are_left_out(one: SimpleNamespace) -> None:
    mine = {"finder": one.pointed.account, "verifier": one.pointed.account}
    hazard_of(STREETS[0], number="again", submitted_at=at(NOW), **mine)
    hazard_of(STREETS[0], number="practice", exercise=True, **mine)
    hazard_of(STREETS[0], number="long ago", days_ago=366, **mine)
    assert one.look() == 0


def test_a_card_leads_to_a_task_and_a_letter_and_never_to_one_by_itself(one: SimpleNamespace) -> None:
    task = transitions.register_task(
        by=one.judge,
        title="复查",
        result="逐条复核",
        source=SupervisedTask.Source.INSPECTION,
        issuer="纪检",
        card=one.card,
    )
    assert (task.origin, task.origin_id, task.territory) == (one.card.number, one.card.pk, one.card.territory)
    letter = transitions.draft_letter(by=one.judge, unit=one.unit, about="复查", demand="说明情况", card=one.card)
    assert letter.subject_id == one.card.pk
    Letter.objects.all().delete()
    Clock.objects.filter(subject_id=one.card.pk).update(started_at=at(NOW) - timedelta(days=30), due_at=at(NOW))
    late = Change(subject="supervision.bypasscard", subject_id=one.card.pk, details={"clock": "state"})
    draft_for_overdue(late)
    assert not Letter.objects.exists(), "a letter to the unit would tell whom the card points at"


def test_the_radar_looks_once_a_night(one: SimpleNamespace) -> None:
    looked = []
    for hours in (-1, 0, 3, 24):
        BypassCard.objects.all().delete()
        with clock.frozen(at(NOW) + timedelta(hours=hours)):
            look_nightly()
        looked.append(BypassCard.objects.exists())
    assert looked == [False, True, False, True]


@pytest.mark.parametrize(
    ("codes", "shared"),
    [
        (("440303001", "440303001002"), "440303001"),
        (("440303001", "440303002"), "440303"),
        (("440303001", "440307001"), "4403"),
        (("440303", ""), ""),
        ((), ""),
    ],
)
def test_where_a_card_lies(codes: tuple[str, ...], shared: str) -> None:
    assert common_territory(codes) == shared
