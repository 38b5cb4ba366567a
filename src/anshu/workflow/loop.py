"""What a loop declares: for each state, who owns the record and how long it may stay."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import TextChoices
from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True)
class Limit:
    """How long a state may last: a key of a rule pack (`pack/key`), and which variant of it a record takes.

    `expired` runs when the limit is reached: the code of a transition entered in `clocks.EXPIRY`, such as
    `warnings.expire_signal`. Without it the ladder of reminders (50, 80, 100, 150 %) climbs. `start` says since when
    the clock has run (now, if not given); `until`, that the record itself names its end. `asks` is the verb that is
    waited for: whoever may take it has the record in hand. Without it the state waits for another record, or a program.
    `elsewhere` says of a record that the clock of another runs in its stead, such as that of the group an alarm is in.
    """

    rule: str
    variant: Callable[[Any], str] = lambda _record: "default"
    expired: str = ""
    start: Callable[[Any], datetime] | None = None
    until: Callable[[Any], datetime | None] | None = None
    asks: str = ""
    elsewhere: Callable[[Any], bool] = lambda _record: False


@dataclass(frozen=True)
class Loop:
    """A closed loop. Every state that is not an end has an owner and a limit; start-up refuses anything else.

    `mine` makes, for an account, the question whether a record that its holder may move on waits for this very person;
    without it, it does.
    """

    model: type[models.Model]
    title: Words
    owner: Mapping[str, Words]
    limit: Mapping[str, Limit]
    ends: frozenset[str]
    mine: Callable[[Any], Callable[[Any], bool]] = lambda _account: lambda _record: True

    @property
    def states(self) -> type[TextChoices]:
        """The states, as declared by the model."""
        states: type[TextChoices] = self.model.State  # type: ignore[attr-defined]
        return states

    @property
    def key(self) -> str:
        """`domain.noun`, as in the log."""
        return self.model._meta.label_lower


LOOPS: dict[type[models.Model], Loop] = {}


def declare(loop: Loop) -> Loop:
    """Enter a loop in the book of loops."""
    LOOPS[loop.model] = loop
    return loop
