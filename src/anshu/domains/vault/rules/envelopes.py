"""Envelopes of the vault: content sealed to a public key, and private keys locked by a passphrase. No state, no disk.

X25519 with an ephemeral key, HKDF-SHA256 and ChaCha20-Poly1305 (RFC 7748, 5869, 8439); passphrases: scrypt (RFC 7914).
"""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.utils.translation import gettext_lazy as _

from anshu.kernel.errors import Invalid

KEY, NONCE, SALT = 32, 12, 16
"""Work of one guess at a passphrase: 32 MiB, about a tenth of a second."""
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**15, 8, 1


@dataclass(frozen=True)
class Keys:
    """A key pair; each half 32 bytes."""

    private: bytes
    public: bytes


def make_keys() -> Keys:
    """A new pair."""
    private = X25519PrivateKey.generate()
    return Keys(private.private_bytes_raw(), private.public_key().public_bytes_raw())


def public_of(private: bytes) -> bytes:
    """The public half that belongs to a private one."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal_to(public: bytes, content: bytes, about: bytes) -> bytes:
    """Content that only the private half opens, and only together with what it is `about`, so that no envelope can be
    put in the place of another."""
    ephemeral = X25519PrivateKey.generate()
    sent = ephemeral.public_key().public_bytes_raw()
    key = _agreed(ephemeral.exchange(X25519PublicKey.from_public_bytes(public)), sent + public)
    nonce = os.urandom(NONCE)
    return sent + nonce + ChaCha20Poly1305(key).encrypt(nonce, content, about)


def open_with(private: bytes, sealed: bytes, about: bytes) -> bytes:
    """What `seal_to` sealed; Invalid (field `key`) when the key, the content or what it is about is another."""
    sent, nonce, content = sealed[:KEY], sealed[KEY : KEY + NONCE], sealed[KEY + NONCE :]
    own = X25519PrivateKey.from_private_bytes(private)
    key = _agreed(own.exchange(X25519PublicKey.from_public_bytes(sent)), sent + public_of(private))
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, content, about)
    except InvalidTag as error:
        raise Invalid(_("this key does not open the envelope"), field="key", code="wrong_key") from error


def _agreed(shared: bytes, both: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY, salt=None, info=b"anshu vault" + both).derive(shared)


def lock(content: bytes, passphrase: str) -> bytes:
    """Content that opens with the passphrase alone."""
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    return salt + nonce + ChaCha20Poly1305(_stretched(passphrase, salt)).encrypt(nonce, content, b"")


def unlock(locked: bytes, passphrase: str) -> bytes:
    """What `lock` locked; Invalid (field `passphrase`) when the passphrase is another."""
    salt, nonce, content = locked[:SALT], locked[SALT : SALT + NONCE], locked[SALT + NONCE :]
    try:
        return ChaCha20Poly1305(_stretched(passphrase, salt)).decrypt(nonce, content, b"")
    except InvalidTag as error:
        raise Invalid(_("the passphrase is not right"), field="passphrase", code="wrong_passphrase") from error


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=KEY, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P).derive(passphrase.encode())
