"""Figures of tip-offs, of what enterprises pay to their own people for telling, and of notices that ask for it."""

from statistics import median

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anshu.domains.enterprises.models import Enterprise, WorkerReward
from anshu.domains.tipoffs.models import HotlineNotice, InternalReward, TipOff
from anshu.indicators import units
from anshu.indicators.book.enterprises import operating
from anshu.indicators.figures import Number, Rows, Scope, figure, share, total

GROUP = "tipoffs"
DAY_S = 86_400


@figure(
    GROUP,
    _("Tip-offs received"),
    says=_("tip-offs received in the days, by every channel"),
    unit=units.TIP_OFFS,
    sources=["LH-097"],
)
def public_reports_received(scope: Scope) -> Rows:
    return scope.rows(TipOff, "received_at__date")


@figure(
    GROUP,
    _("Share of tip-offs verified"),
    says=_(
        "verified, alone or with an earlier one, in per cent of all received; what was turned away was not verified"
    ),
    unit="%",
    sources=["NS-075"],
    measure=share(public_reports_received.rows),
)
def public_report_verification_rate(scope: Scope) -> Rows:
    verified = Q(verified_at__isnull=False) | Q(earlier__verified_at__isnull=False)
    return public_reports_received.rows(scope).filter(verified)


def _verified(scope: Scope) -> Rows:
    return public_reports_received.rows(scope).filter(verified_at__isnull=False)


@figure(
    GROUP,
    _("Share of tip-offs that proved true"),
    says=_("substantiated in per cent of those verified"),
    unit="%",
    measure=share(_verified),
)
def tip_off_accuracy(scope: Scope) -> Rows:
    return _verified(scope).filter(outcome=TipOff.Outcome.TRUE)


def _median_days(rows: Rows, _scope: Scope) -> Number:
    spans = rows.order_by().values_list("verified_at", "accepted_at")
    days = [(found - taken).total_seconds() / DAY_S for found, taken in spans]
    return median(days) if days else None


@figure(
    GROUP,
    _("Days to verify a tip-off"),
    says=_("median days from acceptance to the finding, of those received in the days"),
    unit=units.DAYS,
    measure=_median_days,
)
def tip_off_verification_days(scope: Scope) -> Rows:
    return _verified(scope).filter(accepted_at__isnull=False)


@figure(
    GROUP,
    _("Rewards paid"),
    says=_("rewards for tip-offs paid in the days"),
    unit=units.YUAN,
    measure=total("reward_yuan"),
)
def rewards_paid_cny(scope: Scope) -> Rows:
    return scope.rows(TipOff, "paid_at__date").exclude(paid_at=None)


def _in_house(scope: Scope) -> Rows:
    """Entries for the months that the days touch."""
    rows = scope.rows(InternalReward)
    rows = rows.filter(month__gte=scope.first.replace(day=1)) if scope.first else rows
    return rows.filter(month__lte=scope.last) if scope.last else rows


@figure(
    GROUP,
    _("Rewards that enterprises paid to their own people"),
    says=_("rewards paid in the days, as enterprises entered them one by one"),
    unit=units.YUAN,
    measure=total("paid_yuan"),
)
def worker_rewards_cny(scope: Scope) -> Rows:
    return scope.rows(WorkerReward, "paid_on")


def _rewarding(scope: Scope) -> Q:
    """Enterprises with an entry for a month that the days touch, or with a reward entered in the days."""
    entered = worker_rewards_cny.rows(scope).values("enterprise")
    return Q(pk__in=_in_house(scope).values("enterprise")) | Q(pk__in=entered)


@figure(
    GROUP,
    _("Enterprises that reward their own people"),
    says=_("enterprises with an entry of in-house rewards for a month of the days, or a single reward paid in them"),
    unit=units.ENTERPRISES,
    sources=["LH-098"],
)
def internal_reward_enterprises(scope: Scope) -> Rows:
    return scope.rows(Enterprise).filter(_rewarding(scope))


def _key(scope: Scope) -> Rows:
    return operating(scope).filter(key=True)


@figure(
    GROUP,
    _("Key enterprises that reward their own people"),
    says=_("key enterprises with such an entry in per cent of all key enterprises"),
    unit="%",
    sources=["LH-099"],
    measure=share(_key),
)
def internal_reward_coverage_rate(scope: Scope) -> Rows:
    return _key(scope).filter(_rewarding(scope))


@figure(
    GROUP,
    _("Hotline notices put up"),
    says=_("notices with the number for tip-offs put up in the days"),
    unit=units.PIECES,
    sources=["GX-041"],
    measure=total("notices"),
)
def hotline_notices_posted(scope: Scope) -> Rows:
    return scope.rows(HotlineNotice, "posted_on")
