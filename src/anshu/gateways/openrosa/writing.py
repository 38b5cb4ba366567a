"""A checklist as an XLSForm workbook."""

import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter

from anshu.domains.inspections.models import Checklist
from anshu.domains.inspections.rules.content import CHOICE, JUDGE, Form, Item
from anshu.domains.inspections.rules.forms import form_of
from anshu.gateways.openrosa.columns import (
    CHOICES,
    SETTINGS,
    SURVEY,
    TYPES,
    VERDICT_LIST,
    VERDICT_WORDS,
    list_of,
)

Row = dict[str, Any]


def workbook(checklist: Checklist) -> bytes:
    """The workbook (.xlsx) with sheets survey, choices and settings."""
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(held, options)
    bold = book.add_format({"bold": True})
    for name, columns, rows in (
        ("survey", SURVEY, survey(form_of(checklist))),
        ("choices", CHOICES, choices(form_of(checklist))),
        ("settings", SETTINGS, iter([settings(checklist)])),
    ):
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, 18)
        for column, heading in enumerate(columns):
            sheet.write_string(0, column, heading, bold)
        for line, row in enumerate(rows, start=1):
            for column, heading in enumerate(columns):
                value = row.get(heading)
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    sheet.write_number(line, column, value)
                elif value not in (None, ""):
                    sheet.write_string(line, column, str(value))
    book.close()
    return held.getvalue()


def survey(form: Form) -> Iterator[Row]:
    """Items in order, those of a group between its begin and end."""
    group = ""
    for item in form.items:
        if item.group != group:
            yield from _close(form, group)
            yield from _open(form, item.group)
            group = item.group
        yield _row(item)
    yield from _close(form, group)


def _open(form: Form, key: str) -> Iterator[Row]:
    group = form.group(key)
    if group is not None:
        yield {"type": "begin_repeat" if group.repeats else "begin_group", "name": group.key, "label": group.text}


def _close(form: Form, key: str) -> Iterator[Row]:
    group = form.group(key)
    if group is not None:
        yield {"type": "end_repeat" if group.repeats else "end_group"}


def _row(item: Item) -> Row:
    kind = f"select_one {list_of(item.key)}" if item.answer == CHOICE else TYPES[item.answer]
    return {
        "type": kind,
        "name": item.key,
        "label": item.text,
        "hint": item.hint,
        "required": "yes" if item.needed else "",
        "relevant": item.relevant,
        "anshu_defect": item.defect,
        "anshu_clause": item.clause,
        "anshu_law": item.law,
        "anshu_penalty": item.penalty,
        "anshu_kind": item.kind,
        "anshu_grade": item.grade,
        "anshu_points": item.points,
        "anshu_least": item.least,
        "anshu_most": item.most,
        "anshu_unit": item.unit,
        "anshu_departments": "、".join(item.departments),
    }


def choices(form: Form) -> Iterator[Row]:
    """Our three verdicts where the form has a judgement, and the answers of each choice."""
    if any(item.answer == JUDGE for item in form.items):
        for name, label in VERDICT_WORDS.items():
            yield {"list_name": VERDICT_LIST, "name": name, "label": label}
    for item in form.items:
        for choice in item.choices:
            fails = "yes" if choice.fails else ""
            yield {"list_name": list_of(item.key), "name": choice.key, "label": choice.text, "anshu_fails": fails}


def settings(checklist: Checklist) -> Row:
    return {
        "form_title": checklist.title,
        "form_id": checklist.code,
        "version": str(checklist.version),
        "anshu_field": checklist.field,
        "anshu_domain_class": checklist.domain_class,
        "anshu_department": checklist.department,
        "anshu_uses": " ".join(checklist.uses),
    }
