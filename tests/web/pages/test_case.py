"""The room of a penalty case: what is next, who may, why not yet, how much, by when, and every document of the file."""

import re

import pytest
from django.test import Client
from prosecuted import bureau, noticed, opened, reported  # noqa: F401  # fixtures
from regulated import street, time  # noqa: F401  # fixtures

from anshu.domains.enforcement.models import Case
from anshu.domains.enforcement.transitions import close_case, decide, deliver, publish, record_payment, waive
from anshu.ledger.models import Paper
from anshu.reports import contents

pytestmark = pytest.mark.django_db


def enter(who) -> Client:
    who.account.language = "en"
    who.account.save()
    client = Client()
    client.force_login(who.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(who, case, part: str = "") -> str:
    answer = enter(who).get(f"/cases/{case.pk}{part}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def how(text: str) -> list[str]:
    """How each step stands, in order."""
    return re.findall(r'<li data-how="(\w+)"', text)


def test_the_room_says_what_is_done_what_is_next_and_why_not_yet(bureau, noticed):  # noqa: F811
    case = noticed()
    seen = page(bureau.head, case)
    assert how(seen) == ["done"] * 4 + ["never", "now"] + ["later"] * 5
    assert "until the end of 2026-11-27" in seen and "Head of the bureau" in seen
    assert "20,000 yuan" in seen and "within the band" in seen and "15,000 yuan – 35,000 yuan" in seen
    assert "too small to be heard" in seen
    for basis in ("Administrative Penalty Law (2021), art. 60", "time for a statement"):
        assert basis in seen, basis
    officer = page(bureau.officer, case, "/part/steps")
    assert "do-waive" in officer and "do-decide" not in officer
    assert "until the end of" in officer, "who may not decide is told as well why it is not decided yet"


def test_the_circumstances_are_ticked_and_the_band_follows(bureau, opened):  # noqa: F811
    case = opened()
    assert 'name="factor" value="corrected"' in page(bureau.officer, case, "/part/steps")
    sent = {"facts": "x", "factor": ["first", "corrected"], "fine_yuan": "9000"}
    assert enter(bureau.officer).post(f"/cases/{case.pk}/propose/conclude", sent).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.factors, case.band["step"]) == ("under_review", ["first", "corrected"], "light")
    assert enter(bureau.officer).post(f"/cases/{case.pk}/propose/decide", sent).status_code == 404
    again = sent | {"reason": "x"}
    assert enter(bureau.reviewer).post(f"/cases/{case.pk}/propose/propose_again", again).status_code == 409


def test_a_document_is_made_with_one_key_or_asks_for_what_it_lacks(bureau, noticed):  # noqa: F811
    case = noticed()
    officer = enter(bureau.officer)
    assert officer.post(f"/r/cases/{case.pk}/paper/penalty_notice/now")["Location"] == f"/cases/{case.pk}"
    assert Paper.objects.get().values["penalty"] == "罚款人民币20,000.00元"
    assert (
        officer.post(f"/r/cases/{case.pk}/paper/file_cover/now")["Location"] == f"/r/cases/{case.pk}/paper/file_cover"
    )
    assert officer.post(f"/r/cases/{case.pk}/paper/nonsense/now").status_code == 404
    assert enter(bureau.grid).post(f"/r/cases/{case.pk}/paper/penalty_notice/now").status_code in (403, 404)
    assert Paper.objects.count() == 1
    shown = page(bureau.officer, case, "/part/papers")
    assert f"/papers/{Paper.objects.get().pk}.pdf" in shown and 'data-key="m"' in shown


def test_the_room_leads_to_the_archive(bureau, noticed):  # noqa: F811
    case = noticed()
    waive(case, by=bureau.officer, note="声明1份")
    decide(case, by=bureau.head)
    deliver(case, by=bureau.officer, receiver="王厂长")
    assert "still owed <b>20,000 yuan" in page(bureau.officer, case, "/part/head")
    record_payment(case, by=bureau.officer, amount_yuan=20000.0, receipt="A1")
    assert "publish the decision first" in page(bureau.head, case, "/part/steps")
    publish(case, by=bureau.officer, published_in="区政府网站")
    close_case(case, by=bureau.head)
    seen = page(bureau.officer, case, "/part/steps")
    assert how(seen) == ["done"] * 4 + ["never"] + ["done"] * 5 + ["now"]
    assert "the file lacks: approval to open a case、notice of an intended penalty" in seen


@pytest.mark.parametrize("state", Case.State.values)
def test_the_room_opens_in_every_state(bureau, noticed, state):  # noqa: F811
    case = noticed()
    Case.objects.filter(pk=case.pk).update(state=state)
    case.refresh_from_db()
    seen = page(bureau.officer, case)
    ended = state in ("archived", "not_opened", "not_punished", "handed_over", "revoked")
    assert ("now" in how(seen)) is not ended
    assert all(f"/paper/{kind}" in seen for kind in contents.kinds_for(case))
