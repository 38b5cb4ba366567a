"""How records change. The only magic of the house, and it fits on this page.

A transition is a function of a domain's `transitions.py`: a verb, the record first, `by=` an actor, keyword-only
details; its body is the rule of the trade. Around the body `@transition` takes the locks, checks state, permission and
territory, validates, saves, writes the log, and winds the clock of the next state: all in one transaction.
"""

import functools
import inspect
import typing
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anshu.access import policy
from anshu.access.policy import Actor
from anshu.access.secrets import PersonalField, mask
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks, log

Record = TypeVar("Record", bound=models.Model)
Details = ParamSpec("Details")


@dataclass(frozen=True)
class Arrow:
    """One transition, as buttons, API verbs, diagrams and the test matrix read it."""

    model: type[models.Model]
    verb: str
    code: str
    sources: frozenset[str]
    to: str | None
    call: Callable[..., Any]
    title: str | Promise
    grave: bool
    key: str
    parameters: tuple[inspect.Parameter, ...]

    @property
    def opens(self) -> bool:
        """Whether it makes a record instead of changing one."""
        return not self.sources

    def allows(self, actor: Actor, record: models.Model) -> bool:
        """Whether the record's state and the actor's powers let it happen now (the body may still refuse)."""
        state = getattr(record, "state", None)
        return state in self.sources and policy.may_on(actor, self.code, record)


ARROWS: dict[type[models.Model], dict[str, Arrow]] = {}


def arrows_of(model: type[models.Model]) -> dict[str, Arrow]:
    """Every arrow of a model, by verb."""
    return ARROWS.get(model, {})


def arrow_called(code: str) -> Arrow | None:
    """The arrow whose permission code this is, of whatever model."""
    return next((arrow for arrows in ARROWS.values() for arrow in arrows.values() if arrow.code == code), None)


def transition(
    *sources: str | Iterable[str],
    to: str | None = None,
    title: str | Promise = "",
    grave: bool = False,
    key: str = "",
    then: Callable[[Any], object] | None = None,
) -> Callable[[Callable[Concatenate[Record, Details], Any]], Callable[Concatenate[Record, Details], Record]]:
    """Turn a domain rule into an arrow from `sources` to `to` (None: the state stays as the body leaves it).

    `grave` asks the screen for a confirmation that names the record; `key` is its key on the duty desk; `then` follows
    in the same transaction, once the change is written: either both happen or neither.
    """
    states = frozenset(s for source in sources for s in ([source] if isinstance(source, str) else source))

    def decorate(body: Callable[Concatenate[Record, Details], Any]) -> Callable[Concatenate[Record, Details], Record]:
        model = _model_of(body)

        @functools.wraps(body)
        def change(record: Record, *args: Details.args, **details: Details.kwargs) -> Record:
            with transaction.atomic():
                log.lock()
                fresh = typing.cast(Record, model._default_manager.select_for_update().get(pk=record.pk))
                state: str = fresh.state  # type: ignore[attr-defined]
                move = _Move(arrow, typing.cast(Actor, details["by"]), details, state, _facts(fresh))
                move.require(fresh)
                with _kept():
                    outcome = body(fresh, *args, **details)
                _finish(move, fresh, outcome, then)
            record.__dict__.update({k: v for k, v in fresh.__dict__.items() if k != "_state"})
            return record

        arrow = _enter(change, model, _Marks(states, to, title, grave, key))
        return typing.cast(Callable[Concatenate[Record, Details], Record], change)

    return decorate


def opening(
    *, to: str | None = None, title: str | Promise = "", then: Callable[[Any], object] | None = None
) -> Callable[[Callable[Details, Record]], Callable[Details, Record]]:
    """Turn a function that builds an unsaved record into the arrow that opens a loop."""

    def decorate(body: Callable[Details, Record]) -> Callable[Details, Record]:
        model = typing.get_type_hints(body)["return"]

        @functools.wraps(body)
        def begin(*args: Details.args, **details: Details.kwargs) -> Record:
            with transaction.atomic():
                log.lock()
                with _kept():
                    record = body(*args, **details)
                move = _Move(arrow, typing.cast(Actor, details["by"]), details, "", {})
                policy.require_on(move.by, arrow.code, record)
                _finish(move, record, None, then)
            return record

        arrow = _enter(begin, model, _Marks(frozenset(), to, title, False, ""))
        return begin

    return decorate


