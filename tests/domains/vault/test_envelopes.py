"""Envelopes and shares: any two of the officers open, one alone learns nothing, and nothing opens for another."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.domains.vault.rules import envelopes, shares
from anshu.kernel.errors import Invalid


@given(content=st.binary(max_size=500), about=st.binary(max_size=20))
def test_what_is_sealed_opens_with_its_key_and_subject_alone(content: bytes, about: bytes) -> None:
    keys, other = envelopes.make_keys(), envelopes.make_keys()
    sealed = envelopes.seal_to(keys.public, content, about)
    assert envelopes.open_with(keys.private, sealed, about) == content
    assert len(content) < 8 or content not in sealed
    for private, subject in ((other.private, about), (keys.private, about + b"x")):
        with pytest.raises(Invalid):
            envelopes.open_with(private, sealed, subject)
    with pytest.raises(Invalid):
        envelopes.open_with(keys.private, sealed[:-1] + bytes([sealed[-1] ^ 1]), about)


def test_the_same_content_never_looks_the_same() -> None:
    keys = envelopes.make_keys()
    assert len({envelopes.seal_to(keys.public, "王小明".encode(), b"") for _ in range(20)}) == 20


@settings(max_examples=3)
@given(passphrase=st.text(min_size=1, max_size=40))
def test_a_lock_opens_with_its_passphrase_alone(passphrase: str) -> None:
    locked = envelopes.lock(b"secret", passphrase)
    assert envelopes.unlock(locked, passphrase) == b"secret"
    with pytest.raises(Invalid, check=lambda error: error.field == "passphrase"):
        envelopes.unlock(locked, passphrase + "x")


@given(secret=st.binary(min_size=32, max_size=32), count=st.integers(2, 7))
def test_any_two_shares_give_the_secret_back(secret: bytes, count: int) -> None:
    made = shares.split(secret, count)
    assert len(set(made)) == count
    for one, other in combinations(made, 2):
        assert shares.join(one, other) == shares.join(other, one) == secret


@given(secret=st.binary(min_size=32, max_size=32), claimed=st.binary(min_size=32, max_size=32))
def test_one_share_fits_every_secret(secret: bytes, claimed: bytes) -> None:
    """For any other secret there is a second share that would have given it: so one share says nothing."""
    share = shares.split(secret, 2)[0]
    place, value = share[0], int.from_bytes(share[1:])
    slope = (value - int.from_bytes(claimed)) * pow(place, -1, shares.PRIME) % shares.PRIME
    fitting = bytes([9]) + ((int.from_bytes(claimed) + slope * 9) % shares.PRIME).to_bytes(shares.NUMBER)
    assert shares.join(share, fitting) == claimed


def test_one_share_twice_and_shares_of_two_secrets_are_refused() -> None:
    one, two = shares.split(b"a" * 32, 3), shares.split(b"b" * 32, 3)
    with pytest.raises(Invalid):
        shares.join(one[0], one[0])
    with pytest.raises(Invalid):
        shares.join(one[0], two[1])
    with pytest.raises(Invalid):
        shares.split(b"a" * 32, 1)
