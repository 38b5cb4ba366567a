"""What keeps an alarm off the desk now, and whom an alarm keeps off it."""

from uuid import UUID

from django.db.models import Q, QuerySet

from anshu.domains.warnings.models import Alarm, Silence
from anshu.domains.warnings.rules.muting import covered_by, inhibitions, silences
from anshu.kernel import clock

STANDING = (Alarm.State.RAISED, Alarm.State.CONFIRMED)
"""What matchers ask of an alarm, to be fetched with it."""
KNOWN = ("rule", "channel__device")


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


def consequences(alarm: Alarm) -> "list[Alarm]":
    """Alarms without a verdict that may have to leave the desk, or come back to it, because this one has changed."""
    found: dict[UUID, Alarm] = {}
    for row in inhibitions():
        shared = row.shared(alarm)
        if shared is None or not row.cause.fits_at_some_level(alarm):
            continue
        follows = Q(inhibited_by=alarm) | row.mutes.condition & shared
        rows = Alarm.objects.filter(follows, state=Alarm.State.RAISED, exercise=alarm.exercise).exclude(pk=alarm.pk)
        found |= {other.pk: other for other in rows.select_related(*KNOWN)}
    return list(found.values())


def covered(silence: Silence) -> "QuerySet[Alarm]":
    """Alarms without a verdict that the silence covers."""
    return Alarm.objects.filter(covered_by(silence), state=Alarm.State.RAISED).select_related(*KNOWN)


def kept_off() -> "QuerySet[Alarm]":
    """Alarms without a verdict that something keeps off the desk."""
    off = Q(silenced_by__isnull=False) | Q(inhibited_by__isnull=False)
    return Alarm.objects.filter(off, state=Alarm.State.RAISED).select_related(*KNOWN)
