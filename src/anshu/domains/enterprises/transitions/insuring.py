"""Insurance policies: the premium floats with the record of the enterprise, and the policy says by what."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.enterprises import queries
from anshu.domains.enterprises.models import Enterprise, Policy, within
from anshu.domains.enterprises.queries.packs import today
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.transitions import opening, transition


@opening(to=Policy.State.ACTIVE, title=_("insure"))
def insure(
    *,
    by: Actor,
    enterprise: Enterprise,
    number: str,
    insurer: str,
    starts_on: date,
    ends_on: date,
    sum_insured_yuan: float,
    base_premium_yuan: float,
    insured_people: int | None = None,
) -> Policy:
    """A safety liability policy. The premium is the base premium times the factors that the record of the enterprise
    gives (accidents, awards, standardisation), each kept with the policy."""
    if not number.strip() or Policy.objects.filter(number=number.strip()).exists():
        raise Invalid(_("a policy has a number of its own"), field="number")
    if ends_on <= starts_on:
        raise Invalid(_("it cannot end before it begins"), field="ends_on")
    for name, yuan in (("sum_insured_yuan", sum_insured_yuan), ("base_premium_yuan", base_premium_yuan)):
        if yuan <= 0:
            raise Invalid(_("an amount in yuan, more than nothing"), field=name)
    base = Decimal(str(base_premium_yuan))
    quote = queries.quote(enterprise, base)
    return Policy(
        enterprise=enterprise,
        number=number.strip(),
        insurer=insurer.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        sum_insured_yuan=Decimal(str(sum_insured_yuan)),
        base_premium_yuan=base,
        premium_yuan=quote.yuan,
        factors=[{"name": name, "share": str(share)} for name, share in quote.factors],
        insured_people=insured_people,
        **within(enterprise),
    )


@transition(Policy.State.ACTIVE, to=Policy.State.ENDED, title=_("end"))
def end_policy(policy: Policy, *, by: Actor) -> None:
    """Its last day has passed."""
    if policy.ends_on >= today():
        raise Refused(_("it is valid until %(until)s"), until=policy.ends_on)


@transition(Policy.State.ACTIVE, to=Policy.State.CANCELLED, title=_("cancel"), grave=True)
def cancel_policy(policy: Policy, *, by: Actor, reason: str) -> None:
    """Given up before its end."""
    if not reason.strip():
        raise Invalid(_("say why"), field="reason")


clocks.EXPIRY["enterprises.end_policy"] = end_policy
