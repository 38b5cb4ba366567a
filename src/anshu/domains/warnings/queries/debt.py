"""The debt of silence (静默欠账): what is kept off the desk now, by whom, since when, and how much it has swallowed."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from anshu.access.models import Account
from anshu.access.policy import Actor
from anshu.domains.warnings.models import Alarm, Level, Silence
from anshu.domains.warnings.queries.muting import kept_off
from anshu.domains.warnings.rules.linking import span
from anshu.kernel import clock

CAUSES_SHOWN = 50


@dataclass(frozen=True)
class Debt:
    """A silence in force: how many alarms it keeps off the desk, how many of them are red, whether it is old."""

    silence: Silence
    alarms: int
    red: int
    old: bool


def debts(actor: Actor) -> list[Debt]:
    """The silences in force that the actor may see: those that hide red first, then the old, then the hungry."""
    return _told(Silence.objects.visible_to(actor).filter(state=Silence.State.IN_FORCE))


def debts_of(account: Account) -> list[Debt]:
    """The silences in force that an account has ordered."""
    return _told(Silence.objects.filter(state=Silence.State.IN_FORCE, account=account))


def _told(rows: "QuerySet[Silence]") -> list[Debt]:
    silences = list(rows.select_related("rule", "channel", "site"))
    kept = Alarm.objects.filter(silenced_by__in=[silence.pk for silence in silences])
    counted = kept.values_list("silenced_by").annotate(n=Count("pk"), red=Count("pk", filter=Q(level=Level.RED)))
    by_silence = {key: (n, red) for key, n, red in counted.values_list("silenced_by", "n", "red")}
    old_before = clock.now() - span("silence.old")
    found = [
        Debt(silence, *by_silence.get(silence.pk, (0, 0)), old=silence.starts_at <= old_before) for silence in silences
    ]
    return sorted(found, key=lambda debt: (-debt.red, not debt.old, -debt.alarms, debt.silence.ends_at))


@dataclass(frozen=True)
class Cause:
    """An alarm that stands, and how many it keeps off the desk."""

    alarm: Alarm
    alarms: int


def causes(actor: Actor) -> list[Cause]:
    """The alarms that keep others off the desk now, those that keep most off first."""
    mine = kept_off().filter(pk__in=Alarm.objects.visible_to(actor).values("pk")).exclude(inhibited_by=None)
    rows = mine.order_by().values_list("inhibited_by").annotate(n=Count("pk")).order_by("-n")[:CAUSES_SHOWN]
    counted = dict(rows.values_list("inhibited_by", "n"))
    known = Alarm.objects.select_related("site", "rule", "channel").in_bulk([key for key in counted if key])
    return [Cause(known[key], n) for key, n in counted.items() if key in known]
