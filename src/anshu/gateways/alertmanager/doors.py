"""The addresses at which a Prometheus finds an Alertmanager; the token is the one of a device or a gateway."""

import functools
from collections.abc import Callable
from functools import cache

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

import anshu
from anshu.access.policy import Person, bearer
from anshu.domains.devices.queries import limits, store
from anshu.domains.devices.queries.rights import APPEND, book
from anshu.gateways.alertmanager.alerts import read_alerts
from anshu.gateways.alertmanager.receiving import Desk, Reception
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.telemetry.intake import Unreadable, parse

MOST_BYTES = 1 << 20

View = Callable[[HttpRequest, Person], HttpResponse]


@cache
def reception() -> Reception:
    """The one of this process."""
    return Reception()


def by_token(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Find who sends by the bearer's token: 401 for none, 403 for one that may not append readings."""

    @csrf_exempt
    @functools.wraps(view)
    def find(request: HttpRequest) -> HttpResponse:
        kind, _blank, token = request.headers.get("Authorization", "").partition(" ")
        person = bearer(token.strip()) if kind.lower() == "bearer" else None
        if person is None:
            return problem(401, "log_in", "send the header Authorization: Bearer and a token")
        if not person.reach(APPEND):
            return problem(403, "forbidden", f"this token may not {APPEND}")
        return view(request, person)

    return find


def problem(status: int, code: str, detail: str, field: str | None = None) -> HttpResponse:
    """The response that tells what is wrong."""
    body = {"type": "about:blank", "title": detail, "status": status, "detail": detail, "code": code}
    response = JsonResponse(
        body | ({"field": field} if field else {}), status=status, content_type="application/problem+json"
    )
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="anshu"'
    return response


@by_token
@require_POST
def alerts(request: HttpRequest, person: Person) -> HttpResponse:
    """Take alerts in: 200 when what they change is on disk, 400 when the body cannot be read; then none is taken."""
    try:
        body = request.body
    except RequestDataTooBig:
        return problem(413, "too_large", f"a body may have {MOST_BYTES} bytes")
    if len(body) > MOST_BYTES:
        return problem(413, "too_large", f"a body may have {MOST_BYTES} bytes")
    now_ms = int(clock.now().timestamp() * 1000)
    try:
        found = read_alerts(parse(body), now_ms)
    except Unreadable as error:
        return problem(400, str(error.reason), error.detail)
    except Invalid as error:
        return problem(400, error.code, str(error), error.field)
    directory = book().current()
    reception().take(found, directory.rights(person), directory, Desk(store(), limits(), now_ms))
    return HttpResponse(status=200)


@by_token
@require_GET
def status(_request: HttpRequest, _person: Person) -> HttpResponse:
    """What those ask who look whether an Alertmanager is there."""
    return JsonResponse(
        {
            "cluster": {"status": "disabled", "peers": []},
            "config": {"original": ""},
            "uptime": clock.now().isoformat(),
            "versionInfo": {
                "version": f"anshu {anshu.__version__}",
                "branch": "",
                "buildDate": "",
                "buildUser": "",
                "goVersion": "",
                "revision": "",
            },
        }
    )
