"""The five loops of this domain: who owns each state, and how long it may last."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.models import Account
from anshu.domains.people.queries import units_of
from anshu.domains.supervision.models import BypassCard, DateChange, Letter, ScoreCard, SupervisedTask, pointing_at
from anshu.workflow.loop import Limit, Loop, declare

OFFICE = _("safety commission office")
LEAD = _("lead unit")
Task = SupervisedTask.State


def end_of(day: date | None) -> datetime | None:
    """The end of a local day."""
    return timezone.make_aware(datetime.combine(day, time.max)) if day else None


def by_source(task: SupervisedTask) -> str:
    """The variant of a limit that the source of a task takes."""
    return str(task.source)


def of_unit(unit_of: Callable[[Any], Any], states: tuple[str, ...]) -> Callable[[Account], Callable[[Any], bool]]:
    """Whether a record waits for this very person: what is a unit's to do waits for its members, when they are entered
    in a unit; all else for whoever holds the permission."""

    def mine(account: Account) -> Callable[[Any], bool]:
        units = units_of(account)
        return lambda record: record.state not in states or not units or unit_of(record) in units

    return mine


TASK_LOOP = declare(
    Loop(
        SupervisedTask,
        title=_("supervised task"),
        owner={
            Task.REGISTERED: OFFICE,
            Task.DECOMPOSED: OFFICE,
            Task.ASSIGNED: LEAD,
            Task.SIGNED: LEAD,
            Task.EXECUTING: LEAD,
            Task.REPORTED: OFFICE,
            Task.REVIEWED: OFFICE,
            Task.UNFINISHED: OFFICE,
        },
        limit={
            Task.REGISTERED: Limit("supervision/decompose", by_source, asks="decompose"),
            Task.DECOMPOSED: Limit("supervision/assign", by_source, asks="assign_task"),
            Task.ASSIGNED: Limit("supervision/sign", by_source, asks="sign_task"),
            Task.SIGNED: Limit("supervision/first_feedback", by_source, asks="feed_back_first"),
            Task.EXECUTING: Limit("supervision/execute", until=lambda task: end_of(task.due_on), asks="report_done"),
            Task.REPORTED: Limit("supervision/review", asks="review_report"),
            Task.REVIEWED: Limit("supervision/conclude", asks="conclude_finished"),
            Task.UNFINISHED: Limit("supervision/account", asks="account_for"),
        },
        ends=frozenset({Task.FINISHED, Task.ACCOUNTED}),
        mine=of_unit(lambda task: task.lead_id, (Task.ASSIGNED, Task.SIGNED, Task.EXECUTING)),
    )
)


def not_about(account: Account) -> Callable[[BypassCard], bool]:
    """Whether a card is this person's to judge: not one that points at them."""
    theirs = frozenset(BypassCard.objects.filter(pointing_at(account)).values_list("pk", flat=True))
    return lambda card: card.pk not in theirs


CARD_LOOP = declare(
    Loop(
        BypassCard,
        title=_("bypass card"),
        owner=dict.fromkeys((BypassCard.State.NEW, BypassCard.State.LOOKED_INTO), _("discipline inspection")),
        limit={
            BypassCard.State.NEW: Limit("bypass_radar/look_into", asks="look_into_card"),
            BypassCard.State.LOOKED_INTO: Limit("bypass_radar/judge", asks="explain_card"),
        },
        ends=frozenset({BypassCard.State.EXPLAINED, BypassCard.State.CONFIRMED}),
        mine=not_about,
    )
)

DATE_LOOP = declare(
    Loop(
        DateChange,
        title=_("change of date"),
        owner={DateChange.State.REQUESTED: _("whoever issued the task")},
        limit={DateChange.State.REQUESTED: Limit("supervision/date_change", asks="grant_date")},
        ends=frozenset({DateChange.State.GRANTED, DateChange.State.REFUSED}),
    )
)

LETTER_LOOP = declare(
    Loop(
        Letter,
        title=_("letter"),
        owner={
            Letter.State.DRAFTED: OFFICE,
            Letter.State.SIGNED: OFFICE,
            Letter.State.SERVED: _("unit written to"),
            Letter.State.ANSWERED: OFFICE,
        },
        limit={
            Letter.State.DRAFTED: Limit("supervision/letter.sign", asks="sign_letter"),
            Letter.State.SIGNED: Limit("supervision/letter.serve", asks="serve_letter"),
            Letter.State.SERVED: Limit(
                "supervision/letter.answer",
                lambda letter: str(letter.kind),
                until=lambda letter: end_of(letter.answer_due_on),
                asks="answer_letter",
            ),
            Letter.State.ANSWERED: Limit("supervision/letter.close", asks="close_letter"),
        },
        ends=frozenset({Letter.State.CLOSED, Letter.State.WITHDRAWN}),
        mine=of_unit(lambda letter: letter.unit_id, (Letter.State.SERVED,)),
    )
)

SCORE_LOOP = declare(
    Loop(
        ScoreCard,
        title=_("score card"),
        owner={ScoreCard.State.PUBLISHED: _("unit scored"), ScoreCard.State.APPEALED: OFFICE},
        limit={
            ScoreCard.State.PUBLISHED: Limit("supervision/score.appeal", expired="supervision.stand"),
            ScoreCard.State.APPEALED: Limit("supervision/score.settle", asks="settle_score"),
        },
        ends=frozenset({ScoreCard.State.SETTLED}),
    )
)
