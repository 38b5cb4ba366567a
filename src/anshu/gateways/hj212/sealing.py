"""The encryption of the 2025 edition: SM4 in ECB mode with a key of 16 bytes and no padding.

How the result is written into a text differs from maker to maker: hexadecimal, Base64 and plain bytes are understood,
hexadecimal is written. Blocks are filled up with zero bytes; blanks and the filling of PKCS#7 are taken off as well.
"""

import base64
import binascii
from contextlib import suppress

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

BLOCK = 16
PRINTABLE_FROM = 0x20


def key_of(text: str) -> bytes | None:
    """A key as people write it: 32 hexadecimal digits or 16 characters; None for anything else."""
    if len(text) == 2 * BLOCK:
        with suppress(ValueError):
            return bytes.fromhex(text)
    raw = text.encode()
    return raw if len(raw) == BLOCK else None


def seal(plain: bytes, key: bytes) -> bytes:
    """Encrypted data as upper-case hexadecimal digits."""
    encryptor = Cipher(SM4(key), modes.ECB()).encryptor()  # noqa: S305  # the standard prescribes ECB
    filled = plain + bytes(-len(plain) % BLOCK)
    return (encryptor.update(filled) + encryptor.finalize()).hex().upper().encode()


def unseal(sealed: bytes, key: bytes) -> bytes | None:
    """The plain data, or None where no way of writing gives something that looks like fields under this key."""
    for cipher in _ciphers(sealed):
        decryptor = Cipher(SM4(key), modes.ECB()).decryptor()  # noqa: S305  # as above
        plain = _without_filling(decryptor.update(cipher) + decryptor.finalize())
        if looks_plain(plain):
            return plain
    return None


def looks_plain(data: bytes) -> bool:
    """Whether these may be fields as they are: an equals sign not only at the end, and no control characters."""
    return not data or (b"=" in data.rstrip(b"=") and min(data) >= PRINTABLE_FROM)


def _ciphers(sealed: bytes) -> list[bytes]:
    found: list[bytes] = []
    with suppress(ValueError):
        found.append(bytes.fromhex(sealed.decode("ascii")))
    with suppress(binascii.Error, ValueError):
        found.append(base64.b64decode(sealed, validate=True))
    return [each for each in (*found, sealed) if each and len(each) % BLOCK == 0]


def _without_filling(plain: bytes) -> bytes:
    last = plain[-1]
    if 1 <= last <= BLOCK and plain.endswith(bytes([last]) * last):
        plain = plain[:-last]
    return plain.replace(b"\0", b"").rstrip(b" ")
