"""How records are answered: as JSON, personal data masked, with a tag by which a client need not fetch them again."""

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import parse_etags

from anshu.access.policy import Person
from anshu.api.credentials import actor
from anshu.api.schemas import COMMON
from anshu.ledger import query, show
from anshu.ledger.declaration import Ledger
from anshu.ledger.models import Registered
from anshu.workflow.models import Head


@dataclass(frozen=True)
class Extra:
    """What a register's records carry beyond their fields: types by name, how to fill them, and what they depend on."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    fill: Callable[[list[Any]], list[dict[str, Any]]] = lambda rows: [{} for _row in rows]
    state: Callable[[], object] = lambda: None


PLAIN = Extra()


def told(ledger: Ledger, rows: list[Any], extra: Extra = PLAIN) -> list[dict[str, Any]]:
    """Records as programs see them."""
    names = tuple(dict.fromkeys((*COMMON, *ledger.shown)))
    return [
        {"label": str(row), **{name: show.data(row, name) for name in names}, **more}
        for row, more in zip(rows, extra.fill(rows), strict=True)
    ]


def as_json(content: object, status: int = 200, etag: str = "") -> HttpResponse:
    """A response that the client may keep for itself, and asks about again before it uses it."""
    response = HttpResponse(
        orjson.dumps(content, default=str), status=status, content_type="application/json; charset=utf-8"
    )
    return keep(response, etag)


def keep(response: HttpResponse, etag: str) -> HttpResponse:
    """Mark a response with its tag."""
    response["Cache-Control"] = "private, no-cache"
    if etag:
        response["ETag"] = etag
    return response


def paged(cut: query.Page, items: list[Any], etag: str = "") -> HttpResponse:
    """One page of a list; X-Total-Count says how many there are in all."""
    body = {"items": items, "count": cut.count, "page": cut.number, "pages": cut.pages, "size": cut.size}
    response = as_json(body, etag=etag)
    response["X-Total-Count"] = str(cut.count)
    return response


def etag_of(request: HttpRequest, ledger: Ledger, state: object = None) -> str:
    """Changes with whatever the log tells and with each new record: two look-ups by key, however long the list is."""
    person = actor(request)
    seen = (
        request.get_full_path(),
        person.account.pk,
        person.reach(f"{ledger.domain}.view"),
        state,
        Head.objects.values_list("last", flat=True).first(),
        ledger.model.objects.order_by("-pk").values_list("pk", flat=True).first(),
    )
    return f'W/"{hashlib.blake2s(repr(seen).encode(), digest_size=12).hexdigest()}"'


def unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """The answer 304, if the client has this already."""
    wanted = parse_etags(request.headers.get("If-None-Match", ""))
    return keep(HttpResponse(status=304), etag) if etag in wanted or "*" in wanted else None


def record_of(ledger: Ledger, person: Person, key: uuid.UUID) -> Registered:
    """A record that the person may see; what they may not see does not exist for them (404)."""
    record = ledger.model.objects.visible_to(person).select_related(*ledger.related).filter(pk=key).first()
    if record is None:
        raise Http404
    return record
