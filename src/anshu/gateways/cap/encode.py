"""Signals to CAP 1.2 and to the 12379 dialect."""

import re
from datetime import datetime

from lxml import etree

from anshu.gateways.cap.signal import (
    CATEGORIES,
    CERTAINTIES,
    MESSAGE_TYPES,
    NATIONAL_EVENT,
    RESPONSE_TYPES,
    SCOPES,
    SEVERITIES,
    STATUSES,
    URGENCIES,
    Area,
    Info,
    Named,
    Resource,
    Signal,
)
from anshu.gateways.cap.written import (
    write_circle,
    write_instant,
    write_number,
    write_references,
    write_ring,
)
from anshu.kernel.errors import Invalid

CAP12 = "urn:oasis:names:tc:emergency:cap:1.2"
_LINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2}|[^\x00-\x7f])+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)


class Writer:
    """Appends child elements with text to one parent."""

    def __init__(self, parent: etree._Element, namespace: str, path: str) -> None:
        self.element = parent
        self.path = path
        self._prefix = f"{{{namespace}}}" if namespace else ""
        self._namespace = namespace

    def child(self, name: str) -> "Writer":
        """A writer on a new child."""
        return Writer(etree.SubElement(self.element, self._prefix + name), self._namespace, f"{self.path}/{name}")

    def always(self, name: str, text: str) -> None:
        """A child with text, even when empty. Raises Invalid for characters XML does not allow."""
        try:
            self.child(name).element.text = text
        except ValueError:
            message = "%(path)s holds a control character, which XML does not allow. Remove it."
            raise Invalid(message, field=name, code="control_character", path=f"{self.path}/{name}") from None

    def filled(self, name: str, text: str) -> None:
        """A child with text, left out when empty."""
        if text:
            self.always(name, text)

    def instant(self, name: str, instant: datetime | None) -> None:
        """A child with a time in China standard time, left out when None."""
        if instant is not None:
            self.always(name, write_instant(instant))

    def one_of(self, name: str, text: str, allowed: tuple[str, ...]) -> None:
        """A child whose value the schema lists. Raises Invalid for another value."""
        if text not in allowed:
            message = "%(path)s is '%(value)s'; CAP 1.2 allows %(allowed)s."
            where = {"path": f"{self.path}/{name}", "value": text, "allowed": ", ".join(allowed)}
            raise Invalid(message, field=name, code="value_not_allowed", **where)
        self.always(name, text)

    def link(self, name: str, text: str) -> None:
        """A child with an address, left out when empty. Raises Invalid when it is not an absolute address."""
        if text and not _LINK.fullmatch(text):
            message = "%(path)s is '%(value)s', which is not an address. Write it in full, as https://…"
            where = {"path": f"{self.path}/{name}", "value": text[:80]}
            raise Invalid(message, field=name, code="not_an_address", **where)
        self.filled(name, text)

    def pairs(self, name: str, pairs: tuple[Named, ...]) -> None:
        """A child per pair, with valueName and value."""
        for pair in pairs:
            child = self.child(name)
            child.always("valueName", pair.name)
            child.always("value", pair.value)


def encode(signal: Signal) -> bytes:
    """The signal as CAP 1.2 in UTF-8, valid against the schema, with no signature. Raises Invalid, naming the field.

    What CAP 1.2 demands and the signal lacks becomes Unknown (urgency, severity, certainty), Public (scope) or the
    category of its hazard; the CAP 1.0 certainty `Very Likely` becomes Likely.
    """
    root = etree.fromstring(f'<alert xmlns="{CAP12}"/>')
    alert = Writer(root, CAP12, "alert")
    alert.always("identifier", signal.identifier)
    alert.always("sender", signal.sender)
    alert.instant("sent", signal.sent_at)
    alert.one_of("status", signal.status, STATUSES)
    alert.one_of("msgType", signal.msg_type, MESSAGE_TYPES)
    alert.filled("source", signal.source)
    alert.one_of("scope", signal.scope or "Public", SCOPES)
    alert.filled("restriction", signal.restriction)
    alert.filled("addresses", signal.addresses)
    for code in signal.codes:
        alert.always("code", code)
    alert.filled("note", signal.note)
    alert.filled("references", write_references(signal.references))
    alert.filled("incidents", signal.incidents)
    for info in signal.infos:
        _write_info(alert.child("info"), info)
    return to_bytes(root)


