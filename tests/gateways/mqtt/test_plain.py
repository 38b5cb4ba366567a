"""The quick way for messages gives what the careful way gives, whatever comes, and in the same order."""

from itertools import chain
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.access.models import Account
from anshu.access.policy import Person
from anshu.domains.devices.queries.rights import APPEND, Directory, Entry
from anshu.gateways.mqtt import plain
from anshu.gateways.mqtt.journal import joined
from anshu.gateways.mqtt.messages import Message, Moment, Outcome, receive
from anshu.gateways.mqtt.plain import receive_all
from anshu.kernel.identifiers import uuid7
from anshu.telemetry import ChannelFacts, Limits

NOW = 1_786_000_000_000
SENDER = Person(Account(username="gateway"), ("*",), {APPEND: [""]})


def entry(number: str, *facts: ChannelFacts) -> Entry:
    own = {f"{number}/k{place}": fact for place, fact in enumerate(facts)}
    return Entry(uuid7(), number, "", "gauge", "440306", None, "", "", "", {}, own)


ENTRIES = {
    "A": entry("A", ChannelFacts(1, -10.0, 10.0), ChannelFacts(2, 0.0, 1e9)),
    "B": entry("B", ChannelFacts(3, float("-inf"), float("inf"))),
}
MOMENT = Moment(
    Directory(ENTRIES, {code: fact for each in ENTRIES.values() for code, fact in each.facts.items()}), NOW, Limits()
)


def message(topic: str, body: object, client_id: str = "A") -> Message:
    return Message(SENDER, client_id, topic, body if isinstance(body, bytes) else orjson.dumps(body))


def told(outcomes: list[Outcome]) -> tuple[Any, ...]:
    batch = joined([outcome.batch for outcome in outcomes if len(outcome.batch)])
    rejects = list(chain.from_iterable(outcome.rejects for outcome in outcomes))
    notes = list(chain.from_iterable(outcome.notes for outcome in outcomes))
    columns = [batch.channel, batch.at_ms, batch.value, batch.quality]
    return [column.tolist() for column in columns], list(batch.raw), list(batch.code), rejects, notes


OWN, ENVELOPE, GATEWAY = "v1/devices/me/telemetry", "emp/v1/440306/src/B/telemetry", "v1/gateway/telemetry"
GOOD = [
    message(OWN, {"ts": NOW, "values": {"k0": 1.5, "k1": 2}}),
    message(OWN, [{"ts": NOW - 1, "values": {"k0": -10}}, {"ts": NOW - 2, "values": {}}]),
    message(ENVELOPE, {"msg_id": "1", "ts": NOW, "values": {"k0": 7}, "quality": "good"}),
    message(GATEWAY, {"A": [{"ts": NOW - 3, "values": {"k1": 0.5}}], "B": [{"ts": NOW, "values": {"k0": 1}}]}),
]
ODD = [
    message(OWN, {"k0": 1.5}),
    message(OWN, {"ts": NOW, "values": {"k0": 11}}),
    message(OWN, {"ts": NOW, "values": {"k0": True}}),
    message(OWN, {"ts": NOW, "values": {"k0": "1"}}),
    message(OWN, b'{"ts":1,"values":{"k0":1}}'),
    message(OWN, {"ts": NOW + 10**9, "values": {"k0": 1}}),
    message(OWN, {"ts": "2026-08-05T14:30:00+08:00", "values": {"k0": 1}}),
    message(OWN, {"ts": NOW, "values": {"k9": 1, "k0": 2}}),
    message(OWN, b"{"),
    message(OWN, b'{"ts":99999999999999999999,"values":{"k0":1}}'),
    message(OWN, b'{"ts":1786000000000,"values":{"k1":99999999999999999999}}'),
    message(OWN, {"ts": NOW, "values": {"k0": 1}}, client_id="nobody"),
    message(ENVELOPE, {"msg_id": "1", "ts": NOW, "values": {"k0": 7}, "quality": "bad"}),
    message("emp/v1/999999/src/B/telemetry", {"ts": NOW, "values": {"k0": 7}}),
    message(GATEWAY, {"A": [{"ts": NOW, "values": {"k0": 2}}], "C": [{"ts": NOW, "values": {"k0": 1}}]}),
    message(GATEWAY, [1]),
    message("v1/devices/me/attributes", {"firmware": "2"}),
    message("nowhere", {"ts": NOW, "values": {"k0": 1}}),
]


@given(st.lists(st.sampled_from(GOOD + ODD), max_size=12))
def test_both_ways_tell_the_same_in_the_same_order(messages: list[Message]) -> None:
    expected = told([receive(each, MOMENT) for each in messages])
    assert told(list(receive_all(messages, MOMENT))) == expected


def test_plain_messages_are_read_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    def careful(*_given: object) -> Outcome:
        raise AssertionError("the careful way was taken")

    (outcome,) = receive_all(GOOD, MOMENT, careful)
    assert outcome.batch.channel.tolist() == [1, 2, 1, 3, 2, 3]
    monkeypatch.setattr(plain, "MOST_BYTES", 10)
    with pytest.raises(AssertionError, match="careful"):
        list(receive_all(GOOD, MOMENT, careful))
