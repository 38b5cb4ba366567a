"""Figures of supervision, each counted from rows that an actor may see; exercises are never counted.

Spans run from `start` on and before `end`; for what happens on a day rather than at an hour they are dates.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from anshu.access.policy import Actor
from anshu.domains.hazards.models import Listing
from anshu.domains.supervision.models import Campaign, Letter, LetterKind, Meeting, Round, SupervisedTask

HUNDRED = 100.0
LETTERS = (LetterKind.REMINDER, LetterKind.SUPERVISION, LetterKind.CAUTION)


def letters_served(actor: Actor, start: datetime, end: datetime, *kinds: str) -> QuerySet[Letter]:
    """Letters of these kinds served in the span."""
    return Letter.objects.visible_to(actor).real().filter(kind__in=kinds, served_at__gte=start, served_at__lt=end)


def supervision_letters_issued(actor: Actor, start: datetime, end: datetime) -> int:
    """count(Letter where kind in (提醒, 督办, 警示) and served in the span). Sources: Guangming 2025, 55 (GM-043);
    Nanshan 2023, 19 (NS-028)."""
    return letters_served(actor, start, end, *LETTERS).count()


def supervision_letters_by_unit(actor: Actor, start: datetime, end: datetime) -> dict[str, int]:
    """Letters of every rung served in the span, by the unit they went to."""
    rows = letters_served(actor, start, end, *LetterKind.values)
    return dict(Counter(rows.values_list("unit__name", flat=True)))


def supervision_bulletins_issued(actor: Actor, start: datetime, end: datetime) -> int:
    """count(Letter where kind=通报 and served in the span). Sources: Luohu 2025, 22 (LH-028); Ganxian 2021, 5
    (GX-015)."""
    return letters_served(actor, start, end, LetterKind.BULLETIN).count()


def warning_interviews_held(actor: Actor, start: datetime, end: datetime) -> int:
    """count(Letter where kind=约谈 and served in the span). Source: Nanshan 2023, 4 (NS-026)."""
    return letters_served(actor, start, end, LetterKind.TALK).count()


def listed_supervision_count(actor: Actor, start: datetime, end: datetime) -> int:
    """count(Listing published in the span). Source: Nanshan 2023, 3 (NS-029)."""
    rows = Listing.objects.visible_to(actor).real()
    return rows.filter(published_at__gte=start, published_at__lt=end).count()


def delisted_areas(actor: Actor, start: datetime, end: datetime) -> int:
    """count(Listing of a whole area delisted in the span): no enterprise and no single hazard is named. Source: Luohu
    2025, 1 (LH-030)."""
    return _delisted(actor, start, end).filter(enterprise=None, hazard=None).count()


def delisted_units(actor: Actor, start: datetime, end: datetime) -> int:
    """count(Listing of a unit delisted in the span). Source: Luohu 2025, 5 (LH-031)."""
    return _delisted(actor, start, end).exclude(enterprise=None, hazard=None).count()


def _delisted(actor: Actor, start: datetime, end: datetime) -> QuerySet[Listing]:
    return Listing.objects.visible_to(actor).real().filter(delisted_at__gte=start, delisted_at__lt=end)


def small_cut_campaigns(actor: Actor, on: date) -> int:
    """count(Campaign where class=小切口 and running on the day). Source: Guangming 2025, 6 (GM-085)."""
    rows = Campaign.objects.visible_to(actor).real().filter(small_cut=True, kind=Campaign.Kind.CAMPAIGN)
    return rows.filter(Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on)).count()


def campaign_key_sectors(actor: Actor, root: Campaign) -> int:
    """count(distinct sector below a campaign). Source: Longgang 2022, 8 (LG-044)."""
    rows = Campaign.objects.visible_to(actor).real().filter(root=root).exclude(sector="")
    return rows.order_by().values("sector").distinct().count()


def rounds(actor: Actor, first: date, last: date, *kinds: str) -> QuerySet[Round]:
    """Rounds of supervision of these kinds (all, when none are named) begun from first to last."""
    rows = Round.objects.visible_to(actor).real().filter(starts_on__gte=first, starts_on__lte=last)
    return rows.filter(kind__in=kinds) if kinds else rows


def supervision_rounds(actor: Actor, first: date, last: date) -> int:
    """count(Round). Sources: Longgang 2022, 32 (LG-048); Nanshan 2023, 3 (NS-024)."""
    return rounds(actor, first, last).count()


def supervision_teams_dispatched(actor: Actor, first: date, last: date) -> int:
    """sum(Round.teams). Source: Ganxian 2021, 54 (GX-012)."""
    return _sum(rounds(actor, first, last), "teams")


def supervision_inspections(actor: Actor, first: date, last: date) -> int:
    """sum(Round.checks). Source: Luohu 2025, 93 (LH-026)."""
    return _sum(rounds(actor, first, last), "checks")


def supervision_hazards_found(actor: Actor, first: date, last: date) -> int:
    """sum(Round.problems). Source: Luohu 2025, 406 (LH-027)."""
    return _sum(rounds(actor, first, last), "problems")


def supervision_hazard_order_rate(actor: Actor, first: date, last: date) -> float | None:
    """Share of the problems found in rounds that were ordered to be put right (per cent): sum(problems_ordered) /
    sum(problems). Source: Luohu 2025, all (LH-029)."""
    found = rounds(actor, first, last)
    return _share(_sum(found, "problems_ordered"), _sum(found, "problems"))


def covert_inspection_teams_per_day(actor: Actor, first: date, last: date) -> int:
    """Fewest teams out on any day from first to last on open and covert visits: min over days of sum(Round.teams).
    Source: Ganxian 2021, every day of a holiday (GX-013)."""
    found = (
        Round.objects.visible_to(actor).real().filter(kind=Round.Kind.COVERT, starts_on__lte=last, ends_on__gte=first)
    )
    spans = list(found.values_list("starts_on", "ends_on", "teams"))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return min((sum(teams for begun, ended, teams in spans if begun <= day <= ended) for day in days), default=0)


def meetings(actor: Actor, first: date, last: date, *kinds: str) -> QuerySet[Meeting]:
    """Meetings of these kinds held from first to last."""
    return Meeting.objects.visible_to(actor).real().filter(kind__in=kinds, held_on__gte=first, held_on__lte=last)


def leadership_safety_meetings(actor: Actor, first: date, last: date) -> int:
    """count(Meeting of party committee or government). Sources: Nanshan 2023, 40 (NS-009); Ganxian 2021, 4 (GX-009)."""
    return meetings(actor, first, last, Meeting.Kind.LEADERSHIP).count()


def dispatch_meetings_per_week(actor: Actor, first: date, last: date) -> int:
    """Fewest dispatch meetings in any whole week (Monday to Sunday) from first to last. Sources: Nanshan 2023 (NS-011),
    Guangming 2025 (GM-040): one a week."""
    held = Counter(day.isocalendar()[:2] for day in _days(actor, first, last, Meeting.Kind.DISPATCH))
    monday = first + timedelta(days=-first.weekday() % 7)
    weeks = []
    while monday + timedelta(days=6) <= last:
        weeks.append(held[monday.isocalendar()[:2]])
        monday += timedelta(days=7)
    return min(weeks, default=0)


def situation_analyses_per_month(actor: Actor, first: date, last: date) -> int:
    """Fewest monthly analyses in any month touched from first to last. Source: Guangming 2025, one (GM-041)."""
    return _fewest(_days(actor, first, last, Meeting.Kind.ANALYSIS), first, last, months=1)


def summaries_per_quarter(actor: Actor, first: date, last: date) -> int:
    """Fewest quarterly summaries in any quarter touched. Source: Guangming 2025, one (GM-042)."""
    return _fewest(_days(actor, first, last, Meeting.Kind.SUMMARY), first, last, months=3)


def major_accident_meetings_per_quarter(actor: Actor, first: date, last: date) -> int:
    """Fewest meetings against major accidents in any quarter touched. Source: Longgang 2022 (LG-096)."""
    return _fewest(_days(actor, first, last, Meeting.Kind.PREVENTION), first, last, months=3)


def _days(actor: Actor, first: date, last: date, kind: str) -> list[date]:
    return list(meetings(actor, first, last, kind).values_list("held_on", flat=True))


def _fewest(days: Iterable[date], first: date, last: date, *, months: int) -> int:
    """The least count over the calendar spans of so many months that the dates from first to last touch."""
    counts = Counter((day.year * 12 + day.month - 1) // months for day in days)
    touched = range((first.year * 12 + first.month - 1) // months, (last.year * 12 + last.month - 1) // months + 1)
    return min((counts[span] for span in touched), default=0)


def concluded(actor: Actor, start: datetime, end: datetime) -> QuerySet[SupervisedTask]:
    """Tasks concluded in the span, finished or not."""
    rows = SupervisedTask.objects.visible_to(actor).real()
    return rows.filter(concluded_at__gte=start, concluded_at__lt=end)


def tasks_on_time_rate(actor: Actor, start: datetime, end: datetime) -> float | None:
    """Share of the tasks concluded in the span that were finished and reported by their date (per cent)."""
    rows = concluded(actor, start, end)
    good = rows.filter(state=SupervisedTask.State.FINISHED, reported_at__date__lte=F("due_on"))
    return _share(good.count(), rows.count())


def tasks_returned_rate(actor: Actor, start: datetime, end: datetime) -> float | None:
    """Share of the tasks concluded in the span whose report was sent back at least once (per cent)."""
    rows = concluded(actor, start, end)
    return _share(rows.filter(returned__gt=0).count(), rows.count())


def overdue_days(actor: Actor, start: datetime, end: datetime) -> float | None:
    """Median days by which the late ones among the tasks concluded in the span were late."""
    rows = concluded(actor, start, end).filter(reported_at__isnull=False, due_on__isnull=False)
    late = [
        (timezone.localdate(reported) - due).days
        for reported, due in rows.values_list("reported_at", "due_on")
        if reported is not None and due is not None and timezone.localdate(reported) > due
    ]
    return median(late) if late else None


def _sum(rows: QuerySet[Round], name: str) -> int:
    return int(rows.aggregate(total=Sum(name))["total"] or 0)


def _share(part: int, whole: int) -> float | None:
    return HUNDRED * part / whole if whole else None
