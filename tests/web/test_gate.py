"""The gate of the public pages: how often, how much work, and that nothing of an address stays."""

import hashlib
from itertools import count

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from anshu.kernel.errors import Refused
from anshu.web import gate
from anshu.workflow import rules

BITS = int(rules.at("tip_offs/page.proof_bits").number())


@pytest.fixture(autouse=True)
def open_gates() -> None:
    for each in (gate.SENT, gate.WRONG_CODES):
        each.clear()


def sent(address: str = "203.0.113.7", *, challenge: str | None = None, proof: str = ""):  # type: ignore[no-untyped-def]
    asked = {"challenge": gate.CHALLENGES.make() if challenge is None else challenge, "proof": proof}
    return RequestFactory().post("/tell", asked, REMOTE_ADDR=address)


def proved(address: str = "203.0.113.7"):  # type: ignore[no-untyped-def]
    challenge = gate.CHALLENGES.make()
    answer = next(str(n) for n in count() if gate.worked(challenge, str(n), BITS))
    return sent(address, challenge=challenge, proof=answer)


def test_a_few_are_free_then_a_little_work_is_asked_and_then_it_is_enough() -> None:
    for _ in range(3):
        gate.admit(sent())
    with pytest.raises(Refused, check=lambda error: error.code == "too_often" and "12350" in str(error)):
        gate.admit(sent())
    for _ in range(27):
        gate.admit(proved())
    with pytest.raises(Refused, check=lambda error: error.code == "too_often"):
        gate.admit(proved())
    gate.admit(sent("203.0.113.8"))


def test_an_hour_later_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("anshu.web.gate.time.monotonic", lambda: now)
    for _ in range(3):
        gate.admit(sent())
    now += 3599
    with pytest.raises(Refused):
        gate.admit(sent())
    now += 2
    gate.admit(sent())


@pytest.mark.parametrize("challenge", ["", "nonsense", "IjEyMyI:1tEST:abc"])
def test_a_form_that_is_not_ours_is_refused(challenge: str) -> None:
    with pytest.raises(Refused, check=lambda error: error.code == "form_spent"):
        gate.admit(sent(challenge=challenge))


def test_a_form_is_sent_once() -> None:
    challenge = gate.CHALLENGES.make()
    gate.admit(sent(challenge=challenge))
    with pytest.raises(Refused, check=lambda error: error.code == "form_spent"):
        gate.admit(sent(challenge=challenge))


@given(challenge=st.text(max_size=20), answer=st.text(max_size=8), bits=st.integers(0, 24))
def test_work_is_leading_noughts_of_a_digest(challenge: str, answer: str, bits: int) -> None:
    written = "".join(f"{byte:08b}" for byte in hashlib.sha256(f"{challenge}:{answer}".encode()).digest())
    assert gate.worked(challenge, answer, bits) == written.startswith("0" * bits)


def test_addresses_are_kept_as_nothing_one_could_read() -> None:
    gate.SENT.note(sent())
    assert "203.0.113.7" not in repr(vars(gate.SENT)) and b"203.0.113.7" not in b"".join(gate.SENT._seen)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MOST_ADDRESSES", 10)
    now = 0.0
    monkeypatch.setattr("anshu.web.gate.time.monotonic", lambda: now)
    for n in range(200):
        now += 600
        gate.SENT.note(sent(f"203.0.113.{n}"))
    assert len(gate.SENT._seen) <= 11
