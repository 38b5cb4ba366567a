"""Reading bodies: what kind they are, how large, how deep, in which encoding; each fault told for what it is."""

import zlib
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.parser import Parser

from anshu.api.problems import Unreadable
from anshu.kernel.errors import Invalid
from anshu.telemetry import intake

JSON_TYPES = ("", "application/json")
LARGEST_JSON = 1024 * 1024
LARGEST_LINES = 32 * 1024 * 1024
MOST_MEMBERS = 64

"""What lines of JSON are called, and what clients say who do not say (curl calls everything a form)."""
LINE_TYPES = (
    "", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines",
    "application/json", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded",
)


class Bodies(Parser):
    """Reads the JSON bodies of the API."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        check_type(request, JSON_TYPES)
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise Unreadable(415, "content_encoding", _("send this body uncompressed"))
        if len(request.body) > LARGEST_JSON:
            raise Unreadable(413, "too_large", _("this body may have %(most)d bytes at most"), most=LARGEST_JSON)
        return cast(dict[str, Any], read_json(request.body))


def check_type(request: HttpRequest, known: tuple[str, ...]) -> None:
    """Raise Unreadable (415) unless the body is of a known kind and said to be UTF-8."""
    kind, parameters = request.content_type or "", request.content_params or {}
    if kind.lower() not in known:
        raise Unreadable(
            415, "media_type", _("%(kind)s is not understood here; send %(known)s"), kind=kind, known=known[1]
        )
    charset = parameters.get("charset", "utf-8").strip('"').lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise Unreadable(415, "charset", _("send the body in UTF-8, not in %(charset)s"), charset=charset)


def read_json(raw: bytes) -> object:
    """The JSON value of a body; Unreadable (400) says why there is none."""
    try:
        found = intake.parse(raw.removeprefix(intake.BYTE_ORDER_MARK))
    except intake.Unreadable as error:
        raise Unreadable(400, str(error.reason), _("the body is not JSON: %(why)s"), why=error.detail) from error
    if b"\\u0000" in raw:
        raise Invalid(_("text cannot hold the sign NUL"), code="nul")
    return found


def read_lines(request: HttpRequest) -> bytes:
    """The body of an intake of lines, unpacked if it was packed with gzip, of 32 MiB at most either way."""
    check_type(request, LINE_TYPES)
    if len(request.body) > LARGEST_LINES:
        raise Unreadable(413, "too_large", _("a body may have %(most)d bytes at most"), most=LARGEST_LINES)
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding == "identity":
        return request.body
    if coding not in ("gzip", "x-gzip"):
        raise Unreadable(415, "content_encoding", _("%(coding)s is not understood; send gzip"), coding=coding)
    return unpack(request.body)


def unpack(packed: bytes) -> bytes:
    """What is in a gzip file of one or more members; stops as soon as it would grow beyond 32 MiB."""
    parts: list[bytes] = []
    room = LARGEST_LINES
    while packed:
        member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        try:
            parts.append(member.decompress(packed, room + 1))
        except zlib.error as error:
            raise Unreadable(400, "gzip", _("the body is not gzip: %(why)s"), why=error) from error
        room -= len(parts[-1])
        if room < 0 or len(parts) > MOST_MEMBERS:
            raise Unreadable(413, "too_large", _("unpacked, the body has more than %(most)d bytes"), most=LARGEST_LINES)
        if not member.eof:
            raise Unreadable(400, "gzip", _("the body is not gzip: %(why)s"), why=_("it ends too early"))
        packed = member.unused_data
    return b"".join(parts)
