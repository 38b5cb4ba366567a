"""The gate of the public pages: how often something comes from one address, and a little work asked of a browser.

Addresses are counted in memory under a salt of this process, for an hour; they are never written down anywhere.
"""

import hashlib
import hmac
import secrets
import threading
import time
from collections import deque

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from anshu.kernel.errors import Refused
from anshu.workflow import rules

WINDOW_S = 3600.0
CHALLENGE_S = 2 * 3600
MOST_ADDRESSES = 50_000
_salt = secrets.token_bytes(32)


class Gate:
    """Counts over the last hour, by address. By the machine's clock: a simulated hour is not an hour for a stranger."""

    def __init__(self) -> None:
        self._seen: dict[bytes, deque[float]] = {}
        self._lock = threading.Lock()

    def count(self, request: HttpRequest) -> int:
        """How often the address was noted within the hour."""
        with self._lock:
            return len(self._recent(self._key(request), time.monotonic()))

    def note(self, request: HttpRequest) -> None:
        """Note the address once more."""
        now = time.monotonic()
        with self._lock:
            if len(self._seen) >= MOST_ADDRESSES:
                self._seen = {key: times for key in list(self._seen) if (times := self._recent(key, now))}
            self._recent(self._key(request), now).append(now)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._seen.clear()

    def _recent(self, key: bytes, now: float) -> deque[float]:
        times = self._seen.setdefault(key, deque())
        while times and now - times[0] > WINDOW_S:
            times.popleft()
        return times

    def _key(self, request: HttpRequest) -> bytes:
        return hmac.digest(_salt, request.META.get("REMOTE_ADDR", "").encode(), hashlib.sha256)


class Challenges:
    """Signed questions that a browser answers by trying numbers; each is good for one answer."""

    def __init__(self) -> None:
        self._used: deque[tuple[float, str]] = deque()
        self._lock = threading.Lock()

    def make(self) -> str:
        """A new question."""
        return signing.dumps(secrets.token_urlsafe(12), salt="tell")

    def spend(self, challenge: str) -> bool:
        """Whether the question is ours, still fresh, and was not answered before; it is used up by asking."""
        try:
            nonce: str = signing.loads(challenge, salt="tell", max_age=CHALLENGE_S)
        except signing.BadSignature:
            return False
        now = time.monotonic()
        with self._lock:
            while self._used and now - self._used[0][0] > CHALLENGE_S:
                self._used.popleft()
            if any(used == nonce for _at, used in self._used):
                return False
            self._used.append((now, nonce))
        return True


def worked(challenge: str, answer: str, bits: int) -> bool:
    """Whether SHA-256 over question and answer begins with so many bits of nought."""
    digest = hashlib.sha256(f"{challenge}:{answer}".encode()).digest()
    return int.from_bytes(digest) >> (len(digest) * 8 - bits) == 0


SENT, WRONG_CODES, CHALLENGES = Gate(), Gate(), Challenges()


def admit(request: HttpRequest) -> None:
    """Let a sender in, and note them; Refused when the form was sent already, or too much came from their address."""
    challenge, answer = request.POST.get("challenge", ""), request.POST.get("proof", "")
    if not CHALLENGES.spend(challenge):
        raise Refused(
            _("This form was sent already, or has been open too long. Nothing new was sent; load the page again."),
            code="form_spent",
        )
    sent, bits = SENT.count(request), int(rules.at("tip_offs/page.proof_bits").number())
    most = "proved_an_hour" if worked(challenge, answer, bits) else "free_an_hour"
    if sent >= rules.at(f"tip_offs/page.{most}").number():
        raise Refused(
            _("Much has been sent from your network in the last hour. Try again later, or call %(hotline)s."),
            code="too_often",
            hotline=rules.at("tip_offs/hotline").text(),
        )
    SENT.note(request)


def may_try_code(request: HttpRequest) -> None:
    """Refused when too many wrong codes came from this address within the hour."""
    if WRONG_CODES.count(request) >= rules.at("tip_offs/page.wrong_codes_an_hour").number():
        raise Refused(_("Too many wrong codes from your network. Try again in an hour."), code="too_often")