def to_bytes(root: etree._Element) -> bytes:
    """The document in UTF-8 with its declaration."""
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _write_info(writer: Writer, info: Info) -> None:
    if info.language and not _LANGUAGE.fullmatch(info.language):
        message = "%(path)s is '%(value)s', which is not a language tag. Write one such as zh-CN."
        where = {"path": f"{writer.path}/language", "value": info.language[:40]}
        raise Invalid(message, field="language", code="language_form", **where)
    writer.filled("language", info.language)
    kind = info.kind
    for category in info.categories or (kind.category if kind else "Other",):
        writer.one_of("category", category, CATEGORIES)
    writer.always("event", info.event or info.headline)
    for response in info.response_types:
        writer.one_of("responseType", response, RESPONSE_TYPES)
    writer.one_of("urgency", info.urgency or "Unknown", URGENCIES)
    writer.one_of("severity", info.severity or "Unknown", SEVERITIES)
    certainty = "Likely" if info.certainty == "Very Likely" else info.certainty
    writer.one_of("certainty", certainty or "Unknown", CERTAINTIES)
    writer.filled("audience", info.audience)
    writer.pairs("eventCode", info.event_codes)
    writer.instant("effective", info.effective_at)
    writer.instant("onset", info.onset_at)
    writer.instant("expires", info.expires_at)
    writer.filled("senderName", info.sender_name)
    writer.filled("headline", info.headline)
    writer.filled("description", info.description)
    writer.filled("instruction", info.instruction)
    writer.link("web", info.web)
    writer.filled("contact", info.contact)
    writer.pairs("parameter", info.parameters)
    for resource in info.resources:
        _write_resource(writer.child("resource"), resource)
    for area in info.areas:
        _write_area(writer.child("area"), area)


def _write_resource(writer: Writer, resource: Resource) -> None:
    writer.always("resourceDesc", resource.description)
    writer.always("mimeType", resource.mime_type or "application/octet-stream")
    if resource.size_bytes is not None:
        writer.always("size", str(resource.size_bytes))
    writer.link("uri", resource.uri)
    writer.filled("derefUri", resource.content)
    writer.filled("digest", resource.digest)


def _write_area(writer: Writer, area: Area) -> None:
    writer.always("areaDesc", area.description)
    for ring in area.polygons:
        writer.always("polygon", write_ring(ring))
    for circle in area.circles:
        writer.always("circle", write_circle(circle))
    writer.pairs("geocode", area.geocodes)
    for name, height in (("altitude", area.altitude_ft), ("ceiling", area.ceiling_ft)):
        if height is not None:
            writer.always(name, write_number(height))


def encode_national(signal: Signal) -> bytes:
    """The signal in the 12379 dialect (no namespace, severity by colour, bare references). Raises Invalid.

    It carries one place per name and code; polygons, circles and parameters other than the colour are not carried.
    """
    root = etree.Element("alert")
    alert = Writer(root, "", "alert")
    alert.always("identifier", signal.identifier)
    alert.always("sender", signal.sender_name or signal.sender)
    alert.always("senderCode", signal.sender)
    alert.always("sendTime", write_instant(signal.sent_at, " "))
    alert.one_of("status", signal.status, STATUSES)
    alert.one_of("msgType", signal.msg_type, MESSAGE_TYPES)
    alert.one_of("scope", signal.scope or "Public", SCOPES)
    code = alert.child("code")
    for channel in signal.channels:
        method = code.child("method")
        method.always("methodName", channel.name)
        method.always("message", channel.message)
        method.always("audienceGrp", channel.audience)
    alert.always("secClassification", "None")
    alert.always("note", signal.note)
    alert.always("references", ",".join(reference.identifier for reference in signal.references))
    for info in signal.infos:
        _write_national_info(alert.child("info"), info)
    return to_bytes(root)


def _write_national_info(writer: Writer, info: Info) -> None:
    colours = {1: "Red", 2: "Orange", 3: "Yellow", 4: "Blue"}
    kind = info.kind
    code = next((code.value for code in info.event_codes if code.name == NATIONAL_EVENT), kind.code if kind else "")
    writer.always("language", info.language or "zh-CN")
    writer.always("eventType", code or info.event)
    writer.one_of("urgency", info.urgency or "Unknown", URGENCIES)
    writer.always("severity", colours.get(info.level or 0, "Unknown"))
    writer.one_of("certainty", info.certainty or "Unknown", CERTAINTIES)
    for name, instant in (("effective", info.effective_at), ("onset", info.onset_at), ("expires", info.expires_at)):
        writer.always(name, write_instant(instant, " ") if instant else "")
    writer.always("senderName", info.contact)
    writer.always("headline", info.headline)
    writer.always("description", info.description)
    writer.always("instruction", info.instruction)
    writer.always("web", info.web)
    for area in info.areas:
        child = writer.child("area")
        child.always("areaDesc", area.description)
        child.always("polygon", "")
        child.always("circle", "")
        child.always("geocode", ",".join(code.value for code in area.geocodes))
