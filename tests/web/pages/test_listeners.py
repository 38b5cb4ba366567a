"""Webhooks are opened by hand, tell their secret once, and every step of theirs is in the log."""

import pytest
from django.db import connection
from django.test import Client

from anshu.access.models import Account, Grant
from anshu.workflow.models import Change, Delivery, Webhook

pytestmark = pytest.mark.django_db
GOOD = {"act": "open", "address": "https://hooks.example/anshu", "verbs": "incidents.*  warnings.confirm"}


@pytest.fixture
def client(db: None) -> Client:
    account = Account.objects.create(username="system", name="system", language="en")
    Grant.objects.create(account=account, role="system_administrator", territory="")
    made = Client()
    made.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return made


def test_a_webhook_is_opened_and_tells_its_secret_once(client: Client) -> None:
    page = client.post("/admin/listeners", GOOD).content.decode()
    hook = Webhook.objects.get()
    assert (hook.address, hook.verbs, hook.active) == (GOOD["address"], "incidents.* warnings.confirm", True)
    assert len(hook.secret) >= 40 and hook.secret in page
    assert hook.secret not in client.get("/admin/listeners").content.decode()
    row = Change.objects.get(verb="workflow.open_webhook")
    assert row.actor == "system" and hook.secret not in str(row.details)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address", "ftp://hooks.example"),
        ("address", "nothing"),
        ("address", ""),
        ("verbs", ""),
        ("verbs", "incidents.nothing"),
        ("verbs", "incidents.* nowhere.*"),
        ("act", "burn"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_trace(client: Client, field: str, value: str) -> None:
    answer = client.post("/admin/listeners", GOOD | {field: value})
    assert answer.status_code == 422 and b'role="alert"' in answer.content
    assert not Webhook.objects.exists() and not Change.objects.exists()


def test_one_that_is_closed_hears_nothing_more(client: Client) -> None:
    client.post("/admin/listeners", GOOD)
    hook = Webhook.objects.get()
    client.post("/admin/listeners", {"act": "close", "hook": str(hook.pk)})
    hook.refresh_from_db()
    assert not hook.active
    client.post("/admin/listeners", {"act": "reopen", "hook": str(hook.pk)})
    hook.refresh_from_db()
    assert hook.active
    verbs = ["workflow.open_webhook", "workflow.close_webhook", "workflow.reopen_webhook"]
    assert list(Change.objects.order_by("id").values_list("verb", flat=True)) == verbs


def test_what_failed_is_shown_and_tried_again(client: Client) -> None:
    client.post("/admin/listeners", GOOD)
    change, hook = Change.objects.get(), Webhook.objects.get()
    late = Delivery.objects.create(
        change=change, listener=f"webhook:{hook.pk}", attempts=3, error="ConnectError: refused"
    )
    Delivery.objects.update(next_at="2099-01-01T00:00:00Z")
    assert "ConnectError: refused" in client.get("/admin/listeners").content.decode()
    client.post("/admin/listeners", {"act": "again"})
    late.refresh_from_db()
    assert late.next_at is not None and late.next_at.year < 2099


def test_the_reactions_are_shown_as_they_are_wired(client: Client) -> None:
    page = client.get("/admin/listeners").content.decode()
    assert "incidents.tasks.open_or_absorb" in page and "warnings.confirm" in page


def test_the_secret_lies_sealed_in_the_database(client: Client) -> None:
    client.post("/admin/listeners", GOOD)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM workflow_webhook")
        (stored,) = cursor.fetchone()
    assert stored.startswith("sealed:") and Webhook.objects.get().secret not in stored
