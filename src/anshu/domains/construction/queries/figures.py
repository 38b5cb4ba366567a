"""Operational figures about works, counted from the rows; see the figures of enterprises."""

from anshu.domains.construction.models import MinorWork, WorkPermit
from anshu.domains.enterprises.queries.figures import Scope


def works_filed(scope: Scope) -> int:
    """count(MinorWork that begins in the days and was filed)."""
    return scope.rows(MinorWork, "starts_on").filter(unfiled=False).count()


def small_works_registration_rate(scope: Scope) -> float | None:
    """count(MinorWork filed) / count(MinorWork known: filed, or found without filing), per cent. Source: LH-043."""
    known = scope.rows(MinorWork, "starts_on").count()
    return 100 * works_filed(scope) / known if known else None


def works_going_on(scope: Scope) -> int:
    """count(MinorWork in progress now)."""
    return scope.rows(MinorWork).filter(state=MinorWork.State.IN_PROGRESS).count()


def permits_working(scope: Scope) -> int:
    """count(WorkPermit under which work goes on now)."""
    return scope.rows(WorkPermit).filter(state=WorkPermit.State.WORKING).count()
