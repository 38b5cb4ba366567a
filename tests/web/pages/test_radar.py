"""The page of a bypass card: the question, the rows that the reader may open, alike pictures, what came of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from filling import filled

from anshu.access.models import Account, Grant
from anshu.domains.hazards.models import Hazard
from anshu.domains.supervision.models import BypassCard, BypassRow, SupervisedTask
from anshu.kernel import clock
from anshu.kernel.identifiers import uuid7
from anshu.ledger.models import Attachment

pytestmark = pytest.mark.django_db
DISTRICT, HERE, ELSEWHERE = "440303", "440303001001", "440307001001"
NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)
SPAN = {"first_on": date(2025, 6, 10), "last_on": date(2026, 6, 10), "found_at": NOW}


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def enter(role: str, username: str = "", territory: str = DISTRICT) -> Client:
    browser = Client(raise_request_exception=True)
    account = Account.objects.create(username=username or role, name=username or role, language="en")
    Grant.objects.create(account=account, role=role, territory=territory)
    browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def card() -> Callable[..., BypassCard]:
    """A card of a sign about somebody, with one hazard in the district and one outside it behind it."""

    def make(sign: str) -> BypassCard:
        account = Account.objects.create(username="pointed at", name="王某某")
        made = BypassCard.objects.create(
            sign=sign, key=f"a{account.pk}", account=account, seen=23, of=310, expected=2.04, territory=DISTRICT, **SPAN
        )
        began = {"ordered_at": NOW - timedelta(days=3), "submitted_at": NOW - timedelta(days=1, seconds=20)}
        for number, place in (("YH-1", HERE), ("YH-2", ELSEWHERE)):
            told = {"rechecked_at": NOW - timedelta(days=1), "rectification": "已全面整改", "summary": f"s{number}"}
            hazard = filled(Hazard, territory=place, number=number, **told, **began)
            row = {"subject": "hazards.hazard", "subject_id": hazard.pk, "at": hazard.rechecked_at}
            BypassRow.objects.create(card=made, added_at=NOW, **row)
        return made

    return make


@pytest.mark.parametrize(
    ("sign", "speaks"),
    [
        ("night", "rechecked 10:00"),
        ("seconds", "put right 47 h after the order, rechecked 20 s after that"),
        ("copied_text", "已全面整改"),
        ("self_verified", "found by —"),
        ("moved_dates", "first due None"),
    ],
)
def test_the_rows_stand_behind_the_question(sign: str, speaks: str, card: Callable[..., BypassCard]) -> None:
    made, judge = card(sign), enter("discipline_officer")
    page = judge.get(f"/supervision/cards/{made.pk}/rows").content.decode()
    assert speaks in page and "A card is a question and no finding" in page
    assert "by the share of all others it would be about 2" in page and made.innocent in page
    assert "YH-1" in page and "YH-2" not in page and "1 of them lie outside what you may open" in page
    assert f"/supervision/cards/{made.pk}/rows" in judge.get(f"/r/bypass-cards/{made.pk}").content.decode()
    for browser in (enter("street_officer"), enter("discipline_officer", "far", "440307")):
        assert browser.get(f"/supervision/cards/{made.pk}/rows").status_code == 404
        assert "王某某" not in browser.get("/r/bypass-cards/").content.decode()


def test_alike_pictures_stand_side_by_side_with_their_hazards(card: Callable[..., BypassCard]) -> None:
    made = card("reused_picture")
    hazards = [Hazard.objects.get(number="YH-1"), filled(Hazard, territory=HERE, number="YH-3")]
    hidden = Hazard.objects.get(number="YH-2")
    for day, (hazard, mark) in enumerate(((hazards[0], 5), (hazards[1], 7), (hidden, 5), (hazards[1], -1))):
        kept = Attachment.objects.create(
            id=uuid7(), subject="hazards.hazard", subject_id=hazard.pk, purpose="after", fingerprint=mark, size=1,
            digest="0" * 64, territory=HERE, uploaded_at=NOW - timedelta(days=9 - day),
        )  # fmt: skip
        row = {"subject": "ledger.attachment", "subject_id": kept.pk, "at": kept.uploaded_at}
        BypassRow.objects.create(card=made, added_at=NOW, **row)
    page = enter("discipline_officer").get(f"/supervision/cards/{made.pk}/rows").content.decode()
    assert page.count("<figure>") == 2 and "YH-3" in page and "YH-2" not in page


def test_a_card_is_judged_and_leads_to_a_task(card: Callable[..., BypassCard]) -> None:
    made, judge = card("night"), enter("discipline_officer")
    page = judge.get(f"/r/bypass-cards/{made.pk}").content.decode()
    assert "/do/bypass-cards/" in page and "supervision.register_task" in page and "supervision.draft_letter" in page
    task = {"title": "复查", "result": "逐条复核", "source": "inspection", "issuer": "纪检"}
    begun = judge.post(f"/begin/bypass-cards/{made.pk}/supervision.register_task", task)
    assert begun.status_code == 302 and SupervisedTask.objects.get().origin_id == made.pk
    assert "复查" in judge.get(f"/supervision/cards/{made.pk}/rows").content.decode()
    judged = judge.post(f"/do/bypass-cards/{made.pk}/explain_card", {"explanation": "夜班"})
    made.refresh_from_db()
    assert judged.status_code == 302 and (made.state, made.explanation) == ("explained", "夜班")
    assert judge.get("/r/bypass-cards/?order=seen").status_code == 422, "people are not ranked"
