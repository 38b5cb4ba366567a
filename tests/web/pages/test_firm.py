"""The enterprise's own door: what it shows, what may be done there, and that nothing of anybody else is behind it."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from regulated import after, found, ordered, picture, street, submitted, time

from anshu.access.models import Account, Grant
from anshu.access.policy import Person as Actor
from anshu.domains.construction.models import MinorWork, WorkPermit
from anshu.domains.enterprises.models import (
    Certificate,
    Enterprise,
    GradeEvent,
    ListEntry,
    Policy,
    RiskDeclaration,
    SelfCheck,
    WorkerReward,
)
from anshu.domains.enterprises.transitions import draft_declaration, invite, plan_self_check
from anshu.domains.hazards.models import Hazard
from anshu.domains.inspections.models import Checklist, Visit
from anshu.domains.inspections.queries.visits import rhythm_in, rhythm_of
from anshu.domains.places.models import Area, Site
from anshu.kernel import clock
from anshu.ledger.declaration import LEDGERS
from anshu.web.pages import firm_calendar
from anshu.workflow.clocks import WORK

__all__ = ["after", "found", "ordered", "street", "submitted", "time"]
pytestmark = pytest.mark.django_db
SECRET = "竞争对手的秘密"  # stands in every field of the other firm that can hold a text


def logged_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def owner(street: SimpleNamespace) -> Client:
    return logged_in(street.owner)


@pytest.fixture
def other(street: SimpleNamespace) -> SimpleNamespace:
    """Another firm with something in every register that a firm sees."""
    site = Site.objects.create(
        number="CS-9", name=SECRET, kind=Site.Kind.ENTERPRISE, territory="440307001001", lon=1, lat=1
    )
    firm = Enterprise.objects.create(
        number="QY-9", name=SECRET, credit_code="91440300192317458F", site=site, territory="440307001001", lon=1, lat=1
    )
    made = SimpleNamespace(firm=firm, rows=[firm])
    now, day = clock.now(), clock.now().date()
    common = {"enterprise": firm, "territory": firm.territory, "lon": 1, "lat": 1}
    made.rows += [
        Certificate.objects.create(number="Z-9", kind="other", bearer=SECRET, expires_on=day, **common),
        Policy.objects.create(
            number="B-9",
            insurer=SECRET,
            starts_on=day,
            ends_on=day,
            sum_insured_yuan=1,
            base_premium_yuan=1,
            **common,
        ),
        GradeEvent.objects.create(kind="accident", summary=SECRET, began_at=now, **common),
        ListEntry.objects.create(kind="black", basis=SECRET, reason=SECRET, from_on=day, until_on=day, **common),
        WorkerReward.objects.create(worker="W-9", found=SECRET, paid_on=day, paid_yuan=9, **common),
        MinorWork.objects.create(name=SECRET, kind="other", contractor="x", starts_on=day, ends_on=day, **common),
        WorkPermit.objects.create(
            kind="hot_work",
            summary=SECRET,
            place=SECRET,
            measures="x",
            applicant="x",
            guardian="y",
            starts_at=now,
            ends_at=now,
            **common,
        ),
        Hazard.objects.create(site=site, summary=SECRET, kind="fire", source="patrol", found_at=now, **common),
        draft_declaration(by=street.rival, enterprise=firm),
        plan_self_check(by=WORK, enterprise=firm),
    ]
    return made


def test_the_door_leads_home(street, owner):
    assert owner.get("/").url == "/firm"
    page = owner.get("/firm").content.decode()
    assert street.firm.name in page
    assert street.firm.credit_code in page


@pytest.mark.parametrize("who", ["section", "street", "grid", "expert"])
def test_it_is_no_door_for_officers(street, who):
    assert logged_in(getattr(street, who)).get("/firm").status_code == 403


def test_a_firm_that_is_not_on_file_is_told_so(street):
    account = Account.objects.create(username="late", name="late")
    Grant(account=account, role="enterprise", holder="91440300MA5DQ2RX0K").save()
    assert logged_in(Actor(account)).get("/firm").status_code == 403


def test_the_rail_is_short(owner):
    page = owner.get("/firm").content.decode()
    rail = page[page.index('id="rail"') : page.index("</nav>")]
    assert 'href="/firm"' in rail
    for elsewhere in ("/today", "/map", "/r/hazards/", "/r/sites/", "/admin/"):
        assert f'href="{elsewhere}"' not in rail


def test_nothing_of_another_firm_is_behind_any_door(street, owner, other):
    """Lists, records, search, portraits, map, pictures and the API, for every register there is."""
    pages = ["/firm", "/firm/receipts", "/search?q=竞争", "/today", "/wall", "/desk", "/map/layers.json"]
    pages += [f"/r/{slug}/" for slug in LEDGERS] + [f"/r/{slug}/?q=竞争" for slug in LEDGERS]
    pages += [f"/map/data/{slug}.json" for slug in LEDGERS] + [f"/api/{slug}" for slug in LEDGERS]
    pages += [f"/r/{slug}/export.csv" for slug in LEDGERS]
    for page in pages:
        answer = owner.get(page)
        body = b"".join(answer) if answer.streaming else answer.content
        assert SECRET not in body.decode(errors="replace"), page
        assert other.firm.credit_code not in body.decode(errors="replace"), page


def test_no_record_of_another_firm_exists_for_it(owner, other):
    for row in other.rows:
        slug = next(ledger.slug for ledger in LEDGERS.values() if ledger.model is type(row))
        for address in (f"/r/{slug}/{row.pk}", f"/api/{slug}/{row.pk}", f"/r/{slug}/{row.pk}/edit"):
            assert owner.get(address).status_code in (403, 404), address
        for address in (f"/do/{slug}/{row.pk}/submit", f"/r/{slug}/{row.pk}/picture", f"/r/{slug}/{row.pk}/unmask"):
            assert owner.post(address, {"rectification": "x", "field": "phone", "reason": "xx"}).status_code in (
                403,
                404,
            ), address
    firm, hazard = other.firm, Hazard.objects.get(summary=SECRET)
    declaration, check = RiskDeclaration.objects.get(enterprise=firm), SelfCheck.objects.get(enterprise=firm)
    for address in (
        f"/enterprises/{firm.pk}",
        f"/firm/hazards/{hazard.pk}",
        f"/firm/check/{check.pk}",
        f"/firm/declaration/{declaration.pk}",
    ):
        assert owner.get(address).status_code == 404, address
    assert owner.post(f"/firm/check/{check.pk}", {"checker": "x"}).status_code == 404
    assert owner.post(f"/enterprises/{firm.pk}/invite").status_code == 404
    assert owner.post(f"/begin/enterprises/{firm.pk}/enterprises.draft_declaration").status_code == 404
    assert str(firm) not in owner.get(f"/firm?of={firm.number}").content.decode()


def test_what_belongs_to_nobody_or_to_officers_is_closed(street, owner):
    Area.objects.create(number="440307", name="龙岗区", level="district", territory="440307")
    for address in (
        "/map",
        "/portraits/area/440307",
        f"/portraits/park/{street.site.pk}",
        "/r/sites/",
        "/r/people/",
        "/admin/",
    ):
        assert owner.get(address).status_code in (403, 404), address
    assert owner.post(f"/enterprises/{street.firm.pk}/invite").status_code == 403
    assert owner.get("/r/risk-areas/").content.decode().count("data-row") == 0


def test_a_hazard_is_taken_up_pictured_and_submitted(street, owner, ordered):
    hazard = ordered()
    page = owner.get("/firm").content.decode()
    assert f"/firm/hazards/{hazard.pk}" in page
    assert owner.post(f"/do/hazards/{hazard.pk}/take_up", {"back": "/firm"}).url == "/firm"

    shot = SimpleUploadedFile("after.jpg", picture(7), "image/jpeg")
    back = f"/firm/hazards/{hazard.pk}"
    answer = owner.post(f"/r/hazards/{hazard.pk}/picture", {"picture": shot, "purpose": "after", "back": back})
    assert answer.url == back
    owner.post(f"/do/hazards/{hazard.pk}/submit", {"rectification": "已清理", "back": back})
    hazard.refresh_from_db()
    assert hazard.state == "submitted"
    assert "request_extension" not in owner.get(back).content.decode()
    receipts = owner.get("/firm/receipts").content.decode()
    assert hazard.number in receipts or hazard.summary in receipts


def test_an_extension_is_asked_for_from_the_same_page(street, owner, ordered):
    hazard = ordered()
    owner.post(f"/do/hazards/{hazard.pk}/take_up")
    address = f"/begin/hazards/{hazard.pk}/hazards.request_extension"
    assert address in owner.get(f"/firm/hazards/{hazard.pk}").content.decode()
    details = {"wanted_on": "2026-12-20", "why": "设备未到", "measures": "停用", "back": "/firm"}
    assert owner.post(address, details).url == "/firm"


def test_what_it_finds_itself_it_reports(street, owner):
    answer = owner.post("/firm/hazards", {"summary": "配电箱敞开", "kind": "electric", "place": "一楼"})
    hazard = Hazard.objects.get()
    assert answer.url == f"/firm/hazards/{hazard.pk}"
    assert (hazard.enterprise, hazard.source, hazard.finder) == (street.firm, "self_check", street.owner.account)
    assert owner.post("/firm/hazards", {"summary": "x", "kind": "comet"}).status_code == 422


def test_a_self_check_keeps_what_was_ticked(street, owner):
    check = plan_self_check(by=WORK, enterprise=street.firm)
    ticked = {f"result:{item['key']}": "pass" for item in check.items} | {"checker": "王安全"}
    first = check.items[0]["key"]
    answer = owner.post(f"/firm/check/{check.pk}", ticked | {f"result:{first}": "fail"})
    assert answer.status_code == 422
    assert answer.content.decode().count('value="pass" checked') == len(check.items) - 1
    assert (
        owner.post(f"/firm/check/{check.pk}", ticked | {f"result:{first}": "fail", f"note:{first}": "锁闭"}).url
        == "/firm"
    )
    assert "锁闭" in owner.get(f"/firm/check/{check.pk}").content.decode()


@pytest.fixture
def announced(street, other):
    """A list announced to each of the two firms, and one planned for the first that is not."""
    checklist = Checklist.objects.create(
        code="fire", title="消防检查", state="published", item_count=1, number="F1",
        content={"items": [{"key": "exit", "text": "疏散通道畅通", "clause": "消防法28", "grade": "major"}]},
    )
    day = clock.now().date() + timedelta(days=5)
    made = []
    for serial, (firm, at) in enumerate(((street.firm, clock.now()), (other.firm, clock.now()), (street.firm, None))):
        made.append(
            Visit.objects.create(
                number=f"JC-{serial}",
                enterprise=firm,
                site=firm.site,
                checklist=checklist,
                kind="announced",
                planned_on=day,
                announced_at=at,
                territory=firm.territory,
            )
        )
    return made


def test_a_list_announced_to_it_is_shown_with_its_items(owner, announced):
    mine, others, silent = announced
    home = owner.get("/firm").content.decode()
    assert f"/firm/announced/{mine.pk}" in home and "2026-11-29" in home
    page = owner.get(f"/firm/announced/{mine.pk}").content.decode()
    assert "疏散通道畅通" in page and "消防法28" in page and "重大" in page
    for visit in (others, silent):
        assert f"/firm/announced/{visit.pk}" not in home
        assert owner.get(f"/firm/announced/{visit.pk}").status_code == 404


def test_the_calendar_has_what_was_what_is_due_and_what_is_to_come(street, owner, announced):
    """A blue firm checks itself every ninety days; the visit stands on its day."""
    done = {"enterprise": street.firm, "state": "done", "findings": 2}
    SelfCheck.objects.create(from_on=date(2026, 5, 1), due_on=date(2026, 5, 20), **done)
    SelfCheck.objects.create(enterprise=street.firm, from_on=date(2026, 6, 1), due_on=date(2026, 7, 2), state="planned")
    found = firm_calendar.months(street.firm, 2026)
    due = [[check.due_on.day for check in month.checks] for month in found]
    assert due == [[], [], [], [], [20], [], [2], [], [], [], [], []]
    assert [day for month in found for day in month.expected] == [date(2026, 9, 30), date(2026, 12, 29)]
    assert [visit.number for visit in found[10].visits] == ["JC-0"]
    page = owner.get("/firm/calendar").content.decode()
    assert "2026-05" in page and "JC-1" not in page and SECRET not in page


def test_it_enters_what_it_paid_to_a_worker_by_code(street, owner):
    begin = f"/begin/enterprises/{street.firm.pk}/enterprises.enter_reward"
    good = {"worker": "W-07", "found": "二楼配电箱发热", "paid_yuan": "200", "back": "/firm"}
    for name, wrong in (("worker", "张三"), ("worker", "13800138000"), ("paid_yuan", "0"), ("paid_on", "2026-11-25")):
        assert owner.post(begin, good | {name: wrong}).status_code == 422, (name, wrong)
    assert owner.post(begin, good).status_code == 302
    reward = WorkerReward.objects.get()
    assert (reward.territory, reward.paid_on, reward.paid_yuan) == ("440307001001", date(2026, 11, 24), 200)
    assert "二楼配电箱发热" in owner.get("/firm").content.decode()
    assert "二楼配电箱发热" in owner.get("/r/worker-rewards/").content.decode()


def test_a_declaration_is_filled_in_and_submitted(street, owner):
    begun = owner.post(f"/begin/enterprises/{street.firm.pk}/enterprises.draft_declaration", {"back": "/firm"})
    assert begun.url == "/firm"
    declaration = RiskDeclaration.objects.get()
    page = f"/firm/declaration/{declaration.pk}"
    risk = {"name": "喷漆房", "threat": "fire", "method": "ls", "likelihood": "3", "severity": "5", "back": page}
    assert owner.post(f"/do/declarations/{declaration.pk}/add_risk", risk).url == page
    assert "喷漆房" in owner.get(page).content.decode()
    owner.post(f"/do/declarations/{declaration.pk}/submit_declaration")
    declaration.refresh_from_db()
    assert declaration.state == "submitted"


def test_a_permit_is_applied_for(street, owner):
    form = {
        "kind": "excavation",
        "summary": "挖沟",
        "place": "北门",
        "starts_at": "2026-11-24T14:00",
        "ends_at": "2026-11-24T18:00",
        "applicant": "李班长",
        "guardian": "周监护",
        "measures": "围挡",
        "back": "/firm",
    }
    answer = owner.post(f"/begin/enterprises/{street.firm.pk}/construction.apply_permit", form)
    assert answer.url == "/firm"
    assert "北门" in owner.get("/firm").content.decode()


def test_the_reasons_of_the_colour_add_up_on_the_page(street, owner):
    Enterprise.objects.update(base_color="2", risk_color="2")
    page = owner.get("/firm").content.decode()
    assert "+40" in page
    assert "40.0" in page


def test_a_person_of_two_firms_chooses(street, other):
    Grant(account=street.owner.account, role="enterprise", holder=other.firm.credit_code).save()
    client = logged_in(Actor(Account.objects.get(pk=street.owner.account.pk)))
    assert f"/firm?of={street.firm.number}" in client.get("/firm").content.decode()
    assert SECRET in client.get(f"/firm?of={other.firm.number}").content.decode()


def test_the_sheet_with_the_password_is_not_kept(street):
    section = logged_in(street.section)
    answer = section.post(f"/enterprises/{street.firm.pk}/invite")
    assert answer["Cache-Control"] == "no-store"
    assert street.firm.credit_code in answer.content.decode()
    account, password = invite(street.firm, by=street.section)
    assert password not in section.get(f"/enterprises/{street.firm.pk}").content.decode()
    assert account.is_active


def test_portraits_show_what_is_on_file(street, ordered):
    hazard = ordered(major=True)
    Area.objects.create(number="440307001", name="龙城街道", level="street", territory="440307001")
    section = logged_in(street.section)
    page = section.get(f"/enterprises/{street.firm.pk}").content.decode()
    assert hazard.summary in page
    assert street.firm.credit_code in page
    area = section.get("/portraits/area/440307001")
    assert area.status_code == 200
    park = section.get(f"/portraits/park/{street.site.pk}").content.decode()
    assert street.site.name in park
    assert section.get("/portraits/area/999").status_code in (403, 404)
    assert section.get(f"/r/enterprises/{street.firm.pk}").status_code == 200


def test_portraits_tell_who_was_there_last_and_who_comes_next(street, announced):
    """Two visits made, the later one with findings; one planned; that of the other street and one called off are not
    told of."""
    checklist = announced[0].checklist
    Visit.objects.exclude(number="JC-2").delete()
    common = {"enterprise": street.firm, "site": street.site, "checklist": checklist, "kind": "patrol"}
    made = (("JC-7", 40, "closed", 0), ("JC-8", 3, "signed", 2), ("JC-9", 1, "cancelled", 0))
    for number, days, state, count in made:
        at = clock.now() - timedelta(days=days)
        Visit.objects.create(
            number=number,
            planned_on=at.date(),
            started_at=at,
            state=state,
            found_count=count,
            territory="440307001001",
            **common,
        )
    for told, last in ((rhythm_of(street.firm, street.section, 6), 2), (rhythm_in("440307001", street.section, 6), 1)):
        assert [visit.number for visit in told.last] == ["JC-8", "JC-7"][:last]
        assert ([visit.number for visit in told.coming], told.days) == (["JC-2"], 3)
    assert rhythm_in("440307002", street.section, 6).days is None
    client = logged_in(street.section)
    Area.objects.create(number="440307001", name="龙城街道", level="street", territory="440307001")
    for address in (f"/enterprises/{street.firm.pk}", "/portraits/area/440307001"):
        page = client.get(address).content.decode()
        assert "2 处隐患" in page and "3 天前" in page, address
