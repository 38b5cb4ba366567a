"""Noting how long a form took: the browser tells the seconds with the form; which form and which role, we know here."""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from anshu.access.models import Account
from anshu.access.policy import actor_of
from anshu.domains.supervision.transitions.burden import note_form
from anshu.kernel import clock
from anshu.ledger.declaration import LEDGERS
from anshu.web.asked import whole

_logger = logging.getLogger("anshu")
FIELD = "typed_s"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
REFUSED = 400


class Burden:
    """Adds the seconds that came with a form to its role and day. It never stands in the way of the form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code < REFUSED and request.content_type in FORMS:
            try:
                self._note(request)
            except OperationalError:  # somebody else writes for long: the form is kept, its seconds are not
                _logger.warning("the time with a form was not noted: the database is busy")
        return response

    def _note(self, request: HttpRequest) -> None:
        if not isinstance(request.user, Account) or request.resolver_match is None:
            return
        role, seconds = min(actor_of(request).roles, default=""), whole(request.POST.get(FIELD, "")) or 0
        today = timezone.localdate(clock.now())
        note_form(request.session, day=today, role=role, form=form_of(request), seconds=seconds)


def form_of(request: HttpRequest) -> str:
    """The form by the code of its deed (`hazards.order`), by its register (`sites/new`), or by its address."""
    match = request.resolver_match
    assert match is not None  # noqa: S101  # asked by the caller
    known = match.kwargs
    ledger = LEDGERS.get(known.get("slug", ""))
    if "code" in known and match.route.endswith("<str:code>"):
        return str(known["code"])
    if ledger is not None and "verb" in known:
        return f"{ledger.domain}.{known['verb']}"
    if ledger is not None:
        return f"{ledger.slug}/{match.route.rpartition('/')[2]}"
    return str(match.route)[:80]
