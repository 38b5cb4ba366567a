"""What the rule pack says about works and permits, in the shapes that the rules take."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from anshu.domains.construction.models import WorkPermit
from anshu.domains.construction.rules import permits
from anshu.domains.construction.rules.permits import GasLimits, Night
from anshu.kernel import clock
from anshu.kernel.working_days import Limit, shipped_calendar
from anshu.workflow import rules

PACK = "work_permits"


def _texts(key: str) -> Mapping[str, str]:
    rule = rules.at(f"{PACK}/{key}")
    value: Any = rule.value
    return {name: rule.text(name) for name in value}


def today() -> date:
    """The local day."""
    return timezone.localtime(clock.now()).date()


def longest(kind: str, rank: str) -> Limit:
    """How long a permit of this kind and level may hold."""
    return Limit.parse(permits.longest(kind, rank, _texts("longest")))


def ends_by(starts_at: datetime, kind: str, rank: str) -> datetime:
    """The last instant at which a permit that begins then may end."""
    limit = longest(kind, rank)
    return starts_at + (limit.elapsed or timedelta(days=limit.amount))


def night() -> Night:
    """The hours that count as night."""
    texts = _texts("night")
    return Night(time.fromisoformat(texts["begins"]), time.fromisoformat(texts["ends"]))


def raised_by(starts_at: datetime, ends_at: datetime) -> frozenset[str]:
    """What raises the level of hot work planned for this time. What is planned for longer than a day is worked by day:
    at night and on days off it is not begun."""
    if ends_at - starts_at > timedelta(days=1):
        return frozenset()
    zone = timezone.get_default_timezone()
    return permits.raised_by(starts_at, ends_at, night(), zone, shipped_calendar().is_working_day)


def rank_of(kind: str, size: float) -> str:
    """The level of work at a height (m), or of lifting a weight (t)."""
    steps = [float(str(item)) for item in rules.at(f"{PACK}/steps.{kind}").items()]
    ranks = [str(item) for item in rules.at(f"{PACK}/ranks.{kind}").items()]
    return permits.rank_by_size(size, steps, ranks)


def needs_test(permit: WorkPermit) -> bool:
    """Whether gas must be tested before this work."""
    return permit.kind in {str(item) for item in rules.at(f"{PACK}/gas.kinds").items()}


def gas_limits() -> GasLimits:
    """The readings with which work may begin."""
    rule = rules.at(f"{PACK}/gas.limits")
    return GasLimits(
        rule.number("oxygen_least"),
        rule.number("oxygen_most"),
        rule.number("combustible_most"),
        rule.number("combustible_most_low"),
    )


def gas_counts_min() -> float:
    """For how many minutes before the start a gas test counts."""
    return rules.at(f"{PACK}/gas.before_min").number()


def pause_min(kind: str) -> float:
    """The longest interruption (minutes) after which no new test is needed."""
    rule = rules.at(f"{PACK}/gas.pause_min")
    return rule.number(kind if isinstance(rule.value, Mapping) and kind in rule.value else "default")


def dangerous(permit: WorkPermit) -> bool:
    """Whether the work, while it goes on, counts towards the living grade."""
    named = {str(item) for item in rules.at(f"{PACK}/counts").items()}
    return permit.kind in named or f"{permit.kind}.{permit.rank}" in named
