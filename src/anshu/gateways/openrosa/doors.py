"""The addresses of OpenRosa 1.0. A telephone logs in with Basic: any name, and a token as the password."""

import base64
import binascii
import functools
import hashlib
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from lxml import etree

from anshu.access.policy import Person, bearer, may
from anshu.domains.inspections.models import Checklist
from anshu.domains.inspections.transitions import field
from anshu.domains.inspections.transitions.field import Telephone
from anshu.gateways.openrosa import form, submission
from anshu.kernel import clock
from anshu.kernel.errors import AnshuError
from anshu.ledger.attachments import LARGEST

LIST = "http://openrosa.org/xforms/xformsList"
RESPONSE = "http://openrosa.org/http/response"
# Without a prefix, as every example of the specification has them; the stubs know only named ones.
LISTS: Any = {None: LIST}
RESPONSES: Any = {None: RESPONSE}
MOST_BYTES = 24 * 1024 * 1024
MAY = "inspections.answer"

View = Callable[..., HttpResponse]


def by_token(view: View) -> View:
    """Find who asks, and answer as OpenRosa has it; 401 asks the telephone for a log-in."""

    @csrf_exempt
    @functools.wraps(view)
    def find(request: HttpRequest, **more: Any) -> HttpResponse:
        person = who(request.headers.get("Authorization", ""))
        if person is None:
            response = told(401, _("log in: any name, and a token as the password"))
            response["WWW-Authenticate"] = 'Basic realm="anshu", charset="UTF-8"'
        elif not may(person, MAY):
            response = told(403, _("this token may not bring visits"))
        else:
            response = view(request, person, **more)
        response["X-OpenRosa-Version"] = "1.0"
        response["X-OpenRosa-Accept-Content-Length"] = str(MOST_BYTES)
        response["Date"] = format_datetime(clock.now(), usegmt=True)
        return response

    return find


def who(header: str) -> Person | None:
    """The person behind a Basic or Bearer log-in."""
    kind, _space, text = header.partition(" ")
    if kind.lower() == "bearer":
        return bearer(text.strip())
    if kind.lower() != "basic":
        return None
    try:
        _name, _colon, token = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return bearer(token)


def told(status: int, words: str, nature: str = "") -> HttpResponse:
    """A message as Collect shows it."""
    root = etree.Element(f"{{{RESPONSE}}}OpenRosaResponse", nsmap=RESPONSES)
    message = etree.SubElement(root, f"{{{RESPONSE}}}message")
    message.text = words
    if nature:
        message.set("nature", nature)
    return HttpResponse(etree.tostring(root), status=status, content_type="text/xml; charset=utf-8")


@by_token
@require_http_methods(["GET", "HEAD"])
def form_list(request: HttpRequest, _person: Person) -> HttpResponse:
    """Every list in force: a form for each, with the digest by which a telephone sees that it has changed."""
    root = etree.Element(f"{{{LIST}}}xforms", nsmap=LISTS)
    for checklist in Checklist.objects.filter(state=Checklist.State.PUBLISHED).order_by("code"):
        entry = etree.SubElement(root, f"{{{LIST}}}xform")
        content = form.document(checklist)
        for name, text in (
            ("formID", checklist.code),
            ("name", checklist.title),
            ("version", str(checklist.version)),
            ("hash", f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"),
            ("downloadUrl", request.build_absolute_uri(f"/openrosa/forms/{checklist.number}.xml")),
        ):
            etree.SubElement(entry, f"{{{LIST}}}{name}").text = text
    return HttpResponse(etree.tostring(root, xml_declaration=True, encoding="UTF-8"), content_type="text/xml")


@by_token
@require_http_methods(["GET", "HEAD"])
def one_form(_request: HttpRequest, _person: Person, number: str) -> HttpResponse:
    """One form."""
    found = Checklist.objects.filter(number=number).exclude(state=Checklist.State.DRAFT).first()
    if found is None:
        return told(404, _("there is no such form"))
    return HttpResponse(form.document(found), content_type="text/xml; charset=utf-8")


@by_token
@require_http_methods(["POST", "HEAD"])
def submit(request: HttpRequest, person: Person) -> HttpResponse:
    """A filled-in form with its pictures, in one request or several: the same instance is the same visit. 201 when it
    is kept; what could not be done with it is told, and is kept as well."""
    if request.method == "HEAD":
        response = HttpResponse(status=204)
        response["Location"] = request.build_absolute_uri("/openrosa/submission")
        return response
    upload = request.FILES.get("xml_submission_file")
    if upload is None:
        return told(400, _("the part xml_submission_file is missing"))
    try:
        came = submission.read(upload.read())
        outcome = _take(came, request, person)
    except AnshuError as error:
        return told(400 if error.status == 422 else error.status, str(error))
    refused = [answer.told for answer in outcome if "refused" in (answer.outcome, answer.was)]
    if refused:
        return told(201, _("kept, but not done: %(why)s") % {"why": refused[0]}, "submit_error")
    return told(201, _("kept"), "submit_success")


def _take(came: submission.Submission, request: HttpRequest, person: Person) -> list[field.Answer]:
    sent_from = Telephone(person, came.device[:40], _clock_off(request.headers.get("Date", "")))
    answers = field.take(came.operations, sent_from)
    for name, operation in came.pictures.items():
        file = _file(request, name)
        if file is not None:
            answers.append(field.take_picture(operation, file.read(LARGEST + 1), sent_from))
    return answers


def _file(request: HttpRequest, name: str) -> Any:
    """The file of that name, whatever the part it came in is called."""
    files: dict[str, Any] = request.FILES.dict()
    return next((file for part, file in files.items() if name in (part, file.name)), None)


def _clock_off(text: str) -> int:
    """By how many seconds the telephone's clock is ahead, by the Date header that OpenRosa asks for; 0 without one."""
    try:
        at: datetime = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return 0
    return field.clock_off(at) if at.tzinfo is not None else 0
