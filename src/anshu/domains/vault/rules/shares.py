"""A secret in shares of which any two give it back and one alone says nothing about it (Shamir 1979, threshold two)."""

import secrets

from django.utils.translation import gettext_lazy as _

from anshu.kernel.errors import Invalid

"""A Mersenne prime above every secret of 64 bytes."""
PRIME = 2**521 - 1
SECRET, NUMBER = 32, 66
MOST = 255


def split(secret: bytes, count: int) -> list[bytes]:
    """`count` shares (2 to 255) of a secret of 32 bytes: points on a line that meets zero at the secret."""
    if not 2 <= count <= MOST or len(secret) != SECRET:
        raise Invalid(_("a vault key is shared by at least two people"), field="count")
    start, slope = int.from_bytes(secret), secrets.randbelow(PRIME)
    return [bytes([place]) + ((start + slope * place) % PRIME).to_bytes(NUMBER) for place in range(1, count + 1)]


def join(one: bytes, other: bytes) -> bytes:
    """The secret that two different shares hold; Invalid (field `share`) when they are one share, or of two secrets."""
    (x, fx), (y, fy) = ((share[0], int.from_bytes(share[1:])) for share in (one, other))
    if x == y:
        raise Invalid(_("one share is not two: another officer has to give theirs"), field="share", code="same_share")
    start = (fx * y - fy * x) * pow(y - x, -1, PRIME) % PRIME
    if start.bit_length() > SECRET * 8:
        raise Invalid(_("these shares do not belong together"), field="share", code="wrong_share")
    return start.to_bytes(SECRET)
