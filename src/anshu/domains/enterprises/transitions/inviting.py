"""Opening the door to an enterprise: an account for its credit code, with a password that is shown once."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anshu.access import policy
from anshu.access.models import Account, Grant
from anshu.access.policy import Actor
from anshu.domains.enterprises.models import Enterprise, SelfCheck
from anshu.domains.enterprises.transitions.checking import plan_self_check
from anshu.kernel.errors import Refused
from anshu.workflow import log
from anshu.workflow.clocks import WORK

ROLE = "enterprise"
"""Signs that nobody mistakes for another when reading them aloud; a password has three groups of four."""
LARGE, SMALL, DIGITS = "ACDEFHJKMNPRTUVWXY", "acdefhjkmnprtuvwxy", "34679"


def first_password() -> str:
    """A password that can be read aloud, such as `KtR4-mXw7-Hc9p`; there are more than 2^50 of them."""
    signs = [secrets.choice(LARGE + SMALL) if place % 4 < 3 else secrets.choice(DIGITS) for place in range(12)]
    signs[0], signs[1] = secrets.choice(LARGE), secrets.choice(SMALL)
    return "-".join("".join(signs[start : start + 4]) for start in (0, 4, 8))


def invite(enterprise: Enterprise, *, by: Actor) -> tuple[Account, str]:
    """Open the enterprise's account, whose user name is its credit code, or give it a new first password. Returns the
    account and the password, which is kept nowhere; whoever logs in with it must choose another. Its first self-check
    is planned with it."""
    with transaction.atomic():
        log.lock()
        policy.require_on(by, "enterprises.invite", enterprise)
        code = enterprise.credit_code
        if not code:
            raise Refused(_("enter its credit code first: the enterprise logs in by it"), code="no_credit_code")
        account = Account.objects.filter(username=code).first() or Account(username=code)
        password = first_password()
        account.name, account.unit, account.is_active = enterprise.name[:60], enterprise.name[:80], True
        validate_password(password, account)
        account.set_password(password)
        account.save()
        if not Grant.objects.filter(account=account, role=ROLE, holder=code).exists():
            Grant(account=account, role=ROLE, holder=code).save()
        log.write("enterprises.invite", account, by, details={"enterprise": enterprise, "holder": code})
        if not SelfCheck.objects.filter(enterprise=enterprise, state=SelfCheck.State.PLANNED).exists():
            plan_self_check(by=WORK, enterprise=enterprise)
    return account, password
