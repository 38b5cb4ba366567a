"""The door as a real client library sees it, in both versions of the protocol."""

import json
import socket
import threading
import time
from collections.abc import Callable, Sequence

import pytest

from anshu.gateways.mqtt.packets import V311, Connect, Publish, encode
from anshu.telemetry import Batch, Reason, Receipt, Reject
from anshu.telemetry.quarantine import Quarantined
from tests.gateways.mqtt.peers import Device, Running, until

MakeDevice = Callable[..., Device]
TELEMETRY = "v1/devices/me/telemetry"
AT = 1_700_000_000_000


def quarantined(door: Running) -> list[Quarantined]:
    return door.store.quarantine().rows


@pytest.mark.parametrize("qos", [1, 2])
def test_a_message_is_on_disk_when_it_is_acknowledged(device: MakeDevice, door: Running, qos: int) -> None:
    gauge = device("token-1")
    for step in range(20):
        gauge.publish(TELEMETRY, json.dumps({"ts": AT + step, "values": {"level": step, "rain": 0.5}}), qos=qos)
        assert len(door.readings()) == 2 * step + 2
    assert (1, AT + 19, 19.0) in door.readings()


def test_nothing_is_acknowledged_that_is_not_on_disk(
    device: MakeDevice, door: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the disk refuses, a client waits and sends again; when it takes, each reading is there once."""
    real, failing = door.store.append, threading.Event()
    failing.set()

    def append(batch: Batch, rejects: Sequence[Reject] = (), *, door: str, received_ms: int) -> Receipt:
        if failing.is_set():
            raise OSError("disk full")
        return real(batch, rejects, door=door, received_ms=received_ms)

    monkeypatch.setattr(door.store, "append", append)
    gauge = device("token-1", clean=False)
    sent = gauge.client.publish(TELEMETRY, json.dumps({"ts": AT, "values": {"level": 1}}), qos=1)
    until(lambda: gauge.gone)
    assert not sent.is_published()
    assert door.readings() == []
    failing.clear()
    sent.wait_for_publish(10)
    assert sent.is_published()
    assert door.readings() == [(1, AT, 1.0)]


def test_an_unknown_token_and_one_without_powers_are_refused(device: MakeDevice) -> None:
    wrong, powerless = device("guess"), device("token-none", client_id="other")
    assert wrong.codes[0] == 0x86 if wrong.five else wrong.codes[0] != 0
    assert powerless.codes[0] == 0x87 if powerless.five else powerless.codes[0] != 0
    assert wrong.codes[0] != powerless.codes[0]


def test_a_device_writes_its_own_channels_alone(device: MakeDevice, door: Running) -> None:
    gauge = device("token-1")
    gauge.publish("v1/gateway/telemetry", json.dumps({"G2": [{"ts": AT, "values": {"level": 9}}]}))
    gauge.publish("emp/v1/440306/water/G2/telemetry", json.dumps({"msg_id": "1", "ts": AT, "values": {"level": 9}}))
    gauge.publish("emp/v1/440306/water/G2/status", "online")
    assert door.readings() == []
    assert door.notes == []
    assert "may not write" in quarantined(door)[-1].detail
    assert len(quarantined(door)) == 3


def test_a_gateway_writes_for_the_devices_of_its_territory(device: MakeDevice, door: Running) -> None:
    gateway = device("token-gateway")
    body = {name: [{"ts": AT, "values": {"level": 1}}] for name in ("G1", "G2", "F1")}
    gateway.publish("v1/gateway/telemetry", json.dumps(body))
    assert door.readings() == [(1, AT, 1.0), (3, AT, 1.0)]
    assert [row.channel for row in quarantined(door)] == ["F1/level"]


def test_a_program_speaks_as_the_device_its_client_id_names(device: MakeDevice, door: Running) -> None:
    device("token-program", client_id="G2").publish(TELEMETRY, json.dumps({"ts": AT, "values": {"level": 5}}))
    assert door.readings() == [(3, AT, 5.0)]
    device("token-program", client_id="F1").publish(TELEMETRY, json.dumps({"ts": AT, "values": {"level": 5}}))
    assert len(door.readings()) == 1
    assert "v1/devices/me/telemetry" in quarantined(door)[0].detail


@pytest.mark.parametrize(
    ("topic", "body", "reason"),
    [
        (TELEMETRY, b"{", Reason.MALFORMED),
        (TELEMETRY, '{"level": 1, "积水深度": 2}'.encode("gb18030"), Reason.ENCODING),
        (TELEMETRY, b"[" * 100 + b"]" * 100, Reason.TOO_DEEP),
        (TELEMETRY, b'{"level": "high"}', Reason.NOT_NUMBER),
        (TELEMETRY, b'{"level": 1e9}', Reason.IMPOSSIBLE),
        (TELEMETRY, b'{"level": NaN}', Reason.NOT_FINITE),
        (TELEMETRY, b'{"ts": 99999999999999, "values": {"level": 1}}', Reason.FUTURE),
        (TELEMETRY, b'{"unheard_of": 1}', Reason.UNKNOWN_CHANNEL),
        ("v1/devices/me/rpc/response/1", b"{}", Reason.FIELD),
        ("somewhere/else", b"\xff\x00", Reason.FIELD),
        ("emp/v1/440305/water/G1/telemetry", b'{"ts": 1700000000000, "values": {"level": 1}}', Reason.FIELD),
        ("v1/devices/me/attributes", b"[]", Reason.FIELD),
        ("emp/v1/440306/water/G1/status", b"perhaps", Reason.MALFORMED),
    ],
)
def test_what_cannot_be_stored_is_acknowledged_and_kept(
    device: MakeDevice, door: Running, topic: str, body: bytes, reason: Reason
) -> None:
    gauge = device("token-1")
    gauge.publish(topic, body)
    kept = quarantined(door)
    assert [row.reason for row in kept] == [reason]
    assert kept[0].door == "mqtt"
    assert door.readings() == []
    gauge.publish(TELEMETRY, b'{"ts": 1700000000000, "values": {"level": 1}}')
    assert len(door.readings()) == 1


def test_the_same_message_twice_is_one_reading(device: MakeDevice, door: Running) -> None:
    gauge = device("token-1")
    body = json.dumps({"msg_id": "a", "ts": AT, "seq": 1, "values": {"level": 3}, "quality": "good"})
    for _ in range(3):
        gauge.publish("emp/v1/440306/water/G1/telemetry", body)
    assert door.readings() == [(1, AT, 3.0)]
    assert quarantined(door) == []


def test_attributes_and_status_are_noted(device: MakeDevice, door: Running) -> None:
    gateway = device("token-gateway")
    gateway.publish("v1/gateway/attributes", json.dumps({"G1": {"firmware": "2.0"}}))
    gateway.publish("v1/gateway/connect", json.dumps({"device": "G2"}))
    gateway.publish("emp/v1/440306/water/G1/status", json.dumps({"values": {"status": "offline"}}))
    assert [note.device for note in door.notes] == ["G1", "G2", "G1"]
    assert door.notes[0].attributes == {"firmware": "2.0"}
    assert [note.attributes["status"] for note in door.notes[1:]] == ["online", "offline"]


def test_a_device_asks_for_its_attributes_and_the_time(device: MakeDevice) -> None:
    gauge = device("token-1")
    gauge.client.subscribe([("v1/devices/me/attributes/response/+", 1), ("v1/devices/me/rpc/response/+", 1)])
    until(lambda: gauge.granted)
    before = time.time() * 1000
    gauge.publish("v1/devices/me/attributes/request/1", json.dumps({"clientKeys": "firmware", "sharedKeys": "name,x"}))
    gauge.publish("v1/devices/me/rpc/request/2", json.dumps({"method": "getCurrentTime", "params": {}}))
    gauge.publish("v1/devices/me/rpc/request/3", b"{")
    until(lambda: len(gauge.told) == 3)
    answers = {topic: json.loads(body) for topic, body in gauge.told}
    assert answers["v1/devices/me/attributes/response/1"] == {
        "client": {"firmware": "1.2"}, "shared": {"name": "name of G1"},
    }
    assert before - 1 <= answers["v1/devices/me/rpc/response/2"]["time"] <= time.time() * 1000
    assert "error" in answers["v1/devices/me/rpc/response/3"]


def test_nobody_may_listen_to_others(device: MakeDevice) -> None:
    gauge = device("token-1")
    gauge.client.subscribe([("#", 1), ("emp/v1/440306/water/G2/cmd", 1), ("emp/v1/440306/water/G1/cmd", 1)])
    until(lambda: gauge.granted)
    refused = 0x87 if gauge.five else 0x80
    assert gauge.granted == [[refused, refused, 0]]


def test_a_last_will_is_done_when_the_device_vanishes_and_not_when_it_says_goodbye(
    device: MakeDevice, door: Running
) -> None:
    polite, rude = device("token-2", client_id="polite"), None
    polite.close()
    for token, number in (("token-2", "G2"), ("token-1", "G1")):
        rude = Device(door.port, token, polite.version, client_id=f"rude-{number}")
        rude.client.will_set(f"emp/v1/440306/water/{number}/status", "offline", qos=1, retain=True)
        rude.connect()
        rude.close() if number == "G2" else rude.break_off()
    until(lambda: door.notes)
    assert [(note.device, note.attributes["status"]) for note in door.notes] == [("G1", "offline")]


def test_a_client_that_comes_back_finds_its_session(device: MakeDevice, door: Running) -> None:
    first = device("token-1", client_id="same", clean=False)
    first.client.subscribe("v1/devices/me/rpc/response/+", 1)
    until(lambda: first.granted)
    first.close()
    until(lambda: not door.listener.connections)
    second = device("token-1", client_id="same", clean=False)
    assert (first.present, second.present) == ([False], [True])
    second.publish("v1/devices/me/rpc/request/1", json.dumps({"method": "getCurrentTime"}))
    until(lambda: second.told)
    second.close()
    until(lambda: not door.listener.connections)
    assert device("token-1", client_id="same", clean=True).present == [False]


def test_a_second_connection_of_a_client_ends_the_first_but_not_that_of_another_account(
    device: MakeDevice, door: Running
) -> None:
    first = device("token-1", client_id="same")
    first.client.reconnect_delay_set(60, 60)
    other = device("token-2", client_id="same")
    device("token-1", client_id="same")
    until(lambda: first.gone)
    assert other.gone == []
    assert len(door.listener.connections) == 2


def test_many_messages_in_flight_are_all_stored_and_acknowledged(device: MakeDevice, door: Running) -> None:
    gauge = device("token-1")
    sent = [
        gauge.client.publish(TELEMETRY, json.dumps({"ts": AT + step, "values": {"level": 1}}), qos=1 + step % 2)
        for step in range(3_000)
    ]
    for each in sent:
        each.wait_for_publish(20)
    assert len(door.readings()) == 3_000
    assert len({at for _, at, _ in door.readings()}) == 3_000


def test_rights_that_were_taken_away_end_the_connection(device: MakeDevice, door: Running) -> None:
    one, other = device("token-1", client_id="one"), device("token-2", client_id="other")
    one.client.reconnect_delay_set(60, 60)
    account = door.house.people["token-1"].account.pk
    door.loop.call_soon_threadsafe(door.listener.put_out, {account})
    until(lambda: one.gone)
    assert other.gone == []


def raw(door: Running, data: bytes) -> bytes:
    """What the door says to some bytes before it hangs up."""
    with socket.create_connection(("127.0.0.1", door.port), 5) as link:
        link.settimeout(5)
        link.sendall(data)
        said = b""
        while piece := link.recv(1000):
            said += piece
        return said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b"\x20\x02\x00\x03"),
        (b"\x10\x0e\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x00", b"\x20\x02\x00\x01"),
        (b"\x10\xff\xff\xff\xff\x7f", b"\x20\x02\x00\x03"),
        (encode(Publish("a", b"b"), V311), b"\x20\x02\x00\x03"),
        (encode(Connect("a", V311, user_name="token-1"), V311) + b"\xf0\x00", b"\x20\x02\x00\x00"),
    ],
)
def test_what_is_not_the_protocol_is_answered_and_ended(door: Running, data: bytes, said: bytes) -> None:
    assert raw(door, data) == said
    until(lambda: not door.listener.connections)


def test_silence_beyond_the_keep_alive_ends_the_connection(door: Running) -> None:
    with socket.create_connection(("127.0.0.1", door.port), 5) as link:
        link.settimeout(5)
        link.sendall(encode(Connect("quiet", V311, keep_alive_s=1, user_name="token-1"), V311))
        assert link.recv(4) == b"\x20\x02\x00\x00"
        door.loop.call_soon_threadsafe(door.listener.sweep)
        link.sendall(b"\xc0\x00")
        assert link.recv(2) == b"\xd0\x00"
        time.sleep(1.6)
        door.loop.call_soon_threadsafe(door.listener.sweep)
        assert link.recv(1) == b""
