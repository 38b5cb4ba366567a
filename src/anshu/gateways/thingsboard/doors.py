"""Devices that speak ThingsBoard's HTTP API: the token stands in the address, and says which device it is."""

from collections.abc import Callable
from functools import wraps

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from anshu.access.policy import Person, bearer
from anshu.domains.devices.queries import limits, store
from anshu.domains.devices.queries.rights import APPEND, book
from anshu.gateways.mqtt.answers import attributes
from anshu.gateways.mqtt.journal import keep_notes
from anshu.gateways.mqtt.messages import Message, Moment, Outcome, receive
from anshu.kernel import clock

DOOR = "thingsboard"
MOST_BYTES = 1 << 20

View = Callable[[HttpRequest, Person], HttpResponse]


def by_token(view: View) -> Callable[..., HttpResponse]:
    """Find who sends by the token in the address; 401 for none, as ThingsBoard answers, 413 for too large a body."""

    @csrf_exempt
    @wraps(view)
    def find(request: HttpRequest, token: str) -> HttpResponse:
        person = bearer(token)
        if person is None or not person.reach(APPEND):
            return _problem(401, "no device has this token")
        try:
            size = len(request.body)
        except RequestDataTooBig:
            size = MOST_BYTES + 1
        if size > MOST_BYTES:
            return _problem(413, f"a body may have {MOST_BYTES} bytes")
        return view(request, person)

    return find


def _problem(status: int, detail: str) -> HttpResponse:
    body = {"type": "about:blank", "title": detail, "status": status}
    return JsonResponse(body, status=status, content_type="application/problem+json")


@by_token
@require_POST
def telemetry(request: HttpRequest, person: Person) -> HttpResponse:
    """Store readings: 200 when they are on disk, 400 with the reason when none of the body could be read.

    What could not become a reading is in quarantine either way.
    """
    return _write(request, person, "v1/devices/me/telemetry")


@by_token
@require_http_methods(["GET", "HEAD", "POST"])
def attributes_of(request: HttpRequest, person: Person) -> HttpResponse:
    """POST: what the device says of itself. GET: that, and what the register says; clientKeys, sharedKeys narrow it."""
    if request.method == "POST":
        return _write(request, person, "v1/devices/me/attributes")
    rights = book().current().rights(person, _client_id(request))
    return JsonResponse(attributes(rights.devices.get(rights.own), request.GET.dict()))


def _write(request: HttpRequest, person: Person, topic: str) -> HttpResponse:
    now_ms = int(clock.now().timestamp() * 1000)
    moment = Moment(book().current(), now_ms, limits())
    outcome = receive(Message(person, _client_id(request), topic, request.body), moment)
    store().append(outcome.batch, outcome.rejects, door=DOOR, received_ms=now_ms)
    if outcome.notes:
        keep_notes(outcome.notes)
        book().forget()
    return _answer(outcome)


def _answer(outcome: Outcome) -> HttpResponse:
    if outcome.rejects and not len(outcome.batch):
        first = outcome.rejects[0]
        body = {"type": "about:blank", "title": first.detail, "status": 400, "code": first.reason.value}
        return HttpResponse(orjson.dumps(body), status=400, content_type="application/problem+json")
    return HttpResponse(status=200)


def _client_id(request: HttpRequest) -> str:
    """Which device a program speaks as whose account belongs to none: the query `device`."""
    return request.GET.get("device", "")
