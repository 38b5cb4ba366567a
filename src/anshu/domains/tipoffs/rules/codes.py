"""Tracking codes of tip-offs: eighteen random digits and two that check them (ISO/IEC 7064, MOD 97-10), read out and
written in groups of four."""

import secrets
import unicodedata

from django.utils.translation import gettext_lazy as _

from anshu.kernel.errors import Invalid

RANDOM, CHECKS, GROUP = 18, 2, 4
LENGTH = RANDOM + CHECKS
PIN = 6
_MODULUS = 97


def checks(digits: str) -> str:
    """The two digits that make the whole number leave one when divided by 97."""
    return f"{98 - int(digits) * 100 % _MODULUS:02d}"


def make_code() -> str:
    """A code that cannot be guessed: twenty digits."""
    digits = "".join(secrets.choice("0123456789") for _place in range(RANDOM))
    return digits + checks(digits)


def make_pin() -> str:
    """The six digits that, beside the code, are asked for when a reward is paid."""
    return "".join(secrets.choice("0123456789") for _place in range(PIN))


def grouped(code: str) -> str:
    """The code as it is printed: 1234 5678 9012 3456 7890."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(text: str) -> str:
    """The twenty digits of a code as somebody typed it, full-width digits, spaces and hyphens forgiven; Invalid (field
    `code`) when it cannot be one."""
    plain = unicodedata.normalize("NFKC", text)
    digits = "".join(sign for sign in plain if not sign.isspace() and sign not in "-–—_.")
    if not (digits.isascii() and digits.isdigit()) or len(digits) != LENGTH:
        raise Invalid(_("a tracking code has %(count)d digits"), field="code", count=LENGTH)
    if int(digits) % _MODULUS != 1:
        raise Invalid(_("one of the digits is mistyped, or two have changed places; compare them"), field="code")
    return digits
