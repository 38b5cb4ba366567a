"""Form and values → document. What is mandatory and missing is refused by the name it has on paper."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Words
from anshu.reports.forms import markup
from anshu.reports.forms.declaration import PACK, Closing, Form, FormField, Kind
from anshu.reports.forms.markup import Boxes, BoxRow, Item, Place, Sentence, Slot, Sort, Style, When
from anshu.reports.forms.printing import article, checked, is_missing, lines_of, term, unchosen
from anshu.reports.paper import document as paper
from anshu.reports.paper.document import Block, Document, Foot, Layout, Marks, Span, Text
from anshu.workflow.rules import packs

_BLANK = "\u3000"
_DATE_BLANK = f"{_BLANK * 3}年{_BLANK * 2}月{_BLANK * 2}日"
_LEAST_BLANK = 4
_COUNT = 0.09  # of the width of the other columns
_LEVELS = {Style.HEADING_1: 1, Style.HEADING_2: 2, Style.HEADING_3: 3}


def fill(form: Form, values: Mapping[str, Any], *, exercise: bool = False) -> Document:
    """The document. Invalid, naming the field, when a value is missing, of another kind, or not of this form."""
    for name, value in values.items():
        if name not in form.fields:
            raise Invalid(
                "%(form)s has no field %(name)s", field=name, code="form_field_unknown", form=form.title.zh, name=name
            )
        if not is_missing(value):
            checked(form.fields[name], value)
    given = {name for name, value in values.items() if not is_missing(value)}
    for field in form.fields.values():
        if not field.optional and field.name not in given:
            raise _refused(form, field, Words("%(form)s lacks %(label)s: fill it in first"), "form_field_missing")
        if field.name in given and not form.printed(field.name, given):
            message = Words("%(form)s would not print %(label)s: fill in what it belongs to, or leave it out")
            raise _refused(form, field, message, "form_field_unprinted")
    return _Filling(form, values).document(exercise=exercise)


def _refused(form: Form, field: FormField, message: Words, code: str) -> Invalid:
    return Invalid(message, field=field.name, code=code, form=form.title.zh, label=field.label)


@dataclass(frozen=True, slots=True)
class _Filling:
    """One form with the values for it."""

    form: Form
    values: Mapping[str, Any]

    @property
    def on(self) -> date:
        """The day whose law is cited: that of the document, or today for one that people date by hand."""
        return self.values.get("issued_on") or timezone.localtime(clock.now()).date()

    def document(self, *, exercise: bool) -> Document:
        form, values = self.form, self.values
        return Document(
            title=self._said(form.heading),
            body=tuple(self._blocks()),
            layout=form.layout,
            head=values["issuer"] + ("文件" if form.layout is Layout.LETTER else ""),
            marks=Marks(*(values.get(name) or "" for name in ("copy_number", "secrecy", "urgency"))),
            number=str(values["number"]) if form.sign else "",
            recipient=self._said(form.recipient),
            attachments=tuple(values.get("attachments") or ()),
            closing=self._closing(),
            note=form.note,
            foot=self._foot(),
            exercise=exercise,
        )

    def _closing(self) -> paper.Closing | None:
        if self.form.closing is Closing.OPEN:
            return None
        sealed = self.form.closing is Closing.SEALED
        return paper.Closing(self.values["issuer"], self.values["issued_on"], seal=sealed)

    def _foot(self) -> Foot | None:
        copies, by, on = (self.values.get(name) for name in ("copies_to", "printed_by", "printed_on"))
        return Foot(copies or "", by or "", on) if copies or by or on else None

    def _blocks(self) -> Iterator[Block]:
        signing: list[Text] = []
        for item in self.form.items:
            if not isinstance(item, Boxes) and not self._applies(item.when):
                continue
            if isinstance(item, Sentence) and item.style is Style.SIGNATURE:
                signing.append(self._text(item.words, underline=True))
                continue
            if signing:
                yield paper.Signatures(tuple(signing))
                signing = []
            yield from self._block(item)
        if signing:
            yield paper.Signatures(tuple(signing))

    def _applies(self, when: When | None) -> bool:
        return when is None or is_missing(self.values.get(when.field)) is not when.given

    def _block(self, item: Item) -> Iterator[Block]:
        match item:
            case Slot():
                yield from self._slot(self.form.fields[item.name])
            case Boxes():
                rows = tuple(self._row(row, len(item.widths)) for row in item.rows if self._applies(row.when))
                yield paper.Table(item.widths, rows)
            case Sentence(style=style) if style in _LEVELS:
                yield paper.Heading(_LEVELS[style], self._said(item.words))
            case Sentence(style=Style.CENTRED):
                yield paper.Paragraph(self._text(item.words), indented=False, align=paper.Align.CENTRED)
            case Sentence(style=style):
                underline = self.form.layout is Layout.FORM
                text = self._text(item.words, underline=underline, stretch=style is Style.FLUSH)
                yield paper.Paragraph(text, indented=style is not Style.FLUSH)

    def _slot(self, field: FormField) -> Iterator[Block]:
        value: Any = self.values.get(field.name)
        if is_missing(value):
            return
        match field.kind:
            case Kind.TABLE:
                yield _table(field, value)
            case Kind.PHOTOS:
                yield paper.Photos(tuple(value))
            case Kind.LIST:
                yield paper.NumberedList(tuple(paper.plain(item) for item in value))
            case _:
                yield from (paper.Paragraph(paper.plain(line)) for line in lines_of(field, value))

    def _row(self, row: BoxRow, columns: int) -> paper.Row:
        cells = [
            paper.Cell(
                tuple(text for line in cell for text in self._cell_lines(line)),
                label=not any(isinstance(part, Place) for line in cell for part in line),
            )
            for cell in row.cells
        ]
        last = cells[-1]
        cells[-1] = paper.Cell(last.lines, columns - len(cells) + 1, last.label)
        return paper.Row(tuple(cells), row.height_mm)

    def _cell_lines(self, line: markup.Words) -> tuple[Text, ...]:
        """A line of a cell; a field of several lines that stands alone in it brings them all."""
        if len(line) == 1 and isinstance(line[0], Place) and line[0].sort is Sort.FIELD:
            field = self.form.fields[line[0].name]
            value = self.values.get(field.name)
            if not is_missing(value):
                return tuple(paper.plain(text) for text in lines_of(field, value))
        return (self._text(line),)

    def _said(self, words: markup.Words) -> str:
        return paper.read(self._text(words))

    def _text(self, words: markup.Words, *, underline: bool = False, stretch: bool = False) -> Text:
        spans: list[Span] = []
        cited = ""
        for place, part in enumerate(words):
            if isinstance(part, str):
                spans.append(Span(part))
            elif part.sort is Sort.FIELD:
                drawn = underline and self.form.fields[part.name].kind is not Kind.CHOICE
                spans.append(Span(self._value(part, drawn), drawn, drawn and stretch and place == len(words) - 1))
            else:
                rule = packs()[PACK].at(part.name, self.on)
                # Articles of one law that are joined by 、 name it once.
                again = cited == rule.basis.source and words[place - 1] == "、"
                spans.append(Span(article(rule, named=not again) if part.sort is Sort.ARTICLE else term(rule)))
                cited = rule.basis.source
        return tuple(spans)

    def _value(self, place: Place, underline: bool) -> str:
        """The value, filled up to the width of its blank where lines are drawn; or the blank itself."""
        field, value = self.form.fields[place.name], self.values.get(place.name)
        if is_missing(value):
            return self._blank(field, place)
        said = " ".join(lines_of(field, value))
        return said + _BLANK * max(0, place.width - len(said)) if underline else said

    @staticmethod
    def _blank(field: FormField, place: Place) -> str:
        if field.kind is Kind.CHOICE:
            return unchosen(field)
        if field.kind is Kind.DATE:
            return _DATE_BLANK
        return _BLANK * max(place.width, _LEAST_BLANK if place.width else 0)


def _table(field: FormField, rows: Any) -> paper.Table:
    """A table whose first column counts the rows."""
    widths = (_COUNT * sum(column.width for column in field.columns), *(column.width for column in field.columns))
    head = paper.Row(tuple(_cell(label, label=True) for label in ("序号", *(column.label for column in field.columns))))
    body = [
        paper.Row((_cell(str(place), label=True), *(_cell(text) for text in row))) for place, row in enumerate(rows, 1)
    ]
    return paper.Table(widths, (head, *body), head=1)


def _cell(text: str, *, label: bool = False) -> paper.Cell:
    lines = [paper.plain(line) for line in text.splitlines()] or [paper.plain("")]
    return paper.Cell(tuple(lines), label=label)
