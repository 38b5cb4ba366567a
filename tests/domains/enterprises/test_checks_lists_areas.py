"""Self-checks period after period, lists with two hands, high-risk areas with a leader, and the invitation."""

from datetime import date, timedelta

import pytest
from django.test import Client

from anshu.access.models import Account
from anshu.domains.enterprises.models import (
    Asset,
    Enterprise,
    GradeEvent,
    ListEntry,
    Method,
    RiskArea,
    SelfCheck,
    Threat,
)
from anshu.domains.enterprises.transitions import (
    assign_sponsor,
    complete_self_check,
    delist_area,
    end_entry,
    identify_risk,
    invite,
    list_area,
    plan_self_check,
    propose_entry,
    publish_entry,
    recolor_area,
    remove_risk,
    visit_area,
)
from anshu.domains.people.models import Organisation, Person
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def check(street):
    return plan_self_check(by=WORK, enterprise=street.firm)


def answers(check, **wrong):
    found = {item["key"]: {"result": "pass"} for item in check.items}
    return found | {key.replace("__", "."): {"result": "fail", "note": note} for key, note in wrong.items()}


def run_clocks():
    while clocks.step():
        pass


def test_a_self_check_asks_for_what_the_firm_has(street, check):
    assert {item["key"].partition(".")[0] for item in check.items} == {"all"}
    Asset.objects.create(enterprise=street.firm, number="A1", kind="dust_system", name="打磨线")
    Asset.objects.create(enterprise=street.firm, number="A2", kind="lift", name="货梯")
    Asset.objects.create(enterprise=street.firm, number="A3", kind="confined_space", name="污水池", in_use=False)
    complete_self_check(check, by=street.owner, checker="王安全", answers=answers(check))
    following = SelfCheck.objects.get(state="planned")
    assert {item["key"].partition(".")[0] for item in following.items} == {"all", "dust", "special"}
    assert following.from_on == check.due_on + timedelta(days=1)


def test_its_period_is_that_of_the_colour(street):
    Enterprise.objects.update(risk_color="1")
    street.firm.refresh_from_db()
    check = plan_self_check(by=WORK, enterprise=street.firm)
    assert (check.due_on - check.from_on).days == 6


def test_nothing_found_is_allowed_and_counted(street, check):
    complete_self_check(check, by=street.owner, checker="王安全", answers=answers(check))
    assert (check.state, check.findings) == ("done", 0)
    assert Change.objects.get(verb="enterprises.complete_self_check").details["findings"] == 0


def test_every_item_is_answered_and_a_failed_one_explained(street, check):
    given = answers(check)
    del given["all.exits"]
    with pytest.raises(Invalid, check=lambda error: error.field == "all.exits"):
        complete_self_check(check, by=street.owner, checker="王安全", answers=given)
    with pytest.raises(Invalid, check=lambda error: error.field == "all.exits"):
        complete_self_check(check, by=street.owner, checker="王安全", answers=answers(check, all__exits=" "))
    with pytest.raises(Invalid, check=lambda error: error.field == "checker"):
        complete_self_check(check, by=street.owner, checker="", answers=answers(check))
    assert SelfCheck.objects.get().state == "planned"


def test_a_missed_one_counts_and_the_next_begins(street, check, time):
    time.advance(days=90)
    run_clocks()
    assert SelfCheck.objects.order_by("from_on").values_list("state", flat=True)[0] == "missed"
    assert GradeEvent.objects.get().kind == "self_check_missed"
    following = SelfCheck.objects.get(state="planned")
    assert following.from_on == check.due_on + timedelta(days=1)


def test_it_is_not_handed_in_before_its_period(street, check):
    complete_self_check(check, by=street.owner, checker="王安全", answers=answers(check))
    following = SelfCheck.objects.get(state="planned")
    with pytest.raises(Refused, check=lambda error: error.code == "too_early"):
        complete_self_check(following, by=street.owner, checker="王安全", answers=answers(following))


def test_a_rival_does_not_answer_it(street, check):
    with pytest.raises(Forbidden):
        complete_self_check(check, by=street.rival, checker="x", answers=answers(check))


def test_findings_need_a_place_to_lie(street, check):
    Enterprise.objects.update(site=None)
    with pytest.raises(Refused, check=lambda error: error.code == "no_site"):
        complete_self_check(check, by=street.owner, checker="王", answers=answers(check, all__exits="堵塞"))


def entry(street, kind=ListEntry.Kind.BLACK, **more):
    details = {"basis": "安全生产法78", "reason": "瞒报事故", "from_on": TODAY, "until_on": TODAY + timedelta(days=30)}
    return propose_entry(by=street.section, enterprise=street.firm, kind=kind, **(details | more))


