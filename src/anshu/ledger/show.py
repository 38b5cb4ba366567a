"""How a value of a record is told to a reader: one place for screens, exports and the API."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from anshu.access.secrets import PersonalField, mask
from anshu.ledger.declaration import field_of


def text(record: models.Model, name: str, *, masked: bool = True) -> str:
    """The value in words: choices by their label, yes/no, local time, personal data masked."""
    field = field_of(type(record), name)
    if field is not None and getattr(field, "choices", None):
        return str(getattr(record, f"get_{name}_display")())
    value = getattr(record, name)
    if isinstance(field, PersonalField) and masked:
        return mask(value or "")
    return words(value)


def words(value: Any) -> str:
    """Any value in words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return number_format(round(value, 6), use_l10n=False)
    if isinstance(value, (list, tuple)):
        return "、".join(words(item) for item in value)
    if isinstance(value, dict):
        return str(value["name"]) if "name" in value else "；".join(f"{k} {words(v)}" for k, v in value.items())
    return str(value)


def data(record: Any, name: str, *, masked: bool = True) -> Any:
    """The value for programs: plain JSON values, ids for records, personal data masked."""
    field = field_of(type(record), name)
    value = getattr(record, name)
    if isinstance(field, PersonalField):
        return mask(value or "") if masked else value
    if isinstance(value, models.Model):
        return {"id": str(value.pk), "label": str(value)}
    return value
