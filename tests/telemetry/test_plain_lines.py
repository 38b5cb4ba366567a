"""The quick way reads what the careful way reads, to the bit, or hands it back; and it is taken for plain lines."""

from datetime import datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.telemetry.intake import ChannelFacts, Limits, read_ndjson
from anshu.telemetry.plain_lines import CodeTable, read_plain

NOW = 1_786_000_000_000
FACTS = {
    "A/level": ChannelFacts(7, -1e9, 1e9),
    "B/rain": ChannelFacts(0, 0.0, 500.0),
    "": ChannelFacts(3, -1e9, 1e9),
    "雨量": ChannelFacts(4, -1e9, 1e9),
    'q"': ChannelFacts(5, -1e9, 1e9),
}
TABLE = CodeTable(FACTS)
LIMITS = Limits()
AT = "2026-08-05T14:30:00+08:00"


def agree(body: bytes) -> bool:
    """Whether the quick way read it; where it did, the careful way reads the same and rejects nothing."""
    quick = read_plain(body, TABLE, NOW, LIMITS)
    if quick is None:
        return False
    careful, rejects = read_ndjson(body, FACTS, NOW, LIMITS)
    assert rejects == []
    assert quick.channel.tolist() == careful.channel.tolist() and quick.at_ms.tolist() == careful.at_ms.tolist()
    assert quick.value.tobytes() == careful.value.tobytes()
    assert list(quick.raw) == [line.strip(b" \t\r") for line in careful.raw] and list(quick.code) == list(careful.code)
    assert quick.quality.tolist() == careful.quality.tolist()
    return True


def line(channel: object = "A/level", at: object = AT, value: object = 1.5) -> bytes:
    return orjson.dumps({"channel": channel, "at": at, "value": value})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n \r\n",
        line(),
        line() + b"\n" + line("B/rain", value=0),
        b' {"value" : -0.25e-2 , "channel":"A/level",\t"at": "2026-08-05T06:30:00.123456Z"}\r\n\n' + line(""),
        line(value=-0.0),
        line(value=999_999_999.5),
        line(at="2024-02-29T00:00:00Z"),
        line(at="2000-02-29T12:00:00.5-12:30"),
        line(at="2026-08-05T14:30:00.999999+08:00"),
    ],
)
def test_plain_lines_are_read_quickly(body: bytes) -> None:
    assert agree(body)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"null",
        b"[1]",
        line() + line(),
        line() + b"\n" + line("nobody"),
        line("雨量"),
        line('q"'),
        line(value="1"),
        line(value=True),
        line(value=1e300),
        line("B/rain", value=-1),
        line(value=0.1 + 0.2),
        line(value=9007199254740993),
        line(at="2026-08-05T14:30:00"),
        line(at="2026-02-29T14:30:00Z"),
        line(at="2026-13-01T14:30:00Z"),
        line(at="2026-08-05T24:00:00Z"),
        line(at="2026-08-05 14:30:00Z"),
        line(at="2026-08-05T14:30:00.Z"),
        line(at="2036-08-05T14:30:00Z"),
        line(at="1999-08-05T14:30:00Z"),
        line(at=NOW),
        line()[:-1],
        line()[:-1] + b',"more":1}',
        line()[:-1] + b',"value":1}',
        b'{"channel":"A/level","at":"2026-08-05T14:30:00+08:00","value":01}',
        b'{"channel":"A/level","at":"2026-08-05T14:30:00+08:00","value":1.}',
        b'{"channel":"A/level","at":"2026-08-05T14:30:00+08:00","value":-}',
        b'{"channel":"A/level","at":"2026-08-05T14:30:00+08:00","value":.5}',
        b'{"channel":"A/level","at":"2026-08-05T14:30:00+08:00","value":+1}',
        b'{"channel":"A/level","at":"2026-08-05T14:30:00+08:00","value":1e}',
        b'{"channel":"A/level","at":"2026-08-05T14:30:00+08:00","value":NaN}',
        b'{"channel":"A/level","at":"2026-08-05T14:30:00+08:00"}',
        b"\xef\xbb\xbf" + line(),
        b" " * 5_000 + line()[:-1] + b" " * 5_000 + b"}",
    ],
)
def test_everything_else_is_handed_back(body: bytes) -> None:
    assert read_plain(body, TABLE, NOW, LIMITS) is None


FIRST, FINAL = datetime(2000, 1, 2), datetime(2026, 8, 1)  # noqa: DTZ001  # the zone is put behind each
Instants = st.datetimes(FIRST, FINAL).map(lambda at: at.isoformat())
Zones = st.one_of(
    st.just("Z"),
    st.builds(lambda s, h, m: f"{s}{h:02}:{m:02}", st.sampled_from("+-"), st.integers(0, 23), st.integers(0, 59)),
)
Values = st.one_of(
    st.integers(-(10**8), 10**8),
    st.floats(-1e8, 1e8).map(lambda value: round(value, 4)),
    st.floats(-1e8, 1e8),
)


@given(st.lists(st.tuples(st.sampled_from(["A/level", "B/rain", ""]), Instants, Zones, Values), max_size=8))
def test_whatever_the_quick_way_reads_the_careful_way_reads_alike(rows: list[tuple[str, str, str, float]]) -> None:
    agree(b"\n".join(line(channel, at + zone, value) for channel, at, zone, value in rows))


@given(st.integers(-(10**15), 10**15), st.integers(0, 12))
def test_decimals_become_the_nearest_double(digits: int, places: int) -> None:
    sign, whole = ("-" if digits < 0 else ""), str(abs(digits)).rjust(places + 1, "0")
    text = f"{sign}{whole[: len(whole) - places]}.{whole[len(whole) - places :]}" if places else str(digits)
    body = b'{"channel":"A/level","at":"2026-08-05T14:30:00+08:00","value":' + text.encode() + b"}"
    read = agree(body)
    assert read == (abs(digits) < 1 << 53 and abs(float(text)) <= 1e9)


@given(st.binary(max_size=200), st.integers(0, 150), st.binary(max_size=3))
def test_no_bytes_bring_it_down(noise: bytes, place: int, spoiling: bytes) -> None:
    good = b"\n".join([line(), line("B/rain", value=3)])
    agree(good[:place] + spoiling + good[place + len(spoiling) :])
    agree(noise)
