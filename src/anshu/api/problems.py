"""RFC 9457 problem documents: every refusal of the API, told in one form and in the reader's language."""

import functools
import logging
import sqlite3
from collections.abc import Callable
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from anshu.kernel.errors import AnshuError

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: gettext_lazy("Cannot be read"),
    401: gettext_lazy("Log in first"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Wrong method"),
    409: gettext_lazy("Not possible now"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Wrong kind of content"),
    422: gettext_lazy("Cannot be used"),
    500: gettext_lazy("Our fault"),
    503: gettext_lazy("Busy"),
}

"""What pydantic finds wrong with a value, in our words; `%(limit)s` stands for the bound that was passed."""
FAULTS = {
    "missing": gettext_lazy("is needed"),
    "extra_forbidden": gettext_lazy("is not known here"),
    "string_type": gettext_lazy("must be text"),
    "literal_error": gettext_lazy("must be one of %(limit)s"),
    "enum": gettext_lazy("must be one of %(limit)s"),
    "greater_than_equal": gettext_lazy("must be at least %(limit)s"),
    "less_than_equal": gettext_lazy("must be at most %(limit)s"),
    "string_too_long": gettext_lazy("is longer than %(limit)s signs"),
    "finite_number": gettext_lazy("must be a finite number"),
    "timezone_aware": gettext_lazy("needs a time zone, such as +08:00"),
    "int_parsing": gettext_lazy("must be a whole number"),
    "int_type": gettext_lazy("must be a whole number"),
    "float_parsing": gettext_lazy("must be a number"),
    "float_type": gettext_lazy("must be a number"),
    "bool_parsing": gettext_lazy("must be true or false"),
    "uuid_parsing": gettext_lazy("must be an id (UUID)"),
    "dict_type": gettext_lazy("must be an object"),
    "list_type": gettext_lazy("must be a list"),
    "model_attributes_type": gettext_lazy("must be an object"),
}

_logger = logging.getLogger(__name__)


class Problem(Schema):
    """What is wrong, where, and what to do. `code` is stable and meant for programs; `field` names what was bad."""

    type: str = Field("about:blank", description="always about:blank: `code` tells problems apart")
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None


class Unreadable(AnshuError):
    """A request that cannot even be read: its status says in which way (400, 413, 415)."""

    def __init__(self, status: int, code: str, message: object, **params: Any) -> None:
        super().__init__(message, code=code, **params)
        self.status = status  # type: ignore[misc]  # one class for three of a kind


def problem(status: int, code: str, detail: object, field: str | None = None) -> HttpResponse:
    """The response that tells of a problem."""
    body = Problem(
        type="about:blank", title=str(TITLES[status]), status=status, detail=str(detail), code=code, field=field or None
    )
    response = HttpResponse(orjson.dumps(body.model_dump()), status=status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="anshu"'
    if status == 503:
        response["Retry-After"] = "1"
    return response


def _refused(_request: HttpRequest, error: AnshuError) -> HttpResponse:
    return problem(error.status, error.code, error, error.field)


def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    # The first part says where it stood (query, body), the second may be our own name for the whole of it.
    names = [str(part) for part in first["loc"][1:]]
    names = names[1:] if names[:1] in (["asked"], ["values"], ["details"]) else names
    context = first.get("ctx", {})
    limit = next((context[name] for name in ("expected", "ge", "le", "max_length") if name in context), "")
    words = str(FAULTS[first["type"]]) % {"limit": limit} if first["type"] in FAULTS else first["msg"]
    field = ".".join(names)
    return problem(422, first["type"], f"{field or _('the body')}: {words}", field)


def _outside(_request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__
    if isinstance(cause, AnshuError):
        return problem(cause.status, cause.code, cause, cause.field)
    return problem(error.status_code, "http", error)


def _log_in(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(401, "log_in", _("send a token (Authorization: Bearer …) or log in first"))


def _missing(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(404, "not_found", _("there is nothing here that you may see"))


def _large(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(413, "too_large", _("the body is larger than is taken in; send it in parts"))


def _form(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(415, "media_type", _("send the body as application/json"))


def _clash(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(409, "conflict", _("another record stands in the way: it was entered just now, or is still in use"))


def _busy(_request: HttpRequest, error: Exception) -> HttpResponse:
    _logger.warning("the database did not answer: %s", error)
    return problem(503, "busy", _("the database is busy; nothing was changed, try again"))


def _ours(request: HttpRequest, error: Exception) -> HttpResponse:
    _logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(500, "internal", _("something failed here; it was written down, and nothing was changed"))


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    AnshuError: _refused,
    ValidationError: _invalid,
    AuthenticationError: _log_in,
    HttpError: _outside,
    Http404: _missing,
    RequestDataTooBig: _large,
    RawPostDataException: _form,
    IntegrityError: _clash,
    OperationalError: _busy,
    sqlite3.OperationalError: _busy,
    DatabaseError: _ours,
    Exception: _ours,
}


def tell(api: NinjaAPI) -> None:
    """Let every error of the API become a problem document."""
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)


def told(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a method that an address does not know be told as a problem, too."""

    @functools.wraps(view)
    def look(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        response = view(request, *args, **named)
        if response.status_code != 405:
            return response
        refusal = problem(405, "method", _("%(method)s is not possible here") % {"method": request.method})
        refusal["Allow"] = response["Allow"]
        return refusal

    return look


def not_found(request: HttpRequest) -> HttpResponse:
    """The answer at every address under /api/ that is not there."""
    return _missing(request, Http404())
