import math
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.telemetry.bodies import read_again, read_envelope, read_gateway, read_thingsboard
from anshu.telemetry.intake import ChannelFacts, Limits
from anshu.telemetry.readings import Intake, Quality, Reason

NOW_MS = int(datetime(2026, 8, 5, 6, 30, tzinfo=UTC).timestamp()) * 1000
RESOLVE = {
    "tank-1/depth_m": ChannelFacts(1, 0, 10),
    "tank-1/open": ChannelFacts(2, 0, 1),
    "tank-2/depth_m": ChannelFacts(3, -math.inf, math.inf),
}
LIMITS = Limits()


def rows(intake: Intake) -> list[tuple[int, int, float, int]]:
    batch = intake.batch
    return list(
        zip(batch.channel.tolist(), batch.at_ms.tolist(), batch.value.tolist(), batch.quality.tolist(), strict=True)
    )


def device(body: object) -> Intake:
    return read_thingsboard(orjson.dumps(body), "tank-1", RESOLVE, NOW_MS, LIMITS)


def test_the_four_thingsboard_forms() -> None:
    arrival = int(Quality.ARRIVAL_TIME)
    assert rows(device({"depth_m": 2, "open": True})) == [(1, NOW_MS, 2.0, arrival), (2, NOW_MS, 1.0, arrival)]
    assert rows(device({"ts": NOW_MS - 1, "values": {"depth_m": 2.5}})) == [(1, NOW_MS - 1, 2.5, 0)]
    several = [{"ts": NOW_MS - 2, "values": {"depth_m": 1}}, {"open": False}]
    assert rows(device(several)) == [(1, NOW_MS - 2, 1.0, 0), (2, NOW_MS, 0.0, arrival)]
    body = orjson.dumps({"tank-1": [{"ts": NOW_MS, "values": {"open": 0}}], "tank-2": [{"depth_m": -3}]})
    assert rows(read_gateway(body, "gw", RESOLVE, NOW_MS, LIMITS)) == [(2, NOW_MS, 0.0, 0), (3, NOW_MS, -3.0, arrival)]


def test_our_envelope() -> None:
    body = {"msg_id": "a", "ts": NOW_MS, "seq": 4, "crs": "EPSG:4326", "values": {"depth_m": 3.5}, "quality": "good"}

    def read(**changes: object) -> Intake:
        return read_envelope(orjson.dumps(body | changes), "tank-1", RESOLVE, NOW_MS, LIMITS)

    assert rows(read()) == [(1, NOW_MS, 3.5, 0)]
    assert rows(read(ts="2026-08-05T14:30:00+08:00")) == [(1, NOW_MS, 3.5, 0)]
    assert rows(read(quality="uncertain")) == [(1, NOW_MS, 3.5, int(Quality.DOUBTFUL))]
    assert rows(read(quality=["odd"])) == [(1, NOW_MS, 3.5, int(Quality.DOUBTFUL))]
    assert [reject.reason for reject in read(values=[1]).rejects] == [Reason.FIELD]
    assert [reject.reason for reject in read(ts="2026-08-05T14:30:00").rejects] == [Reason.NO_ZONE]


@pytest.mark.parametrize(
    ("body", "reason", "channel"),
    [
        ({"ts": NOW_MS, "values": {"depth_m": 11}}, Reason.IMPOSSIBLE, "tank-1/depth_m"),
        ({"ts": NOW_MS, "values": {"firmware": 2}}, Reason.UNKNOWN_CHANNEL, "tank-1/firmware"),
        ({"ts": NOW_MS, "values": {"depth_m": "1.5"}}, Reason.NOT_NUMBER, "tank-1/depth_m"),
        ({"ts": NOW_MS, "values": {"depth_m": {"deep": 1}}}, Reason.NOT_NUMBER, "tank-1/depth_m"),
        ({"ts": "soon", "values": {"depth_m": 1}}, Reason.BAD_TIME, "tank-1/depth_m"),
        ({"ts": True, "values": {"depth_m": 1}}, Reason.BAD_TIME, "tank-1/depth_m"),
        ({"ts": 1e19, "values": {"depth_m": 1}}, Reason.BAD_TIME, "tank-1/depth_m"),
        ({"ts": NOW_MS + 86_400_000, "values": {"depth_m": 1}}, Reason.FUTURE, "tank-1/depth_m"),
        ({"ts": NOW_MS // 1000, "values": {"depth_m": 1}}, Reason.TOO_OLD, "tank-1/depth_m"),
        ({"ts": NOW_MS, "values": 5}, Reason.FIELD, "tank-1"),
        ([5], Reason.MALFORMED, "tank-1"),
        (5, Reason.MALFORMED, "tank-1"),
        (None, Reason.MALFORMED, "tank-1"),
    ],
)
def test_what_cannot_be_stored_is_rejected_and_stays_rejected_when_read_again(
    body: object, reason: Reason, channel: str
) -> None:
    first = device(body)
    assert len(first.batch) == 0 and [(one.reason, one.channel) for one in first.rejects] == [(reason, channel)]
    again = read_again(first.rejects[0].raw, first.rejects[0].channel, RESOLVE, NOW_MS, LIMITS)
    assert len(again.batch) == 0 and len(again.rejects) == 1


def test_a_reject_becomes_a_reading_once_its_channel_is_known() -> None:
    (reject,) = device({"ts": NOW_MS - 7, "values": {"wind_m_per_s": 4.5}}).rejects
    known = RESOLVE | {"tank-1/wind_m_per_s": ChannelFacts(9, 0, 80)}
    assert rows(read_again(reject.raw, reject.channel, known, NOW_MS + 99, LIMITS)) == [(9, NOW_MS - 7, 4.5, 0)]


def test_whole_bodies_are_read_again_by_their_shape() -> None:
    def again(body: object) -> list[tuple[int, int, float, int]]:
        return rows(read_again(orjson.dumps(body), "tank-1", RESOLVE, NOW_MS, LIMITS))

    values = {"depth_m": 4}
    assert again({"ts": NOW_MS, "values": values}) == again([{"ts": NOW_MS, "values": values}]) != []
    assert again({"tank-1": [{"ts": NOW_MS, "values": values}]}) == again({"ts": NOW_MS, "values": values})
    assert again({"msg_id": "m", "ts": NOW_MS, "values": values}) == again({"ts": NOW_MS, "values": values})


@pytest.mark.parametrize("raw", [b"{", b'{"depth_m": NaN}', '{"积水": 1}'.encode("gb18030"), b"[" * 100_000])
def test_a_body_that_is_not_json_is_kept_as_it_came(raw: bytes) -> None:
    intake = read_thingsboard(raw, "tank-1", RESOLVE, NOW_MS, LIMITS)
    assert len(intake.batch) == 0
    assert intake.rejects[0].raw == raw[: LIMITS.raw_bytes] and intake.rejects[0].channel == "tank-1"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["ts", "values", "depth_m", "tank-1", "msg_id", "quality"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_json_breaks_any_reader(body: object) -> None:
    raw = orjson.dumps(body)
    for read in (read_thingsboard, read_gateway, read_envelope, read_again):
        for reject in read(raw, "tank-1", RESOLVE, NOW_MS, LIMITS).rejects:
            read_again(reject.raw, reject.channel, RESOLVE, NOW_MS, LIMITS)
