"""What hazards hear of from below, what they tell the file of their enterprise, and the second looks drawn when a month
is over. Reactions: idempotent and quick."""

from datetime import timedelta

from django.utils import timezone

from anshu.domains.enterprises.models import GradeEvent, SelfCheck
from anshu.domains.enterprises.transitions import end_events, note_event
from anshu.domains.hazards import queries
from anshu.domains.hazards.models import Hazard, LookBackDraw
from anshu.domains.hazards.transitions import draw_look_back, draw_lot, report
from anshu.kernel import clock
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Change

"""States in which the enterprise, and nobody else, is late."""
WITH_THE_ENTERPRISE = (Hazard.State.ORDERED, Hazard.State.RECTIFYING)
ENDED = (Hazard.State.CLOSED, Hazard.State.VOID)
"""Second looks opened in one turn."""
AT_ONCE = 20


def open_from_self_check(change: Change) -> None:
    """A self-check was handed in (`enterprises.complete_self_check`): each failed item becomes a hazard, once."""
    rows = SelfCheck.objects.select_related("enterprise__site")
    check = rows.filter(pk=change.subject_id).first() if change.subject_id else None
    if check is None or check.enterprise.site is None:
        return
    there = set(Hazard.objects.filter(origin_id=check.pk).values_list("clause", flat=True))
    for item in check.items:
        clause = f"{item['text']}（{item['basis']}）" if item["basis"] else item["text"]
        if item["result"] == "fail" and clause[:200] not in there:
            report(
                by=WORK,
                site=check.enterprise.site,
                enterprise=check.enterprise,
                summary=item["note"],
                kind=Hazard.Kind(item["kind"]),
                source=Hazard.Source.SELF_CHECK,
                clause=clause[:200],
                found_at=check.done_at,
                origin=check.number,
                origin_id=check.pk,
            )


def count_for_grade(change: Change) -> None:
    """A hazard was ordered (`hazards.order`) or opened again (`hazards.reopen`): it counts until it is closed."""
    hazard = _hazard(change)
    if hazard is None or hazard.enterprise is None or hazard.state in ENDED:
        return
    kind = GradeEvent.Kind.HAZARD_MAJOR if hazard.major else GradeEvent.Kind.HAZARD_GENERAL
    note_event(by=WORK, enterprise=hazard.enterprise, kind=kind, summary=_words(hazard), cause=hazard, lasts=True)


def count_overdue(change: Change) -> None:
    """Its time has run out (`workflow.escalate`) while it was the enterprise's to put right."""
    hazard = _hazard(change)
    if hazard is not None and hazard.enterprise is not None and hazard.state in WITH_THE_ENTERPRISE:
        overdue = GradeEvent.Kind.HAZARD_OVERDUE
        words = _words(hazard)
        note_event(by=WORK, enterprise=hazard.enterprise, kind=overdue, summary=words, cause=hazard, lasts=True)


def stop_overdue(change: Change) -> None:
    """It was submitted or postponed (`hazards.submit`, `hazards.postpone`): it is not overdue any more."""
    hazard = _hazard(change)
    if hazard is not None and hazard.state not in ENDED:
        end_events(by=WORK, cause=hazard, kinds=(GradeEvent.Kind.HAZARD_OVERDUE,))


def count_no_more(change: Change) -> None:
    """A hazard is closed or was none (`hazards.close_out`, `hazards.void`): what it counted begins to fade."""
    hazard = _hazard(change)
    if hazard is not None and hazard.state in ENDED:
        end_events(by=WORK, cause=hazard)


def look_back() -> bool:
    """Draw from what was closed last month, once, and hand out a few of those drawn; says whether more of them wait."""
    month = (timezone.localdate(clock.now()).replace(day=1) - timedelta(days=1)).replace(day=1)
    if not LookBackDraw.objects.filter(month=month).exists():
        for area in queries.districts_closed(month):
            draw_lot(by=WORK, month=month, area=area)
    left = AT_ONCE
    for draw in LookBackDraw.objects.filter(month=month).order_by("territory"):
        rows = queries.waiting(draw, left + 1)
        for hazard in rows[:left]:
            draw_look_back(by=WORK, hazard=hazard, seed=draw.record["seed"], draw=draw)
        if len(rows) > left:
            return True
        left -= len(rows)
    return False


def _hazard(change: Change) -> Hazard | None:
    if change.subject != Hazard._meta.label_lower or change.subject_id is None:
        return None
    return Hazard.objects.select_related("enterprise").filter(pk=change.subject_id, exercise=False).first()


def _words(hazard: Hazard) -> str:
    return f"{hazard.number} {hazard.summary}"
