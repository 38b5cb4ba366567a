"""Figures of tip-offs, each counted from rows that an actor may see; what was told in an exercise is never counted."""

from datetime import date, datetime
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Q, QuerySet, Sum

from anshu.access.policy import Actor
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.tipoffs.models import InternalReward, TipOff

HUNDRED = 100.0


def received(actor: Actor, start: datetime, end: datetime) -> QuerySet[TipOff]:
    """Tip-offs received from `start` on and before `end`."""
    return TipOff.objects.visible_to(actor).real().filter(received_at__gte=start, received_at__lt=end)


def public_reports_received(actor: Actor, start: datetime, end: datetime) -> int:
    """Tip-offs received in the span, by every channel: count(TipOff). Source: Luohu 2025, 182 cases (LH-097)."""
    return received(actor, start, end).count()


def verified(rows: QuerySet[TipOff]) -> QuerySet[TipOff]:
    """Those that were verified; one that was joined to an earlier one is verified with it."""
    return rows.filter(Q(verified_at__isnull=False) | Q(earlier__verified_at__isnull=False))


def public_report_verification_rate(actor: Actor, start: datetime, end: datetime) -> float | None:
    """Share verified of those received in the span (per cent): count(verified) / count(TipOff). What was not accepted,
    or is another authority's, counts as not verified, so that nothing is made to look better by being turned away.
    Source: Nanshan 2023, 100 % (NS-075)."""
    rows = received(actor, start, end)
    return _share(verified(rows).count(), rows.count())


def accuracy(actor: Actor, start: datetime, end: datetime) -> float | None:
    """Share substantiated of those verified, of the tip-offs received in the span (per cent)."""
    rows = received(actor, start, end).filter(verified_at__isnull=False)
    return _share(rows.filter(outcome=TipOff.Outcome.TRUE).count(), rows.count())


def verification_days(actor: Actor, start: datetime, end: datetime) -> float | None:
    """Median days from acceptance to the finding, of the tip-offs received in the span and verified."""
    rows = received(actor, start, end).filter(verified_at__isnull=False, accepted_at__isnull=False)
    days = [
        (found - taken).total_seconds() / 86_400
        for found, taken in rows.values_list("verified_at", "accepted_at")
        if found is not None and taken is not None
    ]
    return median(days) if days else None


def rewards_paid_yuan(actor: Actor, start: datetime, end: datetime) -> Decimal:
    """Sum of the rewards paid in the span (yuan): sum(TipOff.reward_yuan where paid)."""
    rows = TipOff.objects.visible_to(actor).real().filter(paid_at__gte=start, paid_at__lt=end)
    total: dict[str, Any] = rows.aggregate(total=Sum("reward_yuan"))
    return total["total"] or Decimal(0)


def internal_reward_enterprises(actor: Actor, first: date, last: date) -> int:
    """Enterprises that run an in-house reward scheme: those with an entry for a month from first to last.
    Source: Luohu 2025, 4,189 units (LH-098)."""
    return _with_scheme(actor, first, last).count()


def internal_reward_coverage_rate(actor: Actor, first: date, last: date) -> float | None:
    """Share of the key enterprises that run an in-house reward scheme (per cent): count(key Enterprise with scheme) /
    count(key Enterprise). Source: Luohu 2025, full coverage (LH-099)."""
    key = Enterprise.objects.visible_to(actor).real().filter(key=True, standing=Enterprise.Standing.OPERATING)
    return _share(key.filter(pk__in=_with_scheme(actor, first, last)).count(), key.count())


def _with_scheme(actor: Actor, first: date, last: date) -> QuerySet[InternalReward, Any]:
    rows = InternalReward.objects.visible_to(actor).real().filter(month__gte=first.replace(day=1), month__lte=last)
    return rows.order_by().values("enterprise").distinct()


def _share(part: int, whole: int) -> float | None:
    return HUNDRED * part / whole if whole else None
