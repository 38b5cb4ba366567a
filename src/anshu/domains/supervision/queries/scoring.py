"""What a score card counts of a unit over a span."""

from datetime import date

from django.db.models import F, Q, Sum
from django.utils import timezone

from anshu.domains.hazards.models import Listing
from anshu.domains.people.models import Organisation
from anshu.domains.supervision.models import Letter, SupervisedTask
from anshu.domains.supervision.queries.campaigns import ENDED
from anshu.domains.supervision.queries.weekly import LISTED
from anshu.kernel import clock


def counted(unit: Organisation, first: date, last: date) -> dict[str, int]:
    """By key of `models.SCORED`: tasks whose date fell in the span and that were late, tasks concluded as not finished,
    reports sent back, letters not answered by their date, listings overdue at its end. Exercises never count."""
    tasks = SupervisedTask.objects.real().filter(lead=unit)
    in_span = tasks.filter(due_on__gte=first, due_on__lt=last)
    late = in_span.filter(Q(reported_at__isnull=True) & ~Q(state__in=ENDED) | Q(reported_at__date__gt=F("due_on")))
    concluded = tasks.filter(concluded_at__date__gte=first, concluded_at__date__lte=last)
    failed = (SupervisedTask.State.UNFINISHED, SupervisedTask.State.ACCOUNTED)
    letters = Letter.objects.real().filter(unit=unit, answer_due_on__gte=first, answer_due_on__lt=last)
    until = min(last, timezone.localdate(clock.now()))
    return {
        "overdue_tasks": late.count(),
        "unfinished_tasks": concluded.filter(state__in=failed).count(),
        "returned_reports": in_span.aggregate(total=Sum("returned"))["total"] or 0,
        "unanswered_letters": letters.filter(
            Q(answered_at__isnull=True, state=Letter.State.SERVED) | Q(answered_at__date__gt=F("answer_due_on"))
        ).count(),
        "overdue_listings": Listing.objects.real().filter(supervisor=unit, due_on__lt=until, state__in=LISTED).count(),
    }
