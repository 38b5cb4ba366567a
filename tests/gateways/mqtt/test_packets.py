"""The codec: what is written is read back the same, and no bytes at all bring it down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.mqtt.fields import KINDS, NOTHING, Malformed, Properties, Reason
from anshu.gateways.mqtt.packets import (
    V5,
    V311,
    Ack,
    Connack,
    Connect,
    Disconnect,
    Granted,
    Kind,
    Packet,
    Ping,
    Publish,
    Subscribe,
    Unsubscribe,
    Will,
    decode,
    encode,
    frame,
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
topics = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0+#"), min_size=1, max_size=40)
numbers = st.integers(1, 65_535)
bodies = st.binary(max_size=300)
VALUES = {
    "byte": st.integers(0, 255),
    "two": st.integers(0, 65_535),
    "four": st.integers(0, 2**32 - 1),
    "text": texts,
    "binary": st.binary(max_size=40),
    "varints": st.lists(st.integers(0, 268_435_455), min_size=1, max_size=3).map(tuple),
    "pairs": st.lists(st.tuples(texts, texts), min_size=1, max_size=3).map(tuple),
}
properties = st.fixed_dictionaries({}, optional={name: VALUES[kind] for name, kind in KINDS.values()})


def packets(version: int) -> st.SearchStrategy[Packet]:
    """Every kind of packet, as the version allows."""
    extra: st.SearchStrategy[Properties] = properties if version == V5 else st.just(NOTHING)
    codes = st.integers(0, 255) if version == V5 else st.just(0)
    qos = st.integers(0, 2)
    wills = st.builds(Will, topics, bodies, qos, st.booleans(), extra)
    acks = st.sampled_from([Kind.PUBACK, Kind.PUBREC, Kind.PUBREL, Kind.PUBCOMP])
    return st.one_of(
        st.builds(
            Connect, texts, st.just(version), st.booleans(), st.integers(0, 65_535), texts,
            st.none() | bodies, st.none() | wills, extra,
        ),
        st.builds(Connack, st.booleans(), st.integers(0, 255), extra),
        st.builds(Publish, topics, bodies, st.just(0), st.just(0), st.booleans(), st.just(False), extra),
        st.builds(Publish, topics, bodies, st.integers(1, 2), numbers, st.booleans(), st.booleans(), extra),
        st.builds(Ack, acks, numbers, codes, extra),
        st.builds(Subscribe, numbers, st.lists(st.tuples(texts, qos), min_size=1, max_size=4).map(tuple), extra),
        st.builds(Unsubscribe, numbers, st.lists(texts, min_size=1, max_size=4).map(tuple), extra),
        st.builds(Granted, st.just(Kind.SUBACK), numbers, st.lists(st.integers(0, 255), min_size=1).map(tuple), extra),
        st.builds(Disconnect, codes, extra),
        st.builds(Ping, st.sampled_from([Kind.PINGREQ, Kind.PINGRESP])),
    )


@pytest.mark.parametrize("version", [V311, V5])
@given(data=st.data())
def test_what_is_written_is_read_back(version: int, data: st.DataObject) -> None:
    packet = data.draw(packets(version))
    raw = encode(packet, version)
    found = frame(raw, 0, len(raw))
    assert found is not None
    first, start, end = found
    assert end == len(raw)
    assert decode(first, raw[start:end], version) == packet


@pytest.mark.parametrize("version", [V311, V5])
@given(data=st.data())
def test_packets_are_found_however_the_stream_is_cut(version: int, data: st.DataObject) -> None:
    sent = data.draw(st.lists(packets(version), max_size=5))
    stream = b"".join(encode(packet, version) for packet in sent)
    cut = data.draw(st.integers(0, len(stream)))
    buffer, at, received = bytearray(), 0, []
    for piece in (stream[:cut], stream[cut:]):
        buffer += piece
        while found := frame(buffer, at, 1 << 20):
            first, start, at = found
            received.append(decode(first, bytes(buffer[start:at]), version))
    assert received == sent
    assert at == len(stream)


@pytest.mark.parametrize("version", [V311, V5])
@given(first=st.integers(0, 255), body=st.binary(max_size=200))
def test_any_bytes_are_a_packet_or_malformed(version: int, first: int, body: bytes) -> None:
    try:
        packet = decode(first, body, version)
    except Malformed as error:
        assert error.reason >= 0x80
    else:
        assert isinstance(packet, Packet)


@pytest.mark.parametrize("version", [V311, V5])
@given(data=st.data())
def test_a_packet_with_a_byte_changed_is_a_packet_or_malformed(version: int, data: st.DataObject) -> None:
    raw = bytearray(encode(data.draw(packets(version)), version))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] = data.draw(st.integers(0, 255))
    try:
        found = frame(raw, 0, 1 << 20)
        if found is not None:
            decode(found[0], bytes(raw[found[1] : found[2]]), version)
    except Malformed as error:
        assert str(error)


def test_a_length_of_five_bytes_and_a_packet_too_large_are_refused_before_their_body_comes() -> None:
    with pytest.raises(Malformed):
        frame(b"\x30\xff\xff\xff\xff\x01", 0, 1 << 20)
    with pytest.raises(Malformed) as caught:
        frame(b"\x30\xff\xff\xff\x7f", 0, 1 << 20)
    assert caught.value.reason is Reason.TOO_LARGE


def test_other_versions_are_told_so() -> None:
    with pytest.raises(Malformed) as caught:
        decode(0x10, b"\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x01a", V311)
    assert caught.value.reason is Reason.VERSION


def test_bytes_written_out_in_the_standard() -> None:
    """OASIS MQTT 3.1.1 figures 3.6 (CONNECT) and 3.11 (PUBLISH), as examples recorded independently of our writer."""
    body = b"\x00\x04MQTT\x04\xce\x00\x0a\x00\x01c\x00\x01w\x00\x01m\x00\x01u\x00\x01p"
    connect = decode(0x10, body, V311)
    assert connect == Connect("c", 4, True, 10, "u", b"p", Will("w", b"m", 1, False))
    assert decode(0x32, b"\x00\x03a/b\x00\x0ahello", V311) == Publish("a/b", b"hello", 1, 10)
