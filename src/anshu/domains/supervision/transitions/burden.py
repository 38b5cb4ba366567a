"""Adding to what is known of the burden. These are sums beside the records: they enter no loop and no log."""

from collections.abc import MutableMapping
from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import F

from anshu.domains.supervision.models import FormTime, RoleDay
from anshu.workflow import rules

"""Where a session keeps on which days its person has sent a form, and how many of these it remembers."""
DAYS, REMEMBERED = "typed_days", 31


def longest_s() -> float:
    """Seconds after which a form was left lying rather than filled in."""
    return rules.at("burden/longest_min").number() * 60


def note_form(session: MutableMapping[str, Any], *, day: date, role: str, form: str, seconds: int) -> None:
    """A form was taken that somebody had sent on a day, with its seconds; what is no time is not counted. Whether it is
    the first of this person's day is known to their session alone."""
    if not 0 < seconds <= longest_s():
        return
    known = [str(each) for each in session.get(DAYS, ())]
    note_typing(day=day, role=role, form=form, seconds=seconds, first_of_day=day.isoformat() not in known)
    session[DAYS] = sorted({*known, day.isoformat()})[-REMEMBERED:]


def note_typing(*, day: date, role: str, form: str, seconds: int, first_of_day: bool) -> None:
    """One form was sent by somebody of a role; `first_of_day`: it is the first that this person sends on that day."""
    with transaction.atomic():
        _add(FormTime, {"day": day, "role": role, "form": form}, times=1, seconds=seconds)
        if first_of_day:
            _add(RoleDay, {"day": day, "role": role}, people=1)


def _add(model: type[models.Model], row: dict[str, Any], **more: int) -> None:
    found, _new = model._default_manager.get_or_create(**row)
    sums = {name: F(name) + value for name, value in more.items()}
    model._default_manager.filter(pk=found.pk).update(**sums)
