"""Figures of work safety liability insurance and of what insurers do to prevent accidents."""

from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.domains.enterprises.models import Policy, Service
from anshu.indicators import units
from anshu.indicators.book.enterprises import operating
from anshu.indicators.figures import Figure, Find, Number, Rows, Scope, add, distinct, figure, share, total
from anshu.kernel import clock

GROUP = "insurance"


def _in_force(scope: Scope) -> Rows:
    """Liability policies of enterprises in force on the last day counted (today)."""
    day = scope.last or timezone.localdate(clock.now())
    rows = scope.rows(Policy).filter(kind=Policy.Kind.LIABILITY, enterprise__isnull=False)
    return rows.exclude(state=Policy.State.CANCELLED).filter(starts_on__lte=day, ends_on__gte=day)


def _owing(scope: Scope) -> Rows:
    return operating(scope).filter(high_hazard=True)


@figure(
    GROUP,
    _("Enterprises insured"),
    says=_("different enterprises with a liability policy in force on the last day"),
    unit=units.ENTERPRISES,
    sources=["LG-024", "LH-032"],
    measure=distinct("enterprise"),
)
def insured_enterprises(scope: Scope) -> Rows:
    return _in_force(scope)


@figure(
    GROUP,
    _("High-hazard trades insured"),
    says=_("enterprises of high-hazard trades with a policy in force in per cent of all that operate"),
    unit="%",
    sources=["LG-025"],
    measure=share(_owing),
)
def insurance_coverage_rate(scope: Scope) -> Rows:
    return _owing(scope).filter(Exists(_in_force(scope).filter(enterprise=OuterRef("pk"))))


@figure(
    GROUP,
    _("Sum insured"),
    says=_("sums insured of the liability policies in force on the last day"),
    unit=units.YUAN,
    sources=["LH-034"],
    measure=total("sum_insured_yuan"),
)
def insurance_sum_insured_cny(scope: Scope) -> Rows:
    return _in_force(scope)


@figure(
    GROUP,
    _("Prevention services"),
    says=_("prevention services given in the days"),
    unit=units.TIMES,
    sources=["LH-033"],
)
def insurance_prevention_services(scope: Scope) -> Rows:
    return scope.rows(Service, "served_on").filter(kind=Service.Kind.PREVENTION)


def _premiums(rows: Rows, _scope: Scope) -> Number:
    """The premium, or the base premium where no other was set."""
    paid: Decimal | None = rows.aggregate(sum=Sum(Coalesce(F("premium_yuan"), F("base_premium_yuan"))))["sum"]
    return paid or 0


def _beginning(kind: Policy.Kind) -> Find:
    def find(scope: Scope) -> Rows:
        return scope.rows(Policy, "starts_on").filter(kind=kind)

    return find


PREMIUMS = tuple(
    add(
        Figure(
            key,
            GROUP,
            words,
            _("premiums of the policies of this kind that begin in the days"),
            units.YUAN,
            (source,),
            _beginning(kind),
            _premiums,
        )
    )
    for key, words, kind, source in (
        ("rural_house_insurance_cny", _("Premiums for rural houses"), Policy.Kind.RURAL_HOUSE, "GX-049"),
        ("public_disaster_insurance_cny", _("Premiums against natural disasters"), Policy.Kind.DISASTER, "GX-050"),
    )
)
