"""The door through which programs post warnings: CAP or 12379 XML, with a token that may relay."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from anshu.access.policy import Person, bearer, require
from anshu.gateways.cap.decode import decode
from anshu.gateways.cap.document import MAX_BYTES
from anshu.gateways.cap.relay import Relayed, relay
from anshu.gateways.cap.signal import Finding
from anshu.kernel.errors import AnshuError, Invalid

DOOR = "post"
PROBLEM = "application/problem+json"
TITLES = {
    401: _("Log in first"),
    403: _("Not allowed"),
    409: _("Not possible now"),
    422: _("Cannot be used"),
}

View = Callable[[HttpRequest], HttpResponse]


def telling(view: View) -> View:
    """Tell refusals as problem documents (RFC 9457)."""

    @functools.wraps(view)
    def tell(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except AnshuError as error:
            return problem(error.status, error.code, str(error), error.field)

    return tell


def problem(status: int, code: str, detail: str, field: str | None = None) -> HttpResponse:
    """The response that tells what is wrong."""
    body = {"type": "about:blank", "title": str(TITLES[status]), "status": status, "detail": detail, "code": code}
    response = JsonResponse(body | ({"field": field} if field else {}), status=status, content_type=PROBLEM)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="anshu"'
    return response


@csrf_exempt
@require_POST
@telling
def post_signal(request: HttpRequest) -> HttpResponse:
    """Take in one message: 201 with its number and what was found in it, 200 when it is here already, 422 otherwise."""
    person = _sender(request)
    if person is None:
        return problem(401, "log_in", str(_("send the header Authorization: Bearer and a token")))
    require(person, "warnings.relay")
    try:
        body = request.body
    except RequestDataTooBig:
        message = "The document has more than %(limit)s bytes. Send large files as links."
        raise Invalid(message, field="document", code="document_too_large", limit=MAX_BYTES) from None
    relayed = relay(decode(body), door=DOOR, by=person)
    return JsonResponse(told(relayed), status=201 if relayed.new else 200)


def _sender(request: HttpRequest) -> Person | None:
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    return bearer(token.strip()) if kind.lower() == "bearer" else None


def told(relayed: Relayed) -> dict[str, Any]:
    """What became of a message, as JSON values."""
    return {
        "id": str(relayed.warning.pk),
        "number": relayed.warning.number,
        "duplicate": not relayed.new,
        "state": relayed.warning.state,
        "ended": [warning.number for warning in relayed.ended],
        "to_be_judged": [warning.number for warning in relayed.doubtful],
        "findings": found(relayed.findings),
    }


def found(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings as JSON values: where, what, and how its sender mends it."""
    names = ("severity", "code", "path", "line", "message", "mend")
    return [{name: getattr(finding, name) for name in names} for finding in findings]
