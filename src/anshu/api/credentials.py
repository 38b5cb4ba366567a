"""Who is asking: a program by its token, or a person by the session of their log-in."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer, SessionAuth
from ninja.utils import check_csrf

from anshu.access import policy
from anshu.access.policy import Person
from anshu.kernel.errors import Forbidden

SAFE = ("GET", "HEAD", "OPTIONS")


class Token(HttpBearer):
    """`Authorization: Bearer …`. A wrong token is refused even if there is a session beside it."""

    def authenticate(self, request: HttpRequest, token: str) -> Person:
        person = policy.bearer(token.strip())
        if person is None:
            raise AuthenticationError
        return person


class Session(SessionAuth):
    """The session cookie; whatever changes something also carries the CSRF token (X-CSRFToken)."""

    def __call__(self, request: HttpRequest) -> Person | None:
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        if request.method not in SAFE and check_csrf(request) is not None:
            raise Forbidden(_("the CSRF token is missing or wrong: send it as X-CSRFToken"), code="csrf")
        return policy.actor_of(request)


def actor(request: HttpRequest) -> Person:
    """The person behind a request that has passed the door."""
    person: Person = request.auth  # type: ignore[attr-defined]  # put there by the door
    return person
