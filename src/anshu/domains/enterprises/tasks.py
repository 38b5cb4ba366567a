"""What goes on by itself: changed files are graded anew, grades fade night by night, imported papers get clocks."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from anshu.domains.enterprises.models import Certificate, Enterprise, GradeEvent, Policy
from anshu.domains.enterprises.transitions import regrade
from anshu.kernel import clock
from anshu.workflow import clocks, log
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Change, Clock

AT_ONCE, PAPERS_AT_ONCE = 50, 1000


def follow_file(change: Change) -> None:
    """A file or an event of its grade was added or changed (`enterprises.add`, `.change`): the grade follows."""
    key, enterprise = change.subject_id, None
    if key is not None and change.subject == Enterprise._meta.label_lower:
        enterprise = Enterprise.objects.filter(pk=key).first()
    elif key is not None and change.subject == GradeEvent._meta.label_lower:
        event = GradeEvent.objects.select_related("enterprise").filter(pk=key).first()
        enterprise = event.enterprise if event else None
    if enterprise is not None:
        regrade(enterprise, by=WORK)


def keep_grades() -> bool:
    """Grade a few of the enterprises anew whose grade was not reckoned today and may have moved; says whether more of
    them wait. Points fade, so whoever has events is looked at once a day."""
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    stale = Q(graded_at=None) | Q(graded_at__lt=midnight)
    moving = Exists(GradeEvent.objects.filter(enterprise=OuterRef("pk"))) | ~Q(risk_color=F("base_color"))
    waiting = list(Enterprise.objects.filter(stale).filter(moving).order_by("pk")[: AT_ONCE + 1])
    for enterprise in waiting[:AT_ONCE]:
        regrade(enterprise, by=WORK)
    return len(waiting) > AT_ONCE


def wind_imported() -> bool:
    """Start the clock of papers that came in by import or by hand and have none; says whether more of them wait."""
    return any([_wind(Certificate, Certificate.State.WITHDRAWN), _wind(Policy, *ENDED)])


ENDED = (Policy.State.ENDED, Policy.State.CANCELLED)


def _wind(model: Any, *ends: str) -> bool:
    running = Clock.objects.filter(subject=model._meta.label_lower, subject_id=OuterRef("pk"), stopped_at=None)
    with transaction.atomic():
        log.lock()
        waiting = list(model.objects.exclude(state__in=ends).filter(~Exists(running)).order_by("pk")[:PAPERS_AT_ONCE])
        clocks.wind_many(waiting)
    return len(waiting) == PAPERS_AT_ONCE
