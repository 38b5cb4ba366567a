"""Adding to what is known of the burden. These are sums beside the records: they enter no loop and no log."""

from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import F

from anshu.domains.supervision.models import FormTime, RoleDay


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
