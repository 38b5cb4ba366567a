"""Documents begin with what the record says, are made out under a number, and open as Word and PDF."""

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from regulated import actor, found, ordered, street, time  # noqa: F401  # fixtures

from anshu.domains.enforcement.models import Case
from anshu.domains.inspections.models import AnswerSheet, Checklist, OfficerLicence, Visit
from anshu.domains.people.models import Organisation, Person
from anshu.domains.tipoffs.models import TipOff
from anshu.kernel import clock
from anshu.ledger.models import Paper
from anshu.reports import contents, drafts
from anshu.reports.documents import form
from anshu.reports.forms.declaration import Kind
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(street):  # noqa: F811
    client = Client()
    client.force_login(street.officer.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def case(street):  # noqa: F811
    office = Organisation.objects.create(number="YJ", name="区应急管理局", kind="bureau", territory="440307")
    people = []
    for number in ("P1", "P2"):
        people.append(Person.objects.create(number=number, name=f"执法员{number}", organisation=office))
        OfficerLicence.objects.create(
            number=f"粤{number}", person=people[-1], valid_from=date(2025, 1, 1), valid_until=date(2028, 1, 1)
        )
    return Case.objects.create(
        party="宏达五金",
        party_code=street.firm.credit_code,
        enterprise=street.firm,
        address="龙城街道1号",
        matter="exits_blocked",
        facts="占用疏散通道",
        evidence="现场检查记录1份\n照片2张",
        occurred_on=date(2026, 11, 20),
        lead=people[0],
        second=people[1],
        fine_yuan=Decimal(20000),
        state="decided",
        territory="440307001001",
        number="AJ1",
    )


def typed(kind, record):
    """What a person sends: what the record suggests, and something in each field it does not know."""
    asked = form(kind)
    known = drafts.begun(asked, record)
    blank = {
        Kind.DATE: "2026-11-24",
        Kind.MOMENT: "2026-11-24T10:00",
        Kind.MONEY: "1",
        Kind.NUMBER: "1",
        Kind.DOCUMENT: "（某区）应急罚〔2026〕9号",
    }
    for name, field in drafts.shown(asked).items():
        if name not in known and not field.optional:
            known[name] = field.choices[0] if field.choices else blank.get(field.kind, "无")
    return known


@pytest.mark.parametrize("state", [state for state in Case.State if state in contents.cases.KINDS])
def test_every_usual_document_of_a_case_can_be_made_out(browser, case, state):
    Case.objects.filter(pk=case.pk).update(state=state)
    case.refresh_from_db()
    for kind in contents.kinds_for(case):
        address = f"/r/cases/{case.pk}/paper/{kind}"
        assert browser.get(address).status_code == 200
        answer = browser.post(address, typed(kind, case))
        assert answer.status_code == 302, answer.content.decode()
    made = Paper.objects.filter(subject_id=case.pk)
    assert {paper.kind for paper in made} == set(contents.kinds_for(case))
    for paper in made:
        content = browser.get(f"/papers/{paper.pk}.docx").content
        text = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
        assert "宏达五金" in text or "party" not in form(paper.kind).fields
        if form(paper.kind).sign:
            assert paper.number.startswith("（某区）") and "〔2026〕" in paper.number


def test_the_decision_says_what_the_case_says(browser, case):
    browser.post(f"/r/cases/{case.pk}/paper/penalty_decision", typed("penalty_decision", case))
    paper = Paper.objects.get()
    assert paper.values["penalty"] == "罚款人民币20,000.00元"
    assert paper.values["violated"] == "《中华人民共和国安全生产法》第四十二条第二款"
    assert "一般裁量档次" in paper.values["discretion"]
    assert Change.objects.get(verb="enforcement.make_out").details["number"] == paper.number
    page = browser.get(f"/r/cases/{case.pk}/papers").content.decode()
    assert paper.number in page and f"/papers/{paper.pk}.pdf" in page


def test_what_is_missing_is_named_and_nothing_is_made_out(browser, case):
    sent = typed("penalty_decision", case) | {"facts": ""}
    answer = browser.post(f"/r/cases/{case.pk}/paper/penalty_decision", sent)
    assert answer.status_code == 422 and "违法事实" in answer.content.decode()
    assert not Paper.objects.exists()
    wrong = browser.post(f"/r/cases/{case.pk}/paper/penalty_decision", sent | {"fine": "很多", "facts": "x"})
    assert wrong.status_code == 422 and "罚款数额" in wrong.content.decode()


def test_a_document_does_not_change_with_its_case(browser, case):
    browser.post(f"/r/cases/{case.pk}/paper/penalty_decision", typed("penalty_decision", case))
    Case.objects.filter(pk=case.pk).update(fine_yuan="1")
    assert Paper.objects.get().values["fine"] == "20000"


def test_a_hazard_is_ordered_on_paper(browser, street, ordered):  # noqa: F811
    hazard = ordered()
    answer = browser.post(f"/r/hazards/{hazard.pk}/paper/rectification_order", typed("rectification_order", hazard))
    assert answer.status_code == 302, answer.content.decode()
    assert "疏散通道堆放货物" in Paper.objects.get().values["problems"]


def test_who_may_not_sees_no_form_and_others_no_document(browser, street, case):  # noqa: F811
    browser.post(f"/r/cases/{case.pk}/paper/penalty_decision", typed("penalty_decision", case))
    client = Client()
    client.force_login(street.grid.account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/r/cases/{case.pk}/paper/penalty_decision").status_code in (403, 404)
    assert client.get(f"/papers/{Paper.objects.get().pk}.docx").status_code in (403, 404)
    assert browser.get(f"/papers/{Paper.objects.get().pk}.exe").status_code == 404


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("安全生产法(2021)", "中华人民共和国安全生产法"),
        ("中华人民共和国消防法", "中华人民共和国消防法"),
        ("深圳经济特区安全生产监督管理条例(2022)", "深圳经济特区安全生产监督管理条例"),
        ("某市燃气管理办法", "某市燃气管理办法"),
    ],
)
def test_only_a_law_has_the_name_of_the_state(source, told):
    assert contents.cases.law_in_full(source) == told


