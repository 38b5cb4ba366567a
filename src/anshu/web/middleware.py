"""The door of every page: who comes in, in which language, how long they may be idle, and how refusals are told."""

import json
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from anshu.access.models import Account
from anshu.access.policy import actor_of
from anshu.domains.duty.models import Shift
from anshu.kernel.errors import AnshuError
from anshu.web.pages.login import FIRST_PASSWORD
from anshu.web.shell import address_of

Respond = Callable[[HttpRequest], HttpResponse]

"""What a telephone fetches by itself, without anybody being logged in; nobody's data is in it."""
KEPT = ("/field/worker.js", "/field/manifest.webmanifest")
PROGRAMS = ("/api/", "/sta/", "/gateways/", "/openrosa/")
OPEN_TO_ALL = ("/login", "/language", "/tell", "/static/", "/healthz", "/favicon", *PROGRAMS, *KEPT)
WITH_FIRST_PASSWORD = ("/me", "/logout")
"""Bytes that the public page takes at once."""
TOLD_AT_MOST = 52 * 1024 * 1024
IDLE = "acted_at"
# Styles may stand in the page, because bars and curves set their own size; scripts and hosts may not.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: {tiles}; "
    "connect-src 'self' {tiles}; "
    "worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
).format(tiles=urlsplit(settings.ANSHU.online_map)._replace(path="", query="").geturl())


class Speech(LocaleMiddleware):
    """The language a page is in before its reader is known: what they chose in this browser, or else the one that the
    installation is set to, whatever the browser prefers. Programs ask for theirs, as HTTP has it."""

    def process_request(self, request: HttpRequest) -> None:
        if not request.path.startswith(("/api/", "/sta/", "/openrosa/")):
            request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        super().process_request(request)


def too_large(request: HttpRequest) -> HttpResponse | None:
    """A refusal, before a byte is read, of more than a few pictures from somebody who is not logged in."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not request.path.startswith("/tell") or (length.isdigit() and int(length) <= TOLD_AT_MOST):
        return None
    return HttpResponse(_("The pictures are too large together. Send fewer, or smaller ones."), status=413)


class Door:
    """Deny by default: a page that is not named in `OPEN_TO_ALL` is for those who are logged in."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._answer(request)
        response.setdefault("Content-Security-Policy", POLICY)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN_TO_ALL):
            return too_large(request) or self.get_response(request)
        if not isinstance(request.user, Account):
            return self._to_login(request)
        if self._idle_too_long(request):
            logout(request)
            return self._to_login(request)
        if request.user.language:
            translation.activate(request.user.language)
        if request.session.get(FIRST_PASSWORD) and not request.path.startswith(WITH_FIRST_PASSWORD):
            return HttpResponseRedirect("/me")
        response = self.get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-cache"
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Tell a refusal in the reader's language: as a page, or as a notice beside what they were doing."""
        if not isinstance(error, AnshuError) or request.path.startswith("/api/"):
            return None
        if request.headers.get("HX-Request"):
            response = JsonResponse({"detail": str(error)}, status=error.status)
            if (
                error.status == 422
            ):  # the browser would put the answer to a 422 into the page, as a form with its errors
                response["HX-Reswap"] = "none"
                response["HX-Trigger"] = json.dumps({"toast": {"text": str(error), "level": "orange"}})
            return response
        return render(request, "refused.html", {"error": error}, status=error.status)

    def _to_login(self, request: HttpRequest) -> HttpResponse:
        address = f"/login?next={quote(address_of(request))}"
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=401)
            response["HX-Redirect"] = address
            return response
        return HttpResponseRedirect(address)

    def _idle_too_long(self, request: HttpRequest) -> bool:
        """Whether the person has done nothing for too long. What a page fetches by itself is not an act; whoever holds
        the watch is present by definition, and is not sent away from the desk."""
        now = timezone.now().timestamp()  # real time: a simulated hour is not an idle one
        last = request.session.get(IDLE, now)
        if request.method != "GET" or not request.headers.get("HX-Request"):
            request.session[IDLE] = now
        if now - last <= settings.ANSHU.idle_minutes * 60:
            return False
        account = actor_of(request).account
        on_watch = Shift.objects.filter(state__in=(Shift.State.ON_DUTY, Shift.State.HANDING_OVER))
        return (
            not on_watch.filter(officer__account=account).exists()
            and not on_watch.filter(leader__account=account).exists()
        )
