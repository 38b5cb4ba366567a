"""The dry run: every row of a table tried as adding or changing it by hand would be; nothing is written."""

from collections.abc import Mapping
from copy import copy
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anshu.access.policy import Actor, may
from anshu.kernel.crs import Crs
from anshu.kernel.errors import Invalid
from anshu.ledger import edit
from anshu.ledger.declaration import Ledger, field_of
from anshu.ledger.exchange.converting import Wrong, converter
from anshu.ledger.exchange.placing import Ground, place
from anshu.ledger.exchange.table import AnyField, Table, typed
from anshu.ledger.lookups import Book, Divisions
from anshu.ledger.models import Registered

Fate = Literal["add", "change", "same", "wrong"]


@dataclass(frozen=True)
class RowError:
    """One thing wrong with a file, in its own terms: where, what was typed there, what is wrong, how to mend it."""

    row: int
    line: int
    cell: str
    heading: str
    value: str
    what: str
    mend: str = ""
    suggestion: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Checked:
    """What would become of each row. `columns` holds stored values by attribute name, positions in WGS-84."""

    fields: tuple[AnyField, ...]
    columns: dict[str, list[Any]]
    keys: list[str]
    fates: list[Fate]
    errors: list[RowError] = field(default_factory=list)
    doubt: str = ""
    missing: tuple[str, ...] = ()

    def count(self, fate: Fate) -> int:
        return self.fates.count(fate)

    def values(self, row: int) -> dict[str, Any]:
        """Attribute → value of one row."""
        return {name: column[row] for name, column in self.columns.items()}


def plain_register(ledger: Ledger) -> bool:
    """Whether only its fields, what each record says of itself (`clean`), and values that may stand once decide if
    a record may be: then whole columns are checked and written at once. Any other register goes record by record."""
    model = ledger.model
    own = [c for c in model._meta.total_unique_constraints if tuple(c.fields) != (ledger.natural_key,)]
    conditional = len(model._meta.constraints) != len(model._meta.total_unique_constraints)
    return model.save is Registered.save and not own and not conditional


def once_only(ledger: Ledger) -> tuple[AnyField, ...]:
    """The fields, beside the natural key, of which no two records may have the same value."""
    fields = ledger.model._meta.concrete_fields
    return tuple(
        f for f in fields if f.unique and not f.primary_key and f.name != ledger.natural_key and f.name in ledger.edit
    )


def check(ledger: Ledger, table: Table, columns: Mapping[str, str], actor: Actor, crs: Crs = Crs.WGS84) -> Checked:
    """Try every row. `columns` is heading → field name; Invalid when no column tells the rows apart."""
    return _Check(ledger, table, columns, actor).run(crs)


