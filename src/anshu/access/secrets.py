"""Keys derived from the installation's secret, personal data sealed at rest, and how it is masked on screen."""

import base64
import hashlib
import hmac
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models

SEALED = "sealed:"


@cache
def key_for(purpose: str) -> bytes:
    """32 bytes for one purpose, so that no two uses share a key."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"anshu {purpose}".encode(), hashlib.sha256)


@cache
def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key_for("personal data")))


def seal(text: str) -> str:
    """Encrypt for storage."""
    return SEALED + _box().encrypt(text.encode()).decode() if text else ""


def unseal(stored: str) -> str:
    """Decrypt what `seal` made; text that was never sealed is returned as it is."""
    if not stored.startswith(SEALED):
        return stored
    try:
        return _box().decrypt(stored.removeprefix(SEALED).encode()).decode()
    except InvalidToken as error:
        raise ValueError(
            "personal data cannot be opened: the secret of this installation is not the one it was sealed with"
        ) from error


def mask(text: str) -> str:
    """What is shown without a reason: 138****1234, 25****34, 张**; of longer texts at least four signs are hidden."""
    if len(text) < 7:
        return text[:1] + "*" * max(len(text) - 1, 1) if text else ""
    first, last = (3, 4) if len(text) >= 11 else (2, 2 if len(text) > 7 else 1)
    return f"{text[:first]}{'*' * (len(text) - first - last)}{text[-last:]}"


class PersonalField(models.CharField):  # type: ignore[type-arg]
    """Personal data: sealed in the database, masked by every surface, opened only with a reason that is logged."""

    personal = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 400)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_rest: Any) -> str | None:
        return unseal(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        return seal(str(value)) if value and not str(value).startswith(SEALED) else value
