"""Both directions are signed with a secret that only this installation and its gateway know."""

import hashlib
import hmac

from anshu.access.secrets import key_for

HEADER = "X-Anshu-Signature"


def secret_of(channel: str) -> str:
    """What an administrator enters at the gateway of this channel (`voice` or `sms`): 64 hexadecimal digits."""
    return key_for(f"gateway {channel}").hex()


def sign(body: bytes, channel: str) -> str:
    """`sha256=` and the HMAC-SHA256 of the body."""
    return f"sha256={hmac.new(secret_of(channel).encode(), body, hashlib.sha256).hexdigest()}"


def genuine(body: bytes, signature: str, channel: str) -> bool:
    """Whether the signature is that of the body."""
    return hmac.compare_digest(sign(body, channel).encode(), signature.encode())
