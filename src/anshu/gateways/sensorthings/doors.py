"""The addresses of the service: everything below `/sta/v1.1`, by the bearer's token, or to look by the session."""

import functools
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from anshu.access.policy import Person, actor_of, bearer, require
from anshu.domains.devices.queries import limits, store
from anshu.domains.devices.queries.rights import book
from anshu.gateways.sensorthings.answers import Teller
from anshu.gateways.sensorthings.entities import SETS
from anshu.gateways.sensorthings.options import Options, read_options
from anshu.gateways.sensorthings.paths import Address, Step, read_address
from anshu.gateways.sensorthings.refusals import NotThere, NotUnderstood, TooLarge
from anshu.gateways.sensorthings.sources import Entity, House, Source
from anshu.gateways.sensorthings.taking import Taking
from anshu.kernel import clock
from anshu.kernel.errors import AnshuError
from anshu.telemetry.intake import Unreadable, parse

VIEW = "devices.view"
MOST_BYTES, MOST_BYTES_OF_MANY = 1 << 16, 1 << 20
MOST_QUERY = 8_192
SAFE = ("GET", "HEAD")

_logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


def telling(view: View) -> View:
    """Let in who has a token, or a session and only looks; tell refusals as problem documents.

    Such a document has `message` as well, in which clients of SensorThings look.
    """

    @csrf_exempt
    @functools.wraps(view)
    def tell(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            person = _person(request)
            if person is None:
                return problem(401, "log_in", "send the header Authorization: Bearer and a token")
            return view(request, person, **named)
        except AnshuError as error:
            return problem(error.status, error.code, str(error), error.field)

    return tell


def _person(request: HttpRequest) -> Person | None:
    kind, _blank, token = request.headers.get("Authorization", "").partition(" ")
    if kind:
        return bearer(token.strip()) if kind.lower() == "bearer" else None
    user = getattr(request, "user", None)
    return actor_of(request) if request.method in SAFE and user is not None and user.is_authenticated else None


def problem(status: int, code: str, detail: str, field: str | None = None) -> HttpResponse:
    """The response that tells what is wrong."""
    body: dict[str, Any] = {"type": "about:blank", "title": detail, "status": status, "detail": detail, "code": code}
    body |= {"message": detail} | ({"field": field} if field else {})
    response = HttpResponse(orjson.dumps(body), status=status, content_type="application/problem+json")
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="anshu"'
    return response


def _json(content: object, status: int = 200) -> HttpResponse:
    response = HttpResponse(orjson.dumps(content), status=status, content_type="application/json; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    return response


def _not_allowed(*allowed: str) -> HttpResponse:
    response = problem(405, "method", "not possible here: the registers of devices and channels are kept elsewhere")
    response["Allow"] = ", ".join(allowed)
    return response


def _house(person: Person) -> House:
    return House(person, store(), int(clock.now().timestamp() * 1000))


def _root(request: HttpRequest) -> str:
    # The version stands in the address once, and no entity has its name.
    return request.build_absolute_uri(request.path.partition("/sta/v1.1")[0] + "/sta/v1.1")


@telling
def index(request: HttpRequest, person: Person) -> HttpResponse:
    """The entity sets."""
    require(person, VIEW)
    return _json(Teller(_root(request)).index()) if request.method in SAFE else _not_allowed(*SAFE)


@telling
def entities(request: HttpRequest, person: Person, address: str) -> HttpResponse:
    """Anything below the root: read it, or post an Observation."""
    found = read_address(address)
    takes = found.steps[-1] == Step("Observations", None) and not found.attribute
    if request.method == "POST" and takes:
        return _take(request, person, found)
    if request.method not in SAFE:
        return _not_allowed(*SAFE, "POST") if takes else _not_allowed(*SAFE)
    require(person, VIEW)
    query = request.META.get("QUERY_STRING", "")
    if len(query) > MOST_QUERY:
        raise NotUnderstood("the question has more than %(most)s signs", most=MOST_QUERY)
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=50)
    except ValueError as error:
        raise NotUnderstood("the question has more than 50 parts") from error
    asked = read_options(pairs)
    return _answer(request, found, walk(_house(person), found), asked)


def _answer(request: HttpRequest, address: Address, found: "Source | Entity", asked: Options) -> HttpResponse:
    teller = Teller(_root(request))
    if not isinstance(found, Entity):
        if address.attribute:
            raise NotUnderstood("a list has no attribute %(name)s", name=address.attribute)
        return _json(teller.many(found, asked, request.build_absolute_uri(request.path)))
    if not address.attribute:
        return _json(teller.one(found, asked))
    whole = {"id": found.id, **found.told}
    if address.attribute not in whole:
        raise NotThere("%(kind)s have no attribute %(name)s", kind=found.kind, name=address.attribute)
    value = whole[address.attribute]
    if address.bare:
        text = value if isinstance(value, str) else orjson.dumps(value).decode()
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    return _json({address.attribute: value})


def walk(house: House, address: Address) -> "Source | Entity":
    """What stands at an address: a list, or one entity; NotThere where nothing does that the person may see."""
    first, *others = address.steps
    if first.name not in SETS:
        raise NotThere("%(name)s is no entity set; there are %(names)s", name=first.name[:40], names=", ".join(SETS))
    found = _keyed(house.all_of(first.name), first)
    for step in others:
        if not isinstance(found, Entity):
            raise NotUnderstood("say which of them before %(name)s", name=step.name[:40])
        if step.name not in found.links:
            names = ", ".join(found.links)
            raise NotThere(
                "%(kind)s have no %(name)s, only %(names)s", kind=found.kind, name=step.name[:40], names=names
            )
        many, follow = found.links[step.name]
        if many:
            found = _keyed(follow(), step)
        elif step.key is not None:
            raise NotUnderstood("%(name)s is one and takes no key", name=step.name)
        else:
            found = _only(follow(), step)
    return found


def _keyed(source: Source, step: Step) -> "Source | Entity":
    if step.key is None:
        return source
    entity = source.one(step.key)
    if entity is None:
        raise NotThere("there is no such entity in %(name)s that you may see", name=step.name)
    return entity


def _only(source: Source, step: Step) -> Entity:
    found = source.page(Options(top=1)).entities
    if not found:
        raise NotThere("there is no %(name)s that you may see", name=step.name)
    return found[0]


def _take(request: HttpRequest, person: Person, address: Address) -> HttpResponse:
    above = address.steps[:-1]
    if len(above) > 1 or (above and (above[0].name not in ("Datastreams", "FeaturesOfInterest") or not above[0].key)):
        raise NotUnderstood("post to Observations or to Datastreams('…')/Observations")
    body = _body(request, MOST_BYTES)
    taking = Taking(_house(person), book().current(), limits())
    entity = taking.take(body, above[0].key if above else None)
    teller = Teller(_root(request))
    response = _json(teller.one(entity, Options()), status=201)
    response["Location"] = teller.address_of(entity)
    return response


@telling
def create_observations(request: HttpRequest, person: Person) -> HttpResponse:
    """Many Observations at once (18-088 §13.2): 201 with the address of each, or `error` where it was not taken."""
    if request.method != "POST":
        return _not_allowed("POST")
    body = _body(request, MOST_BYTES_OF_MANY)
    found = Taking(_house(person), book().current(), limits()).take_many(body)
    teller = Teller(_root(request))
    return _json(["error" if each is None else teller.address_of(each) for each in found], status=201)


def _body(request: HttpRequest, most: int) -> object:
    try:
        raw = request.body
    except RequestDataTooBig:
        raw = b" " * (most + 1)
    if len(raw) > most:
        raise TooLarge("this body may have %(most)s bytes", most=most)
    try:
        return parse(raw)
    except Unreadable as error:
        raise NotUnderstood("the body is not JSON: %(why)s", why=error.detail) from error