def test_a_list_entry_takes_two_and_ends_by_itself(street, time):
    listed = entry(street)
    with pytest.raises(Refused, check=lambda error: error.code == "own_work"):
        publish_entry(listed, by=street.section, published_in="区政府网站")
    with pytest.raises(Invalid):
        publish_entry(listed, by=street.commission, published_in="")
    publish_entry(listed, by=street.commission, published_in="区政府网站")
    with pytest.raises(Refused, check=lambda error: error.code == "listed_already"):
        entry(street)
    with pytest.raises(Invalid):
        end_entry(listed, by=street.commission)
    time.advance(days=31)
    run_clocks()
    assert ListEntry.objects.get().state == "ended"


@pytest.mark.parametrize("gap", ["basis", "reason"])
def test_a_list_entry_has_a_basis_and_a_reason(street, gap):
    with pytest.raises(Invalid, check=lambda error: error.field == gap):
        entry(street, **{gap: " "})


@pytest.fixture
def area(street):
    return list_area(by=street.commission, name="老旧工业区", threat=Threat.FIRE, territory="440307001001")


def point(street, area, likelihood, severity):
    factors = {"method": Method.LS, "likelihood": likelihood, "severity": severity}
    return identify_risk(by=street.street, name="仓库", threat=Threat.FIRE, area=area, **factors)


def test_an_area_is_as_grave_as_its_gravest_point(street, area):
    point(street, area, 2, 2)
    worst = point(street, area, 5, 5)
    area.refresh_from_db()
    assert area.risk_color == "1"
    remove_risk(worst, by=street.street, reason="已搬迁")
    area.refresh_from_db()
    assert area.risk_color == "4"


def test_a_colour_set_by_hand_stays(street, area):
    with pytest.raises(Invalid, check=lambda error: error.field == "color_reason"):
        recolor_area(area, by=street.commission, risk_color="1")
    recolor_area(area, by=street.commission, risk_color="1", color_reason="人员密集")
    point(street, area, 1, 1)
    area.refresh_from_db()
    assert area.risk_color == "1"
    recolor_area(area, by=street.commission)
    assert (area.risk_color, area.color_reason) == ("4", "")


def test_a_leader_answers_for_it_and_goes_there(street, area, time):
    unit = Organisation.objects.create(number="U", name="区住建局", kind="sector_dept", territory="440307")
    leader = Person.objects.create(number="L", name="张副区长", organisation=unit, territory="440307")
    assign_sponsor(area, by=street.commission, sponsor=leader)
    assert (area.state, area.unit) == ("sponsored", unit)
    first = clocks.running(area).due_at
    time.advance(days=10)
    visit_area(area, by=street.commission, note="消防通道已打通")
    assert clocks.running(area).due_at == first + timedelta(days=10)
    with pytest.raises(Invalid):
        delist_area(area, by=street.commission, outcome="")
    delist_area(area, by=street.commission, outcome="整治完成")
    assert RiskArea.objects.get().state == "delisted"


def test_a_risk_lies_somewhere(street):
    with pytest.raises(Invalid, check=lambda error: error.field == "site"):
        point(street, None, 1, 1)


def test_the_password_is_shown_once_and_must_be_changed(street):
    account, password = invite(street.firm, by=street.section)
    assert account.username == street.firm.credit_code
    assert not Account.objects.filter(password__contains=password).exists()
    assert password not in str(list(Change.objects.values()))
    assert SelfCheck.objects.get(enterprise=street.firm).state == "planned"
    client = Client()
    answer = client.post("/login", {"username": account.username, "password": password})
    assert answer.url == "/firm"
    assert client.get("/firm").url == "/me"
    assert client.get("/r/hazards/").url == "/me"
    chosen = "Wangchang-2026-anquan"
    assert client.post("/me", {"old": password, "new": chosen}).status_code == 302
    assert client.get("/firm").status_code == 200
    again = Client()
    assert again.post("/login", {"username": account.username, "password": chosen}).url == "/firm"
    assert again.get("/firm").status_code == 200


def test_a_second_invitation_replaces_the_first(street):
    account, first = invite(street.firm, by=street.section)
    same, second = invite(street.firm, by=street.section)
    assert (account.pk, first != second) == (same.pk, True)
    assert Client().post("/login", {"username": account.username, "password": first}).status_code == 401
    assert account.grants.count() == 1


@pytest.mark.parametrize("who", ["owner", "rival", "grid", "street", "expert", "commission"])
def test_who_may_not_invite(street, who):
    with pytest.raises(Forbidden):
        invite(street.firm, by=getattr(street, who))


def test_without_a_credit_code_there_is_no_log_in(street):
    Enterprise.objects.update(credit_code=None)
    street.firm.refresh_from_db()
    with pytest.raises(Refused, check=lambda error: error.code == "no_credit_code"):
        invite(street.firm, by=street.section)
