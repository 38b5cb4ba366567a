"""Polling feeds: what is new is fetched once, and no host is asked that the settings do not name."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from anshu.domains.warnings.models import Warning
from anshu.gateways.cap.fetch import Catch, Mark, hosts_of, poll
from anshu.gateways.cap.tasks import Feeds, mark_of
from anshu.kernel import clock

Message = Callable[..., bytes]
FEED = "https://feeds.example/cap.atom"
NOW = datetime(2024, 5, 21, 6, 0, tzinfo=UTC)


def atom(*links: str) -> bytes:
    entries = "".join(
        f'<entry><id>{n}</id><updated>2024-05-21T05:00:00Z</updated><link href="{link}"/></entry>'
        for n, link in enumerate(links)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()


class Host:
    """A pretended internet: address → answer, and every address that was asked for."""

    def __init__(self, **pages: httpx.Response) -> None:
        self.pages: dict[str, httpx.Response] = pages
        self.asked: list[str] = []

    def __setitem__(self, address: str, answer: httpx.Response | bytes) -> None:
        self.pages[address] = httpx.Response(200, content=answer) if isinstance(answer, bytes) else answer

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        page = self.pages.get(str(request.url), httpx.Response(404))
        etag = page.headers.get("ETag")
        if etag and request.headers.get("If-None-Match") == etag:
            return httpx.Response(304)
        return httpx.Response(page.status_code, headers=page.headers, content=page.content)

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self.answer))

    def poll(self, mark: Mark | None = None) -> Catch:
        with self.client() as client:
            return poll(FEED, mark or Mark(), hosts_of([FEED]), client)


@pytest.fixture
def host() -> Host:
    return Host()


def test_linked_messages_are_fetched_once(host: Host, message: Message) -> None:
    host[FEED] = httpx.Response(200, content=atom("https://feeds.example/1.xml"), headers={"ETag": '"1"'})
    host["https://feeds.example/1.xml"] = message()
    first = host.poll()
    assert [signal.identifier for _, signal in first.signals] == ["44030641600000_20240521134500_1"]
    assert first.mark.etag == '"1"'
    again = host.poll(first.mark)
    assert (again.signals, again.problems, again.mark) == ([], [], first.mark)
    host[FEED] = atom("https://feeds.example/1.xml", "https://feeds.example/1.xml?again")
    host.asked.clear()
    host.poll(first.mark)
    assert host.asked == [FEED, "https://feeds.example/1.xml?again"]


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1/1.xml", "http://169.254.169.254/latest", "http://[::1]/1.xml", "https://elsewhere.example/1",
        "https://feeds.example:22/1.xml", "https://feeds.example.evil.example/1.xml", "https://feeds.example@evil.example/",
    ],
)
def test_other_hosts_are_never_asked_neither_by_link_nor_by_redirect(host: Host, link: str) -> None:
    host[FEED] = atom(link)
    catch = host.poll()
    assert catch.signals == []
    assert "no feed in the settings names" in catch.problems[0]
    assert host.asked == [FEED]
    host[FEED] = httpx.Response(302, headers={"Location": link})
    catch = host.poll()
    assert "no feed in the settings names" in catch.problems[0]
    assert host.asked == [FEED, FEED]


def test_redirects_on_the_same_host_are_followed_but_not_for_ever(host: Host, message: Message) -> None:
    host[FEED] = httpx.Response(302, headers={"Location": "/moved.xml"})
    host["https://feeds.example/moved.xml"] = message()
    assert len(host.poll().signals) == 1
    host["https://feeds.example/moved.xml"] = httpx.Response(302, headers={"Location": FEED})
    assert "redirects" in host.poll().problems[0]


def test_what_fails_for_now_is_asked_for_again_and_what_is_bad_is_not(host: Host, message: Message) -> None:
    host[FEED] = httpx.Response(
        200, content=atom("https://feeds.example/1.xml", "https://feeds.example/2.xml"), headers={"ETag": '"1"'}
    )
    host["https://feeds.example/1.xml"] = b"not a message"
    host["https://feeds.example/2.xml"] = httpx.Response(503)
    first = host.poll()
    assert len(first.problems) == 2
    assert first.mark.etag == ""
    host["https://feeds.example/2.xml"] = message()
    host.asked.clear()
    second = host.poll(first.mark)
    assert host.asked == [FEED, "https://feeds.example/2.xml"]
    assert len(second.signals) == 1
    assert second.mark.etag == '"1"'


@pytest.mark.parametrize(
    "page",
    [
        httpx.Response(500), httpx.Response(200, content=b"<html/>"), httpx.Response(200, content=b"x" * 2_000_001),
        httpx.Response(200, content=b""),
    ],
)
def test_a_bad_answer_is_a_problem_and_changes_nothing(host: Host, page: httpx.Response) -> None:
    host[FEED] = page
    mark = Mark('"1"', "", ("a",))
    catch = host.poll(mark)
    assert (len(catch.problems), catch.signals, catch.mark) == (1, [], mark)


def test_recorded_feed_with_the_message_inside(host: Host, samples: Path) -> None:
    host[FEED] = (samples / "google-amber.atom").read_bytes()
    assert [signal.infos[0].event for _, signal in host.poll().signals] == ["Child Abduction"]


def turn_until(feeds: Feeds, holds: Callable[[], object]) -> None:
    for _ in range(500):
        feeds.turn()
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("waited in vain")


@pytest.mark.django_db
def test_the_step_relays_and_remembers(host: Host, message: Message) -> None:
    host[FEED] = httpx.Response(200, content=atom("https://feeds.example/1.xml"), headers={"ETag": '"1"'})
    host["https://feeds.example/1.xml"] = message()
    seconds = 0.0
    feeds = Feeds((FEED,), host.client, lambda: seconds)
    with clock.frozen(NOW):
        turn_until(feeds, lambda: mark_of(FEED).etag)
        assert Warning.objects.get().door == "feed"
        feeds.turn()
        assert host.asked.count(FEED) == 1
        seconds = 61.0
        turn_until(feeds, lambda: host.asked.count(FEED) == 2)
        again = Feeds((FEED,), host.client)
        turn_until(again, lambda: host.asked.count(FEED) == 3)
    assert host.asked.count("https://feeds.example/1.xml") == 1
    assert Warning.objects.count() == 1
