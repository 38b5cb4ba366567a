"""What a return is, how it is read, and the proof that every name in it is real."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from django.conf import settings
from django.db import models

from anshu.access.secrets import PersonalField
from anshu.kernel.bilingual import Bilingual
from anshu.ledger.declaration import LEDGERS, Ledger, field_of

FOLDER = Path(__file__).parent
AREA, SERIAL = "area", "serial"
STREET = "street"


@dataclass(frozen=True)
class Selection:
    """Which rows of a register are meant; see the package."""

    of: str
    where: Mapping[str, Any] = field(default_factory=dict)
    unless: Mapping[str, Any] = field(default_factory=dict)
    when: str = ""
    standing: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    late: str = ""

    @property
    def ledger(self) -> Ledger:
        return LEDGERS[self.of]

    def paths(self) -> Iterator[str]:
        """Every field that it names."""
        dates = (self.when, self.late, *self.standing, *self.present)
        yield from (name for name in (*self.where, *self.unless, *dates) if name)


@dataclass(frozen=True)
class Column:
    """One column: what is counted (`selection`), a share, or what a record says."""

    title: str
    value: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    selection: Selection | None = None
    distinct: str = ""
    total: str = ""
    share: tuple[str, ...] = ()


@dataclass(frozen=True)
class Return:
    """One form of a superior; see the package."""

    key: str
    title: Bilingual
    superior: str
    basis: str
    verified: bool
    beside: tuple[str, ...]
    columns: tuple[Column, ...]
    by: str = ""
    rows: Selection | None = None
    order: tuple[str, ...] = ()

    @property
    def selections(self) -> tuple[Selection, ...]:
        """Every selection of it: of its lines, and of its columns."""
        counted = (column.selection for column in self.columns)
        return tuple(each for each in (self.rows, *counted) if each is not None)

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains whose rows it tells of, each once."""
        return tuple(dict.fromkeys(each.ledger.domain for each in self.selections))

    def faults(self) -> Iterator[str]:
        """Every reason why it could not be filled, or would leave a value without a word."""
        unknown = [slug for slug in (*self.beside, *(each.of for each in self.selections)) if slug not in LEDGERS]
        if unknown:
            yield f"there is no register {', '.join(unknown)}"
            return
        if (self.rows is None) != (self.by == STREET):
            yield f"its lines are either rows, or by {STREET}"
        for each in self.selections:
            yield from _selection_faults(each)
        for column in self.columns:
            yield from self._column_faults(column)

    def _column_faults(self, column: Column) -> Iterator[str]:
        here = f"column {column.title}"
        titles = {other.title for other in self.columns}
        said = [bool(column.value), column.selection is not None, bool(column.share)]
        if sum(said) != 1:
            yield f"{here} says one of value, count and share"
        if column.share and (len(column.share) != 2 or not set(column.share) <= titles - {column.title}):
            yield f"{here} is a share of two other columns"
        if column.selection is not None:
            named = [name for name in (column.distinct, column.total) if name]
            yield from _unreal(column.selection, named)
            if self.by != STREET:
                yield f"{here} counts, but each line is one record"
        elif column.value and column.value not in (AREA, SERIAL):
            yield from self._value_faults(column, here)

    def _value_faults(self, column: Column, here: str) -> Iterator[str]:
        if self.rows is None:
            yield f"{here} is a value of a record, but lines are by {STREET}"
            return
        found = resolve(self.rows.ledger.model, column.value)
        if found is None:
            yield f"{here}: {column.value} is no field of {self.rows.of}"
        elif isinstance(found, PersonalField):
            yield f"{here}: {column.value} is personal data, which does not leave the house in a return"
        elif found.choices and column.codes:
            known = {str(value) for value, _word in found.flatchoices}
            yield from (f"{here}: no word for {value}" for value in sorted(known - set(column.codes) - {""}))
            yield from (f"{here}: {value} is no value of {column.value}" for value in sorted(set(column.codes) - known))


def resolve(model: type[models.Model], path: str) -> Any:
    """The field at the end of a path such as `enterprise.name`; None when there is none."""
    found: Any = None
    for name in path.split("."):
        if model is None:
            return None
        found = field_of(model, name)
        if found is None:
            return None
        model = found.related_model
    return found


def _selection_faults(selection: Selection) -> Iterator[str]:
    yield from _unreal(selection, selection.paths())
    for path, wanted in (*selection.where.items(), *selection.unless.items()):
        found = resolve(selection.ledger.model, path)
        known = {str(value) for value, _word in getattr(found, "flatchoices", ())}
        for value in wanted if isinstance(wanted, list) else [wanted]:
            if known and str(value) not in known:
                yield f"{value} is no value of {path} of {selection.of}"


def _unreal(selection: Selection, names: Any) -> Iterator[str]:
    for name in names:
        if resolve(selection.ledger.model, name) is None:
            yield f"{name} is no field of {selection.of}"


@cache
def returns() -> Mapping[str, Return]:
    """All returns by key: ours, and those of the bureau over them. ValueError naming the file when one is wrong."""
    local = settings.ANSHU.rules_dir
    folders = [FOLDER, *([local / "returns"] if local else [])]
    found = (load(path) for folder in folders for path in sorted(folder.glob("*.yaml")))
    return MappingProxyType({each.key: each for each in found})


def load(path: Path) -> Return:
    """The return of a file; its key is the name of the file. ValueError naming the file when it is wrong."""
    try:
        return _return(path.stem, yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def _return(key: str, given: dict[str, Any]) -> Return:
    entry = dict(given)
    rows = entry.pop("rows", None)
    return Return(
        key=key,
        title=Bilingual.read(entry.pop("title")),
        beside=tuple(entry.pop("beside")),
        order=tuple(entry.pop("order", ())),
        columns=tuple(_column(each) for each in entry.pop("columns")),
        rows=_selection(rows) if rows else None,
        **entry,
    )


def _column(given: dict[str, Any]) -> Column:
    entry = dict(given)
    counted = entry.pop("count", None)
    codes = {str(value): str(word) for value, word in entry.pop("codes", {}).items()}
    selection = _selection(counted) if counted else None
    return Column(selection=selection, codes=codes, share=tuple(entry.pop("share", ())), **entry)


def _selection(given: dict[str, Any]) -> Selection:
    entry = dict(given)
    for name in ("standing", "present"):
        entry[name] = tuple(entry.get(name, ()))
    return Selection(**entry)