@pytest.fixture
def visit(street, case):  # noqa: F811
    """An enforcement visit by the two officers of the case, handed in and signed, at which one item of three failed."""
    items = [
        {"key": "exit", "text": "疏散通道畅通", "clause": "消防法28", "defect": "通道被占用"},
        {"key": "alarm", "text": "报警装置有效", "clause": "消防法16"},
        {"key": "gas", "text": "燃气阀门关闭", "clause": "消防法27"},
    ]
    checklist = Checklist.objects.create(code="fire", title="消防检查", state="published", content={"items": items})
    made = Visit.objects.create(
        number="JC-1",
        site=street.site,
        enterprise=street.firm,
        checklist=checklist,
        kind="enforcement",
        planned_on=date(2026, 11, 24),
        started_at=clock.now(),
        submitted_at=clock.now() + timedelta(hours=1),
        lead=case.lead,
        second=case.second,
        passed_count=1,
        found_count=1,
        signer="王厂长",
        state="signed",
        territory="440307001001",
    )
    answers = {"exit": {"value": "fail", "note": "二楼|堆货\n过道"}, "alarm": {"value": "pass"}}
    AnswerSheet.objects.create(visit=made, answers=answers | {"gas": {"value": "out"}})
    return made


def test_the_record_of_a_visit_says_who_went_and_what_failed(browser, street, visit):  # noqa: F811
    assert "inspection_record" in browser.get(f"/r/visits/{visit.pk}/papers").content.decode()
    sent = typed("inspection_record", visit) | {"unit_opinion": "情况属实，立即整改"}
    answer = browser.post(f"/r/visits/{visit.pk}/paper/inspection_record", sent)
    assert answer.status_code == 302, answer.content.decode()
    paper = Paper.objects.get()
    told = (paper.values["officers"], paper.values["certificates"], paper.values["signatory"])
    assert told == ("执法员P1、执法员P2", "粤P1、粤P2", "王厂长")
    row = "疏散通道畅通（消防法28） | 通道被占用；二楼／堆货 过道 | 不符合"
    assert paper.values["findings"] == row
    content = browser.get(f"/papers/{paper.pk}.docx").content
    text = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert "情况属实，立即整改" in text and "粤P1、粤P2" in text and "消防法28" in text


def test_a_visit_without_the_power_of_the_law_has_no_such_record(browser, street, visit):  # noqa: F811
    for change in ({"kind": "patrol"}, {"kind": "enforcement", "state": "started"}):
        Visit.objects.filter(pk=visit.pk).update(**change)
        visit.refresh_from_db()
        assert contents.kinds_for(visit) == ()
    Visit.objects.filter(pk=visit.pk).update(state="signed")
    client = Client()
    client.force_login(street.grid.account, backend="django.contrib.auth.backends.ModelBackend")
    assert "inspection_record" not in client.get(f"/r/visits/{visit.pk}/papers").content.decode()
    assert client.get(f"/r/visits/{visit.pk}/paper/inspection_record").status_code == 403


def test_the_notice_of_a_reward_goes_to_a_number_and_names_nobody(street):  # noqa: F811
    tip_off = TipOff.objects.create(
        number="JB20261124-0001",
        kind="fire",
        text="我是张三，锁门的是李四",
        place="红桂路2号",
        reported_name="宏达五金",
        named=True,
        received_at=clock.now(),
        reward_yuan=500,
        state="claimed",
        territory="440307001001",
    )
    client = Client()
    office = actor("tip-off office", "tip_off_officer", "440307")
    client.force_login(office.account, backend="django.contrib.auth.backends.ModelBackend")
    sent = typed("reward_notice", tip_off)
    answer = client.post(f"/r/tip-offs/{tip_off.pk}/paper/reward_notice", sent)
    assert answer.status_code == 302, answer.content.decode()
    paper = Paper.objects.get()
    assert paper.values["recipient"] == "举报编号JB20261124-0001的举报人" and paper.values["amount"] == "500"
    assert paper.values["basis"] == "《安全生产领域举报奖励办法》"
    assert not any(name in str(paper.values) for name in ("张三", "李四", "宏达五金", "红桂路"))