@dataclass(frozen=True)
class _Marks:
    """What a decorator says of its arrow."""

    sources: frozenset[str]
    to: str | None
    title: str | Promise
    grave: bool
    key: str


@dataclass(frozen=True)
class _Move:
    """One taking of an arrow: who, with which details, from which state, and what the record held before."""

    arrow: Arrow
    by: Actor
    details: dict[str, Any]
    state: str
    before: dict[str, Any]

    def require(self, record: Any) -> None:
        """Raise unless the arrow leads from the record's state and the actor may take it there."""
        if self.state not in self.arrow.sources:
            raise Refused(
                _("%(record)s is “%(state)s”; %(verb)s is not possible now"),
                record=record,
                state=str(record.get_state_display()),
                verb=self.arrow.title,
                code="wrong_state",
            )
        policy.require_on(self.by, self.arrow.code, record)


def _finish(move: _Move, record: Any, outcome: Any, then: Callable[[Any], object] | None) -> None:
    """Set the state, check, save, write the row, let what follows follow, and wind the clock."""
    if move.arrow.to is not None:
        record.state = move.arrow.to
    _validate(record, move.before)
    record.save(force_insert=move.arrow.opens)
    _record(move, record, outcome)
    if then is not None:
        then(record)
        record.refresh_from_db()
    if getattr(record, "state", "") != move.state:
        clocks.wind(record)


def _kept() -> AbstractContextManager[None]:
    """What a rule writes is kept for everybody: it is in the installation's language, not in that of whoever acts."""
    return translation.override(settings.LANGUAGE_CODE)


def _model_of(body: Callable[..., Any]) -> type[models.Model]:
    hints = typing.get_type_hints(body)
    first = next(iter(inspect.signature(body).parameters))
    model: type[models.Model] = hints[first]
    return model


def _enter(call: Callable[..., Any], model: type[models.Model], marks: _Marks) -> Arrow:
    """Put an arrow in the table; `call` is the decorated function. Its permission code is `domain.verb`, derived from
    where the function stands."""
    parameters = tuple(
        p
        for p in inspect.signature(call, eval_str=True).parameters.values()
        if p.kind is p.KEYWORD_ONLY and p.name != "by"
    )
    verb = call.__name__
    arrow = Arrow(
        model,
        verb,
        f"{model._meta.app_label}.{verb}",
        marks.sources,
        marks.to,
        call,
        marks.title or verb.replace("_", " "),
        marks.grave,
        marks.key,
        parameters,
    )
    ARROWS.setdefault(model, {})[verb] = arrow
    return arrow


def _facts(record: models.Model) -> dict[str, Any]:
    return {f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields}


def _validate(record: models.Model, before: dict[str, Any]) -> None:
    """Check every field, and name the first bad one. A relation that is as it was is not looked up once more."""
    relations = [f for f in record._meta.concrete_fields if f.is_relation and f.attname in before]
    same = {f.name for f in relations if before[f.attname] == getattr(record, f.attname)}
    try:
        record.full_clean(exclude=same, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Invalid(messages[0], field=field) from error


def _record(move: _Move, record: models.Model, outcome: Any) -> None:
    """Write the row of the log. What the body returned, if a dict, is added to the row's details."""
    now, secret = _facts(record), {f.attname for f in record._meta.concrete_fields if isinstance(f, PersonalField)}
    unlogged = set(getattr(record, "unlogged", ()))
    changed = {
        name: [log.plain(was), log.plain(now[name])]
        for name, was in move.before.items()
        if was != now[name] and name != "state" and name not in secret | unlogged
    }
    given = {
        name: mask(str(value)) if name in secret else value  # the log outlives every right to be forgotten
        for name, value in move.details.items()
        if name not in ("by", "reason", "basis", *unlogged) and value not in (None, "", [])
    }
    extra = outcome if isinstance(outcome, dict) else {}
    with _kept():
        log.write(
            move.arrow.code,
            record,
            move.by,
            moved=(str(move.state), str(getattr(record, "state", "") or "")),
            reason=str(move.details.get("reason", "") or ""),
            basis=str(move.details.get("basis", "") or ""),
            details={**given, **extra, **({"changed": changed} if changed else {})},
        )
