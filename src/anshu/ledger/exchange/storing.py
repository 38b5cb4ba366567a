"""Writing checked rows: new records by whole columns, changed ones one by one, each with its row in the log."""

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from anshu.access.policy import Actor, require
from anshu.kernel.errors import AnshuError
from anshu.kernel.identifiers import uuid7
from anshu.ledger import edit
from anshu.ledger.declaration import Ledger, field_of
from anshu.ledger.exchange.checking import Checked, plain_register
from anshu.ledger.exchange.table import AnyField
from anshu.ledger.models import Import, Registered
from anshu.workflow import log


@dataclass(frozen=True)
class Job:
    """One import being carried out: what, by whom, and the row that keeps its progress."""

    ledger: Ledger
    checked: Checked
    actor: Actor
    source: Import


@dataclass
class Written:
    """What became of a chunk: natural keys added and changed, and rows that the database refused, with its reason."""

    added: list[str] = dataclasses.field(default_factory=list)
    changed: list[str] = dataclasses.field(default_factory=list)
    refused: dict[int, str] = dataclasses.field(default_factory=dict)


def store(job: Job, rows: Sequence[int]) -> Written:
    """Add or change the records of these rows, inside the caller's transaction, which holds the log.

    What is in the register is looked at again: somebody may have added or changed a record since the dry run.
    """
    ledger, checked, written = job.ledger, job.checked, Written()
    keys = [checked.keys[row] for row in rows]
    there = {
        getattr(record, ledger.natural_key): record
        for record in ledger.model._default_manager.select_for_update().filter(**{f"{ledger.natural_key}__in": keys})
    }
    new = [row for row in rows if checked.keys[row] not in there]
    _add(ledger, checked, new, written)
    for row in rows:
        record = there.get(checked.keys[row])
        if record is not None:
            with _guarded(written, row):
                _change(job, record, row, written)
    return written


@contextmanager
def _guarded(written: Written, row: int) -> Iterator[None]:
    """Whatever happens inside is undone, and noted against the row, if it cannot be."""
    try:
        with transaction.atomic():
            yield
    except AnshuError as error:
        written.refused[row] = str(error)
    except DatabaseError as error:
        written.refused[row] = _("the database refuses it: %(reason)s") % {"reason": error}


def _add(ledger: Ledger, checked: Checked, rows: Sequence[int], written: Written) -> None:
    if plain_register(ledger):
        try:
            with transaction.atomic():
                insert(ledger.model, checked, rows)
            written.added += [checked.keys[row] for row in rows]
            return
        except DatabaseError:
            pass  # one bad row among them: found by adding each alone
    for row in rows:
        with _guarded(written, row):
            _add_one(ledger, checked, row)
        if row not in written.refused:
            written.added.append(checked.keys[row])


def _add_one(ledger: Ledger, checked: Checked, row: int) -> None:
    record = ledger.model(**checked.values(row))
    edit.validate(record)
    record.save(force_insert=True)


def insert(model: type[Registered], checked: Checked, rows: Sequence[int]) -> None:
    """All rows in one statement, as `save` would: an id and the search text of its own for each, defaults elsewhere."""
    if not rows:
        return
    fields = model._meta.concrete_fields
    columns = [_column(model, field, checked, rows) for field in fields]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", list(zip(*columns, strict=True)))  # noqa: S608  # names are ours


def _column(model: type[Registered], field: AnyField, checked: Checked, rows: Sequence[int]) -> list[Any]:
    """The stored values of one field for the rows."""
    if field.primary_key:
        values: list[Any] = [uuid7() for _row in rows]
    elif field.attname in checked.columns:
        column = checked.columns[field.attname]
        values = [column[row] for row in rows]
    elif field.name == "search_text":
        values = _search_texts(model, checked, rows)
    else:
        return [field.get_db_prep_save(field.get_default(), connection)] * len(rows)
    return [field.get_db_prep_save(value, connection) for value in values]


def _search_texts(model: type[Registered], checked: Checked, rows: Sequence[int]) -> list[str]:
    """As `Registered.save` writes it."""
    parts = [
        checked.columns.get(name) or [field_of(model, name).get_default()] * len(checked.keys)
        for name in model.searchable
    ]
    return [" ".join(str(part[row] or "") for part in parts).lower() for row in rows]


def _change(job: Job, record: Registered, row: int, written: Written) -> None:
    """Change one record as the edit form would; nothing is written where nothing differs."""
    ledger, checked, actor = job.ledger, job.checked, job.actor
    names = {field.name: None for field in checked.fields}
    before, territory = edit.told(ledger, record, names), record.territory
    was = [getattr(record, field.attname) for field in checked.fields]
    for field in checked.fields:
        setattr(record, field.attname, checked.columns[field.attname][row])
    if was == [getattr(record, field.attname) for field in checked.fields]:
        return
    for place in (territory, record.territory):
        require(actor, f"{ledger.domain}.change", place)
    if not plain_register(ledger):
        edit.validate(record)
    record.save()
    after = edit.told(ledger, record, names)
    changed = {
        name: [before[name], after[name]] for name in names if before[name] != after[name] or before[name] == "•"
    }
    log.write(
        f"{ledger.domain}.change",
        record,
        actor,
        details={"changed": changed, "import": str(job.source.pk), "row": row + 1},
    )
    written.changed.append(checked.keys[row])
