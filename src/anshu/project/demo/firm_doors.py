"""What waits behind the doors of the two enterprises with a log-in: a self-check, and hazards their street ordered."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from anshu.access.models import Account, Grant
from anshu.access.policy import Person
from anshu.domains.enterprises.models import Enterprise, SelfCheck
from anshu.domains.enterprises.transitions import plan_self_check
from anshu.domains.hazards.models import Grade, Hazard
from anshu.domains.hazards.transitions import judge, order, report
from anshu.kernel import clock
from anshu.project.demo import firms
from anshu.project.demo.staging import Scene
from anshu.workflow.clocks import WORK

FOUND = (
    ("二楼安全出口被货物堵塞", Hazard.Kind.FIRE, "二楼东侧楼梯口", Grade.GENERAL, 3),
    ("配电箱旁堆放纸箱", Hazard.Kind.ELECTRIC, "一楼配电房", Grade.GENERAL, 10),
    ("打磨间除尘系统未设泄爆装置", Hazard.Kind.DUST, "打磨间", Grade.MAJOR, 25),
)
"""How many of these each of the two has: the factory all of them, the kitchen the first two."""
EACH = (3, 2)
CLAUSE = "工贸企业重大事故隐患判定标准"


def fill(scene: Scene) -> Iterator[str]:
    """Let the street find and order what is to be put right, and plan the self-checks; once."""
    made = 0
    for (code, _name), count in zip(firms.shown(scene), EACH, strict=False):
        firm = Enterprise.objects.select_related("site").get(credit_code=code)
        officer = _officer(firm.territory)
        if officer is None or firm.site is None or Hazard.objects.filter(enterprise=firm).exists():
            continue
        with transaction.atomic():
            if not SelfCheck.objects.filter(enterprise=firm, state=SelfCheck.State.PLANNED).exists():
                plan_self_check(by=WORK, enterprise=firm)
            for summary, kind, place, grade, days in FOUND[:count]:
                hazard = report(by=officer, site=firm.site, enterprise=firm, summary=summary, kind=kind, place=place)
                judge(hazard, by=officer, grade=grade, judging_clause=CLAUSE if grade == Grade.MAJOR else "")
                due_on = timezone.localtime(clock.now()).date() + timedelta(days=days)
                order(hazard, by=officer, due_on=due_on, responsible=firm.contact, measures="停用并设警戒")
                made += 1
    Hazard.objects.filter(enterprise__generated=True).update(generated=True)
    yield f"hazards of the two enterprises: {made} ordered" if made else "hazards of the two enterprises: already there"


def _officer(territory: str) -> Person | None:
    """Whoever acts for the street the enterprise lies in."""
    for grant in Grant.objects.filter(role="street_officer").select_related("account"):
        if territory.startswith(grant.territory):
            return Person(Account.objects.get(pk=grant.account_id))
    return None
