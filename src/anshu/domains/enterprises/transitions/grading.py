"""The living grade as it is kept: events are noted once, colours change with a row of the log that says why."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anshu.access import policy
from anshu.access.policy import Actor
from anshu.domains.enterprises import queries
from anshu.domains.enterprises.models import Enterprise, GradeEvent, GradeOverride, within
from anshu.domains.enterprises.queries.packs import today
from anshu.domains.enterprises.rules.colors import CODES
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks, log, rules
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import opening, transition


def regrade(enterprise: Enterprise, *, by: Actor) -> Enterprise:
    """Reckon the grade anew. Points and hour are kept each time; a change of colour leaves a row with its reasons."""
    with transaction.atomic():
        log.lock()
        fresh = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
        policy.require_on(by, "enterprises.regrade", fresh)
        grade, override = queries.grade_of(fresh), queries.override_of(fresh)
        reckoned = CODES[grade.color] if fresh.base_color or grade.points > 0 else ""
        color, was = override.risk_color if override else reckoned, fresh.risk_color
        fresh.risk_color, fresh.grade_points, fresh.graded_at = color, float(grade.points), clock.now()
        fresh.save(update_fields=("risk_color", "grade_points", "graded_at"))
        if color != was:
            log.write(
                "enterprises.regrade",
                fresh,
                by,
                reason=override.reason if override else "",
                basis=rules.told(rules.at("living_grade/ladder").basis),
                details={
                    "changed": {"risk_color": [was, color]},
                    "points": grade.points,
                    "reasons": [[reason.kind, reason.words, reason.points] for reason in grade.reasons],
                },
            )
    return fresh


def note_event(
    *,
    by: Actor,
    enterprise: Enterprise,
    kind: GradeEvent.Kind,
    summary: str,
    cause: Any = None,
    lasts: bool = False,
    weight: float = 1.0,
    began_at: datetime | None = None,
) -> GradeEvent | None:
    """Something happened that counts; noted once for each cause (None when it was noted before). A lasting one that
    had ended lasts again. The grade follows."""
    with transaction.atomic():
        log.lock()
        policy.require_on(by, "enterprises.note_event", enterprise)
        known = (
            GradeEvent.objects.filter(enterprise=enterprise, kind=kind, cause_id=cause.pk).first() if cause else None
        )
        if known is not None and not (known.lasts and known.ended_at is not None):
            return None
        event = known or GradeEvent(
            enterprise=enterprise,
            kind=kind,
            lasts=lasts,
            began_at=began_at or clock.now(),
            cause=cause._meta.label_lower if cause else "",
            cause_id=cause.pk if cause else None,
            **within(enterprise),
        )
        event.summary, event.weight, event.ended_at = summary[:200], weight, None
        event.save()
        log.write("enterprises.note_event", event, by, details={"kind": kind, "weight": weight})
        regrade(enterprise, by=by)
    return event


def end_events(*, by: Actor, cause: Any, kinds: tuple[str, ...] = ()) -> int:
    """What lasted because of this record is over; its points begin to fade. Returns how many events ended."""
    with transaction.atomic():
        log.lock()
        rows = GradeEvent.objects.filter(cause_id=cause.pk, lasts=True, ended_at=None).select_related("enterprise")
        ended = list(rows.filter(kind__in=kinds) if kinds else rows)
        for event in ended:
            policy.require_on(by, "enterprises.note_event", event)
            event.ended_at = clock.now()
            event.save(update_fields=("ended_at",))
            log.write("enterprises.end_event", event, by, details={"kind": event.kind})
            regrade(event.enterprise, by=by)
    return len(ended)


def drop_events(*, by: Actor, cause: Any) -> int:
    """What this record counted was never right: it weighs nothing from now on, and stays on file. Returns how many."""
    with transaction.atomic():
        log.lock()
        dropped = list(GradeEvent.objects.filter(cause_id=cause.pk).exclude(weight=0).select_related("enterprise"))
        for event in dropped:
            policy.require_on(by, "enterprises.note_event", event)
            event.weight = 0
            event.save(update_fields=("weight",))
            log.write("enterprises.drop_event", event, by, details={"kind": event.kind})
            regrade(event.enterprise, by=by)
    return len(dropped)


def _follow(override: GradeOverride) -> None:
    regrade(override.enterprise, by=WORK)


@opening(to=GradeOverride.State.IN_FORCE, title=_("set the grade by hand"), then=_follow)
def override_grade(*, by: Actor, enterprise: Enterprise, risk_color: str, reason: str, until_on: date) -> GradeOverride:
    """Another colour than the reckoned one, for a reason and until a day; afterwards the reckoned one holds again."""
    if risk_color not in CODES.values():
        raise Invalid(_("there is no such colour"), field="risk_color")
    if not reason.strip():
        raise Invalid(_("say why"), field="reason")
    most = rules.at("enterprise_loops/override.most_d").number()
    if not today() <= until_on <= today() + timedelta(days=most):
        raise Invalid(_("it holds for at most %(most)d days from today"), field="until_on", most=most)
    if GradeOverride.objects.filter(enterprise=enterprise, state=GradeOverride.State.IN_FORCE).exists():
        raise Refused(_("a grade set by hand is in force already; end it first"), code="overridden_already")
    return GradeOverride(
        enterprise=enterprise, risk_color=risk_color, reason=reason.strip(), until_on=until_on, **within(enterprise)
    )


@transition(GradeOverride.State.IN_FORCE, to=GradeOverride.State.ENDED, title=_("end it"), then=_follow)
def end_override(override: GradeOverride, *, by: Actor, reason: str = "") -> None:
    """The reckoned grade holds again: at its end by itself, or earlier by a person who says why."""
    if policy.account_of(by) is not None and not reason.strip():
        raise Invalid(_("say why"), field="reason")


clocks.EXPIRY["enterprises.end_override"] = end_override
