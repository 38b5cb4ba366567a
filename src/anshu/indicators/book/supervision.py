"""Figures of supervision: tasks, campaigns, letters, rounds, meetings."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median

from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.domains.supervision.models import (
    Campaign,
    Letter,
    LetterKind,
    Meeting,
    Round,
    ScoreCard,
    SupervisedTask,
)
from anshu.indicators import units
from anshu.indicators.figures import (
    HUNDRED,
    Figure,
    Find,
    Measure,
    Number,
    Rows,
    Scope,
    add,
    counted,
    distinct,
    figure,
    share,
    total,
)

GROUP = "supervision"
LETTERS = (LetterKind.REMINDER, LetterKind.SUPERVISION, LetterKind.CAUTION)
ITEMS, TIMES, PAPERS = (
    units.ITEMS,
    units.TIMES,
    units.LETTERS,
)
QUARTER_MONTHS = 3


def _served(*kinds: str) -> Find:
    return lambda scope: scope.rows(Letter, "served_at__date").filter(kind__in=kinds)


SERVED = tuple(
    add(
        Figure(
            key,
            GROUP,
            words,
            _("reminder, supervision and caution letters, or else this rung alone, served in the days"),
            unit,
            sources,
            _served(*kinds),
            counted,
        )
    )
    for key, words, kinds, unit, sources in (
        (
            "supervision_letters_issued",
            _("Letters served"),
            LETTERS,
            PAPERS,
            ("NS-028", "GM-043", "GX-014"),
        ),
        (
            "supervision_bulletins_issued",
            _("Bulletins served"),
            (LetterKind.BULLETIN,),
            units.ISSUES,
            ("NS-025", "LH-028", "GX-015"),
        ),
        ("warning_interviews_held", _("Formal talks held"), (LetterKind.TALK,), TIMES, ("NS-026",)),
    )
)


def parts_of_campaigns(scope: Scope) -> Rows:
    """Campaigns and their parts that touch the days; one without dates always does."""
    rows = scope.rows(Campaign)
    if scope.last is not None:
        rows = rows.filter(Q(starts_on=None) | Q(starts_on__lte=scope.last))
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=scope.first)) if scope.first is not None else rows


def _parts(kind: Campaign.Kind) -> Find:
    return lambda scope: parts_of_campaigns(scope).filter(kind=kind)


PARTS = tuple(
    add(
        Figure(
            key,
            GROUP,
            words,
            _("parts of this kind in the campaigns that run in the days"),
            ITEMS,
            (source,),
            _parts(kind),
            counted,
        )
    )
    for key, words, kind, source in (
        ("campaign_actions_named", _("Actions of campaigns"), Campaign.Kind.ACTION, "GM-089"),
        ("campaign_measures", _("Measures of campaigns"), Campaign.Kind.MEASURE, "GM-090"),
        ("campaign_sub_plans", _("Sub-plans of campaigns"), Campaign.Kind.SUB_PLAN, "GM-091"),
    )
)


@figure(
    GROUP,
    _("Small-cut campaigns"),
    says=_("campaigns marked as small-cut that run in the days"),
    unit=units.CAMPAIGNS,
    sources=["GM-085", "GM-097"],
)
def small_cut_campaigns(scope: Scope) -> Rows:
    return parts_of_campaigns(scope).filter(small_cut=True, kind=Campaign.Kind.CAMPAIGN)


@figure(
    GROUP,
    _("Sectors of campaigns"),
    says=_("different sectors named in the campaigns that run in the days"),
    unit=units.SECTORS,
    sources=["LG-044"],
    measure=distinct("sector"),
)
def campaign_key_sectors(scope: Scope) -> Rows:
    return parts_of_campaigns(scope).exclude(sector="")


@figure(
    GROUP,
    _("Tasks of campaigns"),
    says=_("supervised tasks of the campaigns that run in the days"),
    unit=ITEMS,
    sources=["LG-045", "GM-092"],
)
def campaign_tasks(scope: Scope) -> Rows:
    return scope.rows(SupervisedTask).filter(campaign__in=parts_of_campaigns(scope))


def _concluded(scope: Scope) -> Rows:
    return scope.rows(SupervisedTask, "concluded_at__date").exclude(concluded_at=None)


@figure(
    GROUP,
    _("Tasks done in time"),
    says=_("tasks finished and reported by their date in per cent of all concluded in the days"),
    unit="%",
    measure=share(_concluded),
)
def tasks_on_time_rate(scope: Scope) -> Rows:
    return _concluded(scope).filter(state=SupervisedTask.State.FINISHED, reported_at__date__lte=F("due_on"))


@figure(
    GROUP,
    _("Tasks sent back"),
    says=_("tasks whose report was sent back at least once in per cent of all concluded in the days"),
    unit="%",
    measure=share(_concluded),
)
def tasks_returned_rate(scope: Scope) -> Rows:
    return _concluded(scope).filter(returned__gt=0)


def _median_late(rows: Rows, _scope: Scope) -> Number:
    spans = rows.order_by().values_list("reported_at", "due_on")
    late = [(timezone.localdate(reported) - due).days for reported, due in spans]
    return median(late) if late else None


@figure(
    GROUP,
    _("Days by which late tasks were late"),
    says=_("median of the late ones among the tasks concluded in the days"),
    unit=units.DAYS,
    measure=_median_late,
)
def tasks_overdue_days(scope: Scope) -> Rows:
    return _concluded(scope).filter(reported_at__date__gt=F("due_on"))


def rounds(scope: Scope) -> Rows:
    """Rounds of supervision begun in the days."""
    return scope.rows(Round, "starts_on")


ROUNDS = tuple(
    add(Figure(key, GROUP, words, says, unit, sources, rounds, measure))
    for key, words, says, unit, sources, measure in (
        (
            "supervision_rounds",
            _("Rounds of supervision"),
            _("rounds begun in the days"),
            TIMES,
            ("LG-048", "NS-024", "GX-011"),
            counted,
        ),
        (
            "supervision_teams_dispatched",
            _("Teams sent out"),
            _("teams of the rounds begun in the days"),
            units.TEAMS,
            ("GX-012",),
            total("teams"),
        ),
        (
            "supervision_inspections",
            _("Places checked in rounds"),
            _("places checked in the rounds begun in the days"),
            TIMES,
            ("LH-026",),
            total("checks"),
        ),
        (
            "supervision_hazards_found",
            _("Problems found in rounds"),
            _("problems found in the rounds begun in the days"),
            ITEMS,
            ("LH-027",),
            total("problems"),
        ),
    )
)


def _ordered_share(rows: Rows, _scope: Scope) -> Number:
    sums = rows.aggregate(found=Sum("problems"), ordered=Sum("problems_ordered"))
    return HUNDRED * sums["ordered"] / sums["found"] if sums["found"] else None


@figure(
    GROUP,
    _("Problems ordered to be put right"),
    says=_("problems ordered to be put right in per cent of those found in the rounds of the days"),
    unit="%",
    sources=["LH-029"],
    measure=_ordered_share,
)
def supervision_hazard_order_rate(scope: Scope) -> Rows:
    return rounds(scope)


def _fewest_teams(rows: Rows, scope: Scope) -> Number:
    """The least number of teams out on any of the days; None without two ends."""
    if scope.first is None or scope.last is None:
        return None
    spans = list(rows.values_list("starts_on", "ends_on", "teams"))
    days = (scope.first + timedelta(days=n) for n in range((scope.last - scope.first).days + 1))
    return min((sum(teams for begun, ended, teams in spans if begun <= day <= ended) for day in days), default=0)


@figure(
    GROUP,
    _("Covert teams a day, at least"),
    says=_("the fewest teams out on open and covert visits on any of the days"),
    unit=units.TEAMS,
    sources=["GX-013"],
    measure=_fewest_teams,
)
def covert_inspection_teams_per_day(scope: Scope) -> Rows:
    rows = scope.rows(Round).filter(kind=Round.Kind.COVERT)
    rows = rows.filter(starts_on__lte=scope.last) if scope.last else rows
    return rows.filter(ends_on__gte=scope.first) if scope.first else rows


Span = Callable[[date], object]


def fewest(name: str, span: Span, whole: bool = False) -> Measure:
    """The least count of rows, by the date `name`, in any span (week, month) that the days touch, or hold `whole`."""

    def measure(rows: Rows, scope: Scope) -> Number:
        if scope.first is None or scope.last is None:
            return None
        days = [scope.first + timedelta(days=n) for n in range((scope.last - scope.first).days + 1)]
        touched = Counter(map(span, days))
        held = Counter(map(span, rows.values_list(name, flat=True)))
        longest = 7 if whole else 1
        return min((held[each] for each, length in touched.items() if length >= longest), default=0)

    return measure


def week(day: date) -> object:
    """The week of a day, Monday to Sunday."""
    return day.isocalendar()[:2]


def month(day: date) -> object:
    """The month of a day."""
    return day.year, day.month


def quarter(day: date) -> object:
    """The quarter of a day."""
    return day.year, (day.month - 1) // QUARTER_MONTHS


def _held(kind: Meeting.Kind) -> Find:
    return lambda scope: scope.rows(Meeting, "held_on").filter(kind=kind)


MEETINGS = tuple(
    add(Figure(key, GROUP, words, says, TIMES, sources, _held(kind), measure))
    for key, words, says, kind, sources, measure in (
        (
            "leadership_safety_meetings",
            _("Meetings of the leadership on safety"),
            _("meetings of party committee or government held in the days"),
            Meeting.Kind.LEADERSHIP,
            ("NS-009", "GX-009"),
            counted,
        ),
        (
            "dispatch_meetings_per_week",
            _("Dispatch meetings a week, at least"),
            _("the fewest held in any whole week of the days"),
            Meeting.Kind.DISPATCH,
            ("NS-011", "GM-040"),
            fewest("held_on", week, whole=True),
        ),
        (
            "situation_analyses_per_month",
            _("Analyses a month, at least"),
            _("the fewest held in any month that the days touch"),
            Meeting.Kind.ANALYSIS,
            ("GM-041",),
            fewest("held_on", month),
        ),
        (
            "summaries_per_quarter",
            _("Summaries a quarter, at least"),
            _("the fewest held in any quarter that the days touch"),
            Meeting.Kind.SUMMARY,
            ("GM-042",),
            fewest("held_on", quarter),
        ),
        (
            "major_accident_meetings_per_quarter",
            _("Meetings against major accidents a quarter, at least"),
            _("the fewest held in any quarter that the days touch"),
            Meeting.Kind.PREVENTION,
            ("LG-096",),
            fewest("held_on", quarter),
        ),
    )
)


@figure(
    GROUP,
    _("Assessments a month, at least"),
    says=_("the fewest score cards, by the last day they reckon, in any month that the days touch"),
    unit=TIMES,
    sources=["GX-010"],
    measure=fewest("last_on", month),
)
def safety_assessments_per_month(scope: Scope) -> Rows:
    return scope.rows(ScoreCard, "last_on")
