"""Pictures are kept whole, once, and with what is doubtful about them."""

import hashlib
from datetime import timedelta

import pytest
from regulated import LAT, LON, found, picture, street, time  # noqa: F401  # fixtures

from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.kernel.identifiers import uuid7
from anshu.ledger import evidence
from anshu.ledger.attachments import Taken, keep_picture, path_of, pictures_of
from anshu.ledger.models import Attachment
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def marks(monkeypatch):
    """Each test begins with no picture known."""
    monkeypatch.setattr(evidence, "_MARKS", evidence._Marks())


def good(**said):
    return Taken(**({"made_at": clock.now(), "lon": LON, "lat": LAT} | said))


def test_a_picture_is_on_disk_and_in_the_log_before_anybody_is_told(street, found):  # noqa: F811
    hazard, content = found(), picture(1)
    digest = hashlib.sha256(content).hexdigest()
    kept = keep_picture(hazard, content, "现场.jpg", good(digest=digest), by=street.grid)
    assert path_of(digest).read_bytes() == content
    assert list(pictures_of(hazard)) == [kept]
    assert Change.objects.get(verb="hazards.attach_picture").details["sha256"] == digest
    assert evidence.doubts(hazard) == []


def test_what_was_sent_twice_is_kept_once(street, found):  # noqa: F811
    hazard, key = found(), uuid7()
    first = keep_picture(hazard, picture(1), "a", good(key=key), by=street.grid)
    assert keep_picture(hazard, picture(1), "a", good(key=key), by=street.grid) == first
    with pytest.raises(Refused, check=lambda error: error.code == "key_taken"):
        keep_picture(hazard, picture(2), "a", good(key=key), by=street.grid)
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\xff\xd8\xff nothing", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_is_no_picture_is_refused_in_words(street, found, content):  # noqa: F811
    with pytest.raises(Invalid, check=lambda error: error.field == "picture"):
        keep_picture(found(), content, "x", good(), by=street.grid)
    assert Attachment.objects.count() == 0


def test_what_was_altered_on_the_way_is_refused(street, found):  # noqa: F811
    with pytest.raises(Invalid, check=lambda error: error.code == "altered"):
        keep_picture(found(), picture(1), "x", good(digest=hashlib.sha256(picture(2)).hexdigest()), by=street.grid)


def codes(record):
    return sorted(doubt.code for doubt in evidence.doubts(record))


def test_each_doubt_is_told(street, found):  # noqa: F811
    hazard, now = found(), clock.now()
    hazard.ordered_at = now
    cases = {
        "far": good(lon=LON + 0.01),
        "no_position": good(lon=None, lat=None),
        "clock": good(clock_now=now + timedelta(days=1)),
        "no_time": good(made_at=None),
        "ahead": good(made_at=now + timedelta(hours=1)),
        "before_order": good(purpose="after", made_at=now - timedelta(days=2)),
    }
    for seed, (code, taken) in enumerate(cases.items()):
        Attachment.objects.all().delete()
        keep_picture(hazard, picture(seed), "x", taken, by=street.grid)
        assert codes(hazard) == [code]


def test_a_picture_used_for_another_record_is_found_though_it_was_saved_anew(street, found):  # noqa: F811
    first, second = found(), found(summary="灭火器过期")
    keep_picture(first, picture(7), "a", good(), by=street.grid)
    assert evidence.doubts(first) == []
    keep_picture(second, picture(7)[:-2] + b"\x00\x00\xff\xd9", "b", good(), by=street.grid)  # other bytes, same scene
    (doubt,) = evidence.doubts(second)
    assert (doubt.code, doubt.other.subject_id) == ("reused", first.pk)
    assert codes(first) == ["reused"]
