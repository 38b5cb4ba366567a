"""The door behind TLS: whoever trusts its certificate is heard there, whoever does not, or speaks in clear, is not."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from paho.mqtt.enums import CallbackAPIVersion

from anshu.gateways.mqtt.server import sealed
from tests.gateways.mqtt.peers import House, Running, until

TOPIC, WORDS = "v1/devices/me/telemetry", '{"level":1.5}'


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path_factory.mktemp("tls") / "door.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


@pytest.fixture
def door(tmp_path: Path, certificate: Path) -> Iterator[tuple[Running, int]]:
    running = Running(House(), tmp_path)
    server = running.do(running.listener.open("127.0.0.1", 0, sealed(certificate, None)))
    yield running, int(server.sockets[0].getsockname()[1])
    running.close()


def client(trusting: Path | None) -> paho.Client:
    made = paho.Client(CallbackAPIVersion.VERSION2)
    made.username_pw_set("token-1")
    if trusting is not None:
        made.tls_set(ca_certs=str(trusting), tls_version=ssl.PROTOCOL_TLS_CLIENT)
    return made


def test_what_is_said_behind_tls_is_heard(door: tuple[Running, int], certificate: Path) -> None:
    running, port = door
    speaker = client(certificate)
    speaker.connect("127.0.0.1", port)
    speaker.loop_start()
    try:
        speaker.publish(TOPIC, WORDS, qos=1).wait_for_publish(5)
        until(running.readings)
        assert [(slot, value) for slot, _at_ms, value in running.readings()] == [(1, 1.5)]
    finally:
        speaker.disconnect()
        speaker.loop_stop()


def test_whoever_does_not_trust_the_certificate_goes_away(door: tuple[Running, int]) -> None:
    context = ssl.create_default_context()
    with socket.create_connection(("127.0.0.1", door[1])) as opened, pytest.raises(ssl.SSLCertVerificationError):
        context.wrap_socket(opened, server_hostname="127.0.0.1")


def test_whoever_speaks_in_clear_is_not_heard(door: tuple[Running, int]) -> None:
    running, port = door
    answers: list[object] = []
    plain = client(None)
    plain.on_connect = lambda *_told: answers.append("in")
    plain.on_disconnect = lambda *_told: answers.append("out")
    plain.connect("127.0.0.1", port)
    plain.loop_start()
    try:
        until(lambda: answers)
        assert answers[0] == "out" and not running.listener.connections
    finally:
        plain.disconnect()
        plain.loop_stop()
