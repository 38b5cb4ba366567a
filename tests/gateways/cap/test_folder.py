"""Files dropped in a folder: taken when whole, once, and put where people see what became of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from anshu.domains.warnings.models import Warning
from anshu.gateways.cap import folder
from anshu.gateways.cap.folder import Inbox

pytestmark = pytest.mark.django_db
Message = Callable[..., bytes]


class Looks:
    """An inbox looked into at every call."""

    def __init__(self, path: Path) -> None:
        self.seconds = 0.0
        self.inbox = Inbox(path, lambda: self.seconds)

    def __call__(self, times: int = 1) -> None:
        for _ in range(times):
            self.seconds += 1
            assert self.inbox.turn() is False


@pytest.fixture
def look(tmp_path: Path) -> Looks:
    found = Looks(tmp_path)
    found()
    return found


def test_a_file_is_taken_when_it_no_longer_grows(look: Looks, tmp_path: Path, message: Message) -> None:
    whole, path = message(), tmp_path / "a.xml"
    for cut in (200, 400, len(whole)):
        path.write_bytes(whole[:cut])
        look()
        assert not Warning.objects.exists()
    look()
    assert Warning.objects.get().door == "folder"
    assert (tmp_path / "done/a.xml").read_bytes() == whole
    assert Warning.objects.get().number in (tmp_path / "done/a.xml.txt").read_text()
    assert not path.exists()


def test_looks_are_a_second_apart(tmp_path: Path, message: Message) -> None:
    inbox = Inbox(tmp_path, lambda: 5.0)
    (tmp_path / "a.xml").write_bytes(message())
    for _ in range(5):
        inbox.turn()
    assert not Warning.objects.exists()


def test_what_cannot_be_used_is_put_aside_with_a_word(look: Looks, tmp_path: Path) -> None:
    (tmp_path / "bomb.xml").write_bytes(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
    (tmp_path / "huge.xml").write_bytes(b"x" * 2_000_001)
    (tmp_path / "empty.xml").touch()
    look(2)
    for name, word in (("bomb.xml", "document type"), ("huge.xml", "larger"), ("empty.xml", "empty")):
        assert (tmp_path / "refused" / name).exists()
        words = (tmp_path / "refused" / f"{name}.txt").read_text()
        assert word in words
        assert "drop it here again" in words


def test_files_that_are_still_being_written_and_links_are_left_alone(
    look: Looks, tmp_path: Path, message: Message
) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.xml"
    outside.write_bytes(message())
    (tmp_path / "link.xml").symlink_to(outside)
    (tmp_path / "a.xml.part").write_bytes(message())
    (tmp_path / ".hidden.xml").write_bytes(message())
    look(3)
    assert not Warning.objects.exists()
    assert outside.exists()


def test_the_same_name_twice_overwrites_nothing(look: Looks, tmp_path: Path, message: Message) -> None:
    for _ in range(2):
        (tmp_path / "a.xml").write_bytes(message())
        look(2)
    assert Warning.objects.count() == 1
    assert len(list((tmp_path / "done").glob("a*.xml"))) == 2
    assert any("received before" in path.read_text() for path in (tmp_path / "done").glob("*.txt"))


def test_a_crash_after_relaying_relays_nothing_twice(
    look: Looks, tmp_path: Path, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    def crash(*_arguments: object) -> None:
        raise Crash

    (tmp_path / "a.xml").write_bytes(message())
    with monkeypatch.context() as patch, pytest.raises(Crash):
        patch.setattr(folder.Inbox, "_move", crash)
        look(2)
    assert Warning.objects.count() == 1
    again = Looks(tmp_path)
    again(2)
    assert Warning.objects.count() == 1
    assert (tmp_path / "done/a.xml").exists()


def test_recorded_messages_all_find_their_place(look: Looks, tmp_path: Path, samples: Path) -> None:
    for path in samples.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    look(2)
    left = [path for path in tmp_path.iterdir() if path.is_file()]
    refused = [path.name for path in (tmp_path / "refused").iterdir() if path.suffix != ".txt"]
    assert left == []
    assert refused == ["google-ny_index.rss"]
    assert Warning.objects.count() >= 14
