"""The steps of a penalty case as the law orders them, and how far one case has come."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from anshu.domains.enforcement.models import Case
from anshu.domains.enforcement.queries.cases import may_be_heard

S = Case.State
UNPERFORMED = (S.DELIVERED, S.OVERDUE, S.BEFORE_COURT)
IN_FORCE = (S.DECIDED, *UNPERFORMED, S.PERFORMED)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, the rules (`pack/key`) that name its articles, the states in which it is to be
    taken, the verb that ends it, and the verbs that belong to it beside."""

    title: str | Promise
    articles: tuple[str, ...]
    states: frozenset[str]
    verb: str
    beside: tuple[str, ...] = ()


def _step(title: str | Promise, articles: str, states: tuple[S, ...], verb: str, *beside: str) -> Step:
    paths = tuple(each if "/" in each else f"documents/apl.{each}" for each in articles.split())
    return Step(title, paths, frozenset(map(str, states)), verb, beside)


ORDINARY = (
    _step(pgettext_lazy("case", "Opening"), "54", (S.REPORTED,), "open_case", "refuse_opening"),
    _step(pgettext_lazy("case", "Investigation"), "54 55", (S.INVESTIGATING,), "conclude", "add_evidence"),
    _step(pgettext_lazy("case", "Legal review"), "58", (S.UNDER_REVIEW,), "pass_review", "send_back", "discuss"),
    _step(pgettext_lazy("case", "Notice"), "44 45", (S.REVIEWED,), "serve_notice", "discuss", "propose_again"),
    _step(pgettext_lazy("case", "Hearing"), "63 64", (S.HEARING,), "hold_hearing", "request_hearing", "call_hearing"),
    _step(
        pgettext_lazy("case", "Decision"),
        "57",
        (S.NOTIFIED, S.HEARD),
        "decide",
        "record_statement",
        "waive",
        "request_hearing",
        "discuss",
        "propose_again",
    ),
    _step(pgettext_lazy("case", "Delivery"), "61", (S.DECIDED,), "deliver"),
    _step(
        pgettext_lazy("case", "Performance"),
        "66 67 72",
        UNPERFORMED,
        "record_payment",
        "confirm_performed",
        "allow_later",
        "apply_to_court",
    ),
    _step(pgettext_lazy("case", "Publication"), "penalty_clocks/publish", IN_FORCE, "publish"),
    _step(pgettext_lazy("case", "Closing"), "", (S.PERFORMED,), "close_case"),
    _step(pgettext_lazy("case", "Filing"), "", (S.CLOSED,), "archive"),
)
ON_THE_SPOT = (_step(pgettext_lazy("case", "On the spot"), "51 52", (), "punish_on_the_spot"), *ORDINARY[7:])
"""States in the order in which a case goes through them; what ends it otherwise is none of them."""
WAY = (
    S.REPORTED,
    S.INVESTIGATING,
    S.UNDER_REVIEW,
    S.REVIEWED,
    S.NOTIFIED,
    S.HEARING,
    S.HEARD,
    S.DECIDED,
    S.DELIVERED,
    S.OVERDUE,
    S.BEFORE_COURT,
    S.PERFORMED,
    S.CLOSED,
    S.ARCHIVED,
)


@dataclass(frozen=True, slots=True)
class Stand:
    """How a step stands: `done` (with the row of the log that says so, if it is at hand), `now`, `later` or `never`."""

    step: Step
    how: str
    change: Any = None


def stands(case: Case, history: Any) -> Iterator[Stand]:
    """Every step of the case's procedure and how it stands; `history` are the rows of its log, the newest first."""
    rows = list(history)
    for step in ON_THE_SPOT if case.procedure == Case.Procedure.SUMMARY else ORDINARY:
        change = next((row for row in rows if row.verb == f"enforcement.{step.verb}"), None)
        yield Stand(step, _how(case, step, taken=change is not None), change)


def _how(case: Case, step: Step, *, taken: bool) -> str:
    published = step.verb == "publish" and case.published_at is not None
    if case.state in step.states and not published:
        return "now"
    if case.state not in WAY:
        return "done" if taken else "never"
    if step.verb == "hold_hearing" and not case.hearing_report:
        past = WAY.index(S(case.state)) > WAY.index(S.HEARING)
        return "never" if past or not may_be_heard(case) else "later"
    last = max((WAY.index(S(state)) for state in step.states), default=-1)
    return "done" if published or WAY.index(S(case.state)) > last else "later"
