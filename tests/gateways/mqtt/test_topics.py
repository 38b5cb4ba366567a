"""What topics say, and which filters take them in."""

import hypothesis
import pytest
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from anshu.gateways.mqtt.topics import OFFERED, SHARED_TOPICS, Meaning, matches, read_topic

levels = st.lists(st.sampled_from(["a", "b", "emp", ""]), min_size=1, max_size=4)
wanted_levels = st.lists(st.sampled_from(["a", "b", "emp", "", "+"]), max_size=4)


@pytest.mark.parametrize(
    ("topic", "meaning"),
    [
        ("v1/devices/me/telemetry", Meaning.TELEMETRY),
        ("v1/devices/me/attributes", Meaning.ATTRIBUTES),
        ("v1/devices/me/attributes/request/7", Meaning.ATTRIBUTES_REQUEST),
        ("v1/devices/me/rpc/request/7", Meaning.RPC_REQUEST),
        ("v1/gateway/telemetry", Meaning.GATEWAY_TELEMETRY),
        ("v1/gateway/connect", Meaning.GATEWAY_CONNECT),
        ("v1/devices/you/telemetry", Meaning.UNKNOWN),
        ("v1/devices/me/rpc/request/+", Meaning.UNKNOWN),
        ("emp/v1/440306//G1/telemetry", Meaning.UNKNOWN),
        ("emp/v1/440306/water/G1/cmd", Meaning.UNKNOWN),
        ("", Meaning.UNKNOWN),
    ],
)
def test_meanings(topic: str, meaning: Meaning) -> None:
    assert read_topic(topic).meaning is meaning


@pytest.mark.parametrize(
    ("leaf", "meaning"),
    [("telemetry", Meaning.ENVELOPE), ("event", Meaning.ENVELOPE), ("status", Meaning.STATUS)],
)
def test_our_own_scheme(leaf: str, meaning: Meaning) -> None:
    address = read_topic(f"emp/v1/440306/water/G-1/{leaf}")
    assert (address.meaning, address.district, address.device) == (meaning, "440306", "G-1")


@hypothesis.given(levels, wanted_levels, st.booleans())
def test_filters_match_as_another_implementation_has_it(given: list[str], wanted: list[str], open_end: bool) -> None:
    topic = "/".join(given)
    topic_filter = "/".join([*wanted, *(["#"] if open_end else [])])
    if topic and topic_filter:
        assert matches(topic_filter, topic) == topic_matches_sub(topic_filter, topic)


def test_what_is_listened_to_outside_has_a_meaning() -> None:
    for topic in SHARED_TOPICS:
        assert read_topic(topic.replace("+", "440306")).meaning is not Meaning.UNKNOWN


@pytest.mark.parametrize(
    ("wanted", "offered"),
    [
        ("v1/devices/me/attributes", True),
        ("v1/devices/me/attributes/response/+", True),
        ("v1/devices/me/rpc/request/+", True),
        ("v1/devices/me/rpc/response/12", True),
        ("emp/v1/440306/water/G-1/cmd", True),
        ("#", False),
        ("emp/v1/+/+/+/telemetry", False),
        ("emp/v1/440306/water/+/cmd", False),
    ],
)
def test_nobody_may_listen_to_others(wanted: str, offered: bool) -> None:
    assert (OFFERED.fullmatch(wanted) is not None) == offered
