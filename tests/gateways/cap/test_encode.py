"""What is written is valid against the schema and reads back as the same signal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from anshu.gateways.cap import signal as vocabulary
from anshu.gateways.cap.check import check
from anshu.gateways.cap.decode import decode, decode_all
from anshu.gateways.cap.encode import encode, encode_national
from anshu.gateways.cap.signal import Area, Circle, Info, Named, Reference, Resource, Signal
from anshu.kernel.errors import Invalid

Build = Callable[..., bytes]

XML_CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), include_characters="\n\t\r")
TEXT = st.text(XML_CHARACTERS, max_size=40).map(str.strip)
FILLED = TEXT.filter(bool)
WORD = st.from_regex(r"[A-Za-z0-9_.:@-]{1,20}", fullmatch=True)
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda instant: instant.replace(microsecond=0)
)
DEGREES = st.floats(-180, 180).map(lambda number: round(number, 6))
NAMED = st.builds(Named, FILLED, FILLED)
AREAS = st.builds(
    Area,
    description=TEXT,
    polygons=st.lists(st.lists(st.tuples(DEGREES, DEGREES), min_size=1, max_size=5).map(tuple), max_size=2).map(tuple),
    circles=st.lists(
        st.builds(Circle, DEGREES, DEGREES, st.floats(0, 1000).map(lambda km: round(km, 3))), max_size=2
    ).map(tuple),
    geocodes=st.lists(NAMED, max_size=2).map(tuple),
    altitude_ft=st.none() | st.integers(-1000, 30_000).map(float),
    ceiling_ft=st.none() | st.integers(-1000, 30_000).map(float),
)
RESOURCES = st.builds(
    Resource,
    description=FILLED,
    mime_type=st.just("image/png"),
    size_bytes=st.none() | st.integers(0, 10**9),
    uri=st.sampled_from(["", "https://example.org/a.png?x=1&y=2", "ftp://example.org/图"]),
    content=st.sampled_from(["", "aGVsbG8="]),
    digest=st.sampled_from(["", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"]),
)
INFOS = st.builds(
    Info,
    event=FILLED,
    language=st.sampled_from(["", "zh-CN", "en"]),
    categories=st.lists(st.sampled_from(vocabulary.CATEGORIES), min_size=1, max_size=3).map(tuple),
    response_types=st.lists(st.sampled_from(vocabulary.RESPONSE_TYPES), max_size=2).map(tuple),
    urgency=st.sampled_from(vocabulary.URGENCIES),
    severity=st.sampled_from(vocabulary.SEVERITIES),
    certainty=st.sampled_from(vocabulary.CERTAINTIES),
    audience=TEXT,
    event_codes=st.lists(NAMED, max_size=2).map(tuple),
    effective_at=st.none() | INSTANTS,
    onset_at=st.none() | INSTANTS,
    expires_at=st.none() | INSTANTS,
    sender_name=TEXT,
    headline=TEXT,
    description=TEXT,
    instruction=TEXT,
    web=st.sampled_from(["", "http://12379.cn/a%20b", "https://示例.cn/#x"]),
    contact=TEXT,
    parameters=st.lists(NAMED | st.just(Named("color", "red")), max_size=3).map(tuple),
    resources=st.lists(RESOURCES, max_size=1).map(tuple),
    areas=st.lists(AREAS, max_size=2).map(tuple),
)
SIGNALS = st.builds(
    Signal,
    identifier=WORD,
    sender=WORD,
    sent_at=INSTANTS,
    status=st.sampled_from(vocabulary.STATUSES),
    msg_type=st.sampled_from(vocabulary.MESSAGE_TYPES),
    scope=st.sampled_from(vocabulary.SCOPES),
    source=TEXT,
    restriction=TEXT,
    addresses=TEXT,
    codes=st.lists(FILLED, max_size=2).map(tuple),
    note=TEXT,
    references=st.lists(
        st.builds(Reference, WORD, WORD, INSTANTS) | st.builds(Reference, WORD), max_size=3, unique=True
    ).map(tuple),
    incidents=TEXT,
    infos=st.lists(INFOS, max_size=2).map(tuple),
)


@pytest.fixture(scope="session")
def schema(data_dir: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(data_dir / "cap" / "schema" / "cap12.xsd"))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(signal=SIGNALS)
def test_round_trip_and_schema(schema: etree.XMLSchema, signal: Signal) -> None:
    written = encode(signal)
    schema.assertValid(etree.fromstring(written))
    assert decode(written) == signal
    assert encode(decode(written)) == written


def test_every_recorded_message_is_written_valid_and_keeps_its_sense(samples: Path, schema: etree.XMLSchema) -> None:
    for path in sorted(samples.iterdir()):
        if path.suffix == ".rss":
            continue
        for signal in decode_all(path.read_bytes()):
            written = encode(signal)
            schema.assertValid(etree.fromstring(written))
            again = decode(written)
            for name in ("identifier", "sender", "sent_at", "status", "msg_type", "references", "level", "hazard"):
                assert getattr(again, name) == getattr(signal, name), (path.name, name)
            assert [info.areas for info in again.infos] == [info.areas for info in signal.infos]


def test_the_national_message_becomes_cap_without_errors(samples: Path) -> None:
    signal = decode((samples / "cn-nwp-henan-wind-blue-20200205.xml").read_bytes())
    relayed = decode(encode(signal))
    assert (relayed.dialect, relayed.infos[0].categories, relayed.infos[0].colour) == ("cap12", ("Met",), "blue")
    assert [finding for finding in check(relayed) if finding.severity == "error"] == []


def test_the_national_dialect_round_trips(samples: Path, message: Build) -> None:
    recorded = decode((samples / "cn-nwp-henan-wind-blue-20200205.xml").read_bytes())
    assert decode(encode_national(recorded)) == recorded
    own = decode(message())
    again = decode(encode_national(own))
    assert (again.dialect, again.sender, again.sender_name) == ("12379", own.sender, "深圳市气象台")
    for name in (
        "event",
        "hazard",
        "level",
        "colour",
        "urgency",
        "certainty",
        "effective_at",
        "expires_at",
        "headline",
    ):
        assert getattr(again.infos[0], name) == getattr(own.infos[0], name)
    assert [area.divisions for area in again.infos[0].areas] == [("440306",)]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("status", {"status": "Real"}),
        ("msgType", {"msg_type": "发布"}),
        ("scope", {"scope": "Everyone"}),
        ("note", {"note": "bell \x07"}),
        ("severity", {"infos": (Info("x", severity="Red"),)}),
        ("category", {"infos": (Info("x", categories=("Weather",)),)}),
        ("web", {"infos": (Info("x", web="not an address"),)}),
        ("web", {"infos": (Info("x", web="http://[::"),)}),
        ("language", {"infos": (Info("x", language="中文"),)}),
    ],
)
def test_what_cap_does_not_allow_is_refused_by_name(message: Build, field: str, change: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        encode(replace(decode(message()), **change))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert "alert/" in str(refused.value)
