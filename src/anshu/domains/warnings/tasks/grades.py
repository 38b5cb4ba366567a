"""What alarms and warnings tell the living grade of enterprises. Reactions: idempotent and quick."""

from django.db import transaction

from anshu.access.policy import over, under
from anshu.domains.enterprises.models import Asset, Enterprise, GradeEvent
from anshu.domains.enterprises.queries import enterprise_at
from anshu.domains.enterprises.rules.colors import name_of
from anshu.domains.enterprises.transitions import note_event
from anshu.domains.warnings.models import Alarm, Warning
from anshu.kernel import clock
from anshu.workflow import log, rules
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Change

CHUNK = 500


def count_alarm(change: Change) -> None:
    """An alarm at an enterprise's site was found true (`warnings.confirm`)."""
    rows = Alarm.objects.select_related("site").filter(exercise=False)
    alarm = rows.filter(pk=change.subject_id).first() if change.subject_id else None
    if alarm is None or alarm.state != Alarm.State.CONFIRMED or alarm.site is None:
        return
    enterprise = enterprise_at(alarm.site)
    if enterprise is not None:
        kind = GradeEvent.Kind.ALARM
        note_event(by=WORK, enterprise=enterprise, kind=kind, summary=str(alarm), cause=alarm, began_at=alarm.raised_at)


def count_weather(change: Change) -> None:
    """A grave warning is in force (`warnings.read_warning`): it counts for those in its area who have something that
    weather endangers. All of them at once in one row of the log; their grades follow a few at a time."""
    warning = _warning(change)
    if warning is None or warning.state != Warning.State.IN_FORCE:
        return
    if not warning.level or name_of(warning.level) not in rules.at("living_grade/weather_colors").items():
        return
    kinds = rules.at("living_grade/weather_assets").items()
    where = under([warning.territory]) | over([warning.territory]) if warning.territory else under([""])
    exposed = Asset.objects.filter(kind__in=kinds, in_use=True).values("enterprise")
    known = GradeEvent.objects.filter(cause_id=warning.pk).values("enterprise")
    rows = Enterprise.objects.filter(where, pk__in=exposed, standing=Enterprise.Standing.OPERATING).exclude(
        pk__in=known
    )
    now = clock.now()
    with transaction.atomic():
        log.lock()
        events = [_event(warning, enterprise) for enterprise in rows]
        GradeEvent.objects.bulk_create(events, batch_size=CHUNK)
        Enterprise.objects.filter(pk__in=[event.enterprise_id for event in events]).update(graded_at=None)
        if events:
            log.write("enterprises.note_weather", warning, WORK, details={"enterprises": len(events), "at": now})


def _warning(change: Change) -> Warning | None:
    """The warning a change is about; those of exercises count nothing."""
    return Warning.objects.filter(pk=change.subject_id, exercise=False).first() if change.subject_id else None


def _event(warning: Warning, enterprise: Enterprise) -> GradeEvent:
    number, words = f"FJ-{warning.number}-{enterprise.number}"[:60], warning.headline[:200]
    return GradeEvent(
        number=number,
        enterprise=enterprise,
        kind=GradeEvent.Kind.WEATHER,
        summary=words,
        lasts=True,
        began_at=warning.starts_at or warning.sent_at,
        cause=warning._meta.label_lower,
        cause_id=warning.pk,
        territory=enterprise.territory,
        generated=enterprise.generated or clock.source().simulated,
        search_text=f"{number} {words}".lower(),
    )


def end_weather(change: Change) -> None:
    """A warning is over (`warnings.lift`, `.expire_signal`, `.supersede`): what it counted fades."""
    warning = _warning(change)
    if warning is None or warning.state in (Warning.State.RECEIVED, Warning.State.IN_FORCE):
        return
    events = GradeEvent.objects.filter(cause_id=warning.pk, ended_at=None)
    with transaction.atomic():
        log.lock()
        keys = list(events.values_list("enterprise", flat=True))
        events.update(ended_at=clock.now())
        Enterprise.objects.filter(pk__in=keys).update(graded_at=None)
        if keys:
            log.write("enterprises.end_weather", warning, WORK, details={"enterprises": len(keys)})
