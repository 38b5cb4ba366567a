"""The pages of the vault, of supervision and of the counter: to whom they open, and what their buttons do."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from anshu.access.models import Account, Grant
from anshu.access.policy import Person
from anshu.access.roles import ROLES, permits
from anshu.domains.people.models import Organisation
from anshu.domains.supervision.models import Campaign, Letter, SupervisedTask
from anshu.domains.tipoffs import transitions as tipoffs
from anshu.domains.tipoffs.models import TipOff
from anshu.domains.vault import transitions as vault
from anshu.domains.vault.models import Opening
from anshu.domains.vault.rules import envelopes
from anshu.kernel import clock
from anshu.workflow.transitions import arrows_of

pytestmark = pytest.mark.django_db
DISTRICT = "440303"
NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)
PAGES = {"/weekly": "supervision.view", "/vault": "vault.view", "/tipoffs/new": "tipoffs.tell"}
WORDS = "words of an officer"


@pytest.fixture
def enter() -> Callable[..., Client]:
    def client(role: str, username: str = "") -> Client:
        browser = Client(raise_request_exception=True)
        account = Account.objects.create(username=username or role, name=username or role, language="en")
        where = {"holder": "9144030071526726XG"} if ROLES[role].own else {"territory": DISTRICT}
        Grant.objects.create(account=account, role=role, **where)
        browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return client


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_to_those_the_table_names(role: str, enter: Callable[..., Client]) -> None:
    browser = enter(role)
    campaign = Campaign.objects.create(number="ZB", name="x", kind="campaign", territory=DISTRICT)
    held = {address: permits(ROLES[role].permits, code) for address, code in PAGES.items()}
    held[f"/campaigns/{campaign.pk}"] = permits(ROLES[role].permits, "supervision.view")
    assert {address: browser.get(address).status_code == 200 for address in held} == held


@pytest.mark.parametrize("role", ROLES)
def test_who_knows_the_identity_does_not_deal_with_the_case(role: str) -> None:
    """No role holds both a key of the vault and any part in a tip-off."""
    may = ROLES[role].permits
    parts = [arrow.code for arrow in arrows_of(TipOff).values() if permits(may, arrow.code)]
    assert not (permits(may, "vault.countersign") and (parts or permits(may, "tipoffs.view")))
    assert not (permits(may, "tipoffs.approve_reward") and permits(may, "tipoffs.pay"))
    assert not (permits(may, "tipoffs.propose_reward") and permits(may, "tipoffs.approve_reward"))


def test_the_vault_from_enrolling_to_reading(enter: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelopes, "SCRYPT_N", 2)
    one, two = enter("vault_officer", "one"), enter("vault_officer", "two")
    assert one.post("/vault/enrol", {"passphrase": WORDS, "again": "other"}).status_code == 422
    for browser in (one, two):
        assert browser.post("/vault/found").status_code == 409
        assert browser.post("/vault/enrol", {"passphrase": WORDS, "again": WORDS}).status_code == 302
    assert one.post("/vault/found").status_code == 302
    tip_off = tipoffs.tell(by=Person(_officer()), text="x", kind=TipOff.Kind.FIRE, territory=DISTRICT)
    vault.keep_identity(tip_off, {"name": "钱多多", "phone": "13900001111"})
    assert one.post("/vault/ask", {"number": "none", "why": "x"}).status_code == 422
    assert one.post("/vault/ask", {"number": tip_off.number, "why": "保护举报人"}).status_code == 302
    opening = Opening.objects.get()
    assert two.post(f"/vault/{opening.pk}/countersign", {"passphrase": "wrong"}).status_code == 422
    assert two.post(f"/vault/{opening.pk}/countersign", {"passphrase": WORDS}).status_code == 302
    assert "钱多多" not in one.get("/vault").content.decode()
    read = one.post(f"/vault/{opening.pk}/read", {"passphrase": WORDS})
    assert "钱多多" in read.content.decode() and read["Cache-Control"] == "no-store"
    assert one.post(f"/vault/{opening.pk}/read", {"passphrase": WORDS}).status_code == 409
    auditor = enter("audit_administrator")
    for address in ("/vault", "/r/openings/", f"/r/openings/{opening.pk}", "/admin/audit"):
        page = auditor.get(address)
        assert page.status_code == 200 and "钱多多" not in page.content.decode()
    assert "保护举报人" in auditor.get("/vault").content.decode()


def _officer() -> Account:
    account = Account.objects.create(username="tip-off officer", name="o")
    Grant.objects.create(account=account, role="tip_off_officer", territory=DISTRICT)
    return account


def test_the_sheet_begins_tasks_and_letters(enter: Callable[..., Client]) -> None:
    office = enter("safety_commission")
    unit = Organisation.objects.create(number="D1", name="住建局", kind="sector_dept", territory=DISTRICT)
    task = {"title": "排查", "result": "全部建档", "source": "meeting", "issuer": "区长", "due_on": "2026-06-20"}
    with clock.frozen(NOW):
        begun = office.post("/weekly/begin/supervision.register_task", task)
        assert begun.status_code == 302 and begun["Location"].startswith("/r/supervised-tasks/")
        assert SupervisedTask.objects.get().territory == DISTRICT
        assert office.post("/weekly/begin/supervision.register_task", task | {"result": ""}).status_code == 422
        letter = {"unit": unit.number, "about": "超期", "demand": "请办结", "subject_id": str(unit.pk)}
        assert office.post("/weekly/begin/supervision.draft_letter", letter).status_code == 302
        assert Letter.objects.get().subject_id is None
        assert office.post("/weekly/begin/supervision.sign_letter", {}).status_code == 404
        assert enter("department_officer").post("/weekly/begin/supervision.register_task", task).status_code == 403
        late = SupervisedTask.objects.get()
        SupervisedTask.objects.filter(pk=late.pk).update(lead=unit, state="executing", due_on="2026-06-01")
        page = office.get("/weekly").content.decode()
    assert "住建局" in page and "排查" in page and re.search(r"1 red item", page)
