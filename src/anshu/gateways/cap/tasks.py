"""What the work process does for warnings of others: it watches a folder and polls feeds."""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

import httpx
from django.conf import settings

from anshu.gateways.cap.fetch import Catch, Mark, hosts_of, poll
from anshu.gateways.cap.folder import Inbox
from anshu.gateways.cap.relay import relay
from anshu.kernel import clock
from anshu.kernel.errors import AnshuError
from anshu.workflow.models import Bookmark

DOOR = "feed"
POLL_EVERY_S = 60.0

_logger = logging.getLogger(__name__)


@dataclass
class Feeds:
    """Polls each feed once a minute. Fetching goes on in a thread, so that no clock or call waits for a slow host."""

    addresses: Sequence[str]
    client: Callable[[], httpx.Client] = httpx.Client
    monotonic_s: Callable[[], float] = time.monotonic
    _due_s: float = float("-inf")
    _running: "list[Future[Catch]]" = field(default_factory=list)
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "cap-feed"))

    def turn(self) -> bool:
        """Relay what one poll has brought, or begin the next round when it is due; whether more is waiting here."""
        if done := next((each for each in self._running if each.done()), None):
            self._running.remove(done)
            self._relay(done.result())
            return any(each.done() for each in self._running)
        if not self._running and self.addresses and self.monotonic_s() >= self._due_s:
            self._due_s = self.monotonic_s() + POLL_EVERY_S
            allowed = hosts_of(self.addresses)
            for address in self.addresses:
                self._running.append(self._threads.submit(self._poll, address, mark_of(address), allowed))
        return False

    def _poll(self, address: str, mark: Mark, allowed: frozenset[tuple[str, int]]) -> Catch:
        with self.client() as client:
            return poll(address, mark, allowed, client)

    def _relay(self, catch: Catch) -> None:
        """Relay what came, then remember it: a crash in between relays it again, which changes nothing."""
        for problem in catch.problems:
            _logger.warning("feed: %s", problem)
        for entry, signal in catch.signals:
            try:
                relay(signal, door=DOOR)
            except AnshuError as error:
                _logger.warning("feed %s: %s is refused: %s", catch.address, entry, error)
        state = {"etag": catch.mark.etag, "modified": catch.mark.modified, "known": catch.mark.known}
        Bookmark.objects.update_or_create(
            name=_name(catch.address), defaults={"state": json.dumps(state).encode(), "saved_at": clock.now()}
        )


def mark_of(address: str) -> Mark:
    """What is remembered of a feed."""
    found = Bookmark.objects.filter(name=_name(address)).first()
    if found is None:
        return Mark()
    state = json.loads(bytes(found.state))
    return Mark(state["etag"], state["modified"], tuple(state["known"]))


def _name(address: str) -> str:
    return f"feed/{hashlib.sha256(address.encode()).hexdigest()[:40]}"


@cache
def inbox() -> Inbox:
    """The folder of this installation."""
    return Inbox(settings.ANSHU.cap_folder or settings.ANSHU.state_dir.resolve() / "cap-in")


@cache
def feeds() -> Feeds:
    """The feeds of this installation."""
    return Feeds(tuple(settings.ANSHU.cap_feeds))


def watch_folder() -> bool:
    """Take warnings from the folder; a step of the work process."""
    return inbox().turn()


def poll_feeds() -> bool:
    """Take warnings from the feeds; a step of the work process."""
    return feeds().turn()
