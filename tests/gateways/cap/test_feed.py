"""Feeds that list messages by link, and feeds that carry them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from anshu.gateways.cap.feed import read_feed
from anshu.kernel.errors import Invalid

Build = Callable[..., bytes]
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>'


def test_an_atom_feed_with_the_message_inside(samples: Path) -> None:
    (entry,) = read_feed((samples / "google-amber.atom").read_bytes())
    assert entry.identifier == "http://doj.dc.gov/amber12345"
    assert entry.title == "Amber Alert in Washington D.C."
    assert entry.updated_at == datetime(2010, 6, 4, 0, 15, tzinfo=UTC)
    (signal,) = entry.signals
    assert (signal.dialect, signal.sender) == ("cap11", "KARO@CLETS.DOJ.DC.GOV")
    assert signal.original.startswith("<alert")
    assert entry.problem == ""


def test_an_rss_index_of_links(samples: Path) -> None:
    first, second = read_feed((samples / "google-ny_index.rss").read_bytes())
    assert first.links == ("http://www.nyalert.gov/Public/News/GetCapAlert.aspx?capID=NYAlert-ALLHAZALERT-3167113",)
    assert first.identifier == "NYAlert-ALLHAZALERT-3167113"
    assert first.updated_at == datetime(2011, 2, 4, 20, 20, tzinfo=UTC)
    assert second.title.startswith("UPDATE: ROAD CLOSURE")
    assert first.signals == second.signals == ()


def test_only_web_links_are_kept_and_the_cap_one_comes_first() -> None:
    links = "".join(
        f'<link href="{href}" type="{kind}"/>'
        for href, kind in [
            ("https://a.cn/page", "text/html"),
            ("file:///etc/passwd", "application/cap+xml"),
            ("javascript:alert(1)", ""),
            ("//b.cn/x", ""),
            ("http://[broken", ""),
            ("https://a.cn/alert.xml", "application/cap+xml"),
            ("https://a.cn/page", "text/html"),
        ]
    )
    (entry,) = read_feed(ATOM.format(f"<entry>{links}</entry>").encode())
    assert entry.links == ("https://a.cn/alert.xml", "https://a.cn/page")
    assert (entry.identifier, entry.updated_at) == ("", None)


def test_a_refused_message_does_not_take_the_others_with_it(message: Build) -> None:
    good = message().decode().partition("?>")[2]
    bad = good.replace("<status>Actual</status>", "")
    entries = read_feed(ATOM.format(f"<entry><content>{bad}{good}</content></entry><entry/>").encode())
    assert [len(entry.signals) for entry in entries] == [1, 0]
    assert "alert/status" in entries[0].problem
    assert entries[1].problem == ""


@pytest.mark.parametrize(
    "written", ["Fri, 99 Feb 2011 20:20:00 GMT", "yesterday", "", "Fri, 04 Feb 2011 20:20:00 +9999"]
)
def test_unreadable_times_are_left_out(written: str) -> None:
    (entry,) = read_feed(f"<rss><channel><item><pubDate>{written}</pubDate></item></channel></rss>".encode())
    assert entry.updated_at is None


def test_other_documents_are_no_feeds(message: Build) -> None:
    with pytest.raises(Invalid, match="<alert> is neither") as refused:
        read_feed(message())
    assert refused.value.code == "not_a_feed"
