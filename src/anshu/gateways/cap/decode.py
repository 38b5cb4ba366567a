"""Warning messages to Signals: CAP 1.0, 1.1, 1.2 and the 12379 dialect, bare or wrapped (EDXL-DE, Atom, RSS)."""

from dataclasses import replace

from lxml import etree

from anshu.gateways.cap.document import read_document
from anshu.gateways.cap.element import Element, Problems
from anshu.gateways.cap.hazards import find_kind
from anshu.gateways.cap.info import read_info
from anshu.gateways.cap.signal import NATIONAL_DIALECT, Channel, Info, Reference, Signal
from anshu.gateways.cap.written import read_references
from anshu.kernel.errors import Invalid

DIALECT_BY_NAMESPACE = {
    "http://www.incident.com/cap/1.0": "cap10",
    "urn:oasis:names:tc:emergency:cap:1.1": "cap11",
    "urn:oasis:names:tc:emergency:cap:1.2": "cap12",
    "": NATIONAL_DIALECT,
}
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"


def decode(raw: bytes) -> Signal:
    """The one warning message in a document; Invalid when it is unsafe, unreadable or holds none or several.

    A flaw that leaves the message understandable does not refuse it: it stands in `problems`, and `check` repeats it.
    """
    signals = decode_all(raw)
    if len(signals) > 1:
        message = "The document holds %(found)s warning messages where one is expected. Send them one by one."
        raise Invalid(message, field="alert", code="several_alerts", found=len(signals))
    return signals[0]


def decode_all(raw: bytes) -> list[Signal]:
    """Every warning message in a document, bare or wrapped, in document order. Raises Invalid when there is none."""
    root, text = read_document(raw)
    alerts = find_alerts(root)
    if not alerts:
        message = (
            "The document <%(root)s> holds no warning message: no alert element in a CAP namespace. "
            "Read an index with read_feed and fetch its links, or send the message itself."
        )
        raise Invalid(message, field="alert", code="no_alert", root=etree.QName(root).localname)
    return [read_alert(alert, text if alert is root else source_of(alert)) for alert in alerts]


def find_alerts(root: etree._Element) -> list[etree._Element]:
    """All alert elements in a known namespace, outermost first; without a namespace only as the root."""
    if _dialect_of(root) is not None:
        return [root]
    return [element for element in root.iter("{*}alert") if _dialect_of(element) not in (None, NATIONAL_DIALECT)]


def source_of(alert: etree._Element) -> str:
    """The text of an embedded alert."""
    return etree.tostring(alert, encoding="unicode", with_tail=False)


def read_alert(alert: etree._Element, original: str) -> Signal:
    """The Signal in one alert element. Raises Invalid for a missing identifier, sender, sent, status or msgType."""
    dialect = _dialect_of(alert) or NATIONAL_DIALECT
    problems = Problems()
    top = Element(alert, "alert", problems)
    national = dialect == NATIONAL_DIALECT
    sender, issuer = top.text("sender"), ""
    if national and top.text("senderCode"):
        sender, issuer = top.text("senderCode"), sender
    if not national:
        top.note_empty_children()
    infos = tuple(read_info(info, dialect) for info in top.children("info"))
    if national:
        infos = tuple(_national_info(info, issuer) for info in infos)
    return Signal(
        identifier=top.required("identifier"),
        sender=sender or top.required("sender"),
        sent_at=top.required_instant("sendTime" if national and top.has("sendTime") else "sent", national),
        status=top.required("status"),
        msg_type=top.required("msgType"),
        scope=top.text("scope"),
        source=top.text("source"),
        restriction=top.text("restriction"),
        addresses=top.text("addresses"),
        codes=tuple(code for code in top.texts("code") if code),
        note=top.text("note"),
        references=_references(top, dialect),
        incidents=top.text("incidents"),
        infos=infos,
        channels=_channels(top) if national else (),
        dialect=dialect,
        signed=alert.find(f"{{{SIGNATURE}}}Signature/{{{SIGNATURE}}}SignatureValue") is not None,
        original=original,
        problems=problems.found(),
    )


def _dialect_of(element: etree._Element) -> str | None:
    name = etree.QName(element)
    return DIALECT_BY_NAMESPACE.get(name.namespace or "") if name.localname == "alert" else None


def _references(top: Element, dialect: str) -> tuple[Reference, ...]:
    found: dict[Reference, None] = {}
    for text in top.texts("references"):
        found |= dict.fromkeys(read_references(text, dialect))
    return tuple(found)


def _national_info(info: Info, issuer: str) -> Info:
    """In the 12379 dialect the alert names the issuer, and senderName is the officer at work, kept as the contact."""
    named = info.sender_name if issuer else ""
    kind = find_kind([code.value for code in info.event_codes])
    event = info.event or (kind.zh if kind else next((code.value for code in info.event_codes), info.headline))
    return replace(info, event=event, sender_name=issuer or info.sender_name, contact=info.contact or named)


def _channels(top: Element) -> tuple[Channel, ...]:
    return tuple(
        Channel(
            name=method.text("methodName"),
            message=method.text("message"),
            audience=method.text("audienceGrp").strip(","),
        )
        for code in top.children("code")
        for method in code.children("method")
    )
