"""Second looks by lot: what is drawn from, in which shares, and who looks that had no hand in it."""

import math
from collections import Counter
from collections.abc import Mapping
from datetime import date

from anshu.access.models import Account, Grant
from anshu.access.policy import DISTRICT, under
from anshu.access.roles import ROLES, permits
from anshu.domains.hazards.models import Hazard, LookBack, LookBackDraw
from anshu.domains.hazards.queries.around import hands
from anshu.engines.sampling import Frame, Site, Terms
from anshu.engines.sampling.chance import digest
from anshu.ledger.models import Records
from anshu.workflow import rules

LOOKS = "hazards.find_in_order"


def districts_closed(month: date) -> list[str]:
    """The districts (six digits) in which hazards were closed in a month and are closed still."""
    found = _closed(month).order_by().values_list("territory", flat=True).distinct()
    return sorted({territory[:DISTRICT] for territory in found})


def lot(month: date, area: str) -> tuple[Frame, Terms]:
    """What is drawn from, and how many of each grade: the share that the rule pack names, rounded up."""
    rows = list(_closed(month).filter(under([area])).values_list("number", "grade"))
    strata = Counter(grade for _number, grade in rows)
    sizes = {grade: math.ceil(_percent(grade) / 100 * count) for grade, count in strata.items()}
    return Frame(tuple(Site(number, grade, 1) for number, grade in rows), ()), Terms(sizes, f"{area} {month:%Y-%m}")


def _closed(month: date) -> Records[Hazard]:
    """Hazards closed in a month that are closed still; none of an exercise."""
    rows = Hazard.objects.real().filter(state=Hazard.State.CLOSED)
    return rows.filter(closed_at__year=month.year, closed_at__month=month.month).order_by("number")


def _percent(grade: str) -> float:
    shares = rules.at("hazard_loop/look_back_percent")
    return shares.number(grade if isinstance(shares.value, Mapping) and grade in shares.value else "default")


def waiting(draw: LookBackDraw, most: int) -> list[Hazard]:
    """At most so many of the hazards of a draw that wait for their second look to be opened: one that has been opened
    again meanwhile, or is being looked at already, waits no more."""
    numbers = [row["site"] for row in draw.record["drawn"]]
    looked = LookBack.objects.filter(draw=draw).values("hazard")
    busy = LookBack.objects.filter(state=LookBack.State.DRAWN).values("hazard")
    rows = Hazard.objects.real().filter(number__in=numbers, state=Hazard.State.CLOSED)
    return list(rows.exclude(pk__in=looked).exclude(pk__in=busy).order_by("number")[:most])


def who_looks(hazard: Hazard, seed: str) -> Account | None:
    """Who looks again: by lot, of those nearest to it who may and had no hand in it; None when there is nobody."""
    roles = [name for name, role in ROLES.items() if permits(role.permits, LOOKS) and not role.own]
    around = [hazard.territory[:digits] for digits in range(len(hazard.territory) + 1)]
    rows = Grant.objects.filter(role__in=roles, holder="", territory__in=around, account__is_active=True)
    free = list(rows.exclude(account__in=hands(hazard)).select_related("account"))
    nearest = max((len(grant.territory) for grant in free), default=0)
    accounts = [grant.account for grant in free if len(grant.territory) == nearest]
    return min(accounts, key=lambda one: digest([seed, hazard.number, one.username]), default=None)
