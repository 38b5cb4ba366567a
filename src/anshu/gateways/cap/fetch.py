"""Fetching a feed and the messages it links to, from the hosts that the settings name and from no other."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx

from anshu.gateways.cap.decode import decode_all
from anshu.gateways.cap.document import MAX_BYTES
from anshu.gateways.cap.feed import FeedEntry, read_feed
from anshu.gateways.cap.signal import Signal
from anshu.kernel.errors import Invalid

TIMEOUT_S = 10.0
WHOLE_S = 30.0
MAX_REDIRECTS = 3
MAX_LINKS = 50
REDIRECTS = (301, 302, 303, 307, 308)
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Mark:
    """What is remembered of a feed between two polls: its validators, and the entries whose messages are here."""

    etag: str = ""
    modified: str = ""
    known: tuple[str, ...] = ()


@dataclass
class Catch:
    """What one poll brought: messages, the entries they came from, and what went wrong, one line each."""

    address: str
    mark: Mark
    signals: list[tuple[str, Signal]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def hosts_of(addresses: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Host and port of each address: whom we may ask."""
    return frozenset(_host(address) for address in addresses)


def _host(address: str) -> tuple[str, int]:
    """Host and port of an http or https address; ("", 0) for anything else."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ("", 0)
    if parts.scheme not in PORTS or not parts.hostname:
        return ("", 0)
    return parts.hostname.lower(), port or PORTS[parts.scheme]


def poll(address: str, mark: Mark, allowed: frozenset[tuple[str, int]], client: httpx.Client) -> Catch:
    """Ask a feed for what is new. Never raises: what went wrong stands in `problems`, and the mark then stays."""
    catch = Catch(address, mark)
    asked = {"If-None-Match": mark.etag, "If-Modified-Since": mark.modified}
    try:
        response, body = _get(client, address, allowed, {name: value for name, value in asked.items() if value})
        if response.status_code == 304:
            return catch
        entries = _entries(body)
    except (httpx.HTTPError, Invalid, ValueError) as error:
        catch.problems.append(f"{address}: {error or type(error).__name__}")
        return catch
    keys, links = [], 0
    for entry in entries:
        key = f"{entry.identifier} {entry.updated_at and entry.updated_at.isoformat()}"
        if key not in mark.known:
            links += not entry.signals
            if links > MAX_LINKS or not _read_entry(catch, key, entry, allowed, client):
                continue
        keys.append(key)
    # With an entry still to be fetched the feed is asked for whole again, else it would answer that nothing is new.
    told = response.headers if len(keys) == len(entries) else {}
    catch.mark = Mark(told.get("ETag", ""), told.get("Last-Modified", ""), tuple(keys))
    return catch


def _entries(body: bytes) -> list[FeedEntry]:
    """The entries of a feed; an address that answers with messages themselves is a feed of one entry."""
    try:
        return read_feed(body)
    except Invalid as error:
        if error.code != "not_a_feed":
            raise
        signals = tuple(decode_all(body))
        return [FeedEntry(signals[0].identifier, "", signals[0].sent_at, signals=signals)]


def _read_entry(
    catch: Catch, key: str, entry: FeedEntry, allowed: frozenset[tuple[str, int]], client: httpx.Client
) -> bool:
    """Add the messages of an entry, embedded or behind its first link that holds any; False to try again later."""
    if entry.problem:
        catch.problems.append(f"{entry.identifier}: {entry.problem}")
    if entry.signals:
        catch.signals += [(key, signal) for signal in entry.signals]
        return True
    for link in entry.links:
        if _host(link) not in allowed:
            catch.problems.append(f"{entry.identifier}: {link} is on a host that no feed in the settings names")
            continue
        try:
            _, body = _get(client, link, allowed, {})
            catch.signals += [(key, signal) for signal in decode_all(body)]
        except httpx.HTTPError as error:
            catch.problems.append(f"{link}: {error or type(error).__name__}")
            return False
        except (Invalid, ValueError) as error:
            catch.problems.append(f"{link}: {error}")
        else:
            return True
    return True


def _get(
    client: httpx.Client, address: str, allowed: frozenset[tuple[str, int]], headers: dict[str, str]
) -> tuple[httpx.Response, bytes]:
    """Response and body. Redirects are followed only to allowed hosts; ValueError beyond them or beyond the size."""
    for _ in range(MAX_REDIRECTS + 1):
        if _host(address) not in allowed:
            raise ValueError(f"{address} is on a host that no feed in the settings names")
        with client.stream("GET", address, headers=headers, follow_redirects=False, timeout=TIMEOUT_S) as response:
            if response.status_code in REDIRECTS:
                address = urljoin(address, response.headers.get("Location", ""))
                continue
            if response.status_code != 304:
                response.raise_for_status()
            return response, _body(response)
    raise ValueError(f"more than {MAX_REDIRECTS} redirects")


def _body(response: httpx.Response) -> bytes:
    """The whole body; ValueError when it is too large or dribbles in for too long."""
    body, latest_s = bytearray(), time.monotonic() + WHOLE_S
    for piece in response.iter_bytes():
        body += piece
        if time.monotonic() > latest_s:
            raise ValueError(f"{response.url} takes longer than {WHOLE_S} s")
        if len(body) > MAX_BYTES:
            raise ValueError(f"{response.url} sends more than {MAX_BYTES} bytes")
    return bytes(body)
