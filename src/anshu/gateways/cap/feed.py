"""Atom and RSS feeds that list warnings, by link or with the message inside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree

from anshu.gateways.cap.decode import find_alerts, read_alert, source_of
from anshu.gateways.cap.document import read_document
from anshu.gateways.cap.signal import Signal
from anshu.gateways.cap.written import CHINA, read_instant
from anshu.kernel.errors import Invalid

ATOM = "{http://www.w3.org/2005/Atom}"
CAP_MEDIA_TYPE = "application/cap+xml"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry. `links` are http(s) addresses, the CAP one first; `problem` is why a message in it was refused."""

    identifier: str
    title: str
    updated_at: datetime | None
    summary: str = ""
    links: tuple[str, ...] = ()
    signals: tuple[Signal, ...] = ()
    problem: str = ""


def read_feed(raw: bytes) -> list[FeedEntry]:
    """The entries of an Atom or RSS 2.0 feed, in its order. Raises Invalid when the document is neither, or unsafe."""
    root, _ = read_document(raw)
    if root.tag == f"{ATOM}feed":
        return [_atom_entry(entry) for entry in root.iterfind(f"{ATOM}entry")]
    if root.tag == "rss":
        return [_rss_entry(item) for item in root.iterfind("channel/item")]
    message = "The document <%(root)s> is neither an Atom nor an RSS 2.0 feed. Send the feed itself."
    raise Invalid(message, field="feed", code="not_a_feed", root=etree.QName(root).localname)


def _text(parent: etree._Element, name: str) -> str:
    child = parent.find(name)
    return "".join(str(part) for part in child.itertext()).strip() if child is not None else ""


def _atom_entry(entry: etree._Element) -> FeedEntry:
    links = [
        (link.get("type", "") != CAP_MEDIA_TYPE, link.get("href", ""))
        for link in entry.iterfind(f"{ATOM}link")
        if link.get("rel", "alternate") in ("alternate", "enclosure", "related")
    ]
    signals, problem = _embedded(entry)
    return FeedEntry(
        identifier=_text(entry, f"{ATOM}id"),
        title=_text(entry, f"{ATOM}title"),
        updated_at=_instant(_text(entry, f"{ATOM}updated") or _text(entry, f"{ATOM}published")),
        summary=_text(entry, f"{ATOM}summary"),
        links=_web_addresses(href for _, href in sorted(links, key=lambda link: link[0])),
        signals=signals,
        problem=problem,
    )


def _rss_entry(item: etree._Element) -> FeedEntry:
    enclosures = [enclosure.get("url", "") for enclosure in item.iterfind("enclosure")]
    signals, problem = _embedded(item)
    return FeedEntry(
        identifier=_text(item, "guid") or _text(item, "link"),
        title=_text(item, "title"),
        updated_at=_instant(_text(item, "pubDate")),
        summary=_text(item, "description"),
        links=_web_addresses([*enclosures, _text(item, "link")]),
        signals=signals,
        problem=problem,
    )


def _embedded(entry: etree._Element) -> tuple[tuple[Signal, ...], str]:
    """The messages inside an entry; one that is refused does not take the others with it."""
    signals, problem = [], ""
    for alert in find_alerts(entry):
        try:
            signals.append(read_alert(alert, source_of(alert)))
        except Invalid as error:
            problem = problem or str(error)
    return tuple(signals), problem


def _web_addresses(addresses: Iterable[str]) -> tuple[str, ...]:
    """Only absolute http and https addresses, each once: nothing else in a feed is ever followed."""
    found: dict[str, None] = {}
    for address in addresses:
        try:
            parts = urlsplit(address.strip())
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc:
            found[address.strip()] = None
    return tuple(found)


def _instant(text: str) -> datetime | None:
    """An RFC 3339 or RFC 822 time in UTC; None when unreadable. Without a zone it is read as +08:00."""
    try:
        return read_instant(text)[0]
    except ValueError:
        pass
    try:
        instant = parsedate_to_datetime(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=CHINA)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
