"""Messages become warnings of the desk: once, in their own words, each in the place of what it replaces."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from anshu.access.models import Account
from anshu.access.policy import Person
from anshu.domains.places.models import Area
from anshu.domains.warnings.models import Warning
from anshu.domains.warnings.transitions.signals import read_warning
from anshu.gateways import cap
from anshu.gateways.cap.facts import facts
from anshu.gateways.cap.relay import DOUBTFUL, Relayed, relay
from anshu.gateways.cap.whereabouts import ELSEWHERE, shared
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid
from anshu.workflow.models import Change, Clock

pytestmark = pytest.mark.django_db
State = Warning.State
Message = Callable[..., bytes]


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(datetime(2024, 5, 21, 6, 0, tzinfo=UTC)) as standing:
        yield standing


@pytest.fixture(autouse=True)
def baoan() -> Area:
    for code, name in (("440306001", "新安街道"), ("440306002", "西乡街道")):
        Area.objects.create(number=code, territory=code, name=name, level=Area.Level.STREET)
    return Area.objects.create(number="440306", territory="440306", name="宝安区", level=Area.Level.DISTRICT)


def send(raw: bytes) -> Relayed:
    return relay(cap.decode(raw), door="post")


FIRST = ("44030641600000_20240521134500_1", "2024-05-21T13:45:00+08:00</sent>")


def later(minute: int, kind: str, *changes: tuple[str, str], refer: bool = True) -> tuple[tuple[str, str], ...]:
    """Changes that make of the well-made message a later one of the same sender."""
    reference = f"<references>44030641600000,{FIRST[0]},2024-05-21T13:45:00+08:00</references>" if refer else ""
    return (
        (FIRST[0] + "</identifier>", f"44030641600000_202405211350{minute:02}_1</identifier>"),
        (FIRST[1], f"2024-05-21T13:50:{minute:02}+08:00</sent>"),
        ("<msgType>Alert</msgType>", f"<msgType>{kind}</msgType>"),
        ("<scope>Public</scope>", f"<scope>Public</scope>{reference}"),
        *changes,
    )


RED = (("<value>yellow</value>", "<value>red</value>"), ("Moderate", "Extreme"))


def test_a_warning_keeps_issuer_words_and_document(message: Message) -> None:
    raw = message()
    warning = send(raw).warning
    assert (warning.issuer, warning.hazard, warning.level, warning.color) == ("深圳市气象台", "暴雨", "3", "黄色")
    assert (warning.action, warning.event_code, warning.territory) == ("发布", "11B03", "440306")
    assert warning.areas == [{"name": "宝安区", "divisions": ["440306"]}]
    assert warning.original == raw.decode()
    assert warning.outline is not None
    assert warning.outline["type"] == "Polygon"
    assert warning.expires_at == datetime(2024, 5, 21, 11, 45, tzinfo=UTC)
    assert (warning.state, warning.exercise, warning.flags) == (State.RECEIVED, False, [])
    assert Change.objects.get(verb="warnings.relay").subject_id == warning.pk


def test_the_same_message_again_is_the_same_warning(message: Message) -> None:
    first, again = send(message()), send(message())
    assert (first.new, again.new) == (True, False)
    assert first.warning.pk == again.warning.pk
    assert Warning.objects.count() == 1


def test_an_update_takes_the_place_of_what_it_refers_to(message: Message) -> None:
    old = send(message()).warning
    read_warning(old, by=Person(Account(username="d", name="d"), ("*",), {"warnings.read_warning": [""]}))
    update = send(message(*later(1, "Update", *RED)))
    old.refresh_from_db()
    assert (old.state, old.successor_id) == (State.SUPERSEDED, update.warning.pk)
    assert (update.warning.action, update.warning.level, update.warning.state) == ("升级", "1", State.RECEIVED)
    assert [warning.pk for warning in update.ended] == [old.pk]
    fall = send(message(*later(2, "Update", ("<value>yellow</value>", "<value>blue</value>"), refer=False)))
    assert (fall.warning.action, fall.ended[0].pk) == ("降级", update.warning.pk)


def test_a_lifting_ends_what_it_refers_to_and_is_not_itself_in_force(message: Message) -> None:
    old = send(message()).warning
    lifting = send(message(*later(1, "Cancel")))
    old.refresh_from_db()
    assert (old.state, lifting.warning.state, lifting.warning.action) == (State.LIFTED, State.LIFTED, "解除")
    assert old.successor_id == lifting.warning.pk
    assert not Clock.objects.filter(stopped_at=None).exists()


def test_lifting_a_red_leaves_a_yellow_in_force(message: Message) -> None:
    yellow = send(message()).warning
    red = send(message(*later(1, "Alert", *RED, refer=False))).warning
    lifting = send(message(*later(2, "Cancel", *RED, refer=False)))
    yellow.refresh_from_db()
    red.refresh_from_db()
    assert (yellow.state, red.state) == (State.RECEIVED, State.LIFTED)
    assert [warning.pk for warning in lifting.ended] == [red.pk]


def test_what_is_not_certain_is_put_to_a_person(message: Message) -> None:
    old = send(message()).warning
    other = ("<sender>44030641600000</sender>", "<sender>44030041600000</sender>")
    lifting = send(message(*later(1, "Cancel", other)))
    old.refresh_from_db()
    assert (old.state, lifting.warning.state) == (State.RECEIVED, State.RECEIVED)
    assert [warning.pk for warning in lifting.doubtful] == [old.pk]
    assert DOUBTFUL in lifting.warning.flags
    row = Change.objects.get(verb="warnings.doubt_succession")
    assert row.subject_id == lifting.warning.pk
    assert row.details["other"]["id"] == str(old.pk)
    assert "another sender" in row.reason


@pytest.mark.parametrize("status", ["Exercise", "Test", "System", "Draft"])
def test_what_is_not_actual_is_an_exercise_and_ends_nothing_real(message: Message, status: str) -> None:
    real = send(message()).warning
    status_of = ("<status>Actual</status>", f"<status>{status}</status>")
    drill = send(message(*later(1, "Cancel", status_of)))
    real.refresh_from_db()
    assert drill.warning.exercise
    assert f"status_{status.lower()}" in drill.warning.flags
    assert (real.state, drill.ended) == (State.RECEIVED, ())


def test_a_message_that_has_run_out_when_it_comes_is_not_in_force(message: Message, time: clock.FrozenTime) -> None:
    time.advance(days=2)
    warning = send(message()).warning
    assert warning.state == State.EXPIRED
    assert not Clock.objects.filter(stopped_at=None).exists()


@pytest.mark.parametrize("kind", ["Ack", "Error"])
def test_what_is_no_warning_is_refused(message: Message, kind: str) -> None:
    with pytest.raises(Invalid) as caught:
        send(message(*later(1, kind)))
    assert caught.value.code == "not_a_warning"
    assert not Warning.objects.exists()


PLACE = ("<geocode><valueName>GB/T2260</valueName><value>440306000000</value></geocode>", "")
SHAPE = "<polygon>22.55,113.80 22.55,113.95 22.70,113.95 22.55,113.80</polygon>"


@pytest.mark.parametrize(
    ("changes", "territory", "elsewhere"),
    [
        ((("440306000000", "440306001000"),), "440306001", False),
        ((("440306000000", "440300000000"),), "440306", False),
        ((("440306000000", "410000000000"),), "440306", True),
        ((PLACE, ("<areaDesc>宝安区", "<areaDesc>新安街道")), "440306001", False),
        ((PLACE, ("<areaDesc>宝安区", "<areaDesc>新安街道、西乡街道")), "440306", False),
        ((PLACE, ("<areaDesc>宝安区", "<areaDesc>某地")), "440306", False),
    ],
)
def test_where_a_warning_holds(
    message: Message, changes: tuple[tuple[str, str], ...], territory: str, elsewhere: bool
) -> None:
    warning = send(message(*changes)).warning
    assert warning.territory == territory
    assert (ELSEWHERE in warning.flags) == elsewhere


def test_a_polygon_alone_is_compared_with_the_district(message: Message, baoan: Area) -> None:
    baoan.outline = {"type": "Polygon", "coordinates": [[[100, 30], [101, 30], [101, 31], [100, 30]]]}
    baoan.save()
    nameless = (PLACE, ("<areaDesc>宝安区", "<areaDesc>某地"))
    assert ELSEWHERE in send(message(*nameless)).warning.flags
    moved = (SHAPE, "<polygon>30.1,100.4 30.1,100.9 30.9,100.9 30.1,100.4</polygon>")
    assert ELSEWHERE not in send(message(*later(1, "Alert", *nameless, moved, refer=False))).warning.flags


def test_the_smallest_area_that_holds_all() -> None:
    assert shared(["440306001002", "440306001003"], "440306") == "440306001"
    assert shared(["440306001002"], "440306") == "440306001002"
    assert shared(["440306001", "440306002"], "440306") == "440306"


def test_a_sender_may_relay_only_where_its_powers_reach(message: Message) -> None:
    narrow = Person(Account(username="d", name="d"), ("*",), {"warnings.relay": ["440305"]})
    with pytest.raises(Forbidden):
        relay(cap.decode(message()), door="post", by=narrow)
    assert not Warning.objects.exists()


def test_every_recorded_message_is_relayed_once_and_shown_in_full(samples: Path) -> None:
    """All recorded messages, in two rounds: what is no warning is refused, everything else is kept word by word."""
    kept: dict[Any, str] = {}
    for path in sorted(samples.iterdir()):
        try:
            signals = cap.decode_all(path.read_bytes())
        except Invalid:
            assert path.suffix == ".rss"
            continue
        for signal in signals:
            first = relay(signal, door="folder")
            assert not relay(signal, door="folder").new
            warning = Warning.objects.get(pk=first.warning.pk)
            if not first.new:  # the same example stands in three editions of the standard
                assert path.name.startswith("oasiscap-v1dot")
                continue
            kept[warning.pk] = path.name
            assert warning.identifier == signal.identifier
            assert warning.original == signal.original
            assert warning.hazard
            assert warning.text
            assert all(info.description in warning.text for info in signal.infos[:1])
    assert len(kept) >= 14
    henan = Warning.objects.get(identifier="41000041600000_20200205105119")
    assert (henan.issuer, henan.hazard, henan.color, henan.action) == ("河南省气象局", "大风", "蓝色", "继续")
    assert henan.text.startswith("河南省气象台2020年02月05日10时45分继续发布大风蓝色预警")


def test_a_message_without_a_telling_still_has_something_to_show(samples: Path) -> None:
    cancel = cap.decode((samples / "oasiscap-ipaws-5e6dd9de023f1930ef6548d9.xml").read_bytes())
    found = facts(cancel)
    assert found["hazard"]
    assert found["headline"]
    assert found["text"]
