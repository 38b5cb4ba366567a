"""What goes on by itself. A clock that has run out far enough draws up a letter; whether it goes out, a person says.
Each night the radar looks for closings on paper only (`tasks.radar`)."""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from anshu.domains.supervision import queries
from anshu.domains.supervision.models import Letter, LetterKind
from anshu.domains.supervision.queries.weekly import IN_HAND
from anshu.domains.supervision.rules.ladder import next_rung
from anshu.domains.supervision.tasks.radar import look_nightly, put_on_cards
from anshu.domains.supervision.transitions.letters import draft_letter, ladder
from anshu.domains.tipoffs.models import TipOff
from anshu.workflow import rules
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Change, Clock

__all__ = ["draft_for_listing", "draft_for_overdue", "look_nightly", "put_on_cards"]

OPEN = (Letter.State.DRAFTED, Letter.State.SIGNED, Letter.State.SERVED)
"""States of our own records in which a unit, not our office, is late; and of tip-offs, of which nobody else hears."""
UNITS_TURN: dict[str, tuple[str, ...]] = {
    "supervision.letter": (Letter.State.SERVED,),
    "supervision.supervisedtask": IN_HAND,
    "supervision.datechange": (),
    "supervision.scorecard": (),
    "supervision.bypasscard": (),
    "tipoffs.tipoff": (TipOff.State.VERIFYING,),
    "vault.opening": (),
}
LISTING = "hazards.listing"


def draft_for_overdue(change: Change) -> None:
    """Half as long again as the limit has passed: draft the next letter to whoever has the record in hand. Once for a
    matter, however often it is told; not for limits that are counted in minutes, which the desk escalates."""
    record = _record(change)
    if record is None or not _long_enough(change):
        return
    if record.state not in UNITS_TURN.get(change.subject, (record.state,)):
        return
    if isinstance(record, Letter):
        _draft(change, record, LetterKind(next_rung(ladder(), record.kind)))
    else:
        _draft(change, record, None if queries.last_letter(record.pk) else LetterKind.SUPERVISION)


def draft_for_listing(change: Change) -> None:
    """A listed matter is overdue on the day after its date: the first letter does not wait."""
    record = _record(change) if change.subject == LISTING else None
    if record is not None:
        _draft(change, record, None)


def _record(change: Change) -> Any:
    return apps.get_model(change.subject)._default_manager.filter(pk=change.subject_id).first()


def _long_enough(change: Change) -> bool:
    """Whether the clock that ran out was one of at least so many hours."""
    if change.subject_id is None:
        return False
    row = Clock.objects.filter(
        subject=change.subject, subject_id=change.subject_id, name=change.details.get("clock", "state")
    )
    found = row.order_by("-started_at").first()
    least_h = rules.at("supervision/letter.least_limit_h").number()
    return found is not None and (found.due_at - found.started_at).total_seconds() >= least_h * 3600


def _draft(change: Change, record: Any, kind: LetterKind | None) -> None:
    subject, subject_id, about = change.subject, record.pk, str(record)
    if isinstance(record, Letter):
        subject, subject_id, about = record.subject or subject, record.subject_id or subject_id, record.about
    unit = queries.unit_answering_for(record)
    if unit is None or Letter.objects.filter(subject_id=subject_id, state__in=OPEN).exclude(pk=record.pk).exists():
        return
    draft_letter(
        by=WORK,
        unit=unit,
        kind=kind,
        about=about,
        demand=_("Finish what is overdue, and answer in writing what has been done and why it took so long."),
        text=_("%(record)s was due %(due)s and is not done.")
        % {"record": f"{record.number} {about}", "due": str(change.details.get("due_at", ""))[:10]},
        subject=subject,
        subject_id=subject_id,
        reason=_("by rule: half as long again as the limit has passed"),
        territory=change.territory,
    )
