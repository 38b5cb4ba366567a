import math
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.telemetry.intake import ChannelFacts, Limits, read_ndjson
from anshu.telemetry.readings import Intake, Reason

NOW = datetime(2026, 8, 5, 6, 30, tzinfo=UTC)
NOW_MS = int(NOW.timestamp()) * 1000
LEVEL = ChannelFacts(7, 0.0, 6.0)
ANYTHING = ChannelFacts(8, -math.inf, math.inf)
RESOLVE = {"积水-龙城-01": LEVEL, "any": ANYTHING}
GOOD = '{"channel":"积水-龙城-01","at":"2026-08-05T14:30:00+08:00","value":0.35}'.encode()


def read(body: bytes, limits: Limits | None = None) -> Intake:
    return read_ndjson(body, RESOLVE, NOW_MS, limits or Limits())


def line(**fields: object) -> bytes:
    return orjson.dumps({"channel": "any", "at": "2026-08-05T14:30:00+08:00", "value": 1.5} | fields)


def test_a_good_line_becomes_a_reading() -> None:
    batch, rejects = read(GOOD)
    assert rejects == []
    assert (batch.channel.tolist(), batch.at_ms.tolist(), batch.value.tolist()) == ([7], [NOW_MS], [0.35])
    assert batch.raw[0] == GOOD and batch.code[0] == "积水-龙城-01" and batch.quality.tolist() == [0]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"channel":"any","at":"2026', Reason.MALFORMED),
        (b"[1,2,3]", Reason.MALFORMED),
        (b'"text"', Reason.MALFORMED),
        (GOOD.decode().encode("gb18030"), Reason.ENCODING),
        (b'{"channel":"any\xff","at":"2026-08-05T14:30:00+08:00","value":1}', Reason.ENCODING),
        (b'{"channel":"any","at":"2026-08-05T14:30:00+08:00","value":1,"note":"\xff"}', Reason.ENCODING),
        (b'{"channel":"any","at":"2026-08-05T14:30:00+08:00","value":NaN}', Reason.NOT_FINITE),
        (b'{"channel":"any","at":"2026-08-05T14:30:00+08:00","value":-Infinity}', Reason.NOT_FINITE),
        (line(value=1e300), Reason.IMPOSSIBLE),
        (line(channel="积水-龙城-01", value=9.5), Reason.IMPOSSIBLE),
        (line(channel="积水-龙城-01", value=-0.1), Reason.IMPOSSIBLE),
        (line(value="1.5"), Reason.NOT_NUMBER),
        (line(value=True), Reason.NOT_NUMBER),
        (line(value=None), Reason.NOT_NUMBER),
        (line(channel="nobody"), Reason.UNKNOWN_CHANNEL),
        (line(channel=7), Reason.FIELD),
        (b'{"chanel":"any","at":"2026-08-05T14:30:00+08:00","value":1}', Reason.FIELD),
        (line(at="2026-08-05T14:30:00"), Reason.NO_ZONE),
        (line(at="2026-08-05"), Reason.NO_ZONE),
        (line(at="05/08/2026 14:30"), Reason.BAD_TIME),
        (line(at="2026-02-30T00:00:00Z"), Reason.BAD_TIME),
        (line(at=NOW_MS), Reason.BAD_TIME),
        (line(at="2059-08-05T14:30:00+08:00"), Reason.FUTURE),
        (line(at="2026-08-05T14:35:00.001+08:00"), Reason.FUTURE),
        (line(at="1999-12-31T23:59:59Z"), Reason.TOO_OLD),
        (line(at="0001-01-01T00:00:00+14:00"), Reason.TOO_OLD),
        (line(note="x" * 5000), Reason.TOO_LONG),
        (line(channel="any")[:-1] + b',"note":' + b"[" * 900 + b"]" * 900 + b"x}", Reason.TOO_DEEP),
        (b"[" * 4000, Reason.TOO_DEEP),
        (b'{"channel":"\\ud800","at":"2026-08-05T14:30:00+08:00","value":1}', Reason.MALFORMED),
    ],
)
def test_a_bad_line_is_rejected_alone_with_its_bytes(bad: bytes, reason: Reason) -> None:
    batch, rejects = read(b"\n".join([GOOD, bad, line()]))
    assert batch.channel.tolist() == [7, 8]
    assert [(reject.reason, reject.raw) for reject in rejects] == [(reason, bad)]
    assert rejects[0].detail


def test_a_number_too_large_for_a_double_is_rejected() -> None:
    batch, rejects = read(b'{"channel":"any","at":"2026-08-05T14:30:00+08:00","value":1e999}')
    assert len(batch) == 0 and len(rejects) == 1


def test_gb18030_is_named_in_the_reject() -> None:
    _, rejects = read(GOOD.decode().encode("gb18030"))
    assert "GB18030" in rejects[0].detail


def test_the_edges_of_time_and_range_are_inside() -> None:
    lines = [
        line(at="2026-08-05T14:35:00+08:00"),
        line(at="2000-01-01T00:00:00Z"),
        line(channel="积水-龙城-01", value=6),
        line(channel="积水-龙城-01", value=0),
    ]
    batch, rejects = read(b"\r\n".join(lines) + b"\r\n\r\n")
    assert len(batch) == 4 and rejects == []


def test_an_age_limit_narrows_the_window() -> None:
    limits = Limits(age_ms=3_600_000)
    batch, rejects = read(
        b"\n".join([line(at="2026-08-05T13:30:00+08:00"), line(at="2026-08-05T13:29:59+08:00")]), limits
    )
    assert len(batch) == 1 and [reject.reason for reject in rejects] == [Reason.TOO_OLD]


def test_a_byte_order_mark_unknown_fields_and_an_empty_body_are_let_through() -> None:
    batch, rejects = read(b"\xef\xbb\xbf" + line(unit="mm", tags=["a"]))
    assert len(batch) == 1 and rejects == []
    assert read(b"").rejects == [] and len(read(b" \n\n").batch) == 0


def test_one_object_over_two_lines_is_two_bad_lines() -> None:
    batch, rejects = read(line() + b"\n" + line().replace(b',"value"', b',\n"value"'))
    assert len(batch) == 1 and [reject.reason for reject in rejects] == [Reason.MALFORMED] * 2


@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(2000, 1, 2), datetime(2026, 8, 4)),  # noqa: DTZ001
            st.integers(-840, 840),
            st.floats(-1e15, 1e15),
        ),
        max_size=30,
    )
)
def test_what_was_written_is_what_is_read(rows: list[tuple[datetime, int, float]]) -> None:
    stamped = [(at.replace(tzinfo=timezone(timedelta(minutes=shift))), value) for at, shift, value in rows]
    body = b"\n".join(line(at=at.isoformat(), value=value) for at, value in stamped)
    batch, rejects = read(body)
    assert rejects == []
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert batch.at_ms.tolist() == [(at - epoch) // timedelta(milliseconds=1) for at, _ in stamped]
    assert np.array_equal(batch.value, [value for _, value in stamped])


@given(
    st.lists(st.one_of(st.just(GOOD), st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b" "))), max_size=20)
)
def test_no_bytes_break_it_and_no_line_is_lost(lines: list[bytes]) -> None:
    body = b"\n".join(lines)
    batch, rejects = read(body)
    assert len(batch) + len(rejects) == sum(1 for one in body.removeprefix(b"\xef\xbb\xbf").split(b"\n") if one.strip())
    assert len(batch) >= lines.count(GOOD)
