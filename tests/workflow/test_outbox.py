"""Telling those who must hear: our own reactions exactly once, webhooks until they have answered, never an exercise."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import transaction

from anshu.access.policy import Robot
from anshu.domains.places.models import Area
from anshu.kernel import clock
from anshu.project.reactions import REACTIONS
from anshu.workflow import log, outbox
from anshu.workflow.models import Change, Delivery, Webhook

pytestmark = pytest.mark.django_db
WORK = Robot("work")
heard: list[int] = []
troubles: list[Exception] = []


def hear(change: Change) -> None:
    """Does something in the database, and fails afterwards as often as `troubles` says."""
    Area.objects.create(number=f"{change.id}", name="heard", level=Area.Level.STREET)
    heard.append(change.id)
    if troubles:
        raise troubles.pop()


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(datetime(2026, 6, 11, 16, 40, tzinfo=UTC)) as standing:
        yield standing


@pytest.fixture(autouse=True)
def wired() -> Iterator[None]:
    heard.clear()
    troubles.clear()
    outbox.wire({"places.*": (hear,)})
    yield
    outbox.wire(REACTIONS)


def write(**fields: Any) -> Change:
    with transaction.atomic():
        area = Area.objects.create(number="440303", name="区", level=Area.Level.DISTRICT, territory="440303", **fields)
        return log.write("places.change", area, WORK)


def settle() -> None:
    while outbox.step():
        pass


def test_a_reaction_runs_once() -> None:
    change = write()
    settle()
    settle()
    assert heard == [change.id] and Delivery.objects.get().done_at == clock.now()


def test_a_reaction_that_fails_leaves_nothing_and_is_tried_again(time: clock.FrozenTime) -> None:
    troubles.extend([ValueError("还没好"), ValueError("还没好")])
    change = write()
    settle()
    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.done_at) == (1, None) and "还没好" in delivery.error
    assert not Area.objects.filter(name="heard").exists()
    time.advance(seconds=outbox.RETRY_S[0])
    settle()
    time.advance(seconds=outbox.RETRY_S[1])
    settle()
    assert heard == [change.id] * 3
    assert Area.objects.filter(name="heard").count() == 1
    assert Delivery.objects.get().done_at is not None


def test_retries_become_seldom_but_never_end(time: clock.FrozenTime) -> None:
    troubles.extend(ValueError(str(n)) for n in range(20))
    write()
    for number in range(12):
        outbox.step()
        due = Delivery.objects.get().next_at
        assert due is not None
        waits_s = (due - clock.now()).total_seconds()
        assert waits_s == outbox.RETRY_S[min(number, len(outbox.RETRY_S) - 1)]
        time.advance(seconds=waits_s)


def test_one_that_fails_does_not_hold_up_the_others(time: clock.FrozenTime) -> None:
    troubles.append(ValueError("x"))
    write()
    with transaction.atomic():
        second = log.write("places.add", None, WORK)
    settle()
    assert heard[-1] == second.id and Delivery.objects.filter(done_at=None).count() == 1


def test_a_delivery_that_another_process_has_made_is_not_made_again() -> None:
    """Two workers read the same row as due; the second finds it done when it has the lock."""
    change = write()
    stale = Delivery.objects.get()
    settle()
    outbox._react(stale)
    assert heard == [change.id]


@pytest.fixture
def receiver() -> Iterator[Any]:
    """A program elsewhere that keeps what it is sent and answers as `answers` says (200 when it says nothing)."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.taken.append((dict(self.headers), body))  # type: ignore[attr-defined]
            self.send_response(server.answers.pop(0) if server.answers else 200)  # type: ignore[attr-defined]
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Door)
    server.taken, server.answers = [], []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def hook(receiver: Any) -> Webhook:
    return Webhook.objects.create(
        address=f"http://127.0.0.1:{receiver.server_port}/in", verbs="incidents.* places.ch*", secret="s3"
    )


def test_a_webhook_is_signed(receiver: Any, hook: Webhook) -> None:
    change = write()
    settle()
    headers, body = receiver.taken[0]
    assert headers["X-Anshu-Signature"] == "sha256=" + hmac.new(b"s3", body, hashlib.sha256).hexdigest()
    told = json.loads(body)
    assert (told["id"], told["verb"], told["territory"]) == (change.id, "places.change", "440303")


def test_a_webhook_is_sent_until_it_is_taken_and_knows_a_repeat(
    receiver: Any, hook: Webhook, time: clock.FrozenTime
) -> None:
    receiver.answers.extend([500, 429])
    write()
    for seconds in (0, *outbox.RETRY_S[:2], 60):
        time.advance(seconds=seconds)
        settle()
    keys = [headers["Idempotency-Key"] for headers, _body in receiver.taken]
    assert len(keys) == 3 and len(set(keys)) == 1
    assert len({body for _headers, body in receiver.taken}) == 1
    assert not Delivery.objects.filter(done_at=None).exists()


def test_a_webhook_hears_only_what_it_asked_for(receiver: Any, hook: Webhook) -> None:
    with transaction.atomic():
        log.write("places.add", None, WORK)
    settle()
    assert receiver.taken == []


def test_an_exercise_is_told_inside_and_never_outside(receiver: Any, hook: Webhook) -> None:
    change = write(exercise=True)
    settle()
    assert heard == [change.id] and receiver.taken == []


def test_a_webhook_that_was_switched_off_is_not_sent_what_still_waits(receiver: Any, hook: Webhook) -> None:
    write()
    Webhook.objects.update(active=False)
    settle()
    assert receiver.taken == [] and not Delivery.objects.filter(done_at=None).exists()
