"""Telling those who must hear of a change. Our own reactions run exactly once; webhooks are sent at least once."""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

import httpx
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F

from anshu.kernel import clock
from anshu.workflow import log
from anshu.workflow.models import Change, Delivery, Webhook

Reaction = Callable[[Change], None]
RETRY_S = (1, 5, 30, 120, 600, 3600)

_reactions: dict[str, Reaction] = {}
_logger = logging.getLogger(__name__)


def wire(table: Mapping[str, tuple[Reaction, ...]]) -> None:
    """Take in the reactions table: verb pattern → functions that run for each such change."""
    _reactions.clear()
    log.LISTENERS.clear()
    for pattern, reactions in table.items():
        for reaction in reactions:
            name = f"{reaction.__module__}.{reaction.__qualname__}"
            _reactions[name] = reaction
            log.LISTENERS.append((pattern, name))


def step() -> bool:
    """Make the delivery that has waited longest, and say whether another may be waiting."""
    due = Delivery.objects.filter(done_at=None, next_at__lte=clock.now()).order_by("next_at", "change_id").first()
    if due is None:
        return False
    try:
        if due.listener.startswith("webhook:"):
            _post(due)
        else:
            _react(due)
    except Exception as error:  # whatever a listener raises, the others must still hear, and this one again
        _put_off(due, error)
    return True


def _react(due: Delivery) -> None:
    """Run a reaction and mark it done in one transaction, so that a crash leaves both or neither."""
    with transaction.atomic():
        log.lock()
        mine = Delivery.objects.select_for_update().get(pk=due.pk)
        if mine.done_at is not None:
            return
        _reactions[due.listener](due.change)
        mine.done_at, mine.next_at, mine.error = clock.now(), None, ""
        mine.save()


def _post(due: Delivery) -> None:
    """Send a change to a webhook; a receiver knows a repeat by its Idempotency-Key."""
    hook = Webhook.objects.filter(pk=due.listener.removeprefix("webhook:"), active=True).first()
    if hook is not None:
        body = json.dumps(as_event(due.change), cls=DjangoJSONEncoder, ensure_ascii=False).encode()
        signature = hmac.new(hook.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": str(due.pk),
            "X-Anshu-Signature": f"sha256={signature}",
        }
        httpx.post(hook.address, content=body, headers=headers, timeout=5).raise_for_status()
    Delivery.objects.filter(pk=due.pk).update(done_at=clock.now(), next_at=None, error="")


def _put_off(due: Delivery, error: Exception) -> None:
    """Try again later, ever more seldom but never never; the health page shows what is stuck."""
    wait = RETRY_S[min(due.attempts, len(RETRY_S) - 1)]
    _logger.warning("delivery %s failed, again in %d s: %s", due, wait, error)
    Delivery.objects.filter(pk=due.pk).update(
        attempts=F("attempts") + 1,
        next_at=clock.now() + timedelta(seconds=wait),
        error=f"{type(error).__name__}: {error}"[:2000],
    )


def as_event(change: Change) -> dict[str, object]:
    """A change as programs see it: in the event stream and in webhooks."""
    return {
        "id": change.id,
        "at": change.at,
        "verb": change.verb,
        "subject": change.subject,
        "record": change.subject_id,
        "label": change.label,
        "actor": change.actor,
        "from": change.from_state,
        "to": change.to_state,
        "reason": change.reason,
        "territory": change.territory,
        "exercise": change.exercise,
    }
