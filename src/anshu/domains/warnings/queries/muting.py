"""What keeps an alarm off the desk now, and whom an alarm keeps off it."""

from django.db.models import QuerySet

from anshu.domains.warnings.models import Alarm, Silence
from anshu.domains.warnings.rules.muting import Inhibition, covered_by, inhibitions, silences
from anshu.kernel import clock

STANDING = (Alarm.State.RAISED, Alarm.State.CONFIRMED)


def silence_for(alarm: Alarm) -> Silence | None:
    """The silence in force that covers the alarm; of several, the one that lasts longest."""
    rows = Silence.objects.filter(state=Silence.State.IN_FORCE, starts_at__lte=clock.now()).order_by("-ends_at")
    return next((silence for silence in rows if silences(silence, alarm)), None)


def cause_of(alarm: Alarm) -> Alarm | None:
    """The alarm that this one follows from: it stands, has not recovered, and is not itself inhibited, so that whatever
    is hidden has something that is not."""
    for row in inhibitions():
        shared = row.shared(alarm)
        if shared is None or not row.mutes.fits(alarm) or row.cause.fits(alarm):
            continue
        rows = Alarm.objects.filter(row.cause.condition & shared, state__in=STANDING, recovered_at=None)
        found = rows.filter(inhibited_by=None, exercise=alarm.exercise).exclude(pk=alarm.pk).order_by("id").first()
        if found is not None:
            return found
    return None


def consequences(alarm: Alarm) -> "QuerySet[Alarm]":
    """Alarms without a verdict that may have to leave the desk, or come back to it, because this one has changed."""
    found = Alarm.objects.none()
    for row in inhibitions():
        if row.cause.fits_at_some_level(alarm) and row.shared(alarm) is not None:
            found = found | _following(row, alarm)
    return found | Alarm.objects.filter(inhibited_by=alarm, state=Alarm.State.RAISED)


def _following(row: Inhibition, alarm: Alarm) -> "QuerySet[Alarm]":
    rows = Alarm.objects.filter(row.mutes.condition, state=Alarm.State.RAISED, exercise=alarm.exercise)
    return rows.filter(row.shared(alarm)).exclude(pk=alarm.pk)


def covered(silence: Silence) -> "QuerySet[Alarm]":
    """Alarms without a verdict that the silence covers."""
    return Alarm.objects.filter(covered_by(silence), state=Alarm.State.RAISED)