class _Check:
    """One dry run: what is loaded once, and the errors found so far."""

    def __init__(self, ledger: Ledger, table: Table, columns: Mapping[str, str], actor: Actor) -> None:
        self.ledger, self.table, self.actor = ledger, table, actor
        self.at = {columns[h]: i for i, h in reversed(list(enumerate(table.headings))) if columns.get(h) in ledger.edit}
        self.names = tuple(name for name in ledger.edit if name in self.at)
        if ledger.natural_key not in self.at:
            raise Invalid(
                gettext_lazy("No column is “%(label)s”, by which the rows are told apart. Choose one."),
                field="columns",
                code="key_missing",
                label=field_of(ledger.model, ledger.natural_key).verbose_name,
            )
        self.fields = {name: field_of(ledger.model, name) for name in self.names}
        self.divisions = Divisions(actor)
        self.errors: list[RowError] = []
        self.wrong: set[int] = set()
        self.shared: set[str] = set()
        self.values: dict[str, list[Any]] = {}
        self._allowed: dict[tuple[str, str], bool] = {}

    def run(self, crs: Crs) -> Checked:
        self._convert()
        self._settle()
        doubt = self._place(crs) if {"lon", "lat"} <= self.values.keys() else ""
        keys = self.values[self.ledger.natural_key]
        self._refuse_doubles(keys)
        stored = self._stored()
        missing = self._missing()
        fates = [self._fate(row, stored.get(keys[row]), missing) for row in range(len(self.table))]
        if plain_register(self.ledger):
            self._by_column(fates, {key: found[0] for key, found in stored.items()})
        else:
            self._by_record(fates, {key: found[0] for key, found in stored.items()})
        columns = {self.fields[name].attname: column for name, column in self.values.items()}
        self.errors.sort(key=lambda error: error.row)
        return Checked(tuple(self.fields.values()), columns, keys, fates, self.errors, doubt, missing)

    def refuse(self, row: int, name: str, wrong: Wrong) -> None:
        """Note what is wrong with a row, at the cell of a field (or at the row, where it has no column)."""
        self.wrong.add(row)
        column = self.at.get(name)
        line = self.table.lines[row]
        if column is None:
            where, heading, value = self.table.cell(row, 0) if self.table.kind == "geojson" else str(line), "", ""
        else:
            where, heading, value = (
                self.table.cell(row, column),
                self.table.headings[column],
                typed(self.table.columns[column][row]),
            )
        self.errors.append(RowError(row, line, where, heading, value[:200], wrong.what, wrong.mend, wrong.suggestion))

    def _convert(self) -> None:
        books = {
            field.related_model: Book(field.related_model, self.actor)
            for field in self.fields.values()
            if isinstance(field, models.ForeignKey)
        }
        for name, found in self.fields.items():
            convert, made = converter(found, books, self.divisions), []
            for row, value in enumerate(self.table.columns[self.at[name]]):
                try:
                    made.append(convert(value))
                except Wrong as wrong:
                    made.append(None)
                    self.refuse(row, name, wrong)
            self.values[name] = made

    def _settle(self) -> None:
        """Rows that name no area lie where the record lies that they belong to."""
        owner = self.ledger.model.belongs_to
        if owner not in self.values:
            return
        known = dict(self.fields[owner].related_model._default_manager.values_list("pk", "territory"))
        if "territory" not in self.values:
            self.names += ("territory",)
            self.fields["territory"] = field_of(self.ledger.model, "territory")
            self.values["territory"] = [""] * len(self.table)
        own = zip(self.values["territory"], self.values[owner], strict=True)
        self.values["territory"] = [area or known.get(key, "") for area, key in own]

    def _place(self, crs: Crs) -> str:
        territories = [text or "" for text in self.values.get("territory", [""] * len(self.table))]
        lon, lat = (
            [None if i in self.wrong else value for i, value in enumerate(self.values[name])] for name in ("lon", "lat")
        )
        lon, lat, wrong, doubt = place(lon, lat, territories, crs, Ground(self.divisions.outlines))
        self.values["lon"], self.values["lat"] = lon, lat
        for row, why in wrong.items():
            self.refuse(row, "lon", why)
        return doubt

    def _refuse_doubles(self, keys: list[Any]) -> None:
        key = self.ledger.natural_key
        first: dict[Any, int] = {}
        for row, value in enumerate(keys):
            if value in ("", None):
                if row not in self.wrong:
                    self.refuse(row, key, Wrong(_("is needed: the rows are told apart by it"), _("fill it in")))
            elif value in first:
                at = self.table.cell(first[value], self.at[key])
                self.refuse(row, key, Wrong(_("the same as in %(cell)s") % {"cell": at}, _("keep one of the two rows")))
            else:
                first[value] = row

    def _stored(self) -> dict[str, tuple[Any, str, tuple[Any, ...]]]:
        """Natural key → (id, territory, values) of what is there already."""
        attributes = [field.attname for field in self.fields.values()]
        found: dict[str, tuple[Any, str, tuple[Any, ...]]] = {}
        rows = self.ledger.model._default_manager.values_list("pk", "territory", self.ledger.natural_key, *attributes)
        for pk, territory, key, *values in rows.iterator(5000):
            if key in found:
                self.shared.add(key)
            found[key] = (pk, territory, tuple(values))
        return found

    def _missing(self) -> tuple[str, ...]:
        """Fields that a new record needs and no column gives."""
        absent = (field_of(self.ledger.model, name) for name in self.ledger.edit if name not in self.at)
        return tuple(f.name for f in absent if not f.blank and not f.has_default() and not f.null)

    def _fate(self, row: int, stored: Any, missing: tuple[str, ...]) -> Fate:
        key = self.ledger.natural_key
        if row not in self.wrong:
            if self._key(row) in self.shared:
                self.refuse(row, key, Wrong(_("more than one record has this number"), _("mend the register first")))
            elif stored is None:
                self._try_adding(row, missing)
            else:
                self._try_changing(row, stored)
        if row in self.wrong:
            return "wrong"
        if stored is None:
            return "add"
        return (
            "same"
            if all(self.values[name][row] == was for name, was in zip(self.names, stored[2], strict=True))
            else "change"
        )

    def _try_adding(self, row: int, missing: tuple[str, ...]) -> None:
        for name in missing:
            label = str(field_of(self.ledger.model, name).verbose_name)
            self.refuse(
                row, "", Wrong(_("a new record needs “%(label)s”") % {"label": label}, _("add a column for it"))
            )
        territory = self._territory(row, "")
        if not missing and not self.may("add", territory):
            self.refuse(row, "territory", self._elsewhere(territory))

    def _try_changing(self, row: int, stored: tuple[Any, str, tuple[Any, ...]]) -> None:
        territory = self._territory(row, stored[1])
        if not self.may("change", stored[1]):
            what = _("this number is in use in an area that is not yours")
            self.refuse(row, self.ledger.natural_key, Wrong(what, _("take another number, or ask its keeper")))
        elif not self.may("change", territory):
            self.refuse(row, "territory", self._elsewhere(territory))

    def _territory(self, row: int, otherwise: str) -> str:
        return self.values["territory"][row] or "" if "territory" in self.values else otherwise

    def may(self, verb: str, territory: str) -> bool:
        code = f"{self.ledger.domain}.{verb}"
        if (verb, territory) not in self._allowed:
            self._allowed[verb, territory] = may(self.actor, code, territory)
        return self._allowed[verb, territory]

    def _elsewhere(self, territory: str) -> Wrong:
        areas = "、".join(self.actor.reach(f"{self.ledger.domain}.add"))
        mend = _("your areas: %(areas)s") % {"areas": areas} if areas else _("ask for the right to keep this register")
        return Wrong(_("you may not add or change records here") if territory else _("the area is needed"), mend)

    def _by_column(self, fates: list[Fate], stored: Mapping[str, Any]) -> None:
        """What each record says of itself, and values that may stand there once, without fetching any record."""
        model = self.ledger.model
        new = [row for row, fate in enumerate(fates) if fate in ("add", "change")]
        if model.clean is not Registered.clean:
            blank = model()
            for row in new:
                self._clean(row, fates, copy(blank))
        for found in once_only(self.ledger):
            if found.name in self.values:
                self._refuse_taken(found, [row for row in new if fates[row] != "wrong"], fates, stored)

    def _clean(self, row: int, fates: list[Fate], record: Registered) -> None:
        """Let an empty record, given these values, look at itself; what it puts right is what is kept."""
        record.__dict__.update({self.fields[name].attname: self.values[name][row] for name in self.names})
        try:
            record.clean()
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            self.refuse(row, name, Wrong(str(messages[0])))
            fates[row] = "wrong"
            return
        for name in self.names:
            self.values[name][row] = getattr(record, self.fields[name].attname)

    def _refuse_taken(self, found: AnyField, rows: list[int], fates: list[Fate], stored: Mapping[str, Any]) -> None:
        """Refuse a value that another record has, or another row of the file."""
        column = self.values[found.name]
        there = dict(self.ledger.model._default_manager.exclude(**{found.name: None}).values_list(found.name, "pk"))
        first: dict[Any, int] = {}
        for row in rows:
            value = column[row]
            if value in ("", None):
                continue
            if there.get(value, stored.get(self._key(row))) != stored.get(self._key(row)):
                what, mend = _("another record has it already"), _("look for a mistyped value")
            elif value in first:
                what = _("the same as in %(cell)s") % {"cell": self.table.cell(first[value], self.at[found.name])}
                mend = _("keep one of the two rows")
            else:
                first[value] = row
                continue
            self.refuse(row, found.name, Wrong(what, mend))
            fates[row] = "wrong"

    def _by_record(self, fates: list[Fate], stored: Mapping[str, Any]) -> None:
        """Each record in full, for registers with rules of their own."""
        rows = [row for row, fate in enumerate(fates) if fate in ("add", "change")]
        present = self.ledger.model._default_manager.in_bulk(
            [stored[self._key(row)] for row in rows if fates[row] == "change"]
        )
        for row in rows:
            record = present[stored[self._key(row)]] if fates[row] == "change" else self.ledger.model()
            for name, found in self.fields.items():
                setattr(record, found.attname, self.values[name][row])
            try:
                edit.validate(record)
            except Invalid as error:
                self.refuse(row, error.field or "", Wrong(str(error)))
                fates[row] = "wrong"

    def _key(self, row: int) -> str:
        return str(self.values[self.ledger.natural_key][row])
