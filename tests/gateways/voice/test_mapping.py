"""Events as gateways write them."""

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.voice.mapping import decode
from anshu.gateways.voice.signature import genuine, secret_of, sign
from anshu.kernel.errors import Invalid

ID = "0197a1c0-0000-7000-8000-000000000001"
GOOD = {"id": ID, "event": "pressed", "digits": "231", "heard_s": 21.5, "at": "2026-06-12T12:00:21+08:00"}


def test_a_whole_event() -> None:
    event = decode(json.dumps(GOOD).encode())
    assert (event.id, event.event, event.digits, event.heard_s) == (UUID(ID), "pressed", "231", 21.5)
    assert event.at.isoformat() == "2026-06-12T12:00:21+08:00"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "7"}, {"event": "eaten"}, {"digits": "2a1"}, {"digits": "1" * 13}, {"heard_s": -1}, {"heard_s": "long"},
        {"at": "2026-06-12T12:00:21"}, {"at": None}, {"id": None}, {"event": None}, {"reason": "x" * 201},
    ],
)
def test_what_is_no_event_is_told_so(change: dict[str, object]) -> None:
    with pytest.raises(Invalid) as error:
        decode(json.dumps({**GOOD, **change}).encode())
    assert error.value.field == "body"


@given(st.binary(max_size=200))
def test_no_bytes_do_harm(body: bytes) -> None:
    with pytest.raises(Invalid):
        decode(body)


@given(st.binary(max_size=60), st.text(max_size=80))
def test_only_the_secrets_own_signature_is_genuine(body: bytes, forged: str) -> None:
    assert genuine(body, sign(body, "voice"), "voice")
    assert not genuine(body, sign(body, "sms"), "voice")
    assert not genuine(body, forged, "voice")
    assert not genuine(body + b" ", sign(body, "voice"), "voice")
    assert len(secret_of("voice")) == 64
