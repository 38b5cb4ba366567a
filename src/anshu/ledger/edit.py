"""Adding and changing records of a register: checked, saved and logged in one transaction."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anshu.access import policy
from anshu.access.policy import Actor
from anshu.access.secrets import PersonalField
from anshu.kernel.errors import Invalid
from anshu.ledger.declaration import Ledger, field_of
from anshu.ledger.lookups import Divisions
from anshu.ledger.models import Records, Registered
from anshu.workflow import log


def add(ledger: Ledger, *, by: Actor, values: Mapping[str, Any]) -> Registered:
    """Make a record from values by field name (text is understood); Invalid names the first bad field."""
    with transaction.atomic():
        log.lock()
        record = ledger.model()
        assign(ledger, record, values, by)
        record.settle()
        if not record.territory and by.reach(f"{ledger.domain}.add") and "" not in by.reach(f"{ledger.domain}.add"):
            raise Invalid(_("the area is needed"), field="territory", code="territory_needed")
        policy.require_on(by, f"{ledger.domain}.add", record)
        validate(record)
        record.save(force_insert=True)
        log.write(f"{ledger.domain}.add", record, by, details={"values": told(ledger, record, values)})
    return record


def change(ledger: Ledger, record: Registered, *, by: Actor, values: Mapping[str, Any], reason: str = "") -> Registered:
    """Change fields of a record; the row of the log holds what each was and is. Nothing changed, nothing written."""
    with transaction.atomic():
        log.lock()
        fresh = ledger.model._default_manager.select_for_update().get(pk=record.pk)
        policy.require_on(by, f"{ledger.domain}.change", fresh)
        before = {name: (log.plain(getattr(fresh, name, None)), _stored(ledger, fresh, name)) for name in values}
        assign(ledger, fresh, values, by)
        policy.require_on(by, f"{ledger.domain}.change", fresh)
        validate(fresh)
        changed = {  # what counts is the value itself: two telephone numbers look alike in the log
            name: [told_before, _stored(ledger, fresh, name)]
            for name, (was, told_before) in before.items()
            if log.plain(getattr(fresh, name, None)) != was
        }
        if changed:
            fresh.save()
            log.write(f"{ledger.domain}.change", fresh, by, reason=reason, details={"changed": changed})
    return fresh


def assign(ledger: Ledger, record: Registered, values: Mapping[str, Any], by: Actor) -> None:
    """Put values into the fields that the register lets be edited; any other name is refused, and so is a record that
    the actor cannot see, unless it stood there already."""
    for name, value in values.items():
        field = field_of(ledger.model, name)
        if name not in ledger.edit or field is None:
            raise Invalid(_("%(name)s cannot be set here"), field=name, name=name)
        try:
            if isinstance(field, models.ForeignKey):
                setattr(record, name, _referred(field, value, by, getattr(record, field.attname)))
            else:
                setattr(record, name, field.to_python(_blank_for(field) if value == "" else value))
        except ValidationError as error:
            raise Invalid(str(error.messages[0]), field=name) from error
    if "territory" in values and not (ledger.slug == "areas" or Divisions(by).known(record.territory)):
        raise Invalid(_("there is no area with this code"), field="territory", code="area_unknown")


def _blank_for(field: "models.Field[Any, Any]") -> Any:
    return None if field.null else ""


def _referred(field: "models.ForeignKey[Any, Any]", value: Any, by: Actor, present: Any) -> models.Model | None:
    """The record a value names: itself, its id, or its number."""
    if value in (None, ""):
        return None
    model = field.related_model
    rows: models.QuerySet[Any] = model._default_manager.all()
    if isinstance(rows, Records):
        rows = rows.filter(Q(pk__in=rows.visible_to(by)) | Q(pk=present))
    if isinstance(value, model):
        value = value.pk
    found = rows.filter(number=str(value)).first()
    if found is None:
        try:
            found = rows.filter(pk=value).first()
        except ValidationError:
            found = None
    if found is None:
        raise Invalid(
            _("there is no %(noun)s “%(value)s”"), field=field.name, noun=model._meta.verbose_name, value=value
        )
    named: models.Model = found
    return named


def validate(record: Registered) -> None:
    """Check the whole record, constraints included; Invalid names the field."""
    try:
        record.full_clean()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise Invalid(str(messages[0]), field="" if name == "__all__" else name) from error


def _stored(ledger: Ledger, record: Registered, name: str) -> Any:
    """A value as the log keeps it: personal data never in clear."""
    field = field_of(ledger.model, name)
    if field is None:
        return None
    value = getattr(record, name)
    return "•" if isinstance(field, PersonalField) and value else log.plain(value)


def told(ledger: Ledger, record: Registered, values: Mapping[str, Any]) -> dict[str, Any]:
    """The given values as the log keeps them."""
    return {name: _stored(ledger, record, name) for name in values}
