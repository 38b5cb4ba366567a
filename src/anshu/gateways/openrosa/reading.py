"""An XLSForm workbook as a checklist: row by row, each fault with its sheet and row; nothing is taken while one is
left."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from anshu.domains.inspections.rules.content import CHOICE, GRADES, JUDGE, KEY, Choice, Form, Group, Item, faults
from anshu.gateways.openrosa.columns import ANSWERS, SILENT, VERDICT_LIST, YES
from anshu.kernel.errors import Invalid

LARGEST = 8 * 1024 * 1024
NUMBERS = ("anshu_points", "anshu_least", "anshu_most")


@dataclass(frozen=True)
class Fault:
    """What is wrong in one row of a sheet (rows as the spreadsheet counts them, headings in row 1)."""

    sheet: str
    row: int
    what: str


@dataclass
class Workbook:
    """What was read: the form and the settings, or the faults that keep it from being one."""

    form: Form = field(default_factory=lambda: Form(()))
    settings: Mapping[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read(content: bytes) -> Workbook:
    """Read a workbook; Invalid (field `file`) when it is none at all, or lacks the sheet `survey`."""
    sheets = _sheets(content)
    if "survey" not in sheets:
        raise Invalid(_("an XLSForm has a sheet named survey"), field="file")
    reader = _Reader(sheets)
    form = reader.form()
    found = Workbook(form, next((row for _n, row in sheets.get("settings", [])), {}), reader.faults)
    if not found.faults:
        found.faults += [Fault("survey", reader.place(form, number), str(words)) for number, words in faults(form)]
    return found


Rows = list[tuple[int, dict[str, str]]]


def _sheets(content: bytes) -> dict[str, Rows]:
    if len(content) > LARGEST:
        raise Invalid(_("the file is larger than 8 MB"), field="file")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {name.lower(): _rows(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names}
    except (CalamineError, PasswordError, ZipError, OSError, ValueError) as error:
        raise Invalid(_("this is no workbook that can be read"), field="file") from error


def _rows(table: list[list[Any]]) -> Rows:
    """(Row of the spreadsheet, values by heading) of each row with anything in it."""
    if not table:
        return []
    headings = [_text(cell).strip().lower() for cell in table[0]]
    found = []
    for number, cells in enumerate(table[1:], start=2):
        row = {name: _text(cell).strip() for name, cell in zip(headings, cells, strict=False) if name}
        if any(row.values()):
            found.append((number, row))
    return found


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


class _Reader:
    """Goes down the survey, knowing in which group it stands."""

    def __init__(self, sheets: dict[str, Rows]) -> None:
        self._survey = sheets["survey"]
        self._choices: dict[str, list[Choice]] = {}
        for _number, row in sheets.get("choices", []):
            choice = Choice(row.get("name", ""), _label(row), row.get("anshu_fails", "").lower() in YES)
            self._choices.setdefault(row.get("list_name") or row.get("list name", ""), []).append(choice)
        self._places: dict[str, int] = {}
        self.faults: list[Fault] = []

    def place(self, form: Form, number: int) -> int:
        """The row of the spreadsheet on which the form's item of that number stands."""
        return self._places.get(form.items[number - 1].key, 1) if number else 1

    def form(self) -> Form:
        items: list[Item] = []
        groups: list[Group] = []
        inside = [""]
        for number, row in self._survey:
            kind = " ".join(row.get("type", "").lower().replace("_", " ").split())
            match kind.split(" "):
                case ["begin", what, *_rest]:
                    if len(inside) > 1:
                        self._wrong(number, _("groups inside groups are not taken"))
                    groups.append(Group(row.get("name", ""), _label(row) or row.get("name", ""), what == "repeat"))
                    inside.append(row.get("name", ""))
                case ["end", "group" | "repeat", *_rest]:
                    inside = inside[:1]
                case _:
                    items += self._item(number, row, inside[-1])
        return Form(tuple(items), tuple(groups))

    def _item(self, number: int, row: dict[str, str], group: str) -> Iterator[Item]:
        kind, _space, list_name = row.get("type", "").strip().partition(" ")
        if kind in SILENT or not row.get("type"):
            return
        name = row.get("name", "")
        if not KEY.fullmatch(name):
            self._wrong(number, _("the name “%(name)s” must be small letters, digits and _") % {"name": name})
        answer = self._answer(number, kind, list_name.strip())
        if answer is None:
            return
        self._places.setdefault(name, number)
        numbers = {column: self._number(number, row, column) for column in NUMBERS}
        points = numbers["anshu_points"]
        yield Item(
            key=name,
            text=_label(row),
            answer=answer,
            defect=row.get("anshu_defect", ""),
            group=group,
            relevant=row.get("relevant", ""),
            clause=row.get("anshu_clause", ""),
            law=row.get("anshu_law", ""),
            penalty=row.get("anshu_penalty", ""),
            kind=row.get("anshu_kind") or "other",
            grade=self._grade(number, row),
            points=1 if points is None else points,
            needed=row.get("required", "").lower() in YES,
            choices=tuple(self._choices.get(list_name.strip(), ())) if answer == CHOICE else (),
            least=numbers["anshu_least"],
            most=numbers["anshu_most"],
            unit=row.get("anshu_unit", ""),
            hint=row.get("hint", ""),
            departments=tuple(filter(None, row.get("anshu_departments", "").split("、"))),
        )

    def _answer(self, number: int, kind: str, list_name: str) -> str | None:
        if kind == "select_one":
            if list_name == VERDICT_LIST:
                return JUDGE
            if list_name not in self._choices:
                self._wrong(number, _("there is no list “%(name)s” on the sheet choices") % {"name": list_name})
            return CHOICE
        if kind not in ANSWERS:
            self._wrong(number, _("the type “%(kind)s” is not taken") % {"kind": kind})
        return ANSWERS.get(kind)

    def _grade(self, number: int, row: dict[str, str]) -> str:
        grade = row.get("anshu_grade") or "general"
        if grade not in GRADES:
            self._wrong(number, _("the grade is general or major"))
        return grade

    def _number(self, number: int, row: dict[str, str], column: str) -> float | None:
        text = row.get(column, "")
        try:
            return float(text) if text else None
        except ValueError:
            self._wrong(number, _("“%(value)s” in %(column)s is no number") % {"value": text, "column": column})
            return None

    def _wrong(self, number: int, words: str) -> None:
        self.faults.append(Fault("survey", number, words))


def _label(row: Mapping[str, str]) -> str:
    """The label, in whichever language the workbook has one: Chinese before any other."""
    named = {name: text for name, text in row.items() if name.split("::")[0] == "label" and text}
    chinese = next((text for name, text in named.items() if "zh" in name or "中文" in name), "")
    return row.get("label", "") or chinese or next(iter(named.values()), "")
