"""Operational figures that the annual reports of districts print, counted from the rows. Names are those of the list of
indicators; each says its formula. Exercises never count, and everybody counts only what they may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from anshu.access.policy import Actor, under
from anshu.domains.enterprises.models import (
    Asset,
    Certificate,
    Enterprise,
    Improvement,
    ListEntry,
    Policy,
    RiskArea,
    RiskDeclaration,
    RiskPoint,
    Service,
    Standardisation,
    Threat,
)
from anshu.domains.enterprises.queries.packs import today


@dataclass(frozen=True)
class Scope:
    """Whose eyes, which area (everything below is included; empty: all), and the local days from and until which is
    counted (both included; None: without limit)."""

    actor: Actor
    territory: str = ""
    first: date | None = None
    last: date | None = None

    def rows(self, model: Any, day: str = "") -> "QuerySet[Any]":
        """The rows of a register in the area; of the days, where the name of a date is given."""
        found = model.objects.visible_to(self.actor).real()
        if self.territory:
            found = found.filter(under([self.territory]))
        return self.within(found, day) if day else found

    def within(self, found: "QuerySet[Any]", day: str) -> "QuerySet[Any]":
        """Those of the rows whose date (or local day of an instant, written `at__date`) lies in the days."""
        if self.first is not None:
            found = found.filter(**{f"{day}__gte": self.first})
        return found.filter(**{f"{day}__lte": self.last}) if self.last is not None else found


def _share(part: int, whole: int) -> float | None:
    """Per cent, or None of nothing."""
    return 100 * part / whole if whole else None


def _operating(scope: Scope) -> "QuerySet[Any]":
    return scope.rows(Enterprise).filter(standing=Enterprise.Standing.OPERATING)


def key_enterprises_registered(scope: Scope) -> int:
    """count(Enterprise where key and operating). Source: LG-090."""
    return _operating(scope).filter(key=True).count()


def standardisation_reviews_done(scope: Scope, *, online: bool = True) -> int:
    """count(Standardisation where first review passed in the days, of them those done online). Source: LG-026."""
    rows = scope.rows(Standardisation, "reviewed_on").exclude(reviewed_on=None)
    return rows.filter(online=True).count() if online else rows.count()


def standardisation_acceptances(scope: Scope) -> int:
    """count(Standardisation where accepted in the days). Source: GX-037."""
    accepted = scope.rows(Standardisation, "accepted_on").filter(state=Standardisation.State.ACCEPTED)
    return accepted.count()


def whitelist_industries(scope: Scope) -> int:
    """count(distinct industry of enterprises on the white list in force). Source: LG-082."""
    entries = scope.rows(ListEntry).filter(kind=ListEntry.Kind.WHITE, state=ListEntry.State.PUBLISHED)
    return entries.exclude(enterprise__industry="").values("enterprise__industry").distinct().count()


def enterprise_service_visits(scope: Scope) -> int:
    """count(Service) in the days, in 家次: an enterprise visited twice counts twice. Source: NS-073."""
    return scope.rows(Service, "served_on").count()


def key_enterprises_assisted(scope: Scope) -> int:
    """count(distinct key Enterprise with a Service of help and guidance) in the days, in 家. Source: NS-016."""
    rows = scope.rows(Service, "served_on").filter(kind=Service.Kind.ASSISTANCE, enterprise__key=True)
    return rows.values("enterprise").distinct().count()


def enterprises_upgraded(scope: Scope, divisions: Iterable[str] = ()) -> int:
    """count(Improvement where technical upgrade done in the days), of these GB/T 4754 divisions when any are given
    (47–50 construction, 26 chemicals, 77 waste). Source: GX-030 to GX-033."""
    rows = scope.rows(Improvement, "done_on").filter(kind=Improvement.Kind.UPGRADE).exclude(done_on=None)
    chosen = Q()
    for division in divisions:
        chosen |= Q(enterprise__industry__regex=rf"^[A-T]?{division}")
    return rows.filter(chosen).count()


def risk_assessment_entities(scope: Scope) -> int:
    """count(Enterprise that operates): everybody who operates declares. Source: GM-051."""
    return _operating(scope).count()


def risk_records_reported(scope: Scope) -> int:
    """count(RiskDeclaration handed in within the days). Source: GM-052."""
    return scope.rows(RiskDeclaration, "submitted_at__date").exclude(submitted_at=None).count()


def risk_records_reviewed(scope: Scope) -> int:
    """count(RiskDeclaration handed in within the days and reviewed since). Source: GM-053."""
    rows = scope.rows(RiskDeclaration, "submitted_at__date").exclude(submitted_at=None)
    return rows.exclude(reviewed_at=None).count()


def risk_review_rate(scope: Scope) -> float | None:
    """risk_records_reviewed / risk_records_reported, per cent. Source: GM-054 (83,991 / 84,262 = 99.68 %)."""
    return _share(risk_records_reviewed(scope), risk_records_reported(scope))


def risk_points_identified(scope: Scope) -> int:
    """count(RiskPoint not removed). Source: GX-024."""
    return scope.rows(RiskPoint).exclude(state=RiskPoint.State.REMOVED).count()


def risk_points_controlled(scope: Scope) -> int:
    """count(RiskPoint with measures in place). Source: GX-025."""
    return scope.rows(RiskPoint).filter(state=RiskPoint.State.CONTROLLED).count()


def risk_control_measures(scope: Scope) -> int:
    """count(RiskPoint not removed that names measures). Source: GX-036."""
    return scope.rows(RiskPoint).exclude(state=RiskPoint.State.REMOVED).exclude(measures="").count()


def _areas(scope: Scope) -> "QuerySet[Any]":
    return scope.rows(RiskArea).exclude(state=RiskArea.State.DELISTED)


def high_risk_areas_and_points(scope: Scope) -> int:
    """count(RiskArea on the list). Source: LH-024."""
    return _areas(scope).count()


def high_risk_leader_assignment_rate(scope: Scope) -> float | None:
    """count(RiskArea on the list with a leader) / count(RiskArea on the list), per cent. Source: LH-025."""
    return _share(_areas(scope).exclude(sponsor=None).count(), _areas(scope).count())


def fire_high_risk_areas_under_rectification(scope: Scope) -> int:
    """count(RiskArea where danger is fire and under rectification). Source: NS-038."""
    return _areas(scope).filter(threat=Threat.FIRE, state=RiskArea.State.SPONSORED).count()


def _insured(scope: Scope) -> "QuerySet[Any]":
    """Liability policies in force on the last day counted (today)."""
    day = scope.last or today()
    rows = scope.rows(Policy).filter(kind=Policy.Kind.LIABILITY, enterprise__isnull=False)
    return rows.exclude(state=Policy.State.CANCELLED).filter(starts_on__lte=day, ends_on__gte=day)


def insured_enterprises(scope: Scope) -> int:
    """count(distinct Enterprise with a liability policy in force). Source: LH-032, LG-024."""
    return _insured(scope).values("enterprise").distinct().count()


def insurance_coverage_rate(scope: Scope) -> float | None:
    """count(high-hazard Enterprise insured) / count(high-hazard Enterprise that operates), per cent. Source: LG-025."""
    owing = _operating(scope).filter(high_hazard=True)
    return _share(owing.filter(pk__in=_insured(scope).values("enterprise")).count(), owing.count())


def insurance_sum_insured_cny(scope: Scope) -> Decimal:
    """sum(Policy.sum_insured_yuan of liability policies in force). Source: LH-034."""
    return _insured(scope).aggregate(yuan=Sum("sum_insured_yuan"))["yuan"] or Decimal(0)


def insurance_prevention_services(scope: Scope) -> int:
    """count(Service of prevention in the days). Source: LH-033."""
    return scope.rows(Service, "served_on").filter(kind=Service.Kind.PREVENTION).count()


def insurance_premium_cny(scope: Scope, kind: Policy.Kind) -> Decimal:
    """sum(premium of policies of a kind that begin in the days), the base premium where no other was set.
    Source: GX-049 (rural houses), GX-050 (natural disasters)."""
    rows = scope.rows(Policy, "starts_on").filter(kind=kind).values_list("premium_yuan", "base_premium_yuan")
    return sum((premium or base for premium, base in rows), Decimal(0))


def labs_managed(scope: Scope) -> int:
    """count(Asset where laboratory, in use, with hazardous chemicals). Source: GM-037."""
    return _labs(scope).count()


def lab_enterprises_managed(scope: Scope) -> int:
    """count(distinct Enterprise of such laboratories). Source: GM-036."""
    return _labs(scope).values("enterprise").distinct().count()


def _labs(scope: Scope) -> "QuerySet[Any]":
    return scope.rows(Asset).filter(kind=Asset.Kind.LABORATORY, with_chemicals=True, in_use=True)


def improvements_done(scope: Scope, kind: Improvement.Kind, *, households: bool | None = None) -> int:
    """sum(Improvement.quantity of a kind done in the days; in households, elsewhere, or both). Source: LH-036 (alarms),
    LH-037 (extinguishers), LH-047 (smart gas meters), LH-048 (bottled to piped gas, not in households)."""
    rows = scope.rows(Improvement, "done_on").filter(kind=kind).exclude(done_on=None)
    if households is not None:
        rows = rows.filter(household=households)
    return rows.aggregate(pieces=Sum("quantity"))["pieces"] or 0


def red_black_lists(scope: Scope) -> int:
    """count(ListEntry on the red or black list published in the days). Source: NS-032."""
    kinds = (ListEntry.Kind.RED, ListEntry.Kind.BLACK)
    return scope.rows(ListEntry, "published_at__date").filter(kind__in=kinds).exclude(published_at=None).count()


def certificates_expired(scope: Scope) -> int:
    """count(Certificate that has run out and was neither renewed nor withdrawn)."""
    return scope.rows(Certificate).filter(state=Certificate.State.EXPIRED).count()


def enterprises_by_color(scope: Scope) -> dict[str, int]:
    """count(Enterprise that operates) by colour code; an empty code is not graded."""
    counted = _operating(scope).order_by().values_list("risk_color").annotate(n=Count("pk"))
    return dict(counted)
