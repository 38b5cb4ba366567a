"""Operational figures about hazards of one kind (chemicals, gas, construction, fire), counted from the rows."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from anshu.domains.enterprises.queries.figures import Scope
from anshu.domains.hazards.models import Hazard
from anshu.kernel import clock

ENDED = (Hazard.State.CLOSED, Hazard.State.VOID)


def hazards_found(scope: Scope, kind: str = "") -> int:
    """count(Hazard found in the days, of a kind if one is given; void ones are none). Source: LG-057 (chemicals)."""
    return _found(scope, kind).count()


def hazards_rectified(scope: Scope, kind: str = "") -> int:
    """count(Hazard closed in the days). Source: LH-046 (gas), NS-035 (construction)."""
    rows = scope.rows(Hazard, "closed_at__date").filter(state=Hazard.State.CLOSED)
    return (rows.filter(kind=kind) if kind else rows).count()


def hazard_rectification_rate(scope: Scope, kind: str = "") -> float | None:
    """count(Hazard found in the days and closed since) / count(Hazard found in the days), per cent. Source: LG-058."""
    found = _found(scope, kind)
    whole = found.count()
    return 100 * found.filter(state=Hazard.State.CLOSED).count() / whole if whole else None


def hazards_open(scope: Scope) -> int:
    """count(Hazard neither closed nor void)."""
    return scope.rows(Hazard).exclude(state__in=ENDED).count()


def hazards_overdue(scope: Scope) -> int:
    """count(Hazard open after its date)."""
    today = timezone.localtime(clock.now()).date()
    return scope.rows(Hazard).exclude(state__in=ENDED).filter(due_on__lt=today).count()


def _found(scope: Scope, kind: str) -> "QuerySet[Any]":
    rows = scope.rows(Hazard, "found_at__date").exclude(state=Hazard.State.VOID)
    return rows.filter(kind=kind) if kind else rows
