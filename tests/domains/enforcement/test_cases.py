"""A penalty from the report to the archive, and everything that the law puts in its way."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from anshu.domains.enforcement import queries
from anshu.domains.enforcement.models import Case, matters
from anshu.domains.enforcement.queries.cases import FILE
from anshu.domains.enforcement.transitions import (
    allow_later,
    apply_to_court,
    archive,
    call_hearing,
    close_case,
    conclude,
    confirm_performed,
    decide,
    deliver,
    discuss,
    exclude_time,
    hold_hearing,
    open_case,
    pass_review,
    propose_again,
    publish,
    punish_on_the_spot,
    record_payment,
    record_statement,
    request_hearing,
    revoke,
    send_back,
    serve_notice,
    spare,
    unpublish,
    waive,
)
from anshu.domains.inspections.models import Recusal
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.ledger.papers import Draft, make_out
from anshu.workflow import clocks

pytestmark = pytest.mark.django_db


def refused(code):
    return pytest.raises(Refused, check=lambda error: error.code == code)


def invalid(field):
    return pytest.raises(Invalid, check=lambda error: error.field == field)


def test_a_case_goes_its_whole_way(bureau, noticed, time):
    case = noticed()
    with refused("window_open"):
        decide(case, by=bureau.head)
    time.advance(days=4)  # Tuesday to Saturday: three working days are over
    decide(case, by=bureau.head)
    deliver(case, by=bureau.officer, receiver="王厂长")
    assert case.pay_by == date(2026, 12, 13)
    publish(case, by=bureau.officer, published_in="区政府网站")
    record_payment(case, by=bureau.officer, amount_yuan=12000.0, receipt="A1")
    assert (case.state, queries.owed_on(case)) == (Case.State.DELIVERED, Decimal(8000))
    record_payment(case, by=bureau.officer, amount_yuan=8000.0, receipt="A2")
    assert case.state == Case.State.PERFORMED
    close_case(case, by=bureau.head)
    with refused("papers_missing"):
        archive(case, by=bureau.officer)
    for group in FILE:
        make_out(case, Draft(group[0], "x"), by=bureau.officer)
    archive(case, by=bureau.officer)


def test_every_matter_has_a_range_within_the_law(bureau, reported):
    assert len(matters()) >= 9
    for key, title in matters():
        case = reported(matter=key)
        least, most = queries.range_of(case)
        assert 0 <= least < most and title
        for factors in ((), ("first",), ("harm",)):
            assert least <= queries.band(case, factors).least <= queries.band(case, factors).most <= most


def test_a_matter_that_is_none_is_refused(reported):
    for matter in ("parting", "nonsense", ""):
        with invalid("matter"):
            reported(matter=matter)


def test_two_licensed_officers_who_need_not_keep_away(bureau, reported):
    with invalid("second"):
        reported(second=bureau.one)
    with refused("no_licence"):
        reported(second=bureau.expired)
    Recusal.objects.create(
        number="H1", person=bureau.two, enterprise=bureau.firm, ground="近亲属任职", since=date(2026, 1, 1)
    )
    with refused("recused"):
        reported()


@pytest.mark.parametrize(
    ("occurred_on", "harmed", "good"),
    [
        (date(2024, 11, 24), False, True),
        (date(2024, 11, 23), False, False),
        (date(2021, 11, 24), True, True),
        (date(2021, 11, 23), True, False),
    ],
)
def test_limitation_is_two_years_and_five_where_people_were_hurt(reported, occurred_on, harmed, good):
    if good:
        reported(occurred_on=occurred_on, harmed=harmed)
    else:
        with refused("limitation"):
            reported(occurred_on=occurred_on, harmed=harmed)


def test_who_investigates_decides_nothing(bureau, reported, noticed, time):
    bureau.officer.account.grants.create(role="bureau_head", territory="440307")
    bureau.officer.account.grants.create(role="legal_reviewer", territory="440307")
    vars(bureau.officer.account).pop("_grants", None)
    bureau.officer._reach.clear()
    with refused("own_case"):
        open_case(reported(), by=bureau.officer)
    case = noticed()
    time.advance(days=9)
    for deed in (decide, lambda c, by: spare(c, by=by, reason="x")):
        with refused("own_case"):
            deed(case, by=bureau.officer)


def test_ninety_days_and_what_is_not_counted(bureau, opened):
    case = opened()
    ends = clocks.running(case, "decision").due_at
    assert ends.date() == date(2027, 2, 22)
    exclude_time(case, by=bureau.officer, reason="委托鉴定", days=20)
    assert clocks.running(case, "decision").due_at - ends == timedelta(days=20)


def test_the_fine_follows_law_and_circumstances(bureau, opened):
    def proposed(fine, factors=(), deviation=""):
        case = opened()
        conclude(case, by=bureau.officer, facts="x", factors=list(factors), fine_yuan=fine, deviation=deviation)
        return case

    assert proposed(20000.0).band == {"step": "normal", "least": "15000", "most": "35000"}
    assert proposed(3000.0, ["first", "corrected"]).band["step"] == "light"
    with refused("beyond_law"):
        proposed(50001.0, ["harm"])
    with invalid("deviation"):
        proposed(40000.0)
    assert proposed(40000.0, deviation="同时存在多处封堵").deviation
    with invalid("factors"):
        proposed(20000.0, ["handsome"])


def test_no_conclusion_without_evidence(bureau, reported):
    case = reported()
    open_case(case, by=bureau.head)
    with refused("no_evidence"):
        conclude(case, by=bureau.officer, facts="x", fine_yuan=20000.0)


def test_a_large_fine_may_be_heard_and_a_small_one_not(bureau, noticed, time):
    with refused("too_small"):
        request_hearing(noticed(), by=bureau.officer)
    case = noticed(50000.0, factors=["harm"])
    time.advance(days=4)
    with refused("window_open"):  # a hearing may be asked for during five working days
        decide(case, by=bureau.head)
    request_hearing(case, by=bureau.officer)
    with refused("own_case"):
        call_hearing(case, by=bureau.officer, hearing_at=clock.now() + timedelta(days=20), host=bureau.one)
    with invalid("hearing_at"):
        call_hearing(case, by=bureau.officer, hearing_at=clock.now() + timedelta(days=8), host=bureau.host)
    with refused("not_called"):
        hold_hearing(case, by=bureau.reviewer, hearing_report="x")
    call_hearing(case, by=bureau.officer, hearing_at=clock.now() + timedelta(days=20), host=bureau.host)
    with refused("not_called"):
        hold_hearing(case, by=bureau.reviewer, hearing_report="x")
    time.advance(days=21)
    hold_hearing(case, by=bureau.reviewer, hearing_report="事实清楚")
    with refused("not_discussed"):
        decide(case, by=bureau.head)
    discuss(case, by=bureau.head, text="同意")
    decide(case, by=bureau.head)


def test_the_time_to_ask_for_a_hearing_ends(bureau, noticed, time):
    case = noticed(50000.0, factors=["harm"])
    time.advance(days=8)  # the fifth working day was Tuesday
    with refused("late"):
        request_hearing(case, by=bureau.officer)


def test_who_speaks_is_not_punished_more_for_it(bureau, noticed, time):
    case = noticed(20000.0)
    record_statement(case, by=bureau.officer, text="已清理")
    with refused("graver"):
        propose_again(case, by=bureau.officer, reason="复核", fine_yuan=30000.0)
    propose_again(case, by=bureau.officer, reason="已改正", factors=["corrected"], fine_yuan=10000.0)
    pass_review(case, by=bureau.reviewer)
    serve_notice(case, by=bureau.officer, receiver="王厂长")
    waive(case, by=bureau.officer, note="书面声明")
    decide(case, by=bureau.head)
    assert case.fine_yuan == 10000


def test_a_reviewer_may_send_it_back(bureau, opened):
    case = opened()
    conclude(case, by=bureau.officer, facts="x", fine_yuan=20000.0)
    with pytest.raises(Forbidden):
        pass_review(case, by=bureau.officer)
    send_back(case, by=bureau.reviewer, reason="缺少照片")
    assert case.state == Case.State.INVESTIGATING


@pytest.fixture
def delivered(bureau, noticed):
    case = noticed()
    waive(case, by=bureau.officer, note="书面声明")
    decide(case, by=bureau.head)
    deliver(case, by=bureau.officer, receiver="王厂长")
    return case


def test_it_runs_overdue_by_itself_and_the_court_comes_after_a_demand(bureau, delivered, time):
    case = delivered
    time.advance(days=15)
    while clocks.step():
        pass
    case.refresh_from_db()
    assert case.state == Case.State.DELIVERED  # the fifteenth day is not over
    time.advance(days=1)
    while clocks.step():
        pass
    case.refresh_from_db()
    assert (case.state, queries.owed_on(case)) == (Case.State.OVERDUE, Decimal(20600))
    with refused("no_demand"):
        apply_to_court(case, by=bureau.officer, note="x")
    make_out(case, Draft("payment_demand", "催告书", "应急催"), by=bureau.officer)
    with refused("no_demand"):
        apply_to_court(case, by=bureau.officer, note="x")
    time.advance(days=11)
    apply_to_court(case, by=bureau.officer, note="（2026）粤行审1号")


def test_paying_too_much_and_paying_later(bureau, delivered, time):
    case = delivered
    with refused("too_much"):
        record_payment(case, by=bureau.officer, amount_yuan=20001.0, receipt="A1")
    with refused("owed"):
        confirm_performed(case, by=bureau.officer, note="x")
    allow_later(case, by=bureau.head, pay_by=date(2027, 3, 1), reason="经营困难")
    time.advance(days=40)
    while clocks.step():
        pass
    case.refresh_from_db()
    assert (case.state, queries.owed_on(case)) == (Case.State.DELIVERED, Decimal(20000))


def test_what_was_published_is_taken_back_when_revoked(bureau, delivered):
    case = delivered
    assert clocks.running(case, "publicity") is not None
    with refused("not_published"):
        Case.objects.filter(pk=case.pk).update(state=Case.State.PERFORMED)
        close_case(case, by=bureau.head)
    Case.objects.filter(pk=case.pk).update(state=Case.State.DELIVERED)
    publish(case, by=bureau.officer, published_in="网站")
    assert clocks.running(case, "publicity") is None
    revoke(case, by=bureau.head, reason="复议撤销")
    assert clocks.running(case, "withdrawal") is not None
    unpublish(case, by=bureau.officer, note="网站")
    assert clocks.running(case, "withdrawal") is None


def test_on_the_spot_only_small_fines(bureau):
    given = {"facts": "x", "lead": bureau.one, "second": bureau.two, "receiver": "王", "enterprise": bureau.firm}
    case = punish_on_the_spot(by=bureau.officer, matter="no_warning_signs", fine_yuan=3000.0, **given)
    assert (case.state, case.pay_by) == (Case.State.DELIVERED, date(2026, 12, 9))
    with refused("too_large"):
        punish_on_the_spot(by=bureau.officer, matter="no_warning_signs", fine_yuan=3001.0, **given)
    with refused("beyond_law"):
        punish_on_the_spot(by=bureau.officer, matter="fire_equipment", fine_yuan=3000.0, **given)
