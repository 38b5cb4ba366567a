"""Self-checks: planned period after period, done or missed. Findings become hazards in the domain above."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.enterprises import queries
from anshu.domains.enterprises.models import Enterprise, GradeEvent, SelfCheck, within
from anshu.domains.enterprises.queries.packs import numbers, today
from anshu.domains.enterprises.rules.colors import name_of
from anshu.domains.enterprises.transitions.grading import note_event
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import opening, transition

RESULTS = ("pass", "fail", "none")


@opening(to=SelfCheck.State.PLANNED, title=_("plan a self-check"))
def plan_self_check(*, by: Actor, enterprise: Enterprise, from_on: date | None = None) -> SelfCheck:
    """The self-check of the period that begins on a day (today); how long it is follows from the colour."""
    first = from_on or today()
    if SelfCheck.objects.filter(enterprise=enterprise, state=SelfCheck.State.PLANNED).exists():
        raise Refused(_("a self-check is planned already"), code="planned_already")
    days = numbers("enterprise_loops/self_check.every_d")[name_of(enterprise.risk_color)]
    return SelfCheck(
        enterprise=enterprise,
        from_on=first,
        due_on=first + timedelta(days=days - 1),
        items=queries.self_check_items(enterprise),
        **within(enterprise),
    )


def _go_on(check: SelfCheck) -> None:
    """The next period follows without a gap; one that would be over already is left out."""
    plan_self_check(by=WORK, enterprise=check.enterprise, from_on=max(check.due_on + timedelta(days=1), today()))


@transition(SelfCheck.State.PLANNED, to=SelfCheck.State.DONE, title=_("hand in the self-check"), then=_go_on)
def complete_self_check(
    check: SelfCheck, *, by: Actor, checker: str, answers: Mapping[str, Mapping[str, str]]
) -> dict[str, object]:
    """Every item answered (`pass`, `fail` or `none`: not applicable), each failed one with what is wrong. `answers` is
    item key → {result, note}. Nothing found is allowed, and counted."""
    if check.from_on > today():
        raise Refused(_("this period begins on %(day)s"), day=check.from_on, code="too_early")
    if not checker.strip():
        raise Invalid(_("say who checked"), field="checker")
    for item in check.items:
        given = answers.get(item["key"], {})
        result, note = given.get("result", ""), given.get("note", "").strip()
        if result not in RESULTS:
            raise Invalid(_("“%(item)s” is not answered yet"), field=item["key"], item=item["text"])
        if result == "fail" and not note:
            raise Invalid(_("“%(item)s”: say what is wrong"), field=item["key"], item=item["text"])
        item |= {"result": result, "note": note[:200]}
    check.checker, check.done_at = checker.strip(), clock.now()
    check.findings = sum(item["result"] == "fail" for item in check.items)
    if check.findings and check.enterprise.site is None:
        raise Refused(_("your file names no main premises, where the findings lie; ask your officer"), code="no_site")
    return {"findings": check.findings}


def _count_missed(check: SelfCheck) -> None:
    words = f"{check.from_on} – {check.due_on}"
    missed = GradeEvent.Kind.SELF_CHECK_MISSED
    note_event(by=WORK, enterprise=check.enterprise, kind=missed, summary=words, cause=check)
    _go_on(check)


@transition(SelfCheck.State.PLANNED, to=SelfCheck.State.MISSED, title=_("note as missed"), then=_count_missed)
def miss_self_check(check: SelfCheck, *, by: Actor) -> None:
    """The period is over and nothing was handed in."""
    if check.due_on >= today():
        raise Refused(_("it may be handed in until %(day)s"), day=check.due_on)


clocks.EXPIRY["enterprises.miss_self_check"] = miss_self_check
