"""One-time codes (RFC 6238) as the second factor. A code is good once, for its half minute and the ones beside it."""

import time

import pyotp
import segno

from anshu.access.models import Account
from anshu.access.secrets import seal, unseal

STEP_S = 30


def begin(account: Account) -> str:
    """A new secret for enrolment, not yet in force."""
    return pyotp.random_base32()


def picture(account: Account, secret: str) -> str:
    """The enrolment code as an SVG picture for the person's app."""
    address = pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name="Anshu 安枢")
    svg: str = segno.make(address).svg_inline(scale=4, border=2)
    return svg


def confirm(account: Account, secret: str, code: str) -> bool:
    """Put the secret in force if the code proves that the person's app has it."""
    if not pyotp.TOTP(secret).verify(code, valid_window=1):
        return False
    account.totp_secret, account.totp_step = seal(secret), int(time.time()) // STEP_S
    account.save(update_fields=("totp_secret", "totp_step"))
    return True


def accept(account: Account, code: str) -> bool:
    """Whether the code is right and new; a code seen once is never taken again."""
    if not account.totp_secret or not code.isdigit():
        return False
    totp, now = pyotp.TOTP(unseal(account.totp_secret)), int(time.time()) // STEP_S
    for step in (now - 1, now, now + 1):
        if step > account.totp_step and pyotp.utils.strings_equal(totp.generate_otp(step), code):
            # Compare-and-set, so that two log-ins at the same moment cannot share a code.
            return bool(Account.objects.filter(pk=account.pk, totp_step=account.totp_step).update(totp_step=step))
    return False
